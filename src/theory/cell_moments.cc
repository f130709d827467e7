#include "theory/cell_moments.h"

#include <algorithm>
#include <cmath>

#include "theory/normal.h"

namespace lowprec {
namespace {

using format::Choice;

constexpr double kReach = 9;               // standard deviations; P(|x| > 9 sigma) < 3e-19
constexpr double kNegligible = 0x1p-40;    // cells below this many standard deviations add less than 2^-80 to a moment
constexpr double kManyCells = 4096;        // from here on, a run of equal cells is summed as an integral
constexpr double kNarrowStep = 1.0 / 128;  // of a deviation: below, steps of the probability are summed as an integral
constexpr int kManyRandomBits = 27;        // from here on, the integral's correction is below binary64's precision

// Integrals of 1, x, ..., x^4 over an interval of x > 0 under N(0, sigma^2).
struct Partial {
  double mass, first, second, third, fourth;
};

class HalfLine {
 public:
  explicit HalfLine(double sigma) : sigma_(sigma) {}
  double sigma() const { return sigma_; }
  double density(double x) const { return risk::normal(x / sigma_).density / sigma_; }

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

struct Sums : risk::CellSums {
  void constant(double z, const Partial& p) {
    if (p.mass == 0) return;  // z^4 may be beyond binary64's range
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

// How the probability of rounding outward grows with the distance d to the inner neighbour, in quanta, where N random
// bits are compared with it (format/rounding.h): 0 at first, one 2^-N more at each of 2^N numbers d that lie 2^-N
// apart. The last of variant a lies at d = 1. (Ties of variant c have probability 0: it is b.)
class RandomBits {
 public:
  explicit RandomBits(Rounding r) : steps_(std::ldexp(1, r.random_bits)), is_a_(r.kind == Rounding::stochastic_a) {}

  double steps() const { return steps_; }
  // The distance of step j = 1 ... 2^N.
  double distance(double j) const { return (is_a_ ? j : j - 0.5) / steps_; }
  // The integral over a cell of (probability - d) g(d) for a smooth g is, by Euler and Maclaurin's formula,
  // -bias() times the integral of g + correction() (g(1) - g(0)) + O(2^-4N).
  double bias() const { return is_a_ ? 0.5 / steps_ : 0; }
  double correction() const { return (is_a_ ? -1.0 / 12 : 1.0 / 24) / (steps_ * steps_); }
  // The integral over a cell of probability d^k, k = 0 ... 3: sums of powers of distances.
  double moment(int k) const {
    const double m = steps_, squares = m * m;
    switch (k) {
      case 0:
        return is_a_ ? (m - 1) / (2 * m) : 0.5;
      case 1:
        return (1 - (is_a_ ? (m + 1) * (2 * m + 1) / (6 * squares) : (4 * squares - 1) / (12 * squares))) / 2;
      case 2:
        return (1 - (is_a_ ? (m + 1) * (m + 1) / (4 * squares) : (2 * squares - 1) / (8 * squares))) / 3;
      default:
        return (1 - (is_a_ ? (m + 1) * (2 * m + 1) * (3 * squares + 3 * m - 1) / (30 * squares * squares)
                           : (48 * squares * squares - 40 * squares + 7) / (240 * squares * squares))) /
               4;
    }
  }

 private:
  double steps_;
  bool is_a_;
};

// w with probability p, else v.
void add_mixture(double p, double v, double w, const Partial& x, Sums& sums) {
  const auto mean = [&](double low, double high) { return low + p * (high - low); };
  sums.two_valued({0, 0, 0, 0},
                  {mean(v, w), mean(v * v, w * w), mean(v * v * v, w * w * w), mean(v * v * v * v, w * w * w * w)}, x);
}

// w with probability (x - v) / (w - v), so E[z^n | x] = x (w^n - v^n) / q - v w (w^(n-1) - v^(n-1)) / q, q = w - v.
void add_unbiased(double v, double w, const Partial& x, Sums& sums) {
  sums.two_valued({1, v + w, v * v + v * w + w * w, (v + w) * (v * v + w * w)},
                  {0, -v * w, -v * w * (v + w), -v * w * (v * v + v * w + w * w)}, x);
}

// What steps that are narrow add to add_unbiased.
void add_step_corrections(const RandomBits& bits, double v, double w, const HalfLine& x, const Partial& whole,
                          Sums& sums) {
  const double low = x.density(v), high = x.density(w);
  const double correction = bits.correction() * (w - v);
  // The integral of (probability - d) x^k times the density, `moment` that of x^k.
  const auto excess = [&](double moment, double at_v, double at_w) {
    return correction * (at_w * high - at_v * low) - bits.bias() * moment;
  };
  const double none = excess(whole.mass, 1, 1), first = excess(whole.first, v, w);
  sums.mean += (w - v) * none;
  sums.h += (w * w - v * v) * none;
  sums.c += (w - v) * first;
  sums.a += (w * w * w - v * v * v) * first;
  sums.b += (w * w - v * v) * excess(whole.second, v * v, w * w);
  sums.q += (w * w * w * w - v * v * v * v) * none;
}

// The magnitudes between v and w = v + q, rounded by N random bits.
void add_random_cell(Rounding r, double v, double q, const HalfLine& x, Sums& sums) {
  const RandomBits bits(r);
  const double w = v + q;
  if (q / bits.steps() < kNarrowStep * x.sigma()) {
    const Partial whole = x.between(v, w);
    add_unbiased(v, w, whole, sums);
    if (r.random_bits < kManyRandomBits || bits.bias() > 0) add_step_corrections(bits, v, w, x, whole, sums);
    return;
  }
  double from = v;
  for (double j = 0; j <= bits.steps() && from < w; ++j) {
    const bool is_last = j == bits.steps() || v + bits.distance(j + 1) * q >= w || from > kReach * x.sigma();
    const double to = is_last ? w : v + bits.distance(j + 1) * q;
    add_mixture(j / bits.steps(), v, w, x.between(from, to), sums);
    from = to;
  }
}

// The magnitudes between v and w = v + q, on one side of zero.
void add_cell(Rounding r, Choice side, double v, double q, const HalfLine& x, Sums& sums) {
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
      return add_mixture(0.5, v, w, whole(), sums);
    case Choice::random_bits:
      return add_random_cell(r, v, q, x, sums);
  }
}

// Moments of the error in quanta where x is uniform in its cell.
struct CellError {
  double first, second, third, fourth;
};

// At distance d the error is 1 - d with the probability to round outward, else -d.
CellError random_error(const RandomBits& bits) {
  const double p0 = bits.moment(0), p1 = bits.moment(1), p2 = bits.moment(2), p3 = bits.moment(3);
  return {p0 - 1.0 / 2, 1.0 / 3 + p0 - 2 * p1, -1.0 / 4 + p0 - 3 * p1 + 3 * p2,
          1.0 / 5 + p0 - 4 * p1 + 6 * p2 - 4 * p3};
}

CellError cell_error(Rounding r, Choice side) {
  switch (side) {
    case Choice::nearest:
      return {0, 1.0 / 12, 0, 1.0 / 80};
    case Choice::inward:
      return {-1.0 / 2, 1.0 / 3, -1.0 / 4, 1.0 / 5};
    case Choice::outward:
      return {1.0 / 2, 1.0 / 3, 1.0 / 4, 1.0 / 5};
    case Choice::random_bits:
      return random_error(RandomBits(r));
    case Choice::odd:  // either neighbour, in turn
    case Choice::coin:
      break;
  }
  return {0, 1.0 / 3, 0, 1.0 / 5};
}

// Many cells of width q much narrower than sigma.
void add_many_cells(Rounding r, Choice side, double from, double to, double q, const HalfLine& x, Sums& sums) {
  const CellError e = cell_error(r, side);
  sums.independent_error(e.first * q, e.second * q * q, e.third * q * q * q, e.fourth * q * q * q * q,
                         x.between(from, to));
}

void add_segment(Rounding r, Choice side, double from, double to, double q, const HalfLine& x, Sums& sums) {
  if ((to - from) / q > kManyCells) return add_many_cells(r, side, from, to, q, x, sums);
  for (double v = from; v < to; v += q) add_cell(r, side, v, q, x, sums);
}

}  // namespace

risk::CellSums risk::half_moments(const Format& f, Rounding r, bool positive, double limit, double sigma) {
  const HalfLine x(sigma);
  const Choice side = format::traits(r.kind).choice(positive);
  Sums sums;
  const double reach = std::min(limit, kReach * x.sigma());
  const auto add = [&](double from, double to, double q) {
    const double cells = std::ceil((std::min(to, reach) - from) / q);
    if (cells > 0) add_segment(r, side, from, from + cells * q, q, x, sums);
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

double risk::mass_beyond(double from, double sigma) { return HalfLine(sigma).beyond(from).mass; }

}  // namespace lowprec
