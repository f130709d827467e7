#include "cli/figures/fit_data.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>

#include "cli/figures/csv_rows.h"
#include "cli/terminal/input.h"
#include "lowprec/format/names.h"
#include "lowprec/format/number_text.h"

namespace lowprec::cli {
namespace {

std::string choose_m(const std::vector<io::Csv>& tables, const std::string& wanted) {
  if (!wanted.empty()) {
    for (const auto& csv : tables) csv.column(wanted);
    return wanted;
  }
  auto keys = grid_columns(tables);
  std::erase_if(keys, [](const auto& key) { return last_part(key) != "size" && last_part(key) != "dimension"; });
  if (keys.size() > 1)
    throw Error(fmt::format("several columns could be M: {}; choose one with --m", fmt::join(keys, ", ")));
  return keys.empty() ? "" : keys.front();
}

// Neither M nor N, and yet not the same in all rows: the law has no place for it.
void check_other_keys(const std::vector<io::Csv>& tables, const std::vector<CsvRow>& rows, const FitData& data) {
  for (const auto& key : grid_columns(tables)) {
    if (key == data.m || key == data.n) continue;
    const auto values = distinct(rows, key);
    if (values.size() > 1)
      throw Error(fmt::format("the rows differ in {0} ({1}), which is neither M nor N: choose one with --where {0}={2}",
                              key, fmt::join(values, ", "), values.front()));
  }
}

double size(const CsvRow& row, const std::string& column, bool may_be_infinite) {
  const double value = number(row, column);
  if (value > 0 && (may_be_infinite || std::isfinite(value))) return value;
  throw Error(fmt::format("{}: column {}: {} is not a {}positive number", row.place(), column,
                          io::shown(row.cell(column)), may_be_infinite ? "" : "finite "));
}

double standard_error(const CsvRow& row, const Selection& selection) {
  if (!row.csv->find(column::standard_error)) {
    if (selection.needs_errors)
      throw Error(row.csv->file + ": there is no column stderr; --weights relative fits without");
    return std::nan("");
  }
  const double value = number(row, column::standard_error);
  if (value < 0 || std::isinf(value))
    throw Error(
        fmt::format("{}: column stderr: {} is no standard error: a finite number from 0, or nan where there is "
                    "none, is needed",
                    row.place(), io::shown(row.cell(column::standard_error))));
  return value;
}

Error diverged(const CsvRow& row) {
  return Error(
      fmt::format("{}: excess_risk is {}: the run diverged, its step is unstable; run it with a smaller "
                  "sgd.step_size, or leave such rows out with --skip-diverged",
                  row.place(), row.cell(column::excess_risk)));
}

// The points, once each.
void read_points(const std::vector<CsvRow>& rows, const Selection& selection, FitData& data) {
  std::map<std::tuple<std::string, double, double>, std::string> places;
  for (const auto& row : rows) {
    study::FitPoint point;
    point.config = row.cell(column::config);
    point.m = data.m.empty() ? 1 : size(row, data.m, false);
    point.n = size(row, data.n, true);
    if (!selection.m_range.holds(point.m) || !selection.n_range.holds(point.n)) continue;
    point.risk = number(row, column::excess_risk);
    if (!std::isfinite(point.risk)) {
      if (!selection.skip_diverged) throw diverged(row);
      ++data.diverged;
      continue;
    }
    point.standard_error = standard_error(row, selection);
    const auto [known, is_new] = places.insert({{point.config, point.m, point.n}, row.place()});
    if (!is_new)
      throw Error(fmt::format("{} and {} are both the risk of {} at M = {}, N = {}: a point counts once", row.place(),
                              known->second, io::shown(point.config), to_string(point.m), to_string(point.n)));
    data.points.push_back(std::move(point));
  }
  if (data.points.empty()) throw Error("no finite row is left within the ranges of M and N");
}

}  // namespace

FitData read_fit_data(const std::vector<std::string>& files, const Selection& selection) {
  const auto tables = read_all(files);
  auto rows = all_rows(tables);
  FitData data;
  for (const auto& [column, value] : selection.where) keep(rows, column, {value});
  if (!selection.configs.empty()) keep(rows, column::config, selection.configs);
  data.iterate = keep_one(rows, column::iterate, selection.iterate, {"average", "last", "tail"}, data.other_iterates);
  data.metric = keep_one(rows, column::metric, selection.metric, {"clean"}, data.other_metrics);
  data.m = choose_m(tables, selection.m);
  data.n = selection.n;
  for (const auto& csv : tables) csv.column(data.n);
  check_other_keys(tables, rows, data);
  read_points(rows, selection, data);
  const std::string baseline = selection.baseline.empty() ? data.points.front().config : selection.baseline;
  const auto is_baseline = [&](const study::FitPoint& p) { return p.config == baseline; };
  if (std::ranges::none_of(data.points, is_baseline))
    throw Error("--baseline: no row that is fitted is of configuration " + io::shown(baseline));
  Numbered order;
  order.number(baseline);
  for (const auto& p : data.points) order.number(p.config);
  std::ranges::stable_sort(data.points, {}, [&](const auto& p) { return order.number(p.config); });
  return data;
}

}  // namespace lowprec::cli
