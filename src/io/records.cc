#include "io/records.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "format/text_parts.h"
#include "lowprec/format/error.h"

namespace lowprec {
namespace {

constexpr std::string_view kDelimiters = "\t;,";
constexpr std::string_view kBlanks = " \t\v\f";

// How often a character stands outside quotes.
std::size_t count_outside_quotes(std::string_view text, char wanted) {
  std::size_t count = 0;
  bool is_quoted = false;
  for (const char c : text) {
    is_quoted ^= c == '"';
    count += !is_quoted && c == wanted ? 1 : 0;
  }
  return count;
}

// Takes one record apart, which may go over several lines.
class CellSplitter {
 public:
  CellSplitter(char delimiter, io::Record& record, const std::string& file)
      : delimiter_(delimiter), blanks_(delimiter == '\t' ? " \v\f" : kBlanks), record_(record), file_(file) {}

  // Whether the record ends with this line.
  bool take(const io::TextLine& line) {
    text_ = line.text;
    if (is_open_ && !close_quote()) return keep_open(line);
    if (is_open_) {
      is_open_ = false;
      if (!after_quote()) return true;
    }
    for (;;) {
      skip_blanks();
      if (text_.empty() && delimiter_ == ' ') return true;
      if (!text_.starts_with('"')) {
        if (!bare()) return true;
        continue;
      }
      text_.remove_prefix(1);
      cell_.clear();
      if (!close_quote()) return keep_open(line);
      if (!after_quote()) return true;
    }
  }

 private:
  void skip_blanks() { text_.remove_prefix(std::min(text_.find_first_not_of(blanks_), text_.size())); }

  // These two return whether another cell follows.
  bool bare() {
    const std::size_t end = delimiter_ == ' ' ? text_.find_first_of(kBlanks) : text_.find(delimiter_);
    record_.cells.emplace_back(format::trimmed(text_.substr(0, end)));
    text_.remove_prefix(std::min(end, text_.size()));
    return takes_delimiter(end != std::string_view::npos);
  }
  bool after_quote() {
    record_.cells.push_back(std::move(cell_));
    cell_.clear();
    const bool has_blank = !text_.empty() && kBlanks.find(text_.front()) != std::string_view::npos;
    skip_blanks();
    if (text_.empty()) return false;
    if (delimiter_ == ' ' ? !has_blank : !text_.starts_with(delimiter_))
      throw Error(fmt::format("{}:{}: {} is expected after a quoted cell", file_, record_.line,
                              delimiter_ == ','   ? "a comma"
                              : delimiter_ == ';' ? "a semicolon"
                                                  : "a blank"));
    return takes_delimiter(true);
  }
  bool takes_delimiter(bool is_there) {
    if (delimiter_ == ' ') {
      skip_blanks();
      return !text_.empty();
    }
    if (is_there) text_.remove_prefix(1);
    return is_there;
  }

  // Takes the rest of a quoted cell; false if it goes beyond this line.
  bool close_quote() {
    for (;;) {
      const auto end = text_.find('"');
      cell_ += text_.substr(0, end);
      if (end == std::string_view::npos) return false;
      text_.remove_prefix(end + 1);
      if (!text_.starts_with('"')) return true;
      cell_ += '"';
      text_.remove_prefix(1);
    }
  }
  bool keep_open(const io::TextLine& line) {
    cell_ += line.end;
    is_open_ = true;
    return false;
  }

  char delimiter_;
  std::string_view blanks_, text_;
  io::Record& record_;
  const std::string& file_;
  std::string cell_;
  bool is_open_ = false;
};

bool is_between_records(const std::string& text) {
  const auto first = text.find_first_not_of(kBlanks);
  return first == std::string::npos || text.front() == '#';
}

}  // namespace

bool io::RecordReader::next_line(io::TextLine& line) {
  if (ahead_.empty()) return input_.next(line);
  line = std::move(ahead_.front());
  ahead_.pop_front();
  return true;
}

void io::RecordReader::choose_delimiter(const io::TextLine& first) {
  const std::string_view text = format::trimmed(first.text);
  std::string present;
  for (const char c : kDelimiters)
    if (count_outside_quotes(text, c) > 0) present += c;
  delimiter_ = present.empty() ? ' ' : present.front();
  if (present.size() < 2) return;
  io::TextLine second;
  while (input_.next(second)) {
    ahead_.push_back(second);
    if (!is_between_records(second.text)) break;
  }
  for (const char c : present)
    if (count_outside_quotes(first.text, c) == count_outside_quotes(second.text, c)) {
      delimiter_ = c;
      return;
    }
}

bool io::RecordReader::next(io::Record& record) {
  io::TextLine line;
  do
    if (!next_line(line)) return false;
  while (is_between_records(line.text));
  if (delimiter_ == '\0') choose_delimiter(line);
  record.line = line.number;
  record.cells.clear();
  CellSplitter splitter(delimiter_, record, file());
  while (!splitter.take(line))
    if (!next_line(line)) throw Error(fmt::format("{}:{}: a quote that begins here does not end", file(), record.line));
  return true;
}

}  // namespace lowprec
