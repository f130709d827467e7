// {fmt} formatter of Num, and of Implicit, Counted and Shadow, as of their numbers. Optional: include it where
// <fmt/format.h> is at hand.
//
//   {}              the shortest decimal that reads back as the number of the format (see to_chars)
//   {:c}            the code in hexadecimal, all digits: 0x3c for Num<e4m3fn>(1.5)
//   {:b}  {:#b}     the bits of the code: 00111100, or in fields sign_exponent_fraction: 0_0111_100
//   {:.3g} {:e} {:f} {:a} …   as of a double; formats beyond binary64 are first rounded to a long double
//
// Fill, alignment and width go before, as everywhere in {fmt}: {:>12c}.
#pragma once

#include <fmt/format.h>

#include <string>

#include "lowprec/num/native_operators.h"
#include "lowprec/num/num.h"
#include "lowprec/num/num_limits.h"
#include "lowprec/num/num_text.h"

namespace lowprec::interop::detail {

inline std::string code_digits(format::Uint128 code, int bits_a_digit, int digits) {
  std::string text;
  for (int i = digits - 1; i >= 0; --i)
    text += "0123456789abcdef"[static_cast<unsigned>(code >> (i * bits_a_digit)) & ((1U << bits_a_digit) - 1)];
  return text;
}

// sign_exponent_fraction; two's complement codes are one field.
inline std::string code_fields(const Format& f, std::string bits) {
  if (f.twos_complement) return bits;
  const auto fraction = static_cast<std::size_t>(f.fraction_bits());
  if (fraction > 0 && f.exponent_bits() > 0) bits.insert(bits.size() - fraction, "_");
  if (f.is_signed) bits.insert(1, "_");
  return bits;
}

}  // namespace lowprec::interop::detail

template <lowprec::num::AnyNum N>
struct fmt::formatter<N> {
  constexpr auto parse(fmt::format_parse_context& context) {
    auto end = context.begin();
    while (end != context.end() && *end != '}') ++end;
    const auto begin = context.begin();
    const char last = begin == end ? '\0' : *(end - 1);
    if (last == 'c' || last == 'b') {
      presentation_ = last;
      const bool alternate = end - begin >= 2 && *(end - 2) == '#';
      fields_ = alternate;
      parse_part(text_, begin, end - 1 - (alternate ? 1 : 0));
    } else if (only_places(begin, end)) {
      presentation_ = 's';
      parse_part(text_, begin, end);
    } else {
      parse_part(number_, begin, end);
    }
    return end;
  }

  template <class Context>
  auto format(N x, Context& context) const {
    if (presentation_ == '\0') return number_.format(static_cast<native>(x), context);
    return text_.format(text(x), context);
  }

 private:
  static constexpr lowprec::Format F = N::format;
  using native = std::conditional_t<lowprec::lane::fits_lane<double>(F), double, long double>;

  template <class Formatter>
  static constexpr void parse_part(Formatter& formatter, const char* begin, const char* end) {
    fmt::format_parse_context part(fmt::string_view(begin, static_cast<std::size_t>(end - begin)));
    formatter.parse(part);
  }

  // Fill, alignment and width only: nothing about how a number is written.
  static constexpr bool only_places(const char* begin, const char* end) {
    const auto is_align = [](char c) { return c == '<' || c == '>' || c == '^'; };
    if (end - begin >= 2 && is_align(begin[1]))
      begin += 2;
    else if (begin != end && is_align(*begin))
      ++begin;
    if (begin != end && *begin == '0') return false;  // zeros after the sign: a number
    for (; begin != end; ++begin)
      if (*begin < '0' || *begin > '9') return false;
    return true;
  }

  std::string text(N x) const {
    using lowprec::interop::detail::code_digits;
    if (presentation_ == 's') return lowprec::to_string(x);
    if (presentation_ == 'c') return "0x" + code_digits(x.code(), 4, (F.bits + 3) / 4);
    const std::string bits = code_digits(x.code(), 1, F.bits);
    return fields_ ? lowprec::interop::detail::code_fields(F, bits) : bits;
  }

  fmt::formatter<native> number_;
  fmt::formatter<std::string> text_;
  char presentation_ = '\0';  // c, b, s, or as of `native`
  bool fields_ = false;
};
