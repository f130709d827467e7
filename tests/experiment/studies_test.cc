// The statements of docs/studies.md. Those of expectations are exact theory: the tolerances are of the statement, not
// of noise. Simulated ones have fixed seeds, and name the deviation that they allow: by Student's distribution a mean
// strays by 4 of its standard errors with a probability of 3e-4 for 40 seeds, 8e-4 for 20; all comparisons together
// make a correct program fail with a probability of about 0.01.
#include <doctest/doctest.h>

#include <fmt/format.h>

#include <cmath>
#include <numbers>
#include <string>
#include <vector>

#include "lowprec/experiment/theory.h"
#include "lowprec/experiment/train.h"

using namespace lowprec;

namespace {

Experiment experiment_of(const std::string& text) { return parse_experiment(text, "test"); }

const experiment::ResultRow& find(const std::vector<experiment::ResultRow>& rows, const std::string& config,
                                  const std::string& iterate, const std::string& cell = "",
                                  const std::string& metric = "clean") {
  for (const experiment::ResultRow& row : rows)
    if (row.config == config && row.iterate == iterate && row.metric == metric &&
        (cell.empty() || row.grid.front() == cell))
      return row;
  FAIL("no row of " << config << " " << iterate << " " << cell << " " << metric);
  return rows.front();
}

double error_of_difference(const experiment::ResultRow& a, const experiment::ResultRow& b) {
  return std::hypot(a.standard_error, b.standard_error);
}

// Least squares of log y against log x.
double slope(const std::vector<double>& x, const std::vector<double>& y) {
  const double n = static_cast<double>(x.size());
  double sx = 0, sy = 0, sxx = 0, sxy = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double u = std::log(x[i]), v = std::log(y[i]);
    sx += u, sy += v, sxx += u * u, sxy += u * v;
  }
  return (n * sxy - sx * sy) / (n * sxx - sx * sx);
}

}  // namespace

TEST_CASE("a batch averages elementwise noise of activations as 1/B, and leaves the papers' multiplicative noise") {
  const Experiment e = experiment_of(R"toml(
problem = { dimension = 20, spectrum = "power(1.5)" }
sgd = { updates = [2000], step_size = 0.3 }
compare.none.all = "none"
compare.common.activation = "multiplicative(0.5)"
compare.iid.activation = "multiplicative_iid(0.5)"
compare.additive.activation = "additive(0.5)"
run = { seeds = 60, grid = { "sgd.batch" = [1, 16, 64, 256] } }
)toml");
  const auto exact = theory(e).rows;
  const auto penalty = [&](const char* config, const char* batch) {
    return find(exact, config, "last", batch).excess_risk - find(exact, "none", "last", batch).excess_risk;
  };
  for (const char* config : {"iid", "additive"}) {
    CAPTURE(config);
    CHECK(penalty(config, "16") / penalty(config, "64") == doctest::Approx(4).epsilon(0.05));
    CHECK(penalty(config, "64") / penalty(config, "256") == doctest::Approx(4).epsilon(0.02));
  }
  CHECK(penalty("common", "64") / penalty("common", "256") < 1.2);
  CHECK(penalty("common", "256") > 20 * penalty("iid", "256"));
  Experiment small = e;
  small.run.grid = {{"sgd.batch", {"1", "16"}}};
  for (const experiment::ResultRow& row : train(small)) {
    const experiment::ResultRow& expected = find(exact, row.config, row.iterate, row.grid.front(), row.metric);
    CAPTURE(row.config + " " + row.iterate + " " + row.grid.front());
    CHECK(std::abs(row.excess_risk - expected.excess_risk) < 4 * row.standard_error);
  }
}

