#include "lowprec/experiment/results.h"

#include <fmt/format.h>

#include <sstream>
#include <tuple>
#include <utility>

#include "experiment/key_text.h"
#include "lowprec/format/names.h"
#include "lowprec/format/number_text.h"

namespace lowprec {
namespace {

std::string cell_text(const std::string& x) { return experiment::csv_cell(x); }
std::string cell_text(double x) { return to_string(x); }
std::string cell_text(std::uint64_t x) { return experiment::updates_text(x); }

// Cells of one line.
class CsvLine {
 public:
  void add(const std::string& cell) { cells_.push_back(cell); }
  void add_all(const std::vector<std::string>& cells) {
    for (const auto& cell : cells) add(experiment::csv_cell(cell));
  }
  std::string text() const { return fmt::format("{}\n", fmt::join(cells_, ",")); }

 private:
  std::vector<std::string> cells_;
};

// Members that are not in the lists of columns do not compile.
[[maybe_unused]] constexpr auto members_of(const experiment::ResultRow& r) {
  const auto& [config, grid, updates, iterate, metric, risk, error, seeds, saturated, underflow, nan, difference,
               difference_error, theory] = r;
  return std::tie(config, grid, updates, iterate, metric, risk, error, seeds, saturated, underflow, nan, difference,
                  difference_error);
}
[[maybe_unused]] constexpr auto members_of(const experiment::TheoryParts& t) {
  const auto& [bias, variance, approximation, bound, model_size, data_size, method] = t;
  return std::tie(bias, variance, approximation, bound, model_size, data_size, method);
}
template <class T>
constexpr std::size_t kMembers = std::tuple_size_v<decltype(members_of(std::declval<const T&>()))>;

constexpr bool has_all_columns = [] {
  std::size_t columns = 0, theory_columns = 0;
  experiment::visit_columns([&](auto, auto, auto) { ++columns; });
  experiment::visit_theory_columns([&](auto, auto, auto) { ++theory_columns; });
  return columns == kMembers<experiment::ResultRow> && theory_columns == kMembers<experiment::TheoryParts>;
}();
static_assert(has_all_columns);

std::string header_of(const Experiment& experiment, bool has_theory) {
  CsvLine line;
  const auto add = [&](std::string_view name, auto, std::string_view) {
    if (!name.empty()) return line.add(std::string(name));
    for (const auto& entry : experiment.run.grid) line.add(experiment::csv_cell(entry.first));
  };
  experiment::visit_columns(add);
  if (has_theory) experiment::visit_theory_columns(add);
  return line.text();
}

std::string line_of(const experiment::ResultRow& row, bool has_theory) {
  CsvLine line;
  experiment::visit_columns([&](std::string_view, auto member, std::string_view) {
    if constexpr (std::same_as<decltype(member), std::vector<std::string> experiment::ResultRow::*>)
      line.add_all(row.*member);
    else
      line.add(cell_text(row.*member));
  });
  if (has_theory)
    experiment::visit_theory_columns(
        [&](std::string_view, auto member, std::string_view) { line.add(cell_text((*row.theory).*member)); });
  return line.text();
}

}  // namespace

std::string experiment::grid_label(const experiment::RunSettings& run, const std::vector<std::string>& cell) {
  std::string label;
  for (std::size_t k = 0; k < cell.size(); ++k) {
    const std::string& key = run.grid[k].first;
    label += fmt::format(", {}={}", experiment::key_parts(key).back(), experiment::plain_value(cell[k]));
  }
  return label;
}

std::string experiment::csv_cell(const std::string& cell) {
  const bool has_blank_end = cell.starts_with(' ') || cell.ends_with(' ');  // a reader takes these off
  const bool is_plain = cell.find_first_of(",;\t\v\f\"\n\r") == std::string::npos;
  if (is_plain && !has_blank_end && !cell.starts_with('#')) return cell;
  std::string quoted = "\"";
  for (const char c : cell) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + "\"";
}

std::string experiment::to_csv(const Experiment& experiment, const std::vector<experiment::ResultRow>& rows) {
  std::string csv = "# lowprec experiment\n";
  std::istringstream toml(to_string(experiment));
  for (std::string line; std::getline(toml, line);) csv += fmt::format("#{}{}\n", line.empty() ? "" : " ", line);
  const bool has_theory = !rows.empty() && rows.front().theory;
  csv += header_of(experiment, has_theory);
  for (const experiment::ResultRow& row : rows) csv += line_of(row, has_theory);
  return csv;
}

}  // namespace lowprec
