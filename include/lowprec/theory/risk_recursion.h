// The exact expected risk of quantized one-pass SGD on Gaussian least squares, for ideal noise at any of the five sites
// of arXiv 2510.18259 and for real formats on the data: a recursion over first and second moments of each weight, O(d)
// an update. docs/theory.md derives it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "lowprec/array/quantize.h"
#include "lowprec/theory/data_moments.h"

namespace lowprec::risk {

// Noise of a site u that is independent of everything else given u: its variance is additive + multiplicative u^2. Of
// the multiplicative part, `common` has one draw for a whole vector (a batch, or the weights).
struct SiteNoise {
  double additive = 0, multiplicative = 0, common = 0;
};

// The noise of an ideal quantizer (and of `none`). For a format, what stands for it: the variance V = E(Q(u) - u)^2 of
// its error at u ~ N(0, scale^2), as additive(V) where the format is an integer grid and as multiplicative_iid(V /
// scale^2) where its quantum follows the binade. That is an approximation: the error of a real format is neither
// independent of u nor of this variance for every u.
SiteNoise site_noise(const Quantizer& q, double scale);

// What the recursion needs of a regression problem with independent coordinates x_i ~ N(0, lambda_i) and of what is
// quantized in it.
struct TheoryProblem {
  std::vector<double> lambda, target;  // w*, or the root of E w*_i^2: every result is quadratic in w*
  double noise = 1;                    // sigma^2
  std::uint64_t batch = 1;
  DataMoments data;
  SiteNoise label, parameter, activation, gradient;

  // Stored weights rounded stochastically after each update, to multiples of their quantum; nullopt: exact. An
  // approximation: the noise of a step v that is rounded to a multiple of q is q E|v| - E v^2, for v the product of
  // independent normal numbers (a sum of `batch` such products).
  std::optional<array::Rounded> weights{};
};

// A risk E(y - <w, x>)^2 - sigma^2 and its parts. bias: of the mean iterate; variance: of the iterate about its mean;
// approximation: what the best weights leave (in the quantized metric).
struct RiskParts {
  double bias = 0, variance = 0, approximation = 0;
  double total() const { return bias + variance + approximation; }
};

struct RiskPair {
  RiskParts clean;      // tested on x
  RiskParts quantized;  // tested on z = Q(x)
};

// Moments of w_t: of each weight about the minimiser wq of the quantized risk, and of sums of iterates.
class RiskRecursion {
 public:
  explicit RiskRecursion(const TheoryProblem& problem);

  // From w_t to w_{t+1} with step gamma.
  void update(double gamma);

  // From now on the sum of w_t, w_{t+1}, ... is followed. The number of the window is returned; w_0 opens window 0.
  std::size_t open_window();
  void close_window(std::size_t window);

  RiskPair last() const;
  // Of the average of all iterates since the window was opened, the present one not included.
  RiskPair average(std::size_t window) const;
  // Of the minimiser of the quantized risk, where w goes with gamma -> 0, N gamma -> infinity.
  RiskPair limit() const;

  // Steps below this keep E w_i^2 bounded (mean-square stability); for sites quantized by noise and formats on the
  // data exact.
  double largest_stable_step() const;

  // A bound on the quantized risk of the average after N updates with one step gamma, in the form of arXiv 2510.18259:
  //   2 bias + 2 variance + approximation,
  // from the moments of one update alone; docs/theory.md derives it. Never below average(0).quantized, whatever the
  // noises. NaN from largest_stable_step() on, and where weights are stored in a format.
  double bound(double gamma, std::uint64_t updates) const;

 private:
  struct Window {
    bool is_open = true;
    std::uint64_t length = 0;
    std::vector<double> square, cross, sum;  // E Z_i^2, E Z_i e_i, E Z_i for Z the sum of e = w - wq
  };

  void set_minimizer();
  void set_gradient_moments();
  void set_residual_weights();
  double residual() const;
  double storage_variance(std::size_t i, double gamma, double mean_square) const;
  RiskPair risk(std::span<const double> mean, std::span<const double> square, double scale) const;

  TheoryProblem p_;
  std::vector<double> minimizer_;  // wq
  double approximation_ = 0;
  // E g_i^2 = square_i u_i + mean_i mu_i + constant_i + direction_i S, S = residual_ = E r^2 but for data of common
  // noise; u_i = E(w_i - wq_i)^2, mu_i = E(w_i - wq_i).
  std::vector<double> square_, mean_, constant_, direction_;
  // S = residual_constant_ + sum of residual_square_i u_i + residual_mean_i mu_i.
  std::vector<double> residual_square_, residual_mean_;
  double residual_constant_ = 0, residual_ = 0;
  std::vector<double> mu_, u_;
  std::vector<Window> windows_;
};

}  // namespace lowprec::risk
