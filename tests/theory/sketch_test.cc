#include "lowprec/theory/sketch.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "experiment/sample_source.h"
#include "lowprec/array/quantize.h"
#include "lowprec/format/error.h"

using namespace lowprec;

namespace {

std::vector<double> powers(std::size_t n, double a) {
  std::vector<double> lambda(n);
  for (std::size_t i = 0; i < n; ++i) lambda[i] = std::pow(static_cast<double>(i + 1), -a);
  return lambda;
}

// S, entry (i, j), by the documented numbering.
double entry(Stream stream, std::size_t size, std::size_t i, std::size_t j) {
  return stream.gaussian(j * size + i) / std::sqrt(static_cast<double>(size));
}

}  // namespace

TEST_CASE("covariance, cross moments and signal, term by term; more columns than one part of S") {
  const std::size_t size = 5, ambient = 300;
  const auto lambda = powers(ambient, 1.5);
  std::vector<double> target(ambient);
  for (std::size_t j = 0; j < ambient; ++j) target[j] = j % 3 == 0 ? 1.0 : -0.5;
  const Stream stream{3, 4};
  const risk::SketchedFeatures given = risk::sketched_features(lambda, target, 0.25, size, stream);
  const risk::SketchedFeatures prior = risk::sketched_features(lambda, {}, 0.25, size, stream);
  double signal = 0.25;
  for (std::size_t j = 0; j < ambient; ++j) signal += lambda[j] * target[j] * target[j];
  CHECK(given.signal == doctest::Approx(signal).scale(0).epsilon(1e-13));
  CHECK(prior.signal == doctest::Approx(std::accumulate(lambda.begin(), lambda.end(), 0.25)).epsilon(1e-13));
  for (std::size_t i = 0; i < size; ++i) {
    double cross = 0;
    for (std::size_t j = 0; j < ambient; ++j) cross += entry(stream, size, i, j) * lambda[j] * target[j];
    CHECK(given.cross[i] == doctest::Approx(cross).scale(0).epsilon(1e-12));
    for (std::size_t k = 0; k < size; ++k) {
      double covariance = i == k ? 0.25 / size : 0, squares = 0;
      for (std::size_t j = 0; j < ambient; ++j) {
        const double product = entry(stream, size, i, j) * entry(stream, size, k, j) * lambda[j];
        covariance += product;
        squares += product * lambda[j];
      }
      CHECK(given.covariance[i * size + k] == doctest::Approx(covariance).scale(0).epsilon(1e-12));
      CHECK(prior.covariance[i * size + k] == doctest::Approx(covariance).scale(0).epsilon(1e-12));
      CHECK(prior.cross[i * size + k] == doctest::Approx(squares).scale(0).epsilon(1e-12));
    }
  }
}

TEST_CASE("the reduced problem has the same covariance, cross moments and signal") {
  const std::size_t size = 7;
  const auto lambda = powers(50, 2);
  const std::vector<double> target(50, 1.0);
  const risk::SketchedFeatures f = risk::sketched_features(lambda, target, 0, size, {1, 2});
  const risk::ReducedProblem r = risk::reduced_problem(f);
  CHECK(std::ranges::is_sorted(r.lambda, std::greater<>()));
  double signal = r.beyond;
  for (std::size_t k = 0; k < size; ++k) signal += r.lambda[k] * r.target[k] * r.target[k];
  CHECK(signal == doctest::Approx(f.signal).scale(0).epsilon(1e-12));
  for (std::size_t i = 0; i < size; ++i) {
    double cross = 0;
    for (std::size_t k = 0; k < size; ++k) cross += r.basis[i * size + k] * r.lambda[k] * r.target[k];
    CHECK(cross == doctest::Approx(f.cross[i]).scale(0).epsilon(1e-11));
    for (std::size_t j = 0; j < size; ++j) {
      double covariance = 0;
      for (std::size_t k = 0; k < size; ++k) covariance += r.basis[i * size + k] * r.lambda[k] * r.basis[j * size + k];
      CHECK(covariance == doctest::Approx(f.covariance[i * size + j]).scale(0).epsilon(1e-11));
    }
  }
}

TEST_CASE("the prior is the mean over signs of a target") {
  const std::size_t size = 3, ambient = 6;
  const auto lambda = powers(ambient, 1.5);
  const risk::ReducedProblem prior = risk::reduced_problem(risk::sketched_features(lambda, {}, 0, size, {5, 6}));
  std::vector<double> squares(size);
  double beyond = 0;
  for (unsigned bits = 0; bits < 1U << ambient; ++bits) {
    std::vector<double> target(ambient);
    for (std::size_t j = 0; j < ambient; ++j) target[j] = (bits >> j & 1U) != 0 ? 1 : -1;
    const risk::ReducedProblem r = risk::reduced_problem(risk::sketched_features(lambda, target, 0, size, {5, 6}));
    for (std::size_t k = 0; k < size; ++k) squares[k] += r.target[k] * r.target[k] / (1U << ambient);
    beyond += r.beyond / (1U << ambient);
  }
  for (std::size_t k = 0; k < size; ++k)
    CHECK(prior.target[k] * prior.target[k] == doctest::Approx(squares[k]).scale(0).epsilon(1e-11));
  CHECK(prior.beyond == doctest::Approx(beyond).scale(0).epsilon(1e-11));
}

