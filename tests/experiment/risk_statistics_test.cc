// Simulated risk against values of the exact theory and of an independent simulator. Each check fails with probability
// below 1e-4 for a correct trainer (4 standard errors, nearly normal means over 200 seeds); the seed is fixed.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <string_view>
#include <vector>

#include "lowprec/experiment/train.h"
#include "lowprec/format/presets.h"
#include "support/find_row.h"
#include "support/published.h"

using namespace lowprec;

namespace {

// standard_error: of the expected value, where it was simulated.
void check(const std::vector<experiment::ResultRow>& rows, const PublishedRisk& e, double standard_error = 0) {
  const std::string name =
      std::string(e.config) + ", N = " + std::to_string(e.updates) + ", " + e.iterate + ", " + e.metric;
  CAPTURE(name);
  const experiment::ResultRow& row = find_row(rows, e.config, e.updates, e.iterate, e.metric);
  const double own = e.deviation > 0 ? e.deviation / std::sqrt(static_cast<double>(row.seeds)) : row.standard_error;
  CHECK(std::abs(row.excess_risk - e.value) <= 4 * std::hypot(own, standard_error));
}

std::vector<experiment::ResultRow> run(const std::string& text) {
  return train(parse_experiment(text + "\n[run]\nseeds = 200\nseed = 20261121\n", "test"));
}

}  // namespace

TEST_CASE("exact theory") {
  for (const PublishedRun& published : published_runs()) {
    CAPTURE(published.name);
    const auto rows = run(published.experiment);
    for (const PublishedRisk& risk : published.risks) check(rows, risk);
  }
}

TEST_CASE("stored weights without a master copy: the floor of SR and the stagnation of RNE, independent simulation") {
  const auto rows = run(R"toml(
[sgd]
updates = [10000]
step_size = 0.02
[compare.int8-stochastic]
weights = "int8:step=2^-5,symmetric@sr"
[compare.int8-nearest]
weights = "int8:step=2^-5,symmetric@rne"
[compare.bfloat16]
weights = "bf16:overflow=saturate@rne"
)toml");
  check(rows, {"int8-stochastic", 10000, "average", "clean", .090577, .0082}, .000412);
  check(rows, {"int8-nearest", 10000, "average", "clean", .223365, .0078}, .000390);
  check(rows, {"bfloat16", 10000, "average", "clean", .086040, .0023}, .000113);
}

// Additive Gaussian noise and noise common to a vector look alike from every basis, so the values are those without a
// rotation.
TEST_CASE("rotated data, exact theory of noise that no rotation changes") {
  const auto published = std::ranges::find(published_runs(), std::string_view(kFiveNoisySites), &PublishedRun::name);
  REQUIRE(published != published_runs().end());
  const auto rows = run(std::string(published->experiment) + "[problem]\nrotation = \"random\"\n");
  for (const PublishedRisk& risk : published->risks)
    if (risk.config != std::string_view("iid")) check(rows, risk);
}
