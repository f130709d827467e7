#include "io/table_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <iterator>
#include <optional>
#include <span>

#include "format/text_parts.h"
#include "lowprec/format/error.h"
#include "lowprec/format/names.h"
#include "lowprec/format/number_text.h"
#include "lowprec/io/csv.h"
#include "lowprec/io/npy.h"

namespace lowprec {
namespace {

// Numbers of a file that leaves out its zeros, which the matrix has: 2 GiB.
constexpr std::size_t kMostDense = std::size_t{1} << 28;

constexpr std::string_view kBlanks = " \t\r";

std::string column_name(std::size_t number, std::string_view name) {
  return name.empty() ? fmt::format("column {}", number) : fmt::format("column {} {}", number, io::shown(name));
}

std::optional<double> number_of(std::string_view text) {
  try {
    return format::parse_number(text);
  } catch (const Error&) {
    return std::nullopt;
  }
}

bool is_missing(std::string_view cell) {
  const std::string text = format::lower_case(cell);
  return text.empty() || text == "na" || text == "n/a" || text == "nan" || text == "null" || text == "none" ||
         text == "?" || text == "-";
}

// A cell of a table; `place` and `column` say where it is.
double cell_value(std::string_view cell, const std::string& place, const std::string& column) {
  cell = format::trimmed(cell);
  if (is_missing(cell))
    throw Error(fmt::format("{}: {}: a value is missing{}", place, column,
                            cell.empty() ? "" : fmt::format(" ({})", io::shown(cell))));
  const auto number = number_of(cell);
  if (!number) throw Error(fmt::format("{}: {}: {} is not a number", place, column, io::shown(cell)));
  if (!std::isfinite(*number)) throw Error(fmt::format("{}: {}: {} is not finite", place, column, io::shown(cell)));
  return *number;
}

std::optional<std::size_t> index_of(std::string_view text) {
  std::size_t index = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), index);
  if (problem != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return index;
}

void check_size(const io::TableFile& t, std::size_t columns) {
  if (columns < 2) throw Error(fmt::format("{}: one column; a label and at least one feature are needed", t.place));
  if (t.rows < 2) throw Error(fmt::format("{}: {} rows of numbers; at least two are needed", t.file, t.rows));
}

// Takes a row of all columns apart.
void append(io::TableFile& t, std::span<const double> row, std::size_t target) {
  for (std::size_t j = 0; j < row.size(); ++j) (j == target ? t.y : t.x).push_back(row[j]);
}

io::NpyArray parsed_npy(std::string_view bytes, const std::string& file) {
  try {
    return io::parse_npy(bytes);
  } catch (const Error& error) {
    throw Error(fmt::format("{}: {}", file, error.what()));
  }
}

io::TableFile from_npy(std::string_view bytes, const std::string& file, const std::string& target_text) {
  io::TableFile t;
  t.file = t.place = file;
  const io::NpyArray array = parsed_npy(bytes, file);
  if (array.shape.size() != 2)
    throw Error(fmt::format("{}: a matrix is expected, not an array of {} dimensions", file, array.shape.size()));
  const std::size_t columns = array.shape[1];
  t.rows = array.shape[0];
  check_size(t, columns);
  const auto target = target_text.empty() ? columns - 1 : index_of(target_text);
  if (!target || *target >= columns)
    throw Error(fmt::format("{}: target_column {}: a .npy file has no names; allowed is an index from 0 to {}", file,
                            io::shown(target_text), columns - 1));
  for (std::size_t j = 0; j < columns; ++j)
    if (j != *target) t.columns.push_back(fmt::format("column {} (index from 0)", j));
  for (std::size_t i = 0; i < t.rows; ++i) {
    const std::span<const double> row(&array.values[i * columns], columns);
    for (std::size_t j = 0; j < row.size(); ++j)
      if (!std::isfinite(row[j]))
        throw Error(fmt::format("{}: row {}, column {} (indices from 0): {}", file, i, j,
                                std::isnan(row[j]) ? "a value is missing (nan)" : "an infinity"));
    append(t, row, *target);
  }
  return t;
}

bool is_digits(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

io::TableFile from_csv(std::string_view bytes, const std::string& file, const std::string& target_name) {
  const io::Csv csv = io::parse_csv(bytes, file);
  io::TableFile t;
  t.file = file;
  t.place = fmt::format("{}:{}", file, csv.header);
  t.rows = csv.lines.size();
  const auto is_number = [](const std::string& cell) { return number_of(format::trimmed(cell)).has_value(); };
  if (std::ranges::all_of(csv.columns, is_number) && !std::ranges::all_of(csv.columns, is_digits))
    throw Error(fmt::format("{}: names of columns are expected, not numbers", t.place));
  check_size(t, csv.columns.size());
  const auto target = target_name.empty() ? csv.columns.size() - 1 : csv.find(target_name);
  if (!target)
    throw Error(fmt::format("{}: target_column {}: there is no such column; those there are: {}", t.place,
                            io::shown(target_name), fmt::join(csv.columns, ", ")));
  std::vector<std::string> names;
  for (std::size_t j = 0; j < csv.columns.size(); ++j) {
    names.push_back(column_name(j + 1, csv.columns[j]));
    if (j != *target) t.columns.push_back(names.back());
  }
  std::vector<double> row(names.size());
  for (const io::Csv::Line& line : csv.lines) {
    const std::string place = csv.place(line);
    for (std::size_t j = 0; j < row.size(); ++j) row[j] = cell_value(line.cells[j], place, names[j]);
    append(t, row, *target);
  }
  return t;
}

std::string_view next_word(std::string_view& line) {
  line.remove_prefix(std::min(line.find_first_not_of(kBlanks), line.size()));
  const std::string_view word = line.substr(0, line.find_first_of(kBlanks));
  line.remove_prefix(word.size());
  return word;
}

std::string_view next_line(std::string_view& bytes) {
  const std::string_view line = bytes.substr(0, bytes.find('\n'));
  bytes.remove_prefix(std::min(line.size() + 1, bytes.size()));
  return line.substr(0, line.find('#'));
}

// "number index:value" at the front.
bool is_libsvm(std::string_view bytes) {
  while (!bytes.empty()) {
    std::string_view line = next_line(bytes);
    const std::string_view label = next_word(line);
    if (label.empty()) continue;
    const std::string_view pair = next_word(line);
    const auto colon = pair.find(':');
    return number_of(label) && colon != std::string_view::npos && is_digits(pair.substr(0, colon));
  }
  return false;
}

struct Entry {
  std::size_t row, column;
  double value;
};

io::TableFile from_libsvm(std::string_view bytes, const std::string& file) {
  io::TableFile t;
  t.file = t.place = file;
  std::vector<Entry> entries;
  std::size_t columns = 0;
  for (std::uint64_t number = 1; !bytes.empty(); ++number) {
    std::string_view line = next_line(bytes);
    const std::string place = fmt::format("{}:{}", file, number);
    const std::string_view label = next_word(line);
    if (label.empty()) continue;
    t.y.push_back(cell_value(label, place, "the label"));
    std::size_t last = 0;
    for (auto pair = next_word(line); !pair.empty(); pair = next_word(line)) {
      const auto colon = pair.find(':');
      const auto index = index_of(pair.substr(0, colon));
      if (colon == std::string_view::npos || !index || *index <= last)
        throw Error(
            fmt::format("{}: {}: index:value with indices from 1, ascending, is expected", place, io::shown(pair)));
      last = *index;
      entries.push_back({t.rows, last - 1, cell_value(pair.substr(colon + 1), place, fmt::format("column {}", last))});
    }
    columns = std::max(columns, last);
    ++t.rows;
  }
  check_size(t, columns + 1);
  if (columns > kMostDense / t.rows)
    throw Error(fmt::format("{}: {} rows of {} columns: at most {} numbers are allowed, zeros included", file, t.rows,
                            columns, kMostDense));
  for (std::size_t j = 0; j < columns; ++j) t.columns.push_back(column_name(j + 1, ""));
  t.x.resize(t.rows * columns);
  for (const Entry& e : entries) t.x[e.row * columns + e.column] = e.value;
  return t;
}

}  // namespace

io::TableFile io::parse_table(std::string_view bytes, const std::string& file, const std::string& target) {
  if (io::is_npy(bytes)) return from_npy(bytes, file, target);
  return is_libsvm(bytes) ? from_libsvm(bytes, file) : from_csv(bytes, file, target);
}

io::TableFile io::read_table(const std::string& file, const std::string& target) {
  std::ifstream stream(file, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
  if (!stream.good() && !stream.eof()) throw Error(fmt::format("{}: cannot be read: {}", file, std::strerror(errno)));
  return io::parse_table(bytes, file, target);
}

}  // namespace lowprec
