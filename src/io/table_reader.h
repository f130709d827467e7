// Reads tables in text: which line names the columns, which column is an index, and then the rows.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "io/records.h"
#include "lowprec/io/csv.h"

namespace lowprec::io {

// Whether the text is no number and does not stand for a missing value.
bool is_name(std::string_view cell);
// Whether the text stands for a missing value: nothing, NA, nan, null, ...
bool is_missing(std::string_view cell);
// Digits, with a sign or without.
bool is_integer(std::string_view cell);

// Reads the rows of a table. The first record names the columns, by the rules of Header. A first column without a name
// is the index that pandas and R write if its cells are integers or no numbers: next() leaves it out. notes() says what
// a reader of the file might not expect.
class TableReader {
 public:
  TableReader(TextInput& input, Header header);

  const std::vector<std::string>& names() const { return names_; }  // none if the file has none
  std::string place() const;                                        // "FILE:LINE" of the names, or the file
  std::uint64_t names_line() const { return names_line_; }
  char delimiter() const { return records_.delimiter(); }
  const std::vector<std::string>& notes() const { return notes_; }

  // Reads the next row; false at the end. Throws Error, with file and line, if it has more or fewer cells than the row
  // before it or than there are names. Without names, rows of numbers between blanks may have any lengths.
  bool next(Record& row);
  // Whether next() would return without waiting for more bytes.
  bool has_row() const { return !held_.empty() || records_.has_record(); }

 private:
  bool peek(std::size_t index);
  bool begins_with_names(Header header);
  bool names_by_position();
  void find_index();
  void drop_index(Record& row) const;

  RecordReader records_;
  std::deque<Record> held_;
  std::vector<std::string> names_, notes_;
  std::uint64_t names_line_ = 0, first_line_ = 0;
  std::size_t width_ = 0;  // of the rows, as the file has them
  bool has_index_ = false;
};

}  // namespace lowprec::io
