// The text of binary64 numbers.
#pragma once

#include <string>
#include <string_view>

namespace lowprec::format {

// The number that the text stands for, rounded to nearest binary64: decimal or hexadecimal floating point of any
// length, inf or nan. Error if the text is none of these, or lies beyond the range of binary64.
double parse_number(std::string_view text);

}  // namespace lowprec::format

namespace lowprec {

// The shortest decimal that parse_number reads back as x.
std::string to_string(double x);

}  // namespace lowprec
