#include "lowprec/experiment/theory.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "lowprec/experiment/train.h"
#include "lowprec/format/error.h"
#include "lowprec/sgd/step_sizes.h"
#include "lowprec/theory/risk_recursion.h"
#include "support/find_row.h"
#include "support/published.h"

using namespace lowprec;

namespace {

experiment::TheoryResult run(const std::string& text, unsigned threads = 1) {
  return theory(parse_experiment(text, "test.toml"), threads);
}

}  // namespace

TEST_CASE("published values") {
  for (const PublishedRun& published : published_runs()) {
    CAPTURE(published.name);
    const auto rows = run(published.experiment).rows;
    for (const PublishedRisk& e : published.risks) {
      CAPTURE(e.config);
      CAPTURE(e.updates);
      CAPTURE(e.metric);
      const double risk = find_row(rows, e.config, e.updates, e.iterate, e.metric).excess_risk;
      CHECK(std::abs(risk - e.value) <= published.tolerance * e.value + 0.51e-6);  // printed to six decimals
    }
  }
}

TEST_CASE("a grid's cells are runs of their own, and so is each N of geometric steps") {
  const std::string text =
      "[sgd]\nupdates = [1000, 4096]\nschedule = \"geometric\"\n[compare.additive]\nall = \"additive(0.01)\"\n";
  const auto rows = run(text + "[run]\ngrid = { \"problem.dimension\" = [50, 400] }").rows;
  std::size_t next = 0;
  for (const char* dimension : {"50", "400"})
    for (const char* updates : {"1000", "4096"}) {
      const auto alone = theory(parse_experiment(text, "test.toml",
                                                 {"sgd.updates=[" + std::string(updates) + "]",
                                                  "problem.dimension=" + std::string(dimension)}))
                             .rows;
      for (const experiment::ResultRow& row : alone) {
        REQUIRE(next < rows.size());
        CHECK(rows[next].grid == std::vector<std::string>{dimension});
        CHECK(rows[next].updates == row.updates);
        CHECK(rows[next].iterate == row.iterate);
        CHECK(rows[next].metric == row.metric);
        CHECK(rows[next].excess_risk == row.excess_risk);
        ++next;
      }
    }
  CHECK(next == rows.size());
}

TEST_CASE("stored weights: the noise of stochastic rounding of small steps, within 3 % of a simulation") {
  const auto result =
      run("[sgd]\nupdates = [10000]\nstep_size = 0.02\n[compare.none]\nall = \"none\"\n[compare.int8]\nweights = "
          "\"int8:step=2^-5,symmetric@sr\"");
  const experiment::ResultRow& row = find_row(result.rows, "int8", 10000, "average", "clean");
  CHECK(std::abs(row.excess_risk / .090577 - 1) < 0.01);
  // What storage adds, the simulation's standard error being .0004 of it.
  const double penalty = row.excess_risk - find_row(result.rows, "none", 10000, "average", "clean").excess_risk;
  CHECK(std::abs(penalty / (.090577 - .0845) - 1) < 0.1);
  CHECK(row.theory->method == "approximate");
}

// The weights lie about 1, where the quantum doubles: at their mean square it is twice that of most of them.
TEST_CASE("stored weights in floating point: within 5 % of the trainer, the quantum averaged over the weight") {
  const Experiment e = parse_experiment(R"toml(
[problem]
dimension = 20
[sgd]
updates = [1000]
step_size = 0.05
[compare.none]
all = "none"
[compare.e5m2]
weights = "e5m2:overflow=saturate@sr"
[compare.e4m3]
weights = "e4m3:overflow=saturate@sr"
[compare.bf16]
weights = "bf16@sr"
[run]
seeds = 100
)toml",
                                        "test.toml");
  const auto computed = theory(e, 2).rows;
  const auto trained = train(e, 2);
  for (const char* config : {"e5m2", "e4m3", "bf16"})
    for (const char* iterate : {"average", "last"}) {
      const experiment::ResultRow& row = find_row(computed, config, 1000, iterate, "clean");
      const experiment::ResultRow& own = find_row(trained, config, 1000, iterate, "clean");
      CAPTURE(config);
      CAPTURE(iterate);
      CHECK(std::abs(row.excess_risk - own.excess_risk) < 0.05 * own.excess_risk + 4 * own.standard_error);
      MESSAGE(std::string(config), " ", std::string(iterate), ": ", row.excess_risk, " computed, ", own.excess_risk,
              " +- ", own.standard_error);
    }
}

