#include "lowprec/theory/data_moments.h"

#include <doctest/doctest.h>

#include <boost/math/special_functions/erf.hpp>

#include <cmath>
#include <string>
#include <vector>

#include "lowprec/format/names.h"
#include "lowprec/format/rounding.h"

#include "theory/normal.h"

using lowprec::risk::DataMoments;

namespace {

DataMoments moments(const char* quantizer, double lambda) {
  return lowprec::risk::data_moments(lowprec::parse_quantizer(quantizer), {&lambda, 1});
}

// Every moment by the midpoint rule over 2^20 points of [-9, 9] standard deviations, with the kernel's own rounding.
// A jump of Q is placed to within 1.8e-5 standard deviations.
DataMoments quadrature(const char* quantizer, double lambda) {
  const auto q = lowprec::parse_quantizer(quantizer);
  constexpr int kPoints = 1 << 20;
  const double width = 18.0 / kPoints, sigma = std::sqrt(lambda);
  std::vector<double> x(kPoints), z(kPoints);
  for (int i = 0; i < kPoints; ++i) x[static_cast<std::size_t>(i)] = sigma * (-9 + (i + 0.5) * width);
  lowprec::quantize(q, x, z);
  DataMoments m{{0.0}, {0.0}, {0.0}, {0.0}, {0.0}, {0.0}};
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double t = x[i] / sigma;
    const double weight = std::exp(-t * t / 2) / std::sqrt(2 * M_PI) * width;
    m.h[0] += weight * z[i] * z[i];
    m.c[0] += weight * x[i] * z[i];
    m.a[0] += weight * x[i] * z[i] * z[i] * z[i];
    m.b[0] += weight * x[i] * x[i] * z[i] * z[i];
    m.q[0] += weight * z[i] * z[i] * z[i] * z[i];
    m.mean[0] += weight * z[i];
  }
  return m;
}

}  // namespace

TEST_CASE("normal density and tail against Boost.Math") {
  for (int k = 0; k < 4000; ++k) {
    const double t = k * 0.0025;
    const lowprec::risk::Normal n = lowprec::risk::normal(t);
    const double tail = boost::math::erfc(t / std::sqrt(2.0)) / 2;
    CHECK(n.density == doctest::Approx(std::exp(-t * t / 2) / std::sqrt(2 * M_PI)).epsilon(1e-13));
    CHECK(std::abs(n.tail - tail) < 1e-15);
    CHECK(n.tail == doctest::Approx(tail).epsilon(1e-10));
  }
}

TEST_CASE("moments of ideal noise") {
  CHECK(moments("none", 0.3).h[0] == 0.3);
  CHECK(moments("additive(0.01)", 0.5).h[0] == 0.5 + 0.01);
  CHECK(moments("multiplicative(0.25)", 0.5).h[0] == 0.5 * 1.25);
  CHECK(moments("multiplicative_iid(0.25)", 0.5).h[0] == 0.5 * 1.25);
  CHECK(moments("multiplicative_iid(0.25)", 0.5).c[0] == 0.5);
}

// Values that an independent numerical integration gave (relative 1e-6 and better).
TEST_CASE("moments of formats at unit variance: published values") {
  CHECK(moments("e4m3:overflow=saturate@sr", 1).h[0] == doctest::Approx(1.001411).epsilon(1e-6));
  CHECK(moments("e4m3:overflow=saturate@sr", 1).c[0] == doctest::Approx(1).epsilon(1e-12));
  CHECK(moments("int6:step=2^-3,symmetric@sr", 1).h[0] == doctest::Approx(1.002402).epsilon(1e-6));
  CHECK(moments("int6:step=2^-3,symmetric@sr", 1).c[0] == doctest::Approx(.999893).epsilon(1e-6));
  CHECK(moments("int6:step=2^-3,symmetric", 1).h[0] == doctest::Approx(1.001102).epsilon(1e-6));
  CHECK(moments("int6:step=2^-3,symmetric", 1).c[0] == doctest::Approx(.999894).epsilon(1e-6));
}

