#include "lowprec/theory/data_moments.h"

#include <doctest/doctest.h>

#include <boost/math/special_functions/erf.hpp>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "lowprec/format/names.h"
#include "lowprec/format/rounding.h"
#include "lowprec/lane/lane_constants.h"

#include "theory/normal.h"

using lowprec::risk::DataMoments;

namespace {

DataMoments moments(const char* quantizer, double lambda) {
  return lowprec::risk::data_moments(lowprec::parse_quantizer(quantizer), {&lambda, 1});
}

// A point x of this weight, where z has the mean powers z1 ... z4.
void add_to(DataMoments& m, double weight, double x, double z1, double z2, double z3, double z4) {
  m.mean[0] += weight * z1;
  m.h[0] += weight * z2;
  m.c[0] += weight * x * z1;
  m.a[0] += weight * x * z3;
  m.b[0] += weight * x * x * z2;
  m.q[0] += weight * z4;
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
    add_to(m, weight, x[i], z[i], z[i] * z[i], z[i] * z[i] * z[i], z[i] * z[i] * z[i] * z[i]);
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
        add_to(m, weight, x[i], z[i], square, z[i] * square, square * square);
      }
    }
    const DataMoments exact = moments(text.c_str(), 1);
    CAPTURE(text);
    CHECK(exact.h[0] == doctest::Approx(m.h[0]).epsilon(2e-3));
    CHECK(exact.c[0] == doctest::Approx(m.c[0]).epsilon(2e-3));
    CHECK(exact.a[0] == doctest::Approx(m.a[0]).epsilon(4e-3));
    CHECK(exact.b[0] == doctest::Approx(m.b[0]).epsilon(4e-3));
    CHECK(exact.q[0] == doctest::Approx(m.q[0]).epsilon(6e-3));
  }
}

namespace {

// The definition of format/rounding.h: the share of the draws r < 2^N for which x goes outward, at distance d.
double share_outward(lowprec::Rounding r, double d) {
  const double steps = std::ldexp(1, r.random_bits);
  if (r.kind == lowprec::Rounding::stochastic_a) return std::floor(d * steps) / steps;
  if (r.kind == lowprec::Rounding::stochastic_b) return std::floor((std::floor(2 * d * steps) + 1) / 2) / steps;
  REQUIRE(r.kind == lowprec::Rounding::stochastic_c);
  return std::nearbyint(d * steps) / steps;
}

// Every moment by the midpoint rule over 2^16 points, the draws enumerated.
DataMoments enumeration(const std::string& format, lowprec::Rounding r, double lambda) {
  constexpr int kPoints = 1 << 16;
  const double width = 18.0 / kPoints, sigma = std::sqrt(lambda);
  std::vector<double> x(kPoints), low(kPoints), high(kPoints);
  for (int i = 0; i < kPoints; ++i) x[static_cast<std::size_t>(i)] = sigma * (-9 + (i + 0.5) * width);
  lowprec::quantize(lowprec::parse_quantizer(format + "@rd"), x, low);
  lowprec::quantize(lowprec::parse_quantizer(format + "@ru"), x, high);
  DataMoments m{{0.0}, {0.0}, {0.0}, {0.0}, {0.0}, {0.0}};
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double inner = x[i] > 0 ? low[i] : high[i], outer = x[i] > 0 ? high[i] : low[i];
    const double p = inner == outer ? 0 : share_outward(r, (x[i] - inner) / (outer - inner));
    const double t = x[i] / sigma, weight = std::exp(-t * t / 2) / std::sqrt(2 * M_PI) * width;
    const auto mean = [p](double at_inner, double at_outer) { return (1 - p) * at_inner + p * at_outer; };
    const double inner2 = inner * inner, outer2 = outer * outer;
    add_to(m, weight, x[i], mean(inner, outer), mean(inner2, outer2), mean(inner2 * inner, outer2 * outer),
           mean(inner2 * inner2, outer2 * outer2));
  }
  return m;
}

}  // namespace

