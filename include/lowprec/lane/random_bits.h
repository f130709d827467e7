// Constants of stochastic rounding by an integer sum in binary32 lanes; random_bits-inl.h has the formula.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <limits>

#include "lowprec/format/format.h"
#include "lowprec/format/rounding.h"
#include "lowprec/lane/lane_constants.h"

namespace lowprec::lane {
namespace detail {

// The roundings whose formula is a sum of the distance and the random bits: any other keeps to its formula.
constexpr bool is_sum(Rounding::Kind kind) {
  return kind == Rounding::stochastic_a || kind == Rounding::stochastic_b || kind == Rounding::stochastic_c;
}

}  // namespace detail

// Passed by value, as LaneConstants is.
struct RandomBitsConstants {
  float least;            // 2^e_min, added to lesser numbers; 0 where binary32 numbers below it have its quantum anyway
  float raised;           // the next binary32 number above least
  std::uint32_t dropped;  // 2^k - 1, k = 24 - p the bits of a significand that the format lacks
  int shift;              // 32 - k: of a draw, its k highest bits count

  float reach;  // magnitudes up to this need no look at the range: that of the lesser limit

  // As in LaneConstants.
  float highest, lowest;
  float above, below;
  float zero;
};

// Returns whether the sum may stand for the formula. The rounding must have as many random bits as a binary32 number
// has bits below the quantum. These are at most 23; where some numbers have more, they are at least 12, since otherwise
// too many numbers are left to the formula. Infinities must become what other numbers beyond the range become. The
// format must need none of the rules that few formats need.
constexpr bool adds_random_bits(const Format& f, Rounding r, Overflow o) {
  using L = Lane<float>;
  if (!detail::is_sum(r.kind)) return false;
  if (o == Overflow::wrap || o == Overflow::error || !f.has_zero || !f.has_subnormals) return false;
  if (!fits_lane<float>(f) || f.least_exponent < 1 - L::max_exponent) return false;
  const int dropped = L::precision - f.precision;
  const bool one_quantum = f.least_exponent == 1 - L::max_exponent;
  if (dropped < (one_quantum ? 1 : 12) || r.random_bits < dropped) return false;
  return detail::ends_of<float>(f, r.kind, o).treats_infinities_alike();
}

// Returns the constants of the sum. adds_random_bits(f, r, o) must hold.
constexpr RandomBitsConstants make_random_bits_constants(const Format& f, Rounding r, Overflow o) {
  using L = Lane<float>;
  format::checked(f, o);
  const int dropped = L::precision - f.precision;
  RandomBitsConstants g{};
  g.least = f.least_exponent == 1 - L::max_exponent ? 0.0F : L::power(f.least_exponent);
  g.raised = std::bit_cast<float>(std::bit_cast<std::uint32_t>(g.least) + 1);
  g.dropped = (std::uint32_t{1} << dropped) - 1;
  g.shift = 32 - dropped;
  const auto ends = detail::ends_of<float>(f, r.kind, o);
  g.highest = ends.highest;
  g.lowest = ends.lowest;
  g.above = ends.above;
  g.below = ends.below;
  g.zero = f.has_negative_zero ? -0.0F : 0.0F;
  g.reach = std::min(g.highest, 0 - g.lowest);
  return g;
}

// The same in binary64 lanes, where more bits may be dropped than there are random bits. src/kernel/stochastic_wide.cc
// has the formula.
struct WideRandomBitsConstants {
  double least;           // 2^e_min, added to lesser numbers
  std::uint64_t dropped;  // 2^k - 1, k = 53 - p the bits of a significand that the format lacks
  int right, left;        // of a draw, the highest bits count, at the top of these k bits: draw >> right << left
  std::uint64_t half;     // sr(N,b), sr(N,c) for k > N: half a step of the random bits
  std::uint64_t edge;     // sums whose last k bits are 0, or with edge = 1 also all 1, are left to the formula
  double reach;           // and so are magnitudes above the lesser limit
  double zero;            // as in LaneConstants
};

// Returns whether the sum may stand for the formula in binary64 lanes. At least 20 bits must be dropped, since
// otherwise too many numbers are left to the formula. The other conditions are those of adds_random_bits.
constexpr bool adds_wide_random_bits(const Format& f, Rounding r, Overflow o) {
  using L = Lane<double>;
  if (!detail::is_sum(r.kind)) return false;
  if (o == Overflow::wrap || o == Overflow::error || !f.has_zero || !f.has_subnormals) return false;
  if (!fits_lane<double>(f) || f.least_exponent <= 64 - L::max_exponent) return false;
  if (L::precision - f.precision < 20) return false;
  return detail::ends_of<double>(f, r.kind, o).treats_infinities_alike();
}

// Returns the constants of the sum. adds_wide_random_bits(f, r, o) must hold.
constexpr WideRandomBitsConstants make_wide_random_bits_constants(const Format& f, Rounding r, Overflow o) {
  using L = Lane<double>;
  format::checked(f, o);
  const int dropped = L::precision - f.precision, extra = dropped - r.random_bits;
  WideRandomBitsConstants g{};
  g.least = L::power(f.least_exponent);
  g.dropped = (std::uint64_t{1} << dropped) - 1;
  g.right = 32 - r.random_bits + std::max(-extra, 0);
  g.left = std::max(extra, 0);
  if (extra > 0 && r.kind != Rounding::stochastic_a) g.half = std::uint64_t{1} << (extra - 1);
  g.edge = extra > 0 ? 0 : 1;
  const auto ends = detail::ends_of<double>(f, r.kind, o);
  g.reach = std::min(ends.highest, 0 - ends.lowest);
  g.zero = f.has_negative_zero ? -0.0 : 0.0;
  return g;
}

}  // namespace lowprec::lane
