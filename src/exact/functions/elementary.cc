// Elementary functions in 320 bits. Where a result lies closer to an exact number than that, its side is known.
#include <algorithm>
#include <boost/math/special_functions/log1p.hpp>
#include <mutex>

#include "exact/functions/functions.h"

namespace lowprec::exact {
namespace {

using boost::multiprecision::cpp_int;

// Where the second term of a series is less than 2^-200 of the first: of series in x, in x^2.
constexpr int kLinear = -200;
constexpr int kSquare = -100;

bool is_below(const Real& x, int exponent) { return floor_log2(x) < exponent; }

MathLane absolute(const MathLane& x) { return signbit(x) != 0 ? MathLane(-x) : x; }

const Real kOne(false, 1, 0);

// 1 + x for |x| so small that nothing else of the series counts.
Real beside_one(bool above) { return above ? away_from_zero(kOne) : toward_zero(kOne); }

// log(1 + x), relative precision kept.
MathLane log_1p(const MathLane& x) { return boost::math::log1p(x); }

// atan(1 / n) 2^bits, truncated after each of at most `bits` terms.
cpp_int inverse_arc_tangent(unsigned n, unsigned bits) {
  cpp_int power = (cpp_int(1) << bits) / n, sum = power;
  for (unsigned k = 3; power != 0; k += 2) {
    power /= n * n;
    sum += k % 4 == 3 ? cpp_int(-(power / k)) : cpp_int(power / k);
  }
  return sum;
}

// pi / 2 times 2^bits, to some units (Machin's formula, with 40 guard bits for the truncated terms).
cpp_int half_pi(unsigned bits) {
  constexpr unsigned guard = 40;
  const unsigned all = bits + guard;
  return cpp_int(8 * inverse_arc_tangent(5, all) - 2 * inverse_arc_tangent(239, all)) >> guard;
}

// As many bits as were ever asked for.
cpp_int cached_half_pi(unsigned bits) {
  static std::mutex mutex;
  static cpp_int value;
  static unsigned have = 0;
  const std::scoped_lock lock(mutex);
  if (have < bits) {
    value = half_pi(bits);
    have = bits;
  }
  return value >> (have - bits);
}

MathLane quotient_lane(const Real& x, int least_exponent) {
  return is_below(x, least_exponent) ? MathLane(0) : math_lane(x);
}

}  // namespace

// x / (pi / 2) = quotient + rest: in units of 2^-bits, with bits enough that a rest as small as 2^-140 (x has at most
// 113 bits, and no multiple of pi / 2 is nearer) keeps 330 of them.
Reduced reduce_by_half_pi(const Real& x) {
  Reduced result;
  if (is_below(x, -1)) {
    result.rest = math_lane(x);
    return result;
  }
  constexpr int kRest = 480;
  const int bits = kRest + std::max(floor_log2(x), 0) + 8;
  const int shift = x.exponent + bits;
  const cpp_int n(x.significand), units = shift >= 0 ? cpp_int(n << shift) : cpp_int(n >> -shift);
  const cpp_int divisor = cached_half_pi(static_cast<unsigned>(bits));
  cpp_int quotient, rest;
  divide_qr(units, divisor, quotient, rest);
  if (rest * 2 > divisor) {
    quotient += 1;
    rest -= divisor;
  }
  result.quadrant = static_cast<int>(cpp_int(quotient & 3));
  result.rest = ldexp(MathLane(rest), -bits);
  if (x.negative) {
    result.rest = -result.rest;
    result.quadrant = (4 - result.quadrant) % 4;
  }
  return result;
}

Real exponential(const Real& x) {
  if (floor_log2(x) > 24) return x.negative ? tiny(false) : huge(false);
  if (is_below(x, kLinear)) return beside_one(!x.negative);
  return kept(exp(math_lane(x)));
}

Real exponential2(const Real& x) {
  if (floor_log2(x) > 24) return x.negative ? tiny(false) : huge(false);
  if (is_below(x, kLinear)) return beside_one(!x.negative);
  const MathLane lane = math_lane(x), whole = floor(lane);
  static const MathLane ln2 = log(MathLane(2));
  return kept(ldexp(exp(MathLane((lane - whole) * ln2)), static_cast<int>(whole)));
}

// e^x - 1 = 2 sinh(x / 2) e^(x / 2) loses no bits near 0.
Real exponential_minus_1(const Real& x) {
  if (is_below(x, kLinear)) return x.negative ? toward_zero(x) : away_from_zero(x);
  const MathLane lane = math_lane(x);
  if (x.negative && lane < -140) return toward_zero({true, 1, 0});
  if (floor_log2(x) > 24) return huge(false);
  const MathLane half = lane / 2;
  return kept(2 * sinh(half) * exp(half));
}

Real logarithm(const Real& x) { return kept(log(math_lane(x))); }

Real logarithm2(const Real& x) {
  const int exponent = floor_log2(x);
  if (msb(x.significand) == lsb(x.significand)) return Real(exponent < 0, Integer(std::abs(exponent)), 0);
  static const MathLane ln2 = log(MathLane(2));
  return kept(log(math_lane(x)) / ln2);
}

Real logarithm10(const Real& x) {
  static const MathLane ln10 = log(MathLane(10));
  return kept(log(math_lane(x)) / ln10);
}

Real logarithm_plus_1(const Real& x) {
  if (is_below(x, kLinear)) return x.negative ? away_from_zero(x) : toward_zero(x);
  return kept(log_1p(math_lane(x)));
}

// e^(y log x): the product has at most 25 bits before the point, which the 40 spare bits outlast.
Real power(const Real& x, const Real& y) {
  const MathLane product = math_lane(y) * log(math_lane(x));
  if (absolute(product) > (1 << 24)) return product < 0 ? tiny(false) : huge(false);
  if (absolute(product) < ldexp(MathLane(1), kLinear)) return beside_one(product > 0);
  return kept(exp(product));
}

Real sine(const Real& x) {
  if (is_below(x, kSquare)) return toward_zero(x);
  const auto [rest, quadrant] = reduce_by_half_pi(x);
  const MathLane y = quadrant % 2 == 0 ? sin(rest) : cos(rest);
  return kept(quadrant >= 2 ? MathLane(-y) : y);
}

Real cosine(const Real& x) {
  if (is_below(x, kSquare)) return beside_one(false);
  const auto [rest, quadrant] = reduce_by_half_pi(x);
  const MathLane y = quadrant % 2 == 0 ? cos(rest) : sin(rest);
  return kept(quadrant == 1 || quadrant == 2 ? MathLane(-y) : y);
}

Real tangent(const Real& x) {
  if (is_below(x, kSquare)) return away_from_zero(x);
  const auto [rest, quadrant] = reduce_by_half_pi(x);
  const MathLane s = sin(rest), c = cos(rest);
  return kept(quadrant % 2 == 0 ? MathLane(s / c) : MathLane(-c / s));
}

// asin x = atan(x / sqrt((1 - x)(1 + x))), acos x = 2 atan(sqrt((1 - x) / (1 + x))): no cancellation; |x| < 1 or x = 1.
Real arc_sine(const Real& x) {
  if (is_below(x, kSquare)) return away_from_zero(x);
  const MathLane lane = math_lane(x), rest = (1 - lane) * (1 + lane);
  if (rest == 0) return kept(asin(lane));
  return kept(atan(MathLane(lane / sqrt(rest))));
}

Real arc_cosine(const Real& x) {
  const MathLane lane = math_lane(x);
  if (lane == -1) return kept(acos(lane));
  return kept(2 * atan(sqrt(MathLane((1 - lane) / (1 + lane)))));
}

Real arc_tangent(const Real& x) {
  if (is_below(x, kSquare)) return toward_zero(x);
  return kept(atan(math_lane(x)));
}

Real arc_tangent2(const Real& y, const Real& x) {
  format::Flags ignored;
  const Real ratio = quotient(y, x, false, ignored);
  if (!x.negative && is_below(ratio, kSquare)) return toward_zero(ratio);
  static const MathLane pi = 4 * atan(MathLane(1));
  const MathLane angle = atan(quotient_lane({false, ratio.significand, ratio.exponent}, -kFunctionBits));
  const MathLane magnitude = x.negative ? MathLane(pi - angle) : angle;
  return kept(y.negative ? MathLane(-magnitude) : magnitude);
}

Real hyperbolic_sine(const Real& x) {
  if (is_below(x, kSquare)) return away_from_zero(x);
  if (floor_log2(x) > 24) return huge(x.negative);
  return kept(sinh(math_lane(x)));
}

Real hyperbolic_cosine(const Real& x) {
  if (is_below(x, kSquare)) return beside_one(true);
  if (floor_log2(x) > 24) return huge(false);
  return kept(cosh(math_lane(x)));
}

Real hyperbolic_tangent(const Real& x) {
  if (is_below(x, kSquare)) return toward_zero(x);
  const MathLane lane = math_lane(x);
  if (absolute(lane) > 70) return toward_zero({x.negative, 1, 0});  // 1 - 2 e^-140
  return kept(sinh(lane) / cosh(lane));
}

// asinh |x| = log1p(|x| + x^2 / (1 + sqrt(1 + x^2)))
Real area_sine(const Real& x) {
  if (is_below(x, kSquare)) return toward_zero(x);
  const MathLane a = absolute(math_lane(x)), square = a * a;
  const MathLane y = log_1p(MathLane(a + square / (1 + sqrt(MathLane(1 + square)))));
  return kept(x.negative ? MathLane(-y) : y);
}

// acosh x = log1p(d + sqrt(d (d + 2))), d = x - 1
Real area_cosine(const Real& x) {
  const MathLane d = math_lane(x) - 1;
  return kept(log_1p(MathLane(d + sqrt(MathLane(d * (d + 2))))));
}

// atanh x = log1p(2 x / (1 - x)) / 2
Real area_tangent(const Real& x) {
  if (is_below(x, kSquare)) return away_from_zero(x);
  const MathLane a = absolute(math_lane(x)), y = log_1p(MathLane(2 * a / (1 - a))) / 2;
  return kept(x.negative ? MathLane(-y) : y);
}

}  // namespace lowprec::exact
