// Codes of formats of any width as Wide: against code.h and the oracle, and the corners of the wide formats.
#include <cmath>
#include <vector>

#include "lowprec/array/codec.h"
#include "lowprec/format/presets.h"
#include "lowprec/format/wide.h"
#include "support/cases.h"
#include "support/wide_pairs.h"

using namespace lowprec;

namespace {

constexpr Format kBinary128 = fp(15, 112);
constexpr Format kExtended = fp(15, 63);

format::Uint128 code128(std::uint64_t upper, std::uint64_t lower) { return format::Uint128{upper} << 64 | lower; }

format::Uint128 random128(std::uint64_t i) {
  const Stream stream{12, 8};
  format::Uint128 result = 0;
  for (std::uint64_t k = 0; k < 4; ++k) result = result << 32 | stream.draw(4 * i + k);
  return result;
}

format::CodeClass class_of(const Format& f, double x) {
  if (!std::isfinite(x)) return std::isnan(x) ? format::CodeClass::nan : format::CodeClass::infinity;
  if (x == 0) return format::CodeClass::zero;
  return f.twos_complement || std::fabs(x) >= f.min_normal() ? format::CodeClass::normal : format::CodeClass::subnormal;
}

// decode_wide, encode_wide and classify against code.h's and the oracle's, for every code.
void check_codes(const cases::Case& c) {
  const Format& f = c.format;
  cases::Tally tally;
  for (std::uint64_t code = 0; code >> f.bits == 0; ++code) {
    const Wide value = format::decode_wide(f, code);
    const double want = oracle::decode(c.definition, code), narrow = decode(f, code);
    const auto describe = [&] { return c.name + " code " + std::to_string(code); };
    tally.expect({want}, pairs::to_double(value), describe);
    tally.expect({want}, narrow, describe);
    tally.expect(format::classify(f, code) == class_of(f, want), describe);
    if (f.symmetric && narrow < f.lowest()) continue;  // the code that is not written
    const auto again = static_cast<std::uint64_t>(format::encode_wide(f, value));
    tally.expect(again == encode(f, narrow), describe);
    tally.expect(again == code || std::isnan(want) || (want == 0 && !f.has_subnormals), describe);
  }
  tally.report(c.name);
}

struct Corner {
  format::Uint128 code;
  Wide value;
  format::CodeClass kind;
};

void check_corners(const Format& f, const std::vector<Corner>& corners) {
  for (const Corner& c : corners) {
    CAPTURE(static_cast<std::uint64_t>(c.code >> 64));
    CAPTURE(static_cast<std::uint64_t>(c.code));
    CHECK(format::decode_wide(f, c.code).is_same(c.value));
    CHECK((format::encode_wide(f, c.value) == c.code));
    CHECK(format::classify(f, c.code) == c.kind);
  }
}

void check_random_codes(const Format& f) {
  cases::Tally tally;
  for (std::uint64_t i = 0; i < 20000; ++i) {
    const format::Uint128 code = random128(i) >> (128 - f.bits);
    const Wide value = format::decode_wide(f, code);
    tally.expect(value.is_nan() || format::encode_wide(f, value) == code, [&] { return std::to_string(i); });
  }
  tally.report("random codes");
}

}  // namespace

TEST_CASE("every code of formats of at most 16 bits: as code.h and the oracle say") {
  for (const auto& list : {cases::small_formats(), cases::medium_formats(), cases::p3109_formats(3, 8)})
    for (const auto& c : list) check_codes(c);
}

