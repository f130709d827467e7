// A number format: a finite grid of reals and how its codes are laid out.
//
// Every limit is derived from a few orthogonal fields. A code is a sign bit (if signed) above a magnitude code, and
// magnitude codes count the non-negative values upwards: with m = p - 1 fraction bits, code c = E * 2^m + T stands for
//     T * 2^(e_min - m)                      if E = 0      (zero and subnormals)
//     (2^m + T) * 2^(e_min - m + E - 1)      otherwise.
// INT-k is the same grid seen below its least full binade (p = k, e_min = k - 1: the quantum is 1 everywhere) with
// two's complement codes; a power-of-two step shifts e_min. Sources: IEEE 754-2019 clause 3; OCP 8-bit Floating Point
// Specification 1.0; OCP Microscaling Formats 1.0; IEEE P3109 Interim Report v4.0, clause 4.
#pragma once

#include <cstdint>
#include <limits>

#include "lowprec/format/error.h"
#include "lowprec/format/magnitude.h"

namespace lowprec::format {

// Which codes stand for NaN.
enum class NanCodes : std::uint8_t {
  none,  // no code does
  ieee,  // every code of the top exponent with a non-zero fraction (and, where there is no infinity, with zero)
  top,   // the greatest magnitude code, of either sign (OCP E4M3; E8M0)
  negative_zero,  // the code that would be -0 (FNUZ)
};

}  // namespace lowprec::format

namespace lowprec {

struct Format {
  int bits = 0;            // width of a code, sign included
  int precision = 0;       // p: significand bits, the implicit one included
  int least_exponent = 0;  // e_min: exponent of the least normal number
  bool is_signed = true;
  bool has_infinity = false;
  format::NanCodes nan = format::NanCodes::none;
  bool has_negative_zero = false;
  bool has_zero = true;        // false: code 0 is the least normal number (E8M0)
  bool has_subnormals = true;  // false: codes with E = 0 and T != 0 read as zero and are never written
  bool twos_complement = false;
  bool symmetric = false;  // two's complement without its lowest code
  bool is_p3109 = false;   // IEEE P3109's rules: x / 0 is NaN, finite formats saturate

  constexpr bool operator==(const Format&) const = default;

  constexpr int fraction_bits() const { return precision - 1; }
  constexpr int magnitude_bits() const { return bits - (is_signed ? 1 : 0); }
  constexpr int exponent_bits() const { return magnitude_bits() - fraction_bits(); }
  constexpr int bias() const { return (has_zero ? 1 : 0) - least_exponent; }
  constexpr bool has_nan() const { return nan != format::NanCodes::none; }

  // Exponent of the quantum of the subnormal numbers, the least distance between two values.
  constexpr int quantum_exponent() const { return least_exponent - fraction_bits(); }

  // The number that a magnitude code stands for (not the code of an infinity or NaN).
  constexpr format::Magnitude number(format::Uint128 code) const {
    if (twos_complement) return {code, quantum_exponent()};
    const format::Uint128 hidden = format::Uint128{1} << fraction_bits();
    const format::Uint128 fraction = code & (hidden - 1);
    const int field = static_cast<int>(code >> fraction_bits());
    if (!has_zero) return {hidden + fraction, quantum_exponent() + field};
    if (field == 0) return {has_subnormals ? fraction : 0, quantum_exponent()};
    return {hidden + fraction, quantum_exponent() + field - 1};
  }
  template <class T = double>
  constexpr T magnitude(format::Uint128 code) const {
    return number(code).template as<T>();
  }

  // The magnitude code of the largest finite number.
  constexpr format::Uint128 max_code() const {
    const format::Uint128 all = ~format::Uint128{0} >> (128 - magnitude_bits());
    if (nan == format::NanCodes::ieee) return all - (format::Uint128{1} << fraction_bits());
    return all - (nan == format::NanCodes::top ? 1U : 0U) - (has_infinity ? 1U : 0U);
  }

  // Magnitude code of infinity, where there is one.
  constexpr format::Uint128 infinity_code() const { return max_code() + 1; }

