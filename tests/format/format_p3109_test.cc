// The formats of IEEE P3109 v4.0: published limits, the tables of small ones, names; limits of formats beyond binary64.
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "lowprec/array/codec.h"
#include "lowprec/format/format.h"
#include "lowprec/format/names.h"
#include "lowprec/format/number_text.h"
#include "lowprec/format/presets.h"
#include "lowprec/format/wide.h"
#include "support/cases.h"

using namespace lowprec;

namespace {

constexpr double kInf = std::numeric_limits<double>::infinity();

struct Parameters {
  int k, p;
  bool is_signed, is_extended;

  Format format() const { return p3109(k, p, is_signed, is_extended); }
  std::string name() const {
    return "binary" + std::to_string(k) + "p" + std::to_string(p) + (is_signed ? "s" : "u") + (is_extended ? "e" : "f");
  }
};

// Every K, P, s or u, e or f.
std::vector<Parameters> all_parameters() {
  std::vector<Parameters> result;
  for (int k = 3; k <= 16; ++k)
    for (const bool is_signed : {true, false})
      for (int p = 1; p <= (is_signed ? k - 1 : k); ++p)
        for (const bool is_extended : {true, false}) result.push_back({k, p, is_signed, is_extended});
  return result;
}

std::string upper_case(std::string text) {
  for (char& c : text)
    if ('a' <= c && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return text;
}

// Limits as P3109's tables of 8-bit formats state them.
struct Limits {
  const char* name;
  int bias;
  double max, min_normal, min_positive;
};

constexpr Limits kLimits[] = {
    {"binary8p1se", 64, 0x1p62, 0x1p-63, 0x1p-63},
    {"binary8p1sf", 64, 0x1p63, 0x1p-63, 0x1p-63},
    {"binary8p3se", 16, 49152, 0x1p-15, 0x1p-17},
    {"binary8p3sf", 16, 57344, 0x1p-15, 0x1p-17},
    {"binary8p4se", 8, 224, 0x1p-7, 0x1p-10},
    {"binary8p4sf", 8, 240, 0x1p-7, 0x1p-10},
    {"binary8p5se", 4, 15, 0x1p-3, 0x1p-7},
    {"binary8p5sf", 4, 15.5, 0x1p-3, 0x1p-7},
    {"binary8p7se", 1, 1.96875, 1, 0x1p-6},
    {"binary8p7sf", 1, 1.984375, 1, 0x1p-6},
    {"binary8p1ue", 128, 0x1p125, 0x1p-127, 0x1p-127},
    {"binary8p1uf", 128, 0x1p126, 0x1p-127, 0x1p-127},
    {"binary8p3ue", 32, 0x1.4p31, 0x1p-31, 0x1p-33},
    {"binary8p3uf", 32, 0x1.8p31, 0x1p-31, 0x1p-33},
    {"binary8p8uf", 1, 0x1.FCp0, 1, 0x1p-7},
    {"binary4p2se", 2, 2, 0.5, 0.25},
    {"binary4p2sf", 2, 3, 0.5, 0.25},
    {"binary3p1sf", 2, 2, 0.5, 0.5},
};

void check_values(const Format& f, const std::vector<double>& values) {
  for (std::size_t code = 0; code < values.size(); ++code) {
    CAPTURE(code);
    if (std::isnan(values[code]))
      CHECK(format::decode_wide(f, code).is_nan());
    else
      CHECK(format::decode_wide(f, code).is_same(values[code]));
  }
}

void check_refused(const std::string& text, const char* words) {
  CAPTURE(text);
  try {
    parse_format(text);
    FAIL_CHECK("accepted");
  } catch (const Error& error) {
    const std::string message = error.what();
    CAPTURE(message);
    CHECK(message.find("'" + text + "'") != std::string::npos);
    CHECK(message.find(words) != std::string::npos);
  }
}

}  // namespace

TEST_CASE("published limits of P3109 formats") {
  for (const Limits& l : kLimits) {
    CAPTURE(l.name);
    const Format f = parse_format(l.name);
    CHECK(f.bias() == l.bias);
    CHECK(f.max() == l.max);
    CHECK(f.lowest() == (f.is_signed ? -l.max : 0));
    CHECK(f.min_normal() == l.min_normal);
    CHECK(f.min_positive() == l.min_positive);
  }
}

TEST_CASE("Binary4p2: every code") {
  const double nan = std::nan("");
  check_values(parse_format("binary4p2sf"), {0, .25, .5, .75, 1, 1.5, 2, 3, nan, -.25, -.5, -.75, -1, -1.5, -2, -3});
  check_values(parse_format("binary4p2se"),
               {0, .25, .5, .75, 1, 1.5, 2, kInf, nan, -.25, -.5, -.75, -1, -1.5, -2, -kInf});
  check_values(parse_format("binary3p2uf"), {0, .25, .5, .75, 1, 1.5, 2, nan});
  check_values(parse_format("binary3p2ue"), {0, .25, .5, .75, 1, 1.5, kInf, nan});
  check_values(parse_format("binary3p3uf"), {0, .25, .5, .75, 1, 1.25, 1.5, nan});
}

TEST_CASE("Binary8p1uf: zero, then powers of two from 2^-127 to 2^126, then NaN") {
  const Format f = parse_format("binary8p1uf");
  CHECK(decode(f, 0) == 0);
  for (std::uint64_t code = 1; code <= 254; ++code)
    CHECK(decode(f, code) == std::ldexp(1.0, static_cast<int>(code) - 128));
  CHECK(std::isnan(decode(f, 255)));
}

// 1.0 in the middle of the non-negative codes; NaN in the place of -0, or last; infinities beyond the largest number.
TEST_CASE("all K, P, s/u, e/f: the codes of 0, 1, NaN and infinity; names are inverse to formats") {
  for (const Parameters& x : all_parameters()) {
    CAPTURE(x.name());
    const Format f = x.format();
    const format::Uint128 half = format::Uint128{1} << (x.k - 1), middle = x.is_signed ? half / 2 : half;
    const format::Uint128 nan = x.is_signed ? half : 2 * half - 1, top = nan - 1;
    CHECK((format::encode_wide(f, 1) == middle));
    CHECK((format::encode_wide(f, 0) == 0 && format::encode_wide(f, -0.0) == 0));
    CHECK((format::encode_wide(f, Wide::nan()) == nan && format::decode_wide(f, nan).is_nan()));
    CHECK(format::decode_wide(f, top).is_same(x.is_extended ? Wide::infinity() : f.max<Wide>()));
    CHECK((f.max_code() == top - (x.is_extended ? 1 : 0)));
    CHECK(f.exponent_bits() == x.k - x.p + (x.is_signed ? 0 : 1));
    CHECK(to_string(f) == x.name());
    CHECK(parse_format(x.name()) == f);
    CHECK(parse_format(upper_case(x.name())) == f);
  }
  CHECK(all_parameters().size() == 2 * (119 + 14 + 119));
}

TEST_CASE("impossible P3109 names are refused") {
  for (const char* text : {"binary2p1se", "binary17p4se", "binary0p1se", "binary99999p4se", "binary-8p4se"})
    check_refused(text, "K from 3 to 16");
  for (const char* text : {"binary8p0se", "binary8p8se", "binary8p8sf", "binary8p9uf", "binary8p0uf", "binary3p3se"})
    check_refused(text, "P from 1 to K - 1 if signed, to K if unsigned");
  for (const char* text :
       {"binary8p4", "binary8p4s", "binary8p4xx", "binary8p4es", "binary8p4sse", "binary8pse", "binaryp", "binarypse",
        "binary8p", "binary8p4se;fn", "binary8p4se(3)", "binary8.5p4se", "binary8p4 se"})
    check_refused(text, "");
}

TEST_CASE("limits of formats beyond binary64") {
  constexpr Format quad = fp(15, 112), extended = fp(15, 63), low = fp(15, 112, {.bias = 50000});
  CHECK(quad.max<Wide>().is_same(Wide((format::Uint128{1} << 113) - 1, 16271)));
  CHECK(quad.lowest<Wide>().is_same(Wide((format::Uint128{1} << 113) - 1, 16271, true)));
  CHECK(quad.min_normal<Wide>().is_same(Wide(1, -16382)));
  CHECK(quad.min_positive<Wide>().is_same(Wide(1, -16494)));
  CHECK((quad.bits == 128 && quad.precision == 113 && quad.bias() == 16383 && quad.max_exponent() == 16383));
  CHECK((quad.infinity_code() == format::Uint128{0x7FFF} << 112));
  CHECK(extended.max<Wide>().is_same(Wide(~std::uint64_t{0}, 16320)));
  CHECK((extended.bits == 79 && extended.min_positive<Wide>() == Wide(1, -16445)));
  CHECK((low.max_exponent() == 32766 - 50000 && low.min_normal<Wide>() == Wide(1, -49999)));
  CHECK(parse_format("fp(15,112)") == quad);
  CHECK(to_string(extended) == "fp(15,63)");
  CHECK_THROWS_AS(quad.max(), Error);
  CHECK_THROWS_AS(quad.min_positive(), Error);
  CHECK(p3109(16, 1, false, true).max<Wide>().is_same(Wide(1, 32765)));
  CHECK(p3109(16, 1, true, false).max<Wide>().is_same(Wide(1, 16383)));
  CHECK(binary64.max<Wide>().is_same(std::numeric_limits<double>::max()));
}
