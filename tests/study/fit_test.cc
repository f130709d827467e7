#include "lowprec/study/fit.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <string>

#include "lowprec/format/error.h"
#include "support/fit_points.h"

using namespace lowprec;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

// A reference and two formats that shrink the model, the data and raise the floor.
std::vector<study::FitPoint> three_laws(double relative_error = 0) {
  std::vector<study::FitPoint> points;
  append(points, "none", {2.5, 1, 30, 0.5, 0.01, 1, 1}, kM, kN, relative_error);
  append(points, "int4", {2.5, 1, 30, 0.5, 0.2, 0.25, 0.7}, kM, kN, relative_error);
  append(points, "e4m3", {2.5, 1, 30, 0.5, -0.004, 1.5, 0.94}, kM, kN, relative_error);
  return points;
}

bool near(const study::FitInterval& found, double value, double relative) {
  return std::abs(found.value - value) <= relative * std::abs(value) && found.low <= found.high;
}

std::string complaint(const std::vector<study::FitPoint>& points, const study::FitOptions& options = {}) {
  try {
    fit_scaling(points, options);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

study::FitOptions few_draws() {
  study::FitOptions options;
  options.draws = 100;
  return options;
}

}  // namespace

TEST_CASE("planted laws are recovered exactly") {
  const auto fit = fit_scaling(three_laws(), few_draws());
  CHECK(near(find(fit, "A"), 2.5, 1e-7));
  CHECK(near(find(fit, "alpha"), 1, 1e-7));
  CHECK(near(find(fit, "C"), 30, 1e-7));
  CHECK(near(find(fit, "beta"), 0.5, 1e-7));
  CHECK(near(find(fit, "E", "none"), 0.01, 1e-6));
  CHECK(near(find(fit, "E", "int4"), 0.2, 1e-7));
  CHECK(near(find(fit, "E", "e4m3"), -0.004, 1e-6));
  CHECK(near(find(fit, "f", "int4"), 0.25, 1e-7));
  CHECK(near(find(fit, "g", "int4"), 0.7, 1e-7));
  CHECK(near(find(fit, "f", "e4m3"), 1.5, 1e-7));
  CHECK(near(find(fit, "g", "e4m3"), 0.94, 1e-7));
  CHECK(fit.parameters.size() == 11);
  CHECK(fit.degrees_of_freedom == 60 - 11);
  CHECK_FALSE(fit.uses_standard_errors);
  CHECK(fit.dropped.empty());
  CHECK(near(fit.risk("int4", 1000, infinity), 2.5 / 250 + 0.2, 1e-7));
  CHECK(near(fit.risk("none", 20, 2e3), 2.5 / 20 + 30 / std::sqrt(2e3) + 0.01, 1e-7));
}

TEST_CASE("exponents far from each other and from the starting points") {
  for (const double alpha : {0.1, 0.33, 3.0})
    for (const double beta : {0.15, 0.8, 1.7}) {
      CAPTURE(alpha);
      CAPTURE(beta);
      const double a = 0.5 * std::pow(8, alpha), c = 0.2 * std::pow(1e3, beta);
      std::vector<study::FitPoint> points;
      append(points, "x", {a, alpha, c, beta, 0.03, 1, 1}, kM, kN);
      const auto fit = fit_scaling(points, few_draws());
      CHECK(near(find(fit, "alpha"), alpha, 1e-4));
      CHECK(near(find(fit, "beta"), beta, 1e-4));
    }
}

TEST_CASE("one N: its term is dropped, and said so; N = inf leaves nothing behind") {
  std::vector<study::FitPoint> points;
  append(points, "none", {2.5, 1, 30, 0.5, 0, 1, 1}, kM, {65536});
  auto fit = fit_scaling(points, few_draws());
  REQUIRE(fit.dropped.size() == 1);
  CHECK(contains(fit.dropped[0].why, "N = 65536"));
  CHECK(near(find(fit, "alpha"), 1, 1e-7));
  CHECK(near(find(fit, "E", "none"), 30 / 256.0, 1e-7));
  CHECK(fit.parameters.size() == 3);
  CHECK(near(fit.risk("none", 24, std::nan("")), 2.5 / 24 + 30 / 256.0, 1e-7));
  CHECK_THROWS_WITH(fit.risk("none", 24, 1000), doctest::Contains("says nothing about N = 1000"));
  study::FitOptions options = few_draws();
  options.floor = study::FitFloor::none;
  CHECK(contains(complaint(points, options), "no floor E is allowed"));
  CHECK(contains(complaint(points, options), "fix C = 0"));

  points.clear();
  append(points, "none", {2.5, 1, 30, 0.5, 0, 1, 1}, kM, {infinity});
  fit = fit_scaling(points, options);
  CHECK(contains(fit.dropped.at(0).why, "being 0"));
  CHECK(near(find(fit, "A"), 2.5, 1e-9));
  CHECK(near(find(fit, "alpha"), 1, 1e-9));
}

TEST_CASE("one M: as with N") {
  std::vector<study::FitPoint> points;
  append(points, "none", {0, 1, 30, 0.5, 0.1, 1, 1}, {64}, kN);
  append(points, "int4", {0, 1, 30, 0.5, 0.3, 1, 0.5}, {64}, kN);
  const auto fit = fit_scaling(points, few_draws());
  CHECK(contains(fit.dropped.at(0).why, "M = 64"));
  CHECK(near(find(fit, "g", "int4"), 0.5, 1e-7));
  CHECK(near(find(fit, "E", "int4"), 0.3, 1e-7));
}

TEST_CASE("fixed parameters and floors") {
  study::FitOptions options = few_draws();
  options.fixed = {{"", "alpha", 1}, {"int4", "g", 0.7}, {"", "f", 1}};
  std::vector<study::FitPoint> points;
  append(points, "none", {2.5, 1, 30, 0.5, 0.01, 1, 1}, kM, kN);
  append(points, "int4", {2.5, 1, 30, 0.5, 0.01, 1, 0.7}, kM, kN);
  auto fit = fit_scaling(points, options);
  CHECK(find(fit, "alpha").low == 1);
  CHECK(find(fit, "g", "int4").value == 0.7);
  CHECK(near(find(fit, "beta"), 0.5, 1e-7));
  CHECK(fit.degrees_of_freedom == 40 - 5);
  options.fixed = {};
  options.floor = study::FitFloor::shared;
  fit = fit_scaling(points, options);
  CHECK(near(find(fit, "E"), 0.01, 1e-6));
  CHECK(near(find(fit, "f", "int4"), 1, 1e-7));
  std::vector<study::FitPoint> without;
  append(without, "none", {2.5, 1, 0, 1, 0.01, 1, 1}, kM, kN);
  CHECK(contains(complaint(without, options), "do not tell C"));
  options.fixed = {{"", "C", 0}};
  CHECK(near(find(fit_scaling(without, options), "E"), 0.01, 1e-7));
  const auto refused = [&](const study::FitFixed& fixed) {
    options.fixed = {fixed};
    return complaint(points, options);
  };
  CHECK(contains(refused({"", "gamma", 1}), "'gamma' is not a parameter"));
  CHECK(contains(refused({"none", "alpha", 1}), "one for all"));
  CHECK(contains(refused({"int8", "f", 1}), "'int8'"));
  CHECK(contains(refused({"", "alpha", 0}), "positive"));
  CHECK(contains(refused({"none", "f", 1}), "no such parameter"));
}

TEST_CASE("the same input gives the same bits, another seed others") {
  const auto points = noisy(three_laws(0.01), 1);
  study::FitOptions options = few_draws();
  const auto first = fit_scaling(points, options), second = fit_scaling(points, options);
  CHECK(first.refits == second.refits);
  options.seed = 2;
  const auto third = fit_scaling(points, options);
  CHECK(find(third, "alpha").value == find(first, "alpha").value);
  CHECK(find(third, "alpha").low != find(first, "alpha").low);
}

TEST_CASE("rows twice as far off as their errors say widen the intervals") {
  auto points = noisy(three_laws(0.02), 3);
  const auto honest = fit_scaling(points, few_draws());
  for (auto& p : points) p.standard_error /= 2;
  const auto widened = fit_scaling(points, few_draws());
  CHECK(honest.p_value > 1e-3);
  CHECK(widened.p_value < 1e-6);
  const auto width = [](const study::ScalingFit& fit) { return find(fit, "alpha").high - find(fit, "alpha").low; };
  CHECK(widened.widening == doctest::Approx(std::sqrt(widened.chi_squared / 49)));
  CHECK(width(widened) > 0.9 * width(honest));
}

TEST_CASE("what cannot be fitted is refused") {
  const auto good = three_laws();
  CHECK(contains(complaint({}), "no points"));
  const auto changed = [&](auto change) {
    auto points = good;
    change(points[7]);
    return complaint(points);
  };
  CHECK(contains(changed([](study::FitPoint& p) { p.risk = infinity; }), "the risk is inf at none, M = 16, N = 64000"));
  CHECK(contains(changed([](study::FitPoint& p) { p.risk = std::nan(""); }), "the risk is nan"));
  CHECK(contains(changed([](study::FitPoint& p) { p.risk = -1; }), "relative weights need positive risks"));
  CHECK(contains(changed([](study::FitPoint& p) { p.standard_error = -1; }), "standard error is -1"));
  CHECK(contains(changed([](study::FitPoint& p) { p.standard_error = 1; }), "1 of 60 points have a standard error"));
  CHECK(contains(changed([](study::FitPoint& p) { p.m = 0; }), "M is 0"));
  CHECK(contains(changed([](study::FitPoint& p) { p.n = -3; }), "N is -3"));
  study::FitOptions options;
  options.weights = study::FitWeights::standard_error;
  CHECK(contains(complaint(good, options), "60 of 60 points have no standard error"));
  options = {};
  options.level = 1;
  CHECK(contains(complaint(good, options), "level"));
  options = {};
  options.draws = 99;
  CHECK(contains(complaint(good, options), "100 refits"));
}

TEST_CASE("points that do not tell the parameters are refused by name") {
  std::vector<study::FitPoint> points;
  append(points, "x", {2.5, 1, 30, 0.5, 0.1, 1, 1}, {8, 16, 32}, {1000});
  CHECK(contains(complaint(points), "3 points are too few for 3 parameters (A, alpha, x.E)"));
  points.clear();
  append(points, "x", {2.5, 1, 30, 0.5, 0.1, 1, 1}, kM, {1000, 2000});
  const auto two = complaint(points);
  CHECK(contains(two, "do not tell"));
  for (const char* name : {"C", "beta", "x.E"}) CHECK(contains(two, name));
  CHECK_FALSE(contains(two, "alpha"));
  points.clear();
  append(points, "x", {2.5, 1, 30, 0.5, 0.1, 1, 1}, kM, kN);
  append(points, "y", {2.5, 1, 30, 0.5, 0.3, 1, 0.5}, {64}, kN);
  const auto one = complaint(points);
  CHECK(contains(one, "y.f"));
  CHECK(contains(one, "y.E"));
  CHECK(contains(complaint({{"x", 8, 100, 1, std::nan("")}}), "no power law"));
}
