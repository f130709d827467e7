// Reads CSV files (RFC 4180) as the program writes them: lines with '#' come first, then the names of the columns.
// Files that pandas, R or a spreadsheet wrote again are read too.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lowprec/format/language.h"

namespace lowprec::io {

// Whether the first record of a text names its columns. `automatic` takes it for names if one of its cells is neither a
// number nor stands for a missing value. It also does if there are two columns or more, the cells are 0, 1, 2, ..., and
// no later row holds only integers: pandas numbers columns without a name so.
enum class Header { automatic, yes, no };
// The texts auto, yes and no. Throws Error for another one.
Header parse_header(std::string_view text);

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

// Reads the text of a file of this name. The delimiter is a comma, a semicolon, a tab or blanks, which the first record
// shows. Lines end in LF, CR LF or CR; a mark of UTF-8 and blank lines are skipped, and blanks around cells are no part
// of them. A first column of integers or texts without a name is an index, which is left out. Throws Error, with file
// and line, if there are no names, if two columns have one name, if a line has more or fewer cells, if a quote does not
// end, or if the text is no UTF-8 text but UTF-16, compressed, or another kind of file.
Csv parse_csv(std::string_view text, const std::string& file);

}  // namespace lowprec::io
