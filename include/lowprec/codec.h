// Between values and codes of a format.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>

#include "lowprec/events.h"
#include "lowprec/format.h"
#include "lowprec/grid.h"

namespace lowprec {

enum class CodeClass : std::uint8_t { zero, subnormal, normal, infinity, nan };

// What encode makes of NaN where the format has no code for it: an Error, or a chosen code.
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
      return ~Uint128{0} >> (128 - f.magnitude_bits());
    case NanCodes::negative_zero:
      return sign_bit(f);
    case NanCodes::none:
      break;
  }
  throw Error("the format has no code for NaN");
}

// The code of NaN, or what the policy puts in its place; Error if there is neither.
constexpr Uint128 nan_code(const Format& f, NanPolicy policy) {
  if (f.has_nan() || !policy.is_replaced) return nan_code(f);
  if (f.bits < 64 && policy.code >> f.bits != 0)
    throw Error("the code to replace NaN by has more bits than the format");
  return policy.code;
}

[[noreturn]] inline void fail_no_number() { throw Error("the value is not a number of the format"); }

// The code of a finite number, of either sign; Error if it is not one of the format's.
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

// The class of a code below 2^bits.
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

// Whether a code is a signalling NaN (IEEE 754-2019, 6.2.1): the first fraction bit is clear. Only IEEE-like formats
// with fraction bits have any.
constexpr bool is_signalling(const Format& f, Uint128 code) {
  if (f.nan != NanCodes::ieee || f.fraction_bits() < 1) return false;
  return classify(f, code) == CodeClass::nan && (code >> (f.fraction_bits() - 1) & 1) == 0;
}

// The value of a code, as a double or as a Wide. Error if it is not below 2^bits; a double also if it is no binary64
// number. The code that `symmetric` drops keeps its value.
template <class T = double>
constexpr T decode(const Format& f, Uint128 code) {
  if (f.bits < 128 && code >> f.bits != 0) throw Error("the code has more bits than the format");
  const Uint128 sign = detail::sign_bit(f);
  const bool negative = (code & sign) != 0;
  const CodeClass kind = classify(f, code);
  if (kind == CodeClass::nan) return std::numeric_limits<T>::quiet_NaN();
  const Uint128 magnitude = !f.twos_complement ? code & ~sign : negative ? (sign << 1) - code : code;
  const T value = kind == CodeClass::infinity ? std::numeric_limits<T>::infinity() : f.template magnitude<T>(magnitude);
  return negative ? -value : value;
}

// The code of a value: exact, no rounding. Error if the value is not one of the format's; -0 becomes +0 where there is
// no -0, NaN becomes the quiet NaN of positive sign or follows the policy; NaNs replaced are counted in events->nan.
constexpr std::uint64_t encode(const Format& f, double value, NanPolicy policy = {}, Events* events = nullptr) {
  if (f.bits > 64) throw Error("codes of more than 64 bits are those of a Wide");
  const std::uint64_t bits = std::bit_cast<std::uint64_t>(value);
  const bool negative = bits >> 63 != 0;
  if (value != value) {
    if (events != nullptr && !f.has_nan()) ++events->nan;
    return static_cast<std::uint64_t>(detail::nan_code(f, policy));
  }
  if (value - value != 0) {
    if (!f.has_infinity || (negative && !f.is_signed)) detail::fail_no_number();
    return static_cast<std::uint64_t>((negative ? detail::sign_bit(f) : 0) | f.infinity_code());
  }
  return static_cast<std::uint64_t>(detail::number_code(f, negative, magnitude_of(value)));
}

