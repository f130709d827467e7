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

}  // namespace lowprec
