// The commands of the program. Each adds itself, with its options and its work, to the app.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

namespace lowprec::cli {

void add_formats(CLI::App& app);
void add_round(CLI::App& app);
void add_calc(CLI::App& app);
void add_stats(CLI::App& app);
void add_train(CLI::App& app);
void add_theory(CLI::App& app);
void add_fit(CLI::App& app);
void add_allocate(CLI::App& app);
void add_plot(CLI::App& app);
void add_bench(CLI::App& app);

// A check for options that CLI11 reads as unsigned numbers: it would take -1 for 2^64 - 1.
inline std::string not_negative(const std::string& text) {
  return text.starts_with('-') ? text + ": a number from 0 is expected" : "";
}

}  // namespace lowprec::cli
