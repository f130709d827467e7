// The text of scalars: the shortest decimal that reads back, and streams.
#include "lowprec/num/num_text.h"
#include "lowprec/exact/wide_text.h"
#include "lowprec/format/number_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/multiprecision/cpp_int.hpp>
#include <cmath>
#include <istream>
#include <optional>
#include <ostream>

#include "exact/wide_lane.h"
#include "lowprec/format/names.h"

namespace lowprec::num::detail {
namespace {

using boost::multiprecision::cpp_int;

// digits * 10^exponent
struct Decimal {
  cpp_int digits;
  long exponent = 0;
};

// |x|, exact, with as many digits as it has.
Decimal exact_decimal(const Wide& x) {
  cpp_int n = static_cast<std::uint64_t>(x.significand() >> 64);
  n = (n << 64) + static_cast<std::uint64_t>(x.significand());
  const auto shift = static_cast<unsigned>(std::abs(x.exponent()));
  if (x.exponent() >= 0) return {cpp_int(n << shift), 0};
  return {cpp_int(n * pow(cpp_int(5), shift)), x.exponent()};
}

struct Candidate {
  std::string digits;
  long exponent = 0;  // of the last digit

  std::string text() const { return digits + "e" + std::to_string(exponent); }
};

bool reads_back(const Reference& r, const Candidate& c, const Wide& magnitude) {
  format::Flags flags;
  return r.parse(c.text(), 0, &flags) == magnitude && !flags.overflow;
}

// The decimals of n digits next to the one whose digits are given, the nearer first.
std::array<Candidate, 2> neighbours(const std::string& digits, long exponent, std::size_t n) {
  const long last = exponent + static_cast<long>(digits.size() - n);
  const std::string low = digits.substr(0, n), rest = digits.substr(n);
  const std::string high = cpp_int(cpp_int(low) + 1).str();
  const std::string half = "5" + std::string(rest.empty() ? 0 : rest.size() - 1, '0');
  const bool is_up = rest > half || (rest == half && low.back() % 2 != 0);
  const Candidate down{low, last}, up{high, last};
  return is_up ? std::array{up, down} : std::array{down, up};
}

// The shortest decimal that r reads as |x|, of these the nearest; x is finite and not zero.
Candidate shortest(const Reference& r, const Wide& x) {
  const Wide magnitude = x.abs();
  const Decimal exact = exact_decimal(x);
  const std::string digits = exact.digits.str();
  Candidate result{digits, exact.exponent};
  for (std::size_t n = 1; n < digits.size(); ++n) {
    const auto both = neighbours(digits, exact.exponent, n);
    const auto* found = std::ranges::find_if(both, [&](const Candidate& c) { return reads_back(r, c, magnitude); });
    if (found == both.end()) continue;
    result = *found;
    break;
  }
  const auto zeros = result.digits.size() - result.digits.find_last_not_of('0') - 1;
  result.digits.resize(result.digits.size() - zeros);
  result.exponent += static_cast<long>(zeros);
  return result;
}

// 1.25e+02
std::string scientific(const Candidate& c) {
  const long exponent = c.exponent + static_cast<long>(c.digits.size()) - 1;
  const std::string fraction = c.digits.size() > 1 ? "." + c.digits.substr(1) : "";
  return fmt::format("{}{}e{}{:02}", c.digits.front(), fraction, exponent < 0 ? '-' : '+', std::abs(exponent));
}

std::string positional(const Candidate& c) {
  const long size = static_cast<long>(c.digits.size());
  if (c.exponent >= 0) return c.digits + std::string(static_cast<std::size_t>(c.exponent), '0');
  const long whole = size + c.exponent;
  if (whole <= 0) return "0." + std::string(static_cast<std::size_t>(-whole), '0') + c.digits;
  return c.digits.substr(0, static_cast<std::size_t>(whole)) + "." + c.digits.substr(static_cast<std::size_t>(whole));
}

std::string magnitude_text(const Reference& r, const Wide& x, std::chars_format format) {
  if (format == std::chars_format::hex) return exact::to_hex(x.abs()).substr(2);
  const Candidate c = x.is_zero() ? Candidate{"0", 0} : shortest(r, x);
  if (format == std::chars_format::scientific) return scientific(c);
  if (format == std::chars_format::fixed) return positional(c);
  // A long fixed text is not built, only measured.
  const auto size = static_cast<long>(c.digits.size());
  const long fixed_size = c.exponent >= 0 ? size + c.exponent : std::max(size + c.exponent, 1L) + 1 - c.exponent;
  const std::string other = scientific(c);
  return fixed_size <= static_cast<long>(other.size()) ? positional(c) : other;
}

bool is_letter(char c) { return ('a' <= c && c <= 'z') || ('A' <= c && c <= 'Z'); }

// Whether `text` followed by c can begin a decimal number or a word such as inf.
bool continues(const std::string& text, char c) {
  const bool is_digit = '0' <= c && c <= '9';
  if (text.empty()) return is_digit || is_letter(c) || c == '+' || c == '-' || c == '.';
  const char before = text.back();
  if (is_letter(before) && before != 'e' && before != 'E') return is_letter(c);
  const bool is_signed = text.front() == '+' || text.front() == '-';
  const bool only_sign = is_signed && text.size() == 1;
  const bool has_mantissa = text.find_first_of("0123456789") != std::string::npos;
  const bool has_exponent = has_mantissa && text.find_first_of("eE") != std::string::npos;
  if (is_digit) return true;
  if (c == '.') return !has_exponent && text.find('.') == std::string::npos;
  if (c == '+' || c == '-') return has_exponent && (before == 'e' || before == 'E');
  if (c == 'e' || c == 'E') return has_mantissa && !has_exponent;
  return only_sign && is_letter(c);
}

}  // namespace

std::string shortest_text(const Reference& r, const Wide& x, std::chars_format format) {
  if (x.is_nan()) return "nan";
  const std::string sign = x.is_negative() ? "-" : "";
  return sign + (x.is_infinite() ? "inf" : magnitude_text(r, x, format));
}

std::to_chars_result copy_text(char* first, char* last, std::string_view text) {
  if (last - first < static_cast<std::ptrdiff_t>(text.size())) return {last, std::errc::value_too_large};
  return {std::ranges::copy(text, first).out, std::errc()};
}

std::from_chars_result read_number(const Reference& r, const char* first, const char* last, std::chars_format format,
                                   Wide& x) {
  double ignored = 0;
  const auto [end, status] = std::from_chars(first, last, ignored, format);
  if (status == std::errc::invalid_argument) return {first, status};
  std::string text(first, end);
  if (format == std::chars_format::hex && std::isfinite(ignored)) text.insert(text.front() == '-' ? 1 : 0, "0x");
  format::Flags flags;
  const Wide number = r.parse(text, 0, &flags);
  if (flags.overflow) return {end, std::errc::result_out_of_range};
  x = number;
  return {end, std::errc()};
}

void write_number(std::ostream& out, double x) { out << x; }

void write_number(std::ostream& out, const Wide& x) {
  if (!x.is_finite() || x.is_zero()) {
    out << static_cast<double>(x);
    return;
  }
  const exact::WideLane magnitude = lane::Lane<exact::WideLane>::number({x.significand(), x.exponent()});
  out << (x.is_negative() ? exact::WideLane(-magnitude) : magnitude);
}

bool read_number(const Reference& r, std::istream& in, Wide& x) {
  const std::istream::sentry ready(in);
  if (!ready) return false;
  std::string text;
  for (int c = in.peek(); c != std::istream::traits_type::eof() && continues(text, static_cast<char>(c));
       c = in.peek()) {
    text += static_cast<char>(c);
    in.get();
  }
  const char* const first = text.data() + (text.starts_with('+') && !text.starts_with("+-") ? 1 : 0);
  const char* const last = text.data() + text.size();
  const auto [end, status] = read_number(r, first, last, std::chars_format::general, x);
  if (status == std::errc() && end == last) return true;
  in.setstate(std::ios_base::failbit);
  return false;
}

}  // namespace lowprec::num::detail
