// A number format: a finite grid of reals and how its codes are laid out.
//
// Every limit is derived from a few orthogonal fields. A code is a sign bit (if signed) above a magnitude code, and
// magnitude codes count the non-negative values upwards: with m = p - 1 fraction bits, code c = E * 2^m + T stands for
//     T * 2^(e_min - m)                      if E = 0      (zero and subnormals)
//     (2^m + T) * 2^(e_min - m + E - 1)      otherwise.
// INT-k is the same grid seen below its least full binade (p = k, e_min = k - 1: the quantum is 1 everywhere) with
// two's complement codes; a power-of-two step shifts e_min. Sources: IEEE 754-2019 clause 3; OCP 8-bit Floating Point
// Specification 1.0; OCP Microscaling Formats 1.0.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <optional>

#include "lowprec/error.h"

namespace lowprec {

// 2^exponent for -1074 <= exponent <= 1023, exact.
constexpr double exp2i(int exponent) {
  if (exponent < -1022) return std::bit_cast<double>(std::uint64_t{1} << (exponent + 1074));
  return std::bit_cast<double>(static_cast<std::uint64_t>(exponent + 1023) << 52);
}

// significand * 2^exponent; exact where the result is a binary64 number and significand < 2^53.
constexpr double ldexp_exact(std::uint64_t significand, int exponent) {
  const int half = exponent / 2;
  return static_cast<double>(significand) * exp2i(half) * exp2i(exponent - half);
}

// floor(log2 |x|) for finite x != 0, from the exponent field (a logarithm is wrong just below powers of two).
constexpr int floor_log2(double x) {
  const std::uint64_t magnitude = std::bit_cast<std::uint64_t>(x) & ~(std::uint64_t{1} << 63);
  const int field = static_cast<int>(magnitude >> 52);
  return field != 0 ? field - 1023 : static_cast<int>(std::bit_width(magnitude)) - 1075;
}

// Which codes stand for NaN.
enum class NanCodes : std::uint8_t {
  none,  // no code does
  ieee,  // every code of the top exponent with a non-zero fraction (and, where there is no infinity, with zero)
  top,   // the greatest magnitude code, of either sign (OCP E4M3; E8M0)
  negative_zero,  // the code that would be -0 (FNUZ)
};

struct Format {
  int bits = 0;            // width of a code, sign included
  int precision = 0;       // p: significand bits, the implicit one included
  int least_exponent = 0;  // e_min: exponent of the least normal number
  bool is_signed = true;
  bool has_infinity = false;
  NanCodes nan = NanCodes::none;
  bool has_negative_zero = false;
  bool has_zero = true;        // false: code 0 is the least normal number (E8M0)
  bool has_subnormals = true;  // false: codes with E = 0 and T != 0 read as zero and are never written
  bool twos_complement = false;
  bool symmetric = false;  // two's complement without its lowest code

  constexpr bool operator==(const Format&) const = default;

  constexpr int fraction_bits() const { return precision - 1; }
  constexpr int magnitude_bits() const { return bits - (is_signed ? 1 : 0); }
  constexpr int exponent_bits() const { return magnitude_bits() - fraction_bits(); }
  constexpr int bias() const { return (has_zero ? 1 : 0) - least_exponent; }
  constexpr bool has_nan() const { return nan != NanCodes::none; }

  // Exponent of the quantum of the subnormal numbers, the least distance between two values.
  constexpr int quantum_exponent() const { return least_exponent - fraction_bits(); }

  // The value of a magnitude code of a number (not of an infinity or NaN).
  constexpr double magnitude(std::uint64_t code) const {
    if (twos_complement) return ldexp_exact(code, quantum_exponent());
    const std::uint64_t hidden = std::uint64_t{1} << fraction_bits();
    const std::uint64_t fraction = code & (hidden - 1);
    const int field = static_cast<int>(code >> fraction_bits());
    if (!has_zero) return ldexp_exact(hidden + fraction, quantum_exponent() + field);
    if (field == 0) return has_subnormals ? ldexp_exact(fraction, quantum_exponent()) : 0.0;
    return ldexp_exact(hidden + fraction, quantum_exponent() + field - 1);
  }

  // The magnitude code of the largest finite number.
  constexpr std::uint64_t max_code() const {
    const std::uint64_t all = magnitude_bits() == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << magnitude_bits()) - 1;
    if (nan == NanCodes::ieee) return all - (std::uint64_t{1} << fraction_bits());
    return all - (nan == NanCodes::top ? 1U : 0U) - (has_infinity ? 1U : 0U);
  }

  // Magnitude code of infinity, where there is one.
  constexpr std::uint64_t infinity_code() const { return max_code() + 1; }

  constexpr double max() const { return magnitude(max_code()); }
  constexpr int max_exponent() const { return floor_log2(max()); }

  // The least (most negative) finite number.
  constexpr double lowest() const {
    if (!is_signed) return has_zero ? 0.0 : magnitude(0);
    if (twos_complement && !symmetric) return -magnitude(max_code() + 1);
    return -max();
  }

  constexpr double min_normal() const { return exp2i(least_exponent); }

  // The least positive number.
  constexpr double min_positive() const {
    if (!has_zero) return magnitude(0);
    return has_subnormals ? exp2i(quantum_exponent()) : min_normal();
  }

