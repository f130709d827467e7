// Tables of text and numbers: aligned for readers, CSV and JSON for programs.
#pragma once

#include <string>
#include <vector>

namespace lowprec::cli {

struct Table {
  struct Column {
    std::string name;
    bool is_text = false;  // else numbers: to the right, and bare in JSON
  };
  std::vector<Column> columns;
  std::vector<std::vector<std::string>> rows;  // an empty cell: not applicable
};

std::string to_aligned(const Table& table);
std::string to_csv(const Table& table);
std::string to_json(const Table::Column& column, const std::string& cell);  // "name": value
std::string to_json(const Table& table);  // an array of objects; infinities and NaN as strings, empty cells as null

}  // namespace lowprec::cli
