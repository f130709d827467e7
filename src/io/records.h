// Takes text apart into records of cells: CSV (RFC 4180) with any usual delimiter.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "io/text_input.h"

namespace lowprec::io {

struct Record {
  std::uint64_t line = 0;  // the first of its lines, from 1
  std::vector<std::string> cells;
};

// Reads records. Lines that are blank or begin with '#' lie between records. Blanks around cells are no part of them,
// unless they stand between quotes. The first record decides the delimiter: a tab, a semicolon or a comma, of which the
// first is taken that stands there outside quotes and, if several do, equally often in the record after it; else
// blanks.
class RecordReader {
 public:
  explicit RecordReader(TextInput& input) : input_(input) {}

  // False at the end. Throws Error, with file and line, if a quote does not end or text follows it.
  bool next(Record& record);
  // Whether next() would return without waiting for more bytes.
  bool has_record() const { return !ahead_.empty() || input_.has_line(); }
  char delimiter() const { return delimiter_; }  // of the records read so far
  const std::string& file() const { return input_.file(); }

 private:
  bool next_line(TextLine& line);
  void choose_delimiter(const TextLine& first);

  TextInput& input_;
  std::deque<TextLine> ahead_;
  char delimiter_ = '\0';
};

}  // namespace lowprec::io
