#include "lowprec/experiment/train.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <string>

#include "lowprec/format/error.h"
#include "lowprec/sgd/sampler.h"
#include "lowprec/sgd/step_sizes.h"
#include "lowprec/system/simd.h"
#include "support/find_row.h"

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

std::string result(const Experiment& e, unsigned threads) { return experiment::to_csv(e, train(e, threads)); }

}  // namespace

TEST_CASE("the same bytes for any number of threads and every SIMD target") {
  const Experiment e = parse_experiment(kSmall, "small");
  const std::string expected = result(e, 1);
  CHECK(result(e, 2) == expected);
  CHECK(result(e, 3) == expected);
  for (const auto& target : system::simd_targets()) {
    lowprec::system::use_simd_targets(std::vector{target});
    CAPTURE(target);
    CHECK(result(e, 2) == expected);
  }
  lowprec::system::use_simd_targets({});
}

TEST_CASE("a configuration's result does not depend on the others") {
  const Experiment all = parse_experiment(kSmall, "small");
  const auto rows = train(all, 1);
  for (const auto& configuration : all.compare) {
    Experiment alone = all;
    alone.compare = {configuration};
    for (const experiment::ResultRow& row : train(alone, 1))
      CHECK(row.excess_risk ==
            find_row(rows, row.config, row.updates, row.iterate.c_str(), row.metric.c_str()).excess_risk);
  }
}

// A sketch mixes Student numbers, so its features are no Student numbers themselves.
TEST_CASE("Student tails before a sketch: the same result whether or not another configuration rounds x there") {
  const auto parsed = [](const std::string& more) {
    return parse_experiment(R"toml(
[problem]
sketch = { size = 4, ambient = 50 }
spectrum = "isotropic"
scale = 0.02
tails = "student(5)"
noise = 0.1
[sgd]
updates = [30]
step_size_absolute = 0.5
[compare.none]
all = "none"
[run]
seeds = 3
)toml" + more,
                            "student");
  };
  const auto alone = train(parsed(""), 1);
  const auto both = train(parsed("[compare.ambient]\nambient = \"additive(1e-14)\"\n"), 1);
  for (const experiment::ResultRow& row : alone) {
    const auto same = find_row(both, "none", row.updates, row.iterate.c_str(), row.metric.c_str());
    const auto noise = find_row(both, "ambient", row.updates, row.iterate.c_str(), row.metric.c_str());
    CHECK(row.excess_risk == same.excess_risk);
    CHECK(noise.excess_risk == doctest::Approx(row.excess_risk).epsilon(1e-4));
  }
}

TEST_CASE("rows are unique and in order; an earlier checkpoint is the run to there") {
  const Experiment e = parse_experiment(kSmall, "small");
  const auto rows = train(e, 1);
  CHECK(rows.size() == 4 * 2 * 4);
  std::set<std::string> keys;
  for (const experiment::ResultRow& r : rows) keys.insert(r.config + std::to_string(r.updates) + r.iterate + r.metric);
  CHECK(keys.size() == rows.size());
  const auto early = train(parse_experiment(kSmall, "small", {"sgd.updates=[5]"}), 1);
  for (const experiment::ResultRow& row : early)
    CHECK(row.excess_risk == find_row(rows, row.config, 5, row.iterate.c_str(), row.metric.c_str()).excess_risk);
}

TEST_CASE("without quantization both metrics agree; before training the risk is that of w = 0") {
  const auto rows = train(parse_experiment(kSmall, "small"), 1);
  CHECK(find_row(rows, "none", 60, "last", "clean").excess_risk ==
        find_row(rows, "none", 60, "last", "quantized").excess_risk);
  const auto first = train(parse_experiment(kSmall, "small", {"sgd.updates=[1]"}), 1);
  double risk = 0;
  for (const double value : sgd::eigenvalues({.dimension = 70})) risk += value;
  CHECK(find_row(first, "none", 1, "average", "clean").excess_risk == doctest::Approx(risk).epsilon(1e-14));
}

TEST_CASE("a horizon of a geometric schedule is a run of its own, on the same samples; other schedules share one") {
  for (const char* schedule : {"geometric", "polynomial(0.5)"}) {
    const std::string setting = std::string("sgd.schedule=") + schedule;
    const auto rows = train(parse_experiment(kSmall, "small", {setting, "sgd.updates=[5, 33, 60]"}), 2);
    for (const char* n : {"5", "33", "60"})
      for (const experiment::ResultRow& row :
           train(parse_experiment(kSmall, "small", {setting, "sgd.updates=[" + std::string(n) + "]"}), 1))
        CHECK(row.excess_risk ==
              find_row(rows, row.config, row.updates, row.iterate.c_str(), row.metric.c_str()).excess_risk);
  }
}