  // Limits, as a double or as a type made from significand and exponent; exact, or Error.
  template <class T = double>
  constexpr T max() const {
    return magnitude<T>(max_code());
  }
  constexpr int max_exponent() const { return number(max_code()).floor_log2(); }

  // The magnitude of the least (most negative) finite number.
  constexpr format::Magnitude lowest_magnitude() const {
    return number(!is_signed ? 0 : max_code() + (twos_complement && !symmetric ? 1U : 0U));
  }
  template <class T = double>
  constexpr T lowest() const {
    const T magnitude = lowest_magnitude().template as<T>();
    return is_signed ? T(-magnitude) : magnitude;
  }

  template <class T = double>
  constexpr T min_normal() const {
    return format::Magnitude{1, least_exponent}.template as<T>();
  }

  // The least positive number.
  template <class T = double>
  constexpr T min_positive() const {
    return format::Magnitude{1, has_zero && has_subnormals ? quantum_exponent() : least_exponent}.template as<T>();
  }

  // The same grid with every value multiplied by 2^exponent.
  constexpr Format scaled(int exponent) const {
    Format result = *this;
    result.least_exponent += exponent;
    return result;
  }
};

}  // namespace lowprec

namespace lowprec::format {

// Whether every finite number of g is a number of f. (False, too, for the formats without zero or subnormal numbers
// where nothing but their gaps speaks for it.)
constexpr bool contains(const Format& f, const Format& g) {
  if (f == g) return true;
  const auto reaches = [](const Magnitude& a, const Magnitude& b) {  // a >= b
    if (a.floor_log2() != b.floor_log2()) return a.floor_log2() > b.floor_log2();
    const int shift = a.exponent - b.exponent;
    return shift >= 0 ? a.significand << shift >= b.significand : a.significand >= b.significand << -shift;
  };
  const bool signs = f.is_signed || !g.is_signed;
  return signs && f.has_zero && f.has_subnormals && f.precision >= g.precision &&
         f.quantum_exponent() <= g.quantum_exponent() && reaches(f.number(f.max_code()), g.number(g.max_code())) &&
         (!g.is_signed || reaches(f.lowest_magnitude(), g.lowest_magnitude()));
}

// Throws Error, with the reason, for a format beyond what lowprec knows: codes of 1 to 128 bits, 1 to 113 significand
// bits, exponents of up to 17 bits. Returns its argument.
constexpr Format checked(Format f) {
  if (f.precision < 1 || f.precision > 113) throw Error("a format needs 1 to 113 significand bits");
  if (f.bits < 1 || f.bits > 128) throw Error("a format needs a code of 1 to 128 bits");
  if (f.exponent_bits() > 17) throw Error("a format has at most 17 exponent bits");
  if (f.least_exponent < -100000 || f.least_exponent > 100000)
    throw Error("the least normal number of a format must lie between 2^-100000 and 2^100000");
  return f;
}

}  // namespace lowprec::format

namespace lowprec {

// Special values of fp(e, m).
enum class Specials : std::uint8_t {
  ieee,    // infinities, and NaN in the rest of the top exponent
  fn,      // "finite, NaN": the top code is NaN, no infinities (OCP E4M3)
  fnuz,    // "finite, NaN, unsigned zero": the code of -0 is NaN, no infinities
  finite,  // every code is a number (OCP E2M1, E2M3, E3M2)
};

}  // namespace lowprec

namespace lowprec::format {

struct FpOptions {
  static constexpr int usual_bias = std::numeric_limits<int>::min();  // 2^(e-1) - 1; 2^(e-1) for fnuz

  Specials specials = Specials::ieee;
  int bias = usual_bias;
  bool subnormals = true;
  bool is_signed = true;
};

}  // namespace lowprec::format

