// Reads CSV files (RFC 4180) as the program writes them: lines with '#' come first, then the names of the columns.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lowprec/format/language.h"

namespace lowprec::io {

struct Csv {
  struct Line {
    std::uint64_t number = 0;  // in the file, from 1
    std::vector<std::string> cells;
  };
  std::string file;
  std::uint64_t header = 0;  // the line that names the columns
  std::vector<std::string> columns;
  std::vector<Line> lines;

  std::optional<std::size_t> find(const std::string& column) const;
  std::size_t column(const std::string& column) const;  // throws Error if there is none; the message lists all
  std::string place(const Line& line) const;            // "FILE:LINE"
};

// Returns a text of the input as a message shows it: quoted, short, and without control characters.
std::string shown(std::string_view text);

// Reads the text of a file of this name. Lines may end in CR LF; empty lines are skipped. Throws Error, with file and
// line, if there are no columns, if two have one name, if a line has more or fewer cells, or if a quote does not end.
Csv parse_csv(std::string_view text, const std::string& file);

}  // namespace lowprec::io
