#include "cli/terminal/table.h"

#include <fmt/format.h>

#include <algorithm>

#include "lowprec/experiment/results.h"

namespace lowprec::cli {
namespace {

// Characters of UTF-8 text, all of width one here.
std::size_t width(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

std::string padded(const std::string& cell, std::size_t to, bool left) {
  const std::string blanks(to - width(cell), ' ');
  return left ? cell + blanks : blanks + cell;
}

std::string aligned_line(const Table& table, const std::vector<std::string>& cells,
                         const std::vector<std::size_t>& widths) {
  std::string line;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    line += (i == 0 ? "" : "  ") + padded(cells[i].empty() ? "-" : cells[i], widths[i], table.columns[i].is_text);
  }
  line.erase(line.find_last_not_of(' ') + 1);
  return line + "\n";
}

std::vector<std::string> names(const Table& table) {
  std::vector<std::string> result;
  for (const auto& column : table.columns) result.push_back(column.name);
  return result;
}

std::string csv_line(const std::vector<std::string>& cells) {
  std::string line;
  for (const auto& cell : cells) line += (&cell == &cells.front() ? "" : ",") + experiment::csv_cell(cell);
  return line + "\n";
}

std::string json_string(const std::string& text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    if (static_cast<unsigned char>(c) < 0x20)
      quoted += fmt::format("\\u{:04x}", static_cast<int>(c));
    else
      quoted += c;
  }
  return quoted + "\"";
}

std::string json_cell(const std::string& cell, bool is_text) {
  if (cell.empty() && !is_text) return "null";
  const bool finite = cell.find_first_of("in") == std::string::npos;  // inf, nan
  return is_text || !finite ? json_string(cell) : cell;
}

}  // namespace

std::string to_aligned(const Table& table) {
  std::vector<std::size_t> widths;
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    widths.push_back(width(table.columns[i].name));
    for (const auto& row : table.rows) widths[i] = std::max({widths[i], width(row[i]), std::size_t{1}});
  }
  std::string text = aligned_line(table, names(table), widths);
  for (const auto& row : table.rows) text += aligned_line(table, row, widths);
  return text;
}

std::string to_csv(const Table& table) {
  std::string text = csv_line(names(table));
  for (const auto& row : table.rows) text += csv_line(row);
  return text;
}

std::string to_json(const Table::Column& column, const std::string& cell) {
  return json_string(column.name) + ": " + json_cell(cell, column.is_text);
}

std::string to_json(const Table& table) {
  std::string text = "[";
  for (const auto& row : table.rows) {
    text += &row == &table.rows.front() ? "\n  {" : ",\n  {";
    for (std::size_t i = 0; i < row.size(); ++i) {
      text += (i == 0 ? "" : ", ") + to_json(table.columns[i], row[i]);
    }
    text += "}";
  }
  return text + "\n]\n";
}

}  // namespace lowprec::cli
