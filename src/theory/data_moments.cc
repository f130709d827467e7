#include "lowprec/theory/data_moments.h"

#include <algorithm>
#include <cmath>

#include "theory/normal.h"

namespace lowprec {
namespace {

using format::Choice;

constexpr double kReach = 9;             // standard deviations; P(|x| > 9 sigma) < 3e-19
constexpr double kNegligible = 0x1p-40;  // cells below this many standard deviations add less than 2^-80 to a moment
constexpr int kManyRandomBits = 20;      // from here on, as good as unlimited
constexpr double kManyCells = 4096;      // from here on, a run of equal cells is summed as an integral

// Integrals of 1, x, ..., x^4 over an interval of x > 0 under N(0, sigma^2).
struct Partial {
  double mass, first, second, third, fourth;
};

class HalfLine {
 public:
  explicit HalfLine(double sigma) : sigma_(sigma) {}
  double sigma() const { return sigma_; }

  // By parts: the integral of t^n phi is [-t^(n-1) phi] + (n - 1) times that of t^(n-2) phi.
  Partial between(double from, double to) const {
    const double s = from / sigma_, t = to / sigma_;
    const risk::Normal low = risk::normal(s), high = risk::normal(t);
    const auto at_ends = [&](double power_s, double power_t) {
      return power_s * low.density - (high.density == 0 ? 0 : power_t * high.density);
    };
    const double mass = low.tail - high.tail;
    const double first = at_ends(1, 1);
    const double second = mass + at_ends(s, t);
    const double third = 2 * first + at_ends(s * s, t * t);
    const double fourth = 3 * second + at_ends(s * s * s, t * t * t);
    const double square = sigma_ * sigma_;
    return {mass, sigma_ * first, square * second, square * sigma_ * third, square * square * fourth};
  }
  Partial beyond(double from) const { return between(from, INFINITY); }

 private:
  double sigma_;
};

// E z, E z^2, E x z, E x z^3, E x^2 z^2, E z^4 over a part of the half line.
struct Sums {
  double mean = 0, h = 0, c = 0, a = 0, b = 0, q = 0;

  void constant(double z, const Partial& p) {
    mean += z * p.mass;
    h += z * z * p.mass;
    c += z * p.first;
    a += z * z * z * p.first;
    b += z * z * p.second;
    q += z * z * z * z * p.mass;
  }

  // z is v or w: E[z^n | x] = alpha_n x + beta_n with these for n = 1 ... 4.
  void two_valued(const double (&alpha)[4], const double (&beta)[4], const Partial& p) {
    mean += alpha[0] * p.first + beta[0] * p.mass;
    h += alpha[1] * p.first + beta[1] * p.mass;
    c += alpha[0] * p.second + beta[0] * p.first;
    a += alpha[2] * p.second + beta[2] * p.first;
    b += alpha[1] * p.third + beta[1] * p.second;
    q += alpha[3] * p.first + beta[3] * p.mass;
  }