// One feature without label noise: w_{t+1} = w_t + gamma_t x_t^2 (1 - w_t), written out.
TEST_CASE("the steps are the schedule's and the tail is the average of the last iterates before w_N") {
  const char* text = R"toml(
[problem]
dimension = 1
noise = 0
[sgd]
updates = [3, 20]
step_size = 0.25
tail_average = 0.25
[run]
seeds = 1
)toml";
  for (const char* schedule : {"constant", "geometric", "polynomial(0.5)"}) {
    CAPTURE(schedule);
    const Experiment e = parse_experiment(text, "tail", {std::string("sgd.schedule=") + schedule});
    const auto rows = train(e, 1);
    for (const std::uint64_t n : e.sgd.updates) {
      const sgd::StepSizes sizes(schedule, e.sgd.schedule == "geometric" ? n : 20);
      sgd::Sampler sampler(std::vector{1.0}, std::vector{1.0}, 0, 1, Stream{1, 0}.substream(0).substream(1));
      std::vector<double> w{0};
      for (std::uint64_t t = 0; t < n; ++t) {
        sampler.draw(t);
        const double x = sampler.x()[0];
        w.push_back(w[t] + 0.25 * sizes.factor(t) * x * x * (1 - w[t]));
      }
      const std::uint64_t length = n == 3 ? 1 : 5;
      double tail = 0, all = 0;
      for (std::uint64_t t = 0; t < n; ++t) (t >= n - length ? tail : all) += w[t];
      const auto expected = [](double x) { return doctest::Approx((x - 1) * (x - 1)).epsilon(1e-12); };
      CHECK(find_row(rows, "baseline", n, "last", "clean").excess_risk == expected(w[n]));
      CHECK(find_row(rows, "baseline", n, "tail", "clean").excess_risk == expected(tail / double(length)));
      CHECK(find_row(rows, "baseline", n, "tail", "quantized").excess_risk == expected(tail / double(length)));
      CHECK(find_row(rows, "baseline", n, "average", "clean").excess_risk == expected((all + tail) / double(n)));
    }
  }
}

TEST_CASE("a tail of all iterates is their average; without a share there are no such rows") {
  const auto rows = train(parse_experiment(kSmall, "small", {"sgd.tail_average=1"}), 1);
  CHECK(rows.size() == 4 * 2 * 6);
  for (const experiment::ResultRow& row : rows)
    if (row.iterate == "tail")
      CHECK(row.excess_risk == find_row(rows, row.config, row.updates, "average", row.metric.c_str()).excess_risk);
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
  const std::string csv = experiment::to_csv(e, rows);
  CHECK(csv.find("config,problem.dimension,problem.spectrum,updates,iterate,metric,excess_risk,stderr,seeds,saturated,"
                 "underflow,nan,difference,difference_stderr\n") != std::string::npos);
  const auto alone =
      train(parse_experiment(kSmall, "small",
                             {"problem.dimension=3", "problem.spectrum=isotropic", "run.seeds=2", "sgd.updates=[3]"}),
            1);
  CHECK(rows.back().excess_risk == alone.back().excess_risk);
}

TEST_CASE("differences are paired by seeds: their means and standard errors are those of the runs") {
  const Experiment e = parse_experiment(kSmall, "small");
  experiment::Diagnostics report;
  report.wants_runs = true;
  const auto rows = train(e, 2, {}, &report);
  REQUIRE(report.runs.size() == rows.size() * e.run.seeds);
  const auto runs_of = [&](const experiment::ResultRow& row, const std::string& config) {
    std::vector<double> risks;
    for (const experiment::RunRow& run : report.runs)
      if (run.config == config && run.updates == row.updates && run.iterate == row.iterate && run.metric == row.metric)
        risks.push_back(run.excess_risk);
    return risks;
  };
  for (const experiment::ResultRow& row : rows) {
    const auto own = runs_of(row, row.config), first = runs_of(row, "none");
    REQUIRE(own.size() == e.run.seeds);
    if (first.empty()) {
      CHECK(std::isnan(row.difference));
      continue;
    }
    double mean = 0, squares = 0;
    for (std::size_t s = 0; s < own.size(); ++s) mean += (own[s] - first[s]) / 5;
    for (std::size_t s = 0; s < own.size(); ++s) squares += std::pow(own[s] - first[s] - mean, 2);
    CHECK(row.difference == doctest::Approx(mean).scale(1).epsilon(1e-12));
    CHECK(row.difference_error == doctest::Approx(std::sqrt(squares / 20)).scale(1).epsilon(1e-12));
    if (row.config == "none") CHECK((row.difference == 0 && row.difference_error == 0));
    // Noise on every number of one seed has a share of the difference between seeds.
    if (row.config == "int8" && row.iterate == "average" && row.updates == 60)
      CHECK(row.difference_error < row.standard_error / 2);
  }
  const std::string csv = experiment::runs_to_csv(e, report.runs);
  CHECK(csv.starts_with("config,updates,iterate,metric,seed,excess_risk\nnone,5,average,clean,0,"));
}

