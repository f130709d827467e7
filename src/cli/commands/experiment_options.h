// What every command on an experiment file takes.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "lowprec/experiment/experiment.h"
#include "lowprec/experiment/results.h"

namespace lowprec::cli {

struct ExperimentOptions {
  std::string experiment;
  std::vector<std::string> settings, plots;
  std::string output;
  unsigned threads = 0;
  bool no_header = false;

  void add_to(CLI::App& command);
  Experiment read() const;
  // Error if an output cannot be written, or two of them are one; `others` are outputs of the command's own.
  void check_outputs(const std::vector<std::string>& others = {}) const;
  // The CSV, the pictures, and on standard output the table if the CSV went to a file.
  void write(const Experiment& experiment, const std::vector<experiment::ResultRow>& rows,
             const std::string& table) const;
};

}  // namespace lowprec::cli