TEST_CASE("tails of spectra") {
  sgd::Problem p;
  p.dimension = 10;
  p.spectrum = "power(2)";
  double head = 0;
  for (int i = 1; i <= 10; ++i) head += 1.0 / (i * i);
  CHECK(risk::spectrum_tail(p) == doctest::Approx(M_PI * M_PI / 6 - head).scale(0).epsilon(1e-12));
  p.dimension = 1000;
  p.spectrum = "power(1.5)";
  p.scale = 3;
  head = 0;
  for (int i = 1; i <= 1000; ++i) head += std::pow(i, -1.5);
  CHECK(risk::spectrum_tail(p) == doctest::Approx(3 * (2.6123753486854883 - head)).scale(0).epsilon(1e-11));
  p.spectrum = "exp(8)";
  p.dimension = 16;
  p.scale = 1;
  CHECK(risk::spectrum_tail(p) ==
        doctest::Approx(std::exp(-17.0 / 8) / (1 - std::exp(-1.0 / 8))).scale(0).epsilon(1e-13));
  for (const char* text : {"power(1)", "isotropic", "step(4,0.1)", "[1, 2]"}) {
    p.spectrum = text;
    CHECK_THROWS_AS(risk::spectrum_tail(p), Error);
  }
}

TEST_CASE("dependent features are refused: more of them than the ambient dimension") {
  CHECK_THROWS_AS(risk::reduced_problem(risk::sketched_features(powers(4, 2), {}, 0, 6, {1, 1})), Error);
}

TEST_CASE("no quantization: size times the population risk is 2.47 at a = 2, and the equivalent agrees") {
  sgd::Problem p;
  p.dimension = 8192;
  const auto lambda = powers(p.dimension, 2);
  const double tail = risk::spectrum_tail(p);
  const std::size_t size = 64;
  double mean = 0;
  for (std::uint64_t s = 0; s < 12; ++s)
    mean += risk::reduced_problem(risk::sketched_features(lambda, {}, tail, size, {7, s})).beyond / 12;
  CHECK(size * mean > 2.41);
  CHECK(size * mean < 2.50);
  const risk::EffectiveSize e = risk::effective_size(lambda, tail, size, 0);
  CHECK(e.model_size == doctest::Approx(64).scale(0).epsilon(1e-9));
  CHECK(e.risk == doctest::Approx(mean).scale(0).epsilon(0.02));
}

TEST_CASE("additive noise shrinks the effective size to (c / M_eff)^a (1 - M_eff / M) = eps") {
  sgd::Problem p;
  p.dimension = 8192;
  const auto lambda = powers(p.dimension, 2);
  const risk::EffectiveSize e = risk::effective_size(lambda, risk::spectrum_tail(p), 128, 0.01);
  const double c = M_PI / 2 / std::sin(M_PI / 2);
  CHECK(std::pow(c / e.model_size, 2) * (1 - e.model_size / 128) ==
        doctest::Approx(0.01).scale(0).epsilon(0.1));  // d = infinity
  CHECK(e.risk == doctest::Approx(.1620).scale(0).epsilon(0.015));
}

TEST_CASE("rounded features: gains off the diagonal, the rounded variance on it") {
  risk::SketchedFeatures f;
  f.size = 2;
  f.covariance = {1, 0.25, 0.25, 0.5};
  f.cross = {1, 2};
  risk::DataMoments m;
  m.h = {1.5, 0.75};
  m.c = {0.5, 0.25};
  const risk::SketchedFeatures r = risk::rounded_features(f, m);
  CHECK(r.covariance == std::vector{1.5, 0.0625, 0.0625, 0.75});
  CHECK(r.cross == std::vector{0.5, 1.0});
}

TEST_CASE("features keep their own axes in training where the law of what is done to them depends on those") {
  sgd::Problem problem;
  problem.sketch = {3, 8, false};
  const auto needs = [&](const char* text, Quantizer sgd::Sites::*site) {
    sgd::Sites sites;
    sites.*site = parse_quantizer(text);
    return experiment::needs_coordinates(problem, sites);
  };
  for (const auto site : {&sgd::Sites::data, &sgd::Sites::parameter, &sgd::Sites::weights}) {
    for (const char* text : {"e2m1", "multiplicative_iid(0.1)", "additive(0.1):noise=rademacher"})
      CHECK(needs(text, site));
    for (const char* text : {"none", "additive(0.1)", "multiplicative(0.1)", "multiplicative(0.1):noise=rademacher"})
      CHECK(!needs(text, site));
  }
  for (const auto site : {&sgd::Sites::label, &sgd::Sites::activation, &sgd::Sites::gradient})
    CHECK(!needs("e2m1", site));
  CHECK(needs("e2m1", &sgd::Sites::arithmetic));
}
