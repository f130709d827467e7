// The commands of the program. Each adds itself, with its options and its work, to the app.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
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

// Checks of options before CLI11 reads them. It takes nothing for 0, -1 for 2^64 - 1, 2^64 for 2^64 - 1, and nan for a
// number of any range. Each returns what is wrong, or an empty text.
std::string whole_number(const std::string& text);

// A number from `least` to `most`.
std::function<std::string(std::string)> number_within(double least, double most);

}  // namespace lowprec::cli