TEST_CASE("rotated, floating point acts as additive noise eps tr H / d; aligned, as multiplicative noise") {
  const std::string text = R"toml(
problem = {{ dimension = 16, noise = 0.1, rotation = "{}" }}
sgd = {{ updates = [8000], step_size = 0.3 }}
compare.none.all = "none"
compare.format.data = "fp(5,1):overflow=saturate@sr"
compare.ideal.data = "multiplicative_iid(0.1)"
compare.additive.data = "additive({})"
run.seeds = 40
)toml";
  const auto risk = [&](const std::vector<experiment::ResultRow>& rows, const char* config) {
    return find(rows, config, "average").excess_risk;
  };
  constexpr double kMeanEigenvalue = 1.5843465 / 16;  // of i^-2, i = 1 ... 16
  struct Case {
    const char* config;
    double epsilon;
  };
  for (const Case c : {Case{"format", 0.0224}, Case{"ideal", 0.1}}) {
    CAPTURE(c.config);
    const std::string additive = fmt::format("{:.6g}", c.epsilon * kMeanEigenvalue);
    const auto aligned = theory(experiment_of(fmt::format(fmt::runtime(text), "none", additive))).rows;
    const auto rotated = train(experiment_of(fmt::format(fmt::runtime(text), "random", additive)));
    const experiment::ResultRow& measured = find(rotated, c.config, "average");
    const double additive_theory = risk(aligned, "additive");
    // 4 standard errors, and 3 % for what the equivalence neglects.
    CHECK(std::abs(measured.excess_risk - additive_theory) < 4 * measured.standard_error + 0.03 * additive_theory);
    CHECK(measured.excess_risk - risk(aligned, c.config) > 5 * measured.standard_error);
    // Training on the same samples, additive noise of that level does the same.
    const experiment::ResultRow& same = find(rotated, "additive", "average");
    CHECK(std::abs(measured.excess_risk - same.excess_risk) <
          4 * error_of_difference(measured, same) + 0.03 * same.excess_risk);
  }
}

TEST_CASE("stored weights: to nearest they stagnate, stochastically they reach a floor that no step changes") {
  const Experiment e = experiment_of(R"toml(
problem.dimension = 10
sgd.updates = [20000]
compare.exact.all = "none"
compare.nearest.weights = "int8:step=2^-4,symmetric@rne"
compare.stochastic.weights = "int8:step=2^-4,symmetric@sr"
run = { seeds = 200, grid = { "sgd.step_size" = [0.02, 0.05] } }
)toml");
  const auto rows = train(e);
  const auto expected = theory(e).rows;
  double root_trace = 0;  // tr H^1/2
  for (int i = 1; i <= 10; ++i) root_trace += 1.0 / i;
  for (const char* step : {"0.02", "0.05"}) {
    CAPTURE(step);
    const experiment::ResultRow& row = find(rows, "stochastic", "last", step);
    // Of a small step; s^2 = E r^2.
    const double floor = 0.0625 / std::numbers::pi * std::sqrt(1 + row.excess_risk) * root_trace;
    CHECK(std::abs(row.excess_risk - floor) < 4 * row.standard_error + 0.05 * floor);
    const double approximate = find(expected, "stochastic", "last", step).excess_risk;
    CHECK(std::abs(row.excess_risk - approximate) < 4 * row.standard_error + 0.03 * approximate);
    CHECK(row.excess_risk > 2 * find(rows, "exact", "last", step).excess_risk);
  }
  const experiment::ResultRow &nearest = find(rows, "nearest", "last", "0.02"),
                              &larger = find(rows, "nearest", "last", "0.05");
  CHECK(nearest.excess_risk > 2.5 * find(rows, "stochastic", "last", "0.02").excess_risk);
  CHECK(nearest.excess_risk - larger.excess_risk > 4 * error_of_difference(nearest, larger));
}

TEST_CASE("swamping: with four significant bits a sum in order loses what pairs, chunks and a binary32 sum keep") {
  const std::vector<experiment::ResultRow> rows = train(experiment_of(R"toml(
problem = { dimension = 128, spectrum = "isotropic", noise = 0.1 }
sgd = { updates = [3000], step_size = 0.5 }
compare.order = { arithmetic = "fp(8,3)@rne", master = true }
compare.chunks = { arithmetic = "fp(8,3)@rne", master = true, order = "chunk(16)" }
compare.pairs = { arithmetic = "fp(8,3)@rne", master = true, order = "pairwise" }
compare.wide = { arithmetic = "fp(8,3)@rne", master = true, accumulate = "fp32" }
run.seeds = 20
)toml"));
  const experiment::ResultRow& order = find(rows, "order", "last");
  for (const char* config : {"chunks", "pairs", "wide"}) {
    CAPTURE(config);
    const experiment::ResultRow& other = find(rows, config, "last");
    CHECK(order.excess_risk > 2 * other.excess_risk);
    CHECK(order.excess_risk - other.excess_risk > 4 * error_of_difference(order, other));
  }
}

TEST_CASE("the clean penalty of additive noise on the data saturates in d, at pi/4 sqrt(eps) for a = 2") {
  for (const double epsilon : {1e-3, 1e-2}) {
    const auto rows = theory(experiment_of(fmt::format(R"toml(
sgd.updates = [inf]
compare.c.data = "additive({})"
run.grid = {{ "problem.dimension" = [200, 2000, 20000] }}
)toml",
                                                       epsilon)))
                          .rows;
    CAPTURE(epsilon);
    const double limit = std::numbers::pi / 4 * std::sqrt(epsilon);
    CHECK(find(rows, "c", "limit", "20000").excess_risk == doctest::Approx(limit).epsilon(1e-3));
    CHECK(find(rows, "c", "limit", "2000").excess_risk == doctest::Approx(limit).epsilon(2e-3));
    CHECK(find(rows, "c", "limit", "200").excess_risk > 0.8 * limit);
  }
}

