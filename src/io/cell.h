// Numbers in the cells of text.
#pragma once

#include <string>
#include <string_view>

#include "lowprec/format/error.h"

namespace lowprec::io {

// How messages call a column: "column 3 'age'", or "column 3" where it has no name. Numbers are from 1.
std::string column_name(std::size_t number, std::string_view name);

// Throws Error with what is wrong with a cell that the parser refuses for that reason.
[[noreturn]] void fail_cell(std::string_view cell, const std::string& place, const std::string& column,
                            const Error& reason);

// Returns parse(cell). An Error has the place in front, and does not repeat text that cannot be shown as it is.
template <class F>
auto parsed_cell(std::string_view cell, const std::string& place, const std::string& column, F parse) {
  try {
    return parse(cell);
  } catch (const Error& error) {
    fail_cell(cell, place, column, error);
  }
}

// Returns the number that the cell holds, as `parse` reads it. `place` is "FILE:LINE", `column` the name of the column
// or empty. Throws Error with both if the cell is empty or no number.
double cell_number(std::string_view cell, const std::string& place, const std::string& column,
                   double (*parse)(std::string_view));

// Returns the finite number that the cell holds. Throws Error with the place if it is missing or not finite.
double finite_cell(std::string_view cell, const std::string& place, const std::string& column);

}  // namespace lowprec::io
