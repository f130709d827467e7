// Which operations of a format are correctly rounded when they are done in a lane type, and why.
#pragma once

#include <algorithm>
#include <cstdint>
#include <type_traits>

#include "lowprec/format/presets.h"
#include "lowprec/format/rounding.h"
#include "lowprec/lane/lane.h"

namespace lowprec::lane {

// How + - x / and the square root of numbers of a format are done in T so that one rounding to the format follows and
// is the right one.
enum class Operations : std::uint8_t {
  plain,        // in T with its own nearest rounding
  odd,          // rounded to odd in T
  unsupported,  // T is not wide enough
};

// Whether a result rounded to odd in T is rounded to the format as the exact one would be, N random bits included
// (Boldo & Melquiond, inria-00070603).
template <class T>
constexpr bool rounds_odd(const Format& f, Rounding r) {
  return f.precision + r.random_bits + 2 <= Lane<T>::precision;
}

// Whether T's own arithmetic is the format's.
template <class T>
constexpr bool is_native(const Format& f, Rounding r) {
  return r.kind == Rounding::nearest_even && f == (std::is_same_v<T, float> ? binary32 : binary64);
}

// plain: nearest rounding with P >= 2p + 2 (Figueroa 1995; with subnormals Roux 2014, doi 10.6092/issn.1972-5787/4359),
//   where no result leaves the normal range of T; or T itself is the format.
// odd: every rounding where rounds_odd holds and the error of a
//   product and the remainders of a quotient and of a square root are numbers of T.
// Wrapping sees every bit of a result above the quantum: of a product (P >= 2p), and of a quotient, up to 2^p / q of
// them.
template <class T>
constexpr Operations operations(const Format& f, Rounding r, Overflow o) {
  using L = Lane<T>;
  const int quantum = f.quantum_exponent();
  if (o == Overflow::wrap && L::precision < f.precision + std::max(f.precision, -quantum) + 2)
    return Operations::unsupported;
  if (!fits_lane<T>(f)) return Operations::unsupported;
  const int top = std::max(f.max_exponent(), f.least_exponent) + 1;
  const bool nearest = format::traits(r.kind).is_nearest();
  const bool normal_products = 2 * quantum >= 1 - L::max_exponent && 2 * top < L::max_exponent;
  if (nearest && L::precision >= 2 * f.precision + 2 && normal_products && top - quantum < L::max_exponent)
    return Operations::plain;
  if (is_native<T>(f, r)) return Operations::plain;
  const bool exact_remainders = 2 * quantum - top - L::precision >= L::min_quantum_exponent &&
                                quantum - 2 * L::precision >= L::min_quantum_exponent && 2 * top < L::max_exponent &&
                                top - quantum + L::precision < L::max_exponent;
  return rounds_odd<T>(f, r) && exact_remainders ? Operations::odd : Operations::unsupported;
}
template <class T>
constexpr Operations operations(const Format& f, Rounding r) {
  return operations<T>(f, r, default_overflow(f));
}

// Whether a b + c is done in T: the product is exact (2p <= P, no underflow or overflow), the sum is rounded to odd.
// "Round to nearest in a wider T" is never innocuous here, however wide T.
template <class T>
constexpr bool fuses(const Format& f, Rounding r, Overflow o) {
  using L = Lane<T>;
  const int top = std::max(f.max_exponent(), f.least_exponent) + 1;
  const bool exact_product = 2 * f.precision <= L::precision && 2 * f.quantum_exponent() >= L::min_quantum_exponent &&
                             2 * top + 1 < L::max_exponent;
  return exact_product && rounds_odd<T>(f, r) && fits_lane<T>(f) &&
         (o != Overflow::wrap ||
          L::precision >= 2 * f.precision + std::max(f.quantum_exponent(), -f.quantum_exponent()) + 2);
}

// Whether sums of numbers of the format and any numbers of T can be rounded to it once, with the grid made by
// for_any_numbers: rounded to odd in T; or because the format is T. Wrapping would need every bit.
template <class T>
constexpr bool adds_numbers(const Format& f, Rounding r, Overflow o) {
  if (is_native<T>(f, r)) return true;
  const bool sums_stay_finite = f.max_exponent() < Lane<T>::max_exponent - Lane<T>::precision;
  return o != Overflow::wrap && rounds_odd<T>(f, r) && sums_stay_finite;
}

// Whether s x and x / s of any number x of T can be rounded to the format once: by rounding them to odd in T, whose
// errors are numbers of T wherever the result is not far beyond the format; or because the format is T.
template <class T>
constexpr bool can_scale(const Format& f, Rounding r, T s) {
  constexpr int kReach = Lane<T>::max_exponent * 2 / 5;
  const bool in_reach = f.quantum_exponent() >= -kReach && f.max_exponent() <= kReach && s >= Lane<T>::power(-kReach) &&
                        s <= Lane<T>::power(kReach);
  return is_native<T>(f, r) || (in_reach && rounds_odd<T>(f, r));
}

// Whether make_lane_constants<T> gives a grid: the lane holds every number of the format and every step of its random
// bits.
template <class T>
constexpr bool has_lane_constants(const Format& f, Rounding r) {
  const bool exact_steps = !r.is_stochastic() || f.precision == Lane<T>::precision ||
                           f.quantum_exponent() - r.random_bits - 1 >= Lane<T>::min_quantum_exponent;
  return fits_lane<T>(f) && exact_steps;
}

}  // namespace lowprec::lane
