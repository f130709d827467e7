#include "experiment/size_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "lowprec/format/error.h"

namespace lowprec {
namespace {

// A product, or 2^64 - 1 where it is larger.
std::uint64_t product(std::uint64_t a, std::uint64_t b) {
  std::uint64_t result = 0;
  return __builtin_mul_overflow(a, b, &result) ? ~std::uint64_t{0} : result;
}

void require(const experiment::Keys& keys, const std::string& key, std::uint64_t asked, std::uint64_t most,
             const std::string& what) {
  if (asked > most) keys.fail(key, fmt::format("{}: at most {} are allowed", what, most));
}

void check_features(const experiment::Keys& keys, const sgd::Problem& problem) {
  using experiment::kMostFeatures, experiment::kMostNumbers;
  const sgd::Sketch& sketch = problem.sketch;
  const auto count = [](std::uint64_t n) { return fmt::format("{} features", n); };
  require(keys, "problem.dimension", problem.dimension, kMostFeatures, count(problem.dimension));
  require(keys, "problem.sketch.ambient", sketch.ambient, kMostFeatures, count(sketch.ambient));
  require(keys, "problem.sketch.size", product(sketch.size, sketch.size > 0 ? sketch.ambient : 0), kMostNumbers,
          fmt::format("a sketch of {} by {} numbers", sketch.size, sketch.ambient));
  require(keys, "problem.sketch.size", product(4 * std::min(sketch.size, kMostNumbers), sketch.size), kMostNumbers,
          fmt::format("the 4 size^2 numbers of a sketch of size {}", sketch.size));
  if (problem.rotation != "none")
    require(keys, "problem.rotation", product(problem.dimension, problem.dimension), kMostNumbers,
            fmt::format("a rotation of {} by {} numbers", problem.dimension, problem.dimension));
}

// The last listed number of updates that is one.
std::uint64_t last_updates(const Experiment& e) {
  std::uint64_t last = 1;
  for (const std::uint64_t n : e.sgd.updates)
    if (n != experiment::kPopulation) last = n;
  return last;
}

// One step after another, so that the key that goes too far is the one that is named.
void check_samples(const experiment::Keys& keys, const Experiment& e) {
  const std::uint64_t updates = last_updates(e), steps = product(updates, e.sgd.epochs);
  require(keys, "sgd.updates", updates, experiment::kMostSamples, fmt::format("{} updates", updates));
  require(keys, "sgd.epochs", steps, experiment::kMostSamples,
          fmt::format("{} updates in {} epochs", updates, e.sgd.epochs));
  require(keys, "sgd.batch", product(steps, e.sgd.batch), experiment::kMostSamples,
          fmt::format("{} updates of {} samples in {} epochs", updates, e.sgd.batch, e.sgd.epochs));
  const std::uint64_t features = std::max(e.problem.model_dimension(), std::uint64_t{1});
  require(keys, "sgd.batch", product(e.sgd.batch, features), experiment::kMostNumbers,
          fmt::format("a batch of {} by {} numbers", e.sgd.batch, features));
}

std::uint64_t cells_of(const experiment::RunSettings& run) {
  std::uint64_t cells = 1;
  for (const auto& axis : run.grid) cells = product(cells, axis.second.size());
  return cells;
}

// What one cell keeps of its seeds.
std::uint64_t results(const Experiment& e) {
  return product(e.run.seeds, product(e.compare.size(), e.sgd.updates.size()));
}

}  // namespace

std::uint64_t experiment::cell_count(const RunSettings& run) {
  const std::uint64_t cells = cells_of(run);
  if (cells > kMostCells) throw Error(fmt::format("run.grid: {} cells: at most {} are allowed", cells, kMostCells));
  return cells;
}

void experiment::check_sizes(const Keys& keys, const Experiment& e) {
  check_features(keys, e.problem);
  check_samples(keys, e);
  require(keys, "run.seeds", results(e), kMostResults,
          fmt::format("the results of {} seeds, {} configurations and {} numbers of updates", e.run.seeds,
                      e.compare.size(), e.sgd.updates.size()));
}

void experiment::check_cells(const Keys& keys, const Experiment& e) {
  const std::uint64_t cells = cells_of(e.run);
  require(keys, "run.grid", cells, kMostCells, fmt::format("{} cells", cells));
  require(keys, "run.grid", product(cells, results(e)), kMostResults, fmt::format("the results of {} cells", cells));
}

}  // namespace lowprec
