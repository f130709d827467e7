// The text of binary64 numbers.
#pragma once

#include <string>
#include <string_view>

#include "lowprec/format/language.h"

namespace lowprec::format {

// Returns the number that the text stands for, rounded to nearest binary64. The text is decimal or hexadecimal floating
// point of any length, inf or nan. Throws Error if it is none of these, or if it lies beyond the range of binary64.
double parse_number(std::string_view text);

}  // namespace lowprec::format

namespace lowprec {

// Returns the shortest decimal that parse_number() reads back as x.
std::string to_string(double x);

}  // namespace lowprec
