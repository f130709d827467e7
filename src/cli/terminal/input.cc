#include "cli/terminal/input.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "io/text_input.h"
#include "lowprec/exact/wide_text.h"
#include "lowprec/format/names.h"
#include "lowprec/format/number_text.h"
#include "lowprec/io/npy.h"

namespace lowprec::cli {
namespace {

constexpr std::string_view blanks = " \t\r\v\f";

double nearest(std::string_view field) { return parse_shown(field, format::parse_number); }
double odd(std::string_view field) { return parse_shown(field, exact::parse_number_to_odd); }
std::string same(std::string_view field) { return std::string(field); }

// A whole text as digits of the base; false otherwise.
bool read_digits(std::string_view digits, int base, std::uint64_t& value) {
  const auto [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), value, base);
  return problem == std::errc() && end == digits.data() + digits.size();
}

// The next field of the line, which is removed from it; empty at the end.
std::string_view next_field(std::string_view& line) {
  line.remove_prefix(std::min(line.find_first_not_of(blanks), line.size()));
  const std::string_view field = line.substr(0, line.find_first_of(blanks));
  line.remove_prefix(field.size());
  return field;
}

template <class T>
void read_record(std::string_view line, std::size_t width, T (*parse)(std::string_view), std::vector<T>& values) {
  std::size_t found = 0;
  for (auto field = next_field(line); !field.empty(); field = next_field(line), ++found) {
    if (found < width) values.push_back(parse(field));
  }
  if (found != width)
    throw Error(fmt::format("{} expected on a line, {} found",
                            width == 1 ? "1 number is" : fmt::format("{} numbers are", width), found));
}

template <class T>
void read_lines(std::string_view text, std::size_t width, T (*parse)(std::string_view), Records<T>& records) {
  for (std::uint64_t number = 1; !text.empty(); ++number) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    const std::size_t first = line.find_first_not_of(blanks);
    if (first == std::string_view::npos || line[first] == '#') continue;
    records.places.add(number);
    at_place(records.places, records.places.size() - 1, [&] { read_record(line, width, parse, records.values); });
  }
}

template <class T>
T element(double x) {
  if constexpr (std::is_same_v<T, std::string>)
    return exact::to_hex(x);
  else
    return x;
}

std::vector<double> npy_values(std::string_view bytes, const std::string& file) {
  try {
    return io::parse_npy(bytes).values;
  } catch (const Error& error) {
    throw Error(fmt::format("{}: this .npy file is not as expected: {}", file, error.what()));
  }
}

template <class T>
Records<T> read(std::vector<std::string> files, std::size_t width, T (*parse)(std::string_view)) {
  if (files.empty()) files.emplace_back("-");
  Records<T> records;
  for (const auto& file : files) {
    records.places.begin_file(file);
    const std::string bytes = read_file(file);
    if (io::is_npy(bytes)) {
      const auto values = npy_values(bytes, file);
      if (values.size() % width != 0)
        throw Error(fmt::format("{}: {} numbers are no multiple of {}", file, values.size(), width));
      std::ranges::transform(values, std::back_inserter(records.values), element<T>);
      for (std::uint64_t i = 1; i <= values.size() / width; ++i) records.places.add(i);
    } else {
      read_lines(bytes, width, parse, records);
    }
  }
  return records;
}

}  // namespace

std::string read_file(const std::string& name) { return io::TextInput::open(name).rest(); }

std::string Places::operator[](std::size_t record) const {
  auto file = files_.rbegin();
  while (file->first > record) ++file;
  return fmt::format("{}:{}", file->name, lines_[record]);
}

Records<double> read_numbers(const std::vector<std::string>& files, std::size_t width) {
  return read(files, width, nearest);
}

Records<double> read_numbers_to_odd(const std::vector<std::string>& files, std::size_t width) {
  return read(files, width, odd);
}

Records<std::string> read_fields(const std::vector<std::string>& files, std::size_t width) {
  return read(files, width, same);
}

format::Uint128 parse_code(std::string_view field) {
  const bool hexadecimal = field.starts_with("0x") || field.starts_with("0X");
  const std::string_view digits = field.substr(hexadecimal ? 2 : 0);
  const std::size_t upper_digits = hexadecimal && digits.size() > 16 && digits.size() <= 32 ? digits.size() - 16 : 0;
  std::uint64_t upper = 0, lower = 0;
  const bool is_upper = upper_digits == 0 || read_digits(digits.substr(0, upper_digits), 16, upper);
  if (is_upper && read_digits(digits.substr(upper_digits), hexadecimal ? 16 : 10, lower))
    return format::Uint128{upper} << 64 | lower;
  throw Error(io::shown(field) + " is not a code: 0x and hexadecimal digits, or decimal digits, are expected");
}

}  // namespace lowprec::cli
