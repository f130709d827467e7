// lowprec allocate: the cheapest formats for a risk.
#include "lowprec/study/allocate.h"
#include "lowprec/format/number_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <sstream>

#include "cli/commands/commands.h"
#include "cli/terminal/diagnostics.h"
#include "cli/terminal/input.h"
#include "cli/terminal/output.h"
#include "cli/terminal/progress.h"
#include "cli/terminal/table.h"
#include "lowprec/format/names.h"

namespace lowprec::cli {
namespace {

constexpr const char* footer =
    R"(Predicts the risk of the experiment at its last N with theory, for one format at each of the sites data, label, parameter,
activation and gradient, and looks for the least cost, the sum over sites of bits times cost per bit, whose risk reaches the
target. The winner is confirmed by simulation over the experiment's seeds. docs/allocate.md says what is exact.

Examples:
  lowprec allocate experiments/int-vs-fp.toml
  lowprec allocate experiments/int-vs-fp.toml --within 1% --cost data=2,label=0.5
  lowprec allocate experiments/int-vs-fp.toml --metric quantized --formats 'int4@sr int8@sr e4m3:overflow=saturate@sr bf16'
)";

struct Options {
  std::string experiment, output, formats, cost, within;
  std::vector<std::string> settings;
  study::AllocateOptions search;
  bool no_simulation = false;
  unsigned threads = 0;
};

std::vector<std::string> words(const std::string& text) {
  std::istringstream stream(text);
  std::vector<std::string> result;
  for (std::string word; stream >> word;) result.push_back(word);
  return result;
}

// A number, or a percentage of one.
double share(std::string text) {
  const bool percent = text.ends_with('%');
  if (percent) text.pop_back();
  const double x = format::parse_number(text) / (percent ? 100 : 1);
  if (!(x >= 0) || !std::isfinite(x)) throw Error("--within: a share from 0 is expected, 0.05 or 5%");
  return x;
}

std::string site_names() {
  std::string names;
  for (const sgd::SiteTraits& site : study::kAllocatedSites) names.append(names.empty() ? "" : ", ").append(site.name);
  return names;
}

// SITE=NUMBER,...
void read_cost(std::string text, study::BySite<double>& cost) {
  std::ranges::replace(text, ',', ' ');
  for (const auto& word : words(text)) {
    const auto equals = std::min(word.find('='), word.size());
    const auto site = std::ranges::find(study::kAllocatedSites, word.substr(0, equals), &sgd::SiteTraits::name);
    if (site == study::kAllocatedSites.end() || equals == word.size())
      throw Error(fmt::format("--cost: {}: SITE=NUMBER is expected; sites are {}", io::shown(word), site_names()));
    cost[static_cast<std::size_t>(site - study::kAllocatedSites.begin())] =
        format::parse_number(word.substr(equals + 1));
  }
}

study::AllocateOptions search_of(const Options& options) {
  study::AllocateOptions search = options.search;
  if (!options.formats.empty()) search.candidates = words(options.formats);
  if (!options.within.empty()) search.within = share(options.within);
  read_cost(options.cost, search.cost_per_bit);
  search.simulates = !options.no_simulation;
  return search;
}

std::string number(double x) { return fmt::format("{:.6g}", x); }

std::string quantizer_text(const study::AllocateResult& r, const study::Allocation& a, std::size_t site) {
  return to_string(r.choices[site][a.choice[site]].quantizer);
}

Table front_table(const study::AllocateResult& r) {
  Table table{{{"cost"}, {"bits"}, {"predicted risk"}, {"ratio"}, {"choice", true}}, {}};
  for (const sgd::SiteTraits& site : study::kAllocatedSites) table.columns.push_back({std::string(site.name), true});
  for (const study::Allocation& a : r.front) {
    int bits = 0;
    for (std::size_t s = 0; s < study::kAllocatedSites.size(); ++s) bits += r.choices[s][a.choice[s]].bits;
    const bool wins = a.choice == r.winner.choice;
    std::vector<std::string> cells{number(a.cost), fmt::format("{}", bits), number(a.risk),
                                   number(a.risk / r.unquantized), wins ? "winner" : ""};
    for (std::size_t s = 0; s < study::kAllocatedSites.size(); ++s) cells.push_back(quantizer_text(r, a, s));
    table.rows.push_back(cells);
  }
  return table;
}

// Row 0 is the unquantized one, row 1 the winner.
std::string simulation_text(const study::AllocateResult& r) {
  if (r.simulated.size() != 2) return "";
  const auto text = [](const experiment::ResultRow& row) {
    return fmt::format("{:.4g} ± {:.2g}", row.excess_risk, row.standard_error);
  };
  return fmt::format("Simulated over {} seeds: winner {}, unquantized {}, target {:.4g}{}.\n", r.simulated[1].seeds,
                     text(r.simulated[1]), text(r.simulated[0]), r.simulated_target,
                     r.is_confirmed ? "" : ": NOT CONFIRMED");
}

std::string summary(const Experiment& e, const study::AllocateOptions& search, const study::AllocateResult& r) {
  std::string text = e.title.empty() ? "" : e.title + "\n\n";
  text += fmt::format("Risk {}, {}: {} without quantization, target {}, winner {} ({}) at cost {}.\n", search.iterate,
                      search.metric, number(r.unquantized), number(r.target), number(r.winner.risk), r.method,
                      number(r.winner.cost));
  text += simulation_text(r);
  text += fmt::format("{} allocations predicted; each adds to the risk at least {:.3g} of what its sites add alone.\n",
                      r.checks, r.least_ratio);
  text += "\nWinner:\n";
  for (std::size_t s = 0; s < study::kAllocatedSites.size(); ++s)
    text += fmt::format("  {:<10} = \"{}\"\n", study::kAllocatedSites[s].name, quantizer_text(r, r.winner, s));
  return text + "\nAlternatives, each of less risk than all cheaper ones:\n" + to_aligned(front_table(r));
}

void check_simulation(const study::AllocateResult& r) {
  if (r.simulated.empty() || r.is_confirmed) return;
  const experiment::ResultRow& row = r.simulated[1];
  throw Error(
      fmt::format("simulation does not confirm the winner: its risk is {:.4g} ± {:.2g}, the target there {:.4g} "
                  "(predicted: {:.4g}, {}); take a lower target or other formats",
                  row.excess_risk, row.standard_error, r.simulated_target, r.winner.risk, r.method));
}

void run(const Options& options) {
  const Experiment e = parse_experiment(read_file(options.experiment),
                                        options.experiment == "-" ? "stdin" : options.experiment, options.settings);
  const study::AllocateOptions search = search_of(options);
  const Output output(options.output);
  const study::AllocateResult r = [&] {
    ProgressBar bar;
    return allocate(e, search, options.threads, [&](double share) { bar.show(share); });
  }();
  if (!options.output.empty()) output.write(to_csv(front_table(r)));
  if (options.output != "-") Output("").write(summary(e, search, r));
  if (!r.is_complete) say(fmt::format("lowprec allocate: stopped after {} predictions\n", r.checks));
  check_simulation(r);
}

}  // namespace

