// The text of formats, roundings and overflow rules. Parsing and printing are inverses: parse(to_string(x)) == x.
//
// The case of letters does not matter. docs/text.md has the whole grammar:
// - a format is the name of a preset, or one of fp(e,m), int(k), uint(k), intK, uintK, fixed(k,f) with options after
//   ';', or a name of P3109 such as binary8p4se;
// - a rounding is one of rne rna rnz rz ru rd ro sr sr(N) sr(N,a|b|c) sre;
// - array/quantize.h reads quantizers, which combine both.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "lowprec/format/format.h"
#include "lowprec/format/rounding.h"

namespace lowprec::format {

// A preset and its names. The first name is the printed one.
struct NamedFormat {
  Format format;
  std::span<const std::string_view> names;
};

// Returns every preset: what `parse_format` knows by name.
std::span<const NamedFormat> named_formats();

}  // namespace lowprec::format

namespace lowprec {

// Each parse function throws Error if it cannot read the text. The message has the text, the place, and what is
// allowed there.
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
