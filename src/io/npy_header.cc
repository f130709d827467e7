#include "io/npy_header.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>

#include "lowprec/format/error.h"
#include "lowprec/io/npy.h"

namespace lowprec {
namespace {

constexpr std::string_view kMagic = "\x93NUMPY";
constexpr std::size_t kAlignment = 64;  // of the data
constexpr std::string_view kBlanks = " \t\r\n";

// Walks through Python's text of a dictionary. Places are bytes of the file.
class Cursor {
 public:
  Cursor(std::string_view text, std::size_t at) : text_(text), at_(at) {}

  std::size_t at() const { return at_; }
  std::string_view rest() const { return text_; }
  bool at_end() const { return text_.empty(); }
  char front() const { return text_.empty() ? '\0' : text_.front(); }
  void take(std::size_t n) {
    text_.remove_prefix(n);
    at_ += n;
  }
  void skip_blanks() { take(std::min(text_.find_first_not_of(kBlanks), text_.size())); }
  bool takes(char c) {
    skip_blanks();
    if (front() != c) return false;
    take(1);
    skip_blanks();
    return true;
  }
  void expect(char c) {
    if (!takes(c)) io::fail_at_byte(at_, fmt::format("the header has no {} here", c));
  }

  // A text between quotes of either kind.
  std::string_view quoted() {
    const char quote = front();
    if (quote != '\'' && quote != '"') io::fail_at_byte(at_, "a key between quotes is expected in the header");
    const auto end = text_.find(quote, 1);
    if (end == std::string_view::npos) io::fail_at_byte(at_, "a quote that begins here does not end");
    const auto inner = text_.substr(1, end - 1);
    take(end + 1);
    skip_blanks();
    return inner;
  }

  // The text of one value, which ends before a comma or bracket that does not belong to it.
  std::string_view value() {
    const std::string_view start = text_;
    int depth = 0;
    while (!at_end() && (depth > 0 || (front() != ',' && front() != '}'))) {
      const char c = front();
      if (c == '\'' || c == '"') {
        quoted();
        continue;
      }
      depth += c == '(' || c == '[' || c == '{' ? 1 : c == ')' || c == ']' || c == '}' ? -1 : 0;
      take(1);
    }
    if (at_end()) io::fail_at_byte(at_, "the header has no , or } after a value");
    const auto value = start.substr(0, start.size() - text_.size());
    return value.substr(0, value.find_last_not_of(kBlanks) + 1);
  }

