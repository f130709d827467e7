// The functions of <cmath> by their names in namespaces std and lowprec: each is the operation of the lists.
#include "lowprec/std_math.h"
#include "lowprec/format/presets.h"
#include "lowprec/num/counted.h"
#include "lowprec/num/shadow.h"

#include <complex>
#include <string>
#include <type_traits>
#include <valarray>

#include "support/cases.h"

using namespace lowprec;

namespace {

using Half = Num<binary16>;

template <class T>
bool same(const T& a, const T& b) {
  static_assert(std::is_same_v<T, std::remove_cvref_t<decltype(a)>>);
  return a.is_nan() ? b.is_nan() : a.value() == b.value();
}

// Calls NAMESPACE::name as the number of its operands wants it.
#define LOWPREC_CALL_1(call) call(x)
#define LOWPREC_CALL_2(call) call(x, y)
#define LOWPREC_CALL_3(call) call(x, y, z)
#define LOWPREC_CHECK(enumerator, name, operands)                                      \
  if constexpr (!std::is_same_v<num::operation::enumerator, num::operation::scalbn>) { \
    const T expected = LOWPREC_CALL_##operands(num::operation::enumerator::of);        \
    CHECK_MESSAGE((same<T>(expected, LOWPREC_CALL_##operands(std::name)) &&            \
                   same<T>(expected, LOWPREC_CALL_##operands(lowprec::name))),         \
                  std::string(#name));                                                 \
  }
#define LOWPREC_CHECK_OPERATION(name, operands) LOWPREC_CHECK(name, name, operands)

template <class T>
void check_lists() {
  for (const double first : {0.75, -2.5, 3.0}) {
    const T x(first), y(0.5), z(2);
    LOWPREC_FUNCTIONS(LOWPREC_CHECK)
    LOWPREC_NAMED_OPERATIONS(LOWPREC_CHECK_OPERATION)
  }
  CHECK((std::scalbn(T(3), 2) == 12 && lowprec::scalbn(T(3), 2) == 12));
}

template <class T>
void check_others() {
  const T x(-1.5), y(2);
  T whole(0);
  int exponent = 0, quotient = 0;
  CHECK((std::abs(x) == 1.5 && std::fabs(x) == 1.5 && std::copysign(y, x) == -2 && std::fmin(x, y) == x));
  CHECK((std::fmax(x, y) == y && std::fpclassify(x) == FP_NORMAL && std::isfinite(x) && !std::isinf(x)));
  CHECK((!std::isnan(x) && std::isnormal(x) && std::signbit(x) && std::ilogb(y) == 1));
  CHECK((std::frexp(y, &exponent) == 0.5 && exponent == 2 && std::ldexp(x, 1) == -3 && std::scalbln(x, 1L) == -3));
  CHECK((std::modf(x, &whole) == -0.5 && whole == -1 && std::remquo(x, y, &quotient) == 0.5 && quotient == -1));
  CHECK((std::isless(x, y) && std::islessequal(x, y) && !std::isgreater(x, y) && !std::isgreaterequal(x, y)));
  CHECK((std::islessgreater(x, y) && !std::isunordered(x, y)));
  CHECK((std::lrint(x) == -2 && std::llrint(x) == -2 && std::lround(x) == -2 && std::llround(x) == -2));
  CHECK((std::nearbyint(x) == -2 && same<T>(std::nextafter(x, y), next_up(x))));
  CHECK(same<T>(std::nexttoward(x, 2.0L), lowprec::nextafter(x, y)));
  CHECK((std::pow(y, 3) == 8 && std::pow(y, 2.0) == 4 && std::pow(2.0, y) == 4 && std::fmod(y, 1.5) == 0.5));
}

}  // namespace

TEST_CASE("std::f(x) and lowprec::f(x) are the operation f, for every function and number type") {
  check_lists<Half>();
  check_lists<Implicit<Half>>();
  check_lists<Counted<Half>>();
  check_lists<Shadow<Half>>();
  check_others<Half>();
  check_others<Implicit<Half>>();
  check_others<Counted<Half>>();
  check_others<Shadow<Half>>();
}

TEST_CASE("std::max and std::min of a number and a native one: the native one is converted first") {
  using T = Implicit<Num<bfloat16>>;
  const T x = 0.5;
  static_assert(std::is_same_v<decltype(std::max(x, 0.0)), T> && std::is_same_v<decltype(std::min(1, x)), T>);
  CHECK((std::max(x, 0.0) == 0.5 && std::max(0, x) == 0.5 && std::min(x, 0.1) == T(0.1) && std::min(0.1, x) == T(0.1)));
  CHECK((std::max(x, T(2)) == 2 && std::max<T>(x, 3.0) == 3 && std::max({x, T(1)}) == 1));
}

TEST_CASE("names of std go on to mean what they meant for native and complex numbers, and for arrays") {
  using T = Implicit<Num<bfloat16>>;
  static_assert(std::is_same_v<decltype(std::sqrt(2)), double> && std::is_same_v<decltype(std::sqrt(2.0F)), float> &&
                std::is_same_v<decltype(std::max(1, 2)), const int&> &&
                std::is_same_v<decltype(std::pow(2.0F, 2)), double>);
  CHECK(std::abs(std::complex<T>(3, 4)) == 5);
  CHECK(std::sqrt(std::valarray<T>{4, 9})[1] == 3);
  CHECK(std::norm(std::complex<double>(3, 4)) == 25);
}
