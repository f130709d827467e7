#include "lowprec/theory/risk_recursion.h"

#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "lowprec/array/quantize.h"

using namespace lowprec;

namespace {

// ---- One update by brute force: every outcome of every random number.
//
// The update is a polynomial of degree at most 4 in each x_i (its square in the second moments), 2 in the label's
// noise, and holds each Rademacher number; so the three-point Gauss-Hermite rule and two-point laws give its moments
// exactly. The law of (w, Z), Z the sum of w - wq so far, enters through its first two moments alone: any points with
// these moments stand for it.

struct Outcome {
  double value, weight;
};
using Law = std::vector<Outcome>;
const Law kNormal = {{-std::sqrt(3.0), 1.0 / 6}, {0, 2.0 / 3}, {std::sqrt(3.0), 1.0 / 6}};
const Law kSign = {{-1, 0.5}, {1, 0.5}};

// Sum over all outcomes of independent laws of weight * visit(values).
void enumerate(const std::vector<Law>& laws, const std::function<void(const std::vector<double>&, double)>& visit) {
  std::vector<std::size_t> digit(laws.size());
  std::vector<double> values(laws.size());
  while (true) {
    double weight = 1;
    for (std::size_t k = 0; k < laws.size(); ++k) {
      values[k] = laws[k][digit[k]].value;
      weight *= laws[k][digit[k]].weight;
    }
    visit(values, weight);
    std::size_t k = 0;
    while (k < laws.size() && ++digit[k] == laws[k].size()) digit[k++] = 0;
    if (k == laws.size()) return;
  }
}

struct Setting {
  std::string data, label, parameter, activation, gradient;  // quantizer texts, all with Rademacher noise
  std::uint64_t batch = 1;
};

// Q(u)_i of an ideal noise; `signs` yields the Rademacher numbers of a vector, `shared` one for several vectors.
class Noise {
 public:
  explicit Noise(const std::string& text) : q_(parse_quantizer(text)) {}
  std::size_t signs(std::size_t n) const {
    if (q_.is_none()) return 0;
    return q_.noise()->is_common() ? 1 : n;
  }
  double apply(double u, const double* signs, std::size_t i) const {
    if (q_.is_none()) return u;
    const double scale = std::sqrt(q_.noise()->epsilon);
    switch (q_.noise()->law) {
      case array::Noise::Law::additive:
        return u + scale * signs[i];
      case array::Noise::Law::multiplicative_iid:
        return u * (1 + scale * signs[i]);
      case array::Noise::Law::multiplicative:
        return u * (1 + scale * signs[0]);
    }
    return u;
  }

 private:
  Quantizer q_;
};

using State = std::vector<double>;  // w, then Z

struct StateMoments {
  State mean;
  std::vector<double> square;  // E s s^T, row-major
};

// Points of equal weight with the given first and second moments: mean +- sqrt(n) times the columns of a root of the
// covariance (Cholesky, zero columns where it is singular).
std::vector<State> points(const StateMoments& m) {
  const std::size_t n = m.mean.size();
  std::vector<double> root(n * n);
  for (std::size_t j = 0; j < n; ++j) {
    for (std::size_t i = j; i < n; ++i) {
      double sum = m.square[i * n + j] - m.mean[i] * m.mean[j];
      for (std::size_t k = 0; k < j; ++k) sum -= root[i * n + k] * root[j * n + k];
      if (i == j)
        root[j * n + j] = sum > 1e-13 ? std::sqrt(sum) : 0;
      else
        root[i * n + j] = root[j * n + j] > 0 ? sum / root[j * n + j] : 0;
    }
  }
  std::vector<State> result;
  for (std::size_t j = 0; j < n; ++j)
    for (const double sign : {-1.0, 1.0}) {
      State s = m.mean;
      for (std::size_t i = 0; i < n; ++i) s[i] += sign * std::sqrt(static_cast<double>(n)) * root[i * n + j];
      result.push_back(s);
    }
  return result;
}

class BruteForce {
 public:
  BruteForce(const Setting& s, std::vector<double> lambda, std::vector<double> target, double noise)
      : data_(s.data),
        label_(s.label),
        parameter_(s.parameter),
        activation_(s.activation),
        gradient_(s.gradient),
        batch_(s.batch),
        lambda_(std::move(lambda)),
        target_(std::move(target)),
        noise_(noise) {
    const std::size_t d = lambda_.size();
    for (std::size_t b = 0; b < batch_; ++b) {
      laws_.insert(laws_.end(), d, kNormal);
      laws_.push_back(kSign);  // the label's noise, in the second degree alone
      laws_.insert(laws_.end(), data_.signs(d), kSign);
    }
    for (const std::size_t n :
         {label_.signs(batch_), parameter_.signs(d), activation_.signs(batch_), gradient_.signs(batch_)})
      laws_.insert(laws_.end(), n, kSign);
  }

