#include "lowprec/io/npy.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <charconv>
#include <cstdint>
#include <cstring>

#include "lowprec/array/codec.h"
#include "lowprec/format/error.h"
#include "lowprec/format/names.h"
#include "lowprec/format/number_text.h"
#include "lowprec/format/presets.h"

namespace lowprec {
namespace {

static_assert(std::endian::native == std::endian::little, "arrays are written as they lie in memory");

constexpr std::string_view magic = "\x93NUMPY";
constexpr std::size_t alignment = 64;  // of the data

template <class T>
double element(const char* bytes) {
  T value{};
  std::memcpy(&value, bytes, sizeof(T));
  const auto number = static_cast<double>(value);
  constexpr bool is_exact = std::numeric_limits<T>::digits <= std::numeric_limits<double>::digits;
  if (!is_exact && (number > 0x1p53 || number < -0x1p53)) throw Error("holds an integer beyond 2^53");
  return number;
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
    {"'<f8'", 8, element<double>},        {"'<f4'", 4, element<float>},         {"'<f2'", 2, half},
    {"'|i1'", 1, element<std::int8_t>},   {"'<i2'", 2, element<std::int16_t>},  {"'<i4'", 4, element<std::int32_t>},
    {"'<i8'", 8, element<std::int64_t>},  {"'|u1'", 1, element<std::uint8_t>},  {"'<u2'", 2, element<std::uint16_t>},
    {"'<u4'", 4, element<std::uint32_t>}, {"'<u8'", 8, element<std::uint64_t>},
};

[[noreturn]] void fail(std::size_t byte, std::string_view reason) {
  throw Error(fmt::format("byte {}: {}", byte, reason));
}

// A file taken apart. `type` is Python's text of the elements' type, `type_at` where it stands.
struct File {
  std::string_view type, data;
  std::size_t type_at = 0, data_at = 0;
  std::vector<std::size_t> shape;
};

// What follows a key of the header, up to the last of one of the ends; the header is at byte `at` of the file.
std::string_view value_of(std::string_view header, std::string_view key, std::string_view end, std::size_t at) {
  const auto start = header.find(key);
  if (start == std::string_view::npos) fail(at, fmt::format("the header has no {}", key));
  const auto length = header.substr(start + key.size()).find(end);
  if (length == std::string_view::npos) fail(at + start, fmt::format("the header has no {} after {}", end, key));
  return header.substr(start + key.size(), length);
}

std::size_t parse_extent(std::string_view& text, std::size_t at) {
  std::size_t extent = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), extent);
  if (problem != std::errc()) fail(at, fmt::format("'{}' is not a shape", text));
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  text.remove_prefix(std::min(text.find_first_not_of(", "), text.size()));
  return extent;
}

File take_apart(std::string_view bytes) {
  if (!io::is_npy(bytes)) fail(0, "a .npy file begins with \\x93NUMPY");
  const std::size_t prefix = bytes.size() > 6 && bytes[6] == 1 ? 10 : 12;
  if (bytes.size() < prefix) fail(bytes.size(), "the file ends within its header");
  if (bytes[6] < 1 || bytes[6] > 3) fail(6, fmt::format("version {} is none of 1, 2 and 3", int{bytes[6]}));
  std::size_t length = 0;
  for (std::size_t i = prefix; i-- > 8;) length = length << 8 | static_cast<unsigned char>(bytes[i]);
  if (bytes.size() - prefix < length) fail(bytes.size(), "the file ends within its header");
  const auto header = bytes.substr(prefix, length);
  File file;
  file.type = value_of(header, "'descr': ", ", 'fortran_order'", prefix);
  file.type_at = static_cast<std::size_t>(file.type.data() - bytes.data());
  const auto order = value_of(header, "'fortran_order': ", ",", prefix);
  const auto order_at = static_cast<std::size_t>(order.data() - bytes.data());
  if (order != "False") fail(order_at, "the array is in Fortran order; C order is expected");
  auto shape = value_of(header, "'shape': (", ")", prefix);
  const auto shape_at = static_cast<std::size_t>(shape.data() - bytes.data());
  while (!shape.empty()) file.shape.push_back(parse_extent(shape, shape_at));
  file.data_at = prefix + length;
  file.data = bytes.substr(file.data_at);
  return file;
}

