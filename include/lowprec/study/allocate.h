// The cheapest formats for the papers' five sites that keep the risk below a target.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "lowprec/experiment/experiment.h"
#include "lowprec/experiment/results.h"

namespace lowprec::study {

// Those of the key `all`.
inline constexpr auto& kAllocatedSites = sgd::kAllSites;

// A value for each of kAllocatedSites.
template <class T>
using BySite = std::array<T, kAllocatedSites.size()>;

// Quantizers that are tried at every site unless others are named: twelve formats of 4 to 16 bits, all saturating and
// rounded stochastically.
const std::vector<std::string>& default_candidates();

constexpr BySite<double> equal_costs() {
  BySite<double> costs{};
  costs.fill(1);
  return costs;
}

struct AllocateOptions {
  std::vector<std::string> candidates = default_candidates();  // formats; see docs/allocate.md on their steps
  BySite<double> cost_per_bit = equal_costs();                 // from 0
  double risk = 0;                                             // the target, where positive
  double within = 0.05;                                        // else: this share above the unquantized risk
  std::string iterate = "average";                             // average, last or tail
  std::string metric = "clean";                                // clean, or quantized
  std::uint64_t most_checks = 2000;  // predictions of whole allocations that a search may make
  bool simulates = true;             // the winner
};

// A candidate at a site: the step is that of the site.
struct SiteChoice {
  Quantizer quantizer;
  int bits = 0;
  double risk = 0;  // predicted with this site alone quantized
};

struct Allocation {
  BySite<std::size_t> choice{};  // indices of AllocateResult::choices[site]
  double cost = 0;               // sum over sites of bits times cost per bit
  double estimate = 0;           // unquantized risk + sum over sites of what each adds alone
  double risk = 0;               // predicted by theory for all sites together
};

struct AllocateResult {
  BySite<std::vector<SiteChoice>> choices;  // of every candidate, in their order
  double unquantized = 0, target = 0;       // predicted; what was asked for
  Allocation winner;
  std::vector<Allocation> front;  // by cost: no cheaper allocation of this list has a risk as low; with the winner
  std::uint64_t checks = 0;       // whole allocations predicted
  bool is_complete = true;        // false: most_checks cut the search short, a cheaper allocation may exist
  double least_ratio = 1;         // of what an allocation adds to the risk to the sum of what its sites add alone
  std::string method;             // of the winner's prediction, as in TheoryParts
  // Of the chosen iterate and metric: unquantized, winner. What the winner is held against is the target where it is a
  // risk, or that share above the simulated unquantized risk; the simulation contradicts the prediction where the
  // winner is above it by more than three standard errors of the difference (taken as if the two were independent; they
  // are not, so the test is mild).
  std::vector<experiment::ResultRow> simulated;
  double simulated_target = 0;
  bool is_confirmed = false;
};

}  // namespace lowprec::study

namespace lowprec {

// At the experiment's last N; its configurations are not looked at. Error if the experiment has a grid, if theory
// cannot compute it or the metric, or if no allocation reaches the target: with the least risk that was found. The same
// result for any number of threads (0: one for each processor).
study::AllocateResult allocate(const Experiment& experiment, const study::AllocateOptions& options,
                               unsigned threads = 0, const experiment::Progress& progress = {});

}  // namespace lowprec

namespace lowprec::study {

// Sites of an allocation.
sgd::Sites sites_of(const AllocateResult& result, const Allocation& allocation);

}  // namespace lowprec::study
