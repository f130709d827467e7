// The parts of math.h about exponents and classes of numbers, and calls with native numbers.
#pragma once

#include <algorithm>
#include <climits>
#include <cmath>

#include "lowprec/num/math.h"

namespace lowprec {

template <num::AnyNum N>
constexpr bool isnan(N x) {
  return x.is_nan();
}
template <num::AnyNum N>
constexpr bool isinf(N x) {
  return x.is_infinite();
}
template <num::AnyNum N>
constexpr bool isfinite(N x) {
  return x.is_finite();
}
template <num::AnyNum N>
constexpr bool signbit(N x) {
  return x.is_negative();
}
// Finite and not below the least normal number; of integers and fixed point, all numbers but zero.
template <num::AnyNum N>
constexpr bool isnormal(N x) {
  if (!x.is_finite() || x.is_zero()) return false;
  return N::format.twos_complement || abs(Wide(x.value())) >= N::format.template min_normal<Wide>();
}
template <num::AnyNum N>
constexpr int fpclassify(N x) {
  if (x.is_nan()) return FP_NAN;
  if (x.is_infinite()) return FP_INFINITE;
  return x.is_zero() ? FP_ZERO : isnormal(x) ? FP_NORMAL : FP_SUBNORMAL;
}
template <num::AnyNum N>
constexpr bool isgreater(N x, N y) {
  return x > y;
}
template <num::AnyNum N>
constexpr bool isgreaterequal(N x, N y) {
  return x >= y;
}
template <num::AnyNum N>
constexpr bool isless(N x, N y) {
  return x < y;
}
template <num::AnyNum N>
constexpr bool islessequal(N x, N y) {
  return x <= y;
}
template <num::AnyNum N>
constexpr bool islessgreater(N x, N y) {
  return x < y || x > y;
}
template <num::AnyNum N>
constexpr bool isunordered(N x, N y) {
  return x.is_nan() || y.is_nan();
}

// floor(log2 |x|); FP_ILOGB0, FP_ILOGBNAN, INT_MAX for zero, NaN, infinities.
template <num::AnyNum N>
constexpr int ilogb(N x) {
  if (x.is_nan()) return FP_ILOGBNAN;
  if (x.is_infinite()) return INT_MAX;
  return x.is_zero() ? FP_ILOGB0 : Wide(x.value()).floor_log2();
}
// x 2^n, rounded once.
template <num::AnyNum N>
N scalbln(N x, long n) {
  return scalbn(x, static_cast<int>(std::clamp(n, -1'000'000L, 1'000'000L)));  // as far as every format reaches
}
template <num::AnyNum N>
N ldexp(N x, int n) {
  return scalbn(x, n);
}
// x = fraction * 2^*exponent, 1/2 <= |fraction| < 1, rounded where the format has no such fraction.
template <num::AnyNum N>
N frexp(N x, int* exponent) {
  *exponent = x.is_finite() && !x.is_zero() ? ilogb(x) + 1 : 0;
  return *exponent == 0 ? x : scalbn(x, -*exponent);
}
// The fraction of x; *whole becomes its integer part. Both have its sign.
template <num::AnyNum N>
N modf(N x, N* whole) {
  *whole = trunc(x);
  return copysign(x.is_infinite() ? N(0.0, 0) : x - *whole, x);
}

// remainder(x, y); *quotient has the sign of x / y and the last three bits of the integer nearest to it.
template <num::AnyNum N>
N remquo(N x, N y, int* quotient) {
  *quotient = 0;
  const Wide a = abs(Wide(x.value())), b = abs(Wide(y.value()));
  if (a.is_finite() && b.is_finite() && !b.is_zero()) {
    static const Reference exact(fp(15, 112));
    const Wide rest = exact.fmod(a, Wide(b.significand(), b.exponent() + 3));
    const int bits = static_cast<int>(exact::to_int64(exact.div(rest, b), rne)) & 7;
    *quotient = x.is_negative() == y.is_negative() ? bits : -bits;
  }
  return remainder(x, y);
}

template <num::AnyNum N>
N nexttoward(N x, long double y) {
  if (x.is_nan() || y != y) return x + N(static_cast<double>(y), 0);
  return x == y ? x : x < y ? next_up(x) : next_down(x);
}

// With a native number on either side.
template <num::AnyNum N, std::floating_point T>
N pow(N x, T y) {
  return pow(x, N(y));
}
template <num::AnyNum N, num::NativeNumber T>
N pow(T x, N y) {
  return pow(N(x), y);
}
template <num::AnyNum N, num::NativeNumber T>
N atan2(N x, T y) {
  return atan2(x, N(y));
}
template <num::AnyNum N, num::NativeNumber T>
N atan2(T x, N y) {
  return atan2(N(x), y);
}
template <num::AnyNum N, num::NativeNumber T>
N hypot(N x, T y) {
  return hypot(x, N(y));
}
template <num::AnyNum N, num::NativeNumber T>
N hypot(T x, N y) {
  return hypot(N(x), y);
}
template <num::AnyNum N, num::NativeNumber T>
N fmod(N x, T y) {
  return fmod(x, N(y));
}
template <num::AnyNum N, num::NativeNumber T>
N fmod(T x, N y) {
  return fmod(N(x), y);
}
template <num::AnyNum N, num::NativeNumber T>
N remainder(N x, T y) {
  return remainder(x, N(y));
}
template <num::AnyNum N, num::NativeNumber T>
N remainder(T x, N y) {
  return remainder(N(x), y);
}
template <num::AnyNum N, num::NativeNumber T>
N fdim(N x, T y) {
  return fdim(x, N(y));
}
template <num::AnyNum N, num::NativeNumber T>
N fdim(T x, N y) {
  return fdim(N(x), y);
}
template <num::AnyNum N, num::NativeNumber T>
N fmin(N x, T y) {
  return fmin(x, N(y));
}
template <num::AnyNum N, num::NativeNumber T>
N fmin(T x, N y) {
  return fmin(N(x), y);
}
template <num::AnyNum N, num::NativeNumber T>
N fmax(N x, T y) {
  return fmax(x, N(y));
}
template <num::AnyNum N, num::NativeNumber T>
N fmax(T x, N y) {
  return fmax(N(x), y);
}
template <num::AnyNum N, num::NativeNumber T>
N copysign(N x, T y) {
  return copysign(x, N(y));
}
template <num::AnyNum N, num::NativeNumber T>
N copysign(T x, N y) {
  return copysign(N(x), y);
}
template <num::AnyNum N, num::NativeNumber T>
N nextafter(N x, T y) {
  return nextafter(x, N(y));
}
template <num::AnyNum N, num::NativeNumber T>
N nextafter(T x, N y) {
  return nextafter(N(x), y);
}
template <num::AnyNum N, num::NativeNumber T>
N midpoint(N x, T y) {
  return midpoint(x, N(y));
}
template <num::AnyNum N, num::NativeNumber T>
N midpoint(T x, N y) {
  return midpoint(N(x), y);
}

}  // namespace lowprec
