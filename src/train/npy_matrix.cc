#include "train/npy_matrix.h"

#include <fmt/format.h>

#include <charconv>
#include <cstdint>
#include <cstring>

#include "lowprec/error.h"
#include "text_parts.h"

namespace lowprec {
namespace {

constexpr std::string_view kMagic = "\x93NUMPY";

// The text between `before` and `after`.
std::string_view between(std::string_view text, std::string_view before, std::string_view after) {
  const auto start = text.find(before);
  if (start == std::string_view::npos) throw Error(fmt::format("has no {} in its header", before));
  text.remove_prefix(start + before.size());
  return text.substr(0, text.find(after));
}

// Splits the header from the data.
std::string_view take_header(std::string_view& bytes) {
  const std::size_t prefix = bytes.size() > 6 && bytes[6] == 1 ? 10 : 12;
  if (bytes.size() < prefix) throw Error("ends within its header");
  std::uint32_t length = 0;
  for (std::size_t i = prefix; i-- > 8;) length = length << 8 | static_cast<unsigned char>(bytes[i]);
  if (bytes.size() - prefix < length) throw Error("ends within its header");
  const auto header = bytes.substr(prefix, length);
  bytes.remove_prefix(prefix + length);
  return header;
}

std::size_t extent(std::string_view text) {
  std::size_t n = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), n);
  if (problem != std::errc() || end != text.data() + text.size()) throw Error(fmt::format("has the extent '{}'", text));
  return n;
}

template <class T>
std::vector<double> elements(std::string_view bytes) {
  std::vector<double> values(bytes.size() / sizeof(T));
  for (std::size_t i = 0; i < values.size(); ++i) {
    T value{};
    std::memcpy(&value, bytes.data() + i * sizeof(T), sizeof(T));
    values[i] = static_cast<double>(value);
  }
  return values;
}

NpyMatrix parse(std::string_view bytes) {
  const auto header = take_header(bytes);
  const auto type = between(header, "'descr': '", "'");
  if (type != "<f4" && type != "<f8") throw Error(fmt::format("has elements '{}'; allowed are '<f4', '<f8'", type));
  if (between(header, "'fortran_order': ", ",") != "False") throw Error("is in Fortran order; C order is expected");
  const auto shape = split(between(header, "'shape': (", ")"), ",");
  if (shape.size() != 2 || shape[1].empty()) throw Error("is not a matrix: an array of two dimensions is expected");
  NpyMatrix m{extent(shape[0]), extent(shape[1]), {}};
  const std::size_t size = type == "<f4" ? 4 : 8;
  const bool fits = m.columns == 0 || m.rows <= bytes.size() / size / m.columns;
  if (!fits || bytes.size() != m.rows * m.columns * size)
    throw Error(fmt::format("holds {} bytes of data, not those of {} x {} numbers", bytes.size(), m.rows, m.columns));
  m.values = size == 4 ? elements<float>(bytes) : elements<double>(bytes);
  return m;
}

}  // namespace

bool is_npy_matrix(std::string_view bytes) { return bytes.starts_with(kMagic); }

NpyMatrix parse_npy_matrix(std::string_view bytes, const std::string& file) {
  try {
    return parse(bytes);
  } catch (const Error& error) {
    throw Error(file + ": this .npy file " + error.what());
  }
}

}  // namespace lowprec