  StateMoments update(const StateMoments& before, const std::vector<double>& minimizer, double gamma) const {
    const std::size_t n = before.mean.size();
    StateMoments after{State(n), std::vector<double>(n * n)};
    const auto from = points(before);
    for (const State& s : from)
      enumerate(laws_, [&](const std::vector<double>& random, double weight) {
        const State next = moved(s, minimizer, gamma, random.data());
        for (std::size_t i = 0; i < n; ++i) {
          after.mean[i] += weight / static_cast<double>(from.size()) * next[i];
          for (std::size_t j = 0; j < n; ++j)
            after.square[i * n + j] += weight / static_cast<double>(from.size()) * next[i] * next[j];
        }
      });
    return after;
  }

 private:
  State moved(const State& s, const std::vector<double>& minimizer, double gamma, const double* random) const {
    const std::size_t d = lambda_.size();
    std::vector<double> z(batch_ * d), y(batch_), p(d), r(batch_);
    for (std::size_t b = 0; b < batch_; ++b) {
      const double* signs = random + d + 1;
      y[b] = std::sqrt(noise_) * random[d];
      for (std::size_t i = 0; i < d; ++i) {
        const double x = std::sqrt(lambda_[i]) * random[i];
        y[b] += x * target_[i];
        z[b * d + i] = data_.apply(x, signs, i);
      }
      random = signs + data_.signs(d);
    }
    const double* label = random;
    const double* parameter = label + label_.signs(batch_);
    const double* activation = parameter + parameter_.signs(d);
    const double* gradient = activation + activation_.signs(batch_);
    for (std::size_t i = 0; i < d; ++i) p[i] = parameter_.apply(s[i], parameter, i);
    State next = s;
    for (std::size_t b = 0; b < batch_; ++b) {
      double a = 0;
      for (std::size_t i = 0; i < d; ++i) a += z[b * d + i] * p[i];
      r[b] = gradient_.apply(label_.apply(y[b], label, b) - activation_.apply(a, activation, b), gradient, b);
      for (std::size_t i = 0; i < d; ++i) next[i] += gamma / static_cast<double>(batch_) * r[b] * z[b * d + i];
    }
    for (std::size_t i = 0; i < d; ++i) next[d + i] += s[i] - minimizer[i];
    return next;
  }