void add_allocate(CLI::App& app) {
  const auto options = std::make_shared<Options>();
  auto* command = app.add_subcommand("allocate", "Find the cheapest formats, site by site, that reach a risk");
  command->add_option("EXPERIMENT", options->experiment, "The problem, TOML; - is standard input")
      ->required()
      ->option_text(" ");
  command->add_option("--set", options->settings, "Replace or add a key; may repeat")
      ->allow_extra_args(false)
      ->option_text("KEY=VALUE");
  auto* risk = command->add_option("--risk", options->search.risk, "The target: an excess risk")
                   ->check(number_within(std::numeric_limits<double>::denorm_min(), std::numeric_limits<double>::max()))
                   ->option_text("R");
  command->add_option("--within", options->within, "The target: this share above the unquantized risk (5%)")
      ->option_text("SHARE")
      ->excludes(risk);
  command->add_option("--cost", options->cost, "Cost per bit of sites: data=2,label=0.5; 1 unless given")
      ->option_text("LIST");
  command->add_option("--formats", options->formats, "Candidates between blanks instead of the twelve default ones")
      ->option_text("LIST");
  command->add_option("--iterate", options->search.iterate, "average (default), last, tail")->option_text("NAME");
  command->add_option("--metric", options->search.metric, "clean (default), quantized")->option_text("NAME");
  command->add_flag("--no-simulation", options->no_simulation, "Do not simulate the winner");
  command->add_option("-o", options->output, "Write the alternatives to this file as CSV")->option_text("FILE");
  command->add_option("--threads", options->threads, "Threads, which the result does not depend on")
      ->check(whole_number)
      ->option_text("N");
  command->footer(footer);
  command->callback([options] { run(*options); });
}

}  // namespace lowprec::cli
