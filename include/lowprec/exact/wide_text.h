// The text of exact numbers.
#pragma once

#include <string>
#include <string_view>

#include "lowprec/format/format.h"
#include "lowprec/format/wide.h"

namespace lowprec::exact {

// As parse_number, rounded to odd: the neighbour in binary64 whose last bit is 1, if the number is not one of binary64.
// A second rounding to at most 51 significand and random bits is then that of the text (Boldo & Melquiond,
// inria-00070603). Numbers beyond binary64 become its largest.
double parse_number_to_odd(std::string_view text);

}  // namespace lowprec::exact

namespace lowprec {

// The shortest decimal that reads back as a number of the format.
std::string to_string(const Wide& x, const Format& f);

}  // namespace lowprec

namespace lowprec::exact {

// Hexadecimal floating point, 0x1.8p+0.
std::string to_hex(const Wide& x);

}  // namespace lowprec::exact
