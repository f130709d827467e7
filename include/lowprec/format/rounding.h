// How a real number becomes a number of a format: the rounding, and what happens beyond the format's range.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "lowprec/format/format.h"

namespace lowprec {

// The neighbours of x are the greatest value <= |x| and the least value >= |x| of the format's grid continued beyond
// its largest number; a rounding chooses between them. Values of the format never move.
struct Rounding {
  // What a kind is stands in format::traits, below; nothing follows from the order here.
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
  Kind kind = nearest_even;
  int random_bits = 0;  // N: 1 to 32 for a, b, c; 1 for stochastic_equal; 0 for deterministic roundings

  constexpr bool operator==(const Rounding&) const = default;
  constexpr bool is_stochastic() const;
};

}  // namespace lowprec

namespace lowprec::format {

// How a rounding chooses between the neighbours of the numbers on one side of zero.
enum class Choice : std::uint8_t {
  nearest,      // the nearer one
  inward,       // the one nearer to zero
  outward,      // the one farther from zero
  odd,          // the one with the odd code
  random_bits,  // one of the two by comparing N random bits with the distance
  coin,         // either one with probability 1/2
};

// What a kind of rounding does. Everything that depends on the kind asks this table.
struct RoundingTraits {
  std::string_view name;          // its text: "rne"; of one that compares N random bits the variant v of sr(N,v)
  Choice above_zero, below_zero;  // how positive numbers are rounded, and how negative ones
  int random_bits = 0;            // N where it is given; where it is chosen (Choice::random_bits) 0

  constexpr Choice choice(bool positive) const { return positive ? above_zero : below_zero; }
  constexpr bool is_nearest() const { return above_zero == Choice::nearest; }
  constexpr bool is_directed() const { return above_zero == Choice::inward || above_zero == Choice::outward; }
  constexpr bool has_random_bits() const { return above_zero == Choice::random_bits; }
  constexpr bool is_stochastic() const { return has_random_bits() || above_zero == Choice::coin; }
};

namespace detail {

// The table, as a switch: the compiler names a kind that is missing. No name: no kind has that number.
constexpr RoundingTraits traits_of(Rounding::Kind kind) {
  using enum Choice;
  switch (kind) {
    case Rounding::nearest_even:
      return {"rne", nearest, nearest};
    case Rounding::nearest_away:
      return {"rna", nearest, nearest};
    case Rounding::nearest_zero:
      return {"rnz", nearest, nearest};
    case Rounding::toward_zero:
      return {"rz", inward, inward};
    case Rounding::up:
      return {"ru", outward, inward};
    case Rounding::down:
      return {"rd", inward, outward};
    case Rounding::to_odd:
      return {"ro", odd, odd};
    case Rounding::stochastic_a:
      return {"a", Choice::random_bits, Choice::random_bits};
    case Rounding::stochastic_b:
      return {"b", Choice::random_bits, Choice::random_bits};
    case Rounding::stochastic_c:
      return {"c", Choice::random_bits, Choice::random_bits};
    case Rounding::stochastic_equal:
      return {"sre", coin, coin, 1};
  }
  return {};
}

constexpr std::size_t count_roundings() {
  std::size_t n = 0;
  while (!traits_of(static_cast<Rounding::Kind>(n)).name.empty()) ++n;
  return n;
}

constexpr auto make_rounding_table() {
  std::array<RoundingTraits, count_roundings()> table{};
  for (std::size_t i = 0; i < table.size(); ++i) table[i] = traits_of(static_cast<Rounding::Kind>(i));
  return table;
}

inline constexpr auto rounding_table = make_rounding_table();

constexpr auto make_rounding_kinds() {
  std::array<Rounding::Kind, rounding_table.size()> kinds{};
  for (std::size_t i = 0; i < kinds.size(); ++i) kinds[i] = static_cast<Rounding::Kind>(i);
  return kinds;
}

}  // namespace detail

// Every kind, to be iterated.
inline constexpr auto rounding_kinds = detail::make_rounding_kinds();

constexpr const RoundingTraits& traits(Rounding::Kind kind) { return detail::rounding_table[kind]; }

}  // namespace lowprec::format

namespace lowprec {

constexpr bool Rounding::is_stochastic() const { return format::traits(kind).is_stochastic(); }

inline constexpr Rounding rne{Rounding::nearest_even};
inline constexpr Rounding rna{Rounding::nearest_away};
inline constexpr Rounding rnz{Rounding::nearest_zero};
inline constexpr Rounding rz{Rounding::toward_zero};
inline constexpr Rounding ru{Rounding::up};
inline constexpr Rounding rd{Rounding::down};
inline constexpr Rounding ro{Rounding::to_odd};
inline constexpr Rounding sr{Rounding::stochastic_c, 32};
inline constexpr Rounding sre{Rounding::stochastic_equal, 1};

// Stochastic rounding with n random bits. Throws Error unless 1 <= n <= 32 and kind is one that compares random bits.
constexpr Rounding stochastic(int n, Rounding::Kind kind = Rounding::stochastic_c) {
  if (n < 1 || n > 32) throw Error("stochastic rounding needs 1 to 32 random bits");
  if (!format::traits(kind).has_random_bits()) throw Error("a stochastic variant is a, b or c");
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
