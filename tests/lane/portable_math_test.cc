#include "lane/portable_math.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

using namespace lowprec;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

double relative(double value, double right) { return std::abs(value / right - 1); }

}  // namespace

TEST_CASE("exp and ln are libm's within their errors") {
  double worst_exp = 0, worst_log = 0;
  for (int i = -6990; i <= 2990; ++i) {
    const double x = i * 0.1 + 0.01234;
    worst_exp = std::max(worst_exp, relative(lane::portable_exp(x), std::exp(x)));
    const double y = std::exp(x);
    if (std::abs(x) > 0.1) worst_log = std::max(worst_log, relative(lane::portable_log(y), std::log(y)));
  }
  CHECK(worst_exp < 0x1p-50);
  CHECK(worst_log < 0x1p-44);
}

TEST_CASE("expm1 does not cancel near 0") {
  double worst = 0;
  for (double x = 0x1p-60; x < 300; x *= 1.0078125)
    worst = std::max(worst, relative(lane::portable_expm1(x), std::expm1(x)));
  CHECK(worst < 0x1p-49);
  CHECK(lane::portable_expm1(0) == 0);
}

TEST_CASE("ends of the range") {
  CHECK(lane::portable_exp(0) == 1);
  CHECK(lane::portable_exp(-infinity) == 0);
  CHECK(lane::portable_exp(-701) == 0);
  CHECK(std::isnan(lane::portable_exp(std::nan(""))));
  CHECK(lane::portable_log(1) == 0);
  CHECK(lane::portable_log(0) == -infinity);
  CHECK(lane::portable_log(infinity) == infinity);
}
