// Running an experiment: simulation over seeds, and its table.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "lowprec/events.h"
#include "lowprec/train/experiment.h"

namespace lowprec {

// One line of the result; (config, grid, updates, iterate, metric) is unique.
struct Row {
  std::string config;
  std::vector<std::string> grid;  // the value of each key of the experiment's grid, in its order
  std::uint64_t updates = 0;
  std::string iterate;     // "average": of w_0 ... w_{N-1}; "last": w_N
  std::string metric;      // "clean": test on x; "quantized": test on Q(x)
  double excess_risk = 0;  // mean over seeds of E(y - <w, x>)^2 - sigma^2, no factor 1/2
  double standard_error = 0;
  std::uint64_t seeds = 0;
  double saturated = 0, underflow = 0, nan = 0;  // shares of all roundings up to `updates`
};

// Called with the share of the work done, 0 to 1, from one thread at a time.
using Progress = std::function<void(double)>;

// Rows in the order of cells of the grid, configurations, updates, iterate, metric. The same bits for any number of
// threads (0: one for each processor). All configurations train on the same samples.
std::vector<Row> train(const Experiment& experiment, unsigned threads = 0, const Progress& progress = {});

// A cell of a CSV line, in quotes where RFC 4180 asks for them.
std::string csv_cell(const std::string& cell);

// The experiment as lines that begin with '#', then a header and one CSV line a row.
std::string to_csv(const Experiment& experiment, const std::vector<Row>& rows);

}  // namespace lowprec
