// lowprec plot: results of train and theory in one figure.
#include <fmt/format.h>

#include <memory>

#include "cli/commands/commands.h"
#include "cli/figures/csv_rows.h"
#include "cli/figures/gnuplot.h"
#include "cli/figures/plot_data.h"
#include "cli/terminal/input.h"
#include "cli/terminal/output.h"
#include "lowprec/format/error.h"

namespace lowprec::cli {
namespace {

constexpr const char* footer =
    R"(FILE is a CSV of lowprec train or theory (- is standard input). Simulated risks are points with standard errors, those of
theory are lines; one colour a configuration, which is named at the right end of its line.

Examples:
  lowprec train experiments/int-vs-fp.toml -o simulated.csv
  lowprec theory experiments/int-vs-fp.toml -o exact.csv
  lowprec plot simulated.csv exact.csv --title 'Five sites' -o risk.svg --bound
)";

struct Options {
  std::vector<std::string> files, where, figures;
  std::string table;
  PlotSelection selection;
};

void run(Options options) {
  for (const auto& text : options.where) options.selection.where.push_back(parse_where(text));
  for (const auto& figure : options.figures) check_plot(figure);
  const Output table(options.table);
  std::vector<std::string> outputs = options.figures;
  if (!options.table.empty()) outputs.push_back(options.table);
  check_distinct(outputs);
  const Figure figure = make_figure(read_all(options.files), options.selection);
  for (const auto& file : options.figures) draw_figure(figure, file);
  if (!options.table.empty() || options.figures.empty()) table.write(to_csv(figure));
}

}  // namespace

void add_plot(CLI::App& app) {
  const auto options = std::make_shared<Options>();
  auto& selection = options->selection;
  auto* command = app.add_subcommand("plot", "Draw results of train and theory in one figure");
  const auto text = [&](const char* name, auto& value, const char* help, const char* value_text) {
    return command->add_option(name, value, help)->option_text(value_text);
  };
  const auto several = [&](const char* name, auto& value, const char* help, const char* value_text) {
    return text(name, value, help, value_text)->allow_extra_args(false);
  };
  text("FILE", options->files, "Results of lowprec train or theory, CSV; - is standard input", " ")->required();
  several("-o", options->figures, "The figure, .svg or .png; may repeat", "FILE");
  text("--table", options->table, "Write what is drawn to this file, as CSV; without -o to standard output", "FILE");
  text("--title", selection.title, "The title; none by default", "TEXT");
  text("--x", selection.x, "The column of x: updates, a key of the grid or config", "COLUMN");
  text("--y", selection.y, "The column of y; excess_risk by default", "COLUMN");
  text("--iterate", selection.iterate, "The iterate; average by default, if there are rows of it", "NAME");
  text("--metric", selection.metric, "The metric; clean by default, if there are rows of it", "NAME");
  several("--config", selection.configs, "Only this configuration; may repeat, and gives the order", "NAME");
  several("--where", options->where, "Only rows with this value; may repeat", "COLUMN=VALUE");
  command->add_flag("--bound", selection.bound, "Draw the bound of the papers' form too, dotted");
  command->footer(footer);
  command->callback([options] { run(*options); });
}

}  // namespace lowprec::cli