// The number of elements, each of `size` bytes. Error unless the data are exactly these.
std::size_t count_of(const File& file, std::size_t size) {
  std::size_t bytes = size;
  for (const std::size_t extent : file.shape)
    if (__builtin_mul_overflow(bytes, extent, &bytes)) fail(file.data_at, "the size that the shape gives overflows");
  if (file.data.size() != bytes)
    fail(file.data_at + std::min(bytes, file.data.size()),
         fmt::format("{} bytes of data where the shape needs {}", file.data.size(), bytes));
  return bytes / size;
}

const Type& type_of(const File& file) {
  std::string known;
  for (const auto& type : types) {
    if (type.name == file.type) return type;
    known += fmt::format(" {}", type.name);
  }
  fail(file.type_at, fmt::format("the elements are {}; allowed are:{}", file.type, known));
}

// Version 1: its header holds up to 65535 bytes.
std::string file_of(std::string_view type, std::size_t n, std::string_view data) {
  std::string header = fmt::format("{{'descr': {}, 'fortran_order': False, 'shape': ({},), }}", type, n);
  const std::size_t used = magic.size() + 4 + header.size() + 1;
  header.append((alignment - used % alignment) % alignment, ' ');
  header += '\n';
  const auto length = static_cast<std::uint16_t>(header.size());
  const char prefix[] = {1, 0, static_cast<char>(length & 255), static_cast<char>(length >> 8)};
  return std::string(magic).append(prefix, sizeof prefix).append(header).append(data);
}

template <class T>
std::string file_of(std::string_view type, std::span<const T> values) {
  return file_of(type, values.size(), {reinterpret_cast<const char*>(values.data()), values.size_bytes()});
}

}  // namespace

bool io::is_npy(std::string_view bytes) { return bytes.starts_with(magic); }

io::NpyArray io::parse_npy(std::string_view bytes) {
  const File file = take_apart(bytes);
  const Type& type = type_of(file);
  io::NpyArray array{file.shape, std::vector<double>(count_of(file, type.size))};
  for (std::size_t i = 0; i < array.values.size(); ++i) {
    try {
      array.values[i] = type.element(file.data.data() + i * type.size);
    } catch (const Error& error) {
      fail(file.data_at + i * type.size, error.what());
    }
  }
  return array;
}

std::string io::to_npy(std::span<const float> values) { return file_of("'<f4'", values); }
std::string io::to_npy(std::span<const double> values) { return file_of("'<f8'", values); }

std::string io::to_npy(const Packed& array) {
  return file_of(fmt::format("[('{}[{}]', '|u1')]", to_string(array.format()), array.size()), array.bytes());
}

Packed io::parse_packed_npy(std::string_view bytes) {
  const File file = take_apart(bytes);
  constexpr std::string_view before = "[('", after = "]', '|u1')]";
  const auto bracket = file.type.rfind('[');
  if (!file.type.starts_with(before) || !file.type.ends_with(after) || bracket < before.size())
    fail(file.type_at, fmt::format("the elements are {}; codes are [('FORMAT[NUMBER]', '|u1')]", file.type));
  const auto name = file.type.substr(before.size(), bracket - before.size());
  auto number = file.type.substr(bracket + 1, file.type.size() - after.size() - bracket - 1);
  const std::size_t n = parse_extent(number, file.type_at + bracket + 1);
  count_of(file, 1);
  try {
    return Packed::from_bytes(parse_format(name), n,
                              {reinterpret_cast<const std::uint8_t*>(file.data.data()), file.data.size()});
  } catch (const Error& error) {
    fail(file.data_at, fmt::format("{} codes of {}: {}", n, name, error.what()));
  }
}

}  // namespace lowprec
