// An experiment as plain data. Its fields are listed once (src/experiment/fields.h); parsing, printing and help follow
// from that list.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lowprec/sgd/problem.h"
#include "lowprec/sgd/sites.h"
#include "lowprec/sgd/step_sizes.h"

namespace lowprec::experiment {

// In place of N: the limit of infinitely many updates, which only theory knows. "inf" in texts.
inline constexpr std::uint64_t kPopulation = ~std::uint64_t{0};
std::string updates_text(std::uint64_t updates);

struct SgdSettings {
  std::vector<std::uint64_t> updates = {100, 1000, 10000};  // N at which risk is reported, increasing
  std::uint64_t batch = 1;                                  // fresh samples an update
  double step_size = 0.1;                                   // times 1 / tr H
  double step_size_absolute = 0;                            // instead of step_size, where positive
  sgd::Schedule schedule{};
  std::uint64_t epochs = 1;     // E: N batch distinct samples, E N updates
  bool reshuffle = true;        // each epoch after the first takes them in a new random order
  double momentum = 0;          // see SgdRule
  bool error_feedback = false;  // see SgdRule
  double tail_average = 0;      // share of the end that `tail` averages; 0: no such rows

  bool operator==(const SgdSettings&) const = default;
};

struct Configuration {
  std::string name;
  sgd::Sites sites{};
  bool operator==(const Configuration&) const = default;
};

struct RunSettings {
  std::uint64_t seeds = 40;
  std::uint64_t seed = 1;
  // The cartesian product of these values is run: full key ("problem.dimension") and the values as TOML text.
  std::vector<std::pair<std::string, std::vector<std::string>>> grid;

  bool operator==(const RunSettings&) const = default;
};

}  // namespace lowprec::experiment

namespace lowprec {

struct Experiment {
  std::string title;
  sgd::Problem problem;
  experiment::SgdSettings sgd;
  std::vector<experiment::Configuration> compare;
  experiment::RunSettings run;

  bool operator==(const Experiment&) const = default;
};

}  // namespace lowprec

namespace lowprec::experiment {

// What repetition `seed_index` of a run draws from.
enum class StreamOf : std::uint64_t { data = 1, target, quantizer, rotation, order, sketch, split, rows, test };
Stream stream_of(const RunSettings& run, std::uint64_t seed_index, StreamOf what);

// gamma_0: step_size_absolute, or step_size over tr H (a sketch's tail included); of data in files: over the trace of
// the training rows' second moments, which is not known from the experiment alone.
double first_step(const Experiment& experiment, double trace);
double first_step(const Experiment& experiment);  // not of data in files

}  // namespace lowprec::experiment

namespace lowprec {

// An experiment from TOML text; `file` is its name in messages. `settings` are KEY=VALUE texts that replace or add
// keys. Lines that begin with "# " or "#" and hold an experiment printed by to_csv are accepted too, so a result can be
// run again. Error names file, line, key and what is allowed.
Experiment parse_experiment(std::string_view text, const std::string& file,
                            const std::vector<std::string>& settings = {});
Experiment read_experiment(const std::string& file, const std::vector<std::string>& settings = {});

// TOML that parse_experiment reads back to an equal experiment.
std::string to_string(const Experiment& experiment);

}  // namespace lowprec

namespace lowprec::experiment {

// Every combination of the grid's values, the last key fastest; one empty combination where there is no grid.
std::vector<std::vector<std::string>> grid_cells(const RunSettings& run);

// Returns the string that a value of the grid is in TOML, or the text of any other value as it is.
std::string plain_value(const std::string& toml);

// The experiment of one combination, without a grid.
Experiment cell_experiment(const Experiment& experiment, const std::vector<std::string>& cell);

// A table of every key: its default, what is allowed, what it means.
std::string experiment_help();

}  // namespace lowprec::experiment
