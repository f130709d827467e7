// Functions of exact numbers. Results are exact, or have so many bits that a rounding to any format cannot tell.
#pragma once

#include <boost/multiprecision/cpp_bin_float.hpp>
#include <cstdint>

#include "exact/real.h"

namespace lowprec::exact {

// The precision of MathLane, in which the functions are computed. Its exponent is practically unlimited.
constexpr int kFunctionBits = 320;
// The bits that are kept: results of Boost are right to some 2^-310, sums of two of them to 2^-300.
constexpr int kKeptBits = 280;
using MathLane = boost::multiprecision::number<
    boost::multiprecision::cpp_bin_float<kFunctionBits, boost::multiprecision::digit_base_2, void, std::int32_t,
                                         -(1 << 29), (1 << 29)>,
    boost::multiprecision::et_off>;

MathLane math_lane(const Real& x);
// Returns x rounded to kKeptBits. x must not be NaN.
Real kept(const MathLane& x);

// Returns floor(log2 |x|). x must be finite and not zero.
int floor_log2(const Real& x);
// Return a number above the largest of all formats, and one below the least of all formats.
Real huge(bool negative);
Real tiny(bool negative);
// Return x nudged toward zero or away from it. They stand for an exact result that lies next to x on that side.
Real toward_zero(const Real& x);
Real away_from_zero(const Real& x);

// The remainder of x by pi / 2, in [-pi/4, pi/4] and with full relative precision, and the quotient modulo 4.
struct Reduced {
  MathLane rest;
  int quadrant = 0;
};
Reduced reduce_by_half_pi(const Real& x);

// In all of these x must be finite, not zero, and no special case of the function: special_cases.cc has dealt with its
// domain and its limits.
Real exponential(const Real& x);
Real exponential2(const Real& x);
Real exponential_minus_1(const Real& x);
Real logarithm(const Real& x);
Real logarithm2(const Real& x);
Real logarithm10(const Real& x);
Real logarithm_plus_1(const Real& x);
Real power(const Real& x, const Real& y);  // x > 0, x != 1
Real sine(const Real& x);
Real cosine(const Real& x);
Real tangent(const Real& x);
Real arc_sine(const Real& x);
Real arc_cosine(const Real& x);
Real arc_tangent(const Real& x);
Real arc_tangent2(const Real& y, const Real& x);
Real hyperbolic_sine(const Real& x);
Real hyperbolic_cosine(const Real& x);
Real hyperbolic_tangent(const Real& x);
Real area_sine(const Real& x);
Real area_cosine(const Real& x);
Real area_tangent(const Real& x);
Real cube_root(const Real& x);
Real error_function(const Real& x);
Real complementary_error_function(const Real& x);
Real gamma(const Real& x);
Real log_gamma(const Real& x);

}  // namespace lowprec::exact
