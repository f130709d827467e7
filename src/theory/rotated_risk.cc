#include "theory/rotated_risk.h"

#include "lowprec/sgd/rotation.h"
#include "lowprec/theory/data_moments.h"

namespace lowprec {
namespace {

// The sum of lambda_j (u_j - v_j)^2.
double energy(std::span<const double> lambda, std::span<const double> u, std::span<const double> v) {
  double sum = 0;
  for (std::size_t j = 0; j < lambda.size(); ++j) sum += lambda[j] * (u[j] - v[j]) * (u[j] - v[j]);
  return sum;
}

}  // namespace

risk::RotatedRisk::RotatedRisk(std::span<const double> lambda, std::span<const double> target,
                               const sgd::Rotation& rotation, const Quantizer& q)
    : lambda_(lambda), target_(target), rotation_(rotation), gain_(lambda.size(), 1), excess_(lambda.size()) {
  if (q.noise() != nullptr && q.noise()->is_common()) {
    common_ = q.noise()->epsilon;
    return;
  }
  std::vector<double> variance(lambda.size());
  for (std::size_t j = 0; j < lambda.size(); ++j)
    for (std::size_t i = 0; i < lambda.size(); ++i) {
      const double u = rotation.column(j)[i];
      variance[i] += lambda[j] * u * u;
    }
  const risk::DataMoments moments = risk::data_moments(q, variance);
  for (std::size_t i = 0; i < variance.size(); ++i) {
    gain_[i] = moments.c[i] / variance[i];
    excess_[i] = moments.h[i] - gain_[i] * moments.c[i];
  }
}

double risk::RotatedRisk::clean(std::span<const double> w) const { return energy(lambda_, rotation_.back(w), target_); }

double risk::RotatedRisk::quantized(std::span<const double> w) const {
  std::vector<double> v(w.begin(), w.end());
  double noise = 0;
  for (std::size_t i = 0; i < v.size(); ++i) {
    noise += excess_[i] * v[i] * v[i];
    v[i] *= gain_[i];
  }
  const auto u = rotation_.back(v);
  if (common_ > 0) noise += common_ * energy(lambda_, u, std::vector<double>(u.size()));
  return energy(lambda_, u, target_) + noise;
}

}  // namespace lowprec
