// lowprec train: an experiment, run.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>
#include <set>

#include "cli/commands/commands.h"
#include "cli/commands/experiment_options.h"
#include "cli/terminal/diagnostics.h"
#include "cli/terminal/output.h"
#include "cli/terminal/progress.h"
#include "cli/terminal/table.h"
#include "lowprec/experiment/experiment.h"
#include "lowprec/experiment/theory.h"
#include "lowprec/experiment/train.h"

namespace lowprec::cli {
namespace {

constexpr const char* footer =
    R"(EXPERIMENT is a TOML file, or a result of this command, which holds its experiment. KEY is a full key of such a file,
VALUE is TOML (quotes around a string may be left out).

Examples:
  lowprec train experiments/int-vs-fp.toml
  lowprec train experiments/int-vs-fp.toml --set run.seeds=4 --set 'sgd.updates=[100, 1000]' -o risk.csv --plot risk.svg

Keys of an experiment:
)";

struct Options : ExperimentOptions {
  std::string sites, spectrum, runs;
};

// The rows of one configuration in one cell of the grid, at the last N.
struct Summary {
  const experiment::ResultRow* average_clean = nullptr;
  const experiment::ResultRow* average_quantized = nullptr;
  const experiment::ResultRow* last_clean = nullptr;
};

using Key = std::pair<std::vector<std::string>, std::string>;  // grid values, configuration

std::map<Key, Summary> summaries(const std::vector<experiment::ResultRow>& rows) {
  std::map<Key, Summary> result;
  for (const auto& row : rows) {
    auto& summary = result[{row.grid, row.config}];
    if (row.iterate == "average" && row.metric == "clean") summary.average_clean = &row;
    if (row.iterate == "average" && row.metric == "quantized") summary.average_quantized = &row;
    if (row.iterate == "last" && row.metric == "clean") summary.last_clean = &row;
  }
  return result;
}

// The keys in the order of the rows.
std::vector<Key> keys(const std::vector<experiment::ResultRow>& rows) {
  std::vector<Key> result;
  std::set<Key> seen;
  for (const auto& row : rows) {
    const Key key{row.grid, row.config};
    if (seen.insert(key).second) result.push_back(key);
  }
  return result;
}

std::string risk_text(const experiment::ResultRow* row) {
  return row == nullptr ? "-" : fmt::format("{:#.4g} ± {:#.2g}", row->excess_risk, row->standard_error);
}

std::string difference_text(const experiment::ResultRow* row) {
  return row == nullptr ? "" : fmt::format("{:+#.3g} ± {:#.2g}", row->difference, row->difference_error);
}

std::vector<Table::Column> columns(const Experiment& experiment) {
  std::vector<Table::Column> result{{"configuration", true}};
  for (const auto& [key, values] : experiment.run.grid) result.push_back({key});
  for (const char* name :
       {"average, clean", "difference", "average, quantized", "last, clean", "saturated", "underflow", "nan"})
    result.push_back({name});
  return result;
}

std::vector<std::string> cells(const Key& key, const Summary& summary) {
  std::vector<std::string> result{key.second};
  result.insert(result.end(), key.first.begin(), key.first.end());
  const experiment::ResultRow* row = summary.average_clean;
  result.push_back(risk_text(row));
  result.push_back(difference_text(row));
  for (const experiment::ResultRow* other : {summary.average_quantized, summary.last_clean})
    result.push_back(risk_text(other));
  for (const double share : {row->saturated, row->underflow, row->nan}) result.push_back(fmt::format("{:.2g}", share));
  return result;
}

// What a reader wants to know first: risk after the last N updates.
std::string overview(const Experiment& experiment, const std::vector<experiment::ResultRow>& rows) {
  auto known = summaries(rows);
  Table table{columns(experiment), {}};
  for (const auto& key : keys(rows)) table.rows.push_back(cells(key, known[key]));
  const std::string title = experiment.title.empty() ? "" : experiment.title + "\n";
  return fmt::format(
      "{}Excess risk ± standard error over {} seeds after {} updates; difference of average, clean from that of {},\n"
      "paired by seeds; shares of all roundings.\n\n{}",
      title, rows.back().seeds, rows.back().updates, experiment.compare.front().name, to_aligned(table));
}

void run(const Options& options) {
  const Experiment experiment = options.read();
  std::vector<std::string> others;
  for (const auto* name : {&options.sites, &options.spectrum, &options.runs})
    if (!name->empty()) others.push_back(*name);
  options.check_outputs(others);
  const Output sites(options.sites), spectrum(options.spectrum), runs(options.runs);
  say_notes(experiment::unstable_steps(experiment));
  experiment::Diagnostics report;
  report.wants_runs = !options.runs.empty();
  const auto rows = [&] {
    ProgressBar bar;
    return train(
        experiment, options.threads, [&](double share) { bar.show(share); }, &report);
  }();
  if (!options.sites.empty()) sites.write(experiment::sites_to_csv(experiment, report.sites));
  if (report.wants_runs) runs.write(experiment::runs_to_csv(experiment, report.runs));
  if (!options.spectrum.empty()) spectrum.write(experiment::data_spectrum_csv(experiment));
  options.write(experiment, rows, overview(experiment, rows));
  say_notes(report.notes);
}

}  // namespace

void add_train(CLI::App& app) {
  const auto options = std::make_shared<Options>();
  auto* command = app.add_subcommand("train", "Train in every compared arithmetic: risk against updates, as CSV");
  options->add_to(*command);
  command
      ->add_option("--sites", options->sites,
                   "Write the events of each site to this file: a count of roundings and shares of it, as CSV")
      ->option_text("FILE");
  command
      ->add_option("--spectrum", options->spectrum,
                   "Write the moments of quantized data beside H to this file, and the eigenvalues of its covariance, "
                   "measured from 50 d samples, as CSV")
      ->option_text("FILE");
  command
      ->add_option(
          "--runs", options->runs,
          "Write the risk of each seed to this file, as CSV: config, the grid's keys, updates, iterate, metric, "
          "seed, excess_risk")
      ->option_text("FILE");
  command->footer(footer + experiment::experiment_help());
  command->callback([options] { run(*options); });
}

}  // namespace lowprec::cli
