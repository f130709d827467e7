// Codes and values against tables decoded from the definitions of the formats.
#include "lowprec/array/codec.h"
#include "lowprec/format/presets.h"

#include <cmath>
#include <limits>
#include <vector>

#include "support/cases.h"
#include "support/oracle.h"

using namespace lowprec;

namespace {

constexpr double kInf = std::numeric_limits<double>::infinity();

std::vector<cases::Case> all_formats() {
  auto all = cases::small_formats();
  for (const auto& c : cases::medium_formats()) all.push_back(c);
  return all;
}

bool is_dropped(const cases::Case& c, const oracle::Table& table, double value) {
  return c.definition.symmetric && value < table.lowest();
}

}  // namespace

TEST_CASE("decode of every code of every format up to 16 bits") {
  for (const auto& c : all_formats()) {
    const oracle::Table table(c.definition);
    cases::Tally tally;
    for (std::uint64_t code = 0; code < std::uint64_t{1} << table.bits(); ++code)
      tally.expect(oracle::Expected{table.decode(code)}, decode(c.format, code),
                   [&] { return "code " + std::to_string(code); });
    tally.report(c.name);
  }
}

TEST_CASE("encode inverts decode: but for NaN, codes that read as zero, and the code that `symmetric` drops") {
  for (const auto& c : all_formats()) {
    const oracle::Table table(c.definition);
    cases::Tally tally;
    for (std::uint64_t code = 0; code < std::uint64_t{1} << table.bits(); ++code) {
      const double value = table.decode(code);
      if (is_dropped(c, table, value)) continue;
      const std::uint64_t back = encode(c.format, value);
      const bool reads_as_zero = value == 0 && !c.definition.subnormals;
      const bool ok = std::isnan(value) || reads_as_zero
                          ? table.bits() >= 64 || oracle::Expected{value}.accepts(table.decode(back))
                          : back == code;
      tally.expect(ok, [&] { return "code " + std::to_string(code) + " comes back as " + std::to_string(back); });
    }
    tally.report(c.name);
  }
}

TEST_CASE("classes of codes") {
  for (const auto& c : all_formats()) {
    const oracle::Table table(c.definition);
    const double min_normal = c.definition.kind == oracle::Definition::integer ? 0
                              : c.definition.kind == oracle::Definition::scale ? 0x1p-127
                                                                               : std::ldexp(1.0, 1 - c.definition.bias);
    cases::Tally tally;
    for (std::uint64_t code = 0; code < std::uint64_t{1} << table.bits(); ++code) {
      const double value = std::fabs(table.decode(code));
      const format::CodeClass want = std::isnan(value)    ? format::CodeClass::nan
                                     : std::isinf(value)  ? format::CodeClass::infinity
                                     : value == 0         ? format::CodeClass::zero
                                     : value < min_normal ? format::CodeClass::subnormal
                                                          : format::CodeClass::normal;
      tally.expect(format::classify(c.format, code) == want, [&] { return "code " + std::to_string(code); });
    }
    tally.report(c.name);
  }
}

// Codes from the tables of OCP 8-bit Floating Point 1.0, OCP MX 1.0, IEEE 754.
TEST_CASE("landmark codes of the standards") {
  CHECK(encode(e4m3fn, 448) == 0x7E);
  CHECK(encode(e4m3fn, -448) == 0xFE);
  CHECK(encode(e4m3fn, 0x1p-9) == 0x01);
  CHECK(encode(e4m3fn, 1) == 0x38);
  CHECK(encode(e4m3fn, -0.0) == 0x80);
  CHECK(encode(e4m3fn, std::nan("")) == 0x7F);
  CHECK(std::isnan(decode(e4m3fn, 0xFF)));
  CHECK(encode(e5m2, kInf) == 0x7C);
  CHECK(encode(e5m2, -kInf) == 0xFC);
  CHECK(std::isnan(decode(e5m2, 0x7D)));
  CHECK(encode(e4m3fnuz, std::nan("")) == 0x80);
  CHECK(encode(e4m3fnuz, -0.0) == 0x00);
  CHECK(encode(e4m3fnuz, 240) == 0x7F);
  CHECK(encode(e8m0, 1) == 127);
  CHECK(encode(e8m0, 0x1p-127) == 0);
  CHECK(encode(e8m0, std::nan("")) == 0xFF);
  CHECK(encode(e2m1, 6) == 7);
  CHECK(encode(e2m1, -0.5) == 9);
  CHECK(encode(integer(8), -128) == 0x80);
  CHECK(encode(integer(8), -1) == 0xFF);
  CHECK(encode(integer(8), -0.0) == 0);
  CHECK(encode(binary16, 65504) == 0x7BFF);
  CHECK(encode(binary16, 1.0 / 1024 / 16384) == 1);
  CHECK(encode(bfloat16, -1) == 0xBF80);
  static_assert(encode(e4m3fn, 448) == 0x7E);
  static_assert(decode(e2m1, 7) == 6);
}

