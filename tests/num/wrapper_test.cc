// The number types around a Num: every operator and function of the lists works with each, gives the numbers of the
// Num, and is counted or logged.
#include "lowprec/num/wrapper.h"
#include "lowprec/format/presets.h"
#include "lowprec/interop/fmt.h"
#include "lowprec/num/counted.h"
#include "lowprec/num/implicit.h"
#include "lowprec/num/math.h"
#include "lowprec/num/shadow.h"

#include <cmath>
#include <map>
#include <sstream>
#include <string>
#include <type_traits>
#include <unordered_set>
#include <vector>

#include "support/cases.h"

using namespace lowprec;

namespace {

using Half = Num<binary16>;
using Bfloat = Num<bfloat16>;

// Calls f.operator()<Operation, operands>() with each operation of the lists.
template <class F>
void for_each_operation(F f) {
#define LOWPREC_CALL(name, symbol) f.template operator()<num::operation::name, 2>();
  LOWPREC_OPERATORS(LOWPREC_CALL)
#undef LOWPREC_CALL
#define LOWPREC_CALL(name, operands) f.template operator()<num::operation::name, operands>();
  LOWPREC_NAMED_OPERATIONS(LOWPREC_CALL)
#undef LOWPREC_CALL
#define LOWPREC_CALL(enumerator, name, operands) f.template operator()<num::operation::enumerator, operands>();
  LOWPREC_FUNCTIONS(LOWPREC_CALL)
#undef LOWPREC_CALL
  f.template operator()<num::operation::negation, 1>();
}

// The operation on numbers of type T; scalbn takes an integer.
template <class Operation, int kOperands, class T>
T applied(const std::vector<double>& x) {
  if constexpr (std::is_same_v<Operation, num::operation::scalbn>)
    return Operation::of(T(x[0]), static_cast<int>(x[1]));
  else if constexpr (kOperands == 1)
    return Operation::of(T(x[0]));
  else if constexpr (kOperands == 2)
    return Operation::of(T(x[0]), T(x[1]));
  else
    return Operation::of(T(x[0]), T(x[1]), T(x[2]));
}

bool same(double a, double b) { return a != a ? b != b : cases::same_bits(a, b); }

const std::vector<std::vector<double>> kOperands{
    {0.75, 0.5, 2}, {-2.5, 3, 0.25}, {0, -0.0, 1}, {60000, 60000, 3}, {1.5, -7, 1}};

// Each operation of the lists: T's result is N's, of the type T; after is called with each.
template <class T, class N, class After>
void check_lists(After after) {
  int operations = 0;
  for_each_operation([&]<class Operation, int kCount>() {
    ++operations;
    for (const auto& x : kOperands) {
      const T result = applied<Operation, kCount, T>(x);
      const N number = applied<Operation, kCount, N>(x);
      CHECK_MESSAGE(same(result.value(), number.value()), std::string(Operation::label));
      after(Operation(), kCount, number);
    }
  });
  CHECK(operations == 4 + 4 + 38 + 1);
}

// Addition, to each side of which stand a T, an N and native numbers, and what follows from it.
template <class T, class N>
void check_mixed() {
  T x(1.5);
  static_assert(std::is_same_v<decltype(x + 1), T> && std::is_same_v<decltype(0.5 * x), T> &&
                std::is_same_v<decltype(x - N(1)), T> && std::is_same_v<decltype(N(1) / x), T> &&
                std::is_same_v<decltype(pow(x, 2)), T> && std::is_same_v<decltype(fmod(x, 0.5)), T> &&
                std::is_same_v<decltype(hypot(x, x, x)), T> && std::is_same_v<decltype(abs(x)), T> &&
                std::is_same_v<decltype(next_up(x)), T>);
  CHECK((x + 1 == 2.5 && 1 - x == -0.5 && x * N(2) == 3 && N(3) / x == 2 && -x == -1.5 && +x == x));
  CHECK((++x == 2.5 && x++ == 2.5 && x == 3.5 && --x == 2.5 && x-- == 2.5 && x == 1.5));
  x = 0.5;
  CHECK(x == 0.5);
  x += 1, x *= N(4), x -= T(2), x /= 2;
  CHECK((x == 2 && x < 3 && x > 1.5 && x <= N(2) && x != 1));
  CHECK((next_up(T(1)).number() == next_up(N(1)) && next_down(T(1)).number() == next_down(N(1)) &&
         nextafter(T(1), T(2)).number() == next_up(N(1))));
  CHECK((lround(T(2.5)) == 3 && ilogb(T(8)) == 3 && isfinite(x) && !isnan(x) && maximum(x, T(3)) == 3));
  T whole;
  int exponent = 0;
  CHECK((modf(T(2.5), &whole) == 0.5 && whole == 2 && frexp(T(8), &exponent) == 0.5 && exponent == 4));
  CHECK((ldexp(T(3), 2) == 12 && static_cast<double>(x) == 2 && static_cast<int>(x) == 2));
  CHECK((std::numeric_limits<T>::max().number() == std::numeric_limits<N>::max() &&
         std::numeric_limits<T>::digits == std::numeric_limits<N>::digits));
  CHECK((std::unordered_set<T>{T(1), T(1), T(2)}.size() == 2 && T::from_code(N(1).code()) == 1));
}

template <class T>
void check_text() {
  std::ostringstream out;
  out << T(1.5);
  CHECK((out.str() == "1.5" && fmt::format("{} {:c} {:.2f}", T(1.5), T(1), T(0.25)) == "1.5 0x3c00 0.25"));
  T x(0);
  const std::string text = "2.5";
  CHECK((from_chars(text.data(), text.data() + text.size(), x).ec == std::errc() && x == 2.5));
}

template <class T>
void check_all() {
  check_lists<T, Half>([](auto, int, Half) {});
  check_mixed<T, typename T::number_type>();
  check_text<T>();
}

}  // namespace