// out[i] = decode(in[i]), for spans of equal size. Codes of any unsigned type of at least f.bits, values of any type
// that holds every number of the format. An Error names the index and the code; what is in `out` then is unspecified.
void decode(const Format& f, std::span<const std::uint8_t> in, std::span<float> out);
void decode(const Format& f, std::span<const std::uint16_t> in, std::span<float> out);
void decode(const Format& f, std::span<const std::uint32_t> in, std::span<float> out);
void decode(const Format& f, std::span<const std::uint64_t> in, std::span<float> out);
void decode(const Format& f, std::span<const std::uint8_t> in, std::span<double> out);
void decode(const Format& f, std::span<const std::uint16_t> in, std::span<double> out);
void decode(const Format& f, std::span<const std::uint32_t> in, std::span<double> out);
void decode(const Format& f, std::span<const std::uint64_t> in, std::span<double> out);

// out[i] = encode(in[i], policy), in the same way. NaNs replaced are added to events->nan.
void encode(const Format& f, std::span<const float> in, std::span<std::uint8_t> out, NanPolicy policy = {},
            Events* events = nullptr);
void encode(const Format& f, std::span<const float> in, std::span<std::uint16_t> out, NanPolicy policy = {},
            Events* events = nullptr);
void encode(const Format& f, std::span<const float> in, std::span<std::uint32_t> out, NanPolicy policy = {},
            Events* events = nullptr);
void encode(const Format& f, std::span<const float> in, std::span<std::uint64_t> out, NanPolicy policy = {},
            Events* events = nullptr);
void encode(const Format& f, std::span<const double> in, std::span<std::uint8_t> out, NanPolicy policy = {},
            Events* events = nullptr);
void encode(const Format& f, std::span<const double> in, std::span<std::uint16_t> out, NanPolicy policy = {},
            Events* events = nullptr);
void encode(const Format& f, std::span<const double> in, std::span<std::uint32_t> out, NanPolicy policy = {},
            Events* events = nullptr);
void encode(const Format& f, std::span<const double> in, std::span<std::uint64_t> out, NanPolicy policy = {},
            Events* events = nullptr);

// How the codes of a format lie in the representation of a lane T of P significand bits.
enum class CodeLayout : std::uint8_t {
  none,         // in no way that the kernels know
  fixed_point,  // integers: the last bits of x + 2^(P-1) q
  rebased,      // floating point: the bits of x + max(x, 2^e_min), less those of 2^e_min, shifted right by P - p
  same_fields,  // floating point with the exponent field of T: the bits of x shifted right by P - p
};

// What a kernel must know of a format to encode and decode, as constants of its lane type. Passed by value, as Grid.
template <class T>
struct CodeGrid {
  using Bits = typename Lane<T>::Bits;
  CodeLayout layout;
  int shift;           // P - p
  int sign_shift;      // from the sign of a code to that of T
  bool flushes;        // no subnormal numbers
  bool checks_values;  // not every number between -highest and highest that the layout can hold has a code
  bool checks_codes;   // not every magnitude code up to max_code has the value that the layout gives it
  bool encodes_nan;    // nan_code is a code for NaN
  Bits sign;           // sign bit of a code, 0 if unsigned
  Bits unsign;         // all other bits, those above the code too
  Bits codes;          // the bits of a code
  Bits offset;         // what the layout adds to the bits (fixed_point: by exclusive or)
  Bits max_code;       // codes above are infinities, NaN, or too wide
  Bits infinity_code;  // all bits: none
  Bits odd_code;       // a code to which the layout does not apply (NaN where -0 would be; 0 of E8M0)
  Bits nan_code;       // what NaN becomes
  T odd_value;         // the value of odd_code
  T infinity;          // NaN where the format has none
  T sign_mask;         // -0, or +0 if unsigned
  T zero;              // as in Grid
  T least;             // 2^e_min
  T lowest, highest;
  T magic;  // fixed_point: 2^(P-1) q, and 2^(k-1) q more if signed
  T kept;   // mask of the bits that a code keeps
};

