// Wide holds a number of any format exactly: a significand of up to 128 bits and any exponent.
#pragma once

#include <bit>
#include <compare>
#include <concepts>
#include <cstdint>
#include <limits>

#include "lowprec/format/code.h"
#include "lowprec/format/format.h"

namespace lowprec {

// A Wide is significand * 2^exponent with a sign, an infinity, or NaN. It holds every number of every format, every
// float, double and long double, and every 64-bit integer. The significand is odd, or it is 0 and so is the exponent;
// therefore equal numbers have equal members.
class Wide {
 public:
  enum class Kind : std::uint8_t { finite, infinite, nan };

  constexpr Wide() = default;
  constexpr Wide(format::Uint128 significand, int exponent, bool negative = false)
      : significand_(significand), exponent_(exponent), negative_(negative) {
    normalize();
  }

  // Conversions from native numbers are exact.
  constexpr Wide(double x) : negative_(std::bit_cast<std::uint64_t>(x) >> 63 != 0) {
    kind_ = x != x ? Kind::nan : x - x != 0 ? Kind::infinite : Kind::finite;
    if (kind_ != Kind::finite) return;
    const format::Magnitude magnitude = format::magnitude_of(x);
    significand_ = magnitude.significand;
    exponent_ = magnitude.exponent;
    normalize();
  }
  constexpr Wide(float x) : Wide(static_cast<double>(x)) {}
  Wide(long double x);
  template <std::integral I>
  constexpr Wide(I x) : significand_(static_cast<format::Uint128>(x)) {
    if constexpr (std::signed_integral<I>) {
      negative_ = x < 0;
      if (negative_) significand_ = 0 - significand_;
    }
    normalize();
  }

  static constexpr Wide infinity(bool negative = false) { return special(Kind::infinite, negative); }
  static constexpr Wide nan() { return special(Kind::nan, false); }

  constexpr format::Uint128 significand() const { return significand_; }
  constexpr int exponent() const { return exponent_; }
  constexpr bool is_negative() const { return negative_; }  // of zeros and NaN too
  constexpr bool is_nan() const { return kind_ == Kind::nan; }
  constexpr bool is_infinite() const { return kind_ == Kind::infinite; }
  constexpr bool is_finite() const { return kind_ == Kind::finite; }
  constexpr bool is_zero() const { return is_finite() && significand_ == 0; }

  // Returns floor(log2 |x|). The number must be finite and not zero.
  constexpr int floor_log2() const { return format::Magnitude{significand_, exponent_}.floor_log2(); }

  constexpr Wide operator-() const {
    Wide result = *this;
    result.negative_ = !negative_;
    return result;
  }
  constexpr Wide abs() const { return negative_ ? -*this : *this; }

  // Comparisons are those of numbers: -0 equals +0, and NaN equals nothing.
  friend constexpr bool operator==(const Wide& a, const Wide& b) { return (a <=> b) == 0; }
  friend constexpr std::partial_ordering operator<=>(const Wide& a, const Wide& b) {
    if (a.is_nan() || b.is_nan()) return std::partial_ordering::unordered;
    const int left = a.sign(), right = b.sign();
    if (left != right || left == 0) return left <=> right;
    return left > 0 ? compare_magnitudes(a, b) : compare_magnitudes(b, a);
  }

  // Returns whether both are the same number with the same sign, or both are NaN.
  constexpr bool is_same(const Wide& other) const {
    return is_nan() ? other.is_nan() : *this == other && negative_ == other.negative_;
  }

  // Rounds once, to nearest even. Numbers beyond the range of the native type become infinities.
  explicit operator double() const;
  explicit operator float() const;
  explicit operator long double() const;

 private:
  static constexpr Wide special(Kind kind, bool negative) {
    Wide result;
    result.kind_ = kind;
    result.negative_ = negative;
    return result;
  }

  constexpr int sign() const { return is_zero() ? 0 : negative_ ? -1 : 1; }

  static constexpr std::partial_ordering compare_magnitudes(const Wide& a, const Wide& b) {
    if (a.kind_ != b.kind_) return a.is_infinite() ? std::partial_ordering::greater : std::partial_ordering::less;
    if (a.is_infinite()) return std::partial_ordering::equivalent;
    if (a.floor_log2() != b.floor_log2()) return a.floor_log2() <=> b.floor_log2();
    const int shift = a.exponent_ - b.exponent_;  // below 128: the leading bits are at the same place
    return shift >= 0 ? (a.significand_ << shift) <=> b.significand_ : a.significand_ <=> (b.significand_ << -shift);
  }

  constexpr void normalize() {
    if (significand_ == 0) {
      exponent_ = 0;
      return;
    }
    const auto lower = static_cast<std::uint64_t>(significand_);
    const int zeros =
        lower != 0 ? std::countr_zero(lower) : 64 + std::countr_zero(static_cast<std::uint64_t>(significand_ >> 64));
    significand_ >>= zeros;
    exponent_ += zeros;
  }

  format::Uint128 significand_ = 0;
  int exponent_ = 0;
  Kind kind_ = Kind::finite;
  bool negative_ = false;
};

}  // namespace lowprec

template <>
struct std::numeric_limits<lowprec::Wide> {
  static constexpr bool is_specialized = true;
  static constexpr lowprec::Wide infinity() { return lowprec::Wide::infinity(); }
  static constexpr lowprec::Wide quiet_NaN() { return lowprec::Wide::nan(); }
};

namespace lowprec::format {

// Do the same as decode() and encode() of code.h, also for formats wider than binary64.
constexpr Wide decode_wide(const Format& f, Uint128 code) { return decode<Wide>(f, code); }
constexpr Uint128 encode_wide(const Format& f, const Wide& value) {
  if (value.is_nan()) return detail::nan_code(f);
  if (value.is_finite()) return detail::number_code(f, value.is_negative(), {value.significand(), value.exponent()});
  if (!f.has_infinity || (value.is_negative() && !f.is_signed)) detail::fail_no_number();
  return (value.is_negative() ? detail::sign_bit(f) : 0) | f.infinity_code();
}

}  // namespace lowprec::format
