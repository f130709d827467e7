#include "io/libsvm.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <limits>
#include <optional>

#include "io/cell.h"
#include "io/table_reader.h"
#include "io/text_input.h"
#include "lowprec/format/error.h"
#include "lowprec/io/csv.h"

namespace lowprec {
namespace {

// Numbers of a file that leaves out its zeros, which the matrix has: 2 GiB.
constexpr std::size_t kMostDense = std::size_t{1} << 28;

constexpr std::string_view kBlanks = " \t\r\v\f";

std::string_view next_word(std::string_view& line) {
  line.remove_prefix(std::min(line.find_first_not_of(kBlanks), line.size()));
  const std::string_view word = line.substr(0, line.find_first_of(kBlanks));
  line.remove_prefix(word.size());
  return word;
}

std::string_view without_comment(std::string_view line) { return line.substr(0, line.find('#')); }

// The next line of a text, which is removed from it. A line ends in LF, CR LF or CR.
std::string_view next_line(std::string_view& text) {
  const std::string_view line = text.substr(0, text.find_first_of("\n\r"));
  text.remove_prefix(std::min(line.size() + (text.substr(line.size()).starts_with("\r\n") ? 2 : 1), text.size()));
  return without_comment(line);
}

bool is_query(std::string_view word) { return word.starts_with("qid:") && io::is_integer(word.substr(4)); }

bool is_pair(std::string_view word) {
  const auto colon = word.find(':');
  return colon != std::string_view::npos && io::is_integer(word.substr(0, colon));
}

struct Entry {
  std::size_t row, index;
  double value;
};

class Parser {
 public:
  explicit Parser(const std::string& file) : file_(file) {}

  void take(std::string_view line, std::uint64_t number) {
    const std::string place = fmt::format("{}:{}", file_, number);
    const std::string_view label = next_word(line);
    if (label.empty()) return;
    result_.labels.push_back(io::finite_cell(label, place, "the label"));
    least_ = 0;
    for (auto word = next_word(line); !word.empty(); word = next_word(line))
      if (least_ > 0 || !is_query(word)) take_pair(word, place);
  }

  io::LibsvmFile result() {
    const std::size_t first = result_.begins_at_0 ? 0 : 1, rows = result_.labels.size();
    result_.columns = most_ >= first && !entries_.empty() ? most_ - first + 1 : 0;
    if (rows > 0 && result_.columns > kMostDense / rows)
      throw Error(fmt::format("{}: {} rows of {} columns: at most {} numbers are allowed, zeros included", file_, rows,
                              result_.columns, kMostDense));
    result_.x.resize(rows * result_.columns);
    for (const Entry& e : entries_) result_.x[e.row * result_.columns + e.index - first] = e.value;
    return std::move(result_);
  }

 private:
  void take_pair(std::string_view word, const std::string& place) {
    const auto colon = std::min(word.find(':'), word.size());
    std::size_t index = 0;
    const auto [end, problem] = std::from_chars(word.data(), word.data() + colon, index);
    const bool is_index = problem == std::errc() && end == word.data() + colon && colon < word.size();
    if (!is_index || index < least_ || index == std::numeric_limits<std::size_t>::max())
      throw Error(
          fmt::format("{}: {}: index:value with indices from 0 or 1, ascending, is expected", place, io::shown(word)));
    least_ = index + 1;
    most_ = std::max(most_, index);
    result_.begins_at_0 |= index == 0;
    entries_.push_back(
        {result_.labels.size() - 1, index, io::finite_cell(word.substr(colon + 1), place, io::column_name(index, ""))});
  }

  const std::string& file_;
  io::LibsvmFile result_;
  std::vector<Entry> entries_;
  std::size_t least_ = 0, most_ = 0;  // of the next index, of all indices
};

}  // namespace

bool io::is_libsvm(std::string_view text) {
  while (!text.empty()) {
    std::string_view line = next_line(text);
    const std::string_view label = next_word(line);
    if (label.empty()) continue;
    if (io::is_missing(label) || io::is_name(label)) return false;
    auto word = next_word(line);
    if (is_query(word)) return true;
    if (!word.empty()) return is_pair(word);
  }
  return false;
}

io::LibsvmFile io::parse_libsvm(std::string_view text, const std::string& file) {
  Parser parser(file);
  for (std::uint64_t number = 1; !text.empty(); ++number) parser.take(next_line(text), number);
  return parser.result();
}

}  // namespace lowprec
