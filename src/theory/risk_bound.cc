#include <algorithm>
#include <cmath>

#include "lowprec/theory/risk_recursion.h"

namespace lowprec {
namespace {

// 1 + 2 (r + r^2 + ... + r^(n-1)), r = 1 - decay, or more; 0 < decay < 2.
double correlation(double decay, double n) { return decay < 1 ? std::min(2 / decay - 1, 2 * n - 1) : 1; }

}  // namespace

// docs/theory.md, "The bound beside it", derives it. e = w - wq is the sum of what starts at -wq and has no noise at
// wq, and of what starts at 0 and has it.
double risk::RiskRecursion::bound(double gamma, std::uint64_t updates) const {
  if (p_.weights || !(gamma < largest_stable_step())) return std::nan("");
  const double n = static_cast<double>(updates), gamma2 = gamma * gamma;
  const auto& h = p_.data.h;
  const auto decay = [&](std::size_t i) { return gamma * (2 * h[i] - gamma * square_[i]); };  // of E e_i^2 alone
  const auto noise = [&](std::size_t i) { return constant_[i] + direction_[i] * residual_constant_; };
  // Sums over all coordinates: of the gain, of the squares of the start, and of the noise.
  double gain = 0, gain_so_far = 0, from_start = 0, from_noise = 0;
  for (std::size_t i = 0; i < h.size(); ++i) {
    if (h[i] == 0) continue;
    const double length = std::min(n, 1 / decay(i));
    gain += residual_square_[i] * gamma2 * direction_[i] / decay(i);
    gain_so_far += residual_square_[i] * gamma2 * direction_[i] * length;
    from_start += residual_square_[i] * length * minimizer_[i] * minimizer_[i];
    from_noise += residual_square_[i] * gamma2 * noise(i) / decay(i);
  }
  const double start = from_start / (1 - gain_so_far), still = from_noise / (1 - gain);
  double bias = 0, variance = 0;
  for (std::size_t i = 0; i < h.size(); ++i) {
    if (h[i] == 0) continue;
    const double length = std::min(n, 1 / decay(i)), level = gamma2 * (noise(i) + direction_[i] * still);
    const double weight = h[i] * correlation(gamma * h[i], n) / (n * n);
    bias += weight * length * (minimizer_[i] * minimizer_[i] + gamma2 * direction_[i] * start);
    variance += weight * level * std::min(n / decay(i), n * n / 2);
  }
  return 2 * bias + 2 * variance + approximation_;
}

}  // namespace lowprec
