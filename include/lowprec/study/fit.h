// Scaling laws fitted to risks: risk = A (f M)^-alpha + C (g N)^-beta + E.
//
// M is a number of features, N a number of samples or updates. A, alpha, C and beta are shared. The first configuration
// is the reference: f = g = 1 there. For any other, f = M_eff / M and g = N_eff / N are its effective model and data
// sizes (arXiv 2602.19241), and E its own floor. Weighted least squares by Levenberg & Marquardt, positive parameters
// by their logarithms, E of either sign: a truncated spectrum makes it negative.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "lowprec/format/language.h"

namespace lowprec::study {

struct FitPoint {
  std::string config;
  double m = 0;  // positive and finite
  double n = 0;  // positive, or infinity: there the term of N is 0
  double risk = 0;
  double standard_error = std::numeric_limits<double>::quiet_NaN();  // of the risk; NaN or 0: it has none
};

enum class FitFloor { none, shared, each };  // E = 0, one E, or one for each configuration
enum class FitWeights {
  automatic,       // standard_error where all points have one, relative where none has
  standard_error,  // residuals over standard errors
  relative         // residuals over risks, which must be positive
};

// A parameter held at a value: A, C and E from 0, alpha, beta, f and g positive. A = 0 or C = 0 drops that term.
struct FitFixed {
  std::string config;  // of E, f and g; empty: of all configurations (but f and g of the first)
  std::string name;
  double value = 0;
};

struct FitOptions {
  FitFloor floor = FitFloor::each;
  FitWeights weights = FitWeights::automatic;
  std::vector<FitFixed> fixed;
  double level = 0.95;    // of the intervals, in (0, 1)
  unsigned draws = 1000;  // refits of the bootstrap, from 100
  std::uint64_t seed = 1;
};

// An estimate between the ends of its interval: quantiles (1 - level) / 2 and (1 + level) / 2 of the refits.
struct FitInterval {
  double value = 0, low = 0, high = 0;
};

struct FitParameter {
  std::string config;  // empty: of all
  std::string name;    // A, alpha, C, beta, E, f, g
  bool is_fixed = false;
  FitInterval interval;
};

// A term that the points cannot tell.
struct FitDropped {
  char size = 'M';  // of which there is one value: M or N
  std::string why;  // a sentence
};

struct ScalingFit {
  std::vector<std::string> configs;  // the reference first
  std::vector<FitParameter> parameters;
  std::vector<FitDropped> dropped;

  std::vector<double> residuals;  // (risk - fit) / standard error, or / risk, in the order of the points
  bool uses_standard_errors = false;
  double chi_squared = 0;  // sum of the squares of the residuals
  std::size_t degrees_of_freedom = 0;
  double p_value = 0;  // with standard errors: P(chi squared so large or larger) under the law

  // How the bootstrap drew. With standard errors: fit + standard error * widening * normal, widening = max(1,
  // sqrt(chi_squared / degrees_of_freedom)) (Birge 1932). Without: fit + risk * widening * a residual of any point with
  // a random sign, widening = sqrt(points / degrees_of_freedom) times the ratio of Student's to the normal quantile.
  double widening = 1;

  // The law's risk and its interval. Error: an unknown configuration; M or N where its term was dropped for want of a
  // second value and this is another one (NaN: the one there was).
  FitInterval risk(const std::string& config, double m, double n) const;

  // What risk() needs: the refits' values of `parameters`, and what was seen of a dropped term's variable.
  std::vector<std::vector<double>> refits;
  double only_m = std::numeric_limits<double>::quiet_NaN(), only_n = std::numeric_limits<double>::quiet_NaN();
  double level = 0.95;
};

}  // namespace lowprec::study

namespace lowprec {

// The fit, from several starting points; the same input gives the same bytes. A term of which the points hold one M (or
// one N) is dropped: it is part of E, and with floor none cannot be. Error names what cannot be fitted and why:
// non-finite risks, negative or partly missing standard errors, no more points than parameters, parameters that the
// points do not tell apart, a fit or more than one refit in twenty that does not settle. `progress` is called with the
// share of the refits done.
study::ScalingFit fit_scaling(const std::vector<study::FitPoint>& points, const study::FitOptions& options = {},
                              const std::function<void(double)>& progress = {});

}  // namespace lowprec
