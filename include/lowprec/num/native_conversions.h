// Conversions between the number types of the language that round once: to odd into binary64, toward zero to integers.
#pragma once

#include <algorithm>
#include <bit>
#include <concepts>
#include <cstdint>
#include <limits>

#include "lowprec/format/wide.h"
#include "lowprec/lane/lane_constants.h"
#include "lowprec/lane/one_lane.h"

namespace lowprec::num::detail {

// x rounded to odd in binary64: a second rounding to at most 51 significand and random bits is then that of x (Boldo &
// Melquiond, inria-00070603). Numbers beyond binary64 become its largest, which is odd.
template <std::integral I>
constexpr double odd_binary64(I x) {
  const Wide wide_x(x);
  const bool negative = wide_x.is_negative();
  const std::uint64_t bits = static_cast<std::uint64_t>(x);
  const std::uint64_t magnitude = negative ? 0 - bits : bits;
  const int excess = std::max(static_cast<int>(std::bit_width(magnitude)) - lane::Lane<double>::precision, 0);
  const std::uint64_t lost = magnitude & ((std::uint64_t{1} << excess) - 1);
  const double odd = format::ldexp_exact((magnitude >> excess) | (lost != 0 ? 1U : 0U), excess);
  return negative ? -odd : odd;
}
constexpr double odd_binary64(long double x) {
  using L = std::numeric_limits<double>;
  const long double magnitude = x < 0 ? -x : x;
  if (magnitude > L::max()) {
    const double limit = magnitude > std::numeric_limits<long double>::max() ? L::infinity() : L::max();
    return x < 0 ? -limit : limit;
  }
  const double nearest = static_cast<double>(x);
  const auto bits = std::bit_cast<std::uint64_t>(nearest);
  if (nearest == x || x != x || bits % 2 != 0) return nearest;
  return std::bit_cast<double>(magnitude > (nearest < 0 ? -nearest : nearest) ? bits + 1 : bits - 1);
}

// Toward zero. Error if the type does not reach it, for infinities and NaN.
template <std::integral I>
constexpr I truncated(double x) {
  using L = std::numeric_limits<I>;
  const double t = x < 0 ? -one_lane::Floor(-x) : one_lane::Floor(x);
  if (!(t >= static_cast<double>(L::min()) && t < format::ldexp_exact(1, L::digits)))
    throw Error("the number lies beyond the range of the integer type");
  return static_cast<I>(t);
}

// Whether y, a double or a Wide, is the number x, or both are NaN. Zeros have no sign here.
template <class Y, class X>
constexpr bool is_same_number(const Y& y, const X& x) {
  if (y != y) return x != x;
  if constexpr (std::floating_point<X> && std::same_as<Y, double>)
    return y == x;
  else
    return Wide(y) == Wide(x);
}

}  // namespace lowprec::num::detail