// A step of the probability is placed to within 2.8e-4 standard deviations.
TEST_CASE("moments of stochastic rounding with any number of random bits against enumerated draws") {
  for (const lowprec::Rounding::Kind kind : lowprec::format::rounding_kinds) {
    if (!lowprec::format::traits(kind).has_random_bits()) continue;
    for (const int n : {1, 2, 3, 4, 7, 11, 20, 27, 32})
      for (const char* format : {"int4:step=0.5,symmetric", "int8:step=2^-5", "e2m1:overflow=saturate",
                                 "e5m2:overflow=saturate", "fp(4,3;nosubnormals,fn):overflow=saturate"})
        for (const double lambda : {1.0, 0.01}) {
          const lowprec::Rounding r = lowprec::stochastic(n, kind);
          const std::string text = std::string(format) + "@" + to_string(r);
          const DataMoments exact = moments(text.c_str(), lambda), numeric = enumeration(format, r, lambda);
          const double unit = std::max(lambda, 0.05);  // a misplaced step of the widest quantum, 0.5
          CAPTURE(text);
          CAPTURE(lambda);
          CHECK(std::abs(exact.mean[0] - numeric.mean[0]) < 2e-4 * std::sqrt(lambda));
          CHECK(std::abs(exact.h[0] - numeric.h[0]) < 2e-4 * unit);
          CHECK(std::abs(exact.c[0] - numeric.c[0]) < 2e-4 * unit);
          CHECK(std::abs(exact.a[0] - numeric.a[0]) < 8e-4 * unit * unit);
          CHECK(std::abs(exact.b[0] - numeric.b[0]) < 8e-4 * unit * unit);
          CHECK(std::abs(exact.q[0] - numeric.q[0]) < 2e-3 * unit * unit);
        }
  }
}

// Below 2^-7 standard deviations the steps are summed as an integral.
TEST_CASE("moments of few random bits do not jump where sums become integrals") {
  for (const char* rounding : {"@sr(1,a)", "@sr(3,a)", "@sr(3,b)", "@sr(5,c)", "@sr(11,c)", "@sr(11,a)"}) {
    const lowprec::Quantizer q = lowprec::parse_quantizer(std::string("int8:step=1") + rounding);
    const double limit = 128 / std::ldexp(1, q.rounded()->rounding.random_bits);
    const auto at = [&](double sigma) {
      const double lambda = sigma * sigma;
      return lowprec::risk::data_moments(q, {&lambda, 1});
    };
    const DataMoments summed = at(limit * (1 - 1e-12)), integral = at(limit * (1 + 1e-12));
    CAPTURE(rounding);
    CHECK(integral.h[0] == doctest::Approx(summed.h[0]).epsilon(1e-9));
    CHECK(integral.c[0] == doctest::Approx(summed.c[0]).epsilon(1e-9));
    CHECK(integral.a[0] == doctest::Approx(summed.a[0]).epsilon(1e-9));
    CHECK(integral.b[0] == doctest::Approx(summed.b[0]).epsilon(1e-9));
    CHECK(integral.q[0] == doctest::Approx(summed.q[0]).epsilon(1e-9));
  }
}

TEST_CASE("every preset and family, with every rounding, has finite moments; precise ones are those of the data") {
  std::vector<std::string> formats;
  for (const auto& named : lowprec::format::named_formats())
    if (lowprec::lane::fits_lane<double>(named.format)) formats.emplace_back(named.names.front());
  for (const char* f : {"fp(11,3)", "fp(10,4)", "fp(11,52)", "fp(2,0;fn)", "int(32)", "fixed(32,40)", "int8:step=1e-30",
                        "int8:step=1e30", "uint2", "binary3p1se"})
    formats.emplace_back(f);
  for (const std::string& format : formats)
    for (const lowprec::Rounding::Kind kind : lowprec::format::rounding_kinds) {
      const auto& traits = lowprec::format::traits(kind);
      const lowprec::Rounding r =
          traits.has_random_bits() ? lowprec::stochastic(7, kind) : lowprec::Rounding{kind, traits.random_bits};
      for (const double lambda : {1.0, 1e-12, 1e6}) {
        const std::string text = format + "@" + to_string(r);
        const DataMoments m = moments(text.c_str(), lambda);
        CAPTURE(text);
        CAPTURE(lambda);
        for (const double x : {m.h[0], m.c[0], m.a[0], m.b[0], m.q[0], m.mean[0], m.overflow_probability})
          CHECK(std::isfinite(x));
      }
    }
  for (const char* precise : {"binary64", "binary64@sr", "fp(11,40)@ru", "binary64@sr(1,a)"})
    for (const double lambda : {1.0, 1e-12}) {
      const DataMoments m = moments(precise, lambda);
      CAPTURE(precise);
      CHECK(m.h[0] == doctest::Approx(lambda).epsilon(1e-10));
      CHECK(m.c[0] == doctest::Approx(lambda).epsilon(1e-10));
      CHECK(m.q[0] == doctest::Approx(3 * lambda * lambda).epsilon(1e-10));
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