  Noise data_, label_, parameter_, activation_, gradient_;
  std::size_t batch_;
  std::vector<double> lambda_, target_;
  double noise_;
  std::vector<Law> laws_;
};

risk::TheoryProblem theory_problem(const Setting& s, std::vector<double> lambda, std::vector<double> target,
                                   double noise) {
  risk::TheoryProblem p;
  p.data = risk::data_moments(parse_quantizer(s.data), lambda);
  p.lambda = std::move(lambda);
  p.target = std::move(target);
  p.noise = noise;
  p.batch = s.batch;
  p.label = risk::site_noise(parse_quantizer(s.label), 1);
  p.parameter = risk::site_noise(parse_quantizer(s.parameter), 1);
  p.activation = risk::site_noise(parse_quantizer(s.activation), 1);
  p.gradient = risk::site_noise(parse_quantizer(s.gradient), 1);
  return p;
}

// Clean risk of w = minimizer + e / scale from E e, E e^2.
double clean_risk(const risk::TheoryProblem& p, const std::vector<double>& w_mean,
                  const std::vector<double>& w_square) {
  double risk = 0;
  for (std::size_t i = 0; i < p.lambda.size(); ++i)
    risk += p.lambda[i] * (w_square[i] - 2 * p.target[i] * w_mean[i] + p.target[i] * p.target[i]);
  return risk;
}

void check_against_brute_force(const Setting& s, std::size_t d, int updates) {
  const std::vector<double> lambda = d == 2 ? std::vector{1.0, 0.3} : std::vector{1.0, 0.5, 0.2};
  const std::vector<double> target = d == 2 ? std::vector{1.0, -0.7} : std::vector{1.0, -0.7, 0.4};
  const double sigma2 = 0.5;
  const risk::TheoryProblem p = theory_problem(s, lambda, target, sigma2);
  std::vector<double> minimizer(d);
  for (std::size_t i = 0; i < d; ++i) minimizer[i] = p.data.c[i] * target[i] / p.data.h[i];

  const BruteForce brute(s, lambda, target, sigma2);
  StateMoments state{State(2 * d), std::vector<double>(4 * d * d)};
  risk::RiskRecursion recursion(p);
  CAPTURE(s.data + " " + s.label + " " + s.parameter + " " + s.activation + " " + s.gradient);
  CAPTURE(s.batch);
  for (int t = 0; t < updates; ++t) {
    const double gamma = t % 2 == 0 ? 0.2 : 0.1;  // steps that change, too
    state = brute.update(state, minimizer, gamma);
    recursion.update(gamma);
    const double n = t + 1;
    std::vector<double> mean(d), square(d), average(d), average_square(d);
    for (std::size_t i = 0; i < d; ++i) {
      const std::size_t z = d + i;
      mean[i] = state.mean[i];
      square[i] = state.square[i * 2 * d + i];
      average[i] = minimizer[i] + state.mean[z] / n;
      average_square[i] =
          minimizer[i] * minimizer[i] + 2 * minimizer[i] * state.mean[z] / n + state.square[z * 2 * d + z] / (n * n);
    }
    CHECK(recursion.last().clean.total() == doctest::Approx(clean_risk(p, mean, square)).scale(0).epsilon(1e-11));
    CHECK(recursion.average(0).clean.total() ==
          doctest::Approx(clean_risk(p, average, average_square)).scale(0).epsilon(1e-11));
    double quantized = 0;
    for (std::size_t i = 0; i < d; ++i)
      quantized += p.data.h[i] * (square[i] - 2 * minimizer[i] * mean[i] + minimizer[i] * minimizer[i]);
    const risk::RiskParts last = recursion.last().quantized;
    CHECK(last.bias + last.variance == doctest::Approx(quantized).scale(0).epsilon(1e-11));
  }
}

constexpr const char* kNoises[] = {"additive(0.3):noise=rademacher", "multiplicative(0.3):noise=rademacher",
                                   "multiplicative_iid(0.3):noise=rademacher"};

}  // namespace

TEST_CASE("the recursion against every outcome: each noise at all five sites at once, d = 2 and 3") {
  for (const std::string q : kNoises) {
    check_against_brute_force({q, q, q, q, q, 1}, 2, 5);
  }
  check_against_brute_force({kNoises[1], kNoises[0], kNoises[2], kNoises[1], kNoises[0], 1}, 3, 3);
}

