// Short roundings of products and sums whose range is known: their constants, and when they may be used.
#pragma once

#include <algorithm>
#include <cstdint>

#include "lowprec/format/format.h"
#include "lowprec/format/rounding.h"
#include "lowprec/lane/lane_constants.h"

namespace lowprec::lane {

// How a product or a sum is rounded to nearest even in lanes of P bits; nearest_steps-inl.h has the texts.
enum class StepKind : std::uint8_t {
  none,            // it needs no rounding
  relative_short,  // to p bits: no number lies below the least normal one, or none between its quanta; the last of P
                   // bits is 0
  relative,        // the same, whatever the last bit
  clamped,         // to any number of the format, subnormal ones too
  clamped_twice,   // the same, and infinities stay
};

// What a rounded number beyond the range becomes.
enum class LimitKind : std::uint8_t {
  checked,     // there is none, or the caller finds out
  saturating,  // it becomes the limit; there is no NaN
  selecting,   // above and below have values of their own; NaN stays
};

template <class T>
struct StepConstants {
  T least;  // 2^e_min
  T top;    // a power of two above the range
  T magic;  // 1.5 * 2^(P-p)
  T power;  // 2^(P-p)
  T split;  // 2^(P-p) + 1
  T lowest, highest, below, above;
};

template <class T>
constexpr StepConstants<T> make_step_constants(const Format& f, const LaneConstants<T>& g) {
  const T power = Lane<T>::power(Lane<T>::precision - f.precision);
  return {g.least, g.top, power + power / 2, power, power + 1, g.lowest, g.highest, g.below, g.above};
}

// Returns whether the precision and the least quantum of f alone decide how numbers within its range are rounded to
// nearest.
constexpr bool is_regular(const Format& f) { return f.has_zero && f.has_subnormals && f.precision > 1; }

// Returns whether the numbers of f are equally spaced, so that sums of them are numbers of f up to its largest.
constexpr bool is_uniform(const Format& f) { return f.max_exponent() < f.least_exponent; }

}  // namespace lowprec::lane
