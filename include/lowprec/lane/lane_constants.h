// LaneConstants hold what a kernel must know of (Format, Rounding, Overflow), as numbers of its lane type.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>

#include "lowprec/format/format.h"
#include "lowprec/format/rounding.h"
#include "lowprec/lane/lane.h"
#include "lowprec/lane/lane_proofs.h"

namespace lowprec::lane {

// How a number is rounded to nearest, ties to even. Formats that allow it have a shorter text than the general one,
// with the same result. round-inl.h has the texts, make_lane_constants the conditions.
enum class RoundingForm : std::uint8_t {
  general,      // any format, any rounding
  binades,      // formats whose quantum is always that of the binade of x
  one_quantum,  // the format's numbers all have the least quantum, and -0 is none of them: integers and fixed point
  fields,       // the format has the lane's exponents: the last bits of the lane are rounded off as an integer
  half,         // binary16 with infinities, in binary32 lanes: by conversion there and back, or else by `binades`
};

// What becomes of numbers beyond the range.
enum class RangeForm : std::uint8_t {
  replace,   // they become LaneConstants::above and LaneConstants::below
  saturate,  // they become the ends of the range, and so do infinities
  infinity,  // the form itself gives infinities: `half`, and `fields` if the range ends with that of the lane
};

// Pass it by value: through a reference a compiler reloads the constants for every vector.
template <class T>
struct LaneConstants {
  // Finding the quantum: q = 2^(1-p) * min(max(2^floor(log2 |x|), least), top).
  T least;  // 2^e_min
  T top;    // a power of two above every finite value; above it the quantum does not matter (but 2^e_min for wrapping)
  T magic;  // 2^(P-p), P the precision of T: binade * magic = 2^(P-1) q, to which adding |x| rounds |x| to a multiple
            // of q

  // Range and the result beyond it.
  T highest, lowest;
  T above, below;
  T least_normal;  // numbers below it, other than 0, are subnormal; 0: the format has none
  T zero;  // added to every result: +0 turns -0 into +0 where the format has no -0; -0 changes nothing. As a mask, it
           // has the bit of a sign that zeros keep

  T random_scale;           // 2^-N, N the number of random bits
  int random_shift;         // 32 - N
  bool zero_quotients_nan;  // P3109: x / 0 is NaN
  bool zero_sums_negative;  // IEEE 754-2019 6.3: rounding down, a sum of zero is -0 unless both operands are positive
  bool round_odd;           // operations of two numbers must be rounded to odd in T before they are rounded here
  bool odd_scaling;         // T is wide enough for products with a number that is not of the format, rounded to odd
  bool general;             // the fields below `dropped_bits` matter
  RoundingForm form;        // of arrays; `general` unless the rounding is to nearest even
  RangeForm limits;         // of arrays in a form other than general
  int dropped_bits;         // P - p

  T exact_above;                        // from here on, T holds no number between those of the number grid
  T scale_above, scale_down, scale_up;  // see Lane::upper_half
  T flush_magic;  // 2^(P-1) times the quantum below e_min where that is 2^e_min (no subnormals), else 0
  T plus_infinity, minus_infinity;  // what infinities become
  T underflow;                      // what a positive number rounded to 0 becomes where there is no zero
  T wrap_modulus;                   // 0: no wrapping
  bool power_of_two;                // p = 1: the parity of a code is that of its exponent
  bool parity_is_exponent;          // p = 1: the code of 2^e is odd where e is odd
};

namespace detail {

// P3109's signed extended formats have their infinity on an odd code, which rounding to odd prefers to the largest;
// below zero, its unsigned formats have nothing odd to return to.
constexpr bool rounds_inward(const Format& f, Rounding::Kind kind, bool positive) {
  const format::Choice choice = format::traits(kind).choice(positive);
  if (choice == format::Choice::odd) return !f.is_p3109 || (f.max_code() % 2 != 0 && (positive || f.is_signed));
  return choice == format::Choice::inward;
}

// Returns the least (most negative) finite number.
template <class T>
constexpr T lowest_number(const Format& f) {
  const T magnitude = Lane<T>::number(f.lowest_magnitude());
  return f.is_signed ? T(-magnitude) : magnitude;
}

// Returns what a finite number beyond the range, or an infinity, becomes. `limit` is the end of the range on its side.
template <class T>
constexpr T overflow_result(const Format& f, Rounding::Kind kind, Overflow overflow, const T& limit, bool positive,
                            bool finite) {
  const bool has_infinity = f.has_infinity && (positive || f.is_signed);
  const T nan = std::numeric_limits<T>::quiet_NaN();
  const T infinity = std::numeric_limits<T>::infinity();
  const T signed_infinity = !has_infinity ? nan : positive ? infinity : T(-infinity);
  const bool inward = finite && rounds_inward(f, kind, positive);
  switch (overflow) {
    case Overflow::infinity:
      return inward ? limit : signed_infinity;
    case Overflow::nan:
      return inward ? limit : nan;
    case Overflow::saturate:
      return limit;
    case Overflow::propagate:
      return finite || !(has_infinity || f.has_nan()) || (f.is_p3109 && signed_infinity != signed_infinity)
                 ? limit
                 : signed_infinity;
    case Overflow::wrap:
    case Overflow::error:
      break;
  }
  return nan;
}

template <class T>
constexpr bool same(T a, T b) {
  return a == b || (a != a && b != b);
}

// The ends of the range and what becomes of numbers and infinities beyond them.
template <class T>
struct Ends {
  T highest, lowest;
  T above, below;
  T plus_infinity, minus_infinity;

