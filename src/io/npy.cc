#include "lowprec/io/npy.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>

#include "io/npy_header.h"
#include "lowprec/array/codec.h"
#include "lowprec/format/code.h"
#include "lowprec/format/error.h"
#include "lowprec/format/names.h"
#include "lowprec/format/number_text.h"
#include "lowprec/format/presets.h"

namespace lowprec {
namespace {

static_assert(std::endian::native == std::endian::little, "arrays are written as they lie in memory");

// Whether binary64 holds the integer of this magnitude.
bool is_held(std::uint64_t magnitude) {
  return magnitude == 0 || std::bit_width(magnitude) - std::countr_zero(magnitude) <= 53;
}

template <class T>
T read_as(const char* bytes) {
  T value{};
  std::memcpy(&value, bytes, sizeof value);
  return value;
}

template <class T>
double element(const char* bytes) {
  const T value = read_as<T>(bytes);
  if constexpr (std::is_integral_v<T>) {
    const auto magnitude = value < 0 ? 0 - static_cast<std::uint64_t>(value) : static_cast<std::uint64_t>(value);
    if (!is_held(magnitude))
      throw Error(fmt::format("holds {}, an integer that binary64 does not hold exactly", value));
  }
  return static_cast<double>(value);
}
double half(const char* bytes) { return decode(binary16, read_as<std::uint16_t>(bytes)); }
double boolean(const char* bytes) { return *bytes != 0 ? 1 : 0; }

// Writes the number as a T. Throws Error if no T is this number.
template <class T>
void write_as(double x, char* bytes) {
  constexpr bool is_integer = std::is_integral_v<T>;
  const bool is_finite = std::isfinite(x);
  const double limit =
      is_integer ? std::ldexp(1.0, std::numeric_limits<T>::digits) : static_cast<double>(std::numeric_limits<T>::max());
  const bool is_in_range = is_integer ? x >= 0 && x < limit : !is_finite || std::fabs(x) <= limit;
  const T value = is_in_range ? static_cast<T>(x) : T{};
  if (!is_in_range || (!std::isnan(x) && static_cast<double>(value) != x)) throw Error("does not hold it");
  std::memcpy(bytes, &value, sizeof value);
}
void write_half(double x, char* bytes) {
  const auto code = static_cast<std::uint16_t>(encode(binary16, x));
  std::memcpy(bytes, &code, sizeof code);
}

// A type of elements by NumPy's letter and size.
struct Type {
  std::string_view name;
  std::size_t size;
  double (*read)(const char*);
  void (*write)(double, char*);  // null: never written
};
constexpr Type kTypes[] = {
    {"f8", 8, element<double>, write_as<double>},
    {"f4", 4, element<float>, write_as<float>},
    {"f2", 2, half, write_half},
    {"i1", 1, element<std::int8_t>, nullptr},
    {"i2", 2, element<std::int16_t>, nullptr},
    {"i4", 4, element<std::int32_t>, nullptr},
    {"i8", 8, element<std::int64_t>, nullptr},
    {"u1", 1, element<std::uint8_t>, write_as<std::uint8_t>},
    {"u2", 2, element<std::uint16_t>, write_as<std::uint16_t>},
    {"u4", 4, element<std::uint32_t>, write_as<std::uint32_t>},
    {"u8", 8, element<std::uint64_t>, write_as<std::uint64_t>},
    {"b1", 1, boolean, nullptr},
};

// A type without meaning of its own: bytes.
constexpr std::string_view kVoids[] = {"V1", "V2", "V4", "V8"};

// The type of a file's elements. `is_swapped`: the most significant byte comes first.
struct ElementType {
  std::string name;  // letter and size
  bool is_swapped = false;

  std::size_t size() const { return static_cast<std::size_t>(name.back() - '0'); }
};

bool is_known(std::string_view name) {
  return std::ranges::find(kTypes, name, &Type::name) != std::end(kTypes) ||
         std::ranges::find(kVoids, name) != std::end(kVoids);
}

[[noreturn]] void fail_type(const io::NpyFile& file) {
  std::string known;
  for (const auto& type : kTypes) known += fmt::format(" {}", type.name);
  io::fail_at_byte(file.type_at, fmt::format("the elements are {}; allowed are, in either order of bytes:{}; and, with "
                                             "--as FORMAT, V1 V2 V4 V8",
                                             file.type, known));
}

ElementType type_of(const io::NpyFile& file) {
  std::string_view text = file.plain_type;
  if (text.size() < 4 || !text.starts_with('\'') || !text.ends_with('\'')) fail_type(file);
  text = text.substr(1, text.size() - 2);
  ElementType type;
  type.is_swapped = text.starts_with('>');
  if (std::string_view("<>|=").find(text.front()) != std::string_view::npos) text.remove_prefix(1);
  if (!is_known(text)) fail_type(file);
  type.name = text;
  return type;
}

// The bytes of an element in the order of this machine.
class ElementBytes {
 public:
  explicit ElementBytes(const ElementType& type) : size_(type.size()), is_swapped_(type.is_swapped) {}
  const char* operator()(const char* from) {
    if (!is_swapped_) return from;
    std::reverse_copy(from, from + size_, bytes_);
    return bytes_;
  }

 private:
  std::size_t size_;
  bool is_swapped_;
  char bytes_[8] = {};
};

// Reads an element as a number, or as a code of `as`.
class ElementReader {
 public:
  ElementReader(const io::NpyFile& file, const ElementType& type, const std::optional<Format>& as)
      : bytes_(type), size_(type.size()), as_(as) {
    if (as) check_code(file, type);
    if (as) return;
    if (type.name.starts_with('V'))
      io::fail_at_byte(file.type_at,
                       fmt::format("the elements are {}, whose meaning the file does not say: --as FORMAT "
                                   "gives it, for example --as {}",
                                   file.type, size_ == 1 ? "e4m3fn" : "bfloat16"));
    read_ = std::ranges::find(kTypes, std::string_view(type.name), &Type::name)->read;
  }

