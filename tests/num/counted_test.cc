// Operators that count: their results are those of the number itself, their counters those of a run-time arithmetic.
#include "lowprec/num/counted.h"
#include "lowprec/format/presets.h"

#include <cmath>
#include <thread>
#include <vector>

#include "lowprec/linalg/arithmetic.h"
#include "lowprec/linalg/linalg.h"
#include "support/cases.h"

using namespace lowprec;

namespace {

using E4m3 = Num<e4m3fn, rne, Overflow::saturate>;
using T = Counted<E4m3>;

constexpr double kInf = std::numeric_limits<double>::infinity();

// Every operation on every pair of codes.
template <class N>
void check_pairs(const std::string& what) {
  using C = Counted<N>;
  Dynamic dynamic(N::format, N::rounding, N::overflow);
  dynamic.observe(true);
  ScopedEvents scope;
  cases::Tally tally;
  const auto same = [&](C got, N want) {
    tally.expect(got.is_nan() ? want.is_nan() : cases::same_bits(got.value(), want.value()), [&] { return what; });
  };
  for (unsigned i = 0; i < 1U << N::format.bits; ++i) {
    const N a = N::from_code(i);
    same(sqrt(C(a)), sqrt(a)), dynamic.sqrt(a.value(), {});
    for (unsigned j = 0; j < 1U << N::format.bits; ++j) {
      const N b = N::from_code(j);
      same(C(a) + C(b), a + b), dynamic.add(a.value(), b.value(), {});
      same(C(a) - b, a - b), dynamic.sub(a.value(), b.value(), {});
      same(a * C(b), a * b), dynamic.mul(a.value(), b.value(), {});
      same(C(a) / C(b), a / b), dynamic.div(a.value(), b.value(), {});
    }
  }
  tally.report(what);
  CHECK(scope.events() == dynamic.events());
  CHECK(scope.events().inexact > 0);
}

}  // namespace

TEST_CASE("results are those of Num, and counters those of Dynamic: all pairs of codes") {
  check_pairs<Num<e2m1>>("e2m1");
  check_pairs<Num<e3m2, rz>>("e3m2 rz");
  check_pairs<Num<fp(3, 1), ru>>("fp(3,1) ru");
  check_pairs<Num<fp(7, 1)>>("fp(7,1)");  // sums that binary64 rounds
  check_pairs<Int<6>>("int6");
  check_pairs<Num<integer(5), rne, Overflow::wrap>>("int5 wrap");
}

TEST_CASE("each counter by hand") {
  ScopedEvents scope;
  const T a(448), b(0.0625), least = T::from_code(1);
  T sum = a + a;                                      // overflow, saturated
  sum += T(0.3);                                      // two inexact: the conversion, and 448 + 0.3125
  CHECK(least * b == T(0));                           // underflow
  CHECK(T(0x1.8p-6) * T(0.75) == T::from_code(9));    // 0x1.2p-6: exact
  CHECK(T(0x1.8p-7) * T(0.8125) == T::from_code(5));  // 0x1.38p-7 to 0x1.4p-7: subnormal
  CHECK((a - T(kInf)).is_nan() == false);             // the conversion saturates
  const T nan = T(0) / T(0);                          // NaN created
  CHECK((nan + a).is_nan());                          // and passed on
  const Events& e = scope.events();
  CHECK(e.overflow == 2);
  CHECK(e.saturated == 2);
  CHECK(e.underflow == 1);
  CHECK(e.subnormal == 1);
  CHECK(e.nan == 2);
  CHECK(e.nan_created == 1);
  CHECK(e.inexact == 6);  // 0.3 and its sum, inf, 896, underflow, subnormal
}

TEST_CASE("scopes nest: an inner one counts for itself and, when it ends, for the outer one") {
  ScopedEvents outer;
  T x(0.3);
  {
    ScopedEvents inner;
    x = x * x;
    CHECK(inner.events().rounded == 1);
    CHECK(outer.events().rounded == 1);
  }
  CHECK(outer.events().rounded == 2);
  std::thread([] { (void)(T(0.3) * T(0.3)); }).join();  // another thread, without a scope
  CHECK(outer.events().rounded == 2);
}

TEST_CASE("random draws: the same as without counting") {
  using S = Num<e4m3fn, sr, Overflow::saturate>;
  const auto run = [](auto one) {
    using N = decltype(one);
    ScopedStream stream({1, 2});
    N sum(0.1);
    for (int i = 0; i < 50; ++i) sum += N(0.1) * sum / N(1.7);
    return sum.code();
  };
  ScopedEvents scope;
  CHECK(run(Counted<S>()) == run(S()));
  CHECK(scope.events().rounded == 1 + 50 * 5);
}

TEST_CASE("a Counted number in constants, limits, other functions and linear algebra") {
  constexpr T product = T(1.5) * T(2);
  static_assert(product == T(3));
  static_assert(std::is_same_v<decltype(T() + E4m3()), T>);
  static_assert(sizeof(T) == sizeof(E4m3));
  CHECK(static_cast<double>(product) == 3);
  ScopedEvents scope;
  Scalarwise<T> arithmetic;
  const std::vector<T> x{T(448), T(1)}, y{T(2), T(1)};
  const Events before = scope.events();
  const T sum = dot(arithmetic, VectorView<const T>(x), VectorView<const T>(y));
  CHECK(scope.events().rounded == before.rounded + 4);
  CHECK(scope.events().saturated == before.saturated + 1);
  CHECK(sum == T(448));
}
