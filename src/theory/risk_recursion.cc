#include "lowprec/theory/risk_recursion.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <numeric>

#include "lowprec/lane/lane_constants.h"
#include "theory/normal.h"

namespace lowprec {
namespace {

constexpr std::size_t kBlock = 512;  // coordinates whose arrays stay in the first cache
constexpr std::size_t kStrands = 8;  // sums run over i mod 8, whatever vectors the machine has

// Sum of f(i), in kStrands strands added up in order.
template <class F>
double strand_sum(std::size_t n, F f) {
  double strands[kStrands] = {};
  std::size_t i = 0;
  for (; i + kStrands <= n; i += kStrands)
    for (std::size_t s = 0; s < kStrands; ++s) strands[s] += f(i + s);
  for (std::size_t s = 0; i < n; ++i, ++s) strands[s] += f(i);
  double sum = 0;
  for (const double strand : strands) sum += strand;
  return sum;
}

// E|sum of B products of two independent standard normal numbers| / B = 2 Gamma((B+1)/2) / (sqrt(pi) Gamma(B/2) B), by
// the recursion of Gamma ratios in steps of two.
double mean_magnitude(std::uint64_t batch) {
  double ratio = batch % 2 == 1 ? 1 / std::sqrt(M_PI) : std::sqrt(M_PI) / 2;  // Gamma((b+1)/2) / Gamma(b/2), b = 1 or 2
  for (std::uint64_t b = batch % 2 == 1 ? 1 : 2; b < batch; b += 2)
    ratio *= static_cast<double>(b + 1) / static_cast<double>(b);
  return 2 * ratio / std::sqrt(M_PI) / static_cast<double>(batch);
}

// P(|w| < limit), w ~ N(mean, deviation^2).
double mass_below(double limit, double mean, double deviation) {
  const auto below = [&](double x) {
    const double t = (x - mean) / deviation;
    return t < 0 ? risk::normal(-t).tail : 1 - risk::normal(t).tail;
  };
  return below(limit) - below(-limit);
}

// The mean of f(quantum) over w ~ N(mean, deviation^2), the quantum being the distance of the grid's neighbours at w.
template <class F>
double mean_over_quanta(const array::Rounded& q, double mean, double deviation, F f) {
  constexpr double kReach = 6;             // deviations
  constexpr double kNegligible = 0x1p-20;  // of the probability
  const auto [format, step] = array::stepped_format(q);
  const auto value_in = [&, &format = format, &step = step](int exponent) {
    return f(step * format::exp2i(exponent - format.fraction_bits()));
  };
  const int least = format.least_exponent;
  // The largest exponent of integers lies below the least one, whose binade sets their quantum.
  const int greatest = std::max(format.max_exponent(), least);
  const double reach = (std::abs(mean) + kReach * deviation) / step;
  int exponent = reach > 0 ? std::clamp(format::floor_log2(reach), least, greatest) : least;
  if (exponent == least || !(deviation > 0)) return value_in(exponent);
  double sum = 0, above = 1;
  for (; exponent > least && above > kNegligible; --exponent) {
    const double below = mass_below(step * format::exp2i(exponent), mean, deviation);
    sum += std::max(above - below, 0.0) * value_in(exponent);
    above = below;
  }
  return sum + above * value_in(exponent);
}

risk::SiteNoise noise_of(const array::Noise& q) {
  switch (q.law) {
    case array::Noise::Law::additive:
      return {q.epsilon, 0, 0};
    case array::Noise::Law::multiplicative:
      return {0, q.epsilon, q.epsilon};
    case array::Noise::Law::multiplicative_iid:
      return {0, q.epsilon, 0};
  }
  return {};
}

risk::SiteNoise noise_of(const array::Rounded& q, double scale) {
  const double variance = scale * scale;
  const risk::DataMoments m = risk::data_moments(q, {&variance, 1});
  const double error = m.h[0] - 2 * m.c[0] + variance;
  const bool one_quantum = q.format.max_exponent() <= q.format.least_exponent;
  return one_quantum ? risk::SiteNoise{error, 0, 0} : risk::SiteNoise{0, error / variance, 0};
}

}  // namespace

risk::SiteNoise risk::site_noise(const Quantizer& q, double scale) {
  return q.visit([](const array::Identity&) { return risk::SiteNoise{}; },
                 [&](const array::Rounded& r) { return noise_of(r, scale); },
                 [](const array::Noise& n) { return noise_of(n); });
}

risk::RiskRecursion::RiskRecursion(const risk::TheoryProblem& problem) : p_(problem) {
  set_minimizer();
  set_gradient_moments();
  set_residual_weights();
  const std::size_t d = minimizer_.size();
  mu_.resize(d);
  u_.resize(d);
  for (std::size_t i = 0; i < d; ++i) {
    mu_[i] = -minimizer_[i];
    u_[i] = minimizer_[i] * minimizer_[i];
  }
  residual_ = residual();
  open_window();
}

void risk::RiskRecursion::set_minimizer() {
  const risk::ExcessRisk risk(p_.lambda, p_.target, p_.data);
  minimizer_.assign(risk.minimizer().begin(), risk.minimizer().end());
  approximation_ = risk.approximation();
}

// docs/theory.md, "One update". With p the quantized weights, Ep = mu + wq and Ep^2 = (1 + pm) E w^2 + pa, the moment
// of one sample's gradient is k0 + k1 Ep + k2 Ep^2 + s S, that of two different samples of a batch h^2 E(w - wq)^2 and
// what the noises that a batch shares add.
void risk::RiskRecursion::set_gradient_moments() {
  const std::size_t d = minimizer_.size();
  const risk::DataMoments& m = p_.data;
  const double one = 1 / static_cast<double>(p_.batch), others = 1 - one;
  const double o = 1 + p_.gradient.multiplicative, l = 1 + p_.label.multiplicative;
  const double a = 1 + p_.activation.multiplicative;
  const double pm = p_.parameter.multiplicative, pa = p_.parameter.additive;
  const double shared = others * (1 + p_.gradient.common), a_shared = p_.activation.common;
  for (auto* v : {&square_, &mean_, &constant_, &direction_}) v->resize(d);
  for (std::size_t i = 0; i < d; ++i) {
    const double lambda = p_.lambda[i], target = p_.target[i], w = minimizer_[i], h = m.h[i], c = m.c[i];
    const double k0 = o * l * target * target * (m.b[i] - lambda * h);
    const double k1 = -2 * o * target * (m.is_common ? 2 * m.factor3 * lambda * lambda : m.a[i] - c * h);
    const double k2 = o * a * (m.is_common ? 2 * m.factor4 * lambda * lambda : m.q[i] - h * h);
    direction_[i] = one * (m.is_common ? lambda : h);
    square_[i] = one * k2 * (1 + pm) + shared * h * h * (1 + pm) * (1 + a_shared);
    mean_[i] = one * (k1 + 2 * w * k2 * (1 + pm)) + shared * h * h * 2 * w * (pm + a_shared * (1 + pm));
    constant_[i] = one * (k0 + k1 * w + k2 * ((1 + pm) * w * w + pa)) +
                   shared * (h * h * (pm * w * w + pa + a_shared * ((1 + pm) * w * w + pa)) +
                             p_.label.common * c * target * c * target);
  }
}

void risk::RiskRecursion::set_residual_weights() {
  const std::size_t d = minimizer_.size();
  const risk::DataMoments& m = p_.data;
  const double f2 = m.is_common ? m.factor2 : 1, f3 = m.is_common ? m.factor3 : 1, f4 = m.is_common ? m.factor4 : 1;
  const double o = 1 + p_.gradient.multiplicative, a = 1 + p_.activation.multiplicative;
  const double pm = 1 + p_.parameter.multiplicative;
  residual_square_.resize(d);
  residual_mean_.resize(d);
  for (std::size_t i = 0; i < d; ++i) {
    const double s = m.is_common ? p_.lambda[i] : m.h[i];
    residual_square_[i] = o * a * f4 * s * pm;
    residual_mean_[i] = 2 * residual_square_[i] * minimizer_[i] - 2 * o * f3 * m.c[i] * p_.target[i];
  }
  const double signal = strand_sum(d, [&](std::size_t i) { return p_.lambda[i] * p_.target[i] * p_.target[i]; });
  // At mu = u = 0: -2 <w*, p> and |p|^2, weight by weight, so that they cancel where they do.
  const double at_minimizer = strand_sum(d, [&](std::size_t i) {
    const double s = m.is_common ? p_.lambda[i] : m.h[i], w = minimizer_[i];
    return a * f4 * s * (pm * w * w + p_.parameter.additive) - 2 * f3 * m.c[i] * p_.target[i] * w;
  });
  residual_constant_ = o * ((1 + p_.label.multiplicative) * f2 * (p_.noise + signal) + at_minimizer +
                            f2 * (p_.label.additive + p_.activation.additive)) +
                       f2 * p_.gradient.additive;
}

double risk::RiskRecursion::residual() const {
  return residual_constant_ +
         strand_sum(u_.size(), [&](std::size_t i) { return residual_square_[i] * u_[i] + residual_mean_[i] * mu_[i]; });
}

std::size_t risk::RiskRecursion::open_window() {
  const std::size_t d = mu_.size();
  windows_.push_back({true, 0, std::vector<double>(d), std::vector<double>(d), std::vector<double>(d)});
  return windows_.size() - 1;
}

void risk::RiskRecursion::close_window(std::size_t window) { windows_[window].is_open = false; }

// The noise that stochastic rounding of the stored weight adds; mean_square is that of its step. The weight is taken
// for normal.
double risk::RiskRecursion::storage_variance(std::size_t i, double gamma, double mean_square) const {
  const double deviation = std::sqrt(std::max(u_[i] - mu_[i] * mu_[i], 0.0));
  const double magnitude = gamma * std::sqrt(residual_ * p_.data.h[i]) * mean_magnitude(p_.batch);
  return mean_over_quanta(*p_.weights, mu_[i] + minimizer_[i], deviation, [&](double quantum) {
    const bool is_small = mean_square < quantum * magnitude / 2;
    return is_small ? quantum * magnitude - mean_square : quantum * quantum / 6;
  });
}

void risk::RiskRecursion::update(double gamma) {
  const std::size_t d = mu_.size();
  const double gamma2 = gamma * gamma;
  const double* h = p_.data.h.data();
  const bool rounds_weights = p_.weights.has_value();
  for (std::size_t begin = 0; begin < d; begin += kBlock) {
    const std::size_t end = std::min(begin + kBlock, d);
    for (Window& window : windows_) {
      if (!window.is_open) continue;
      double *square = window.square.data(), *cross = window.cross.data(), *sum = window.sum.data();
      for (std::size_t i = begin; i < end; ++i) {
        square[i] += 2 * cross[i] + u_[i];
        cross[i] = (1 - gamma * h[i]) * (cross[i] + u_[i]);
        sum[i] += mu_[i];
      }
    }
    for (std::size_t i = begin; i < end; ++i) {
      const double step =
          gamma2 * (square_[i] * u_[i] + mean_[i] * mu_[i] + (constant_[i] + direction_[i] * residual_));
      const double stored = rounds_weights ? storage_variance(i, gamma, step) : 0;
      u_[i] = (1 - 2 * gamma * h[i]) * u_[i] + step + stored;
      mu_[i] *= 1 - gamma * h[i];
    }
  }
  for (Window& window : windows_)
    if (window.is_open) ++window.length;
  residual_ = residual();
}

// Of weights wq + e / scale with E e = mean, E e^2 = square.
risk::RiskPair risk::RiskRecursion::risk(std::span<const double> mean, std::span<const double> square,
                                         double scale) const {
  const std::size_t d = mean.size();
  const auto variance_in = [&](const std::vector<double>& metric) {
    return strand_sum(d, [&](std::size_t i) {
      const double m = mean[i] / scale;
      return metric[i] * (square[i] / scale / scale - m * m);
    });
  };
  risk::RiskPair result;
  result.clean.bias = strand_sum(d, [&](std::size_t i) {
    const double error = mean[i] / scale + (minimizer_[i] - p_.target[i]);
    return p_.lambda[i] * error * error;
  });
  result.clean.variance = variance_in(p_.lambda);
  result.quantized.bias =
      strand_sum(d, [&](std::size_t i) { return p_.data.h[i] * (mean[i] / scale) * (mean[i] / scale); });
  result.quantized.variance = variance_in(p_.data.h);
  result.quantized.approximation = approximation_;
  return result;
}

risk::RiskPair risk::RiskRecursion::last() const { return risk(mu_, u_, 1); }

risk::RiskPair risk::RiskRecursion::average(std::size_t window) const {
  const Window& w = windows_[window];
  return risk(w.sum, w.square, static_cast<double>(w.length));
}

risk::RiskPair risk::RiskRecursion::limit() const {
  const std::vector<double> none(mu_.size());
  return risk(none, none, 1);
}

// u <- diag(1 - 2 gamma h + gamma^2 square) u + gamma^2 direction (residual_square . u) + ..., all of it not negative:
// the spectral radius is below 1 if and only if the diagonal is and the sum below is less than 1.
double risk::RiskRecursion::largest_stable_step() const {
  double highest = std::numeric_limits<double>::infinity();
  for (std::size_t i = 0; i < mu_.size(); ++i)
    if (p_.data.h[i] > 0) highest = std::min(highest, 2 * p_.data.h[i] / square_[i]);
  const auto gain = [&](double gamma) {
    return strand_sum(mu_.size(), [&](std::size_t i) {
      return p_.data.h[i] > 0 ? gamma * direction_[i] * residual_square_[i] / (2 * p_.data.h[i] - gamma * square_[i])
                              : 0.0;
    });
  };
  double low = 0, high = highest;
  while (true) {
    const double middle = low + (high - low) / 2;
    if (middle <= low || middle >= high) return low;
    (gain(middle) < 1 ? low : high) = middle;
  }
}

}  // namespace lowprec
