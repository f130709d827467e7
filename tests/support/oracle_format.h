// The codes of a format and what they stand for, as its standard defines the fields. Shares no code and no formula with
// the library.
//
// Sources: IEEE 754-2019, 3.4; OCP 8-bit Floating Point Specification 1.0; OCP Microscaling Formats 1.0; IEEE P3109
// v4.0, 4.2.
#pragma once

#include <boost/multiprecision/cpp_int.hpp>
#include <cmath>
#include <cstdint>
#include <limits>

#include "lowprec/format/presets.h"

namespace oracle {

struct Definition {
  enum Kind {
    ieee,     // all ones in the exponent: infinity (fraction 0) and NaN
    fn,       // all ones in exponent and fraction: NaN
    fnuz,     // the code of -0: NaN
    finite,   // every code a number
    integer,  // two's complement or unsigned, times 2^step
    scale,    // E8M0: 2^(code - 127), 0xFF NaN
    p3109,  // NaN 2^(K-1) if signed, 2^K - 1 if unsigned; infinities, if extended, the greatest codes left of each sign
  };
  Kind kind = ieee;
  int exponent_bits = 0;
  int fraction_bits = 0;
  int bias = 0;
  bool is_signed = true;
  bool subnormals = true;
  int width = 0;  // of integers
  int step = 0;
  bool symmetric = false;  // the lowest code of a two's complement integer is no number
  bool extended = false;   // P3109 with infinities

  int bits() const { return kind == integer ? width : exponent_bits + fraction_bits + (is_signed ? 1 : 0); }
  bool has_infinity() const { return kind == ieee || extended; }
  bool has_nan() const { return kind != finite && kind != integer; }
  bool has_negative_zero() const { return is_signed && (kind == ieee || kind == fn || kind == finite); }
};

inline Definition floating(Definition::Kind kind, int e, int m, int bias) {
  return {.kind = kind, .exponent_bits = e, .fraction_bits = m, .bias = bias};
}
inline Definition signed_integer(int width, int step = 0) {
  return {.kind = Definition::integer, .width = width, .step = step};
}
inline Definition unsigned_integer(int width) {
  return {.kind = Definition::integer, .is_signed = false, .width = width};
}
inline Definition e8m0() { return {.kind = Definition::scale, .exponent_bits = 8, .bias = 127, .is_signed = false}; }

// Binary{k}p{p}: the bias B is 2^(k-p-1) if signed, 2^(k-p) if unsigned.
inline Definition p3109(int k, int p, bool is_signed, bool extended) {
  const int e = is_signed ? k - p : k - p + 1;
  return {.kind = Definition::p3109,
          .exponent_bits = e,
          .fraction_bits = p - 1,
          .bias = 1 << (e - 1),
          .is_signed = is_signed,
          .extended = extended};
}

// With h = 2^m: T/h 2^(1-B) for code T < h, else (1 + T/h) 2^(E-B) for code E h + T.
inline double floating_value(const Definition& d, std::uint64_t magnitude) {
  const std::uint64_t hidden = std::uint64_t{1} << d.fraction_bits;
  const auto exponent = static_cast<int>(magnitude / hidden);
  const auto fraction = static_cast<double>(magnitude % hidden) / static_cast<double>(hidden);
  if (exponent > 0) return std::ldexp(1 + fraction, exponent - d.bias);
  return d.subnormals ? std::ldexp(fraction, 1 - d.bias) : 0;
}

// The same in quanta of the subnormal numbers.
inline boost::multiprecision::cpp_int floating_quanta(const Definition& d, std::uint64_t magnitude) {
  using boost::multiprecision::cpp_int;
  if (d.kind == Definition::scale) return cpp_int(1) << static_cast<unsigned>(magnitude);
  const std::uint64_t hidden = std::uint64_t{1} << d.fraction_bits;
  const auto exponent = static_cast<unsigned>(magnitude / hidden);
  if (exponent > 0) return cpp_int(hidden + magnitude % hidden) << (exponent - 1);
  return d.subnormals ? magnitude : 0;
}

inline double integer_value(const Definition& d, std::uint64_t code) {
  const auto half = std::uint64_t{1} << (d.width - 1);
  const bool negative = d.is_signed && code >= half;
  const double steps = negative ? static_cast<double>(code) - 2 * static_cast<double>(half) : static_cast<double>(code);
  return std::ldexp(steps, d.step);
}

inline double scale_value(std::uint64_t code) {
  return code == 255 ? std::numeric_limits<double>::quiet_NaN() : std::ldexp(1.0, static_cast<int>(code) - 127);
}

// P3109 v4.0, 4.2, line by line.
inline double p3109_value(const Definition& d, std::uint64_t x) {
  const auto power = [](int k) { return std::uint64_t{1} << k; };
  const int k = d.bits();
  const double infinity = std::numeric_limits<double>::infinity();
  if (x == (d.is_signed ? power(k - 1) : power(k) - 1)) return std::numeric_limits<double>::quiet_NaN();
  if (d.is_signed && x > power(k - 1)) return -p3109_value(d, x - power(k - 1));
  if (d.extended && x == (d.is_signed ? power(k - 1) - 1 : power(k) - 2)) return infinity;
  return floating_value(d, x);
}

// Sign and magnitude with the special codes of `kind`.
inline double sign_magnitude_value(const Definition& d, std::uint64_t code) {
  const std::uint64_t magnitudes = std::uint64_t{1} << (d.exponent_bits + d.fraction_bits);
  const std::uint64_t magnitude = code % magnitudes;
  const std::uint64_t top = ((std::uint64_t{1} << d.exponent_bits) - 1) << d.fraction_bits;
  double value = floating_value(d, magnitude);
  if (d.kind == Definition::ieee && magnitude == top) value = std::numeric_limits<double>::infinity();
  const bool is_nan = (d.kind == Definition::ieee && magnitude > top) ||
                      (d.kind == Definition::fnuz && code == magnitudes) ||
                      (d.kind == Definition::fn && magnitude == magnitudes - 1);
  if (is_nan) return std::numeric_limits<double>::quiet_NaN();
  return code >= magnitudes ? -value : value;
}

// The value of a code: a number, an infinity or NaN.
inline double decode(const Definition& d, std::uint64_t code) {
  if (d.kind == Definition::integer) return integer_value(d, code);
  if (d.kind == Definition::scale) return scale_value(code);
  if (d.kind == Definition::p3109) return p3109_value(d, code);
  return sign_magnitude_value(d, code);
}

}  // namespace oracle