  // z = x + e, e independent of x, with moments e1 ... e4.
  void independent_error(double e1, double e2, double e3, double e4, const Partial& p) {
    mean += p.first + e1 * p.mass;
    h += p.second + 2 * e1 * p.first + e2 * p.mass;
    c += p.second + e1 * p.first;
    a += p.fourth + 3 * e1 * p.third + 3 * e2 * p.second + e3 * p.first;
    b += p.fourth + 2 * e1 * p.third + e2 * p.second;
    q += p.fourth + 4 * e1 * p.third + 6 * e2 * p.second + 4 * e3 * p.first + e4 * p.mass;
  }
};

// The magnitudes between v and w = v + q, on one side of zero.
void add_cell(Choice side, double v, double q, const HalfLine& x, Sums& sums) {
  const double w = v + q;
  const auto whole = [&] { return x.between(v, w); };
  switch (side) {
    case Choice::nearest:
      sums.constant(v, x.between(v, v + q / 2));
      return sums.constant(w, x.between(v + q / 2, w));
    case Choice::inward:
      return sums.constant(v, whole());
    case Choice::outward:
      return sums.constant(w, whole());
    case Choice::odd:
      return sums.constant(std::fmod(v / q, 2) == 1 ? v : w, whole());
    case Choice::coin:
      return sums.two_valued(
          {0, 0, 0, 0},
          {(v + w) / 2, (v * v + w * w) / 2, (v * v * v + w * w * w) / 2, (v * v * v * v + w * w * w * w) / 2},
          whole());
    case Choice::random_bits:
      // w with probability (x - v) / q, so E[z^n | x] = x (w^n - v^n) / q - v w (w^(n-1) - v^(n-1)) / q
      return sums.two_valued({1, v + w, v * v + v * w + w * w, (v + w) * (v * v + w * w)},
                             {0, -v * w, -v * w * (v + w), -v * w * (v * v + v * w + w * w)}, whole());
  }
}

// Moments of the error in quanta where it is uniform in its cell.
struct CellError {
  double first, second, third, fourth;
};

CellError cell_error(Choice side) {
  switch (side) {
    case Choice::nearest:
      return {0, 1.0 / 12, 0, 1.0 / 80};
    case Choice::inward:
      return {-1.0 / 2, 1.0 / 3, -1.0 / 4, 1.0 / 5};
    case Choice::outward:
      return {1.0 / 2, 1.0 / 3, 1.0 / 4, 1.0 / 5};
    case Choice::random_bits:  // at fraction f: -f with probability 1 - f, 1 - f with probability f
      return {0, 1.0 / 6, 0, 1.0 / 15};
    case Choice::odd:  // either neighbour, in turn
    case Choice::coin:
      break;
  }
  return {0, 1.0 / 3, 0, 1.0 / 5};
}

// Many cells of width q much narrower than sigma.
void add_many_cells(Choice side, double from, double to, double q, const HalfLine& x, Sums& sums) {
  const CellError e = cell_error(side);
  sums.independent_error(e.first * q, e.second * q * q, e.third * q * q * q, e.fourth * q * q * q * q,
                         x.between(from, to));
}

void add_segment(Choice side, double from, double to, double q, const HalfLine& x, Sums& sums) {
  if ((to - from) / q > kManyCells) return add_many_cells(side, from, to, q, x, sums);
  for (double v = from; v < to; v += q) add_cell(side, v, q, x, sums);
}

// The side of x whose numbers have magnitudes from 0 to limit.
Sums half_moments(const Format& f, Choice side, double limit, const HalfLine& x) {
  Sums sums;
  const double reach = std::min(limit, kReach * x.sigma());
  const auto add = [&](double from, double to, double q) {
    const double cells = std::ceil((std::min(to, reach) - from) / q);
    if (cells > 0) add_segment(side, from, from + cells * q, q, x, sums);
  };
  const double least = f.min_normal();
  if (f.has_zero) add(0, least, f.has_subnormals ? format::exp2i(f.quantum_exponent()) : least);
  int exponent = f.least_exponent;
  if (least < kNegligible * x.sigma()) exponent = format::floor_log2(kNegligible * x.sigma());
  for (; exponent <= f.max_exponent() && format::exp2i(exponent) < reach; ++exponent)
    add(format::exp2i(exponent), 2 * format::exp2i(exponent), format::exp2i(exponent - f.fraction_bits()));
  sums.constant(limit, x.beyond(limit));
  return sums;
}

struct FormatMoments {
  Sums sums;
  double overflow;
};

FormatMoments format_moments(const Format& f, Rounding r, double lambda) {
  const HalfLine x(std::sqrt(lambda));
  const double highest = f.max();
  const double lowest = std::max(0.0, -f.lowest());
  const Sums above = half_moments(f, format::traits(r.kind).choice(true), highest, x);
  const Sums below = f.is_signed ? half_moments(f, format::traits(r.kind).choice(false), lowest, x) : Sums{};
  return {{above.mean - below.mean, above.h + below.h, above.c + below.c, above.a + below.a, above.b + below.b,
           above.q + below.q},
          x.beyond(highest).mass + (f.is_signed ? x.beyond(lowest).mass : 0.5)};
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

bool risk::are_data_moments_exact(const Quantizer& q) {
  const bool has_random_bits = q.is_format() && format::traits(q.rounding.kind).has_random_bits();
  return !has_random_bits || q.rounding.random_bits >= kManyRandomBits;
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
