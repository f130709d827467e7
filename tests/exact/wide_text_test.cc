// The text of numbers of any format: the shortest decimal that reads back, and hexadecimal floating point.
#include <cmath>
#include <limits>
#include <string>

#include "lowprec/exact/reference.h"
#include "lowprec/exact/wide_text.h"
#include "lowprec/format/names.h"
#include "lowprec/format/number_text.h"
#include "lowprec/format/presets.h"
#include "support/cases.h"

using namespace lowprec;

namespace {

constexpr double kInf = std::numeric_limits<double>::infinity();

format::Uint128 random128(std::uint64_t i) {
  const Stream stream{25, 52};
  format::Uint128 result = 0;
  for (std::uint64_t k = 0; k < 4; ++k) result = result << 32 | stream.draw(4 * i + k);
  return result;
}

// A number of the format, of any magnitude.
Wide random_number(const Format& f, std::uint64_t i) {
  const Wide x = format::decode_wide(f, random128(i) >> (128 - f.bits));
  return x.is_nan() ? Wide(1) : x;
}

void check_round_trip(const Format& f, std::uint64_t count) {
  const Reference reader(f);
  cases::Tally tally;
  for (std::uint64_t i = 0; i < count; ++i) {
    const Wide x = random_number(f, i);
    const std::string decimal = to_string(x, f), hexadecimal = exact::to_hex(x);
    tally.expect(reader.parse(decimal).is_same(x), [&] { return decimal; });
    tally.expect(reader.parse(hexadecimal).is_same(x), [&] { return hexadecimal; });
  }
  tally.report(to_string(f));
}

// One digit fewer does not read back: the digits before the exponent, the last one dropped or made one more.
bool is_shortest(const Reference& reader, const Wide& x, const std::string& text) {
  const auto mark = text.find('e');
  const std::string digits = text.substr(0, mark - 1), exponent = text.substr(mark);
  if (digits.size() < 3) return true;
  std::string more = digits;
  if (more.back() < '9') ++more.back();
  return !reader.parse(digits + exponent).is_same(x) && !reader.parse(more + exponent).is_same(x);
}

}  // namespace

TEST_CASE("decimal: binary64 numbers as doubles, others in scientific notation") {
  CHECK(to_string(Wide(0.1), binary64) == "0.1");
  CHECK(to_string(Wide(0.5), fp(15, 112)) == "0.5");
  CHECK(to_string(Wide(-0.0), fp(15, 112)) == "-0");
  CHECK(to_string(Wide(16973823), fp(15, 112)) == "16973823");
  CHECK(to_string(Wide::infinity(true), fp(15, 112)) == "-inf");
  CHECK(to_string(Wide::nan(), fp(15, 112)) == "nan");
  CHECK(to_string(-Wide::nan(), fp(15, 112)) == "nan");
  CHECK(to_string(Wide(1, -16494), fp(15, 112)) == "6e-4966");  // the least of binary128, 6.475e-4966
  CHECK(to_string(Reference(fp(15, 112)).div(1, 10), fp(15, 112)) == "0.1");
  CHECK(to_string(Wide(0.1), fp(15, 112)) == "1.000000000000000055511151231257827e-01");
  CHECK(to_string(Reference(fp(15, 63)).div(1, 3), fp(15, 63)) == "3.3333333333333333334e-01");
  CHECK(to_string(Reference(fp(15, 112)).parse("-1.25e4900"), fp(15, 112)) == "-1.25e+4900");
  CHECK(to_string(Wide(1, 16000), p3109(16, 1, true, true)) == "3e+4816");
}

TEST_CASE("hexadecimal: the leading bit before the point") {
  CHECK(exact::to_hex(Wide(1.5)) == "0x1.8p+0");
  CHECK(exact::to_hex(Wide(-0.0)) == "-0x0p+0");
  CHECK(exact::to_hex(Wide(kInf)) == "inf");
  CHECK(exact::to_hex(Wide::infinity(true)) == "-inf");
  CHECK(exact::to_hex(-Wide::nan()) == "nan");
  CHECK(exact::to_hex(Wide(1, -16494)) == "0x1p-16494");
  CHECK(exact::to_hex(Wide(1, 16000, true)) == "-0x1p+16000");
  CHECK(exact::to_hex(Wide((format::Uint128{1} << 112) + 1, -112)) == "0x1.0000000000000000000000000001p+0");
  CHECK(exact::to_hex(Wide(~format::Uint128{0}, 0)) == "0x1.fffffffffffffffffffffffffffffffep+127");
  CHECK(exact::to_hex(Wide((format::Uint128{1} << 53) + 1, 0)) == "0x1.00000000000008p+53");
}

TEST_CASE("both read back: every code of small formats, random numbers of wide ones") {
  for (const auto& list : {cases::small_formats(), cases::p3109_formats(8)})
    for (const auto& c : list) {
      const Reference reader(c.format);
      for (std::uint64_t code = 0; code >> c.format.bits == 0; ++code) {
        const Wide x = format::decode_wide(c.format, code);
        if (x.is_nan() || x < c.format.lowest<Wide>()) continue;
        CHECK(reader.parse(to_string(x, c.format)).is_same(x));
        CHECK(reader.parse(exact::to_hex(x)).is_same(x));
      }
    }
  check_round_trip(binary64, 2000);
  check_round_trip(fp(15, 63), 500);
  check_round_trip(fp(15, 112), 500);
  check_round_trip(fp(15, 112, {.bias = 50000}), 200);
  check_round_trip(p3109(16, 1, true, true), 1000);
  check_round_trip(p3109(16, 2, false, true), 1000);
}

TEST_CASE("decimals of binary128 and of 64 explicit bits have no digit too many") {
  for (const Format& f : {fp(15, 112), fp(15, 63)}) {
    const Reference reader(f);
    cases::Tally tally;
    for (std::uint64_t i = 0; i < 300; ++i) {
      const Wide x = random_number(f, i);
      const std::string text = to_string(x, f);
      tally.expect(!x.is_finite() || text.find('e') == std::string::npos || is_shortest(reader, x, text),
                   [&] { return text; });
    }
    tally.report(to_string(f));
  }
}