TEST_CASE("corner codes of binary128, of 64 explicit bits, and of P3109's formats of one significand bit") {
  using enum format::CodeClass;
  const std::uint64_t ones = ~std::uint64_t{0};
  check_corners(kBinary128,
                {{0, 0.0, zero},
                 {1, Wide(1, -16494), subnormal},
                 {code128(0xFFFFFFFFFFFF, ones), Wide((format::Uint128{1} << 112) - 1, -16494), subnormal},
                 {code128(std::uint64_t{1} << 48, 0), Wide(1, -16382), normal},
                 {code128(0x3FFF000000000000, 0), 1, normal},
                 {code128(0xBFFF000000000000, 1), Wide((format::Uint128{1} << 112) + 1, -112, true), normal},
                 {code128(0x7FFEFFFFFFFFFFFF, ones), Wide((format::Uint128{1} << 113) - 1, 16271), normal},
                 {code128(0x7FFF000000000000, 0), Wide::infinity(), infinity},
                 {code128(0xFFFF000000000000, 0), Wide::infinity(true), infinity},
                 {code128(0x7FFF800000000000, 0), Wide::nan(), nan},
                 {code128(0x8000000000000000, 0), -0.0, zero}});
  check_corners(kExtended, {{1, Wide(1, -16445), subnormal},
                            {format::Uint128{0x3FFF} << 63, 1, normal},
                            {(format::Uint128{0x7FFF} << 63) - 1, Wide(ones, 16320), normal},
                            {format::Uint128{0xFFFF} << 63, Wide::infinity(true), infinity}});
  check_corners(p3109(16, 1, true, true), {{0, 0, zero},
                                           {1, Wide(1, -16383), normal},
                                           {0x4000, 1, normal},
                                           {0x7FFE, Wide(1, 16382), normal},
                                           {0x7FFF, Wide::infinity(), infinity},
                                           {0x8000, Wide::nan(), nan},
                                           {0x8001, Wide(1, -16383, true), normal}});
  check_corners(p3109(16, 1, false, true), {{1, Wide(1, -32767), normal},
                                            {0x8000, 1, normal},
                                            {0xFFFD, Wide(1, 32765), normal},
                                            {0xFFFE, Wide::infinity(), infinity},
                                            {0xFFFF, Wide::nan(), nan}});
  for (const Format& f : {kBinary128, kExtended, p3109(16, 1, true, true), p3109(16, 1, false, false)})
    check_random_codes(f);
}

TEST_CASE("signalling NaN: IEEE-like formats, the first fraction bit clear") {
  CHECK(format::is_signalling(binary16, 0x7C01));
  CHECK(format::is_signalling(binary16, 0xFDFF));
  for (const format::Uint128 code : {0x7E00, 0xFFFF, 0x7C00, 0xFC00, 0x3C00, 0})
    CHECK_FALSE(format::is_signalling(binary16, code));
  CHECK(format::is_signalling(kBinary128, code128(0x7FFF000000000000, 1)));
  CHECK_FALSE(format::is_signalling(kBinary128, code128(0x7FFF800000000000, 1)));
  for (const Format& f : {e4m3fn, e4m3fnuz, integer(8), p3109(8, 3, true, true)})
    for (format::Uint128 code = 0; code < 256; ++code) CHECK_FALSE(format::is_signalling(f, code));
}

TEST_CASE("what has no code is refused") {
  const auto refused = [](const Format& f, const Wide& x) { CHECK_THROWS_AS(format::encode_wide(f, x), Error); };
  CHECK_THROWS_AS(format::decode_wide(binary16, 0x10000), Error);
  CHECK_THROWS_AS(format::decode_wide(kExtended, format::Uint128{1} << 79), Error);
  for (const Wide& x :
       {Wide(1, -16495), Wide(1, 16384), Wide((format::Uint128{1} << 113) + 1, 0), Wide(~format::Uint128{0}, 0)})
    refused(kBinary128, x);
  for (const Wide& x : {Wide::infinity(), Wide(449), Wide(1, -10), Wide(17)}) refused(e4m3fn, x);
  for (const Wide& x : {Wide::nan(), Wide::infinity(), Wide(128), Wide(-129), Wide(0.5)}) refused(integer(8), x);
  for (const Wide& x : {Wide(-1), Wide(16)}) refused(integer(4, {.is_signed = false}), x);
  for (const Wide& x : {Wide(0), Wide(-1), Wide(1, -128), Wide(3)}) refused(e8m0, x);
  refused(p3109(16, 1, false, true), Wide::infinity(true));
}
