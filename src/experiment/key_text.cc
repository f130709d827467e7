#include "experiment/key_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdint>

#include "format/text_parts.h"
#include "lowprec/format/error.h"
#include "lowprec/io/csv.h"

namespace lowprec {
namespace {

bool is_bare(char c) {
  return ('a' <= c && c <= 'z') || ('A' <= c && c <= 'Z') || ('0' <= c && c <= '9') || c == '_' || c == '-';
}

// The number of bytes of the UTF-8 character at the front, 0 if there is none (Unicode 15, table 3-7).
std::size_t character_size(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(0);
  if (first < 0x80) return 1;
  const std::size_t size = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || text.size() < size) return 0;
  const unsigned char least = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
  const unsigned char most = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
  if (byte(1) < least || byte(1) > most) return 0;
  for (std::size_t i = 2; i < size; ++i)
    if ((byte(i) & 0xc0) != 0x80) return 0;
  return size;
}

void append_utf8(std::string& text, std::uint32_t c) {
  const auto add = [&](std::uint32_t byte) { text += static_cast<char>(byte); };
  if (c < 0x80) return add(c);
  if (c < 0x800) return add(0xc0 | c >> 6), add(0x80 | (c & 0x3f));
  if (c < 0x10000) return add(0xe0 | c >> 12), add(0x80 | (c >> 6 & 0x3f)), add(0x80 | (c & 0x3f));
  add(0xf0 | c >> 18), add(0x80 | (c >> 12 & 0x3f)), add(0x80 | (c >> 6 & 0x3f)), add(0x80 | (c & 0x3f));
}

[[noreturn]] void fail_open(std::string_view text) {
  throw Error(fmt::format("{}: the quote that begins here does not end", io::shown(text)));
}

// The character of \uXXXX or \UXXXXXXXX; `text` is what follows the letter, and loses the digits.
std::uint32_t unicode_escape(std::string_view& text, std::size_t digits) {
  std::uint32_t c = 0;
  const char* const last = text.data() + std::min(digits, text.size());
  const auto [end, status] = std::from_chars(text.data(), last, c, 16);
  const bool is_whole = status == std::errc() && end == text.data() + digits;
  if (!is_whole || c > 0x10ffff || (c >= 0xd800 && c < 0xe000))
    throw Error(fmt::format("an escape of {} hexadecimal digits that name a character is expected", digits));
  text.remove_prefix(digits);
  return c;
}

// The escape whose backslash was taken off the front.
void append_escape(std::string& result, std::string_view& text, std::string_view whole) {
  constexpr std::string_view letters = "btnfr\"\\", meanings = "\b\t\n\f\r\"\\";
  if (text.empty()) fail_open(whole);
  const char letter = text.front();
  text.remove_prefix(1);
  if (letter == 'u' || letter == 'U') return append_utf8(result, unicode_escape(text, letter == 'u' ? 4 : 8));
  const auto known = letters.find(letter);
  if (known == std::string_view::npos)
    throw Error(
        fmt::format("{}: an escape is one of \\b \\t \\n \\f \\r \\\" \\\\ \\uXXXX \\UXXXXXXXX", io::shown(whole)));
  result += meanings[known];
}

// Takes a string in quotes off the front.
std::string take_string(std::string_view& text) {
  const std::string_view whole = text;
  const char quote = text.front();
  text.remove_prefix(1);
  std::string result;
  while (!text.empty() && text.front() != quote) {
    const char c = text.front();
    text.remove_prefix(1);
    if (c == '\\' && quote == '"')
      append_escape(result, text, whole);
    else
      result += c;
  }
  if (text.empty()) fail_open(whole);
  text.remove_prefix(1);
  return result;
}

bool is_quoted(std::string_view text) { return text.starts_with('"') || text.starts_with('\''); }

void skip_blanks(std::string_view& text) { text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size())); }

// Takes one part of a key off the front, up to one of `ends`.
std::string take_part(std::string_view& text, std::string_view ends) {
  skip_blanks(text);
  if (!is_quoted(text)) {
    const std::string_view part = text.substr(0, text.find_first_of(ends));
    text.remove_prefix(part.size());
    return std::string(format::trimmed(part));
  }
  std::string part = take_string(text);
  skip_blanks(text);
  if (!text.empty() && ends.find(text.front()) == std::string_view::npos)
    throw Error(fmt::format("{}: a dot is expected after a quoted part of a key", io::shown(text)));
  return part;
}

// Takes a key off the front, up to one of `ends`, which hold the dot.
std::vector<std::string> take_key(std::string_view& text, std::string_view ends) {
  std::vector<std::string> parts;
  while (true) {
    parts.push_back(take_part(text, ends));
    if (!text.starts_with('.')) return parts;
    text.remove_prefix(1);
  }
}

}  // namespace

std::string experiment::quoted_toml(std::string_view text) {
  std::string result = "\"";
  while (!text.empty()) {
    const std::size_t size = character_size(text);
    if (size == 0) throw Error(fmt::format("{} is not UTF-8 text", io::shown(text)));
    const auto first = static_cast<unsigned char>(text.front());
    if (first == '"' || first == '\\') result += '\\';
    if (first < 0x20 || first == 0x7f)
      result += fmt::format("\\u{:04x}", first);
    else
      result += text.substr(0, size);
    text.remove_prefix(size);
  }
  return result + "\"";
}

std::string experiment::key_part(std::string_view name) {
  return !name.empty() && std::ranges::all_of(name, is_bare) ? std::string(name) : experiment::quoted_toml(name);
}

std::vector<std::string> experiment::key_parts(std::string_view key) { return take_key(key, "."); }

std::string experiment::joined_key(const std::vector<std::string>& parts) {
  std::string key;
  for (const auto& part : parts) key += (&part == &parts.front() ? "" : ".") + experiment::key_part(part);
  return key;
}

std::pair<std::string, std::string> experiment::split_setting(std::string_view text) {
  std::string_view rest = text;
  const auto parts = take_key(rest, ".=");
  if (!rest.starts_with('=') || parts == std::vector<std::string>{""})
    throw Error(fmt::format("{}: KEY=VALUE is expected", io::shown(text)));
  return {std::string(text.substr(0, text.size() - rest.size())), std::string(rest.substr(1))};
}

}  // namespace lowprec
