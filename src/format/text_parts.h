// The parts that the texts of formats, roundings and quantizers are made of.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "lowprec/format/error.h"

namespace lowprec::format {

std::string lower_case(std::string_view text);
std::string_view trimmed(std::string_view text);

// The pieces between separators that stand outside parentheses, trimmed; none for a blank text.
std::vector<std::string_view> split(std::string_view text, std::string_view separators);

// A whole text as a decimal integer; Error otherwise.
int to_integer(std::string_view text);

// A decimal or hexadecimal number, inf or nan, with a sign or without; Error if the text is none of these.
struct ScannedNumber {
  bool negative = false;
  bool is_hexadecimal = false;
  std::string_view digits;  // without sign and 0x; "inf" or "nan..." of those
  double nearest = 0;       // binary64, with the sign
  bool is_in_range = true;  // false: beyond binary64, `nearest` says nothing
};
ScannedNumber scan_number(std::string_view text);

// NAME or NAME=VALUE.
struct TextOption {
  std::string_view name, value;
  bool has_value = false;

  [[noreturn]] void fail(std::string_view allowed) const;
  void require_no_value() const;
  int integer() const { return to_integer(value); }
};
TextOption parse_option(std::string_view text);

// name(arguments;options), each list separated by commas; a bare name has neither.
struct TextCall {
  std::string_view name;
  std::vector<std::string_view> arguments;
  std::vector<TextOption> options;

  void require_arguments(std::size_t n, std::string_view allowed) const;
  int integer(std::size_t i) const { return to_integer(arguments[i]); }
};
TextCall parse_call(std::string_view text);

// parse(lower-case, trimmed text), with the text named in an Error.
template <class F>
auto parse_named(const char* what, std::string_view text, F parse) {
  const std::string lower = lower_case(trimmed(text));
  try {
    return parse(std::string_view(lower));
  } catch (const Error& error) {
    throw Error(std::string(what).append(" '").append(text).append("': ").append(error.what()));
  }
}

// The names of a table, for messages.
template <class Table, class Name>
std::string joined(const Table& table, Name name) {
  std::string result;
  for (const auto& entry : table) result.append(result.empty() ? "" : ", ").append(name(entry));
  return result;
}

}  // namespace lowprec::format