template <class T>
constexpr CodeLayout code_layout(const Format& f) {
  using L = Lane<T>;
  const int least_normal = 1 - L::max_exponent;
  if (!fits_lane<T>(f) || f.bits > 8 * static_cast<int>(sizeof(T))) return CodeLayout::none;
  if (f.has_zero ? f.least_exponent == least_normal && !f.twos_complement
                 : f.least_exponent == least_normal - 1 && f.precision == 1 && !f.is_signed)
    return CodeLayout::same_fields;
  if (f.quantum_exponent() < least_normal) return CodeLayout::none;  // T has such numbers, but not full speed
  if (f.twos_complement) return f.bits < L::precision ? CodeLayout::fixed_point : CodeLayout::none;
  const bool doubles = f.max_exponent() < L::max_exponent;
  return doubles && (f.has_zero || !f.is_signed) ? CodeLayout::rebased : CodeLayout::none;
}

namespace detail {

template <class T>
constexpr void set_special_codes(CodeGrid<T>& g, const Format& f, NanPolicy policy) {
  constexpr auto none = ~typename Lane<T>::Bits{0};
  constexpr T nan = std::numeric_limits<T>::quiet_NaN();
  const bool subnormal_scale = !f.has_zero && g.layout == CodeLayout::same_fields;
  g.max_code = f.twos_complement ? g.codes : static_cast<typename Lane<T>::Bits>(f.max_code());
  g.infinity_code = f.has_infinity ? static_cast<typename Lane<T>::Bits>(f.infinity_code()) : none;
  g.infinity = f.has_infinity ? std::numeric_limits<T>::infinity() : nan;
  g.odd_code = subnormal_scale ? 0 : f.nan == NanCodes::negative_zero ? g.sign : none;
  g.odd_value = subnormal_scale ? Lane<T>::power(f.least_exponent) : nan;
  g.encodes_nan = f.has_nan() || policy.is_replaced;
  g.nan_code = g.encodes_nan ? static_cast<typename Lane<T>::Bits>(nan_code(f, policy)) : 0;
  g.checks_values = g.flushes || !f.is_signed;
  g.checks_codes = g.flushes || g.odd_code != none;
}

}  // namespace detail

// The constants of encoding and decoding f in T; their layout is code_layout<T>(f), which must not be `none`.
template <class T>
constexpr CodeGrid<T> make_code_grid(const Format& f, NanPolicy policy = {}) {
  using L = Lane<T>;
  using Bits = typename L::Bits;
  const int lane_bits = 8 * static_cast<int>(sizeof(T));
  const bool is_fixed = f.twos_complement;
  CodeGrid<T> g{};
  g.layout = code_layout<T>(f);
  if (g.layout == CodeLayout::none) throw Error("the codes of the format have no layout in the lane");
  g.shift = L::precision - f.precision;
  g.sign_shift = lane_bits - f.bits;
  g.flushes = f.has_zero && !f.has_subnormals;
  g.sign = static_cast<Bits>(detail::sign_bit(f));
  g.unsign = static_cast<Bits>(~g.sign);
  g.codes = static_cast<Bits>(static_cast<Bits>(-1) >> g.sign_shift);
  g.sign_mask = f.is_signed && !is_fixed ? T{-0.0} : T{0};
  g.zero = f.is_signed && f.has_negative_zero ? T{-0.0} : T{0};
  g.least = L::power(std::max(f.least_exponent, 1 - L::max_exponent));
  g.highest = L::number(f.number(f.max_code()));
  g.lowest = f.has_zero ? detail::lowest_number<T>(f) : g.least;
  g.kept = std::bit_cast<T>(static_cast<Bits>(static_cast<Bits>(-1) << g.shift));
  if (is_fixed) {
    const T magic = L::power(L::precision - 1 + f.quantum_exponent());
    g.magic = magic + (f.is_signed ? L::power(f.bits - 1 + f.quantum_exponent()) : T{0});
    g.offset = std::bit_cast<Bits>(magic) | g.sign;
  } else if (g.layout == CodeLayout::rebased) {
    g.offset = std::bit_cast<Bits>(f.has_zero ? g.least : g.least + g.least);
  }
  detail::set_special_codes(g, f, policy);
  return g;
}

}  // namespace lowprec
