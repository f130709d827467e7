// Literals of the named formats, to nearest even: 0.1_bf16 is Num<bfloat16>(0.1L).
#pragma once

#include "lowprec/format/presets.h"
#include "lowprec/num/native_operators.h"
#include "lowprec/num/num.h"

// using namespace lowprec::literals;
//
// Every name of a preset is a literal, and so are int4, int8 and int16. The text becomes the nearest long double (or
// 64-bit integer), and that is rounded once. Beyond the range of the format the result is what its overflow rule gives.
namespace lowprec::inline literals {

template <Format F>
using LiteralOf = Num<F, rne, default_overflow(F)>;

#define LOWPREC_LITERAL(format, name)                                              \
  constexpr auto operator""_##name(long double x) { return LiteralOf<format>(x); } \
  constexpr auto operator""_##name(unsigned long long x) { return LiteralOf<format>(x); }
#define LOWPREC_PRESET(name, format) LOWPREC_LITERAL(name, name)
LOWPREC_PRESETS(LOWPREC_PRESET, LOWPREC_LITERAL)
LOWPREC_LITERAL(integer(4), int4)
LOWPREC_LITERAL(integer(8), int8)
LOWPREC_LITERAL(integer(16), int16)
#undef LOWPREC_PRESET
#undef LOWPREC_LITERAL

}  // namespace lowprec::inline literals
