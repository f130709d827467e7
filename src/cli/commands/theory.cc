// lowprec theory: an experiment, computed.
#include <fmt/format.h>

#include <cmath>
#include <memory>

#include "cli/commands/commands.h"
#include "cli/commands/experiment_options.h"
#include "cli/terminal/diagnostics.h"
#include "cli/terminal/progress.h"
#include "cli/terminal/table.h"
#include "lowprec/experiment/theory.h"

namespace lowprec::cli {
namespace {

constexpr const char* footer =
    R"(The exact expected excess risk of what `lowprec train EXPERIMENT` simulates: the same rows and columns, and bias, variance,
approximation (which add up to the risk), the bound of the paper's form, and the method: exact; approximate where a real
format at another site than the data is taken for noise, or weights are rounded along other axes than the covariance's;
surrogate where normal features stand for others. Configurations that theory cannot compute are left out and named on
stderr, with each configuration's largest stable step.

Examples:
  lowprec theory experiments/int-vs-fp.toml
  lowprec theory experiments/int-vs-fp.toml --set sgd.schedule=geometric -o exact.csv --plot exact.svg

`lowprec train --help` lists the keys of an experiment.
)";

std::string number(double x) { return fmt::format("{:#.6g}", x); }

// The risk after the last N updates, and its parts.
std::string overview(const Experiment& experiment, const std::vector<experiment::ResultRow>& rows) {
  Table table{{{"configuration", true}}, {}};
  for (const auto& [key, values] : experiment.run.grid) table.columns.push_back({key});
  for (const char* name : {"updates", "iterate", "metric"}) table.columns.push_back({name, true});
  for (const char* name : {"excess risk", "bias", "variance", "approximation", "bound"})
    table.columns.push_back({name});
  table.columns.push_back({"method", true});
  for (const experiment::ResultRow& row : rows) {
    if (row.updates != rows.back().updates) continue;
    std::vector<std::string> cells{row.config};
    cells.insert(cells.end(), row.grid.begin(), row.grid.end());
    for (const auto& text : {experiment::updates_text(row.updates), row.iterate, row.metric}) cells.push_back(text);
    const experiment::TheoryParts& t = *row.theory;
    for (const double x : {row.excess_risk, t.bias, t.variance, t.approximation}) cells.push_back(number(x));
    cells.push_back(std::isnan(t.bound) ? "" : number(t.bound));
    cells.push_back(t.method);
    table.rows.push_back(cells);
  }
  return (experiment.title.empty() ? "" : experiment.title + "\n\n") + to_aligned(table);
}

void run(const ExperimentOptions& options) {
  const Experiment experiment = options.read();
  options.check_outputs();
  const experiment::TheoryResult result = [&] {
    ProgressBar bar;
    return theory(experiment, options.threads, [&](double share) { bar.show(share); });
  }();
  options.write(experiment, result.rows, overview(experiment, result.rows));
  say_notes(result.notes);
}

}  // namespace

void add_theory(CLI::App& app) {
  const auto options = std::make_shared<ExperimentOptions>();
  auto* command = app.add_subcommand("theory", "Compute the exact expected risk of an experiment, as CSV");
  options->add_to(*command);
  command->footer(footer);
  command->callback([options] { run(*options); });
}

}  // namespace lowprec::cli