TEST_CASE("the recursion against every outcome: each noise at each site alone, batches of one and two") {
  const std::string none = "none";
  check_against_brute_force({none, none, none, none, none, 2}, 2, 4);
  for (const std::string q : kNoises) {
    for (const std::uint64_t batch : {1, 2}) {
      check_against_brute_force({q, none, none, none, none, batch}, 2, batch == 1 ? 5 : 3);
      check_against_brute_force({none, q, none, none, none, batch}, 2, 3);
      check_against_brute_force({none, none, q, none, none, batch}, 2, 3);
      check_against_brute_force({none, none, none, q, none, batch}, 2, 3);
      check_against_brute_force({none, none, none, none, q, batch}, 2, 3);
    }
  }
}

TEST_CASE("pairs of sites whose noises a batch shares") {
  const std::string none = "none", shared = kNoises[1];
  check_against_brute_force({none, shared, none, shared, none, 2}, 2, 3);
  check_against_brute_force({none, none, shared, shared, shared, 2}, 2, 3);
}

TEST_CASE("bias and variance: without noise and with many samples only bias is left") {
  risk::TheoryProblem p = theory_problem({"none", "none", "none", "none", "none", 1}, {1.0, 0.5}, {1.0, 2.0}, 0);
  p.batch = 1000000;
  risk::RiskRecursion recursion(p);
  for (int t = 0; t < 10; ++t) recursion.update(0.1);
  const risk::RiskParts last = recursion.last().clean;
  CHECK(last.bias == doctest::Approx(std::pow(0.9, 20) + 0.5 * 4 * std::pow(0.95, 20)).scale(0).epsilon(1e-12));
  CHECK(last.variance < 1e-5);
}

TEST_CASE("a window that opens later averages the tail alone") {
  const risk::TheoryProblem p = theory_problem({"none", "none", "none", "none", "none", 1}, {1.0, 0.5}, {1.0, 2.0}, 1);
  risk::RiskRecursion recursion(p);
  for (int t = 0; t < 9; ++t) recursion.update(0.1);
  const double last = recursion.last().clean.total();
  const std::size_t window = recursion.open_window();
  recursion.update(0.1);
  CHECK(recursion.average(window).clean.total() == doctest::Approx(last).scale(0).epsilon(1e-13));  // of w_9 alone
  recursion.close_window(window);
  recursion.update(0.1);
  CHECK(recursion.average(window).clean.total() == doctest::Approx(last).scale(0).epsilon(1e-13));
}

TEST_CASE("the largest stable step: published values, and where the recursion itself stops to shrink") {
  std::vector<double> lambda;
  for (int i = 1; i <= 128; ++i) lambda.push_back(1.0 / (i * i));
  const std::vector<double> target(128, 1.0);
  const std::string none = "none";
  const auto stable = [&](const Setting& s) {
    return risk::RiskRecursion(theory_problem(s, lambda, target, 1)).largest_stable_step();
  };
  CHECK(stable({"multiplicative(0.1)", none, none, none, none, 1}) == doctest::Approx(.4128).scale(0).epsilon(1.3e-4));
  CHECK(stable({"multiplicative_iid(0.1)", none, none, none, none, 1}) ==
        doctest::Approx(.4287).scale(0).epsilon(1.3e-4));
  const std::string noise = "multiplicative(0.2)";
  for (const Setting& s : {Setting{none, none, none, none, none, 1}, Setting{none, none, none, none, none, 4},
                           Setting{noise, noise, noise, noise, noise, 3}, Setting{none, none, noise, noise, none, 8}}) {
    const double limit = stable(s);
    for (const double share : {0.98, 1.02}) {
      risk::RiskRecursion recursion(theory_problem(s, lambda, target, 0));
      for (int t = 0; t < 20000; ++t) recursion.update(share * limit);
      const double early = recursion.last().quantized.variance;
      for (int t = 0; t < 20000; ++t) recursion.update(share * limit);
      CHECK(!(recursion.last().quantized.variance < 1.5 * early) == (share > 1));
    }
  }
}

