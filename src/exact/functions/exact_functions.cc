#include <algorithm>

#include "exact/functions/functions.h"

namespace lowprec::exact {

MathLane math_lane(const Real& x) {
  const MathLane magnitude = ldexp(MathLane(x.significand), x.exponent);
  return x.negative ? MathLane(-magnitude) : magnitude;
}

Real kept(const MathLane& x) {
  const bool negative = signbit(x) != 0;
  if (x == 0) return {negative, 0, 0};
  const int exponent = ilogb(x) + 1 - kKeptBits;
  const MathLane quanta = ldexp(negative ? MathLane(-x) : x, -exponent);
  return {negative, Integer(floor(MathLane(quanta + 0.5))), exponent};
}

int floor_log2(const Real& x) { return static_cast<int>(msb(x.significand)) + x.exponent; }

Real huge(bool negative) { return {negative, 1, 10'000'000}; }
Real tiny(bool negative) { return {negative, 1, -10'000'000}; }

Real toward_zero(const Real& x) { return nudged(x, x.negative); }
Real away_from_zero(const Real& x) { return nudged(x, !x.negative); }

}  // namespace lowprec::exact
