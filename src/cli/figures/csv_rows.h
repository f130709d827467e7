// The rows of several results as one table, and choosing among them.
#pragma once

#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "cli/terminal/csv.h"
#include "lowprec/experiment/results.h"

namespace lowprec::cli {

// The columns that figures and fits read by name.
namespace column {

inline const std::string config(experiment::column_of(&experiment::ResultRow::config));
inline const std::string updates(experiment::column_of(&experiment::ResultRow::updates));
inline const std::string iterate(experiment::column_of(&experiment::ResultRow::iterate));
inline const std::string metric(experiment::column_of(&experiment::ResultRow::metric));
inline const std::string excess_risk(experiment::column_of(&experiment::ResultRow::excess_risk));
inline const std::string standard_error(experiment::column_of(&experiment::ResultRow::standard_error));
inline const std::string seeds(experiment::column_of(&experiment::ResultRow::seeds));
inline const std::string bound(experiment::column_of(&experiment::TheoryParts::bound));
inline const std::string method(experiment::column_of(&experiment::TheoryParts::method));

}  // namespace column

// A row with its file.
struct CsvRow {
  const io::Csv* csv;
  const io::Csv::Line* line;

  const std::string& cell(const std::string& column) const { return line->cells[csv->column(column)]; }
  std::string place() const { return csv->place(*line); }
};

std::vector<io::Csv> read_all(const std::vector<std::string>& files);

// Error if there are none.
std::vector<CsvRow> all_rows(const std::vector<io::Csv>& tables);

// Texts numbered in the order in which they first come.
class Numbered {
 public:
  // The number of a text, a new one if it has none.
  std::size_t number(const std::string& text) {
    const auto [entry, is_new] = numbers_.insert({text, texts_.size()});
    if (is_new) texts_.push_back(text);
    return entry->second;
  }
  const std::vector<std::string>& texts() const { return texts_; }

 private:
  std::unordered_map<std::string, std::size_t> numbers_;
  std::vector<std::string> texts_;
};

std::vector<std::string> distinct(const std::vector<CsvRow>& rows, const std::string& column);

// Leaves the rows whose cell is one of the values; each value must occur.
void keep(std::vector<CsvRow>& rows, const std::string& column, const std::vector<std::string>& values);

// Splits COLUMN=VALUE of --where at the first equals sign outside quotes: a column of the grid may be called
// compare."a=b".all.
std::pair<std::string, std::string> parse_where(const std::string& text);

// Keeps the wanted value of the column, or the first of the preferred ones that occurs, or the first that occurs, and
// adds the values left out to `others`.
std::string keep_one(std::vector<CsvRow>& rows, const std::string& column, const std::string& wanted,
                     const std::vector<std::string>& preferred, std::vector<std::string>& others);

// "size" of "problem.sketch.size".
std::string last_part(const std::string& key);

// Columns of the grid, which hold a full key, with a point.
std::vector<std::string> grid_columns(const std::vector<io::Csv>& tables);

// The cell as a number. Error names its place.
double number(const CsvRow& row, const std::string& column);

}  // namespace lowprec::cli
