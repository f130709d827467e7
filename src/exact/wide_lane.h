// WideLane is a lane of 512 significand bits with a practically unlimited exponent. The text of rounding over it serves
// every format.
#pragma once

#include <boost/multiprecision/cpp_bin_float.hpp>
#include <cstdint>

#include "lowprec/lane/one_lane.h"

namespace lowprec::exact {

// The least binade of the LaneConstants stands for subnormal numbers, so the lane needs none. cpp_bin_float has none.
using WideLane =
    boost::multiprecision::number<boost::multiprecision::cpp_bin_float<512, boost::multiprecision::digit_base_2, void,
                                                                       std::int32_t, -(1 << 29), (1 << 29)>,
                                  boost::multiprecision::et_off>;

}  // namespace lowprec::exact

namespace lowprec::lane {

template <>
struct Lane<exact::WideLane> {
  static constexpr int precision = 512;
  static constexpr int max_exponent = 1 << 28;
  static constexpr int min_quantum_exponent = -(1 << 28);
  static constexpr int upper_half = max_exponent / 2;

  using WideLane = exact::WideLane;
  static WideLane power(int exponent) { return ldexp(WideLane(1), exponent); }
  static WideLane number(format::Magnitude m) {
    const WideLane upper(static_cast<std::uint64_t>(m.significand >> 64));
    return ldexp(WideLane(ldexp(upper, 64) + static_cast<std::uint64_t>(m.significand)), m.exponent);
  }
  static WideLane abs(const WideLane& x) { return signbit(x) != 0 ? WideLane(-x) : x; }
  static WideLane copy_sign(const WideLane& magnitude, const WideLane& sign) {
    return signbit(sign) != 0 ? WideLane(-magnitude) : magnitude;
  }
  static WideLane floor(const WideLane& x) { return boost::multiprecision::floor(x); }
  static bool has_binade(const WideLane& x) { return (boost::multiprecision::isfinite)(x) && x != 0; }
  static WideLane binade(const WideLane& x) { return has_binade(x) ? power(ilogb(x)) : x; }
  static bool odd_exponent(const WideLane& x) { return has_binade(x) && ilogb(x) % 2 != 0; }
};

}  // namespace lowprec::lane
