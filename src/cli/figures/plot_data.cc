#include "cli/figures/plot_data.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "cli/figures/csv_rows.h"
#include "cli/terminal/input.h"
#include "cli/terminal/table.h"
#include "lowprec/format/error.h"
#include "lowprec/format/names.h"
#include "lowprec/format/number_text.h"

namespace lowprec::cli {
namespace {

using Style = Series::Style;
using Rows = std::vector<CsvRow>;

bool is_theory(const CsvRow& row) { return row.csv->find(column::method).has_value(); }

// The cell, or nothing where the row's file has no such column: keys of the grid may differ between files.
std::string cell_or_empty(const CsvRow& row, const std::string& column) {
  return row.csv->find(column) ? row.cell(column) : "";
}

double updates_of(const CsvRow& row) { return number(row, column::updates); }

std::vector<std::string> values_of(const Rows& rows, const std::string& column) {
  Numbered values;
  for (const auto& row : rows) values.number(cell_or_empty(row, column));
  return values.texts();
}

// Keys of the grid that vary.
std::vector<std::string> varying_keys(const std::vector<io::Csv>& tables, const Rows& rows) {
  auto keys = grid_columns(tables);
  std::erase_if(keys, [&](const auto& key) { return values_of(rows, key).size() < 2; });
  return keys;
}

std::string choose_x(const std::vector<io::Csv>& tables, const Rows& rows, const std::string& wanted) {
  if (!wanted.empty()) {
    for (const auto& csv : tables) csv.column(wanted);
    return wanted;
  }
  const auto updates = distinct(rows, column::updates);
  if (std::ranges::count_if(updates, [](const auto& n) { return n != "inf"; }) > 1) return column::updates;
  const auto keys = varying_keys(tables, rows);
  return keys.size() == 1 ? keys.front() : column::config;
}

// Infinity has no place on an axis of updates; on others the rows of one number of updates are drawn.
void choose_updates(Rows& rows, const std::string& x) {
  if (x == column::updates) {
    std::erase_if(rows, [](const auto& row) { return std::isinf(updates_of(row)); });
  } else if (!rows.empty()) {
    const double largest = updates_of(*std::ranges::max_element(rows, {}, updates_of));
    std::erase_if(rows, [&](const auto& row) { return updates_of(row) != largest; });
  }
}

// "none, size=64": what tells its series from others.
std::string label_of(const CsvRow& row, const std::string& x, const std::vector<std::string>& keys) {
  std::string label = x == column::config ? "" : row.cell(column::config);
  for (const auto& key : keys)
    if (key != x && !cell_or_empty(row, key).empty())
      label += fmt::format("{}{}={}", label.empty() ? "" : ", ", last_part(key), cell_or_empty(row, key));
  return label;
}

bool is_number(const std::string& text) {
  try {
    return std::isfinite(format::parse_number(text));
  } catch (const Error&) {
    return false;
  }
}

// Categories of x where some value is no number.
std::vector<std::string> categories_of(const Rows& rows, const std::string& x) {
  const auto values = distinct(rows, x);
  if (std::ranges::all_of(values, is_number)) return {};
  return values;
}

// A row and where it stands on the x axis: its number, or that of its category.
struct Drawn {
  const CsvRow* row;
  double x;
};

// The points of one label, simulated or of theory, by ascending x.
Series series_of(const std::vector<Drawn>& drawn, const std::string& label, bool theory, const std::string& x,
                 const std::string& y) {
  Series series{label, theory ? Style::line : Style::points, {}};
  std::map<double, std::string> places;
  for (const auto& [row, place] : drawn) {
    if (is_theory(*row) != theory || !row->csv->find(y)) continue;
    const Point p{place, number(*row, y),
                  !theory && y == column::excess_risk ? number(*row, column::standard_error) : 0};
    const auto [known, is_new] = places.insert({p.x, row->place()});
    if (!is_new)
      throw Error(fmt::format("{} and {} both are {} at {} = {}: a point is drawn once", row->place(), known->second,
                              io::shown(label), x, row->cell(x)));
    if (std::isfinite(p.y) && p.y > 0) series.points.push_back({p.x, p.y, std::isfinite(p.error) ? p.error : 0});
  }
  std::ranges::sort(series.points, {}, &Point::x);
  return series;
}

std::string note_of(const Figure& figure, const Rows& rows, const std::string& x) {
  std::string text =
      fmt::format("{} iterate, {} data", rows.front().cell(column::iterate), rows.front().cell(column::metric));
  if (x != column::updates) text += fmt::format(", {} updates", rows.front().cell(column::updates));
  const auto has = [&](Style style) {
    return std::ranges::find(figure.series, style, &Series::style) != figure.series.end();
  };
  if (has(Style::points) || has(Style::joined)) {
    const auto simulated = std::ranges::find_if_not(rows, is_theory);
    text += fmt::format("; points: {} seeds ± standard error", simulated->cell(column::seeds));
  }
  if (has(Style::line)) text += figure.categories.empty() ? "; lines: theory" : "; bars: theory";
  if (has(Style::dotted)) text += "; dotted: bound";
  return text;
}

std::string x_label(const std::string& x) { return x == column::updates ? "updates N" : x; }

}  // namespace

Figure make_figure(const std::vector<io::Csv>& tables, const PlotSelection& selection) {
  Rows rows = all_rows(tables);
  for (const auto& [column, value] : selection.where) keep(rows, column, {value});
  if (!selection.configs.empty()) keep(rows, column::config, selection.configs);
  const std::string x = choose_x(tables, rows, selection.x);
  choose_updates(rows, x);
  if (rows.empty()) throw Error("no row has a finite number of updates; choose another --x");
  std::vector<std::string> others;
  keep_one(rows, column::iterate, selection.iterate, {"average", "last", "tail"}, others);
  keep_one(rows, column::metric, selection.metric, {"clean"}, others);
  if (!selection.configs.empty())
    std::ranges::stable_sort(
        rows, {}, [&](const auto& row) { return std::ranges::find(selection.configs, row.cell(column::config)); });

  Figure figure{
      selection.title, "", x_label(x), selection.y == column::excess_risk ? "excess risk" : selection.y, {}, {}};
  figure.categories = categories_of(rows, x);
  const auto keys = varying_keys(tables, rows);
  Numbered labels, categories;
  for (const auto& category : figure.categories) categories.number(category);
  std::vector<std::vector<Drawn>> drawn;  // by label
  for (const auto& row : rows) {
    const std::size_t k = labels.number(label_of(row, x, keys));
    if (k == drawn.size()) drawn.emplace_back();
    const bool is_named = !figure.categories.empty();
    drawn[k].push_back({&row, is_named ? static_cast<double>(categories.number(row.cell(x))) : number(row, x)});
  }
  for (std::size_t k = 0; k < drawn.size(); ++k) {
    const std::string& label = labels.texts()[k];
    Series simulated = series_of(drawn[k], label, false, x, selection.y);
    Series exact = series_of(drawn[k], label, true, x, selection.y);
    Series bound = selection.bound ? series_of(drawn[k], label, true, x, column::bound) : Series{};
    if (exact.points.empty() && figure.categories.empty()) simulated.style = Style::joined;
    bound.style = Style::dotted;
    for (auto* series : {&simulated, &exact, &bound})
      if (!series->points.empty()) figure.series.push_back(std::move(*series));
  }
  if (figure.series.empty()) throw Error("no finite positive " + selection.y + " to draw");
  figure.note = note_of(figure, rows, x);
  return figure;
}

std::string to_csv(const Figure& figure) {
  constexpr const char* kinds[] = {"simulated", "simulated", "theory", "bound"};
  Table table{{{"label", true}, {"kind", true}, {figure.x_label}, {figure.y_label}, {"stderr"}}, {}};
  for (const auto& series : figure.series)
    for (const auto& p : series.points)
      table.rows.push_back(
          {series.label, kinds[static_cast<int>(series.style)],
           figure.categories.empty() ? to_string(p.x) : figure.categories[static_cast<std::size_t>(p.x)],
           fmt::format("{:#.4g}", p.y), p.error > 0 ? fmt::format("{:.2g}", p.error) : ""});
  return to_csv(table);
}

}  // namespace lowprec::cli
