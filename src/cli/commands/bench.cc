// lowprec bench: what this machine makes of the library, as ratios to what it can do at all.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <memory>
#include <optional>
#include <regex>

#include "bench/bench.h"
#include "bench/verdict.h"
#include "cli/commands/commands.h"
#include "cli/terminal/input.h"
#include "cli/terminal/output.h"
#include "cli/terminal/progress.h"
#include "cli/terminal/table.h"
#include "lowprec/format/error.h"

namespace lowprec::cli {
namespace {

using bench::Goal;
using bench::Limits;
using bench::Measurement;

constexpr const char* footer = R"(
Measures how long works of the library take, as ratios to yardsticks (memcpy, a native loop, OpenBLAS, ...) that are
measured in the same interleaved run, and holds the ratios against goals. Every work is compared with its definition
first. FILTER is a part of names, or a regular expression found in them; without it all are measured, which takes a
minute or two.

Columns: the work and its yardstick; nanoseconds a unit (an element, a multiply-add) of each, the least of all
repetitions; goal, the greatest ratio wanted; measured, the ratio of the two times; spread %, by how much their
repetitions vary; verdict. A goal that is missed for a known reason stands with it in bench/limits.toml, which the
program carries, and has the verdict `limit`; one that was set for AVX-512 is `n/a` elsewhere. Works without a goal are
those of other libraries. docs/performance.md has the method.

Examples:
  lowprec bench --list
  lowprec bench round/e4m3 --repetitions 3 --seconds 0.001
  lowprec bench 'axpy/.*codes' --repetitions 3 --seconds 0.001 --json bench.json)";

struct Options {
  std::string filter;
  std::vector<std::string> goals;
  std::string limits, json;
  bool list = false, growth = false, check = false;
  bench::Effort effort;
};

constexpr std::size_t kLongestFilter = 200;  // of an expression, whose parser calls itself for each parenthesis

// The expression of a filter, if it is one: a part of a name need not be. With libstdc++ the search takes a time
// polynomial in the lengths; such a search refuses references to groups.
std::optional<std::regex> expression_of(const std::string& filter) {
  auto options = std::regex::ECMAScript;
#ifdef __GLIBCXX__
  options |= std::regex_constants::__polynomial;
#endif
  try {
    if (filter.size() <= kLongestFilter) return std::regex(filter, options);
  } catch (const std::regex_error&) {
  }
  return std::nullopt;
}

std::vector<Goal> chosen(const std::vector<Goal>& all, const std::string& filter) {
  std::vector<Goal> result;
  const auto expression = expression_of(filter);
  std::ranges::copy_if(all, std::back_inserter(result), [&](const Goal& g) {
    return g.name().find(filter) != std::string::npos || (expression && std::regex_search(g.name(), *expression));
  });
  if (result.empty())
    throw Error(io::shown(filter) +
                " is neither part of a name nor an expression found in one; lowprec bench --list shows the names");
  return result;
}

// --goal NAME=RATIO. Names hold '=' themselves.
void set_goal(std::vector<Goal>& all, const std::string& setting) {
  const auto equals = setting.rfind('=');
  const std::string name = setting.substr(0, equals);
  double ratio = 0;
  const char* end = setting.data() + setting.size();
  const bool is_number = equals != std::string::npos && [&] {
    const auto [rest, error] = std::from_chars(setting.data() + equals + 1, end, ratio);
    return error == std::errc() && rest == end && ratio > 0;
  }();
  if (!is_number) throw Error("--goal " + io::shown(setting) + ": NAME=RATIO is expected, with a ratio above 0");
  const auto goal = std::ranges::find(all, name, &Goal::name);
  if (goal == all.end()) throw Error("--goal: " + io::shown(name) + " is not a name; lowprec bench --list shows them");
  goal->ratio = ratio;
}

std::string number(double x, const char* format = "{:.3g}") {
  return x == x && x != 0 ? fmt::format(fmt::runtime(format), x) : "";
}

Table listed(const std::vector<Goal>& goals) {
  Table table{{{"work", true}, {"yardstick", true}, {"goal"}, {"stretch"}, {"set for", true}}, {}};
  for (const Goal& g : goals) {
    table.rows.push_back(
        {g.name(), g.yardstick.name, number(g.ratio), number(g.stretch), g.needs_avx512 ? "AVX-512" : ""});
  }
  return table;
}

Table measured(const std::vector<Goal>& goals, const std::vector<Measurement>& results, const Limits& limits) {
  Table table{{{"work", true},
               {"yardstick", true},
               {"ns"},
               {"yardstick ns"},
               {"goal"},
               {"measured"},
               {"spread %"},
               {"verdict", true}},
              {}};
  for (std::size_t i = 0; i < goals.size(); ++i) {
    const Goal& g = goals[i];
    const Measurement& m = results[i];
    table.rows.push_back({g.name(), g.yardstick.name, number(m.work), number(m.yardstick), number(g.ratio),
                          number(m.ratio), number(100 * m.spread, "{:.1f}"), text(verdict(g, m, limits), g, m)});
  }
  return table;
}

// The table on standard output and, where that is asked for, as JSON, below what it depends on.
void write(const Table& table, const Options& options, const Output& json) {
  std::string lines, members;
  for (const auto& [name, value] : bench::facts()) {
    lines += fmt::format("{}: {}\n", name, value);
    members += (members.empty() ? "" : ", ") + to_json(Table::Column{name, true}, value);
  }
  Output("").write(options.list ? to_aligned(table) : lines + "\n" + to_aligned(table));
  if (options.json.empty()) return;
  json.write("{\"machine\": {" + members + "},\n\"results\": " + to_json(table) + "}\n");
}

// Error that names what a check fails over.
void check(const std::vector<Goal>& goals, const std::vector<Measurement>& results, const Limits& limits) {
  std::string names;
  for (std::size_t i = 0; i < goals.size(); ++i)
    if (is_failure(verdict(goals[i], results[i], limits))) names += "\n  " + goals[i].name();
  if (!names.empty()) throw Error("missed or not measured, and without an analysis in bench/limits.toml:" + names);
}

void run(const Options& options) {
  auto all = bench::goals();
  if (options.growth) all = bench::growth();
  for (const auto& setting : options.goals) set_goal(all, setting);
  const auto goals = chosen(all, options.filter);
  if (!options.json.empty()) check_distinct({"", options.json});
  const Output json(options.json);
  if (options.list) return write(listed(goals), options, json);
  const std::string limits_text =
      options.limits.empty() ? std::string(bench::built_in_limits()) : read_file(options.limits);
  const std::string limits_file = options.limits.empty() ? "bench/limits.toml" : options.limits;
  const Limits limits = bench::parse_limits(limits_text, limits_file, bench::goals());
  const auto results = [&] {
    ProgressBar bar;
    return bench::measure(goals, options.effort, [&](double share) { bar.show(share); });
  }();
  const Table table = measured(goals, results, limits);
  write(table, options, json);
  if (options.check) check(goals, results, limits);
}

}  // namespace

