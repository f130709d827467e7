#include "lowprec/study/allocate.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <mutex>

#include "experiment/theory_case.h"
#include "lowprec/experiment/train.h"
#include "lowprec/format/error.h"
#include "lowprec/format/names.h"
#include "study/predictor.h"
#include "system/parallel.h"

namespace lowprec {
namespace {

constexpr double kSlack = 1.5;         // see Search::is_promising
constexpr std::size_t kTogether = 16;  // allocations predicted at a time: not the threads, which change no result

constexpr double kErrors = 3;  // standard errors above which a simulation contradicts

constexpr std::size_t kCount = study::kAllocatedSites.size();

void check(const Experiment& e, const study::AllocateOptions& options) {
  if (!e.run.grid.empty()) throw Error("run.grid: allocate takes one problem: set the keys of one cell instead");
  if (options.candidates.empty()) throw Error("at least one candidate format is needed");
  if (!(options.risk >= 0) || !std::isfinite(options.risk))
    throw Error(fmt::format("the risk to reach is a positive number, not {}", options.risk));
  if (!(options.within >= 0) || !std::isfinite(options.within))
    throw Error(fmt::format("the share above the unquantized risk is a number from 0, not {}", options.within));
  for (const double cost : options.cost_per_bit)
    if (!(cost >= 0) || !std::isfinite(cost)) throw Error("costs per bit are numbers from 0");
  if (options.metric != "clean" && options.metric != "quantized") throw Error("metrics are clean and quantized");
  if (options.iterate != "average" && options.iterate != "last" && options.iterate != "tail")
    throw Error("iterates are average, last and tail");
  if (options.iterate == "tail" && !(e.sgd.tail_average > 0)) throw Error("the iterate tail needs sgd.tail_average");
}

class Search {
 public:
  Search(const Experiment& e, const study::AllocateOptions& options, unsigned threads,
         const experiment::Progress& progress)
      : options_(options), predictor_(e, options, threads), progress_(progress) {
    sgd::Sites all;
    for (const sgd::SiteTraits& site : study::kAllocatedSites)
      all.*site.member = parse_quantizer(options.candidates.front());
    if (const auto reason = experiment::obstacle(predictor_.experiment(), all))
      throw Error("allocate needs theory: " + *reason);
  }

  study::AllocateResult run() {
    predict_sites();
    list_allocations();
    find_winner();
    find_front();
    r_.method = predictor_.method(study::sites_of(r_, r_.winner));
    return std::move(r_);
  }

 private:
  // Each candidate alone at each site.
  void predict_sites() {
    const auto scales = predictor_.scales();
    std::vector<sgd::Sites> alone(1);
    for (std::size_t s = 0; s < kCount; ++s)
      for (const auto& text : options_.candidates) {
        r_.choices[s].push_back(study::choice_of(text, scales[s]));
        alone.emplace_back().*study::kAllocatedSites[s].member = r_.choices[s].back().quantizer;
      }
    const auto risks = predict(alone, 0, 0.5);
    r_.unquantized = risks[0];
    for (std::size_t s = 0, i = 1; s < kCount; ++s)
      for (auto& choice : r_.choices[s]) choice.risk = risks[i++];
    r_.target = options_.risk > 0 ? options_.risk : r_.unquantized * (1 + options_.within);
    if (!(r_.unquantized <= r_.target))
      throw Error(
          fmt::format("the target {:.6g} is below the risk without quantization, {:.6g}", r_.target, r_.unquantized));
  }

  // Candidates of a site that none with as few bits beats.
  std::vector<std::size_t> undominated(std::size_t s) const {
    const auto& all = r_.choices[s];
    std::vector<std::size_t> kept;
    for (std::size_t i = 0; i < all.size(); ++i) {
      const bool beaten = std::ranges::any_of(all, [&](const study::SiteChoice& other) {
        if (other.bits > all[i].bits || other.risk > all[i].risk) return false;
        const bool equal = other.bits == all[i].bits && other.risk == all[i].risk;
        return !equal || &other < &all[i];
      });
      if (!beaten && std::isfinite(all[i].risk)) kept.push_back(i);
    }
    return kept;
  }

  // All combinations of undominated candidates, by cost, then by their estimate.
  void list_allocations() {
    all_.assign(1, {});
    all_.front().estimate = r_.unquantized;
    for (std::size_t s = 0; s < kCount; ++s) {
      std::vector<study::Allocation> longer;
      for (const study::Allocation& a : all_)
        for (const std::size_t i : undominated(s)) {
          study::Allocation& next = longer.emplace_back(a);
          const study::SiteChoice& choice = r_.choices[s][i];
          next.choice[s] = i;
          next.cost += choice.bits * options_.cost_per_bit[s];
          next.estimate += choice.risk - r_.unquantized;
        }
      all_ = std::move(longer);
    }
    if (all_.empty()) throw Error("at some site, no candidate's risk is a finite number");
    std::ranges::stable_sort(all_, [](const study::Allocation& a, const study::Allocation& b) {
      return a.cost != b.cost ? a.cost < b.cost : a.estimate < b.estimate;
    });
  }

  // Whether the allocation may reach the target: what it adds to the risk is taken to be no less than 1 / kSlack of
  // what its sites add alone.
  bool is_promising(const study::Allocation& a) const {
    return a.estimate - r_.unquantized <= kSlack * (r_.target - r_.unquantized);
  }