TEST_CASE("with much label noise, noise on the data lowers the risk") {
  const Experiment e = experiment_of(R"toml(
problem = { dimension = 100, noise = 100.0 }
sgd = { updates = [1000, 10000], step_size = 0.2 }
compare.none.all = "none"
compare.ridge.data = "additive(0.01)"
compare.pruned.data = "int4:step=0.5,symmetric@rne"
run.seeds = 100
)toml");
  const auto exact = theory(e).rows;
  const auto simulated = train(e);
  const auto at = [](const std::vector<experiment::ResultRow>& rows, const char* config, std::uint64_t updates) {
    for (const experiment::ResultRow& row : rows)
      if (row.config == config && row.updates == updates && row.iterate == "average" && row.metric == "clean")
        return row;
    FAIL("no such row");
    return experiment::ResultRow{};
  };
  CHECK(at(exact, "pruned", 1000).excess_risk < 0.9 * at(exact, "none", 1000).excess_risk);
  CHECK(at(exact, "ridge", 10000).excess_risk < 0.85 * at(exact, "none", 10000).excess_risk);
  const experiment::ResultRow none = at(simulated, "none", 10000), ridge = at(simulated, "ridge", 10000);
  CHECK(none.excess_risk - ridge.excess_risk > 4 * error_of_difference(none, ridge));
}

TEST_CASE("risk of the population against the size of the sketch: M^-(a-1)") {
  const std::vector<double> sizes{16, 32, 64, 128, 256, 512};
  for (const double a : {2.0, 1.5}) {
    const auto rows = theory(experiment_of(fmt::format(R"toml(
problem = {{ spectrum = "power({})", target = "prior", sketch = {{ size = 16, ambient = 8192, tail = true }} }}
sgd.updates = [inf]
compare.none.all = "none"
run = {{ seeds = 12, grid = {{ "problem.sketch.size" = [16, 32, 64, 128, 256, 512] }} }}
)toml",
                                                       a)))
                          .rows;
    std::vector<double> risks;
    for (const double m : sizes)
      risks.push_back(find(rows, "none", "limit", fmt::format("{:g}", m), "quantized").excess_risk);
    CAPTURE(a);
    const double measured = slope(sizes, risks);
    MESSAGE("slope ", measured);
    CHECK(std::abs(measured - (a == 2 ? -0.99 : -0.49)) < 0.02);
  }
}

TEST_CASE("SGD on sketched features against published values: no noise, multiplicative, additive") {
  const auto rows = theory(experiment_of(R"toml(
problem = { spectrum = "power(2)", target = "prior", sketch = { size = 8, ambient = 4096 } }
sgd = { updates = [65536], schedule = "geometric", step_size_absolute = 0.1 }
compare.none.all = "none"
compare.multiplicative.data = "multiplicative(0.1)"
compare.additive.data = "additive(0.01)"
run = { seeds = 16, grid = { "problem.sketch.size" = [8, 16, 32, 64, 128] } }
)toml"))
                        .rows;
  struct Value {
    const char* size;
    double none, multiplicative, additive, tolerance;
  };
  std::vector<double> sizes, none, multiplicative;
  for (const Value v : {Value{"8", .2967, .2698, .3065, .08}, Value{"16", .1479, .1346, .1746, .05},
                        Value{"32", .0788, .0716, .1220, .05}, Value{"64", .0471, .0425, .0989, .03},
                        Value{"128", .0341, .0306, .0890, .03}}) {
    CAPTURE(v.size);
    sizes.push_back(std::stod(v.size));
    none.push_back(find(rows, "none", "last", v.size).excess_risk);
    multiplicative.push_back(find(rows, "multiplicative", "last", v.size, "quantized").excess_risk - .1495);
    CHECK(none.back() == doctest::Approx(v.none).epsilon(v.tolerance));
    CHECK(multiplicative.back() == doctest::Approx(v.multiplicative).epsilon(v.tolerance));
    CHECK(find(rows, "additive", "last", v.size).excess_risk == doctest::Approx(v.additive).epsilon(v.tolerance));
  }
  CHECK(std::abs(slope(sizes, none) - slope(sizes, multiplicative)) < 0.01);
}
