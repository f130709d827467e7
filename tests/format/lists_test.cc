// Whatever is listed once is complete wherever it is used: presets and roundings.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <limits>
#include <set>
#include <sstream>
#include <string>
#include <type_traits>
#include <utility>

#include "lowprec/format/names.h"
#include "lowprec/format/presets.h"
#include "lowprec/format/rounding.h"
#include "lowprec/num/literals.h"
#include "lowprec/num/num_limits.h"
#include "support/cases.h"

using namespace lowprec;

namespace {

// A document of the source tree.
std::string document(const std::string& name) {
  const char* directory = std::getenv("LOWPREC_SOURCE_DIR");
  REQUIRE(directory != nullptr);
  std::ifstream file(std::string(directory) + "/docs/" + name);
  std::ostringstream text;
  text << file.rdbuf();
  REQUIRE_FALSE(text.str().empty());
  return text.str();
}

bool has_kind(const std::vector<Rounding>& roundings, Rounding::Kind kind) {
  return std::ranges::find(roundings, kind, &Rounding::kind) != roundings.end();
}

}  // namespace

TEST_CASE("every name of a preset is a literal of its format, and is read as it") {
#define CHECK_NAME(preset, name)                                                                          \
  static_assert(std::is_same_v<decltype(1.0_##name), Num<preset, rne, default_overflow(preset)>>, #name); \
  static_assert(std::is_same_v<decltype(1_##name), decltype(1.0_##name)>, #name);                         \
  static_assert(1.0_##name == 1, #name);                                                                  \
  CHECK(parse_format(#name) == preset);
#define CHECK_PRESET(name, format) CHECK_NAME(name, name)
  LOWPREC_PRESETS(CHECK_PRESET, CHECK_NAME)
#undef CHECK_PRESET
#undef CHECK_NAME
}

TEST_CASE("the constants of integer formats have the names by which texts are read") {
  const std::pair<const char*, Format> constants[] = {
      {"int2", int2},   {"int3", int3},   {"int4", int4},     {"int6", int6},    {"int8", int8},
      {"int16", int16}, {"int32", int32}, {"uint2", uint2},   {"uint3", uint3},  {"uint4", uint4},
      {"uint6", uint6}, {"uint8", uint8}, {"uint16", uint16}, {"uint32", uint32}};
  for (const auto& [name, format] : constants) CHECK((parse_format(name) == format && to_string(format) == name));
}

TEST_CASE("no two presets are the same format, and none has the name of another") {
  std::set<std::string_view> names;
  for (const format::PresetName& preset : format::preset_names) {
    CAPTURE(preset.name);
    CHECK(names.insert(preset.name).second);
    CHECK(std::ranges::count(format::presets, preset.format) == 1);
  }
}

TEST_CASE("every name of a preset and every rounding has its row in docs/text.md") {
  const std::string text = document("text.md");
  for (const format::PresetName& preset : format::preset_names) {
    CAPTURE(preset.name);
    CHECK(text.find("`" + std::string(preset.name) + "`") != std::string::npos);
  }
  for (const Rounding::Kind kind : format::rounding_kinds) {
    const format::RoundingTraits& traits = format::traits(kind);
    const std::string name(traits.name);
    CAPTURE(name);
    CHECK(text.find(traits.has_random_bits() ? "`sr(N," + name + ")`" : "`" + name + "`") != std::string::npos);
  }
}

TEST_CASE("every rounding and every overflow rule is read as it is printed") {
  for (const Rounding::Kind kind : format::rounding_kinds) {
    const format::RoundingTraits& traits = format::traits(kind);
    const Rounding r = traits.has_random_bits() ? stochastic(7, kind) : Rounding{kind, traits.random_bits};
    CAPTURE(to_string(r));
    CHECK(format::parse_rounding(to_string(r)) == r);
    CHECK(format::rounding_texts().find(traits.name) != std::string::npos);
  }
  for (const auto* name : {"infinity", "nan", "saturate", "propagate", "wrap", "error"})
    CHECK(to_string(format::parse_overflow(name)) == name);
}

TEST_CASE("what a rounding is: nearest, directed or stochastic, but at most one of them; the same on both sides") {
  for (const Rounding::Kind kind : format::rounding_kinds) {
    const format::RoundingTraits& t = format::traits(kind);
    CAPTURE(t.name);
    CHECK((t.is_nearest() ? 1 : 0) + (t.is_directed() ? 1 : 0) + (t.is_stochastic() ? 1 : 0) <= 1);
    CHECK((t.is_directed() || t.above_zero == t.below_zero));
    CHECK(t.is_stochastic() == Rounding{kind}.is_stochastic());
  }
  CHECK(rd.is_stochastic() == false);
  CHECK(sre.is_stochastic());
}

TEST_CASE("the lists of the tests leave no kind of rounding out") {
  for (const Rounding::Kind kind : format::rounding_kinds) {
    CAPTURE(format::traits(kind).name);
    CHECK(has_kind(cases::all_roundings(), kind));
    CHECK(has_kind(cases::main_roundings(), kind));
    CHECK(has_kind(cases::stochastic_roundings(), kind) == format::traits(kind).is_stochastic());
  }
}

TEST_CASE("small presets are tested by the definitions of their standards, and all of them are") {
  for (const Format& f : format::presets)
    if (f.bits <= 8) CHECK(std::ranges::count(cases::small_presets(), f, &cases::Case::format) == 1);
  for (const cases::Case& c : cases::standards()) {
    CAPTURE(c.name);
    CHECK(parse_format(c.name) == c.format);
  }
}