  // The allocations of least cost in turn, and of equal cost those of least estimate, until one reaches the target.
  void find_winner() {
    std::vector<study::Allocation> group;
    for (std::size_t i = 0; i < all_.size(); ++i) {
      if (is_promising(all_[i])) group.push_back(all_[i]);
      const bool level_ends = i + 1 == all_.size() || all_[i + 1].cost != all_[i].cost;
      if (group.empty() || (!level_ends && group.size() < kTogether)) continue;
      if (r_.checks + group.size() > options_.most_checks) {
        group.resize(options_.most_checks - r_.checks);
        r_.is_complete = false;
      }
      if (take_best(group)) return;
      if (!r_.is_complete) break;
      group.clear();
    }
    fail();
  }

  bool take_best(std::vector<study::Allocation>& group) {
    predict_all(group);
    const auto best = std::ranges::min_element(group, {}, &study::Allocation::risk);
    if (best == group.end() || !(best->risk <= r_.target)) return false;
    r_.winner = *best;
    return true;
  }

  [[noreturn]] void fail() {
    std::vector<study::Allocation> best(1, *std::ranges::min_element(all_, {}, &study::Allocation::estimate));
    predict_all(best);
    throw Error(
        fmt::format("no allocation of these formats reaches the risk {:.6g}{}: the best has {:.6g}, without "
                    "quantization it is {:.6g}",
                    r_.target, r_.is_complete ? "" : fmt::format(" within {} predictions", r_.checks),
                    best.front().risk, r_.unquantized));
  }

  // Of each cost the allocation of least estimate, where that falls; those whose risk falls, too.
  void find_front() {
    std::vector<study::Allocation> falling;
    for (const study::Allocation& a : all_)
      if (falling.empty() || a.estimate < falling.back().estimate) falling.push_back(a);
    predict_all(falling);
    falling.push_back(r_.winner);
    std::ranges::stable_sort(falling, [](const study::Allocation& a, const study::Allocation& b) {
      return a.cost != b.cost ? a.cost < b.cost : a.risk < b.risk;
    });
    for (const study::Allocation& a : falling)
      if (r_.front.empty() || a.risk < r_.front.back().risk || a.choice == r_.winner.choice) {
        if (r_.front.empty() || a.choice != r_.front.back().choice) r_.front.push_back(a);
      }
  }

  void predict_all(std::vector<study::Allocation>& allocations) {
    std::vector<sgd::Sites> sites;
    for (const study::Allocation& a : allocations) sites.push_back(study::sites_of(r_, a));
    const auto risks = predict(sites, 0.5, 0.9);
    for (std::size_t i = 0; i < risks.size(); ++i) {
      study::Allocation& a = allocations[i];
      a.risk = risks[i];
      const double sum = a.estimate - r_.unquantized;
      if (sum > 0 && a.risk < HUGE_VAL) r_.least_ratio = std::min(r_.least_ratio, (a.risk - r_.unquantized) / sum);
    }
    r_.checks += risks.size();
  }

  std::vector<double> predict(const std::vector<sgd::Sites>& sites, double from, double to) {
    std::atomic<std::size_t> done = 0;
    return predictor_.risks(sites, [&] {
      const std::size_t n = ++done;
      const std::lock_guard lock(mutex_);
      if (progress_) progress_(from + (to - from) * static_cast<double>(n) / static_cast<double>(sites.size()));
    });
  }

  const study::AllocateOptions& options_;
  study::Predictor predictor_;
  const experiment::Progress& progress_;
  std::mutex mutex_;
  study::AllocateResult r_;
  std::vector<study::Allocation> all_;
};

void simulate(const Experiment& e, const study::AllocateOptions& options, unsigned threads,
              study::AllocateResult& result) {
  Experiment run = e;
  std::erase(run.sgd.updates, experiment::kPopulation);
  run.sgd.updates = {run.sgd.updates.back()};
  run.compare = {{"unquantized", {}}, {"winner", study::sites_of(result, result.winner)}};
  for (const experiment::ResultRow& row : train(run, threads))
    if (row.iterate == options.iterate && row.metric == options.metric) result.simulated.push_back(row);
  const experiment::ResultRow &unquantized = result.simulated[0], &winner = result.simulated[1];
  const double growth = options.risk > 0 ? 0 : 1 + options.within;
  const auto error = [](const experiment::ResultRow& row) {
    return std::isnan(row.standard_error) ? 0 : row.standard_error;
  };
  result.simulated_target = options.risk > 0 ? options.risk : growth * unquantized.excess_risk;
  const double variance = error(winner) * error(winner) + growth * growth * error(unquantized) * error(unquantized);
  result.is_confirmed = winner.excess_risk <= result.simulated_target + kErrors * std::sqrt(variance);
}

}  // namespace

const std::vector<std::string>& study::default_candidates() {
  static const std::vector<std::string> candidates = {
      "int4@sr",
      "int5@sr",
      "int6@sr",
      "int8@sr",
      "e2m1:overflow=saturate@sr",
      "e2m3:overflow=saturate@sr",
      "e3m2:overflow=saturate@sr",
      "e3m4:overflow=saturate@sr",
      "e4m3:overflow=saturate@sr",
      "e5m2:overflow=saturate@sr",
      "bf16:overflow=saturate@sr",
      "fp16:overflow=saturate@sr",
  };
  return candidates;
}

sgd::Sites study::sites_of(const study::AllocateResult& result, const study::Allocation& allocation) {
  sgd::Sites sites;
  for (std::size_t s = 0; s < kCount; ++s)
    sites.*study::kAllocatedSites[s].member = result.choices[s][allocation.choice[s]].quantizer;
  return sites;
}

study::AllocateResult allocate(const Experiment& experiment, const study::AllocateOptions& options, unsigned threads,
                               const experiment::Progress& progress) {
  check(experiment, options);
  study::AllocateResult result = Search(experiment, options, system::thread_count(threads), progress).run();
  if (options.simulates) simulate(experiment, options, threads, result);
  return result;
}

}  // namespace lowprec
