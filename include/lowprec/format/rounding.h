// How a real number becomes a number of a format: the rounding, and what happens beyond the format's range.
#pragma once

#include <cstdint>

#include "lowprec/format/format.h"

namespace lowprec {

// The neighbours of x are the greatest value <= |x| and the least value >= |x| of the format's grid continued beyond
// its largest number; a rounding chooses between them. Values of the format never move.
struct Rounding {
  enum Kind : std::uint8_t {
    nearest_even,      // rne: ties to the even code (IEEE 754-2019 4.3.1)
    nearest_away,      // rna: ties away from zero
    nearest_zero,      // rnz: ties toward zero
    toward_zero,       // rz
    up,                // ru: toward +infinity
    down,              // rd: toward -infinity
    to_odd,            // ro: the neighbour with the odd code (Boldo & Melquiond, "When double rounding is odd")
    stochastic_a,      // sr(N,a): up if floor(d 2^N) + r >= 2^N; d = distance to the lower neighbour / quantum,
    stochastic_b,      // sr(N,b): up if floor(d 2^(N+1)) + 2 r + 1 >= 2^(N+1); r = N random bits
    stochastic_c,      // sr(N,c): up if round_half_even(d 2^N) + r >= 2^N  (a, b, c: IEEE P3109 v4.0, 3.4)
    stochastic_equal,  // sre: either neighbour with probability 1/2
  };
  static constexpr int kinds = stochastic_equal + 1;

  Kind kind = nearest_even;
  int random_bits = 0;  // N: 1 to 32 for a, b, c; 1 for stochastic_equal; 0 for deterministic roundings

  constexpr bool operator==(const Rounding&) const = default;
  constexpr bool is_stochastic() const { return kind >= stochastic_a; }
};

inline constexpr Rounding rne{Rounding::nearest_even};
inline constexpr Rounding rna{Rounding::nearest_away};
inline constexpr Rounding rnz{Rounding::nearest_zero};
inline constexpr Rounding rz{Rounding::toward_zero};
inline constexpr Rounding ru{Rounding::up};
inline constexpr Rounding rd{Rounding::down};
inline constexpr Rounding ro{Rounding::to_odd};
inline constexpr Rounding sr{Rounding::stochastic_c, 32};
inline constexpr Rounding sre{Rounding::stochastic_equal, 1};

// Stochastic rounding with n random bits. Throws Error unless 1 <= n <= 32 and kind is one of a, b, c.
constexpr Rounding stochastic(int n, Rounding::Kind kind = Rounding::stochastic_c) {
  if (n < 1 || n > 32) throw Error("stochastic rounding needs 1 to 32 random bits");
  if (kind < Rounding::stochastic_a || kind > Rounding::stochastic_c) throw Error("a stochastic variant is a, b or c");
  return {kind, n};
}

// What a number rounded beyond the largest finite number becomes. Roundings that would return to the largest number
// (rz and ro; ru below zero; rd above) do so under `infinity` and `nan`, as IEEE 754-2019 7.4 asks.
enum class Overflow : std::uint8_t {
  infinity,   // infinity of its sign
  nan,        // NaN; infinities too
  saturate,   // the largest finite number of its sign; infinities too
  propagate,  // finite numbers saturate, infinities stay (become NaN, or else saturate, where there are none)
  wrap,       // modulo 2^k times the quantum; two's complement and unsigned integers only; infinities become NaN
  error,      // Error, naming the value
};

// Infinity where the format has one, NaN where it has only NaN, else saturate; P3109's finite formats saturate.
// P3109's names (v4.0, 4.7): SatFinite is `saturate`, SatPropagate `propagate`, SatNone `infinity` of an extended
// format; of a finite one it is `saturate` but for unsigned formats, where numbers below zero become NaN.
constexpr Overflow default_overflow(const Format& f) {
  if (f.has_infinity) return Overflow::infinity;
  return f.has_nan() && !f.is_p3109 ? Overflow::nan : Overflow::saturate;
}

}  // namespace lowprec

namespace lowprec::format {

// Throws Error where the format cannot follow the rule.
constexpr Overflow checked(const Format& f, Overflow overflow) {
  if (overflow == Overflow::infinity && !f.has_infinity)
    throw Error("overflow=infinity needs a format with infinities");
  if (overflow == Overflow::nan && !f.has_nan()) throw Error("overflow=nan needs a format with NaN");
  if (overflow == Overflow::wrap && (!f.twos_complement || f.symmetric))
    throw Error("overflow=wrap needs an integer format that uses all its codes");
  return overflow;
}

}  // namespace lowprec::format