TEST_CASE("every operator and function of the lists, with native numbers and others: the numbers of the Num") {
  check_all<Implicit<Half>>();
  check_all<Counted<Half>>();
  check_all<Shadow<Half>>();
  check_all<Implicit<Counted<Half>>>();
  check_all<Implicit<Shadow<Half>>>();
  check_lists<Implicit<Bfloat>, Bfloat>([](auto, int, Bfloat) {});
  check_lists<Counted<Num<binary64>>, Num<binary64>>([](auto, int, Num<binary64>) {});
}

TEST_CASE("Counted counts each operation of the lists once, with the flags of the reference arithmetic") {
  std::uint64_t before = 0;
  Events sum;
  const ScopedEvents scope;
  check_lists<Counted<Half>, Half>([&](auto operation, int operands, Half number) {
    // The conversions of the operands, and the operation; scalbn's integer is not converted.
    const int entered = operands - (std::is_same_v<decltype(operation), num::operation::scalbn> ? 1 : 0);
    CHECK_MESSAGE(scope.events().rounded == before + static_cast<std::uint64_t>(entered) + 1,
                  std::string(operation.label));
    before = scope.events().rounded;
    sum.nan += number.is_nan() ? 1 : 0;
  });
  CHECK(scope.events().nan == sum.nan);
  CHECK(sum.nan > 10);
}

