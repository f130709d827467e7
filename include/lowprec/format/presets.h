// The formats that have a name, in one list.
#pragma once

#include <string_view>

#include "lowprec/format/format.h"

// PRESET(name, format) makes a preset, ALIAS(name, alias) gives it one more name. A new line here is all that a new
// preset needs: its constant, texts, literals (0.1_e4m3fn, 0.1_e4m3), limits and tests come from this list. Tests ask
// for its row in docs/text.md and for the numbers of its standard in tests/format/format_test.cc.
// clang-format off
#define LOWPREC_PRESETS(PRESET, ALIAS)                                       \
  PRESET(binary16, fp(5, 10)) ALIAS(binary16, fp16) ALIAS(binary16, half)    \
  PRESET(bfloat16, fp(8, 7)) ALIAS(bfloat16, bf16)                           \
  PRESET(tf32, fp(8, 10))                                                    \
  PRESET(binary32, fp(8, 23)) ALIAS(binary32, fp32) ALIAS(binary32, float)   \
  PRESET(binary64, fp(11, 52)) ALIAS(binary64, fp64) ALIAS(binary64, double) \
  PRESET(e5m2, fp(5, 2))                                                     \
  PRESET(e4m3fn, fp(4, 3, {.specials = Specials::fn})) ALIAS(e4m3fn, e4m3)   \
  PRESET(e4m3ieee, fp(4, 3))                                                 \
  PRESET(e4m3fnuz, fp(4, 3, {.specials = Specials::fnuz}))                   \
  PRESET(e5m2fnuz, fp(5, 2, {.specials = Specials::fnuz}))                   \
  PRESET(e4m3b11fnuz, fp(4, 3, {.specials = Specials::fnuz, .bias = 11}))    \
  PRESET(e3m4, fp(3, 4))                                                     \
  PRESET(e3m2, fp(3, 2, {.specials = Specials::finite}))                     \
  PRESET(e2m3, fp(2, 3, {.specials = Specials::finite}))                     \
  PRESET(e2m1, fp(2, 1, {.specials = Specials::finite}))                     \
  PRESET(e8m0, format::power_of_two_scale())
// clang-format on

namespace lowprec {

#define LOWPREC_PRESET(name, format) inline constexpr Format name = format;
#define LOWPREC_ALIAS(name, alias)
LOWPREC_PRESETS(LOWPREC_PRESET, LOWPREC_ALIAS)
#undef LOWPREC_PRESET
#undef LOWPREC_ALIAS

// The usual integer formats: int8 is integer(8), uint8 the same without signs.
#define LOWPREC_INTEGERS(bits)                       \
  inline constexpr Format int##bits = integer(bits); \
  inline constexpr Format uint##bits = integer(bits, {.is_signed = false});
LOWPREC_INTEGERS(2)
LOWPREC_INTEGERS(3)
LOWPREC_INTEGERS(4)
LOWPREC_INTEGERS(6)
LOWPREC_INTEGERS(8)
LOWPREC_INTEGERS(16)
LOWPREC_INTEGERS(32)
#undef LOWPREC_INTEGERS

}  // namespace lowprec

namespace lowprec::format {

// A name of a preset: the first, which is printed, or an alias.
struct PresetName {
  std::string_view name;
  Format format;
  bool is_alias;
};

// Every name of every preset, in the order of the list.
#define LOWPREC_PRESET(name, format) {#name, lowprec::name, false},
#define LOWPREC_ALIAS(name, alias) {#alias, lowprec::name, true},
inline constexpr PresetName preset_names[] = {LOWPREC_PRESETS(LOWPREC_PRESET, LOWPREC_ALIAS)};
#undef LOWPREC_PRESET
#undef LOWPREC_ALIAS

// Every preset once, as constants: presets[i] may be a template argument.
#define LOWPREC_PRESET(name, format) lowprec::name,
#define LOWPREC_ALIAS(name, alias)
inline constexpr Format presets[] = {LOWPREC_PRESETS(LOWPREC_PRESET, LOWPREC_ALIAS)};
#undef LOWPREC_PRESET
#undef LOWPREC_ALIAS

}  // namespace lowprec::format
