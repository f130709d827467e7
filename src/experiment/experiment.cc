#include "lowprec/experiment/experiment.h"

#include <fmt/format.h>

#include <fstream>
#include <iterator>
#include <numeric>
#include <set>
#include <sstream>

#include "experiment/fields.h"
#include "experiment/toml_reader.h"
#include "lowprec/format/names.h"
#include "lowprec/format/number_text.h"
#include "lowprec/linalg/arithmetic.h"
#include "lowprec/sgd/step_sizes.h"
#include "lowprec/theory/sketch.h"

namespace lowprec {
namespace {

constexpr std::string_view kMarker = "# lowprec experiment";

// The experiment at the head of a printed result, as TOML; any other text as it is.
std::string experiment_part(std::string_view text) {
  if (!text.starts_with(kMarker)) return std::string(text);
  std::istringstream lines{std::string(text)};
  std::string result, line;
  std::getline(lines, line);
  while (std::getline(lines, line) && line.starts_with('#'))
    result += line.substr(line.starts_with("# ") ? 2 : 1) + "\n";
  return result;
}

void check_arithmetic(const experiment::TomlReader& reader, const std::string& key, const Quantizer& q) {
  if (q.is_none()) return;
  try {
    Dynamic{q};
  } catch (const Error& error) {
    reader.fail(key, error.what());
  }
}

void check_sites(const experiment::TomlReader& reader, const std::string& table, const sgd::Sites& sites) {
  check_arithmetic(reader, table + "arithmetic", sites.arithmetic);
  check_arithmetic(reader, table + "accumulate", sites.accumulate);
  experiment::visit_sites(sites, [&](std::string_view key, const auto& member, experiment::FieldText) {
    if constexpr (std::is_same_v<decltype(member), const Quantizer&>) {
      if (key != "data" && member.is_scaled() && member.rounded()->scale.group == block::Group::column())
        reader.fail(table + std::string(key), "absmax=column is for data, a matrix; this is a vector");
    }
  });
  if (!sites.arithmetic.is_none()) return;
  for (const char* key : {"master", "accumulate", "order"})
    if (reader.has(table + key) && !(key == std::string_view("master") && !sites.master))
      reader.fail(table + key,
                  fmt::format("{} needs `arithmetic`", key == std::string_view("master") ? "a master copy" : "this"));
}

void read_configuration(experiment::TomlReader& reader, const std::string& name,
                        experiment::Configuration& configuration) {
  configuration.name = name;
  const std::string table = fmt::format("compare.{}.", experiment::key_part(name));
  Quantizer all;
  bool has_all = false;
  reader.read(table + "all", all, has_all, {"a quantizer", ""});
  experiment::visit_sites(configuration.sites, [&](std::string_view key, auto& member, experiment::FieldText text) {
    bool given = false;
    reader.read(table + std::string(key), member, given, text);
    if constexpr (std::is_same_v<decltype(member), Quantizer&>) {
      const bool one_of_five = key != "weights" && key != "ambient" && key != "arithmetic" && key != "accumulate";
      if (has_all && one_of_five && given)
        reader.fail(table + std::string(key), "all five sites are given by `all` already: give either");
      if (has_all && one_of_five) member = all;
    }
  });
  check_sites(reader, table, configuration.sites);
}

void read_grid(experiment::TomlReader& reader, experiment::RunSettings& run) {
  for (const auto& key : reader.children("run.grid")) run.grid.emplace_back(key, reader.grid_values("run.grid", key));
}

void check_grid(experiment::TomlReader& reader, const Experiment& e) {
  for (const auto& cell : experiment::grid_cells(e.run)) {
    try {
      experiment::cell_experiment(e, cell);
    } catch (const Error& error) {
      const std::string reason = error.what();
      reader.fail(
          "run.grid",
          reason.substr(reason.starts_with(experiment::kSettingPrefix) ? experiment::kSettingPrefix.size() : 0));
    }
  }
}

// The ambient dimension takes the place of the dimension.
void read_sketch(experiment::TomlReader& reader, sgd::Problem& problem) {
  const sgd::Sketch& sketch = problem.sketch;
  if (sketch.size == 0 && (reader.has("problem.sketch.ambient") || reader.has("problem.sketch.tail")))
    reader.fail("problem.sketch.size", "a sketch needs a size");
  if (sketch.size == 0) return;
  if (reader.has("problem.dimension"))
    reader.fail("problem.dimension", "excludes a sketch, whose x has sketch.ambient coordinates: give either");
  if (sketch.ambient == 0) reader.fail("problem.sketch.ambient", "a sketch needs the dimension of x");
  if (sketch.size > sketch.ambient && !sketch.tail)
    reader.fail("problem.sketch.size",
                fmt::format("{} features of a sketch of {} coordinates depend on each other: take at "
                            "most as many, or the tail",
                            sketch.size, sketch.ambient));
  problem.dimension = sketch.ambient;
  if (!sketch.tail) return;
  try {
    risk::spectrum_tail(problem);
  } catch (const Error& error) {
    reader.fail("problem.sketch.tail", error.what());
  }
  if (problem.target != "ones" && problem.target != "alternating" && problem.target != "prior")
    reader.fail("problem.sketch.tail",
                "needs a target with E w*_i^2 = 1 beyond the ambient dimension: ones, alternating, prior");
}

// A file says what the keys of the Gaussian problem say.
void read_data(const experiment::TomlReader& reader, const sgd::Problem& problem) {
  if (!problem.data.is_given()) {
    if (reader.has("problem.data")) reader.fail("problem.data.file", "data needs the name of a file");
    return;
  }
  for (const char* key : {"dimension", "spectrum", "scale", "target", "noise", "rotation", "tails", "sketch"})
    if (const std::string path = fmt::format("problem.{}", key); reader.has(path))
      reader.fail(path, fmt::format("excludes problem.data: `{}` describes an artificial problem, the file {} a real "
                                    "one; give either",
                                    key, problem.data.file));
}

// An Error of f is one of the key.
template <class F>
void check_text(const experiment::TomlReader& reader, const std::string& key, F f) {
  try {
    f();
  } catch (const Error& error) {
    reader.fail(key, error.what());
  }
}

void check(experiment::TomlReader& reader, Experiment& e) {
  for (std::size_t i = 0; i < e.sgd.updates.size(); ++i)
    if (e.sgd.updates[i] < 1 || (i > 0 && e.sgd.updates[i] <= e.sgd.updates[i - 1]))
      reader.fail("sgd.updates", "allowed is a list of integers from 1, increasing, and inf at its end");
  if (e.sgd.updates.empty()) reader.fail("sgd.updates", "at least one number of updates is needed");
  if (reader.has("sgd.step_size") && reader.has("sgd.step_size_absolute"))
    reader.fail("sgd.step_size_absolute", "excludes sgd.step_size: give either");
  check_text(reader, "sgd.schedule", [&] { sgd::StepSizes(e.sgd.schedule, e.sgd.updates.back()); });
  check_text(reader, "problem.spectrum", [&] { sgd::eigenvalues(e.problem); });
  check_text(reader, "problem.target", [&] { sgd::target_vector(e.problem, Stream{}); });
  check_text(reader, "problem.rotation", [&] { sgd::is_rotated(e.problem); });
  if (e.problem.sketch.size > 0 && e.problem.rotation != "none")
    reader.fail("problem.rotation", "a sketch mixes the features already: give either");
  for (const auto& c : e.compare) {
    if (c.sites.ambient.is_none()) continue;
    const std::string key = fmt::format("compare.{}.ambient", experiment::key_part(c.name));
    if (e.problem.sketch.size == 0) reader.fail(key, "needs problem.sketch: x is rounded before it");
    if (e.problem.sketch.tail) reader.fail(key, "excludes problem.sketch.tail, which is known as a whole only");
    if (c.sites.ambient.is_scaled()) reader.fail(key, "a step chosen from the data is for data, not for ambient");
  }
  check_text(reader, "problem.tails", [&] { sgd::student_freedom(e.problem); });
}

}  // namespace

Experiment parse_experiment(std::string_view text, const std::string& file, const std::vector<std::string>& settings) {
  experiment::TomlReader reader(experiment_part(text), file, settings);
  Experiment e;
  experiment::visit_fields(
      e, [&](std::string_view key, auto& member, experiment::FieldText field, experiment::NumberRange range = {}) {
        bool given = false;
        reader.read(std::string(key), member, given, field, range);
      });
  for (const auto& name : reader.children("compare")) read_configuration(reader, name, e.compare.emplace_back());
  if (e.compare.empty()) e.compare.push_back({"baseline", {}});
  read_grid(reader, e.run);
  reader.require_all_read();
  read_data(reader, e.problem);
  read_sketch(reader, e.problem);
  check(reader, e);
  if (!e.run.grid.empty()) check_grid(reader, e);
  return e;
}

std::vector<std::vector<std::string>> experiment::grid_cells(const experiment::RunSettings& run) {
  std::vector<std::vector<std::string>> cells(1);
  for (const auto& entry : run.grid) {
    std::vector<std::vector<std::string>> longer;
    for (const auto& cell : cells)
      for (const auto& value : entry.second) {
        longer.push_back(cell);
        longer.back().push_back(value);
      }
    cells = std::move(longer);
  }
  return cells;
}

double experiment::first_step(const Experiment& e, double trace) {
  return e.sgd.step_size_absolute > 0 ? e.sgd.step_size_absolute : e.sgd.step_size / trace;
}

double experiment::first_step(const Experiment& e) {
  const auto lambda = sgd::eigenvalues(e.problem);
  const double tail = e.problem.sketch.tail ? risk::spectrum_tail(e.problem) : 0;
  return experiment::first_step(e, std::accumulate(lambda.begin(), lambda.end(), 0.0) + tail);
}

Stream experiment::stream_of(const experiment::RunSettings& run, std::uint64_t seed_index, experiment::StreamOf what) {
  return Stream{run.seed, 0}.substream(seed_index).substream(static_cast<std::uint64_t>(what));
}

std::string experiment::plain_value(const std::string& toml) {
  const bool quoted = toml.size() >= 2 && (toml.front() == '"' || toml.front() == '\'');
  return quoted ? toml.substr(1, toml.size() - 2) : toml;
}

Experiment experiment::cell_experiment(const Experiment& experiment, const std::vector<std::string>& cell) {
  Experiment base = experiment;
  base.run.grid.clear();
  if (cell.empty()) return base;
  std::vector<std::string> settings;
  for (std::size_t k = 0; k < cell.size(); ++k)
    settings.push_back(fmt::format("{}={}", experiment.run.grid[k].first, cell[k]));
  return parse_experiment(to_string(base), "run.grid", settings);
}

Experiment read_experiment(const std::string& file, const std::vector<std::string>& settings) {
  std::ifstream stream(file, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
  if (!stream.good() && !stream.eof()) throw Error("cannot read '" + file + "'");
  return parse_experiment(text, file, settings);
}

namespace {

std::string toml_text(const std::string& x) { return experiment::quoted_toml(x); }
std::string toml_text(std::uint64_t x) { return fmt::format("{}", x); }
std::string toml_text(double x) { return to_string(x); }
std::string toml_text(bool x) { return x ? "true" : "false"; }
std::string toml_text(const Summation& x) { return experiment::quoted_toml(to_string(x)); }
std::string toml_text(const Quantizer& x) { return experiment::quoted_toml(to_string(x)); }
std::string toml_text(const std::vector<std::uint64_t>& updates) {
  std::string text;
  for (const std::uint64_t n : updates) text += (text.empty() ? "" : ", ") + experiment::updates_text(n);
  return "[" + text + "]";
}

bool is_given(bool x) { return x; }
bool is_given(const Quantizer& x) { return !x.is_none(); }
bool is_given(const Summation& x) { return x != Summation{}; }

// Prints "table.key" under its table's heading.
class TomlPrinter {
 public:
  void line(std::string_view table, std::string_view key, const std::string& value) {
    if (table != table_) text_ += fmt::format("{}[{}]\n", text_.empty() ? "" : "\n", table);
    table_ = table;
    text_ += fmt::format("{} = {}\n", key, value);
  }
  std::string text() const { return text_; }

 private:
  std::string text_, table_;
};

}  // namespace

std::string experiment::updates_text(std::uint64_t updates) {
  return updates == experiment::kPopulation ? "inf" : fmt::format("{}", updates);
}

std::string to_string(const Experiment& e) {
  TomlPrinter printer;
  experiment::visit_fields(
      e, [&](std::string_view path, const auto& member, experiment::FieldText, experiment::NumberRange = {}) {
        if (path == "sgd.step_size" && e.sgd.step_size_absolute > 0) return;
        if (path == "sgd.step_size_absolute" && !(e.sgd.step_size_absolute > 0)) return;
        const bool of_data = path.starts_with("problem.data."), of_problem = path.starts_with("problem.");
        if (e.problem.data.is_given() ? of_problem && !of_data : of_data) return;
        const bool of_sketch = path.starts_with("problem.sketch.");
        if (e.problem.sketch.size > 0 ? path == "problem.dimension" : of_sketch) return;
        const auto dot = path.rfind('.');
        const bool in_table = dot != std::string_view::npos;
        printer.line(in_table ? path.substr(0, dot) : "", in_table ? path.substr(dot + 1) : path, toml_text(member));
      });
  std::string grid;
  for (const auto& [key, values] : e.run.grid)
    grid += fmt::format("{}{} = [{}]", grid.empty() ? "" : ", ", experiment::quoted_toml(key), fmt::join(values, ", "));
  if (!grid.empty()) printer.line("run", "grid", "{ " + grid + " }");
  for (const auto& configuration : e.compare) {
    const std::string table = "compare." + experiment::quoted_toml(configuration.name);
    experiment::visit_sites(configuration.sites, [&](std::string_view key, const auto& member, experiment::FieldText) {
      const bool of_arithmetic = key == "master" || key == "accumulate" || key == "order";
      if (!of_arithmetic || is_given(member)) printer.line(table, key, toml_text(member));
    });
  }
  return printer.text();
}

std::string experiment::experiment_help() {
  std::string help;
  Experiment defaults;
  experiment::visit_fields(defaults, [&](std::string_view key, const auto& member, experiment::FieldText text,
                                         experiment::NumberRange = {}) {
    help += fmt::format("  {:<24} {:<22} {}; {}\n", key, toml_text(member), text.meaning, text.allowed);
  });
  help += fmt::format("  {:<24} {:<22} {}; {}\n", "run.grid", "{ }", "run the cartesian product",
                      "a table: \"full.key\" = [values]");
  help += fmt::format("  {:<24} {:<22} {}\n", "compare.NAME.all", "\"none\"", "the next five at once; a quantizer");
  experiment::visit_sites(defaults.compare.emplace_back().sites,
                          [&](std::string_view key, const auto& member, experiment::FieldText text) {
                            help += fmt::format("  {:<24} {:<22} {}; {}\n", fmt::format("compare.NAME.{}", key),
                                                toml_text(member), text.meaning, text.allowed);
                          });
  return help;
}

}  // namespace lowprec
