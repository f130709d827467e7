// Functions of exact numbers: results exact, or with so many bits that a rounding to any format cannot tell.
#pragma once

#include <boost/multiprecision/cpp_bin_float.hpp>
#include <cstdint>

#include "exact/real.h"

namespace lowprec::exact {

// What the functions are computed in. Its exponent does not end.
constexpr int kFunctionBits = 320;
// What is kept: results of Boost are good to some 2^-310, sums of two of them to 2^-300.
constexpr int kKeptBits = 280;
using MathLane = boost::multiprecision::number<
    boost::multiprecision::cpp_bin_float<kFunctionBits, boost::multiprecision::digit_base_2, void, std::int32_t,
                                         -(1 << 29), (1 << 29)>,
    boost::multiprecision::et_off>;

MathLane math_lane(const Real& x);
// Rounded to kKeptBits. Not for NaN.
Real kept(const MathLane& x);

// floor(log2 |x|) of a finite number other than zero.
int floor_log2(const Real& x);
// A number above all formats' largest, below all formats' least.
Real huge(bool negative);
Real tiny(bool negative);
// x next to which the exact result lies, on the side toward zero or away from it.
Real toward_zero(const Real& x);
Real away_from_zero(const Real& x);

// The remainder of x by pi / 2, in [-pi/4, pi/4] and of full relative precision, and the quotient modulo 4.
struct Reduced {
  MathLane rest;
  int quadrant = 0;
};
Reduced reduce_by_half_pi(const Real& x);

// x is finite, not zero, and no special case of the function: its domain and its limits have been dealt with.
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
