#include "io/table_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <optional>
#include <span>
#include <unordered_map>
#include <unordered_set>

#include "io/cell.h"
#include "io/libsvm.h"
#include "io/table_reader.h"
#include "io/tensor.h"
#include "lowprec/format/error.h"
#include "lowprec/io/npy.h"

namespace lowprec {
namespace {

std::optional<std::size_t> index_of(std::string_view text) {
  std::size_t index = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), index);
  if (problem != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return index;
}

// The columns of a file: their names, or only their number.
class Columns {
 public:
  // Columns `first` ... first + count - 1 without names.
  Columns(std::string place, std::size_t first, std::size_t count)
      : place_(std::move(place)), first_(first), count_(count) {}
  Columns(std::string place, const std::vector<std::string>& names)
      : place_(std::move(place)), count_(names.size()), names_(&names) {
    for (std::size_t j = 0; j < names.size(); ++j)
      if (!places_.emplace(names[j], j).second)
        throw Error(fmt::format("{}: two columns are called {}", place_, io::shown(names[j])));
  }

  std::size_t size() const { return count_; }
  const std::string& place() const { return place_; }
  std::string name(std::size_t j) const {
    return names_ != nullptr ? io::column_name(j + 1, (*names_)[j])
                             : fmt::format("column {} (index from {})", first_ + j, first_);
  }

  // The place of the column that `key` of an experiment calls so.
  std::size_t find(const char* key, const std::string& column) const {
    if (names_ != nullptr) {
      const auto found = places_.find(column);
      if (found != places_.end()) return found->second;
      throw Error(fmt::format("{}: {} {}: there is no such column; those there are: {}", place_, key, io::shown(column),
                              fmt::join(*names_, ", ")));
    }
    const auto index = index_of(column);
    if (index && *index >= first_ && *index - first_ < count_) return *index - first_;
    throw Error(fmt::format("{}: {} {}: this file has no names of columns; allowed is an index from {} to {}", place_,
                            key, io::shown(column), first_, first_ + count_ - 1));
  }

