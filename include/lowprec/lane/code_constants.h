// CodeConstants hold what a kernel must know of a format to encode and decode, as numbers of its lane type.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <limits>

#include "lowprec/format/code.h"
#include "lowprec/lane/lane_constants.h"

namespace lowprec::lane {

// How the codes of a format lie in the representation of a lane T of P significand bits.
enum class CodeLayout : std::uint8_t {
  none,         // the kernels know no layout
  fixed_point,  // integers: the last bits of x + 2^(P-1) q
  rebased,      // floating point: the bits of x + max(x, 2^e_min), less those of 2^e_min, shifted right by P - p
  same_fields,  // floating point with the exponent field of T: the bits of x shifted right by P - p
};

// The constants of encoding and decoding. Pass them by value, as LaneConstants.
template <class T>
struct CodeConstants {
  using Bits = typename Lane<T>::Bits;
  CodeLayout layout;
  int shift;              // P - p
  int sign_shift;         // from the sign of a code to that of T
  bool flushes;           // no subnormal numbers
  bool checks_values;     // not every number between -highest and highest that the layout can hold has a code
  bool checks_codes;      // not every magnitude code up to max_code has the value that the layout gives it
  bool encodes_nan;       // nan_code is a code for NaN
  Bits sign;              // sign bit of a code, 0 if unsigned
  Bits unsign;            // all other bits, those above the code too
  Bits codes;             // the bits of a code
  Bits offset;            // what the layout adds to the bits (fixed_point: by exclusive or)
  Bits max_code;          // codes above are infinities, NaN, or too wide
  Bits infinity_code;     // all bits: none
  Bits exceptional_code;  // a code to which the layout does not apply (NaN where -0 would be; 0 of E8M0)
  Bits nan_code;          // what NaN becomes
  T exceptional_value;    // the value of exceptional_code
  T infinity;             // NaN where the format has none
  T sign_mask;            // -0, or +0 if unsigned
  T zero;                 // as in LaneConstants
  T least;                // 2^e_min
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
constexpr void set_special_codes(CodeConstants<T>& g, const Format& f, format::NanPolicy policy) {
  constexpr auto none = ~typename Lane<T>::Bits{0};
  constexpr T nan = std::numeric_limits<T>::quiet_NaN();
  const bool subnormal_scale = !f.has_zero && g.layout == CodeLayout::same_fields;
  g.max_code = f.twos_complement ? g.codes : static_cast<typename Lane<T>::Bits>(f.max_code());
  g.infinity_code = f.has_infinity ? static_cast<typename Lane<T>::Bits>(f.infinity_code()) : none;
  g.infinity = f.has_infinity ? std::numeric_limits<T>::infinity() : nan;
  g.exceptional_code = subnormal_scale ? 0 : f.nan == format::NanCodes::negative_zero ? g.sign : none;
  g.exceptional_value = subnormal_scale ? Lane<T>::power(f.least_exponent) : nan;
  g.encodes_nan = f.has_nan() || policy.is_replaced;
  g.nan_code = g.encodes_nan ? static_cast<typename Lane<T>::Bits>(format::detail::nan_code(f, policy)) : 0;
  g.checks_values = g.flushes || !f.is_signed;
  g.checks_codes = g.flushes || g.exceptional_code != none;
}

}  // namespace detail

// The constants of encoding and decoding f in T; their layout is code_layout<T>(f), which must not be `none`.
template <class T>
constexpr CodeConstants<T> make_code_constants(const Format& f, format::NanPolicy policy = {}) {
  using L = Lane<T>;
  using Bits = typename L::Bits;
  const int lane_bits = 8 * static_cast<int>(sizeof(T));
  const bool is_fixed = f.twos_complement;
  CodeConstants<T> g{};
  g.layout = code_layout<T>(f);
  if (g.layout == CodeLayout::none) throw Error("the codes of the format have no layout in the lane");
  g.shift = L::precision - f.precision;
  g.sign_shift = lane_bits - f.bits;
  g.flushes = f.has_zero && !f.has_subnormals;
  g.sign = static_cast<Bits>(format::detail::sign_bit(f));
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

}  // namespace lowprec::lane