TEST_CASE("binary32 and binary64 codes are their bits") {
  const Stream stream{9, 9};
  cases::Tally tally;
  for (std::uint64_t i = 0; i < 20000; ++i) {
    const std::uint32_t bits = stream.draw(i);
    const auto x = std::bit_cast<float>(bits);
    if (std::isnan(x)) continue;
    tally.expect(encode(binary32, x) == bits && decode(binary32, bits) == x, [&] { return cases::hex(x); });
    const std::uint64_t wide = stream.draw(2 * i) | std::uint64_t{stream.draw(2 * i + 1)} << 32;
    const auto y = std::bit_cast<double>(wide);
    if (std::isnan(y)) continue;
    tally.expect(encode(binary64, y) == wide && decode(binary64, wide) == y, [&] { return cases::hex(y); });
  }
  tally.report("bits");
}

TEST_CASE("a value that is no number of the format has no code") {
  for (const double x : {1.01, 449.0, 1e9, 0x1p-10, kInf, -kInf}) CHECK_THROWS_AS(encode(e4m3fn, x), Error);
  for (const double x : {0.5, 128.0, -129.0, kInf, std::nan("")}) CHECK_THROWS_AS(encode(integer(8), x), Error);
  CHECK_THROWS_AS(encode(integer(8, {.symmetric = true}), -128), Error);
  CHECK_THROWS_AS(encode(e2m1, std::nan("")), Error);
  for (const double x : {0.0, -1.0, 3.0, 0x1p128, 0x1p-128}) CHECK_THROWS_AS(encode(e8m0, x), Error);
  CHECK_THROWS_AS(encode(fp(4, 3, {.subnormals = false}), 0x1p-7), Error);
  CHECK_THROWS_AS(encode(fp(2, 3, {.is_signed = false}), -0.5), Error);
  CHECK_THROWS_AS(encode(binary32, 0.1), Error);
  CHECK_THROWS_AS(encode(binary32, std::numeric_limits<double>::max()), Error);
  CHECK_THROWS_AS(encode(binary16, std::numeric_limits<double>::denorm_min()), Error);
}

// Between any two neighbours there is no number, so encode refuses the midpoints and what lies next to each number.
TEST_CASE("numbers next to those of a format are refused") {
  for (const auto& c : cases::small_formats()) {
    const oracle::Table table(c.definition);
    cases::Tally tally;
    const auto& entries = table.entries();
    for (std::size_t i = 0; i + 1 < entries.size(); ++i) {
      const double x = entries[i].value;
      for (const double y :
           {(x + entries[i + 1].value) / 2, std::nextafter(x, kInf), std::nextafter(entries[i + 1].value, 0)}) {
        bool refused = false;
        try {
          encode(c.format, y);
        } catch (const Error&) {
          refused = true;
        }
        tally.expect(refused, [&] { return cases::hex(y); });
      }
    }
    tally.report(c.name);
  }
}

TEST_CASE("a code with more bits than the format is refused") {
  CHECK_THROWS_AS(decode(e4m3fn, 0x100), Error);
  CHECK_THROWS_AS(decode(e2m1, 16), Error);
  CHECK_THROWS_AS(decode(integer(4), 0xFF), Error);
  CHECK(decode(binary64, ~std::uint64_t{0} >> 12) < 1);
}

TEST_CASE("spans: element by element; an error names the index") {
  const std::vector<double> values{1, -2, 448};
  std::vector<std::uint64_t> codes(3);
  encode(e4m3fn, std::span<const double>(values), std::span<std::uint64_t>(codes));
  CHECK(codes == std::vector<std::uint64_t>{0x38, 0xC0, 0x7E});
  std::vector<double> back(3);
  decode(e4m3fn, std::span<const std::uint64_t>(codes), std::span<double>(back));
  CHECK(back == values);
  const std::vector<double> bad{1, 1, 1.01};
  CHECK_THROWS_WITH_AS(encode(e4m3fn, std::span<const double>(bad), std::span<std::uint64_t>(codes)),
                       doctest::Contains("2"), Error);
  std::vector<std::uint64_t> few(2);
  CHECK_THROWS_AS(encode(e4m3fn, std::span<const double>(values), std::span<std::uint64_t>(few)), Error);
}
