// Between values and codes of a format.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>

#include "lowprec/format.h"

namespace lowprec {

enum class CodeClass : std::uint8_t { zero, subnormal, normal, infinity, nan };

namespace detail {

constexpr std::uint64_t sign_bit(const Format& f) { return f.is_signed ? std::uint64_t{1} << (f.bits - 1) : 0; }

constexpr std::uint64_t nan_code(const Format& f) {
  switch (f.nan) {
    case NanCodes::ieee:
      return f.infinity_code() + (f.fraction_bits() > 0 ? std::uint64_t{1} << (f.fraction_bits() - 1) : 0);
    case NanCodes::top:
      return (std::uint64_t{1} << f.magnitude_bits()) - 1;
    case NanCodes::negative_zero:
      return sign_bit(f);
    case NanCodes::none:
      break;
  }
  throw Error("the format has no code for NaN");
}

// The magnitude code of a positive number of the format; Error if the value is not one.
constexpr std::uint64_t magnitude_code(const Format& f, double magnitude) {
  const int exponent = f.twos_complement ? f.least_exponent : std::max(floor_log2(magnitude), f.least_exponent);
  const double quanta = magnitude * exp2i((f.fraction_bits() - exponent) / 2) *
                        exp2i(f.fraction_bits() - exponent - (f.fraction_bits() - exponent) / 2);
  const auto significand = quanta < 0x1p63 ? static_cast<std::uint64_t>(quanta) : 0;
  std::uint64_t code = significand + (static_cast<std::uint64_t>(exponent - f.least_exponent) << f.fraction_bits());
  if (!f.has_zero) code -= std::uint64_t{1} << f.fraction_bits();
  if (static_cast<double>(significand) != quanta || f.magnitude(code) != magnitude)
    throw Error("the value is not a number of the format");
  return code;
}

}  // namespace detail

// The class of a code below 2^bits.
constexpr CodeClass classify(const Format& f, std::uint64_t code) {
  const std::uint64_t sign = detail::sign_bit(f);
  const std::uint64_t magnitude = code & ~sign;
  if (f.twos_complement) return code == 0 ? CodeClass::zero : CodeClass::normal;
  if (f.nan == NanCodes::negative_zero && code == sign) return CodeClass::nan;
  if (magnitude > f.max_code())
    return f.has_infinity && magnitude == f.infinity_code() ? CodeClass::infinity : CodeClass::nan;
  const double value = f.magnitude(magnitude);
  if (value == 0) return CodeClass::zero;
  return value < f.min_normal() ? CodeClass::subnormal : CodeClass::normal;
}

// The value of a code. Error if it is not below 2^bits. The code that `symmetric` drops keeps its value.
constexpr double decode(const Format& f, std::uint64_t code) {
  if (f.bits < 64 && code >> f.bits != 0) throw Error("the code has more bits than the format");
  const std::uint64_t sign = detail::sign_bit(f);
  if (f.twos_complement) {
    const std::uint64_t magnitude = (code & sign) != 0 ? (sign << 1) - code : code;
    return (code & sign) != 0 ? -f.magnitude(magnitude) : f.magnitude(magnitude);
  }
  double value = 0;
  switch (classify(f, code)) {
    case CodeClass::nan:
      return std::numeric_limits<double>::quiet_NaN();
    case CodeClass::infinity:
      value = std::numeric_limits<double>::infinity();
      break;
    default:
      value = f.magnitude(code & ~sign);
  }
  return (code & sign) != 0 ? -value : value;
}

// The code of a value: exact, no rounding. Error if the value is not one of the format's; -0 becomes +0 where there is
// no -0, NaN becomes the quiet NaN of positive sign.
constexpr std::uint64_t encode(const Format& f, double value) {
  if (value != value) return detail::nan_code(f);
  const std::uint64_t sign = std::bit_cast<std::uint64_t>(value) >> 63 != 0 ? detail::sign_bit(f) : 0;
  const double magnitude = value < 0 ? -value : value;
  if (magnitude == 0 && f.has_zero) return f.has_negative_zero ? sign : 0;
  const bool in_range = f.lowest() <= value && value <= f.max();
  if (in_range && f.twos_complement && sign != 0) return (sign << 1) - detail::magnitude_code(f, magnitude);
  if (in_range) return sign | detail::magnitude_code(f, magnitude);
  if (magnitude == std::numeric_limits<double>::infinity() && f.has_infinity && (value > 0 || f.is_signed))
    return sign | f.infinity_code();
  throw Error("the value is not a number of the format");
}

// out[i] = decode(in[i]) and out[i] = encode(in[i]); an Error names the index. Spans of equal size.
void decode(const Format& f, std::span<const std::uint64_t> in, std::span<double> out);
void encode(const Format& f, std::span<const double> in, std::span<std::uint64_t> out);

}  // namespace lowprec
