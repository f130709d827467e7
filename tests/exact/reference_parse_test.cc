// Reference::parse: texts of any length, rounded once.
#include <fmt/format.h>

#include <charconv>
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
constexpr double kDenormal = std::numeric_limits<double>::denorm_min();
constexpr double kMax = std::numeric_limits<double>::max();

std::string zeros(std::size_t n) { return std::string(n, '0'); }

std::uint64_t random64(std::uint64_t i) {
  const Stream stream{16, 18};
  return std::uint64_t{stream.draw(2 * i)} << 32 | stream.draw(2 * i + 1);
}

// d.ddd...e±xx of 1 to 25 digits, over more than the range of binary64.
std::string random_decimal(std::uint64_t i) {
  std::string digits = std::to_string(random64(4 * i)) + std::to_string(random64(4 * i + 1));
  digits.resize(i % 2 == 0 ? 1 + i % 9 : 17 + i % 9);
  const auto exponent = static_cast<int>(random64(4 * i + 2) % 680) - 340;
  digits.insert(1, digits.size() > 1 ? "." : "");
  return (i % 3 == 0 ? "-" : "") + digits +
         (i % 5 == 0 ? "" : "e" + std::to_string(i % 7 < 3 ? exponent / 8 : exponent));
}

template <class T>
T by_library(const std::string& text) {
  T x = 0;
  const auto status = std::from_chars(text.data(), text.data() + text.size(), x).ec;
  if (status == std::errc::result_out_of_range)
    return text.find("e-") == std::string::npos ? std::numeric_limits<T>::infinity() : 0;
  return x;
}

void expect(const Reference& f, const std::string& text, const Wide& want) {
  CAPTURE(text.substr(0, 60));
  CAPTURE(cases::name(f.rounding()));
  CHECK(f.parse(text).is_same(want));
}

// Between two neighbours of binary16: the middle goes to the even one, a digit far behind decides.
void check_middle(const Reference& f, std::uint64_t code, cases::Tally& tally) {
  const double low = decode(binary16, code), high = decode(binary16, code + 1);
  const double middle = (low + high) / 2;
  const std::string text = fmt::format("{:.30f}", middle), below = fmt::format("{:.80f}", std::nextafter(middle, 0));
  const auto describe = [&] { return text; };
  tally.expect(f.parse(text) == (code % 2 == 0 ? low : high), describe);
  tally.expect(f.parse(text + zeros(100) + "1") == high, describe);
  tally.expect(f.parse("-" + below) == -low, describe);
}

}  // namespace

TEST_CASE("binary64: 20,000 random decimals as std::from_chars reads them; binary32 too") {
  const Reference wide(binary64), narrow(binary32);
  cases::Tally tally;
  for (std::uint64_t i = 0; i < 20000; ++i) {
    const std::string text = random_decimal(i);
    const auto x = by_library<double>(text);
    const auto y = by_library<float>(text);
    tally.expect(std::fabs(static_cast<double>(wide.parse(text))) == std::fabs(x), [&] { return text; });
    tally.expect(std::fabs(static_cast<float>(narrow.parse(text))) == std::fabs(y), [&] { return text; });
    tally.expect(wide.parse(text).is_negative() == (text[0] == '-'), [&] { return text; });
  }
  tally.report("decimals");
}

TEST_CASE("binary16: the decimal middle of every two neighbours") {
  const Reference f(binary16);
  cases::Tally tally;
  for (std::uint64_t code = 0; code < binary16.max_code(); code += 1 + code % 3) check_middle(f, code, tally);
  tally.report("middles");
}

TEST_CASE("thousands of digits: the last one breaks the tie, or lifts a directed rounding") {
  const Wide next(1025, -10), last(2047, -11);
  const std::string tie = "1.00048828125", least = "5e-1000";
  for (const std::size_t n : {std::size_t{0}, std::size_t{30}, std::size_t{3000}, std::size_t{70000}}) {
    expect(Reference(binary16), tie + zeros(n), 1);
    expect(Reference(binary16), tie + zeros(n) + "1", next);
    expect(Reference(binary16, rnz), tie + zeros(n) + "1", next);
    expect(Reference(binary16, ru), "1." + zeros(n + 9) + "1", next);
    expect(Reference(binary16, rz), "0." + std::string(n + 9, '9'), last);
    expect(Reference(binary16), "0" + zeros(n) + "2.5", 2.5);
    expect(Reference(binary16), "0." + zeros(n) + "25e" + std::to_string(n + 1), 2.5);
    expect(Reference(binary16), "25" + zeros(n) + "e-" + std::to_string(n + 1), 2.5);
    expect(Reference(binary16), "0x1." + zeros(n) + "1", n == 0 ? Wide(1 + 0x1p-4) : Wide(1));
    expect(Reference(binary16), "0x1.002" + zeros(n) + "1", next);
  }
}

