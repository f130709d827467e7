// The table that an experiment gives, whether it is simulated or computed.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "lowprec/experiment/experiment.h"

namespace lowprec::experiment {

// What theory says beyond the risk, which is bias + variance + approximation.
struct TheoryParts {
  double bias = 0;           // of the mean iterate
  double variance = 0;       // of the iterate about its mean
  double approximation = 0;  // what no weights reach
  double bound = 0;          // of the paper's form; NaN where it says nothing
  // With a sketch, else NaN: the number of features of an unquantized model that could express as much, and the number
  // of unquantized updates after which the risk is as near to its limit.
  double model_size = 0, data_size = 0;
  // "exact"; "approximate": some site is modelled as noise, or as rounding along other axes; "surrogate": normal
  // features stand for others
  std::string method;
};

// One line of the result; (config, grid, updates, iterate, metric) is unique.
struct ResultRow {
  std::string config;
  std::vector<std::string> grid;  // the value of each key of the experiment's grid, in its order
  std::uint64_t updates = 0;      // or kPopulation
  std::string iterate;     // "average": of w_0 ... w_{N-1}; "last": w_N; "tail": the average of a share of the end;
                           // "limit": the minimiser of the population risk
  std::string metric;      // "clean": test on x; "quantized": test on Q(x)
  double excess_risk = 0;  // mean over seeds of E(y - <w, x>)^2 - sigma^2, no factor 1/2
  double standard_error = 0;
  std::uint64_t seeds = 0;                       // that the mean is over; 0: exact
  double saturated = 0, underflow = 0, nan = 0;  // shares of all roundings up to `updates`
  std::optional<TheoryParts> theory;             // of rows that are computed, not simulated
};

// Called with the share of the work done, 0 to 1, from one thread at a time.
using Progress = std::function<void(double)>;

// The values of one cell of the grid as ", key=value, ..."; the last part of each key.
std::string grid_label(const RunSettings& run, const std::vector<std::string>& cell);

// A cell of a CSV line, in quotes where RFC 4180 asks for them.
std::string csv_cell(const std::string& cell);

// The experiment as lines that begin with '#', then a header and one CSV line a row.
std::string to_csv(const Experiment& experiment, const std::vector<ResultRow>& rows);

}  // namespace lowprec::experiment
