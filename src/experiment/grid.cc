#include "experiment/grid.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "experiment/check.h"
#include "experiment/field_reader.h"
#include "experiment/fields.h"
#include "experiment/print.h"
#include "experiment/size_check.h"
#include "experiment/toml_reader.h"

namespace lowprec {
namespace {

using GridAxes = decltype(experiment::RunSettings::grid);

// The keys that would give a cell: those that print the experiment, and those of the grid.
class CellKeys final : public experiment::Keys {
 public:
  CellKeys(const Experiment& base, const GridAxes& axes) : base_(base), axes_(axes) {}

  bool has(std::string_view key) const override {
    const auto gives = [key](const auto& axis) {
      const std::string_view own = axis.first;
      return own.starts_with(key) && (own.size() == key.size() || own[key.size()] == '.');
    };
    return std::ranges::any_of(axes_, gives) || (!key.starts_with("compare.") && experiment::is_printed(base_, key));
  }
  [[noreturn]] void fail(const std::string& key, const std::string& reason) const override {
    throw Error(key + ": " + reason);
  }

 private:
  const Experiment& base_;
  const GridAxes& axes_;
};

// Every key of an experiment, for messages.
std::set<std::string> known_keys(const Experiment& e) {
  std::set<std::string> known{"compare", "run.grid"};
  experiment::visit_fields(e, [&](std::string_view key, const auto&, experiment::FieldText,
                                  experiment::NumberRange = {}) { known.emplace(key); });
  for (const auto& configuration : e.compare) {
    const std::string table = fmt::format("compare.{}.", experiment::key_part(configuration.name));
    known.insert(table + "all");
    experiment::visit_sites(configuration.sites, [&](std::string_view key, const auto&, experiment::FieldText) {
      known.insert(table + std::string(key));
    });
  }
  return known;
}

[[noreturn]] void fail_unknown(const Experiment& e, const std::string& key) {
  const std::set<std::string> known = known_keys(e);
  std::string path, prefix;
  for (const std::string& part : experiment::key_parts(key)) {
    path = prefix + experiment::key_part(part);
    const auto below = known.lower_bound(path + ".");
    if (below == known.end() || !below->starts_with(path + "."))
      throw Error(fmt::format("{}: no such key; those here are {}", path, experiment::siblings_of(known, prefix)));
    prefix = path + ".";
  }
  throw Error(path + ": a table is expected");
}

// Sets fields of one cell.
class CellSetter {
 public:
  CellSetter(Experiment& cell, const GridAxes& axes) : cell_(cell), axes_(axes) {}

  void set(const std::string& key, const std::string& text) {
    const auto value = experiment::parse_value(text);
    bool is_known = false;
    experiment::visit_fields(cell_, [&](std::string_view path, auto& member, experiment::FieldText field,
                                        experiment::NumberRange range = {}) {
      if (path == key) is_known = read(key, *value, member, field, range);
    });
    if (!is_known && key.starts_with("compare.")) is_known = set_site(key, *value);
    if (!is_known) fail_unknown(cell_, key);
  }

  // Those whose sites were set, by index.
  const std::set<std::size_t>& changed() const { return changed_; }

 private:
  template <class T>
  bool read(const std::string& key, const toml::node& value, T& member, experiment::FieldText field,
            experiment::NumberRange range = {}) {
    try {
      experiment::read_field(value, member, field, range);
    } catch (const Error& error) {
      throw Error(fmt::format("{}: {}", key, error.what()));
    }
    return true;
  }

  // A configuration that the grid names and the experiment lacks is a new one.
  bool set_site(const std::string& key, const toml::node& value) {
    const auto parts = experiment::key_parts(key);
    if (parts.size() != 3) return false;
    const auto found = std::ranges::find(cell_.compare, parts[1], &experiment::Configuration::name);
    const auto place = static_cast<std::size_t>(found - cell_.compare.begin());
    const bool is_new = found == cell_.compare.end();
    if (is_new) cell_.compare.push_back({parts[1], {}});
    changed_.insert(place);
    sgd::Sites& sites = cell_.compare[place].sites;
    if (parts[2] == "all") return set_all(key, value, sites);
    bool is_known = false;
    experiment::visit_sites(sites, [&](std::string_view name, auto& member, experiment::FieldText field) {
      if (name == parts[2]) is_known = read(key, value, member, field);
    });
    return is_known;
  }

  // Replaces the five sites of a configuration that has one quantizer for them all, given by `all` or by default.
  bool set_all(const std::string& key, const toml::node& value, sgd::Sites& sites) {
    const std::string table = key.substr(0, key.size() - std::string_view("all").size());
    const Quantizer before = sites.*sgd::kAllSites.front().member;
    Quantizer all;
    read(key, value, all, {"a quantizer", ""});
    for (const sgd::SiteTraits& site : sgd::kAllSites) {
      const std::string one = table + std::string(site.name);
      if (sites.*site.member != before)
        throw Error(
            fmt::format("{}: this configuration has different quantizers at its five sites, which `all` in "
                        "the grid would replace: give either",
                        one));
      if (std::ranges::find(axes_, one, &GridAxes::value_type::first) != axes_.end())
        throw Error(fmt::format("{}: {}", one, experiment::kAllAndOne));
      sites.*site.member = all;
    }
    return true;
  }

  Experiment& cell_;
  const GridAxes& axes_;
  std::set<std::size_t> changed_;
};

Experiment without_grid(const Experiment& e) {
  return {e.title, e.problem, e.sgd, e.compare, {e.run.seeds, e.run.seed, {}}};
}

// `cell` becomes the experiment of the values; it was one of another cell of the same grid, or the base.
void set_cell(Experiment& cell, const Experiment& base, const GridAxes& axes, const std::vector<std::string>& values) {
  CellSetter setter(cell, axes);
  for (std::size_t k = 0; k < values.size(); ++k) setter.set(axes[k].first, values[k]);
  const CellKeys keys(base, axes);
  for (const std::size_t c : setter.changed()) experiment::check_sites(keys, cell.compare[c]);
  experiment::complete(keys, cell);
}

}  // namespace

std::vector<std::vector<std::string>> experiment::grid_cells(const experiment::RunSettings& run) {
  std::vector<std::vector<std::string>> cells(1);
  experiment::cell_count(run);
  for (const auto& entry : run.grid) {
    std::vector<std::vector<std::string>> longer;
    longer.reserve(cells.size() * entry.second.size());
    for (const auto& cell : cells)
      for (const auto& value : entry.second) {
        longer.push_back(cell);
        longer.back().push_back(value);
      }
    cells = std::move(longer);
  }
  return cells;
}

std::string experiment::plain_value(const std::string& toml) {
  const auto string = experiment::parse_value(toml)->value_exact<std::string>();
  return string ? *string : toml;
}

Experiment experiment::cell_experiment(const Experiment& experiment, const std::vector<std::string>& cell) {
  Experiment result = without_grid(experiment);
  if (!cell.empty()) set_cell(result, experiment, experiment.run.grid, cell);
  experiment::check_sizes(CellKeys(experiment, experiment.run.grid), result);
  return result;
}

void experiment::check_grid(const Experiment& e) {
  for (const auto& values : experiment::grid_cells(e.run)) experiment::cell_experiment(e, values);
}

}  // namespace lowprec
