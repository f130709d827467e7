// Moments of quantized Gaussian data, in closed form: what the risk of a quantized linear model depends on.
#pragma once

#include <span>
#include <vector>

#include "lowprec/array/quantize.h"

namespace lowprec::risk {

// Per coordinate, for x ~ N(0, lambda) and z = Q(x), what risk and the steps of SGD depend on (arXiv 2510.18259,
// section 3: h is the diagonal of the covariance of quantized data):
//   h = E z^2, c = E x z, a = E x z^3, b = E x^2 z^2, q = E z^4, mean = E z.
// For formats the sum over the cells of the grid of Gaussian partial moments, with the probabilities that the rounding
// has, those of N random bits too; a number beyond the range counts as the largest finite one, whatever the overflow
// rule. Of the noises, xi has fourth moment 3 (gaussian) or 1 (rademacher).
struct DataMoments {
  std::vector<double> h, c, a, b, q, mean;
  double overflow_probability = 0;  // the largest over coordinates

  // One common draw for all coordinates: z = x (1 + sqrt(eps) xi). The moments above hold for each coordinate; those of
  // two coordinates are products of lambda with E (1 + sqrt(eps) xi)^k = 1, factor2, factor3, factor4.
  bool is_common = false;
  double factor2 = 1, factor3 = 1, factor4 = 1;
};
// Error for steps chosen from the data (absmax): they make coordinates depend on each other.
DataMoments data_moments(const Quantizer& q, std::span<const double> lambda);

// The excess risk E(y - <w, x>)^2 - sigma^2 of a linear model, y = <target, x> + noise of variance sigma^2.
class ExcessRisk {
 public:
  // Sizes of lambda and target are equal.
  ExcessRisk(std::span<const double> lambda, std::span<const double> target, const DataMoments& moments);

  // Tested on x: sum of lambda_i (w_i - target_i)^2.
  double clean(std::span<const double> w) const;
  // Tested on z = Q(x): sum of h_i (w_i - minimizer_i)^2 + approximation(). A coordinate with h = 0 is dead. Where E z
  // is not 0, (sum of w_i E z_i)^2 - sum of (w_i E z_i)^2 comes on top.
  double quantized(std::span<const double> w) const;
  // The least quantized risk of any w if E z = 0: sum of target_i^2 (lambda_i - c_i^2 / h_i).
  double approximation() const { return approximation_; }
  // c_i target_i / h_i, 0 where the coordinate is dead.
  std::span<const double> minimizer() const { return minimizer_; }

 private:
  std::vector<double> lambda_, target_, h_, mean_, minimizer_;
  double approximation_ = 0;
};

}  // namespace lowprec::risk