TEST_CASE("bias, variance and approximation add up; the bound lies above; exact or approximate is said") {
  const auto result = run(R"toml(
[compare.data]
data = "additive(0.01)"
[compare.labels]
label = "int8:step=2^-4,symmetric@sr"
)toml");
  for (const experiment::ResultRow& row : result.rows) {
    CHECK(row.theory->bias + row.theory->variance + row.theory->approximation == row.excess_risk);
    CHECK(row.theory->method == (row.config == "data" ? "exact" : "approximate"));
    CHECK(row.seeds == 0);
    CHECK(row.standard_error == 0);
    CHECK(row.difference ==
          row.excess_risk -
              find_row(result.rows, "data", row.updates, row.iterate.c_str(), row.metric.c_str()).excess_risk);
    CHECK(row.difference_error == 0);
    const bool has_bound = row.iterate == "average" && row.metric == "quantized";
    CHECK(std::isnan(row.theory->bound) != has_bound);
    if (has_bound) CHECK(row.theory->bound > row.excess_risk);
  }
}

// train() rounds along the axes of the features, the recursion runs along those of their covariance.
TEST_CASE("other axes than the covariance's: what depends on them beyond the data is approximate") {
  const std::string sites = R"toml(
[sgd]
updates = [10]
[compare.approximate]
parameter = "multiplicative_iid(0.1)"
[compare."approximate, signs"]
data = "additive(0.1):noise=rademacher"
[compare."approximate, stored"]
weights = "int8:step=2^-5,symmetric@sr"
[compare.exact]
parameter = "multiplicative(0.1)"
[compare."exact, additive"]
all = "additive(0.1)"
[compare."exact, signs of weights"]
parameter = "additive(0.1):noise=rademacher"
[compare."exact, one sign"]
data = "multiplicative(0.1):noise=rademacher"
[compare."exact, numbers"]
label = "multiplicative_iid(0.1)"
activation = "multiplicative_iid(0.1)"
gradient = "multiplicative_iid(0.1)"
)toml";
  for (const char* problem : {"sketch = { size = 3, ambient = 8 }", "dimension = 3\nrotation = \"random\""})
    for (const experiment::ResultRow& row : run("[problem]\n" + std::string(problem) + sites).rows) {
      CAPTURE(row.config);
      CHECK(row.config.starts_with(row.theory->method));
    }
  for (const experiment::ResultRow& row : run("[problem]\ndimension = 3" + sites).rows)
    CHECK(row.theory->method == (row.config == "approximate, stored" ? "approximate" : "exact"));
}

TEST_CASE("every rounding of the data is exact; few random bits have no closed form where weights are stored") {
  const auto result = run(R"toml(
[compare.exact]
data = "int8:step=2^-4,symmetric@sr"
[compare.coin]
data = "int8:step=2^-4,symmetric@sre"
[compare."few bits"]
data = "int8:step=2^-4,symmetric@sr(4,a)"
[compare."left out"]
weights = "int8:step=2^-4,symmetric@sre"
[compare."left out, few bits"]
weights = "int8:step=2^-4,symmetric@sr(8,a)"
)toml");
  for (const experiment::ResultRow& row : result.rows) {
    CHECK_FALSE(row.config.starts_with("left out"));
    CHECK(row.theory->method == "exact");
  }
}

// Simulations of an independent program, 20,000 seeds, standard errors from .00011 to .00014.
TEST_CASE("data rounded with few random bits: values that an independent simulation gave") {
  std::string text = R"toml(
[problem]
dimension = 3
spectrum = [1, 0.3, 0.1]
noise = 0.2
[sgd]
updates = [200]
step_size_absolute = 0.1
)toml";
  const struct {
    const char* rounding;
    double risk;
  } simulated[] = {{"sr(1,a)", .04700}, {"sr(2,a)", .04941}, {"sr(3,a)", .05328}, {"sr(4,a)", .05580},
                   {"sr(1,c)", .05536}, {"sr(2,b)", .05775}, {"sr(2,c)", .05775}, {"sr", .05848}};
  for (const auto& s : simulated)
    text += "[compare.\"" + std::string(s.rounding) + "\"]\ndata = \"int4:step=0.5,symmetric@" + s.rounding + "\"\n";
  const auto rows = run(text).rows;
  const auto trained = train(parse_experiment(text, "test.toml", {"run.seeds=500"}), 2);
  for (const auto& s : simulated) {
    CAPTURE(s.rounding);
    const experiment::ResultRow& row = find_row(rows, s.rounding, 200, "average", "clean");
    CHECK(row.theory->method == "exact");
    CHECK(std::abs(row.excess_risk - s.risk) < 4 * .00014);
    const experiment::ResultRow& own = find_row(trained, s.rounding, 200, "average", "clean");
    CHECK(std::abs(row.excess_risk - own.excess_risk) < 4 * own.standard_error);
  }
}

