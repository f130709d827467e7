#include "cli/figures/csv_rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_set>

#include "cli/terminal/input.h"
#include "experiment/key_text.h"
#include "lowprec/format/names.h"
#include "lowprec/format/number_text.h"

namespace lowprec::cli {

std::vector<CsvRow> all_rows(const std::vector<io::Csv>& tables) {
  std::vector<CsvRow> rows;
  for (const auto& csv : tables)
    for (const auto& line : csv.lines) rows.push_back({&csv, &line});
  if (rows.empty()) throw Error(tables.front().file + ": there are no rows below the names of the columns");
  return rows;
}

std::vector<std::string> distinct(const std::vector<CsvRow>& rows, const std::string& column) {
  Numbered values;
  for (const auto& row : rows) values.number(row.cell(column));
  return values.texts();
}

void keep(std::vector<CsvRow>& rows, const std::string& column, const std::vector<std::string>& values) {
  const auto known = distinct(rows, column);
  const std::unordered_set<std::string> there(known.begin(), known.end());
  for (const auto& value : values)
    if (!there.contains(value))
      throw Error(fmt::format("no row has {} = {}; rows have: {}", column, io::shown(value), fmt::join(known, ", ")));
  const std::unordered_set<std::string> kept(values.begin(), values.end());
  std::erase_if(rows, [&](const CsvRow& row) { return !kept.contains(row.cell(column)); });
}

std::string keep_one(std::vector<CsvRow>& rows, const std::string& column, const std::string& wanted,
                     const std::vector<std::string>& preferred, std::vector<std::string>& others) {
  const auto known = distinct(rows, column);
  std::string chosen = wanted;
  for (const auto& value : preferred)
    if (chosen.empty() && std::ranges::find(known, value) != known.end()) chosen = value;
  if (chosen.empty()) chosen = known.front();
  keep(rows, column, {chosen});
  std::ranges::remove_copy(known, std::back_inserter(others), chosen);
  return chosen;
}

std::pair<std::string, std::string> parse_where(const std::string& text) {
  try {
    return experiment::split_setting(text);
  } catch (const Error&) {
    throw Error("--where " + io::shown(text) + ": COLUMN=VALUE is expected");
  }
}

std::string last_part(const std::string& key) { return key.substr(key.rfind('.') + 1); }

std::vector<std::string> grid_columns(const std::vector<io::Csv>& tables) {
  std::vector<std::string> keys;
  for (const auto& csv : tables)
    for (const auto& column : csv.columns)
      if (column.find('.') != std::string::npos && std::ranges::find(keys, column) == keys.end())
        keys.push_back(column);
  return keys;
}

std::vector<io::Csv> read_all(const std::vector<std::string>& files) {
  std::vector<io::Csv> tables;
  for (const auto& file : files) tables.push_back(read_csv(file));
  return tables;
}

double number(const CsvRow& row, const std::string& column) {
  try {
    return parse_shown(row.cell(column), format::parse_number);
  } catch (const Error& error) {
    throw Error(fmt::format("{}: column {}: {}", row.place(), column, error.what()));
  }
}

}  // namespace lowprec::cli