namespace lowprec {

// Floating point with e exponent bits and m explicit fraction bits. Throws Error for impossible parameters.
constexpr Format fp(int e, int m, format::FpOptions options = {}) {
  const Specials s = options.specials;
  if (e < 1 || e > 15) throw Error("fp(e,m) needs 1 to 15 exponent bits");
  if (m < 0 || m > 112) throw Error("fp(e,m) needs 0 to 112 fraction bits");
  if (m == 0 && s == Specials::ieee) throw Error("fp(e,0) has no room for NaN: add finite, fn or fnuz");
  if (!options.is_signed && s == Specials::fnuz)
    throw Error("an unsigned format has no code of -0 to be the NaN of fnuz");
  if (e == 1 && !options.subnormals)
    throw Error("fp(1,m;nosubnormals) would keep next to nothing: use more exponent bits");
  const int default_bias = (1 << (e - 1)) - (s == Specials::fnuz ? 0 : 1);
  const int bias = options.bias == format::FpOptions::usual_bias ? default_bias : options.bias;
  if (bias < -50000 || bias > 50000) throw Error("fp(e,m) needs a bias from -50000 to 50000");
  Format f;
  f.bits = e + m + (options.is_signed ? 1 : 0);
  f.precision = m + 1;
  f.least_exponent = 1 - bias;
  f.is_signed = options.is_signed;
  f.has_infinity = s == Specials::ieee;
  f.nan = s == Specials::ieee   ? format::NanCodes::ieee
          : s == Specials::fn   ? format::NanCodes::top
          : s == Specials::fnuz ? format::NanCodes::negative_zero
                                : format::NanCodes::none;
  f.has_negative_zero = options.is_signed && s != Specials::fnuz;
  f.has_subnormals = options.subnormals;
  return format::checked(f);
}

}  // namespace lowprec

namespace lowprec::format {

struct IntOptions {
  bool is_signed = true;
  bool symmetric = false;  // drop the lowest code: -(2^(k-1) - 1) ... 2^(k-1) - 1
};

}  // namespace lowprec::format

namespace lowprec {

// k-bit fixed point with step 2^-f: two's complement, or unsigned. Throws Error for impossible parameters.
constexpr Format fixed(int k, int f, format::IntOptions options = {}) {
  if (k < 2 || k > 32) throw Error("an integer format needs 2 to 32 bits");
  if (f < -300 || f > 300) throw Error("fixed(k,f) needs a step 2^-f with -300 <= f <= 300");
  if (options.symmetric && !options.is_signed) throw Error("only a signed integer format can be symmetric");
  Format result;
  result.bits = k;
  result.precision = k;
  result.least_exponent = k - 1 - f;
  result.is_signed = options.is_signed;
  result.twos_complement = true;
  result.symmetric = options.symmetric;
  return format::checked(result);
}

// INT-k.
constexpr Format integer(int k, format::IntOptions options = {}) { return fixed(k, 0, options); }

// Binary{K}p{P}{s|u}{e|f} of IEEE P3109 v4.0 (4.2): K bits, P significand bits, signed or unsigned, extended (with
// infinities) or finite. One zero, one NaN. Throws Error for impossible parameters.
constexpr Format p3109(int k, int p, bool is_signed, bool is_extended) {
  if (k < 3 || k > 16) throw Error("Binary{K}p{P} needs K from 3 to 16");
  if (p < 1 || p > (is_signed ? k - 1 : k))
    throw Error("Binary{K}p{P} needs P from 1 to K - 1 if signed, to K if unsigned");
  Format f;
  f.bits = k;
  f.precision = p;
  f.least_exponent = 1 - (1 << (k - p - (is_signed ? 1 : 0)));
  f.is_signed = is_signed;
  f.has_infinity = is_extended;
  f.nan = is_signed ? format::NanCodes::negative_zero : format::NanCodes::top;
  f.is_p3109 = true;
  return format::checked(f);
}

}  // namespace lowprec

namespace lowprec::format {

// OCP E8M0, the scale of MX blocks: powers of two from 2^-127 to 2^127 and NaN; no zero, no sign.
constexpr Format power_of_two_scale() {
  Format f;
  f.bits = 8;
  f.precision = 1;
  f.least_exponent = -127;
  f.is_signed = false;
  f.nan = NanCodes::top;
  f.has_zero = false;
  f.has_subnormals = false;
  return f;
}

}  // namespace lowprec::format
