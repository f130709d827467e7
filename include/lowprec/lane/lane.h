// Lane types: the native numbers in which kernels compute, and what they can hold.
#pragma once

#include <cstdint>
#include <limits>
#include <type_traits>

#include "lowprec/format/format.h"

namespace lowprec::lane {

// Properties of a lane type, float or double. src/exact/wide_lane.h specialises Lane for a wider one.
template <class T>
struct Lane {
  static_assert(std::is_same_v<T, float> || std::is_same_v<T, double>);
  using Bits = std::conditional_t<std::is_same_v<T, float>, std::uint32_t, std::uint64_t>;
  static constexpr int precision = std::numeric_limits<T>::digits;
  static constexpr int max_exponent = std::numeric_limits<T>::max_exponent - 1;
  static constexpr int min_quantum_exponent = std::numeric_limits<T>::min_exponent - precision;
  // Half of the exponent range. If a format reaches so high that the rounding constant would overflow, numbers above
  // 2^upper_half are divided by that factor before they are rounded.
  static constexpr int upper_half = (max_exponent + 1) / 2;

  static constexpr T power(int exponent) { return static_cast<T>(format::exp2i(exponent)); }
  static constexpr T number(format::Magnitude m) { return static_cast<T>(m.as<double>()); }
};

// Returns whether every value of the format is a T, so that T lanes can hold what they round.
template <class T>
constexpr bool fits_lane(const Format& f) {
  return f.precision <= Lane<T>::precision && f.quantum_exponent() >= Lane<T>::min_quantum_exponent &&
         f.least_exponent >= -Lane<T>::max_exponent &&  // binades are found by exponent fields
         f.max_exponent() <= Lane<T>::max_exponent && f.least_exponent <= Lane<T>::upper_half - Lane<T>::precision - 2;
}

}  // namespace lowprec::lane