void add_bench(CLI::App& app) {
  const auto options = std::make_shared<Options>();
  auto* command = app.add_subcommand("bench", "Measure speed on this machine, as ratios to its limits");
  command->add_option("FILTER", options->filter, "What to measure; everything if absent")->option_text(" ");
  auto* list = command->add_flag("--list", options->list, "Print the names and goals, measure nothing");
  command->add_flag("--growth", options->growth, "Measure how cost grows with sizes and threads instead");
  command->add_flag("--check", options->check, "Exit 1 unless every goal is met or has its analysis")->excludes(list);
  command->add_option("--json", options->json, "Write machine and table to this file, too")->option_text("FILE");
  command->add_option("--limits", options->limits, "Read the goals that cannot be met from this file")
      ->option_text("FILE");
  command->add_option("--goal", options->goals, "Hold a work against another goal; may repeat")
      ->allow_extra_args(false)
      ->option_text("NAME=RATIO");
  command->add_option("--repetitions", options->effort.repetitions, "Times that each work is measured, default 15")
      ->check(CLI::Range(1, 1000))
      ->option_text("N");
  command->add_option("--seconds", options->effort.seconds, "Least length of a repetition, default 0.01")
      ->check(number_within(1e-6, 10))
      ->option_text("S");
  command->footer(footer);
  command->callback([options] { run(*options); });
}

}  // namespace lowprec::cli
