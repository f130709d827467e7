// The excess risk of a linear model on rotated features.
#pragma once

#include <span>
#include <vector>

#include "lowprec/array/quantize.h"
#include "lowprec/sgd/problem.h"
#include "lowprec/sgd/rotation.h"

namespace lowprec::risk {

// Features x = U g, g with covariance diag(lambda): Sigma = U diag(lambda) U^T; y = <target, g> + noise.
// With h_i = E z_i^2 and g_i = E x_i z_i / Sigma_ii for z = Q(x), the quantized risk is
//   (g w - U target)^T Sigma (g w - U target) + sum of (h_i - g_i^2 Sigma_ii) w_i^2
// exactly for ideal noises. For formats E x_j z_i = g_i Sigma_ij is exact (Bussgang 1952) and E z_i z_j is taken as g_i
// g_j Sigma_ij, which neglects terms of third and higher order in the correlation of x_i and x_j; these are those of
// E[z_i | x_i]: none for stochastic rounding within the range.
class RotatedRisk {
 public:
  // Q is not scaled by its data; the moments are those of normal x. Objects named live as long as this one.
  RotatedRisk(std::span<const double> lambda, std::span<const double> target, const sgd::Rotation& rotation,
              const Quantizer& q);

  double clean(std::span<const double> w) const;
  double quantized(std::span<const double> w) const;

 private:
  std::span<const double> lambda_, target_;
  const sgd::Rotation& rotation_;
  double common_ = 0;                  // epsilon of a noise common to all coordinates
  std::vector<double> gain_, excess_;  // g_i, h_i - g_i^2 Sigma_ii
};

}  // namespace lowprec::risk
