#include "lowprec/train/run.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <string>

#include "lowprec/error.h"
#include "lowprec/simd.h"

using namespace lowprec;

namespace {

constexpr const char* kSmall = R"toml(
[problem]
dimension = 70
[sgd]
updates = [5, 60]
batch = 2
[compare.none]
all = "none"
[compare.int8]
all = "int8:step=2^-5,symmetric@sr"
[compare.e4m3]
arithmetic = "e4m3:overflow=saturate@sr"
[compare.noise]
all = "multiplicative_iid(0.05)"
[run]
seeds = 5
)toml";

std::string result(const Experiment& e, unsigned threads) { return to_csv(e, train(e, threads)); }

const Row& find(const std::vector<Row>& rows, const std::string& config, std::uint64_t updates, const char* iterate,
                const char* metric) {
  const auto row = std::ranges::find_if(rows, [&](const Row& r) {
    return r.config == config && r.updates == updates && r.iterate == iterate && r.metric == metric;
  });
  REQUIRE(row != rows.end());
  return *row;
}

}  // namespace

TEST_CASE("the same bytes for any number of threads and every SIMD target") {
  const Experiment e = parse_experiment(kSmall, "small");
  const std::string expected = result(e, 1);
  CHECK(result(e, 2) == expected);
  CHECK(result(e, 3) == expected);
  for (const auto& target : simd_targets()) {
    use_simd_targets(std::vector{target});
    CAPTURE(target);
    CHECK(result(e, 2) == expected);
  }
  use_simd_targets({});
}

TEST_CASE("a configuration's result does not depend on the others") {
  const Experiment all = parse_experiment(kSmall, "small");
  const auto rows = train(all, 1);
  for (const auto& configuration : all.compare) {
    Experiment alone = all;
    alone.compare = {configuration};
    for (const Row& row : train(alone, 1))
      CHECK(row.excess_risk ==
            find(rows, row.config, row.updates, row.iterate.c_str(), row.metric.c_str()).excess_risk);
  }
}

TEST_CASE("rows are unique and in order; an earlier checkpoint is the run to there") {
  const Experiment e = parse_experiment(kSmall, "small");
  const auto rows = train(e, 1);
  CHECK(rows.size() == 4 * 2 * 4);
  std::set<std::string> keys;
  for (const Row& r : rows) keys.insert(r.config + std::to_string(r.updates) + r.iterate + r.metric);
  CHECK(keys.size() == rows.size());
  const auto early = train(parse_experiment(kSmall, "small", {"sgd.updates=[5]"}), 1);
  for (const Row& row : early)
    CHECK(row.excess_risk == find(rows, row.config, 5, row.iterate.c_str(), row.metric.c_str()).excess_risk);
}

TEST_CASE("without quantization both metrics agree; before training the risk is that of w = 0") {
  const auto rows = train(parse_experiment(kSmall, "small"), 1);
  CHECK(find(rows, "none", 60, "last", "clean").excess_risk == find(rows, "none", 60, "last", "quantized").excess_risk);
  const auto first = train(parse_experiment(kSmall, "small", {"sgd.updates=[1]"}), 1);
  double risk = 0;
  for (const double value : eigenvalues({.dimension = 70})) risk += value;
  CHECK(find(first, "none", 1, "average", "clean").excess_risk == doctest::Approx(risk).epsilon(1e-14));
}

TEST_CASE("the grid is a cartesian product with a column a key") {
  const Experiment e = parse_experiment(
      kSmall, "small",
      {"run.grid={ \"problem.dimension\" = [2, 3], \"problem.spectrum\" = [\"power(1)\", \"isotropic\"] }",
       "run.seeds=2", "sgd.updates=[3]"});
  const auto rows = train(e, 2);
  CHECK(rows.size() == 4 * 4 * 4);
  CHECK(rows.front().grid == std::vector<std::string>{"2", "power(1)"});
  CHECK(rows.back().grid == std::vector<std::string>{"3", "isotropic"});
  const std::string csv = to_csv(e, rows);
  CHECK(csv.find("config,problem.dimension,problem.spectrum,updates,iterate,metric,excess_risk,stderr,seeds,saturated,"
                 "underflow,nan\n") != std::string::npos);
  const auto alone =
      train(parse_experiment(kSmall, "small",
                             {"problem.dimension=3", "problem.spectrum=isotropic", "run.seeds=2", "sgd.updates=[3]"}),
            1);
  CHECK(rows.back().excess_risk == alone.back().excess_risk);
}

TEST_CASE("a diverged run reports infinity or NaN, a single seed no standard error") {
  const auto rows = train(parse_experiment(kSmall, "small", {"sgd.step_size=1e200", "run.seeds=1"}), 1);
  CHECK(!std::isfinite(find(rows, "none", 60, "last", "clean").excess_risk));
  CHECK(std::isnan(rows.front().standard_error));
}

TEST_CASE("shares of roundings: what saturates is counted") {
  const auto rows = train(
      parse_experiment("[compare.a]\nlabel = \"int4\"\n[problem]\nnoise = 10000\n[sgd]\nupdates = [50]\n", "x"), 2);
  CHECK(rows[0].saturated > 0.8);
  CHECK(rows[0].nan == 0);
}

TEST_CASE("progress ends at the whole") {
  double last = 0;
  train(parse_experiment(kSmall, "small"), 2, [&last](double share) {
    CHECK(share >= last);
    last = share;
  });
  CHECK(last == doctest::Approx(1));
}
