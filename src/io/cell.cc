#include "io/cell.h"

#include <fmt/format.h>

#include <cmath>

#include "io/table_reader.h"
#include "lowprec/format/error.h"
#include "lowprec/format/number_text.h"
#include "lowprec/io/csv.h"

namespace lowprec {
namespace {

[[noreturn]] void fail(const std::string& place, const std::string& column, const std::string& reason) {
  throw Error(column.empty() ? fmt::format("{}: {}", place, reason) : fmt::format("{}: {}: {}", place, column, reason));
}

// What is wrong with a cell that is no number. The reasons of the parser name the cell unless it cannot be shown.
std::string reason_of(std::string_view cell, const Error& error) {
  const auto comma = cell.find(',');
  const bool is_decimal_comma = comma != std::string_view::npos &&
                                cell.find(',', comma + 1) == std::string_view::npos &&
                                cell.find_first_not_of("+-0123456789,eE") == std::string_view::npos;
  if (is_decimal_comma) return fmt::format("{} has a decimal comma; a decimal point is expected", io::shown(cell));
  if (io::shown(cell) == "'" + std::string(cell) + "'") return error.what();
  return io::shown(cell) + " is not a number: a decimal or hexadecimal number, inf or nan is expected";
}

}  // namespace

void io::fail_cell(std::string_view cell, const std::string& place, const std::string& column, const Error& reason) {
  fail(place, column, cell.empty() ? "a value is missing" : reason_of(cell, reason));
}

std::string io::column_name(std::size_t number, std::string_view name) {
  return name.empty() ? fmt::format("column {}", number) : fmt::format("column {} {}", number, io::shown(name));
}

std::string io::CellPlace::line_text() const { return fmt::format("{}:{}", file, line); }
std::string io::CellPlace::column_text() const { return columns == 1 ? "" : io::column_name(column + 1, name); }

double io::finite_cell(std::string_view cell, const std::string& place, const std::string& column) {
  if (io::is_missing(cell)) {
    fail(place, column, cell.empty() ? "a value is missing" : fmt::format("a value is missing ({})", io::shown(cell)));
  }
  double number = 0;
  try {
    number = format::parse_number(cell);
  } catch (const Error& error) {
    io::fail_cell(cell, place, column, error);
  }
  if (!std::isfinite(number)) fail(place, column, io::shown(cell) + " is not finite");
  return number;
}

}  // namespace lowprec
