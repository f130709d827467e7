#include "io/tensor.h"

#include <fmt/format.h>

#include <algorithm>

#include "io/cell.h"
#include "io/libsvm.h"
#include "io/table_reader.h"
#include "lowprec/format/error.h"
#include "lowprec/format/number_text.h"
#include "lowprec/io/npy.h"

namespace lowprec {
namespace {

io::Tensor from_libsvm(io::TextInput& input) {
  const io::LibsvmFile file = io::parse_libsvm(input.rest(), input.file());
  const std::size_t rows = file.labels.size();
  io::Tensor t{{rows, file.columns + 1}, {}, "", {}};
  for (std::size_t i = 0; i < rows; ++i) {
    t.values.push_back(file.labels[i]);
    const auto row = file.x.begin() + static_cast<std::ptrdiff_t>(i * file.columns);
    t.values.insert(t.values.end(), row, row + static_cast<std::ptrdiff_t>(file.columns));
  }
  return t;
}

io::Tensor from_text(io::TextInput& input, io::Header header) {
  io::TableReader table(input, header);
  io::Tensor t;
  io::Record row;
  std::size_t rows = 0, width = 0;
  bool is_matrix = true;
  for (; table.next(row); ++rows) {
    const auto& names = table.names();
    for (std::size_t j = 0; j < row.cells.size(); ++j) {
      const std::string_view name = j < names.size() ? std::string_view(names[j]) : "";
      t.values.push_back(
          io::parsed_cell(row.cells[j], {input.file(), row.line, j, row.cells.size(), name}, format::parse_number));
    }
    if (rows == 0) width = row.cells.size();
    is_matrix &= row.cells.size() == width;
  }
  t.shape = is_matrix && width > 1 && rows > 1 ? std::vector{rows, width} : std::vector{t.values.size()};
  t.notes = table.notes();
  return t;
}

}  // namespace

io::FileKind io::kind_of(TextInput& input) {
  if (io::is_npy(input.at_hand())) return FileKind::npy;
  input.require_text();
  return io::is_libsvm(input.at_hand()) ? FileKind::libsvm : FileKind::text;
}

io::NpyArray io::parse_npy_file(TextInput& input, const std::optional<Format>& as) {
  try {
    return io::parse_npy(input.rest(), as);
  } catch (const Error& error) {
    throw Error(fmt::format("{}: this .npy file is not as expected: {}", input.file(), error.what()));
  }
}

io::Tensor io::read_tensor(const std::string& name, const TensorOptions& options) {
  io::TextInput input = io::TextInput::open(name);
  return io::read_tensor(input, options);
}

io::Tensor io::read_tensor(TextInput& input, const TensorOptions& options) {
  const FileKind kind = io::kind_of(input);
  if (kind == FileKind::npy) {
    io::NpyArray array = io::parse_npy_file(input, options.as);
    return {std::move(array.shape), std::move(array.values), std::move(array.type), {}};
  }
  if (options.as) throw Error(input.file() + ": --as FORMAT is for codes in a .npy file, and this is text");
  return kind == FileKind::libsvm ? from_libsvm(input) : from_text(input, options.header);
}

}  // namespace lowprec