 private:
  std::string_view text_;
  std::size_t at_;
};

std::string without_blanks(std::string_view value) {
  std::string plain;
  char quote = 0;
  for (const char c : value) {
    const bool is_quote = c == '\'' || c == '"';
    if (quote == 0 && kBlanks.find(c) != std::string_view::npos) continue;
    if (is_quote && (quote == 0 || quote == c)) quote = quote == 0 ? c : 0;
    plain += is_quote ? '\'' : c;
  }
  return plain;
}

std::vector<std::size_t> parse_shape(std::string_view text, std::size_t at) {
  const auto fail = [&] { io::fail_at_byte(at, fmt::format("'{}' is not a shape", text)); };
  Cursor cursor(text, at);
  if (!cursor.takes('(') && !cursor.takes('[')) fail();
  std::vector<std::size_t> shape;
  while (!cursor.takes(')') && !cursor.takes(']')) {
    std::size_t extent = 0;
    const auto rest = cursor.rest();
    const auto [end, problem] = std::from_chars(rest.data(), rest.data() + rest.size(), extent);
    if (problem != std::errc()) fail();
    cursor.take(static_cast<std::size_t>(end - rest.data()));
    cursor.takes('L');  // Python 2 wrote long integers so
    if (!cursor.takes(',') && cursor.front() != ')' && cursor.front() != ']') fail();
    shape.push_back(extent);
  }
  return shape;
}

// What the three keys hold.
struct Keys {
  std::optional<std::string_view> type, order, shape;
};

void read_keys(Cursor& cursor, Keys& keys) {
  cursor.expect('{');
  while (!cursor.takes('}')) {
    const std::size_t at = cursor.at();
    const auto key = cursor.quoted();
    auto* const slot = key == "descr"           ? &keys.type
                       : key == "fortran_order" ? &keys.order
                       : key == "shape"         ? &keys.shape
                                                : nullptr;
    if (slot == nullptr)
      io::fail_at_byte(at,
                       fmt::format("the header has a key '{}'; its keys are 'descr', 'fortran_order', 'shape'", key));
    cursor.expect(':');
    *slot = cursor.value();
    if (!cursor.takes(',') && cursor.front() != '}') io::fail_at_byte(cursor.at(), "the header has no , here");
  }
}

void read_header(std::string_view header, std::size_t at, io::NpyFile& file) {
  const auto place = [&](std::string_view part) { return at + static_cast<std::size_t>(part.data() - header.data()); };
  Cursor cursor(header, at);
  cursor.skip_blanks();
  Keys keys;
  read_keys(cursor, keys);
  for (const auto& [name, value] :
       {std::pair{"descr", keys.type}, {"fortran_order", keys.order}, {"shape", keys.shape}})
    if (!value) io::fail_at_byte(at, fmt::format("the header has no '{}'", name));
  file.type = *keys.type;
  file.type_at = place(file.type);
  file.plain_type = without_blanks(file.type);
  if (*keys.order != "True" && *keys.order != "False")
    io::fail_at_byte(place(*keys.order), fmt::format("'{}' is neither True nor False", *keys.order));
  file.is_fortran = *keys.order == "True";
  file.shape = parse_shape(*keys.shape, place(*keys.shape));
}

}  // namespace

void io::fail_at_byte(std::size_t byte, std::string_view reason) {
  throw Error(fmt::format("byte {}: {}", byte, reason));
}

bool io::is_npy(std::string_view bytes) { return bytes.starts_with(kMagic); }

io::NpyFile io::take_npy_apart(std::string_view bytes) {
  if (!io::is_npy(bytes)) io::fail_at_byte(0, "a .npy file begins with \\x93NUMPY");
  const std::size_t prefix = bytes.size() > 6 && bytes[6] == 1 ? 10 : 12;
  if (bytes.size() < prefix) io::fail_at_byte(bytes.size(), "the file ends within its header");
  if (bytes[6] < 1 || bytes[6] > 3) io::fail_at_byte(6, fmt::format("version {} is none of 1, 2 and 3", int{bytes[6]}));
  std::size_t length = 0;
  for (std::size_t i = prefix; i-- > 8;) length = length << 8 | static_cast<unsigned char>(bytes[i]);
  if (bytes.size() - prefix < length) io::fail_at_byte(bytes.size(), "the file ends within its header");
  io::NpyFile file;
  read_header(bytes.substr(prefix, length), prefix, file);
  file.data_at = prefix + length;
  file.data = bytes.substr(file.data_at);
  return file;
}

std::size_t io::npy_count(const io::NpyFile& file, std::size_t size) {
  std::size_t bytes = size;
  for (const std::size_t extent : file.shape)
    if (__builtin_mul_overflow(bytes, extent, &bytes))
      io::fail_at_byte(file.data_at, "the size that the shape gives overflows");
  if (file.data.size() != bytes)
    io::fail_at_byte(file.data_at + std::min(bytes, file.data.size()),
                     fmt::format("{} bytes of data where the shape needs {}", file.data.size(), bytes));
  return bytes / size;
}

// Version 1: its header holds up to 65535 bytes.
std::string io::npy_bytes(std::string_view type, std::span<const std::size_t> shape, std::string_view data) {
  std::string header = fmt::format("{{'descr': {}, 'fortran_order': False, 'shape': ({}{}), }}", type,
                                   fmt::join(shape, ", "), shape.size() == 1 ? "," : "");
  const std::size_t used = kMagic.size() + 4 + header.size() + 1;
  header.append((kAlignment - used % kAlignment) % kAlignment, ' ');
  header += '\n';
  const auto length = static_cast<std::uint16_t>(header.size());
  const char prefix[] = {1, 0, static_cast<char>(length & 255), static_cast<char>(length >> 8)};
  return std::string(kMagic).append(prefix, sizeof prefix).append(header).append(data);
}

}  // namespace lowprec
