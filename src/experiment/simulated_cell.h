// One combination of a grid's values, simulated seed by seed.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "experiment/dataset.h"
#include "lowprec/experiment/experiment.h"
#include "lowprec/sgd/problem.h"
#include "lowprec/sgd/sgd.h"
#include "lowprec/theory/data_moments.h"

namespace lowprec::experiment {

struct MetricRisks {
  double clean = 0, quantized = 0;
};

// What a configuration shows for one seed at one listed number of updates.
struct Checkpoint {
  MetricRisks average, last, tail;  // tail: where it is asked for
  sgd::SiteEvents events{};
};

// By configuration, by listed number of updates.
using Trajectories = std::vector<std::vector<Checkpoint>>;

// Q(x) of the quantized metric: the data's quantizer, or else what the arithmetic does to data.
const Quantizer& tested_quantizer(const sgd::Sites& sites);

// Why the risk on quantized data has no closed form; nothing where it has one.
std::optional<std::string> missing_metric(const sgd::Problem& problem, const sgd::Sites& sites);

// All of one cell of the grid that does not depend on the seed.
class Cell {
 public:
  // An experiment without a grid. Error if no listed number of updates is finite, or one needs more samples than a file
  // has training rows.
  explicit Cell(const Experiment& e);

  const Experiment& experiment() const { return experiment_; }
  // Whether configuration c is tested on quantized data.
  bool has_quantized(std::size_t c) const;
  // The data of a file, or null.
  const Dataset* data() const { return data_.get(); }
  // Updates of a seed, of each configuration.
  std::uint64_t work() const;

  // All configurations on the same samples. report(n) after every n updates.
  using Diagnostics = std::function<void(std::uint64_t)>;
  Trajectories run_seed(std::uint64_t index, const Diagnostics& report) const;

 private:
  struct Seed;
  void use_data();
  void add_test(Seed& seed, std::size_t c) const;
  Quantizer tested(std::size_t c) const;
  void run(Seed& seed, std::span<const std::uint64_t> updates, const Diagnostics& report) const;

  Experiment experiment_;
  std::vector<risk::DataMoments> moments_;  // by configuration, where they do not depend on the seed
  std::shared_ptr<const Dataset> data_;
  std::vector<DataRisk> data_risks_;  // with data: by configuration
  double step_ = 0;
  std::vector<std::vector<std::uint64_t>> runs_;  // the updates at which each run reports, its horizon the last
};

}  // namespace lowprec::experiment
