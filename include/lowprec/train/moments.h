// Moments of quantized Gaussian data, in closed form: what the risk of a quantized linear model depends on.
#pragma once

#include <span>
#include <vector>

#include "lowprec/quantize.h"

namespace lowprec {

// Per coordinate, for x ~ N(0, lambda) and z = Q(x): h = E z^2, c = E x z (arXiv 2510.18259, section 3: the diagonal of
// the covariance of quantized data). For formats the sum over the cells of the grid of Gaussian partial moments; a
// number beyond the range counts as the largest finite one, whatever the overflow rule.
struct DataMoments {
  std::vector<double> h, c;
  double overflow_probability = 0;  // the largest over coordinates
};
DataMoments data_moments(const Quantizer& q, std::span<const double> lambda);

// The excess risk E(y - <w, x>)^2 - sigma^2 of a linear model, y = <target, x> + noise of variance sigma^2.
class ExcessRisk {
 public:
  // Sizes of lambda and target are equal.
  ExcessRisk(std::span<const double> lambda, std::span<const double> target, const DataMoments& moments);

  // Tested on x: sum of lambda_i (w_i - target_i)^2.
  double clean(std::span<const double> w) const;
  // Tested on z = Q(x): sum of h_i (w_i - c_i target_i / h_i)^2 + approximation(). A coordinate with h = 0 is dead.
  double quantized(std::span<const double> w) const;
  // The least quantized risk of any w: sum of target_i^2 (lambda_i - c_i^2 / h_i).
  double approximation() const { return approximation_; }

 private:
  std::vector<double> lambda_, target_, h_, minimizer_;
  double approximation_ = 0;
};

}  // namespace lowprec
