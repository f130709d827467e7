// The text of formats, roundings and quantizers. Parsing and printing are inverses: parse(to_string(x)) == x.
//
// Formats (case-insensitive): a preset name, or fp(e,m), int(k), uint(k), intK, uintK, fixed(k,f) with options after
// ';'; P3109's binary8p4se and the like. Roundings: rne rna rnz rz ru rd ro sr sr(N) sr(N,a|b|c) sre. Quantizers:
// FORMAT[:option,...][@ROUNDING] or none, additive(EPS), multiplicative(EPS), multiplicative_iid(EPS); see quantize.h
// for what they mean.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "lowprec/format.h"
#include "lowprec/rounding.h"
#include "lowprec/wide.h"

namespace lowprec {

// A preset and its names, the first of which is printed.
struct NamedFormat {
  Format format;
  std::span<const std::string_view> names;
};

// Every preset: what `parse_format` knows by name.
std::span<const NamedFormat> named_formats();

// Each throws Error with the text, the place in it and what is allowed there.
Format parse_format(std::string_view text);
Rounding parse_rounding(std::string_view text);
Overflow parse_overflow(std::string_view text);
double parse_number(std::string_view text);  // decimal or hexadecimal floating point, inf, nan; to nearest binary64

// The same, rounded to odd: the neighbour in binary64 whose last bit is 1, if the number is not one of binary64. A
// second rounding to at most 51 significand and random bits is then that of the text (Boldo & Melquiond). Numbers
// beyond binary64 become its largest.
double parse_number_to_odd(std::string_view text);

std::string to_string(const Format& f);
std::string to_string(Rounding r);
std::string to_string(Overflow o);
std::string to_string(double x);                        // the shortest decimal that reads back
std::string to_string(const Wide& x, const Format& f);  // the shortest that reads back as a number of the format
std::string to_hex(const Wide& x);                      // hexadecimal floating point, 0x1.8p+0

}  // namespace lowprec
