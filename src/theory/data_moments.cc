#include "lowprec/theory/data_moments.h"

#include <algorithm>
#include <cmath>

#include "theory/cell_moments.h"

namespace lowprec {
namespace {

struct FormatMoments {
  risk::CellSums sums;
  double overflow;
};

FormatMoments format_moments(const Format& f, Rounding r, double lambda) {
  const double sigma = std::sqrt(lambda);
  const double highest = f.max();
  const double lowest = std::max(0.0, -f.lowest());
  const risk::CellSums above = risk::half_moments(f, r, true, highest, sigma);
  const risk::CellSums below = f.is_signed ? risk::half_moments(f, r, false, lowest, sigma) : risk::CellSums{};
  return {{above.mean - below.mean, above.h + below.h, above.c + below.c, above.a + below.a, above.b + below.b,
           above.q + below.q},
          risk::mass_beyond(highest, sigma) + (f.is_signed ? risk::mass_beyond(lowest, sigma) : 0.5)};
}

void set_format_moments(const array::Rounded& q, std::span<const double> lambda, risk::DataMoments& m) {
  if (q.scale.is_from_data()) throw Error("moments of data whose step is chosen from them (absmax) are not known");
  const auto [format, step] = array::stepped_format(q);
  const double step2 = step * step, step4 = step2 * step2;
  for (std::size_t i = 0; i < lambda.size(); ++i) {
    const auto [sums, overflow] = format_moments(format, q.rounding, lambda[i] / step2);
    m.mean[i] = step * sums.mean;
    m.h[i] = step2 * sums.h;
    m.c[i] = step2 * sums.c;
    m.a[i] = step4 * sums.a;
    m.b[i] = step4 * sums.b;
    m.q[i] = step4 * sums.q;
    m.overflow_probability = std::max(m.overflow_probability, overflow);
  }
}

// z = x + sqrt(eps) xi.
void set_additive_moments(double eps, double kappa, std::span<const double> lambda, risk::DataMoments& m) {
  for (std::size_t i = 0; i < lambda.size(); ++i) {
    const double l = lambda[i];
    m.h[i] = l + eps;
    m.a[i] = 3 * l * l + 3 * eps * l;
    m.b[i] = 3 * l * l + eps * l;
    m.q[i] = 3 * l * l + 6 * eps * l + kappa * eps * eps;
  }
}

// z = x (1 + sqrt(eps) xi), with E (1 + sqrt(eps) xi)^k = 1, factor2, factor3, factor4.
void set_multiplicative_moments(std::span<const double> lambda, risk::DataMoments& m) {
  for (std::size_t i = 0; i < lambda.size(); ++i) {
    const double square = 3 * lambda[i] * lambda[i];
    m.h[i] = lambda[i] * m.factor2;
    m.a[i] = square * m.factor3;
    m.b[i] = square * m.factor2;
    m.q[i] = square * m.factor4;
  }
}

void set_noise_moments(const array::Noise& n, std::span<const double> lambda, risk::DataMoments& m) {
  const double eps = n.epsilon;
  const double kappa = n.distribution == array::Noise::Distribution::gaussian ? 3 : 1;
  switch (n.law) {
    case array::Noise::Law::additive:
      return set_additive_moments(eps, kappa, lambda, m);
    case array::Noise::Law::multiplicative:
    case array::Noise::Law::multiplicative_iid:
      m.is_common = n.is_common();
      m.factor2 = 1 + eps;
      m.factor3 = 1 + 3 * eps;
      m.factor4 = 1 + 6 * eps + kappa * eps * eps;
      return set_multiplicative_moments(lambda, m);
  }
}

}  // namespace

risk::DataMoments risk::data_moments(const Quantizer& q, std::span<const double> lambda) {
  const std::vector<double> l(lambda.begin(), lambda.end());
  risk::DataMoments m{l, l, l, l, l, std::vector<double>(l.size())};
  q.visit([&](const array::Identity&) { set_multiplicative_moments(lambda, m); },
          [&](const array::Rounded& r) { set_format_moments(r, lambda, m); },
          [&](const array::Noise& n) { set_noise_moments(n, lambda, m); });
  return m;
}

risk::ExcessRisk::ExcessRisk(std::span<const double> lambda, std::span<const double> target,
                             const risk::DataMoments& moments)
    : lambda_(lambda.begin(), lambda.end()),
      target_(target.begin(), target.end()),
      h_(moments.h),
      mean_(moments.mean),
      minimizer_(lambda.size()) {
  for (std::size_t i = 0; i < lambda.size(); ++i) {
    minimizer_[i] = h_[i] > 0 ? moments.c[i] * target[i] / h_[i] : 0;
    approximation_ += target[i] * (lambda[i] * target[i] - moments.c[i] * minimizer_[i]);
  }
}

double risk::ExcessRisk::clean(std::span<const double> w) const {
  double risk = 0;
  for (std::size_t i = 0; i < w.size(); ++i) risk += lambda_[i] * (w[i] - target_[i]) * (w[i] - target_[i]);
  return risk;
}

double risk::ExcessRisk::quantized(std::span<const double> w) const {
  double risk = approximation_, mean = 0, squares = 0;
  for (std::size_t i = 0; i < w.size(); ++i) {
    risk += h_[i] * (w[i] - minimizer_[i]) * (w[i] - minimizer_[i]);
    mean += w[i] * mean_[i];
    squares += w[i] * mean_[i] * (w[i] * mean_[i]);
  }
  return risk + (mean * mean - squares);
}

}  // namespace lowprec
