// Cube root, error and gamma functions in 320 bits, by Boost.Math.
#include <algorithm>
#include <boost/math/constants/constants.hpp>
#include <boost/math/special_functions/cbrt.hpp>
#include <boost/math/special_functions/erf.hpp>
#include <boost/math/special_functions/gamma.hpp>

#include "exact/functions/functions.h"

namespace lowprec::exact {
namespace {

// From here on gamma(|x|) lies beyond every format (2^65536).
constexpr int kGammaEnd = 20000;
// 1 - erf(x) = 2^-212 there.
constexpr int kErrorEnd = 12;

constexpr int kLinear = -200;

const Real kOne(false, 1, 0);

bool is_odd_integer_part(const MathLane& x) { return floor(x / 2) * 2 != floor(x); }

}  // namespace

Real cube_root(const Real& x) {
  const Real magnitude{false, x.significand, x.exponent};
  const MathLane root = boost::math::cbrt(math_lane(magnitude));
  return kept(x.negative ? MathLane(-root) : root);
}

Real error_function(const Real& x) {
  const MathLane lane = math_lane(x);
  if (floor_log2(x) < kLinear) return kept(lane * 2 / sqrt(boost::math::constants::pi<MathLane>()));
  if (lane > kErrorEnd || lane < -kErrorEnd) return toward_zero({x.negative, 1, 0});
  return kept(boost::math::erf(lane));
}

Real complementary_error_function(const Real& x) {
  if (floor_log2(x) < kLinear) return x.negative ? away_from_zero(kOne) : toward_zero(kOne);
  const MathLane lane = math_lane(x);
  if (lane < -kErrorEnd) return toward_zero({false, 1, 1});
  if (lane > (1 << 12)) return tiny(false);  // e^-(2^24)
  return kept(boost::math::erfc(lane));
}

// Gamma(x) = 1/x - 0.577... near 0. Not at the poles.
Real gamma(const Real& x) {
  if (floor_log2(x) < kLinear) {
    format::Flags ignored;
    const Real inverse = quotient(kOne, x, false, ignored);
    return x.negative ? away_from_zero(inverse) : toward_zero(inverse);
  }
  const MathLane lane = math_lane(x);
  if (lane > kGammaEnd) return huge(false);
  if (lane < -kGammaEnd) return tiny(is_odd_integer_part(lane));
  return kept(boost::math::tgamma(lane));
}

Real log_gamma(const Real& x) {
  const MathLane lane = math_lane(x);
  if (floor_log2(x) < kLinear) return kept(-log(x.negative ? MathLane(-lane) : lane));
  return kept(boost::math::lgamma(lane));
}

}  // namespace lowprec::exact
