// Exact non-negative numbers and the bits of binary64. Formats derive their limits with these.
#pragma once

#include <bit>
#include <cstdint>
#include <type_traits>

#include "lowprec/format/error.h"

namespace lowprec::format {

// Returns 2^exponent, exact. The exponent must lie in [-1074, 1023].
constexpr double exp2i(int exponent) {
  if (exponent < -1022) return std::bit_cast<double>(std::uint64_t{1} << (exponent + 1074));
  return std::bit_cast<double>(static_cast<std::uint64_t>(exponent + 1023) << 52);
}

// Uint128 holds codes and significands of up to 128 bits. fp(15,112) needs all of them.
__extension__ using Uint128 = unsigned __int128;

// Returns the number of bits of x without its leading zeros.
constexpr int bit_width(Uint128 x) {
  const auto upper = static_cast<std::uint64_t>(x >> 64);
  return upper != 0 ? 64 + static_cast<int>(std::bit_width(upper))
                    : static_cast<int>(std::bit_width(static_cast<std::uint64_t>(x)));
}

// Returns significand * 2^exponent. This is exact if the result is a binary64 number and significand < 2^53.
constexpr double ldexp_exact(std::uint64_t significand, int exponent) {
  const int half = exponent / 2;
  return static_cast<double>(significand) * exp2i(half) * exp2i(exponent - half);
}

// Returns floor(log2 |x|) of a finite x other than zero. It reads the exponent field, since a logarithm is wrong just
// below powers of two.
constexpr int floor_log2(double x) {
  const std::uint64_t magnitude = std::bit_cast<std::uint64_t>(x) & ~(std::uint64_t{1} << 63);
  const int field = static_cast<int>(magnitude >> 52);
  return field != 0 ? field - 1023 : static_cast<int>(std::bit_width(magnitude)) - 1075;
}

// A Magnitude is a non-negative number, significand * 2^exponent.
struct Magnitude {
  Uint128 significand = 0;
  int exponent = 0;

  // Returns floor(log2) of the number, which must not be zero.
  constexpr int floor_log2() const { return bit_width(significand) - 1 + exponent; }

  // Returns the number as a T, exactly. T is double or is made from significand and exponent, as Wide is. Throws Error
  // if T is double and the number is no binary64 number.
  template <class T>
  constexpr T as() const {
    if constexpr (std::is_same_v<T, double>) {
      if (significand == 0) return 0;
      const bool fits = bit_width(significand) <= 53 && exponent >= -1074 && floor_log2() <= 1023;
      if (!fits) throw Error("a limit or number of the format lies beyond binary64");
      return ldexp_exact(static_cast<std::uint64_t>(significand), exponent);
    } else {
      return T(significand, exponent);
    }
  }
};

// Returns |x| of a finite binary64 number, exactly.
constexpr Magnitude magnitude_of(double x) {
  const std::uint64_t bits = std::bit_cast<std::uint64_t>(x) & ~(std::uint64_t{1} << 63);
  const auto field = static_cast<int>(bits >> 52);
  const std::uint64_t hidden = std::uint64_t{1} << 52;
  const std::uint64_t fraction = bits & (hidden - 1);
  return field == 0 ? Magnitude{fraction, -1074} : Magnitude{hidden + fraction, field - 1075};
}

}  // namespace lowprec::format
