// The coverage of the intervals that fits print.
#include <doctest/doctest.h>

#include <cmath>

#include "support/fit_points.h"

using namespace lowprec;

TEST_CASE("intervals of 80 % hold the truth in 80 % of 300 data sets") {
  // Covered counts are binomial: 240 with a deviation of 6.9. Checked is 4 deviations, error level 1e-4 a count; the
  // widening and its Student quantile err toward more.
  const study::Law law{2.5, 0.9, 30, 0.5, 0.05, 1, 1};
  study::FitOptions options;
  options.level = 0.8;
  options.draws = 200;
  for (const bool has_errors : {true, false}) {
    CAPTURE(has_errors);
    int alpha = 0, beta = 0, floor = 0;
    for (std::uint64_t seed = 0; seed < 300; ++seed) {
      std::vector<study::FitPoint> points;
      append(points, "x", law, kM, kN, 0.02);
      points = noisy(points, seed);
      if (!has_errors)
        for (auto& p : points) p.standard_error = std::nan("");
      const auto fit = fit_scaling(points, options);
      const auto holds = [&](const study::FitInterval& i, double truth) { return i.low <= truth && truth <= i.high; };
      alpha += holds(find(fit, "alpha"), law.alpha);
      beta += holds(find(fit, "beta"), law.beta);
      floor += holds(find(fit, "E", "x"), law.e);
    }
    MESSAGE("covered: ", alpha, " ", beta, " ", floor);
    for (const int count : {alpha, beta, floor}) {
      CHECK(count >= 240 - 28);
      CHECK(count <= 240 + 28);
    }
  }
}
