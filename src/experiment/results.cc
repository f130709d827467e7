#include "lowprec/experiment/results.h"

#include <fmt/format.h>

#include <sstream>

#include "lowprec/format/names.h"
#include "lowprec/format/number_text.h"

namespace lowprec {
namespace {

std::string theory_cells(const experiment::TheoryParts& t) {
  return fmt::format(",{},{},{},{},{},{},{}\n", to_string(t.bias), to_string(t.variance), to_string(t.approximation),
                     to_string(t.bound), to_string(t.model_size), to_string(t.data_size), t.method);
}

}  // namespace

std::string experiment::grid_label(const experiment::RunSettings& run, const std::vector<std::string>& cell) {
  std::string label;
  for (std::size_t k = 0; k < cell.size(); ++k) {
    const std::string& key = run.grid[k].first;
    label += fmt::format(", {}={}", key.substr(key.rfind('.') + 1), experiment::plain_value(cell[k]));
  }
  return label;
}

std::string experiment::csv_cell(const std::string& cell) {
  if (cell.find_first_of(",\"\n\r") == std::string::npos) return cell;
  std::string quoted = "\"";
  for (const char c : cell) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + "\"";
}

std::string experiment::to_csv(const Experiment& experiment, const std::vector<experiment::ResultRow>& rows) {
  std::string csv = "# lowprec experiment\n";
  std::istringstream toml(to_string(experiment));
  for (std::string line; std::getline(toml, line);) csv += fmt::format("#{}{}\n", line.empty() ? "" : " ", line);
  csv += "config";
  for (const auto& entry : experiment.run.grid) csv += "," + experiment::csv_cell(entry.first);
  csv += ",updates,iterate,metric,excess_risk,stderr,seeds,saturated,underflow,nan";
  const bool has_theory = !rows.empty() && rows.front().theory;
  csv += has_theory ? ",bias,variance,approximation,bound,m_eff,n_eff,method\n" : "\n";
  for (const experiment::ResultRow& row : rows) {
    csv += experiment::csv_cell(row.config);
    for (const auto& value : row.grid) csv += "," + experiment::csv_cell(value);
    csv += fmt::format(",{},{},{},{},{},{},{},{},{}", experiment::updates_text(row.updates), row.iterate, row.metric,
                       to_string(row.excess_risk), to_string(row.standard_error), row.seeds, to_string(row.saturated),
                       to_string(row.underflow), to_string(row.nan));
    csv += has_theory ? theory_cells(*row.theory) : "\n";
  }
  return csv;
}

}  // namespace lowprec