  constexpr bool treats_infinities_alike() const { return same(above, plus_infinity) && same(below, minus_infinity); }
  // Returns whether numbers beyond the range and infinities become its ends.
  constexpr bool saturates() const { return treats_infinities_alike() && same(above, highest) && same(below, lowest); }
};

template <class T>
constexpr Ends<T> ends_of(const Format& f, Rounding::Kind kind, Overflow overflow) {
  const T highest = Lane<T>::number(f.number(f.max_code())), lowest = lowest_number<T>(f);
  const auto result = [&](bool positive, bool finite) {
    return overflow_result<T>(f, kind, overflow, positive ? highest : lowest, positive, finite);
  };
  return {highest, lowest, result(true, true), result(false, true), result(true, false), result(false, false)};
}

// E8M0 has no neighbour below its least number, so roundings that may go up do; the others leave the range.
constexpr bool may_round_up(Rounding::Kind kind, bool positive) {
  return format::traits(kind).choice(positive) != format::Choice::inward;
}

}  // namespace detail

// Returns the constants of rounding to f in T. Throws Error unless has_lane_constants<T>(f, r).
template <class T>
constexpr LaneConstants<T> make_lane_constants(const Format& f, Rounding r, Overflow overflow) {
  using L = Lane<T>;
  format::checked(f, overflow);
  if (!has_lane_constants<T>(f, r))
    throw Error("the format, or the steps of its stochastic rounding, are too fine for the lane");
  const auto power = [](int exponent) { return L::power(exponent); };
  const auto ends = detail::ends_of<T>(f, r.kind, overflow);
  const int top = std::max(f.max_exponent(), f.least_exponent) + 1;
  const bool exact_normals = f.precision == L::precision;
  const bool tall = top + L::precision - f.precision + 2 > L::max_exponent;
  const int upper_half = L::upper_half + std::max(f.least_exponent, 0);
  const bool wraps = overflow == Overflow::wrap;
  const T infinity = std::numeric_limits<T>::infinity();

  LaneConstants<T> g{};
  g.least = power(f.least_exponent);
  g.top = power(wraps ? f.least_exponent : tall ? upper_half : top);
  g.magic = power(L::precision - f.precision);
  g.highest = ends.highest;
  g.lowest = ends.lowest;
  g.above = ends.above;
  g.below = ends.below;
  g.least_normal = f.twos_complement ? T{0} : g.least;
  g.zero = f.has_negative_zero ? T{-0.0} : T{0.0};
  g.random_scale = power(-r.random_bits);
  g.random_shift = 32 - r.random_bits;
  g.zero_quotients_nan = f.is_p3109;
  g.zero_sums_negative = r.kind == Rounding::down;
  g.round_odd = operations<T>(f, r, overflow) == Operations::odd;
  g.odd_scaling = rounds_odd<T>(f, r);

  g.exact_above = exact_normals ? g.least : wraps ? power(f.least_exponent) * g.magic : infinity;
  g.scale_above = tall ? power(upper_half) : infinity;
  g.scale_down = power(-L::upper_half);
  g.scale_up = power(L::upper_half);
  g.flush_magic = f.has_zero && !f.has_subnormals ? power(f.least_exponent + L::precision - 1) : T{0};
  g.plus_infinity = ends.plus_infinity;
  g.minus_infinity = ends.minus_infinity;
  g.underflow = f.has_zero || !detail::may_round_up(r.kind, true) ? T{0} : power(f.least_exponent);
  g.wrap_modulus = wraps ? power(f.bits + f.quantum_exponent()) : T{0};
  g.power_of_two = f.precision == 1;
  g.parity_is_exponent = (f.least_exponent % 2 != 0) == f.has_zero;

  const bool full_binade = g.highest == power(f.max_exponent()) * (T{2} - power(1 - f.precision));
  const bool to_infinity = full_binade && g.above == infinity && g.below == -infinity;
  const bool normal_binades = f.least_exponent >= 1 - L::max_exponent;
  const bool simple = r.kind == Rounding::nearest_even && !g.power_of_two && f.precision <= L::precision - 2 &&
                      normal_binades && !wraps && g.flush_magic == 0 && f.has_zero && ends.treats_infinities_alike();
  g.general = !simple || tall;
  const bool lane_exponents = f.least_exponent == 1 - L::max_exponent && f.has_negative_zero;
  const bool half_exponents = L::precision == 24 && f.precision == 11 && f.least_exponent == -14 &&
                              f.has_negative_zero && f.max_exponent() == 15 && to_infinity;
  g.form = simple && lane_exponents                              ? RoundingForm::fields
           : g.general                                           ? RoundingForm::general
           : half_exponents                                      ? RoundingForm::half
           : top == f.least_exponent + 1 && !f.has_negative_zero ? RoundingForm::one_quantum
                                                                 : RoundingForm::binades;
  const bool lane_ends = g.form == RoundingForm::fields && f.max_exponent() == L::max_exponent;
  const bool gives_infinity = to_infinity && (lane_ends || g.form == RoundingForm::half);
  g.limits = ends.saturates() ? RangeForm::saturate : gives_infinity ? RangeForm::infinity : RangeForm::replace;
  g.dropped_bits = L::precision - f.precision;
  return g;
}

// The grid whose Sum takes any numbers of T, where adds_numbers holds.
template <class T>
constexpr LaneConstants<T> for_any_numbers(LaneConstants<T> g) {
  g.round_odd = g.odd_scaling;
  return g;
}

}  // namespace lowprec::lane
