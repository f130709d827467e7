#include "io/table_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "format/text_parts.h"
#include "lowprec/format/error.h"

namespace lowprec {
namespace {

constexpr std::array<std::string_view, 8> kMissing = {"", "na", "n/a", "nan", "null", "none", "?", "-"};

// Numbers beyond binary64's range too.
bool is_number(std::string_view cell) {
  try {
    format::scan_number(cell);
    return true;
  } catch (const Error&) {
    return false;
  }
}

// The names that stand for no name: pandas calls a nameless column so when it reads its own file again.
bool is_no_name(std::string_view name) { return name.empty() || name == "Unnamed: 0"; }

bool is_index_cell(const std::string& cell) { return io::is_integer(cell) || io::is_name(cell); }

}  // namespace

io::Header io::parse_header(std::string_view text) {
  if (text == "auto") return Header::automatic;
  if (text == "yes") return Header::yes;
  if (text == "no") return Header::no;
  throw Error(fmt::format("header {}: allowed is auto, yes or no", io::shown(text)));
}

bool io::is_missing(std::string_view cell) {
  return std::ranges::find(kMissing, format::lower_case(cell)) != kMissing.end();
}

bool io::is_name(std::string_view cell) { return !io::is_missing(cell) && !is_number(cell); }

bool io::is_integer(std::string_view cell) {
  if (cell.starts_with('-') || cell.starts_with('+')) cell.remove_prefix(1);
  return !cell.empty() && cell.find_first_not_of("0123456789") == std::string_view::npos;
}

io::TableReader::TableReader(TextInput& input, Header header) : records_(input) {
  if (!peek(0)) return;
  first_line_ = held_.front().line;
  if (begins_with_names(header)) {
    names_ = std::move(held_.front().cells);
    names_line_ = held_.front().line;
    held_.pop_front();
    find_index();
  }
  width_ = names_.empty() ? held_.front().cells.size() : names_.size();
  if (has_index_) names_.erase(names_.begin());
}

std::string io::TableReader::place() const {
  return names_.empty() ? records_.file() : fmt::format("{}:{}", records_.file(), names_line_);
}

// Whether there is a record of this index after those taken.
bool io::TableReader::peek(std::size_t index) {
  io::Record record;
  while (held_.size() <= index) {
    if (!records_.next(record)) return false;
    held_.push_back(std::move(record));
  }
  return true;
}

bool io::TableReader::begins_with_names(Header header) {
  if (header != Header::automatic) return header == Header::yes;
  const std::size_t width = held_.front().cells.size();
  if (std::ranges::any_of(held_.front().cells, io::is_name)) {
    if (width > 1) return true;
    if (!peek(1)) return false;  // one text and nothing else: a number that is written wrongly
    notes_.push_back(fmt::format("{}:{}: {} is taken for the name of the column (header = auto)", records_.file(),
                                 held_.front().line, io::shown(held_.front().cells.front())));
    return true;
  }
  if (!names_by_position()) return false;
  notes_.push_back(
      fmt::format("{}:{}: this line is taken for names, as pandas numbers columns without a name; header = "
                  "no takes it for numbers",
                  records_.file(), held_.front().line));
  return true;
}

// Whether the first record, which holds no name, holds the numbers of the columns.
bool io::TableReader::names_by_position() {
  const std::vector<std::string> first = held_.front().cells;
  if (first.size() < 2 || !peek(1)) return false;
  // An empty first cell is no number either: the name of an index.
  if (first.front().empty() && is_index_cell(held_[1].cells.front()))
    return std::ranges::all_of(first.begin() + 1, first.end(), io::is_integer);
  for (std::size_t j = 0; j < first.size(); ++j)
    if (first[j] != std::to_string(j)) return false;
  for (std::size_t i = 1; peek(i); ++i)
    if (std::ranges::all_of(held_[i].cells, io::is_integer)) return false;
  return true;
}

// An index has no name: its name is empty, or there is one name less than there are columns (R's write.table).
void io::TableReader::find_index() {
  if (!peek(0)) return;
  const io::Record& row = held_.front();
  const bool is_shorter = row.cells.size() == names_.size() + 1;
  if (is_shorter) names_.insert(names_.begin(), "");
  if (row.cells.empty() || names_.size() < 2 || !is_no_name(names_.front())) return;
  has_index_ = is_index_cell(row.cells.front());
  if (has_index_)
    notes_.push_back(
        fmt::format("{}:{}: the first column has no name and is left out as an index", records_.file(), names_line_));
}

void io::TableReader::drop_index(io::Record& row) const {
  if (!is_index_cell(row.cells.front()))
    throw Error(
        fmt::format("{}:{}: column 1 has no name and begins as an index, but holds {} here; give it a name, or "
                    "take it out of the file",
                    records_.file(), row.line, io::shown(row.cells.front())));
  row.cells.erase(row.cells.begin());
}

bool io::TableReader::next(io::Record& row) {
  if (!held_.empty()) {
    row = std::move(held_.front());
    held_.pop_front();
  } else if (!records_.next(row)) {
    return false;
  }
  const bool may_differ = names_line_ == 0 && delimiter() == ' ';
  if (row.cells.size() != width_ && !may_differ)
    throw Error(names_line_ == 0 ? fmt::format("{}:{}: {} cells, but {} on line {}", records_.file(), row.line,
                                               row.cells.size(), width_, first_line_)
                                 : fmt::format("{}:{}: {} cells, but {} columns are named on line {}", records_.file(),
                                               row.line, row.cells.size(), width_, names_line_));
  if (has_index_) drop_index(row);
  return true;
}

}  // namespace lowprec
