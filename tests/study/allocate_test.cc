#include "lowprec/study/allocate.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "lowprec/experiment/theory.h"
#include "lowprec/format/error.h"
#include "lowprec/format/names.h"
#include "lowprec/format/number_text.h"

using namespace lowprec;

namespace {

constexpr const char* kProblem = R"toml(
[problem]
dimension = 12
spectrum = "power(1.5)"
[sgd]
updates = [10, 200]
[run]
seeds = 24
)toml";

Experiment problem(const std::vector<std::string>& settings = {}) {
  return parse_experiment(kProblem, "problem.toml", settings);
}

study::AllocateOptions small() {
  study::AllocateOptions options;
  options.candidates = {"int4@sr", "e2m1:overflow=saturate@sr", "int6@sr", "int8@sr"};
  options.simulates = false;
  return options;
}

// Every one of the candidates^5 allocations, predicted by theory(): the least cost that holds, and of equal cost the
// least risk.
study::Allocation brute_force(const Experiment& e, const study::AllocateOptions& options,
                              const study::AllocateResult& r) {
  const std::size_t n = options.candidates.size();
  Experiment all = e;
  all.sgd.updates = {e.sgd.updates.back()};
  all.compare.clear();
  std::vector<study::Allocation> allocations(n * n * n * n * n);
  for (std::size_t k = 0; k < allocations.size(); ++k) {
    study::Allocation& a = allocations[k];
    std::size_t rest = k;
    for (std::size_t s = 0; s < 5; ++s, rest /= n) {
      a.choice[s] = rest % n;
      a.cost += r.choices[s][a.choice[s]].bits * options.cost_per_bit[s];
    }
    all.compare.push_back({std::to_string(k), study::sites_of(r, a)});
  }
  for (const experiment::ResultRow& row : theory(all).rows)
    if (row.iterate == options.iterate && row.metric == options.metric)
      allocations[std::stoul(row.config)].risk = row.excess_risk;
  std::erase_if(allocations, [&](const study::Allocation& a) { return !(a.risk <= r.target); });
  return *std::ranges::min_element(allocations, [](const study::Allocation& a, const study::Allocation& b) {
    return a.cost != b.cost ? a.cost < b.cost : a.risk < b.risk;
  });
}

void check_brute_force(const Experiment& e, const study::AllocateOptions& options) {
  const study::AllocateResult r = allocate(e, options);
  const study::Allocation best = brute_force(e, options, r);
  CHECK(r.winner.cost == best.cost);
  CHECK(r.winner.risk >= best.risk * (1 - 1e-12));
  CHECK(r.winner.risk <= best.risk * 1.001);  // candidates that tie in bits are judged alone
  CHECK(r.is_complete);
  for (std::size_t i = 1; i < r.front.size(); ++i) CHECK(r.front[i].cost > r.front[i - 1].cost);
  CHECK(std::ranges::any_of(r.front, [&](const study::Allocation& a) { return a.choice == r.winner.choice; }));
}

}  // namespace

TEST_CASE("the winner is that of all allocations") {
  for (const double within : {0.02, 0.1, 0.5}) {
    CAPTURE(within);
    study::AllocateOptions options = small();
    options.within = within;
    check_brute_force(problem(), options);
    options.cost_per_bit = {3, 0.5, 1, 1, 0};
    check_brute_force(problem(), options);
  }
  study::AllocateOptions options = small();
  options.iterate = "last";
  options.metric = "quantized";
  check_brute_force(problem({"sgd.batch=4", "problem.noise=0.2"}), options);
}

TEST_CASE("a site without cost gets more bits; a lower target costs more") {
  const auto bits = [](const study::AllocateResult& r, std::size_t site) {
    return r.choices[site][r.winner.choice[site]].bits;
  };
  study::AllocateOptions options = small();
  options.candidates = {"int3@sr", "int4@sr", "int5@sr", "int6@sr", "int8@sr", "int10@sr"};
  options.within = 0.1;
  const auto even = allocate(problem(), options);
  options.cost_per_bit[1] = 0;
  CHECK(bits(allocate(problem(), options), 1) > bits(even, 1));
  options.cost_per_bit[1] = 1;
  options.within = 0.01;
  CHECK(allocate(problem(), options).winner.cost > even.winner.cost);
  options.risk = even.target;
  CHECK(allocate(problem(), options).winner.cost == even.winner.cost);
}

