// What all calls of a quantizer share, made once.
#pragma once

#include <type_traits>

#include "kernel/kernels.h"
#include "lowprec/array/quantize.h"
#include "lowprec/lane/lane_constants.h"

namespace lowprec::array {

struct QuantizerPlan {
  Quantizer q;
  Rounded rounded{};  // q, where it is one; what follows belongs to it
  SteppedFormat stepped{};
  lane::LaneConstants<double> wide{};
  lane::LaneConstants<float> narrow{};
  bool has_wide = false;    // binary64 lanes are wide enough; else it goes number by number
  bool has_narrow = false;  // arrays of floats are rounded in float lanes
  bool is_plain = false;    // nothing but a deterministic rounding
  bool adds_bits = false;   // arrays of floats are rounded by adding random bits
  kernel::Stochastic random{};
  bool adds_wide_bits = false;  // arrays of doubles likewise
  kernel::WideStochastic wide_random{};

  double noise_scale = 0;  // sqrt(epsilon) of a noise

  template <class T>
  const lane::LaneConstants<T>& grid() const {
    if constexpr (std::is_same_v<T, float>)
      return narrow;
    else
      return wide;
  }
  template <class T>
  bool has_lane_constants() const {
    return std::is_same_v<T, float> ? has_narrow : has_wide;
  }
  // Whether binary64 lanes round u / step once.
  bool has_lanes(double step) const;
};

// Error if the format is not one of binary64 numbers.
QuantizerPlan make_plan(const Quantizer& q);

[[noreturn]] void fail_out_of_range(const Rounded& q, double x, std::uint64_t index);

// The least step of absmax for the largest magnitude m of what shares it, 0 < m < infinity.
double absmax_step(const Format& f, double m);

// step * round(x / step) by the reference arithmetic. Error where overflow is one.
double round_by_reference(const QuantizerPlan& plan, double step, double x, std::uint32_t draw, Events* events);

}  // namespace lowprec::array