 private:
  std::string place_;
  std::size_t first_ = 0, count_ = 0;
  const std::vector<std::string>* names_ = nullptr;
  std::unordered_map<std::string_view, std::size_t> places_;
};

struct Choice {
  std::vector<std::size_t> features;
  std::optional<std::size_t> target;  // none where a file holds the labels
};

// `has_target`: whether labels are one of the columns.
Choice choose(const io::TableOptions& options, const Columns& columns, bool has_target) {
  Choice choice;
  if (has_target && columns.size() > 0)
    choice.target = options.target.empty() ? columns.size() - 1 : columns.find("target_column", options.target);
  std::unordered_set<std::size_t> dropped;
  for (const auto& name : options.drop) dropped.insert(columns.find("drop", name));
  const auto add = [&](std::size_t j) {
    if (j != choice.target && !dropped.contains(j)) choice.features.push_back(j);
  };
  for (const auto& name : options.features) {
    const std::size_t j = columns.find("features", name);
    if (j == choice.target)
      throw Error(fmt::format("{}: features: {} is the target", columns.place(), columns.name(j)));
    add(j);
  }
  for (std::size_t j = 0; options.features.empty() && j < columns.size(); ++j) add(j);
  if (choice.features.empty())
    throw Error(columns.size() < 2
                    ? fmt::format("{}: one column; a label and at least one feature are needed", columns.place())
                    : fmt::format("{}: features and drop leave no feature", columns.place()));
  return choice;
}

void set_columns(io::TableFile& t, const Columns& columns, const Choice& choice) {
  t.place = columns.place();
  for (const std::size_t j : choice.features) t.columns.push_back(columns.name(j));
}

double checked(double x, const std::string& file, std::size_t row, std::size_t column) {
  if (!std::isfinite(x))
    throw Error(fmt::format("{}: row {}, column {} (indices from 0): {}", file, row, column,
                            std::isnan(x) ? "a value is missing (nan)" : "an infinity"));
  return x;
}

io::TableFile from_npy(io::TextInput& input, const io::TableOptions& options) {
  io::TableFile t;
  const io::NpyArray array = io::parse_npy_file(input, {});
  const std::string& file = input.file();
  if (array.shape.size() != 2)
    throw Error(fmt::format("{}: a matrix is expected, not an array of {} dimensions", file, array.shape.size()));
  const std::size_t width = array.shape[1];
  t.rows = array.shape[0];
  const Columns columns(file, 0, width);
  const Choice choice = choose(options, columns, options.labels.empty());
  set_columns(t, columns, choice);
  for (std::size_t i = 0; i < t.rows; ++i) {
    for (const std::size_t j : choice.features) t.x.push_back(checked(array.values[i * width + j], file, i, j));
    if (choice.target) t.y.push_back(checked(array.values[i * width + *choice.target], file, i, *choice.target));
  }
  return t;
}

io::TableFile from_csv(io::TextInput& input, const io::TableOptions& options) {
  io::TableReader table(input, options.header);
  io::TableFile t;
  io::Record row;
  bool has_row = table.next(row);
  const std::size_t width = table.names().empty() ? row.cells.size() : table.names().size();
  const Columns columns =
      table.names().empty() ? Columns(table.place(), 0, width) : Columns(table.place(), table.names());
  const Choice choice = choose(options, columns, options.labels.empty());
  set_columns(t, columns, choice);
  for (; has_row; has_row = table.next(row), ++t.rows) {
    const std::string place = fmt::format("{}:{}", input.file(), row.line);
    if (row.cells.size() != width)
      throw Error(fmt::format("{}: {} cells, but {} in the first row", place, row.cells.size(), width));
    for (std::size_t k = 0; k < choice.features.size(); ++k)
      t.x.push_back(io::finite_cell(row.cells[choice.features[k]], place, t.columns[k]));
    if (choice.target) t.y.push_back(io::finite_cell(row.cells[*choice.target], place, columns.name(*choice.target)));
  }
  t.notes = table.notes();
  return t;
}

io::TableFile from_libsvm(io::TextInput& input, const io::TableOptions& options) {
  io::LibsvmFile file = io::parse_libsvm(input.rest(), input.file());
  io::TableFile t;
  t.rows = file.labels.size();
  const Columns columns(input.file(), file.begins_at_0 ? 0 : 1, file.columns);
  const Choice choice = choose(options, columns, false);
  set_columns(t, columns, choice);
  for (std::size_t i = 0; i < t.rows; ++i)
    for (const std::size_t j : choice.features) t.x.push_back(file.x[i * file.columns + j]);
  if (options.labels.empty()) t.y = std::move(file.labels);
  return t;
}

void read_labels(io::TableFile& t, const io::TableOptions& options) {
  io::Tensor labels = io::read_tensor(options.labels, {options.header, {}});
  const bool is_column = labels.shape.size() == 1 || (labels.shape.size() == 2 && labels.shape[1] == 1);
  if (!is_column || labels.values.size() != t.rows)
    throw Error(
        fmt::format("{}: {} labels in one column are expected, one for each row of {}; there is an array of "
                    "shape ({})",
                    options.labels, t.rows, t.file, fmt::join(labels.shape, ", ")));
  for (std::size_t i = 0; i < t.rows; ++i) checked(labels.values[i], options.labels, i, 0);
  t.y = std::move(labels.values);
  t.notes.insert(t.notes.end(), labels.notes.begin(), labels.notes.end());
}

io::TableFile from_input(io::TextInput& input, const io::TableOptions& options) {
  const auto read = [&] {
    switch (io::kind_of(input)) {
      case io::FileKind::npy:
        return from_npy(input, options);
      case io::FileKind::libsvm:
        return from_libsvm(input, options);
      case io::FileKind::text:
        return from_csv(input, options);
    }
    throw Error(input.file() + ": this kind of file is not known");
  };
  io::TableFile t = read();
  t.file = input.file();
  if (t.rows < 2) throw Error(fmt::format("{}: {} rows of numbers; at least two are needed", t.file, t.rows));
  if (!options.labels.empty()) read_labels(t, options);
  return t;
}

}  // namespace

io::TableFile io::parse_table(std::string_view bytes, const std::string& file, const TableOptions& options) {
  io::TextInput input{std::string(bytes), file};
  return from_input(input, options);
}

io::TableFile io::read_table(const std::string& file, const TableOptions& options) {
  io::TextInput input = io::TextInput::open(file);
  return from_input(input, options);
}

}  // namespace lowprec