TEST_CASE("steps follow the sites' scales where the text gives none") {
  study::AllocateOptions options = small();
  options.candidates = {"int8@sr", "int8:step=0.5@sr", "bf16@sr", "e4m3:overflow=saturate@sr"};
  options.within = 10;
  // x_1 ~ N(0, 1): 4 / 127 is between 2^-5 and 2^-4; w* = 1 likewise. sum of i^-1.5, i <= 12, plus 1 is 3.05: 7 / 127.
  const auto r = allocate(problem(), options);
  for (const std::size_t site : {0, 2}) CHECK(r.choices[site][0].quantizer.rounded()->scale.step == 0x1p-4);
  CHECK(r.choices[1][0].quantizer.rounded()->scale.step == 0x1p-4);
  CHECK(allocate(problem({"problem.scale=16"}), options).choices[0][0].quantizer.rounded()->scale.step == 0x1p-2);
  for (std::size_t site = 0; site < 5; ++site) {
    CHECK(r.choices[site][1].quantizer.rounded()->scale.step == 0.5);
    CHECK(r.choices[site][2].quantizer.rounded()->scale.step == 1);
    CHECK(r.choices[site][3].quantizer.rounded()->scale.step < 0x1p-5);
  }
}

TEST_CASE("the same result for any number of threads; the simulation agrees") {
  study::AllocateOptions options = small();
  options.simulates = true;
  options.within = 0.2;
  const Experiment e = problem({"run.seeds=400"});
  const auto one = allocate(e, options, 1), three = allocate(e, options, 3);
  CHECK(one.winner.choice == three.winner.choice);
  CHECK(one.winner.risk == three.winner.risk);
  REQUIRE(one.simulated.size() == 2);
  CHECK(one.simulated[1].excess_risk == three.simulated[1].excess_risk);
  CHECK(one.is_confirmed);
  CHECK(one.simulated_target == doctest::Approx(1.2 * one.simulated[0].excess_risk));
  // Beyond 5 standard errors with probability below 1e-6; the prediction is approximate but here within 3%.
  for (const auto& [row, predicted] :
       {std::pair(one.simulated[0], one.unquantized), {one.simulated[1], one.winner.risk}})
    CHECK(std::abs(row.excess_risk - predicted) < 5 * row.standard_error + 0.03 * predicted);
}

TEST_CASE("what cannot be allocated says why") {
  const auto refused = [](const Experiment& e, const study::AllocateOptions& options, const char* words) {
    CHECK_THROWS_WITH_AS(allocate(e, options), doctest::Contains(words), Error);
  };
  const auto with = [](auto change) {
    study::AllocateOptions options = small();
    change(options);
    return options;
  };
  refused(problem(), with([](auto& o) { o.risk = 1e-9; }), "below the risk without quantization");
  refused(problem(), with([](auto& o) {
            o.within = 1e-9;
            o.candidates = {"int4@sr"};
          }),
          "no allocation");
  refused(problem(), with([](auto& o) {
            o.most_checks = 1;
            o.within = 1e-4;
            o.candidates.pop_back();
          }),
          "no allocation");
  refused(problem(), with([](auto& o) { o.candidates = {"int8:absmax"}; }), "absmax");
  refused(problem(), with([](auto& o) { o.candidates = {"additive(1)"}; }), "no format");
  refused(problem(), with([](auto& o) { o.candidates.clear(); }), "at least one");
  refused(problem(), with([](auto& o) { o.iterate = "tail"; }), "tail_average");
  refused(problem(), with([](auto& o) { o.metric = "mean"; }), "metrics");
  refused(problem(), with([](auto& o) { o.cost_per_bit[2] = -1; }), "costs");
  refused(problem({"sgd.epochs=2"}), small(), "epochs");
  refused(problem({"sgd.updates=[inf]"}), small(), "sgd.updates");
  refused(problem({"run.grid={ \"problem.noise\" = [1.0, 2.0] }"}), small(), "grid");
}

TEST_CASE("twelve candidates by default, all of them parse") {
  CHECK(study::default_candidates().size() == 12);
  for (const auto& text : study::default_candidates()) CHECK(parse_quantizer(text).is_random());
}
