#include "lowprec/experiment/experiment.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <numeric>
#include <set>
#include <sstream>

#include "experiment/check.h"
#include "experiment/fields.h"
#include "experiment/grid.h"
#include "experiment/size_check.h"
#include "experiment/toml_reader.h"
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

void read_configuration(experiment::TomlReader& reader, const std::string& name,
                        experiment::Configuration& configuration) {
  configuration.name = name;
  const std::string table = fmt::format("compare.{}.", experiment::key_part(name));
  Quantizer all;
  const bool has_all = reader.read(table + "all", all, {"a quantizer", ""});
  experiment::visit_sites(configuration.sites, [&](std::string_view key, auto& member, experiment::FieldText text) {
    reader.read(table + std::string(key), member, text);
  });
  for (const sgd::SiteTraits& site : sgd::kAllSites) {
    if (!has_all) break;
    if (const std::string key = table + std::string(site.name); reader.has(key))
      reader.fail(key, std::string(experiment::kAllAndOne));
    configuration.sites.*site.member = all;
  }
  experiment::check_sites(reader, configuration);
}

// The first value that the list holds before already, as results show it; null if there is none.
const std::string* first_repeated(const std::vector<std::string>& values) {
  std::set<std::string> seen;
  for (const auto& value : values)
    if (!seen.insert(experiment::plain_value(value)).second) return &value;
  return nullptr;
}

// Each sweep axis under the one text of its key, so that two texts of one key are seen.
void read_grid(experiment::TomlReader& reader, experiment::RunSettings& run) {
  for (const auto& text : reader.children("run.grid")) {
    const auto fail = [&](const std::string& reason) { reader.fail("run.grid." + experiment::key_part(text), reason); };
    std::string key;
    try {
      key = experiment::joined_key(experiment::key_parts(text));
    } catch (const Error& error) {
      fail(error.what());
    }
    if (std::ranges::find(run.grid, key, &std::pair<std::string, std::vector<std::string>>::first) != run.grid.end())
      fail("this key is given twice");
    run.grid.emplace_back(key, reader.grid_values("run.grid", text));
    if (const std::string* twice = first_repeated(run.grid.back().second))
      fail(fmt::format("the value {} is given twice", *twice));
  }
}

}  // namespace

Experiment parse_experiment(std::string_view text, const std::string& file, const std::vector<std::string>& settings) {
  experiment::TomlReader reader(experiment_part(text), file, settings);
  Experiment e;
  experiment::visit_fields(
      e, [&](std::string_view key, auto& member, experiment::FieldText field, experiment::NumberRange range = {}) {
        reader.read(std::string(key), member, field, range);
      });
  for (const auto& name : reader.children("compare")) read_configuration(reader, name, e.compare.emplace_back());
  if (e.compare.empty()) e.compare.push_back({"baseline", {}});
  read_grid(reader, e.run);
  reader.require_all_read();
  experiment::complete(reader, e);
  if (e.run.grid.empty()) return e;
  experiment::check_cells(reader, e);
  try {
    experiment::check_grid(e);
  } catch (const Error& error) {
    reader.fail("run.grid", error.what());
  }
  return e;
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

Experiment read_experiment(const std::string& file, const std::vector<std::string>& settings) {
  std::ifstream stream(file, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
  if (!stream.good() && !stream.eof()) throw Error("cannot read '" + file + "'");
  return parse_experiment(text, file, settings);
}

}  // namespace lowprec
