#include "format/text_parts.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>

namespace lowprec {

std::string format::lower_case(std::string_view text) {
  std::string result(text);
  for (char& c : result)
    if ('A' <= c && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return result;
}

std::string_view format::trimmed(std::string_view text) {
  constexpr std::string_view blanks = " \t\r\n";
  const auto first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

std::vector<std::string_view> format::split(std::string_view text, std::string_view separators) {
  std::vector<std::string_view> pieces;
  if (format::trimmed(text).empty()) return pieces;
  std::size_t begin = 0;
  int depth = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '(') ++depth;
    if (text[i] == ')') --depth;
    if (depth != 0 || separators.find(text[i]) == std::string_view::npos) continue;
    pieces.push_back(format::trimmed(text.substr(begin, i - begin)));
    begin = i + 1;
  }
  pieces.push_back(format::trimmed(text.substr(begin)));
  return pieces;
}

int format::to_integer(std::string_view text) {
  int value = 0;
  const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (status != std::errc() || end != text.data() + text.size())
    throw Error(fmt::format("'{}' is not an integer in range", text));
  return value;
}

format::ScannedNumber format::scan_number(std::string_view text) {
  format::ScannedNumber n{.digits = text};
  n.negative = text.starts_with('-');
  if (n.negative || text.starts_with('+')) n.digits.remove_prefix(1);
  n.is_hexadecimal = n.digits.starts_with("0x") || n.digits.starts_with("0X");
  if (n.is_hexadecimal) n.digits.remove_prefix(2);
  const auto format = n.is_hexadecimal ? std::chars_format::hex : std::chars_format::general;
  const char* const last = n.digits.data() + n.digits.size();
  const auto [end, status] = std::from_chars(n.digits.data(), last, n.nearest, format);
  const bool whole = end == last && !n.digits.empty() && n.digits.front() != '-';
  const bool is_word = status == std::errc() && !std::isfinite(n.nearest);
  if (!whole || status == std::errc::invalid_argument || (n.is_hexadecimal && is_word))
    throw Error(fmt::format("'{}' is not a number: a decimal or hexadecimal number, inf or nan is expected", text));
  n.is_in_range = status != std::errc::result_out_of_range;
  if (n.negative) n.nearest = -n.nearest;
  return n;
}

void format::TextOption::fail(std::string_view allowed) const {
  throw Error(fmt::format("option '{}{}{}': {}", name, has_value ? "=" : "", value, allowed));
}

void format::TextOption::require_no_value() const {
  if (has_value) fail("takes no value");
}

format::TextOption format::parse_option(std::string_view text) {
  const auto equals = text.find('=');
  if (equals == std::string_view::npos) return {text, {}, false};
  return {format::trimmed(text.substr(0, equals)), format::trimmed(text.substr(equals + 1)), true};
}

void format::TextCall::require_arguments(std::size_t n, std::string_view allowed) const {
  if (arguments.size() != n) throw Error(fmt::format("allowed is {}", allowed));
}

format::TextCall format::parse_call(std::string_view text) {
  const auto open = text.find('(');
  if (open == std::string_view::npos) return {text, {}, {}};
  if (!text.ends_with(')')) throw Error("a closing parenthesis is missing at the end");
  format::TextCall call{format::trimmed(text.substr(0, open)), {}, {}};
  const auto inner = text.substr(open + 1, text.size() - open - 2);
  if (inner.find_first_of("()") != std::string_view::npos) throw Error("unexpected parenthesis");
  const auto semicolon = inner.find(';');
  call.arguments = format::split(inner.substr(0, semicolon), ",");
  if (semicolon == std::string_view::npos) return call;
  for (const auto piece : format::split(inner.substr(semicolon + 1), ",;")) {
    const format::TextOption option = format::parse_option(piece);
    if (std::ranges::find(call.options, option.name, &format::TextOption::name) != call.options.end())
      option.fail("given twice");
    call.options.push_back(option);
  }
  if (call.options.empty()) throw Error("options are missing after ';'");
  return call;
}

}  // namespace lowprec
