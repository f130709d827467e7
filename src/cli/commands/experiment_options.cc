#include "cli/commands/experiment_options.h"

#include "cli/commands/commands.h"
#include "cli/figures/gnuplot.h"
#include "cli/figures/plot_data.h"
#include "cli/terminal/input.h"
#include "cli/terminal/output.h"

namespace lowprec::cli {
namespace {

// A result from the names of its columns on.
std::string_view without_comments(std::string_view csv) {
  while (csv.starts_with('#')) csv.remove_prefix(csv.find('\n') + 1);
  return csv;
}

}  // namespace

void ExperimentOptions::add_to(CLI::App& command) {
  command.add_option("EXPERIMENT", experiment, "What to run, TOML; - is standard input")->required()->option_text(" ");
  command.add_option("--set", settings, "Replace or add a key; may repeat")
      ->allow_extra_args(false)
      ->option_text("KEY=VALUE");
  command.add_option("-o", output, "Write the CSV to this file, whole or not at all, and a table to standard output")
      ->option_text("FILE");
  command.add_option("--plot", plots, "Draw the risk to this file, .svg or .png; may repeat")
      ->allow_extra_args(false)
      ->option_text("FILE");
  command.add_flag(
      "--no-header", no_header,
      "Write the CSV without the lines with # that hold the experiment; pandas skips them with comment='#'");
  command.add_option("--threads", threads, "Threads, which the result does not depend on; one a processor by default")
      ->check(whole_number)
      ->option_text("N");
}

Experiment ExperimentOptions::read() const {
  return parse_experiment(read_file(experiment), experiment == "-" ? "stdin" : experiment, settings);
}

void ExperimentOptions::check_outputs(const std::vector<std::string>& others) const {
  const Output csv(output);
  std::vector<std::string> outputs{output};
  for (const auto* more : {&plots, &others}) outputs.insert(outputs.end(), more->begin(), more->end());
  check_distinct(outputs);
  for (const auto& plot : plots) check_plot(plot);
}

void ExperimentOptions::write(const Experiment& e, const std::vector<experiment::ResultRow>& rows,
                              const std::string& table) const {
  const std::string csv = experiment::to_csv(e, rows);
  Output(output).write(no_header ? without_comments(csv) : csv);
  if (!plots.empty()) {
    PlotSelection selection;
    selection.title = e.title;
    const Figure figure = make_figure({io::parse_csv(csv, "--plot")}, selection);
    for (const auto& plot : plots) draw_figure(figure, plot);
  }
  if (!is_stdout(output)) Output("").write(table);
}

}  // namespace lowprec::cli
