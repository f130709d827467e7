#include "lowprec/format/wide.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace lowprec {
namespace {

// significand * 2^exponent in T, for a significand of no more bits than T has; beyond the range of T infinity.
template <class T>
T assembled(format::Uint128 significand, int exponent) {
  const T upper = std::ldexp(static_cast<T>(static_cast<std::uint64_t>(significand >> 64)), 64);
  return std::ldexp(upper + static_cast<T>(static_cast<std::uint64_t>(significand)), exponent);
}

// significand / 2^shift, rounded to nearest, ties to even; shift > 0.
format::Uint128 rounded_shift(format::Uint128 significand, int shift) {
  if (shift > 128) return 0;  // below one half
  const format::Uint128 kept = shift == 128 ? 0 : significand >> shift;
  const format::Uint128 rest = shift == 128 ? significand : significand - (kept << shift);
  const format::Uint128 half = format::Uint128{1} << (shift - 1);
  return kept + (rest > half || (rest == half && kept % 2 != 0) ? 1U : 0U);
}

template <class T>
T nearest(const Wide& x) {
  using L = std::numeric_limits<T>;
  if (x.is_nan()) return L::quiet_NaN();
  T magnitude = L::infinity();
  if (x.is_zero()) {
    magnitude = 0;
  } else if (x.is_finite() && x.floor_log2() < L::max_exponent) {
    const int quantum = std::max(x.floor_log2(), L::min_exponent - 1) - (L::digits - 1);
    const int shift = quantum - x.exponent();
    magnitude = shift <= 0 ? assembled<T>(x.significand(), x.exponent())
                           : assembled<T>(rounded_shift(x.significand(), shift), quantum);
  }
  return x.is_negative() ? -magnitude : magnitude;
}

}  // namespace

Wide::Wide(long double x) : negative_(std::signbit(x)) {
  static_assert(std::numeric_limits<long double>::digits <= 128);
  kind_ = std::isnan(x) ? Kind::nan : std::isinf(x) ? Kind::infinite : Kind::finite;
  if (kind_ != Kind::finite) return;
  int exponent = 0;
  const long double upper_bits = std::ldexp(std::frexp(std::fabs(x), &exponent), 64);
  const long double upper = std::trunc(upper_bits), lower = std::ldexp(upper_bits - upper, 64);
  significand_ =
      (static_cast<format::Uint128>(static_cast<std::uint64_t>(upper)) << 64) + static_cast<std::uint64_t>(lower);
  exponent_ = exponent - 128;
  normalize();
}

Wide::operator double() const { return nearest<double>(*this); }
Wide::operator float() const { return nearest<float>(*this); }
Wide::operator long double() const { return nearest<long double>(*this); }

}  // namespace lowprec
