// The rounding formula over one lane, for a rounding known at run time.
#pragma once

#include <cstdint>

#include "lane/with_kind.h"
#include "lowprec/format/events.h"
#include "lowprec/lane/one_lane.h"

namespace lowprec::lane {

inline double round_one_lane(Rounding r, const LaneConstants<double>& g, double x, std::uint32_t draw, Events& events) {
  double result = 0;
  const double random = r.is_stochastic() ? static_cast<double>(draw >> g.random_shift) : 0.0;
  with_kind(r.kind, [&](auto kind) {
    result = one_lane::RoundCounting<kind()>(one_lane::OneLane<double>(), g, x, random, events);
  });
  return result;
}

}  // namespace lowprec::lane
