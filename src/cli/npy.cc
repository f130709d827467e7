#include "npy.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <cstring>

#include "lowprec/codec.h"
#include "lowprec/error.h"

namespace lowprec::cli {
namespace {

constexpr std::string_view magic = "\x93NUMPY";

template <class T>
double element(const char* bytes) {
  T value{};
  std::memcpy(&value, bytes, sizeof(T));
  const auto number = static_cast<double>(value);
  if (sizeof(T) == 8 && (number > 0x1p53 || number < -0x1p53)) throw Error("holds an integer beyond 2^53");
  return number;
}

template <>
double element<double>(const char* bytes) {
  double value = 0;
  std::memcpy(&value, bytes, sizeof value);
  return value;
}

double half(const char* bytes) {
  std::uint16_t code = 0;
  std::memcpy(&code, bytes, sizeof code);
  return decode(binary16, code);
}

struct Type {
  std::string_view name;
  std::size_t size;
  double (*element)(const char*);
};

constexpr Type types[] = {
    {"<f8", 8, element<double>},        {"<f4", 4, element<float>},         {"<f2", 2, half},
    {"|i1", 1, element<std::int8_t>},   {"<i2", 2, element<std::int16_t>},  {"<i4", 4, element<std::int32_t>},
    {"<i8", 8, element<std::int64_t>},  {"|u1", 1, element<std::uint8_t>},  {"<u2", 2, element<std::uint16_t>},
    {"<u4", 4, element<std::uint32_t>}, {"<u8", 8, element<std::uint64_t>},
};

const Type& type_named(std::string_view name) {
  std::string known;
  for (const auto& type : types) {
    if (type.name == name) return type;
    known += fmt::format(" {}", type.name);
  }
  throw Error(fmt::format("has elements '{}'; allowed are:{}", name, known));
}

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

std::vector<double> read(std::string_view bytes) {
  const auto header = take_header(bytes);
  const Type& type = type_named(between(header, "'descr': '", "'"));
  if (between(header, "'fortran_order': ", ",") != "False") throw Error("is in Fortran order; C order is expected");
  std::uint64_t count = 1;
  std::string_view shape = between(header, "'shape': (", ")");
  while (shape.find_first_of("0123456789") != std::string_view::npos) {
    shape.remove_prefix(shape.find_first_of("0123456789"));
    std::uint64_t extent = 0;
    for (; !shape.empty() && shape[0] >= '0' && shape[0] <= '9'; shape.remove_prefix(1)) {
      if (extent > bytes.size()) throw Error("has fewer elements than its shape says");
      extent = 10 * extent + static_cast<std::uint64_t>(shape[0] - '0');
    }
    if (extent != 0 && count > bytes.size() / extent) throw Error("has fewer elements than its shape says");
    count *= extent;
  }
  if (bytes.size() != count * type.size)
    throw Error(fmt::format("holds {} bytes of data where its shape needs {}", bytes.size(), count * type.size));
  std::vector<double> values;
  for (std::uint64_t i = 0; i < count; ++i) values.push_back(type.element(bytes.data() + i * type.size));
  return values;
}

}  // namespace

bool is_npy(std::string_view bytes) { return bytes.starts_with(magic); }

std::vector<double> read_npy(std::string_view bytes, const std::string& file) {
  try {
    return read(bytes);
  } catch (const Error& error) {
    throw Error(file + ": this .npy file " + error.what());
  }
}

}  // namespace lowprec::cli
