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

#include "lowprec/format/format.h"
#include "lowprec/format/rounding.h"

namespace lowprec::format {

// A preset and its names, the first of which is printed.
struct NamedFormat {
  Format format;
  std::span<const std::string_view> names;
};

// Every preset: what `parse_format` knows by name.
std::span<const NamedFormat> named_formats();

}  // namespace lowprec::format

namespace lowprec {

// Each throws Error with the text, the place in it and what is allowed there.
Format parse_format(std::string_view text);

}  // namespace lowprec

namespace lowprec::format {

Rounding parse_rounding(std::string_view text);
// What parse_rounding reads, for messages: "rne (the default), rna, ..., sr, sr(N), sr(N,a|b|c), sre".
std::string rounding_texts();
Overflow parse_overflow(std::string_view text);

}  // namespace lowprec::format

namespace lowprec {

std::string to_string(const Format& f);
std::string to_string(Rounding r);
std::string to_string(Overflow o);

}  // namespace lowprec
