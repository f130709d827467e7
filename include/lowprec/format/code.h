// Encodes and decodes single numbers. Nothing is rounded.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <limits>

#include "lowprec/format/events.h"
#include "lowprec/format/format.h"

namespace lowprec::format {

enum class CodeClass : std::uint8_t { zero, subnormal, normal, infinity, nan };

// Says what encode() does with NaN if the format has no code for it: it throws Error, or it takes `code`.
struct NanPolicy {
  bool is_replaced = false;
  std::uint64_t code = 0;

  static constexpr NanPolicy error() { return {}; }
  static constexpr NanPolicy replace_by(std::uint64_t code) { return {true, code}; }
};

namespace detail {

constexpr Uint128 sign_bit(const Format& f) { return f.is_signed ? Uint128{1} << (f.bits - 1) : 0; }

constexpr Uint128 nan_code(const Format& f) {
  switch (f.nan) {
    case NanCodes::ieee:
      return f.infinity_code() + (f.fraction_bits() > 0 ? Uint128{1} << (f.fraction_bits() - 1) : 0);
    case NanCodes::top:
      return ~format::Uint128{0} >> (128 - f.magnitude_bits());
    case NanCodes::negative_zero:
      return sign_bit(f);
    case NanCodes::none:
      break;
  }
  throw Error("the format has no code for NaN");
}

// Returns the code of NaN, or the one that the policy puts in its place. Throws Error if there is neither.
constexpr Uint128 nan_code(const Format& f, NanPolicy policy) {
  if (f.has_nan() || !policy.is_replaced) return nan_code(f);
  if (f.bits < 64 && policy.code >> f.bits != 0)
    throw Error("the code to replace NaN by has more bits than the format");
  return policy.code;
}

[[noreturn]] inline void fail_no_number() { throw Error("the value is not a number of the format"); }

// Returns the code of a finite number of either sign. Throws Error if the format does not have the number.
constexpr Uint128 number_code(const Format& f, bool negative, Magnitude x) {
  const Uint128 sign = negative ? sign_bit(f) : 0;
  if (x.significand == 0 && f.has_zero) return f.has_negative_zero ? sign : 0;
  if (x.significand == 0 || (negative && !f.is_signed)) fail_no_number();
  const bool is_lowest = negative && f.twos_complement && !f.symmetric;
  const Uint128 greatest = f.max_code() + (is_lowest ? 1 : 0);
  const int exponent = f.twos_complement ? f.least_exponent : std::max(x.floor_log2(), f.least_exponent);
  const int shift = x.exponent - (exponent - f.fraction_bits());
  const bool too_far = exponent > f.max_exponent() + 1 || shift < -127 || bit_width(x.significand) + shift > 127;
  if (too_far || (shift < 0 && x.significand >> -shift << -shift != x.significand)) fail_no_number();
  const Uint128 quanta = shift >= 0 ? x.significand << shift : x.significand >> -shift;
  Uint128 code = quanta + (static_cast<Uint128>(exponent - f.least_exponent) << f.fraction_bits());
  if (!f.has_zero) code -= Uint128{1} << f.fraction_bits();
  const bool is_flushed = f.has_zero && !f.has_subnormals && x.floor_log2() < f.least_exponent;
  const bool is_below = !f.has_zero && x.floor_log2() < f.least_exponent;
  if (code > greatest || is_flushed || is_below) fail_no_number();
  return f.twos_complement && negative ? (sign << 1) - code : sign | code;
}

}  // namespace detail

// Returns the class of a code, which must be below 2^bits.
constexpr CodeClass classify(const Format& f, Uint128 code) {
  const Uint128 sign = detail::sign_bit(f);
  const Uint128 magnitude = code & ~sign;
  if (f.twos_complement) return code == 0 ? CodeClass::zero : CodeClass::normal;
  if (f.nan == NanCodes::negative_zero && code == sign) return CodeClass::nan;
  if (magnitude > f.max_code())
    return f.has_infinity && magnitude == f.infinity_code() ? CodeClass::infinity : CodeClass::nan;
  const Magnitude number = f.number(magnitude);
  if (number.significand == 0) return CodeClass::zero;
  return number.floor_log2() < f.least_exponent ? CodeClass::subnormal : CodeClass::normal;
}

// Returns whether a code is a signalling NaN (IEEE 754-2019, 6.2.1), which has a clear first fraction bit. Only
// IEEE-like formats with fraction bits have such codes.
constexpr bool is_signalling(const Format& f, Uint128 code) {
  if (f.nan != NanCodes::ieee || f.fraction_bits() < 1) return false;
  return classify(f, code) == CodeClass::nan && (code >> (f.fraction_bits() - 1) & 1) == 0;
}

}  // namespace lowprec::format

namespace lowprec {

// Returns the value of a code as a T, which is double or Wide. Throws Error if the code is not below 2^bits, or if T is
// double and the value is no binary64 number. The code that `symmetric` drops keeps its value.
template <class T = double>
constexpr T decode(const Format& f, format::Uint128 code) {
  if (f.bits < 128 && code >> f.bits != 0) throw Error("the code has more bits than the format");
  const format::Uint128 sign = format::detail::sign_bit(f);
  const bool negative = (code & sign) != 0;
  const format::CodeClass kind = format::classify(f, code);
  if (kind == format::CodeClass::nan) return std::numeric_limits<T>::quiet_NaN();
  const format::Uint128 magnitude = !f.twos_complement ? code & ~sign : negative ? (sign << 1) - code : code;
  const T value =
      kind == format::CodeClass::infinity ? std::numeric_limits<T>::infinity() : f.template magnitude<T>(magnitude);
  return negative ? -value : value;
}

// Returns the code of a value, without rounding. Throws Error if the format does not have the value. If the format has
// no -0, -0 becomes +0. NaN becomes the quiet NaN of positive sign or, where there is none, follows the policy;
// events->nan then counts it. The format must have at most 64 bits.
constexpr std::uint64_t encode(const Format& f, double value, format::NanPolicy policy = {}, Events* events = nullptr) {
  if (f.bits > 64) throw Error("codes of more than 64 bits are those of a Wide");
  const std::uint64_t bits = std::bit_cast<std::uint64_t>(value);
  const bool negative = bits >> 63 != 0;
  if (value != value) {
    if (events != nullptr && !f.has_nan()) ++events->nan;
    return static_cast<std::uint64_t>(format::detail::nan_code(f, policy));
  }
  if (value - value != 0) {
    if (!f.has_infinity || (negative && !f.is_signed)) format::detail::fail_no_number();
    return static_cast<std::uint64_t>((negative ? format::detail::sign_bit(f) : 0) | f.infinity_code());
  }
  return static_cast<std::uint64_t>(format::detail::number_code(f, negative, format::magnitude_of(value)));
}

}  // namespace lowprec
