#include "lowprec/exact/wide_text.h"

#include <fmt/format.h>

#include <bit>

#include "exact/real.h"
#include "exact/wide_lane.h"
#include "format/text_parts.h"
#include "lowprec/exact/reference.h"
#include "lowprec/format/number_text.h"
#include "lowprec/format/presets.h"
#include "lowprec/lane/lane_constants.h"

namespace lowprec {
namespace {

bool is_binary64(const Wide& x) { return !x.is_finite() || Wide(static_cast<double>(x)).is_same(x); }

exact::WideLane lane_of(const Wide& x) {
  const exact::WideLane magnitude = lane::Lane<exact::WideLane>::number({x.significand(), x.exponent()});
  return x.is_negative() ? exact::WideLane(-magnitude) : magnitude;
}

// Scientific notation without the zeros that end the fraction: 1.25e+5000.
std::string trimmed_scientific(const std::string& text) {
  const auto mark = text.find('e');
  std::string digits = text.substr(0, mark);
  digits.erase(digits.find_last_not_of('0') + 1);
  if (digits.back() == '.') digits.pop_back();
  return digits + text.substr(mark);
}

// d.de+x with its first digit alone, or that digit one up.
std::string one_digit(const std::string& text, bool up) {
  const auto point = text.find('.');
  std::string digit = text.substr(0, point);
  if (up && digit.back() != '9') ++digit.back();
  return digit + text.substr(text.find('e'));
}

}  // namespace

double exact::parse_number_to_odd(std::string_view text) {
  const format::ScannedNumber number = format::scan_number(text);
  // The nearest binary64 number is the odd neighbour if it is odd.
  if (number.is_in_range && (std::bit_cast<std::uint64_t>(number.nearest) & 1) != 0) return number.nearest;
  static const Reference odd(binary64, ro);
  return static_cast<double>(odd.parse(text));
}

std::string to_string(const Wide& x, const Format& f) {
  const std::string plain = to_string(static_cast<double>(x));
  if (!x.is_finite() || x.is_zero() || lane::fits_lane<double>(f)) return plain;
  const Reference reader(f);
  const auto reads_back = [&](const std::string& text) { return reader.parse(text).is_same(x); };
  if (reads_back(plain)) return plain;
  const exact::WideLane lane = lane_of(x);
  const std::string two_digits = lane.str(1, std::ios_base::scientific);
  for (const bool up : {false, true})
    if (reads_back(one_digit(two_digits, up))) return one_digit(two_digits, up);
  int digits = 1;
  while (digits < 40 && !reads_back(lane.str(digits, std::ios_base::scientific))) ++digits;
  return trimmed_scientific(lane.str(digits, std::ios_base::scientific));
}

std::string exact::to_hex(const Wide& x) {
  if (is_binary64(x)) return x.is_nan() ? "nan" : fmt::format("{:a}", static_cast<double>(x));
  const int width = format::bit_width(x.significand());
  const format::Uint128 fraction = width == 1 ? 0 : x.significand() << (129 - width);  // the leading bit drops out
  std::string digits =
      fmt::format("{:016x}{:016x}", static_cast<std::uint64_t>(fraction >> 64), static_cast<std::uint64_t>(fraction));
  digits.erase(digits.find_last_not_of('0') + 1);
  return fmt::format("{}0x1{}{}p{:+}", x.is_negative() ? "-" : "", digits.empty() ? "" : ".", digits, x.floor_log2());
}

}  // namespace lowprec