  double operator()(const char* from) {
    const char* bytes = bytes_(from);
    if (!as_) return read_(bytes);
    std::uint64_t code = 0;
    std::memcpy(&code, bytes, size_);
    return decode(*as_, code);
  }

 private:
  void check_code(const io::NpyFile& file, const ElementType& type) const {
    const bool is_code = type.name.front() == 'V' || type.name.front() == 'u' || type.name.front() == 'i';
    if (!is_code)
      io::fail_at_byte(file.type_at, fmt::format("the elements are {}; codes are integers or bytes (V)", file.type));
    if (as_->bits > static_cast<int>(8 * size_))
      io::fail_at_byte(file.type_at,
                       fmt::format("the elements are {}, too few bits for codes of {}", file.type, to_string(*as_)));
  }

  ElementBytes bytes_;
  std::size_t size_;
  std::optional<Format> as_;
  double (*read_)(const char*) = nullptr;
};

// For each element in the order of the file, its place in C order.
class PlaceInCOrder {
 public:
  explicit PlaceInCOrder(const io::NpyFile& file) : shape_(file.shape), index_(file.shape.size()) {
    strides_.assign(shape_.size(), 1);
    for (std::size_t k = shape_.size(); k-- > 1;) strides_[k - 1] = strides_[k] * shape_[k];
    is_fortran_ = file.is_fortran && shape_.size() > 1;
  }
  std::size_t next() {
    const std::size_t place = place_;
    if (!is_fortran_) return place_++, place;
    for (std::size_t k = 0; k < shape_.size(); ++k) {
      place_ += strides_[k];
      if (++index_[k] < shape_[k]) break;
      place_ -= strides_[k] * shape_[k];
      index_[k] = 0;
    }
    return place;
  }

 private:
  std::vector<std::size_t> shape_, index_, strides_;
  std::size_t place_ = 0;
  bool is_fortran_ = false;
};

template <class T>
std::string file_of(std::string_view type, std::span<const T> values) {
  const std::size_t shape[] = {values.size()};
  return io::npy_bytes(type, shape, {reinterpret_cast<const char*>(values.data()), values.size_bytes()});
}

}  // namespace

io::NpyArray io::parse_npy(std::string_view bytes, const std::optional<Format>& as) {
  const io::NpyFile file = io::take_npy_apart(bytes);
  const ElementType type = type_of(file);
  ElementReader read(file, type, as);
  io::NpyArray array{file.shape, std::vector<double>(io::npy_count(file, type.size())),
                     file.plain_type.substr(1, file.plain_type.size() - 2)};
  PlaceInCOrder place(file);
  for (std::size_t i = 0; i < array.values.size(); ++i) {
    try {
      array.values[place.next()] = read(file.data.data() + i * type.size());
    } catch (const Error& error) {
      io::fail_at_byte(file.data_at + i * type.size(), error.what());
    }
  }
  return array;
}

std::string io::to_npy(const io::NpyArray& array) {
  const std::string name = array.type.substr(std::min<std::size_t>(1, array.type.size()));
  const auto* const type = std::ranges::find(kTypes, std::string_view(name), &Type::name);
  const bool has_order = array.type.starts_with('<') || (array.type.starts_with('|') && name.ends_with('1'));
  if (type == std::end(kTypes) || type->write == nullptr || !has_order)
    throw Error(fmt::format("{} is no type of elements that is written", array.type));
  std::string data(array.values.size() * type->size, '\0');
  for (std::size_t i = 0; i < array.values.size(); ++i) {
    try {
      type->write(array.values[i], &data[i * type->size]);
    } catch (const Error&) {
      throw Error(fmt::format("element {}: {} is no number of the type {}", i, to_string(array.values[i]), array.type));
    }
  }
  return io::npy_bytes("'" + array.type + "'", array.shape, data);
}

std::string io::to_npy(std::span<const float> values) { return file_of("'<f4'", values); }
std::string io::to_npy(std::span<const double> values) { return file_of("'<f8'", values); }

std::string io::to_npy(const Packed& array) {
  return file_of(fmt::format("[('{}[{}]', '|u1')]", to_string(array.format()), array.size()), array.bytes());
}

Packed io::parse_packed_npy(std::string_view bytes) {
  const io::NpyFile file = io::take_npy_apart(bytes);
  constexpr std::string_view before = "[('", after = "]','|u1')]";
  const std::string_view type = file.plain_type;
  const auto bracket = type.rfind('[');
  if (!type.starts_with(before) || !type.ends_with(after) || bracket < before.size())
    io::fail_at_byte(file.type_at,
                     fmt::format("the elements are {}; codes are [('FORMAT[NUMBER]', '|u1')]", file.type));
  const auto name = type.substr(before.size(), bracket - before.size());
  const auto number = type.substr(bracket + 1, type.size() - after.size() - bracket - 1);
  std::size_t n = 0;
  const auto [end, problem] = std::from_chars(number.data(), number.data() + number.size(), n);
  if (problem != std::errc() || end != number.data() + number.size())
    io::fail_at_byte(file.type_at, fmt::format("'{}' is not a shape", number));
  io::npy_count(file, 1);
  try {
    return Packed::from_bytes(parse_format(name), n,
                              {reinterpret_cast<const std::uint8_t*>(file.data.data()), file.data.size()});
  } catch (const Error& error) {
    io::fail_at_byte(file.data_at, fmt::format("{} codes of {}: {}", n, name, error.what()));
  }
}

}  // namespace lowprec