TEST_CASE("Counted: counts by hand") {
  using T = Counted<Num<e4m3fn, rne, Overflow::saturate>>;
  const auto counted = [](auto f) {
    const ScopedEvents scope;
    f();
    return scope.events();
  };
  T x(448), y(1.125);
  CHECK(counted([&] { ++x; }) == Events{.rounded = 2, .inexact = 1, .overflow = 0});  // 1 and 449, rounded to 448
  CHECK(counted([&] { y++; }) == Events{.rounded = 2, .inexact = 0});
  CHECK(counted([&] { y = y + 1; }) == Events{.rounded = 2, .inexact = 1});  // 3.125
  CHECK(counted([&] { y = 0.3; }) == Events{.rounded = 1, .inexact = 1});
  CHECK(counted([&] { y += 0.3; }) == Events{.rounded = 2, .inexact = 1});
  CHECK(counted([&] { (void)fmod(T(7), T(4)); }) == Events{.rounded = 3});
  CHECK(counted([&] { (void)fmod(T(7), T(0)); }) == Events{.rounded = 3, .nan = 1, .nan_created = 1});
  CHECK(counted([&] { (void)exp(y); }) == Events{.rounded = 1, .inexact = 1});
  CHECK(counted([&] { (void)exp(x); }) == Events{.rounded = 1, .inexact = 1, .overflow = 1, .saturated = 1});
  CHECK(counted([&] { (void)log(-x); }) == Events{.rounded = 2, .nan = 1, .nan_created = 1});
  CHECK(counted([&] { (void)floor(y); }) == Events{.rounded = 1});  // exact
  CHECK(counted([&] { (void)pow(y, 2); }) == Events{.rounded = 1, .inexact = 1});
  CHECK(counted([&] { (void)sqrt(T(2)); }) == Events{.rounded = 2, .inexact = 1});
  CHECK(counted([&] { (void)next_up(y); }) == Events{});
}

TEST_CASE("Counted of a stochastic type draws as the Num does, whatever it calls") {
  using S = Num<e4m3fn, sr, Overflow::saturate>;
  const auto run = [](auto one) {
    using N = decltype(one);
    const ScopedStream stream({1, 2});
    N sum(0.1);
    for (int i = 0; i < 50; ++i) sum = exp(floor(sum + 1)) * 0.1 + fdim(sum, N(0.5)) + pow(sum, 2) + rint(sum) - ++sum;
    return sum.code();
  };
  const ScopedEvents scope;
  CHECK(run(Counted<S>()) == run(S()));
  CHECK(scope.events().inexact > 50);
}

TEST_CASE("Shadow logs each operation of the lists but negation") {
  num::ShadowLog log;
  std::map<std::string, std::uint64_t> calls;
  check_lists<Shadow<Half>, Half>([&](auto operation, int, Half) { ++calls[std::string(operation.label)]; });
  CHECK(calls.erase("neg") == 1);
  for (const auto& call : calls) {
    const auto entry = log.entries().find({"", call.first});
    CHECK_MESSAGE((entry != log.entries().end() && entry->second.count == call.second), call.first);
  }
  CHECK(fma(Shadow<Half>(0.1), Shadow<Half>(0.1), Shadow<Half>(1)).shadow() == std::fma(0.1, 0.1, 1.0));
  CHECK(floor(Shadow<Half>(2.5)).shadow() == 2);
}

TEST_CASE("explicit conversions between wrappers, Nums and formats") {
  using A = Implicit<Half>;
  using B = Implicit<Bfloat>;
  const A a = 1.01;
  CHECK((static_cast<B>(a).number() == Bfloat(Half(1.01)) && static_cast<Bfloat>(a) == Bfloat(Half(1.01)) &&
         static_cast<Half>(a) == Half(1.01) && Half(a) == a.number()));
  static_assert(!std::is_convertible_v<A, B> && !std::is_convertible_v<A, Half> && std::is_convertible_v<Half, A>);
  const Shadow<Half> s(0.1);
  CHECK((Shadow<Bfloat>(s).shadow() == 0.1 && Shadow<Bfloat>(s).number() == Bfloat(Half(0.1)) &&
         static_cast<Bfloat>(s) == Bfloat(Half(0.1)) && static_cast<Half>(s) == Half(0.1)));
  const Implicit<Shadow<Half>> literal = 0.1;
  CHECK((literal.number().shadow() == 0.1 && (literal * 3).number().shadow() == 0.1 * 3));
  CHECK(static_cast<Shadow<Half>>(literal).shadow() == 0.1);
  CHECK(Implicit<Shadow<Bfloat>>(literal).number().shadow() == 0.1);
  const ScopedEvents scope;
  const Implicit<Counted<Half>> c = 0.1;
  CHECK((scope.events().rounded == 1 && scope.events().inexact == 1));
  CHECK(Implicit<Counted<Bfloat>>(c).number() == Bfloat(Half(0.1)));
  CHECK(Counted<Bfloat>(Counted<Half>(1)) == 1);
}