TEST_CASE("a diverged run reports infinity or NaN, a single seed no standard error") {
  const auto rows = train(parse_experiment(kSmall, "small", {"sgd.step_size=1e200", "run.seeds=1"}), 1);
  CHECK(!std::isfinite(find_row(rows, "none", 60, "last", "clean").excess_risk));
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

TEST_CASE("every new key gives the same bytes for any number of threads") {
  for (const char* setting : {"problem.rotation=random", "problem.tails=student(5)", "sgd.epochs=3", "sgd.momentum=0.5",
                              "sgd.error_feedback=true", "compare.int8.weights=e4m3:absmax=group(16)@sr",
                              "compare.e4m3.accumulate=fp32@sr"}) {
    CAPTURE(setting);
    const Experiment e = parse_experiment(kSmall, "small", {setting, "sgd.tail_average=0.5"});
    const std::string expected = result(e, 1);
    CHECK(result(e, 3) == expected);
    lowprec::system::use_simd_targets(std::vector<std::string>{"EMU128"});
    CHECK(result(e, 1) == expected);
    lowprec::system::use_simd_targets({});
  }
}

TEST_CASE("a rotation changes nothing without quantization") {
  const auto plain = train(parse_experiment(kSmall, "small"), 1);
  const auto rotated = train(parse_experiment(kSmall, "small", {"problem.rotation=random"}), 1);
  REQUIRE(plain.size() == rotated.size());
  for (std::size_t i = 0; i < plain.size(); ++i) {
    if (plain[i].config == "none")
      CHECK(rotated[i].excess_risk == doctest::Approx(plain[i].excess_risk).epsilon(1e-10));
    if (plain[i].config == "int8")
      CHECK(rotated[i].excess_risk != doctest::Approx(plain[i].excess_risk).epsilon(1e-10));
  }
}

// w after 2 epochs of 3 samples of one feature, written out.
TEST_CASE("epochs run over the same samples, and N counts those of one epoch") {
  const char* text =
      "[problem]\ndimension = 1\nnoise = 0\n[sgd]\nupdates = [2, 3]\nstep_size = 0.25\nepochs = 2\n"
      "reshuffle = false\n[run]\nseeds = 1\n";
  const auto rows = train(parse_experiment(text, "x"), 1);
  sgd::Sampler sampler(std::vector{1.0}, std::vector{1.0}, 0, 1, Stream{1, 0}.substream(0).substream(1));
  for (const std::uint64_t n : {2U, 3U}) {
    double w = 0, sum = 0;
    for (std::uint64_t t = 0; t < 2 * n; ++t) {
      sampler.draw(t % n);
      sum += w;
      w += 0.25 * sampler.x()[0] * sampler.x()[0] * (1 - w);
    }
    const double average = sum / static_cast<double>(2 * n);
    CHECK(find_row(rows, "baseline", n, "last", "clean").excess_risk ==
          doctest::Approx((w - 1) * (w - 1)).epsilon(1e-12));
    CHECK(find_row(rows, "baseline", n, "average", "clean").excess_risk ==
          doctest::Approx((average - 1) * (average - 1)).epsilon(1e-12));
  }
  const auto shuffled = train(parse_experiment(text, "x", {"sgd.reshuffle=true"}), 1);
  CHECK(find_row(shuffled, "baseline", 3, "average", "clean").excess_risk !=
        find_row(rows, "baseline", 3, "average", "clean").excess_risk);
  CHECK(find_row(shuffled, "baseline", 3, "last", "clean").excess_risk ==  // the product of the same factors
        doctest::Approx(find_row(rows, "baseline", 3, "last", "clean").excess_risk).epsilon(1e-12));
}

TEST_CASE("where the quantized metric has no closed form its rows are left out") {
  const auto rows = train(parse_experiment(kSmall, "small", {"compare.int8.all=int8:absmax@sr"}), 1);
  CHECK(rows.size() == 4 * 2 * 4 - 4);
  for (const experiment::ResultRow& row : rows) CHECK((row.config != "int8" || row.metric == "clean"));
}