void check_against_quadrature(const std::string& q) {
  for (const double lambda : {1.0, 1e-4, 30.0}) {
    const DataMoments exact = moments(q.c_str(), lambda), numeric = quadrature(q.c_str(), lambda);
    CAPTURE(q);
    CAPTURE(lambda);
    CHECK(std::abs(exact.h[0] - numeric.h[0]) < 1.2e-5 * lambda);
    CHECK(std::abs(exact.c[0] - numeric.c[0]) < 1.2e-5 * lambda);
    CHECK(std::abs(exact.a[0] - numeric.a[0]) < 6e-5 * lambda * lambda);
    CHECK(std::abs(exact.b[0] - numeric.b[0]) < 6e-5 * lambda * lambda);
    CHECK(std::abs(exact.q[0] - numeric.q[0]) < 1.2e-4 * lambda * lambda);
    CHECK(std::abs(exact.mean[0] - numeric.mean[0]) < 1.2e-5 * std::sqrt(lambda));
  }
}

TEST_CASE("closed-form moments against quadrature, every deterministic rounding, narrow and wide data") {
  for (const lowprec::Rounding::Kind kind : lowprec::format::rounding_kinds) {
    const lowprec::format::RoundingTraits& traits = lowprec::format::traits(kind);
    if (!traits.is_stochastic()) check_against_quadrature("e4m3:overflow=saturate@" + std::string(traits.name));
  }
  for (const char* q : {"int4:step=0.3", "int8:step=2^-5", "int8:step=2^-5@rd", "int4:step=0.3@ro", "uint4:step=0.25",
                        "e2m1", "fp(4,3;nosubnormals,fn):overflow=saturate", "bf16:overflow=saturate"})
    check_against_quadrature(q);
}

// 16 draws for each of 2^20 points of [-9, 9]: for E z^4 a relative standard error below 1.2e-3; five of them are
// allowed.
TEST_CASE("moments of stochastic roundings and of noises against an average over draws") {
  std::vector<std::string> quantizers{"int4:step=0.3,symmetric@sr",
                                      "int4:step=0.3@sre",
                                      "e4m3:overflow=saturate@sr",
                                      "additive(0.3)",
                                      "additive(0.3):noise=rademacher",
                                      "multiplicative_iid(0.2)",
                                      "multiplicative_iid(0.2):noise=rademacher"};
  for (const lowprec::Rounding::Kind kind : lowprec::format::rounding_kinds) {
    const lowprec::format::RoundingTraits& traits = lowprec::format::traits(kind);
    const lowprec::Rounding r =
        traits.has_random_bits() ? lowprec::stochastic(32, kind) : lowprec::Rounding{kind, traits.random_bits};
    if (r.is_stochastic()) quantizers.push_back("e2m1:overflow=saturate@" + to_string(r));
  }
  for (const std::string& text : quantizers) {
    const auto q = lowprec::parse_quantizer(text);
    constexpr int kPoints = 1 << 20, kDraws = 16;
    const double width = 18.0 / kPoints;
    std::vector<double> x(kPoints), z(kPoints);
    for (int i = 0; i < kPoints; ++i) x[static_cast<std::size_t>(i)] = -9 + (i + 0.5) * width;
    DataMoments m{{0.0}, {0.0}, {0.0}, {0.0}, {0.0}, {0.0}};
    for (std::uint64_t draw = 0; draw < kDraws; ++draw) {
      lowprec::quantize(q, x, z, {1, draw});
      for (std::size_t i = 0; i < x.size(); ++i) {
        const double weight = std::exp(-x[i] * x[i] / 2) / std::sqrt(2 * M_PI) * width / kDraws, square = z[i] * z[i];
        m.h[0] += weight * square;
        m.c[0] += weight * x[i] * z[i];
        m.a[0] += weight * x[i] * z[i] * square;
        m.b[0] += weight * x[i] * x[i] * square;
        m.q[0] += weight * square * square;
      }
    }
    const DataMoments exact = moments(text.c_str(), 1);
    CAPTURE(text);
    CHECK(lowprec::risk::are_data_moments_exact(q));
    CHECK(exact.h[0] == doctest::Approx(m.h[0]).epsilon(2e-3));
    CHECK(exact.c[0] == doctest::Approx(m.c[0]).epsilon(2e-3));
    CHECK(exact.a[0] == doctest::Approx(m.a[0]).epsilon(4e-3));
    CHECK(exact.b[0] == doctest::Approx(m.b[0]).epsilon(4e-3));
    CHECK(exact.q[0] == doctest::Approx(m.q[0]).epsilon(6e-3));
  }
}

