// What happened while numbers were rounded.
#pragma once

#include <cstdint>

namespace lowprec {

struct Events {
  std::uint64_t rounded = 0;    // roundings performed
  std::uint64_t saturated = 0;  // results beyond the range, to which the overflow rule was applied
  std::uint64_t underflow = 0;  // numbers other than zero that became zero
  std::uint64_t nan = 0;        // results that are NaN

  constexpr Events& operator+=(const Events& other) {
    rounded += other.rounded;
    saturated += other.saturated;
    underflow += other.underflow;
    nan += other.nan;
    return *this;
  }
  constexpr bool operator==(const Events&) const = default;
};

// Exceptions of single operations (IEEE 754-2019, clause 7). Tininess is detected after rounding.
struct Flags {
  bool inexact = false;  // the result is not the exact one
  bool overflow =
      false;  // the rounded result, or an exact infinity, lay beyond the range: the overflow rule was applied
  bool underflow = false;         // inexact, and below the least normal number; never in integer formats
  bool division_by_zero = false;  // a finite number other than zero was divided by zero
  bool invalid = false;  // NaN, not by overflow, from operands that were none; 0 * infinity, whatever is added to it

  constexpr bool operator==(const Flags&) const = default;
};

}  // namespace lowprec
