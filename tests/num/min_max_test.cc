// minimum ... copysign of Num and Wide: every ordered pair of special numbers (IEEE 754-2019, 9.6 and 5.5.1).
#include "lowprec/num/min_max.h"
#include "lowprec/format/presets.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "lowprec/format/wide.h"
#include "lowprec/num.h"

using namespace lowprec;

namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInf = std::numeric_limits<double>::infinity();

// a, b; minimum, maximum, minimum_number, maximum_number; the same four by magnitude.
struct Row {
  double a, b;
  double min, max, min_number, max_number;
  double min_magnitude, max_magnitude, min_magnitude_number, max_magnitude_number;
};

constexpr Row kRows[] = {
    {1, 2, 1, 2, 1, 2, 1, 2, 1, 2},
    {-1, 2, -1, 2, -1, 2, -1, 2, -1, 2},
    {1, -2, -2, 1, -2, 1, 1, -2, 1, -2},
    {-1, -2, -2, -1, -2, -1, -1, -2, -1, -2},
    {3, 3, 3, 3, 3, 3, 3, 3, 3, 3},
    {3, -3, -3, 3, -3, 3, -3, 3, -3, 3},
    {0.0, -0.0, -0.0, 0.0, -0.0, 0.0, -0.0, 0.0, -0.0, 0.0},
    {0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0},
    {-0.0, -0.0, -0.0, -0.0, -0.0, -0.0, -0.0, -0.0, -0.0, -0.0},
    {-0.0, 1, -0.0, 1, -0.0, 1, -0.0, 1, -0.0, 1},
    {0.0, -1, -1, 0.0, -1, 0.0, 0.0, -1, 0.0, -1},
    {kInf, 1, 1, kInf, 1, kInf, 1, kInf, 1, kInf},
    {-kInf, 1, -kInf, 1, -kInf, 1, 1, -kInf, 1, -kInf},
    {-kInf, kInf, -kInf, kInf, -kInf, kInf, -kInf, kInf, -kInf, kInf},
    {kNan, 1, kNan, kNan, 1, 1, kNan, kNan, 1, 1},
    {kNan, -0.0, kNan, kNan, -0.0, -0.0, kNan, kNan, -0.0, -0.0},
    {kNan, -kInf, kNan, kNan, -kInf, -kInf, kNan, kNan, -kInf, -kInf},
    {kNan, kNan, kNan, kNan, kNan, kNan, kNan, kNan, kNan, kNan},
};

template <class T>
bool is_same(const T& x, double want) {
  if (std::isnan(want)) return x.is_nan();
  return x == T(want) && x.is_negative() == std::signbit(want);
}

template <class T>
void check_row(const Row& r, const T& a, const T& b) {
  CHECK(is_same(minimum(a, b), r.min));
  CHECK(is_same(maximum(a, b), r.max));
  CHECK(is_same(minimum_number(a, b), r.min_number));
  CHECK(is_same(maximum_number(a, b), r.max_number));
  CHECK(is_same(minimum_magnitude(a, b), r.min_magnitude));
  CHECK(is_same(maximum_magnitude(a, b), r.max_magnitude));
  CHECK(is_same(minimum_magnitude_number(a, b), r.min_magnitude_number));
  CHECK(is_same(maximum_magnitude_number(a, b), r.max_magnitude_number));
}

// Each row, and with its operands exchanged: all eight are commutative.
template <class T>
void check_rows() {
  for (const Row& r : kRows) {
    CAPTURE(r.a);
    CAPTURE(r.b);
    check_row(r, T(r.a), T(r.b));
    check_row(r, T(r.b), T(r.a));
  }
}

template <class T>
void check_signs() {
  for (const double x : {0.0, 1.0, 3.0, kInf}) {
    for (const double sign : {0.0, 2.0, kInf}) {
      CHECK(is_same(copysign(T(x), T(sign)), x));
      CHECK(is_same(copysign(T(-x), T(sign)), x));
      CHECK(is_same(copysign(T(x), T(-sign)), -x));
      CHECK(is_same(copysign(T(-x), T(-sign)), -x));
    }
    CHECK(is_same(abs(T(x)), x));
    CHECK(is_same(abs(T(-x)), x));
  }
  CHECK(abs(T(kNan)).is_nan());
  CHECK(abs(-T(kNan)).is_nan());
  CHECK_FALSE(abs(-T(kNan)).is_negative());
  CHECK(copysign(T(kNan), T(-1.0)).is_nan());
}

template <class T>
void check_that_nan_has_no_sign() {
  CHECK_FALSE(T(-kNan).is_negative());
  CHECK_FALSE((-T(kNan)).is_negative());
  CHECK((-T(kNan)).code() == T(kNan).code());
  CHECK(is_same(copysign(T(3.0), -T(kNan)), 3.0));
}

}  // namespace

TEST_CASE("minimum ... maximum_magnitude_number") {
  check_rows<Wide>();
  check_rows<Num<binary16>>();
  check_rows<Num<binary64>>();
  check_rows<Num<fp(15, 112)>>();
  check_rows<Num<e5m2, rd>>();
}

TEST_CASE("copysign and abs change the sign alone, of zeros, infinities and NaN too") {
  check_signs<Wide>();
  check_signs<Num<binary16>>();
  check_signs<Num<binary64, rz>>();
  check_signs<Num<fp(15, 112)>>();
}

TEST_CASE("a NaN of a format has no sign") {
  check_that_nan_has_no_sign<Num<binary16>>();
  check_that_nan_has_no_sign<Num<binary64, rz>>();
  check_that_nan_has_no_sign<Num<e4m3fnuz>>();
  check_that_nan_has_no_sign<Num<fp(15, 112)>>();
}

TEST_CASE("numbers that only Wide tells apart") {
  const Wide big(~format::Uint128{0}, 0), bigger(1, 128);
  CHECK(minimum(bigger, big).is_same(big));
  CHECK(maximum_magnitude(-bigger, big).is_same(-bigger));
  CHECK(maximum_number(Wide(1, -70000, true), -Wide()).is_same(-Wide()));
  CHECK(minimum_magnitude_number(Wide::nan(), Wide(1, -70000)).is_same(Wide(1, -70000)));
  CHECK(copysign(Wide(2), -Wide::nan()).is_same(Wide(-2)));  // the sign of a NaN counts
}

TEST_CASE("abs of an integer format's lowest number overflows; formats without -0 keep +0") {
  CHECK(static_cast<double>(abs(Num<integer(8)>(-128))) == 127);
  CHECK(static_cast<double>(abs(Num<integer(8), rne, Overflow::wrap>(-128))) == -128);
  using Fnuz = Num<e4m3fnuz>;
  CHECK_FALSE(copysign(Fnuz(0), Fnuz(-1)).is_negative());
  CHECK(copysign(Fnuz(0), Fnuz(-1)).code() == 0);
}

TEST_CASE("selections are constant expressions") {
  using F8 = Num<e4m3fn>;
  static_assert(minimum(F8(1), F8(-2)) == F8(-2));
  static_assert(minimum_magnitude(F8(-1), F8(1)) == F8(-1));
  static_assert(copysign(F8(2), F8(-0.0)) == F8(-2));
  static_assert(abs(F8(-0.0)).code() == 0);
  static_assert(maximum(Wide(1), Wide(2)) == Wide(2));
  CHECK(maximum_magnitude_number(F8(-3), F8(kNan)) == F8(-3));
}