TEST_CASE("moments of rounding with few random bits are not said to be exact") {
  for (const lowprec::Rounding::Kind kind : lowprec::format::rounding_kinds) {
    if (!lowprec::format::traits(kind).has_random_bits()) continue;
    const auto rounded_by = [kind](int n) {
      return lowprec::Quantizer(lowprec::fixed(8, 4, {.symmetric = true}), lowprec::stochastic(n, kind));
    };
    for (const int n : {1, 4, 19}) CHECK_FALSE(lowprec::risk::are_data_moments_exact(rounded_by(n)));
    CHECK(lowprec::risk::are_data_moments_exact(rounded_by(20)));
  }
}

TEST_CASE("a run of many narrow cells, summed as an integral, meets the cell by cell sum") {
  // int12 with step 2^-9 has 2^11 cells and is summed; the same step in int14 covers 9 standard deviations with more
  // than 4096.
  for (const char* rounding : {"", "@sr", "@rz", "@ru", "@sre", "@ro"}) {
    const double lambda = 0.05;
    const auto cells =
        lowprec::risk::data_moments(lowprec::parse_quantizer(std::string("int12:step=2^-9") + rounding), {&lambda, 1});
    const auto integral =
        lowprec::risk::data_moments(lowprec::parse_quantizer(std::string("int14:step=2^-11") + rounding), {&lambda, 1});
    CAPTURE(rounding);
    CHECK(std::abs(cells.h[0] - lambda) < 1e-3);
    CHECK(std::abs(integral.h[0] - lambda) < 3e-4);
    // The same grid, cell by cell and as an integral: int13 has 4096 cells on a side, int14 within 9 deviations more.
    const auto summed =
        lowprec::risk::data_moments(lowprec::parse_quantizer(std::string("int13:step=2^-11") + rounding), {&lambda, 1});
    CHECK(integral.a[0] == doctest::Approx(summed.a[0]).epsilon(1e-6));
    CHECK(integral.b[0] == doctest::Approx(summed.b[0]).epsilon(1e-6));
    CHECK(integral.q[0] == doctest::Approx(summed.q[0]).epsilon(1e-6));
  }
  // fp(8,12) has 4096 cells a binade and is summed, fp(8,13) is not; nearest errors shrink by a quarter.
  const double coarse = moments("fp(8,12)", 1).c[0] - 1, fine = moments("fp(8,13)", 1).c[0] - 1;
  CHECK(std::abs(coarse) < 1e-7);
  CHECK(std::abs(fine) < 1e-7);
}

TEST_CASE("steps chosen from the data are refused") { CHECK_THROWS_AS(moments("int8:absmax", 1), lowprec::Error); }

TEST_CASE("the largest overflow probability is reported") {
  CHECK(moments("int4:step=0.25", 1).overflow_probability ==
        doctest::Approx(0.0400592 + 0.0227501).epsilon(1e-4));  // beyond 1.75, -2
  CHECK(moments("bf16", 1).overflow_probability == 0);
}

TEST_CASE("excess risk: clean, quantized and its floor") {
  const std::vector<double> lambda{2.0, 0.5}, target{1.0, -3.0}, w{0.5, 1.0};
  const auto m = lowprec::risk::data_moments(lowprec::parse_quantizer("multiplicative(0.25)"), lambda);
  const lowprec::risk::ExcessRisk risk(lambda, target, m);
  CHECK(risk.clean(w) == doctest::Approx(2 * 0.25 + 0.5 * 16));
  // eps / (1 + eps) ||w*||_H^2
  CHECK(risk.approximation() == doctest::Approx(0.2 * (2 * 1 + 0.5 * 9)));
  // E(y - <w, z>)^2 - sigma^2 = ||w*||_H^2 - 2 <w*, H w> + (1 + eps) ||w||_H^2
  const double direct = (2 * 1 + 0.5 * 9) - 2 * (2 * 0.5 - 0.5 * 3) + 1.25 * (2 * 0.25 + 0.5 * 1);
  CHECK(risk.quantized(w) == doctest::Approx(direct));
}
