#include "lowprec/train/moments.h"

#include <algorithm>
#include <cmath>

#include "train/normal.h"

namespace lowprec {
namespace {

constexpr double kReach = 9;             // standard deviations; P(|x| > 9 sigma) < 3e-19
constexpr double kNegligible = 0x1p-40;  // cells below this many standard deviations add less than 2^-80 to a moment
constexpr double kManyCells = 4096;      // from here on, a run of equal cells is summed as an integral

// Integrals of 1, x, x^2 over an interval of x > 0 under N(0, sigma^2).
struct Partial {
  double mass, first, second;
};

class HalfLine {
 public:
  explicit HalfLine(double sigma) : sigma_(sigma) {}
  double sigma() const { return sigma_; }

  Partial between(double from, double to) const {
    const double s = from / sigma_, t = to / sigma_;
    const Normal a = normal(s), b = normal(t);
    const double mass = a.tail - b.tail;
    const double upper = b.density == 0 ? 0 : t * b.density;
    return {mass, sigma_ * (a.density - b.density), sigma_ * sigma_ * (mass + s * a.density - upper)};
  }
  Partial beyond(double from) const { return between(from, INFINITY); }

 private:
  double sigma_;
};

// E z^2 and E x z over a part of the half line.
struct Sums {
  double h = 0, c = 0;

  void constant(double z, const Partial& p) {
    h += z * z * p.mass;
    c += z * p.first;
  }
};

// How magnitudes between v and w = v + q are rounded on one side of zero.
enum class Side { nearest, inward, outward, odd, stochastic, equal };

Side side_of(Rounding::Kind kind, bool positive) {
  switch (kind) {
    case Rounding::nearest_even:
    case Rounding::nearest_away:
    case Rounding::nearest_zero:
      return Side::nearest;
    case Rounding::toward_zero:
      return Side::inward;
    case Rounding::up:
      return positive ? Side::outward : Side::inward;
    case Rounding::down:
      return positive ? Side::inward : Side::outward;
    case Rounding::to_odd:
      return Side::odd;
    case Rounding::stochastic_equal:
      return Side::equal;
    default:
      return Side::stochastic;
  }
}

void add_cell(Side side, double v, double q, const HalfLine& x, Sums& sums) {
  const double w = v + q;
  if (side == Side::nearest) {
    sums.constant(v, x.between(v, v + q / 2));
    sums.constant(w, x.between(v + q / 2, w));
    return;
  }
  const Partial p = x.between(v, w);
  const bool v_is_odd = std::fmod(v / q, 2) == 1;
  switch (side) {
    case Side::inward:
      return sums.constant(v, p);
    case Side::outward:
      return sums.constant(w, p);
    case Side::odd:
      return sums.constant(v_is_odd ? v : w, p);
    case Side::equal:
      sums.h += (v * v + w * w) / 2 * p.mass;
      sums.c += (v + w) / 2 * p.first;
      return;
    default:  // E[z | x] = x, E[z^2 | x] = x (v + w) - v w
      sums.h += (v + w) * p.first - v * w * p.mass;
      sums.c += p.second;
  }
}

// Many cells of width q much narrower than sigma: the error is uniform in its cell; its first two moments are
// mean q and square q^2.
void add_many_cells(Side side, double from, double to, double q, const HalfLine& x, Sums& sums) {
  const double mean = side == Side::inward ? -0.5 : side == Side::outward ? 0.5 : 0;
  const double square = side == Side::nearest ? 1.0 / 12 : side == Side::stochastic ? 1.0 / 6 : 1.0 / 3;
  const Partial p = x.between(from, to);
  sums.h += p.second + 2 * mean * q * p.first + square * q * q * p.mass;
  sums.c += p.second + mean * q * p.first;
}

void add_segment(Side side, double from, double to, double q, const HalfLine& x, Sums& sums) {
  if ((to - from) / q > kManyCells) return add_many_cells(side, from, to, q, x, sums);
  for (double v = from; v < to; v += q) add_cell(side, v, q, x, sums);
}

// The side of x whose numbers have magnitudes from 0 to limit.
Sums half_moments(const Format& f, Side side, double limit, const HalfLine& x) {
  Sums sums;
  const double reach = std::min(limit, kReach * x.sigma());
  const auto add = [&](double from, double to, double q) {
    const double cells = std::ceil((std::min(to, reach) - from) / q);
    if (cells > 0) add_segment(side, from, from + cells * q, q, x, sums);
  };
  const double least = f.min_normal();
  if (f.has_zero) add(0, least, f.has_subnormals ? exp2i(f.quantum_exponent()) : least);
  int exponent = f.least_exponent;
  if (least < kNegligible * x.sigma()) exponent = floor_log2(kNegligible * x.sigma());
  for (; exponent <= f.max_exponent() && exp2i(exponent) < reach; ++exponent)
    add(exp2i(exponent), 2 * exp2i(exponent), exp2i(exponent - f.fraction_bits()));
  sums.constant(limit, x.beyond(limit));
  return sums;
}

struct FormatMoments {
  double h, c, overflow;
};

FormatMoments format_moments(const Format& f, Rounding r, double lambda) {
  const HalfLine x(std::sqrt(lambda));
  const double highest = f.max();
  const double lowest = std::max(0.0, -f.lowest());
  const Sums above = half_moments(f, side_of(r.kind, true), highest, x);
  const Sums below = f.is_signed ? half_moments(f, side_of(r.kind, false), lowest, x) : Sums{};
  return {above.h + below.h, above.c + below.c, x.beyond(highest).mass + (f.is_signed ? x.beyond(lowest).mass : 0.5)};
}

}  // namespace

DataMoments data_moments(const Quantizer& q, std::span<const double> lambda) {
  DataMoments moments{{lambda.begin(), lambda.end()}, {lambda.begin(), lambda.end()}};
  if (q.kind == Quantizer::Kind::none) return moments;
  if (!q.is_format()) {
    for (double& h : moments.h) h = q.kind == Quantizer::Kind::additive ? h + q.epsilon : h * (1 + q.epsilon);
    return moments;
  }
  const auto [format, step] = stepped_format(q);
  for (std::size_t i = 0; i < lambda.size(); ++i) {
    const FormatMoments m = format_moments(format, q.rounding, lambda[i] / (step * step));
    moments.h[i] = step * step * m.h;
    moments.c[i] = step * step * m.c;
    moments.overflow_probability = std::max(moments.overflow_probability, m.overflow);
  }
  return moments;
}

ExcessRisk::ExcessRisk(std::span<const double> lambda, std::span<const double> target, const DataMoments& moments)
    : lambda_(lambda.begin(), lambda.end()),
      target_(target.begin(), target.end()),
      h_(moments.h),
      minimizer_(lambda.size()) {
  for (std::size_t i = 0; i < lambda.size(); ++i) {
    minimizer_[i] = h_[i] > 0 ? moments.c[i] * target[i] / h_[i] : 0;
    approximation_ += target[i] * (lambda[i] * target[i] - moments.c[i] * minimizer_[i]);
  }
}

double ExcessRisk::clean(std::span<const double> w) const {
  double risk = 0;
  for (std::size_t i = 0; i < w.size(); ++i) risk += lambda_[i] * (w[i] - target_[i]) * (w[i] - target_[i]);
  return risk;
}

double ExcessRisk::quantized(std::span<const double> w) const {
  double risk = approximation_;
  for (std::size_t i = 0; i < w.size(); ++i) risk += h_[i] * (w[i] - minimizer_[i]) * (w[i] - minimizer_[i]);
  return risk;
}

}  // namespace lowprec
