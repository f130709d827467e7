#include "lowprec/io/csv.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <string_view>
#include <unordered_set>

#include "io/table_reader.h"
#include "lowprec/format/error.h"

namespace lowprec {
namespace {

void check_columns(const io::Csv& csv, std::uint64_t line) {
  std::unordered_set<std::string_view> known;
  for (const auto& column : csv.columns)
    if (!known.insert(column).second)
      throw Error(fmt::format("{}:{}: two columns are called {}", csv.file, line, io::shown(column)));
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
  io::TextInput input(std::string(text), file);
  input.require_text();
  io::TableReader table(input, Header::automatic);
  io::Csv csv;
  csv.file = file;
  csv.columns = table.names();
  csv.header = table.names_line();
  io::Record record;
  check_columns(csv, csv.header);
  bool has_record = table.next(record);
  if (csv.header == 0)
    throw Error(has_record ? fmt::format("{}:{}: names of columns are expected, not numbers", file, record.line)
                           : file + ": no line names columns");
  for (; has_record; has_record = table.next(record)) csv.lines.push_back({record.line, std::move(record.cells)});
  return csv;
}

}  // namespace lowprec
