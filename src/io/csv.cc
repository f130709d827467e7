#include "lowprec/io/csv.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <string_view>

#include "lowprec/format/error.h"

namespace lowprec {
namespace {

// The text from the front on, by records.
class Reader {
 public:
  Reader(std::string_view text, const std::string& file) : text_(text), file_(file) {}

  bool at_end() const { return text_.empty(); }
  std::uint64_t number() const { return number_; }

  // Removes lines that are empty or begin with '#'.
  void skip_comments() {
    while (!at_end() && (text_.front() == '#' || text_.front() == '\n' || text_.starts_with("\r\n")))
      take(std::min(text_.find('\n'), text_.size() - 1) + 1);
  }

  std::vector<std::string> record() {
    std::vector<std::string> cells;
    do cells.push_back(text_.starts_with('"') ? quoted() : bare());
    while (ends_with(','));
    if (!at_end() && !ends_with('\n'))
      throw Error(fmt::format("{}:{}: a comma is expected after a quoted cell", file_, number_));
    return cells;
  }

 private:
  void take(std::size_t count) {
    number_ += static_cast<std::uint64_t>(std::ranges::count(text_.substr(0, count), '\n'));
    text_.remove_prefix(count);
  }

  // Removes this character where it comes next, a carriage return before it too.
  bool ends_with(char c) {
    if (c == '\n' && text_.starts_with("\r\n")) text_.remove_prefix(1);
    if (!text_.starts_with(c)) return false;
    take(1);
    return true;
  }

  std::string bare() {
    const std::size_t end = std::min(text_.find_first_of(",\n"), text_.size());
    std::string cell(text_.substr(0, end));
    const bool ends_line = end == text_.size() || text_[end] == '\n';
    take(end);
    if (ends_line && cell.ends_with('\r')) cell.pop_back();
    return cell;
  }

  std::string quoted() {
    const std::uint64_t begin = number_;
    std::string cell;
    do {
      take(1);
      const std::size_t end = text_.find('"');
      if (end == std::string_view::npos)
        throw Error(fmt::format("{}:{}: a quote that begins here does not end", file_, begin));
      cell += text_.substr(0, end);
      take(end + 1);
      if (text_.starts_with('"')) cell += '"';
    } while (text_.starts_with('"'));
    return cell;
  }

  std::string_view text_;
  const std::string& file_;
  std::uint64_t number_ = 1;
};

void check_columns(const io::Csv& csv, std::uint64_t line) {
  for (std::size_t i = 0; i < csv.columns.size(); ++i)
    if (*csv.find(csv.columns[i]) != i)
      throw Error(fmt::format("{}:{}: two columns are called {}", csv.file, line, io::shown(csv.columns[i])));
}

}  // namespace

std::string io::shown(std::string_view text) {
  constexpr std::size_t longest = 40;
  std::string result(text.substr(0, longest));
  std::ranges::replace_if(
      result, [](unsigned char c) { return std::iscntrl(c) != 0; }, '?');
  return "'" + result + (text.size() > longest ? "...'" : "'");
}

std::optional<std::size_t> io::Csv::find(const std::string& column) const {
  const auto found = std::ranges::find(columns, column);
  if (found == columns.end()) return std::nullopt;
  return static_cast<std::size_t>(found - columns.begin());
}

std::size_t io::Csv::column(const std::string& column) const {
  if (const auto found = find(column)) return *found;
  throw Error(fmt::format("{}: there is no column {}; its columns are: {}", file, column, fmt::join(columns, ", ")));
}

std::string io::Csv::place(const Line& line) const { return fmt::format("{}:{}", file, line.number); }

io::Csv io::parse_csv(std::string_view text, const std::string& file) {
  io::Csv csv;
  csv.file = file;
  Reader reader(text, csv.file);
  reader.skip_comments();
  if (reader.at_end()) throw Error(csv.file + ": no line names columns");
  csv.header = reader.number();
  csv.columns = reader.record();
  check_columns(csv, csv.header);
  for (reader.skip_comments(); !reader.at_end(); reader.skip_comments()) {
    const std::uint64_t number = reader.number();
    csv.lines.push_back({number, reader.record()});
    if (csv.lines.back().cells.size() != csv.columns.size())
      throw Error(fmt::format("{}:{}: {} cells, but {} columns are named on line {}", csv.file, number,
                              csv.lines.back().cells.size(), csv.columns.size(), csv.header));
  }
  return csv;
}

}  // namespace lowprec