TEST_CASE("beyond the range, in every rounding and rule") {
  for (const Rounding r : {rne, rna, rnz}) {
    expect(Reference(binary64, r), "1e400", kInf);
    expect(Reference(binary64, r), "-1e-400", -0.0);
  }
  expect(Reference(binary64, rz), "1e400", kMax);
  expect(Reference(binary64, rd), "1e400", kMax);
  expect(Reference(binary64, rd), "-1e400", -kInf);
  expect(Reference(binary64, ru), "1e400", kInf);
  expect(Reference(binary64, ro), "1e400", kMax);
  expect(Reference(binary64, ru), "1e-400", kDenormal);
  expect(Reference(binary64, ro), "-1e-400", -kDenormal);
  expect(Reference(binary64, rd), "-1e-999999999999999999999999", -kDenormal);
  expect(Reference(binary64, rne, Overflow::saturate), "-1e400", -kMax);
  expect(Reference(binary64, rne, Overflow::propagate), "1e400", kMax);
  expect(Reference(binary64, rne, Overflow::nan), "1e400", Wide::nan());
  CHECK_THROWS_AS(Reference(binary64, rne, Overflow::error).parse("1e400"), Error);
  expect(Reference(integer(8), rne, Overflow::wrap), "1e400", 0);
  expect(Reference(integer(8), rne, Overflow::wrap), "300.2", 44);
  expect(Reference(fp(15, 112, {.bias = -50000})), "1e+99999999999999999999", Wide::infinity());
  expect(Reference(fp(15, 112, {.bias = 50000}), rz), "0x1p-99999999999999999999", 0);
  expect(Reference(binary64), "0e99999999999999999999", 0);
}

TEST_CASE("binary128: decimals beyond binary64 read back what was printed") {
  const Reference f(fp(15, 112));
  for (const char* text : {"1e+400", "-1e-400", "3.5e+4931", "1.189731495357231765085759326628007e+4932"})
    CHECK(to_string(f.parse(text), f.format()) == text);
  CHECK(f.parse("1.18973149535723176508575932662800702e4932").is_same(f.format().max<Wide>()));
  CHECK(f.parse("1.2e4932").is_infinite());
  CHECK(f.parse("3e-4966").is_zero());
  CHECK(Reference(binary64).parse("1e308") < f.parse("1e309"));
}

TEST_CASE("hexadecimal numbers, infinities and NaN") {
  const Reference f(binary64);
  expect(f, "0x1.8p-4", 0x1.8p-4);
  expect(f, "-0X.8P1", -1);
  expect(f, "+0x10", 16);
  expect(f, "0x1p-1074", kDenormal);
  expect(f, "0x1p-1075", 0);
  expect(f, "0x1.0000000000000000000000000000001p-1075", kDenormal);
  expect(f, "0x0.0000000000001p-1022", kDenormal);
  expect(f, "0x1.00000000000008", 1);
  expect(f, "0x1.00000000000018", 1 + 0x1p-51);
  expect(f, "0x123456789abcdef01p0", 0x123456789abcdp16 + 0xef01);
  expect(f, "inf", kInf);
  expect(f, "-INFINITY", -kInf);
  expect(f, "nan", Wide::nan());
  expect(f, "-NaN", Wide::nan());
  expect(Reference(e4m3fn), "inf", Wide::nan());
  expect(Reference(e4m3fn, rne, Overflow::saturate), "-inf", -448);
}

TEST_CASE("other texts are refused with a message that quotes them") {
  const Reference f(fp(15, 112));
  for (const std::string text :
       {"",      " ",        "x",   "1.2.3", "1,5",       "--1", "+-1", "1e", "1e+", "0x",    "0x1p",  "0xinf",
        "0xnan", "0xnan(1)", "1 2", "1abc",  "infinityx", "- 1", ".",   "e5", "-",   "0x.p1", "1e5.5", "1_000"}) {
    CAPTURE(text);
    try {
      f.parse(text);
      FAIL_CHECK("accepted");
    } catch (const Error& error) {
      CHECK(std::string(error.what()).find("'" + text + "'") != std::string::npos);
    }
  }
}

TEST_CASE("parse_number_to_odd: the odd neighbour, then one rounding to fewer bits is that of the text") {
  CHECK(exact::parse_number_to_odd("1.5") == 1.5);
  CHECK(exact::parse_number_to_odd("1.00000000000000000000000001") == 1 + 0x1p-52);
  CHECK(exact::parse_number_to_odd("0.99999999999999999999999999") == 1 - 0x1p-53);
  CHECK(exact::parse_number_to_odd("-1e-400") == -kDenormal);
  CHECK(exact::parse_number_to_odd("1e400") == kMax);
  CHECK(exact::parse_number_to_odd("0x1.fffffffffffffcp1023") == kMax);
  CHECK(exact::parse_number_to_odd("-inf") == -kInf);
  CHECK(std::isnan(exact::parse_number_to_odd("nan")));
  CHECK(std::signbit(exact::parse_number_to_odd("-0")));
  const Reference once(binary16);
  cases::Tally tally;
  for (std::uint64_t i = 0; i < 3000; ++i) {
    const std::string text = random_decimal(i);
    tally.expect(once.convert(exact::parse_number_to_odd(text)).is_same(once.parse(text)), [&] { return text; });
  }
  tally.report("to odd");
}
