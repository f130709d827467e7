// Points of known laws, for the tests of fits.
#pragma once

#include <doctest/doctest.h>

#include <cmath>
#include <string>
#include <vector>

#include "lowprec/format/error.h"
#include "lowprec/lane/stream.h"
#include "lowprec/study/fit.h"
#include "study/fit_model.h"

namespace lowprec {

inline const std::vector<double> kM{8, 16, 32, 64, 128}, kN{1e3, 4e3, 16e3, 64e3};

inline void append(std::vector<study::FitPoint>& points, const std::string& config, const study::Law& law,
                   const std::vector<double>& ms, const std::vector<double>& ns, double relative_error = 0) {
  for (const double m : ms)
    for (const double n : ns) {
      const double risk = study::law_risk(law, m, n);
      points.push_back({config, m, n, risk, relative_error > 0 ? relative_error * risk : std::nan("")});
    }
}

// Each risk moved by a normal multiple of its standard error.
inline std::vector<study::FitPoint> noisy(std::vector<study::FitPoint> points, std::uint64_t seed) {
  for (std::size_t i = 0; i < points.size(); ++i)
    points[i].risk += points[i].standard_error * Stream{seed, 7}.gaussian(i);
  return points;
}

inline const study::FitInterval& find(const study::ScalingFit& fit, const std::string& name,
                                      const std::string& config = "") {
  for (const auto& p : fit.parameters)
    if (p.name == name && p.config == config) return p.interval;
  FAIL("no parameter ", config, ".", name);
  throw Error("unreachable");
}

}  // namespace lowprec