TEST_CASE("formats that are as good as binary64 give the theory of no rounding, at each site") {
  for (const char* format : {"binary64", "fp(11,40)", "fp(10,40)@sr", "binary32"})
    for (const char* site : {"data", "label", "parameter", "activation", "gradient", "all"}) {
      const std::string text =
          "[problem]\ndimension = 4\n[sgd]\nupdates = [10, inf]\n[compare.none]\nall = \"none\"\n"
          "[compare.format]\n" +
          std::string(site) + " = \"" + format + "\"\n";
      const auto result = run(text);
      CAPTURE(text);
      for (const experiment::ResultRow& row : result.rows) {
        if (row.config != "format") continue;
        const experiment::ResultRow& none =
            find_row(result.rows, "none", row.updates, row.iterate.c_str(), row.metric.c_str());
        CHECK(std::abs(row.excess_risk - none.excess_risk) <= 1e-7 * none.excess_risk + 1e-12);
      }
      for (const std::string& note : result.notes) CHECK(note.find("beyond") == std::string::npos);
    }
}

TEST_CASE("infinitely many updates: the minimiser of the quantized risk") {
  const auto rows = run("[problem]\ndimension = 2\nspectrum = \"isotropic\"\n[sgd]\nupdates = [10, inf]\n"
                        "[compare.a]\ndata = \"additive(0.25)\"")
                        .rows;
  REQUIRE(rows.size() == 6);
  // wq = w* / 1.25: approximation 2 (1 - 1 / 1.25), clean 2 (1 - 1 / 1.25)^2.
  CHECK(find_row(rows, "a", experiment::kPopulation, "limit", "quantized").excess_risk == doctest::Approx(0.4));
  CHECK(find_row(rows, "a", experiment::kPopulation, "limit", "clean").excess_risk == doctest::Approx(0.08));
}

TEST_CASE("tails: each N has its own, and all of the run is the average") {
  const std::string text = "[sgd]\nupdates = [40, 100]\ntail_average = ";
  const auto half = run(text + "0.5").rows;
  const auto all = run(text + "1.0").rows;
  for (const std::uint64_t n : {40, 100})
    CHECK(find_row(all, "baseline", n, "tail", "clean").excess_risk ==
          find_row(all, "baseline", n, "average", "clean").excess_risk);
  const auto alone = run("[sgd]\nupdates = [40]\ntail_average = 0.5").rows;
  CHECK(find_row(half, "baseline", 40, "tail", "clean").excess_risk ==
        find_row(alone, "baseline", 40, "tail", "clean").excess_risk);
  CHECK(find_row(half, "baseline", 100, "tail", "clean").excess_risk <
        find_row(half, "baseline", 100, "average", "clean").excess_risk);
}

TEST_CASE("what theory cannot do is left out and named, and an Error if nothing is left") {
  const auto result = run(R"toml(
[compare.everything]
arithmetic = "bf16"
[compare.nearest]
weights = "bf16"
[compare.none]
all = "none"
)toml");
  for (const experiment::ResultRow& row : result.rows) CHECK(row.config == "none");
  REQUIRE(result.notes.size() == 3);
  CHECK(result.notes[0].starts_with("everything: left out: "));
  CHECK(result.notes[1].starts_with("nearest: left out: "));
  CHECK(result.notes[2].starts_with("none: largest stable step 0.61"));
  CHECK_THROWS_AS(run("[compare.a]\narithmetic = \"bf16\""), Error);
}

TEST_CASE("a step beyond the stability limit and an unsaturated format are said") {
  const auto result =
      run("[sgd]\nstep_size = 1.5\nupdates = [10]\n[compare.a]\ndata = \"fp(3,2)\"\n[problem]\nscale = 30");
  std::string notes;
  for (const auto& note : result.notes) notes += note + "\n";
  CHECK(experiment::unstable_steps(parse_experiment("[sgd]\nstep_size = 1.5", "test.toml")).size() == 1);
  CHECK(experiment::unstable_steps(parse_experiment("", "test.toml")).empty());
  CHECK(notes.find("is beyond it") != std::string::npos);
  CHECK(notes.find("beyond the range") != std::string::npos);
}

TEST_CASE("the same bits for one thread and for three") {
  const std::string text = R"toml(
[sgd]
updates = [10, 100]
schedule = "geometric"
[compare.a]
all = "additive(0.01)"
[compare.b]
data = "e4m3:overflow=saturate@sr"
[run]
grid = { "problem.dimension" = [10, 37] }
)toml";
  const Experiment e = parse_experiment(text, "test.toml");
  CHECK(experiment::to_csv(e, theory(e, 1).rows) == experiment::to_csv(e, theory(e, 3).rows));
}