TEST_CASE("the bound: by hand in one dimension, above the exact risk, and silent beyond its step") {
  const risk::TheoryProblem p = theory_problem({"none", "none", "none", "none", "none", 1}, {0.5}, {2.0}, 1);
  risk::RiskRecursion recursion(p);
  // gamma = 0.1, N = 100: E g^2 = (h + 2 h^2) u + h with h = 1/2, u shrinks by delta = 0.1 (1 - 0.1 / 2) but for the
  // part gamma^2 h^2 of it that the residual brings back.
  const double delta = 0.095, back = 0.01 * 0.25 / delta, correlation = 2 / 0.05 - 1;
  const double bias = 4 / delta * (1 + back / (1 - back));
  const double variance = 100 / delta * 0.01 * 0.5 * (1 + back / (1 - back));
  CHECK(recursion.bound(0.1, 100) ==
        doctest::Approx(2 * 0.5 * correlation * (bias + variance) / 1e4).scale(0).epsilon(1e-13));
  for (int t = 0; t < 100; ++t) recursion.update(0.1);
  CHECK(recursion.average(0).quantized.total() < recursion.bound(0.1, 100));
  CHECK(std::isnan(recursion.bound(recursion.largest_stable_step() * 1.001, 100)));
}

TEST_CASE("the bound lies above the exact risk at random noises, batches, spectra and stable steps") {
  std::mt19937_64 random(7);
  const auto uniform = [&](double low, double high) {
    return std::uniform_real_distribution<double>(low, high)(random);
  };
  const auto noise = [&]() -> std::string {
    const char* laws[] = {"additive", "multiplicative", "multiplicative_iid"};
    if (uniform(0, 1) < 0.3) return "none";
    return std::string(laws[random() % 3]) + "(" + std::to_string(std::pow(10, uniform(-4, 0))) + ")";
  };
  std::vector<double> ratios;
  for (int k = 0; k < 600; ++k) {
    const auto d = static_cast<std::size_t>(uniform(1, 30));
    const double a = uniform(0, 3);
    std::vector<double> lambda, target;
    for (std::size_t i = 1; i <= d; ++i) {
      lambda.push_back(std::pow(static_cast<double>(i), -a));
      target.push_back(uniform(-2, 2));
    }
    const Setting s{noise(), noise(), noise(), noise(), noise(), static_cast<std::uint64_t>(uniform(1, 9))};
    risk::RiskRecursion recursion(theory_problem(s, lambda, target, uniform(0, 1)));
    const double gamma = recursion.largest_stable_step() * uniform(0.001, 0.99);
    const auto updates = static_cast<std::uint64_t>(std::pow(10, uniform(0, 3.5)));
    for (std::uint64_t t = 0; t < updates; ++t) recursion.update(gamma);
    const double exact = recursion.average(0).quantized.total(), bound = recursion.bound(gamma, updates);
    CAPTURE(k);
    CHECK(std::isfinite(bound));
    CHECK(bound >= exact * (1 - 1e-12));
    ratios.push_back(bound / exact);
  }
  std::ranges::sort(ratios);
  MESSAGE("bound / exact: median ", ratios[300], ", 95 % below ", ratios[570]);
  CHECK(ratios[300] < 5);
}

TEST_CASE("what stands for a real format at a site") {
  const risk::SiteNoise integer = risk::site_noise(parse_quantizer("int8:step=2^-5,symmetric@sr"), 1);
  CHECK(integer.additive ==
        doctest::Approx(0x1p-10 / 6).scale(0).epsilon(0.05));  // clipped beyond 3.97 standard deviations
  CHECK(integer.multiplicative == 0);
  const risk::SiteNoise floating = risk::site_noise(parse_quantizer("e4m3:overflow=saturate@sr"), 1);
  CHECK(floating.multiplicative == doctest::Approx(1.41e-3).scale(0).epsilon(0.01));
  CHECK(floating.common == 0);
  CHECK(floating.additive == 0);
  CHECK(risk::site_noise(parse_quantizer("none"), 1).multiplicative == 0);
  CHECK(risk::site_noise(parse_quantizer("multiplicative(0.25)"), 1).common == 0.25);
}
