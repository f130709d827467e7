// The text of Num: std::from_chars and std::to_chars by ADL, and streams.
//
// Text is read to nearest, ties to even, whatever the rounding of the type, as the standard library reads native types;
// so what to_chars writes, the shortest decimal that reads back, is the same for every rounding.
#pragma once

#include <charconv>
#include <iosfwd>
#include <string>
#include <string_view>

#include "lowprec/num/num.h"

namespace lowprec::num {

namespace detail {

// Of a number of r's format.
std::string shortest_text(const Reference& r, const Wide& x, std::chars_format format);
std::to_chars_result copy_text(char* first, char* last, std::string_view text);
std::from_chars_result read_number(const Reference& r, const char* first, const char* last, std::chars_format format,
                                   Wide& x);
void write_number(std::ostream& out, double x);
void write_number(std::ostream& out, const Wide& x);
bool read_number(const Reference& r, std::istream& in, Wide& x);

template <AnyNum N>
const Reference& text_reference() {
  static const Reference instance(N::format);
  return instance;
}

}  // namespace detail

}  // namespace lowprec::num

namespace lowprec {

// As std::from_chars (no blanks, no plus, hexadecimal without 0x): on success ptr is where the text stops being a
// number, x is that number rounded. A number that rounds beyond the format's range, or an infinity where there is none,
// is result_out_of_range, text that begins with no number invalid_argument; x then stays what it was.
template <num::AnyNum N>
std::from_chars_result from_chars(const char* first, const char* last, N& x,
                                  std::chars_format format = std::chars_format::general) {
  Wide number;
  const auto result = num::detail::read_number(num::detail::text_reference<N>(), first, last, format, number);
  if (result.ec == std::errc()) x = N(number, 0);
  return result;
}

// The shortest decimal that from_chars reads back as x; of the shortest the nearest to x; fixed or scientific,
// whichever is shorter, or as `format` says. value_too_large if it does not fit.
template <num::AnyNum N>
std::to_chars_result to_chars(char* first, char* last, N x, std::chars_format format = std::chars_format{}) {
  return num::detail::copy_text(first, last,
                                num::detail::shortest_text(num::detail::text_reference<N>(), x.value(), format));
}

template <num::AnyNum N>
std::string to_string(N x) {
  return num::detail::shortest_text(num::detail::text_reference<N>(), x.value(), std::chars_format{});
}

// With the stream's flags, precision and width, as a double is written.
template <num::AnyNum N>
std::ostream& operator<<(std::ostream& out, N x) {
  num::detail::write_number(out, x.value());
  return out;
}

// Reads as far as a number goes. failbit if there is none or if it rounds beyond the range of the format; x then stays
// what it was.
template <num::AnyNum N>
std::istream& operator>>(std::istream& in, N& x) {
  Wide number;
  if (num::detail::read_number(num::detail::text_reference<N>(), in, number)) x = N(number, 0);
  return in;
}

}  // namespace lowprec
