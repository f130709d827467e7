// Reads and prints exact numbers.
#pragma once

#include <string>
#include <string_view>

#include "lowprec/format/format.h"
#include "lowprec/format/wide.h"

namespace lowprec::exact {

// Does the same as parse_number(), but rounds to odd: if the number is not one of binary64, the result is the neighbour
// whose last bit is 1. A second rounding to at most 51 significand and random bits is then that of the text (Boldo &
// Melquiond, inria-00070603). Numbers beyond binary64 become its largest.
double parse_number_to_odd(std::string_view text);

}  // namespace lowprec::exact

namespace lowprec {

// Returns the shortest decimal that reads back as x in the format f.
std::string to_string(const Wide& x, const Format& f);

}  // namespace lowprec

namespace lowprec::exact {

// Returns x in hexadecimal floating point, such as 0x1.8p+0.
std::string to_hex(const Wide& x);

}  // namespace lowprec::exact
