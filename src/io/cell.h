// Numbers in the cells of text.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "lowprec/format/error.h"

namespace lowprec::io {

// How messages call a column: "column 3 'age'", or "column 3" where it has no name. Numbers are from 1.
std::string column_name(std::size_t number, std::string_view name);

// Throws Error with what is wrong with a cell that the parser refuses for that reason.
[[noreturn]] void fail_cell(std::string_view cell, const std::string& place, const std::string& column,
                            const Error& reason);

// Where a cell stands. A row of one cell has no name of a column.
struct CellPlace {
  const std::string& file;
  std::uint64_t line = 0;
  std::size_t column = 0, columns = 0;  // from 0, and how many there are
  std::string_view name = {};           // of the column

  std::string line_text() const;
  std::string column_text() const;
};

// Returns parse(cell). An Error has the place in front, and does not repeat text that cannot be shown as it is.
template <class F>
auto parsed_cell(std::string_view cell, const CellPlace& place, F parse) {
  try {
    return parse(cell);
  } catch (const Error& error) {
    fail_cell(cell, place.line_text(), place.column_text(), error);
  }
}

// Returns the finite number that the cell holds. Throws Error with the place if it is missing or not finite.
double finite_cell(std::string_view cell, const std::string& place, const std::string& column);

}  // namespace lowprec::io
