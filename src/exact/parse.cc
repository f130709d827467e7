// The text of numbers, exactly.
#include <algorithm>
#include <charconv>
#include <cmath>
#include <string>

#include "exact/real.h"
#include "format/text_parts.h"

namespace lowprec::exact {
namespace {

using boost::multiprecision::cpp_int;

constexpr int kBits = 600;
// More digits than these can only break ties, as any digit other than zero does: the longest tie between two numbers of
// a format has fewer.
constexpr std::size_t kDigits = 60'000;
// Numbers of 10^±kExponent lie far beyond every format.
constexpr long kExponent = 100'000;

struct Digits {
  cpp_int value;
  long fraction_digits = 0;
  long exponent = 0;
};

// A number of at most kBits bits, the last one sticky.
Real reduced(bool negative, cpp_int n, bool inexact, long exponent) {
  const int excess = n == 0 ? 0 : std::max(static_cast<int>(msb(n)) + 1 - kBits, 0);
  inexact = inexact || (excess > 0 && static_cast<int>(lsb(n)) < excess);
  n >>= excess;
  if (inexact) n |= 1;
  return {negative, Integer(n), static_cast<int>(exponent + excess)};
}

Digits digits_of(std::string_view text, bool hexadecimal) {
  const auto mark = text.find_first_of(hexadecimal ? "pP" : "eE");
  Digits result;
  std::string digits;
  bool fraction = false, rest = false;
  for (const char c : text.substr(0, mark)) {
    if (c == '.') {
      fraction = true;
    } else {
      const bool kept = digits.size() < kDigits;
      if (kept && !(digits.empty() && c == '0')) digits += c;
      rest = rest || (!kept && c != '0');
      if (fraction && kept) ++result.fraction_digits;
      if (!fraction && !kept) --result.fraction_digits;
    }
  }
  if (rest) digits += '1', ++result.fraction_digits;
  if (!digits.empty()) result.value = cpp_int((hexadecimal ? "0x" : "") + digits);
  if (mark != std::string_view::npos) {
    const auto exponent = text.substr(mark + 1 + (text[mark + 1] == '+' ? 1 : 0));
    const auto parsed = std::from_chars(exponent.data(), exponent.data() + exponent.size(), result.exponent);
    if (parsed.ec != std::errc()) result.exponent = exponent.front() == '-' ? -kExponent * 10 : kExponent * 10;
  }
  return result;
}

Real decimal(bool negative, const Digits& d) {
  const long power = std::clamp(d.exponent - d.fraction_digits, -kExponent, kExponent);
  const cpp_int five = pow(cpp_int(5), static_cast<unsigned>(std::abs(power)));
  if (power >= 0) return reduced(negative, d.value * five, false, power);
  const int shift = std::max(kBits + static_cast<int>(msb(five)) - static_cast<int>(msb(d.value)), 0) + 1;
  cpp_int quotient, rest;
  divide_qr(cpp_int(d.value << shift), five, quotient, rest);
  return reduced(negative, quotient, rest != 0, power - shift);
}

Real hexadecimal(bool negative, const Digits& d) {
  constexpr long limit = 5 * kExponent;
  return reduced(negative, d.value, false, std::clamp(d.exponent - 4 * d.fraction_digits, -limit, limit));
}

}  // namespace

Real parse(std::string_view text) {
  const format::ScannedNumber number = format::scan_number(text);
  if (number.is_in_range && std::isnan(number.nearest)) return Real::nan();
  if (number.is_in_range && std::isinf(number.nearest)) return Real::infinity(number.negative);
  const Digits digits = digits_of(number.digits, number.is_hexadecimal);
  if (digits.value == 0) return {number.negative, 0, 0};
  return number.is_hexadecimal ? hexadecimal(number.negative, digits) : decimal(number.negative, digits);
}

}  // namespace lowprec::exact