  // The same grid with every value multiplied by 2^exponent.
  constexpr Format scaled(int exponent) const {
    Format result = *this;
    result.least_exponent += exponent;
    return result;
  }
};

// Throws Error, with the reason, unless codes fit 64 bits and every value and half of every quantum is a binary64
// number, which is what the lanes of lowprec need. Returns its argument.
constexpr Format checked(Format f) {
  if (f.precision < 1 || f.precision > 53) throw Error("a format needs 1 to 53 significand bits");
  if (f.bits < 1 || f.bits > 64) throw Error("a format needs a code of 1 to 64 bits");
  if (f.quantum_exponent() < -1074) throw Error("the least quantum of a format must be at least 2^-1074");
  if (f.least_exponent < -1023) throw Error("the least normal number of a format must be at least 2^-1023");
  if (f.least_exponent > 400) throw Error("the least normal number of a format must be at most 2^400");
  const int fields = f.exponent_bits() > 12 ? 4096 : 1 << std::max(f.exponent_bits(), 0);
  if (f.least_exponent + fields > 1026) throw Error("a format may not reach beyond the binary64 range");
  if (f.max_exponent() > 1023) throw Error("a format may not reach beyond the binary64 range");
  return f;
}

// Special values of fp(e, m).
enum class Specials : std::uint8_t {
  ieee,    // infinities, and NaN in the rest of the top exponent
  fn,      // "finite, NaN": the top code is NaN, no infinities (OCP E4M3)
  fnuz,    // "finite, NaN, unsigned zero": the code of -0 is NaN, no infinities
  finite,  // every code is a number (OCP E2M1, E2M3, E3M2)
};

struct FpOptions {
  Specials specials = Specials::ieee;
  std::optional<int> bias = std::nullopt;  // default 2^(e-1) - 1; 2^(e-1) for fnuz
  bool subnormals = true;
  bool is_signed = true;
};

// Floating point with e exponent bits and m explicit fraction bits. Throws Error for impossible parameters.
constexpr Format fp(int e, int m, FpOptions options = {}) {
  const Specials s = options.specials;
  if (e < 1 || e > 11) throw Error("fp(e,m) needs 1 to 11 exponent bits");
  if (m < 0 || m > 52) throw Error("fp(e,m) needs 0 to 52 fraction bits");
  if (m == 0 && s == Specials::ieee) throw Error("fp(e,0) has no room for NaN: add finite, fn or fnuz");
  if (!options.is_signed && s == Specials::fnuz)
    throw Error("an unsigned format has no code of -0 to be the NaN of fnuz");
  if (e == 1 && !options.subnormals)
    throw Error("fp(1,m;nosubnormals) would keep next to nothing: use more exponent bits");
  const int default_bias = (1 << (e - 1)) - (s == Specials::fnuz ? 0 : 1);
  if (options.bias.value_or(0) < -2000 || options.bias.value_or(0) > 2000)
    throw Error("fp(e,m) needs a bias from -2000 to 2000");
  Format f;
  f.bits = e + m + (options.is_signed ? 1 : 0);
  f.precision = m + 1;
  f.least_exponent = 1 - options.bias.value_or(default_bias);
  f.is_signed = options.is_signed;
  f.has_infinity = s == Specials::ieee;
  f.nan = s == Specials::ieee   ? NanCodes::ieee
          : s == Specials::fn   ? NanCodes::top
          : s == Specials::fnuz ? NanCodes::negative_zero
                                : NanCodes::none;
  f.has_negative_zero = options.is_signed && s != Specials::fnuz;
  f.has_subnormals = options.subnormals;
  return checked(f);
}

struct IntOptions {
  bool is_signed = true;
  bool symmetric = false;  // drop the lowest code: -(2^(k-1) - 1) ... 2^(k-1) - 1
};

// k-bit fixed point with step 2^-f: two's complement, or unsigned. Throws Error for impossible parameters.
constexpr Format fixed(int k, int f, IntOptions options = {}) {
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
  return checked(result);
}

// INT-k.
constexpr Format integer(int k, IntOptions options = {}) { return fixed(k, 0, options); }

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

// Presets; their names are in text.h's table.
inline constexpr Format binary16 = fp(5, 10);
inline constexpr Format bfloat16 = fp(8, 7);
inline constexpr Format tf32 = fp(8, 10);
inline constexpr Format binary32 = fp(8, 23);
inline constexpr Format binary64 = fp(11, 52);
inline constexpr Format e5m2 = fp(5, 2);
inline constexpr Format e4m3fn = fp(4, 3, {.specials = Specials::fn});
inline constexpr Format e4m3ieee = fp(4, 3);
inline constexpr Format e4m3fnuz = fp(4, 3, {.specials = Specials::fnuz});
inline constexpr Format e5m2fnuz = fp(5, 2, {.specials = Specials::fnuz});
inline constexpr Format e4m3b11fnuz = fp(4, 3, {.specials = Specials::fnuz, .bias = 11});
inline constexpr Format e3m4 = fp(3, 4);
inline constexpr Format e3m2 = fp(3, 2, {.specials = Specials::finite});
inline constexpr Format e2m3 = fp(2, 3, {.specials = Specials::finite});
inline constexpr Format e2m1 = fp(2, 1, {.specials = Specials::finite});
inline constexpr Format e8m0 = power_of_two_scale();

}  // namespace lowprec
