// Arrays rounded to formats against the oracle: everything a format of at most 8 bits can meet, every number, midpoint
// and neighbour of 16-bit formats, strided scans of all binary32 numbers; steps, noises, errors, counts.
#include "lowprec/array/quantize.h"
#include "lowprec/format/presets.h"

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "support/cases.h"
#include "support/oracle.h"
#include "support/probes.h"

using namespace lowprec;
using probes::quantizer;

namespace {

constexpr double kInf = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

double round_to(const Format& f, double x, Rounding r = rne) {
  return quantize(quantizer(f, r, default_overflow(f)), x);
}
double round_to(const Format& f, double x, Rounding r, Overflow o) { return quantize(quantizer(f, r, o), x); }

bool is_negative_zero(double x) { return x == 0 && std::signbit(x); }
bool is_positive_zero(double x) { return x == 0 && !std::signbit(x); }

// Scans binary32 numbers `stride` apart through float arrays.
void scan_floats(const cases::Case& c, std::uint32_t stride, const std::vector<Rounding>& roundings) {
  const oracle::Table table(c.definition);
  std::vector<float> numbers;
  for (std::uint64_t bits = 0; bits < std::uint64_t{1} << 32; bits += stride)
    numbers.push_back(std::bit_cast<float>(static_cast<std::uint32_t>(bits)));
  const auto in = probes::placed(table, std::move(numbers));
  cases::Tally tally;
  for (const Rounding r : roundings) probes::check_array(c, table, in, r, cases::default_rule(table), tally);
  tally.report(c.name);
}

const cases::Case kTf32{"tf32", tf32, oracle::floating(oracle::Definition::ieee, 8, 10, 127)};

}  // namespace

TEST_CASE(
    "double arrays: numbers, quarter points and their neighbours, every rounding and overflow rule, small formats") {
  for (const auto& c : cases::small_formats()) probes::check_format<double>(c, cases::all_roundings(), 4);
}

TEST_CASE(
    "float arrays: numbers, quarter points and their neighbours, every rounding and overflow rule, small formats") {
  for (const auto& c : cases::small_formats()) probes::check_format<float>(c, cases::all_roundings(), 4);
}

TEST_CASE("double arrays: every number of 16-bit formats, every midpoint, and the neighbours of each") {
  for (const auto& c : cases::medium_formats()) probes::check_format<double>(c, {rne, ru, ro, sr}, 2);
}

TEST_CASE("float arrays: every number of 16-bit formats, every midpoint, and the neighbours of each") {
  for (const auto& c : cases::medium_formats()) probes::check_format<float>(c, {rne, rna, rz, rd}, 2);
}

TEST_CASE("float arrays: bfloat16 and tf32 over all exponents of binary32, subnormal numbers too") {
  scan_floats(cases::medium_formats()[1], 20011, cases::deterministic_roundings());
  scan_floats(kTf32, 20021, cases::deterministic_roundings());
  scan_floats(kTf32, 200003, cases::stochastic_roundings());
}

TEST_CASE("binary32 is itself in float arrays: every rounding leaves every number alone") {
  std::vector<float> in;
  for (std::uint64_t bits = 0; bits < std::uint64_t{1} << 32; bits += 65521)
    in.push_back(std::bit_cast<float>(static_cast<std::uint32_t>(bits)));
  for (const Rounding r : cases::deterministic_roundings()) {
    std::vector<float> out(in.size());
    quantize(quantizer(binary32, r, Overflow::infinity), std::span<const float>(in), std::span<float>(out));
    cases::Tally tally;
    for (std::size_t i = 0; i < in.size(); ++i)
      tally.expect(in[i] != in[i] ? out[i] != out[i] : cases::same_bits(in[i], out[i]),
                   [&] { return cases::hex(in[i]); });
    tally.report("binary32 @" + cases::name(r));
  }
}

TEST_CASE("binary32 from doubles equals the conversion of the processor") {
  cases::Tally tally;
  std::vector<double> in = probes::specials<double>();
  const Stream stream{3, 0};
  for (std::uint64_t i = 0; i < 200000; ++i) {
    // Random significands with at most 29 bits beyond binary32, so that ties come up; exponents around its whole range.
    const std::uint64_t fraction = (std::uint64_t{stream.draw(2 * i)} << 20) & (~std::uint64_t{0} << (i % 30));
    const std::uint64_t exponent = 1023 - 160 + stream.draw(2 * i + 1) % 320;
    in.push_back(std::bit_cast<double>((exponent << 52) | fraction));
  }
  std::vector<double> out(in.size());
  quantize(quantizer(binary32, rne, Overflow::infinity), std::span<const double>(in), std::span<double>(out));
  for (std::size_t i = 0; i < in.size(); ++i) {
    const double want = static_cast<double>(static_cast<float>(in[i]));
    tally.expect(oracle::Expected{want}, out[i], [&] { return cases::hex(in[i]); });
  }
  tally.report("binary32");
}

// numerics of the formats: adversarial group 1.
TEST_CASE("e4m3fn around its largest number: 464 is a tie with the absent 480 and goes down to 448, 465 overflows") {
  CHECK(round_to(e4m3fn, 464) == 448);
  CHECK(std::isnan(round_to(e4m3fn, 465)));
  CHECK(round_to(e4m3fn, std::nextafter(464, 0)) == 448);
  CHECK(std::isnan(round_to(e4m3fn, std::nextafter(464, 500))));
  for (const double x : {465.0, 480.0, 500.0, 1e9, kInf}) {
    CHECK(round_to(e4m3fn, x, rne, Overflow::saturate) == 448);
    CHECK(round_to(e4m3fn, -x, rne, Overflow::saturate) == -448);
    CHECK(std::isnan(round_to(e4m3fn, x)));
    CHECK(std::isnan(round_to(e4m3fn, -x)));
  }
  CHECK(round_to(e4m3fn, 500, rne, Overflow::propagate) == 448);
  CHECK(std::isnan(round_to(e4m3fn, kInf, rne, Overflow::propagate)));
  for (const Rounding r : {rz, rd, ro}) CHECK(round_to(e4m3fn, 1e9, r) == 448);
  for (const Rounding r : {rz, ru, ro}) CHECK(round_to(e4m3fn, -1e9, r) == -448);
  for (const Rounding r : cases::deterministic_roundings()) {
    CHECK(std::isnan(round_to(e4m3fn, kInf, r)));
    CHECK(std::isnan(round_to(e4m3fn, -kInf, r)));
    CHECK(round_to(e4m3fn, kInf, r, Overflow::saturate) == 448);
  }
  CHECK(std::isnan(round_to(e4m3fn, 1e9, ru)));
  CHECK(std::isnan(round_to(e4m3fn, -1e9, rd)));
}

TEST_CASE(
    "a number between the largest and half a quantum above it goes down: e5m2 57344 < x < 61440, e3m2 30, e2m1 7") {
  CHECK(round_to(e5m2, std::nextafter(61440, 0)) == 57344);
  CHECK(round_to(e5m2, 61440) == kInf);
  CHECK(round_to(e5m2, 60000, rna) == 57344);
  CHECK(round_to(e3m2, 30) == 28);
  CHECK(round_to(e2m1, 7) == 6);
  CHECK(round_to(e2m1, 2.5) == 2);
  CHECK(round_to(e2m1, 5) == 4);
  CHECK(is_positive_zero(round_to(e2m1, 0.25)));
  CHECK(is_negative_zero(round_to(e2m1, -0.2)));
}

// Group 2.
TEST_CASE("binary16 overflow: 65519, 65520, 65535, 65536, 100000, 131071 in rne, rz, rd, ru") {
  CHECK(round_to(binary16, 65519) == 65504);
  for (const double x : {65520.0, 65535.0, 65536.0, 100000.0, 131071.0}) {
    CHECK(round_to(binary16, x) == kInf);
    CHECK(round_to(binary16, -x) == -kInf);
    CHECK(round_to(binary16, x, rz) == 65504);
    CHECK(round_to(binary16, x, rd) == 65504);
    CHECK(round_to(binary16, x, ru) == kInf);
    CHECK(round_to(binary16, -x, rz) == -65504);
    CHECK(round_to(binary16, -x, rd) == -kInf);
    CHECK(round_to(binary16, -x, ru) == -65504);
  }
  CHECK(round_to(binary16, 65505, ru) == kInf);
  CHECK(round_to(binary16, 65505, rd) == 65504);
}

// Group 3.
TEST_CASE("half the least subnormal number of binary16 is a tie that goes to zero; a tiny negative rounded up is -0") {
  CHECK(is_positive_zero(round_to(binary16, 0x1p-25)));
  CHECK(is_negative_zero(round_to(binary16, -0x1p-25)));
  CHECK(round_to(binary16, 0x1p-25, rna) == 0x1p-24);
  CHECK(is_positive_zero(round_to(binary16, 0x1p-25, rnz)));
  CHECK(round_to(binary16, std::nextafter(0x1p-25, 1)) == 0x1p-24);
  CHECK(is_positive_zero(round_to(binary16, 0x1p-26)));
  CHECK(round_to(binary16, 0x1p-26, ru) == 0x1p-24);
  CHECK(round_to(binary16, 0x1p-26, ro) == 0x1p-24);
  CHECK(round_to(binary16, 5e-324, ru) == 0x1p-24);
  CHECK(is_negative_zero(round_to(binary16, -1e-30, ru)));
  CHECK(is_negative_zero(round_to(binary16, -1e-30, rz)));
  CHECK(round_to(binary16, -1e-30, rd) == -0x1p-24);
}

// Group 4.
TEST_CASE("NaN with an odd payload stays NaN: 0x7fffffff, 0x7f800001, 0x7ff0000000000001") {
  std::vector<float> floats;
  for (const std::uint32_t bits : {0x7FFFFFFFU, 0x7F800001U, 0xFFFFFFFFU, 0xFF800001U})
    floats.push_back(std::bit_cast<float>(bits));
  for (const auto& f : {bfloat16, e4m3fn, binary16, tf32, binary32}) {
    for (const Rounding r : cases::all_roundings()) {
      std::vector<float> out(floats.size());
      quantize(quantizer(f, r, default_overflow(f)), std::span<const float>(floats), std::span<float>(out));
      for (const float y : out) CHECK(std::isnan(y));
      CHECK(std::isnan(round_to(f, std::bit_cast<double>(0x7FF0000000000001U), r)));
      CHECK(std::isnan(round_to(f, std::bit_cast<double>(0xFFFFFFFFFFFFFFFFU), r)));
    }
  }
}

// Group 5.
TEST_CASE(
    "rounded once from double, not through float: e4m3 1.0625 + 2^-40, -431.99999999999994, bfloat16 1 + 2^-8 + "
    "2^-40") {
  CHECK(round_to(e4m3fn, 1.0625 + 0x1p-40) == 1.125);
  CHECK(round_to(e4m3fn, -431.99999999999994) == -416);
  CHECK(round_to(bfloat16, 1 + 0x1p-8 + 0x1p-40) == 1 + 0x1p-7);
  CHECK(round_to(bfloat16, 1 + 0x1p-8) == 1);
  CHECK(round_to(bfloat16, 16973823) == 16908288);  // 0x102FFFF: below the tie 0x1030000, which float would reach
}

// Group 8.
TEST_CASE("round to odd leaves exact numbers alone: 1.0, 1.5, 2.0") {
  for (const auto& f : {bfloat16, e4m3fn, e2m1, integer(8)}) {
    CHECK(round_to(f, 1.0, ro) == 1.0);
    CHECK(round_to(f, 2.0, ro) == 2.0);
  }
  CHECK(round_to(bfloat16, 1.5, ro) == 1.5);
  CHECK(round_to(bfloat16, 1 + 0x1p-30, ro) == 1 + 0x1p-7);
  CHECK(round_to(bfloat16, 1 + 0x1p-7 + 0x1p-30, ro) == 1 + 0x1p-7);
  CHECK(round_to(e5m2, 57344.5, ro) == 57344);  // the largest code is odd
  CHECK(round_to(e4m3fn, 448.5, ro) == 448);    // the largest code is even, and still nothing beyond
  CHECK(round_to(binary16, 1e30, ro) == 65504);
}

// Group 9.
TEST_CASE("nearest ties of a negative number: -(1 + 2^-11) in binary16 goes toward or away from zero by magnitude") {
  CHECK(round_to(binary16, -(1 + 0x1p-11), rnz) == -1);
  CHECK(round_to(binary16, -(1 + 0x1p-11), rna) == -(1 + 0x1p-10));
  CHECK(round_to(integer(8), -2.5, rnz) == -2);
  CHECK(round_to(integer(8), -2.5, rna) == -3);
  CHECK(round_to(integer(8), 2.5, rna) == 3);
}

// Group 10.
TEST_CASE("one part in 2^36 above a tie goes up") {
  CHECK(round_to(e4m3fn, 1.0625 * (1 + 0x1p-36)) == 1.125);
  CHECK(round_to(e4m3fn, 1.0625 * (1 - 0x1p-36)) == 1);
  CHECK(round_to(binary16, (1 + 0x1p-11) * (1 + 0x1p-36)) == 1 + 0x1p-10);
  CHECK(round_to(integer(8), 2.5 * (1 + 0x1p-36)) == 3);
}

// Group 13.
TEST_CASE("int8 symmetric of -1, 0.5, 3 with the step of the largest; int4 saturates 8, wraps it to -8") {
  const std::vector<double> in{-1, 0.5, 3};
  std::vector<double> out(3);
  const double step = 3.0 / 127;
  quantize(quantizer(integer(8, {.symmetric = true}), rne, Overflow::saturate, step), std::span<const double>(in),
           std::span<double>(out));
  CHECK(out[0] == -42 * step);  // -42.33
  CHECK(out[1] == 21 * step);   // 21.17
  CHECK(out[2] == 127 * step);
  CHECK(round_to(integer(4), 8) == 7);
  CHECK(round_to(integer(4), 7.5) == 7);
  CHECK(round_to(integer(4), 8, rne, Overflow::wrap) == -8);
  CHECK(round_to(integer(4), -9, rne, Overflow::wrap) == 7);
  CHECK(round_to(integer(8), 127.6) == 127);
  CHECK(round_to(integer(8), -128) == -128);
  CHECK(round_to(integer(8, {.symmetric = true}), -128) == -127);
}

TEST_CASE("wrap counts quanta far beyond the range: odd numbers up to 2^52") {
  for (const Rounding r : {rne, rz, ru, rd}) {
    CHECK(round_to(integer(8), 257, r, Overflow::wrap) == 1);
    CHECK(round_to(integer(8), 1023, r, Overflow::wrap) == -1);
    CHECK(round_to(integer(8), -65537, r, Overflow::wrap) == -1);
    CHECK(round_to(integer(8), 0x1p52 + 3, r, Overflow::wrap) == 3);
    CHECK(round_to(integer(4, {.is_signed = false}), 255, r, Overflow::wrap) == 15);
    CHECK(round_to(integer(4, {.is_signed = false}), -1, r, Overflow::wrap) == 15);
    CHECK(is_positive_zero(round_to(integer(8), 0x1p90, r, Overflow::wrap)));
    CHECK(is_positive_zero(round_to(integer(8), -256, r, Overflow::wrap)));
  }
  CHECK(round_to(integer(8), 257.5, rz, Overflow::wrap) == 1);
  CHECK(round_to(integer(8), 257.5, ru, Overflow::wrap) == 2);
  CHECK(round_to(integer(8), 257.5, rne, Overflow::wrap) == 2);
  CHECK(std::isnan(round_to(integer(8), kInf, rne, Overflow::wrap)));
}

// Group 14.
TEST_CASE("formats without -0 give +0 for -0 and for negative underflow") {
  for (const auto& f : {e4m3fnuz, e5m2fnuz, e4m3b11fnuz, integer(8), fixed(8, 5), fp(2, 3, {.is_signed = false})}) {
    for (const Rounding r : {rne, rna, rnz, rz, ru}) {
      CHECK(is_positive_zero(round_to(f, -0.0, r)));
      CHECK(is_positive_zero(round_to(f, -0x1p-40, r)));
    }
  }
  CHECK(round_to(e4m3fnuz, -0x1p-40, rd) == -0x1p-10);
  CHECK(std::isnan(round_to(e4m3fnuz, 248)));
  CHECK(std::isnan(round_to(e4m3fnuz, kInf)));
}

// Group 15.
TEST_CASE("e8m0 of 1.5, 3, 6, 1.42: ties to the even code; 0 and negative numbers are below its range") {
  // Code of 2^k is k + 127: 2 (128) is even, 4 (129) odd, 8 (130) even.
  CHECK(round_to(e8m0, 1.5) == 2);
  CHECK(round_to(e8m0, 3) == 2);
  CHECK(round_to(e8m0, 6) == 8);
  CHECK(round_to(e8m0, 1.42) == 1);
  CHECK(round_to(e8m0, 0x1p127) == 0x1p127);
  CHECK(round_to(e8m0, 0x1.8p127) == 0x1p127);  // a tie of code 254 with the absent 255
  CHECK(std::isnan(round_to(e8m0, std::nextafter(0x1.8p127, kInf))));
  CHECK(round_to(e8m0, 0x1p-127) == 0x1p-127);
  for (const Rounding r : {rne, rna, ru, sr}) CHECK(round_to(e8m0, 0x1p-300, r) == 0x1p-127);
  for (const double x : {0.0, -0.0, -0x1p-300, -1.0, -kInf}) {
    CHECK(std::isnan(round_to(e8m0, x)));
    CHECK(round_to(e8m0, x, rne, Overflow::saturate) == 0x1p-127);
  }
}

TEST_CASE("without subnormal numbers the neighbours below 2^e_min are 0 and 2^e_min; a tie goes to zero") {
  const Format f = fp(4, 3, {.subnormals = false});
  const double least = 0x1p-6;
  CHECK(is_positive_zero(round_to(f, least / 2)));
  CHECK(round_to(f, std::nextafter(least / 2, 1)) == least);
  CHECK(round_to(f, least / 2, rna) == least);
  CHECK(is_positive_zero(round_to(f, std::nextafter(least, 0), rz)));
  CHECK(round_to(f, 0x1p-1000, ru) == least);
  CHECK(is_negative_zero(round_to(f, -0x1p-1000, ru)));
  CHECK(round_to(f, least * 1.125) == least * 1.125);
}

TEST_CASE("a step is divided out exactly: quotients on, just above and just below ties") {
  struct Stepped {
    cases::Case format;
    double step;
  };
  const auto integers = cases::small_integers();
  const auto presets = cases::small_presets();
  const std::vector<Stepped> list{{integers[6], 0.05},        {integers[2], 0.1},    {integers[6], 1.0 / 3},
                                  {integers[7], 1e-3},        {presets[1], 0.07},    {presets[9], 3.0},
                                  {presets[0], 0x1.8p-7},     {integers[6], 0x1p-5}, {presets[1], 8.0},
                                  {integers[3], 0x1.0001p90}, {presets[6], 1e-200},  {integers[6], 7e250}};
  const Stream stream{1, 2};
  cases::Tally tally;
  for (const Stepped& stepped : list) {
    const cases::Case& c = stepped.format;
    const double step = stepped.step;
    const oracle::Table table(c.definition);
    std::vector<double> in = probes::specials<double>();
    for (std::size_t i = 0; i + 1 < table.entries().size(); ++i)
      for (const double part : {0.0, 0.25, 0.5, 0.75})
        probes::add_with_neighbours<double>(
            in, step * (table.entries()[i].value + part * (table.entries()[i + 1].value - table.entries()[i].value)));
    std::vector<oracle::Place> places;
    for (const double x : in) places.push_back(table.place(oracle::quotient(oracle::exact(x), oracle::exact(step))));
    for (const Rounding r : cases::all_roundings()) {
      for (const Overflow o : {cases::default_rule(table), Overflow::propagate}) {
        std::vector<double> out(in.size());
        quantize(quantizer(c.format, r, o, step), std::span<const double>(in), std::span<double>(out), stream);
        for (std::size_t i = 0; i < in.size(); ++i) {
          oracle::Expected want = table.round(places[i], r, o, stream.draw(i));
          want.value *= step;
          tally.expect(want, out[i], [&] {
            return c.name + ":step=" + cases::hex(step) + " of " + cases::hex(in[i]) + " @" + cases::name(r) +
                   " overflow=" + cases::name(o);
          });
        }
      }
    }
  }
  tally.report("steps");
}

TEST_CASE("a step with a format as wide as its lanes is divided out to nearest, not to odd, or refused") {
  // 0.1 is 0x1.999999999999ap-4 to nearest and ends in ...9 to odd.
  double rounded = 10 * 0.1;
  try {
    rounded = quantize(quantizer(binary64, rne, Overflow::infinity, 10), 1.0);
  } catch (const Error&) {
  }
  CHECK(rounded == 10 * 0.1);
}

TEST_CASE("float arrays with a step that is no power of two: binary64 product, then binary32") {
  const double step = 0.05;
  const oracle::Table table(oracle::signed_integer(8));
  std::vector<float> in;
  for (int i = -2600; i <= 2600; ++i) in.push_back(static_cast<float>(i) * 0.0025F);
  std::vector<float> out(in.size());
  quantize(quantizer(integer(8), rne, Overflow::saturate, step), std::span<const float>(in), std::span<float>(out));
  cases::Tally tally;
  for (std::size_t i = 0; i < in.size(); ++i) {
    const auto x = oracle::quotient(oracle::exact(static_cast<double>(in[i])), oracle::exact(step));
    const double steps = table.round(table.place(x), rne, Overflow::saturate).value;
    tally.expect(oracle::Expected{static_cast<double>(static_cast<float>(step * steps))}, out[i],
                 [&] { return cases::hex(in[i]); });
  }
  tally.report("int8:step=0.05");
}

TEST_CASE("a power-of-two step is part of the grid") {
  const array::SteppedFormat stepped =
      array::stepped_format(*quantizer(integer(8), rne, Overflow::saturate, 0x1p-5).rounded());
  CHECK(stepped.format == fixed(8, 5));
  CHECK(stepped.step == 1);
  const array::SteppedFormat other = array::stepped_format(*quantizer(e4m3fn, rne, Overflow::nan, 0.05).rounded());
  CHECK(other.format == e4m3fn);
  CHECK(other.step == 0.05);
  for (const double bad : {0.0, -1.0, kNan, kInf})
    CHECK_THROWS_AS(array::stepped_format(*quantizer(integer(8), rne, Overflow::saturate, bad).rounded()), Error);
}

TEST_CASE("overflow=error names the index and the number; NaN passes") {
  const std::vector<double> in{1, 2, kNan, 447, 449, 500, 1e9};
  std::vector<double> out(in.size());
  const auto q = quantizer(e4m3fn, rne, Overflow::error);
  CHECK_THROWS_WITH_AS(quantize(q, std::span<const double>(in), std::span<double>(out)), doctest::Contains("5"), Error);
  CHECK_THROWS_WITH_AS(quantize(q, std::span<const double>(in), std::span<double>(out)), doctest::Contains("500"),
                       Error);
  CHECK_NOTHROW(quantize(q, std::span<const double>(in).first(5), std::span<double>(out).first(5)));
  CHECK(std::isnan(out[2]));
  CHECK_THROWS_AS(quantize(q, kInf), Error);
  std::vector<float> floats(3000, 1.0F), rounded(3000);
  floats[2500] = -465;
  CHECK_THROWS_WITH_AS(quantize(q, std::span<const float>(floats), std::span<float>(rounded)),
                       doctest::Contains("2500"), Error);
  CHECK_THROWS_AS(quantize(quantizer(integer(8), ru, Overflow::error), 127.25), Error);
  CHECK(quantize(quantizer(integer(8), rd, Overflow::error), 127.25) == 127);
}

TEST_CASE("arrays that do not fit are refused") {
  std::vector<double> in(4), out(3);
  CHECK_THROWS_AS(quantize(quantizer(e4m3fn, rne, Overflow::nan), std::span<const double>(in), std::span<double>(out)),
                  Error);
  std::vector<float> floats(4);
  for (const auto& f : {binary64, integer(32), fixed(8, 200), fp(4, 3, {.bias = 200})})
    CHECK_THROWS_AS(
        quantize(quantizer(f, rne, default_overflow(f)), std::span<const float>(floats), std::span<float>(floats)),
        Error);
}

TEST_CASE("events count what happened") {
  const std::vector<double> in{0, 1, -0.0, 1e-9, -1e-9, 449, 465, -1e9, kNan, 3.3};
  std::vector<double> out(in.size());
  Events events;
  quantize(quantizer(e4m3fn, rne, Overflow::saturate), std::span<const double>(in), std::span<double>(out), {},
           &events);
  CHECK(events == Events{.rounded = 10, .inexact = 6, .overflow = 2, .saturated = 2, .underflow = 2, .nan = 1});
  quantize(quantizer(e4m3fn, rne, Overflow::nan), std::span<const double>(in), std::span<double>(out), {}, &events);
  CHECK(
      events ==
      Events{.rounded = 20, .inexact = 12, .overflow = 4, .saturated = 2, .underflow = 4, .nan = 4, .nan_created = 2});
  Events wrapped;
  quantize(quantizer(integer(8), rne, Overflow::wrap), std::span<const double>(in).first(7),
           std::span<double>(out).first(7), {}, &wrapped);
  CHECK(wrapped == Events{.rounded = 7, .inexact = 4, .overflow = 2, .underflow = 2});
}

TEST_CASE("no quantizer, no change: `none` keeps every bit") {
  const auto in = probes::specials<double>();
  std::vector<double> out(in.size(), 1.0);
  quantize(Quantizer{}, std::span<const double>(in), std::span<double>(out));
  for (std::size_t i = 0; i < in.size(); ++i) CHECK(cases::same_bits(in[i], out[i]));
}

TEST_CASE(
    "ideal noises: additive u + sqrt(eps) xi_i, multiplicative_iid u (1 + sqrt(eps) xi_i), multiplicative with xi_0") {
  const Stream stream{99, 4};
  std::vector<double> in(2500), out(2500);
  for (std::size_t i = 0; i < in.size(); ++i) in[i] = 0.01 * static_cast<double>(i) - 7;
  using array::Noise;
  Noise q{Noise::Law::additive, 0.25};
  quantize(q, std::span<const double>(in), std::span<double>(out), stream);
  for (std::size_t i = 0; i < in.size(); ++i) CHECK(out[i] == in[i] + 0.5 * stream.gaussian(i));
  q.law = Noise::Law::multiplicative_iid;
  quantize(q, std::span<const double>(in), std::span<double>(out), stream);
  for (std::size_t i = 0; i < in.size(); ++i) CHECK(out[i] == in[i] * (1 + 0.5 * stream.gaussian(i)));
  q.law = Noise::Law::multiplicative;
  quantize(q, std::span<const double>(in), std::span<double>(out), stream);
  for (std::size_t i = 0; i < in.size(); ++i) CHECK(out[i] == in[i] * (1 + 0.5 * stream.gaussian(0)));
  q.distribution = Noise::Distribution::rademacher;
  quantize(q, std::span<const double>(in), std::span<double>(out), stream);
  const double factor = out[0] / in[0];
  CHECK((factor == 1.5 || factor == 0.5));
  for (std::size_t i = 0; i < in.size(); ++i) CHECK(out[i] == in[i] * factor);
  q.law = Noise::Law::additive;
  quantize(q, std::span<const double>(in), std::span<double>(out), stream);
  int ups = 0;
  for (std::size_t i = 0; i < in.size(); ++i) {
    CHECK((out[i] == in[i] + 0.5 || out[i] == in[i] - 0.5));
    ups += out[i] > in[i] ? 1 : 0;
  }
  CHECK(std::abs(ups - 1250) < 125);  // 5 standard deviations of 25
}

TEST_CASE("the same stream gives the same bits, another seed or id gives others") {
  const std::vector<double> in(1000, 1.03);
  const auto q = quantizer(e4m3fn, sr, Overflow::saturate);
  const auto run = [&](Stream stream) {
    std::vector<double> out(in.size());
    quantize(q, std::span<const double>(in), std::span<double>(out), stream);
    return out;
  };
  CHECK(run({5, 6}) == run({5, 6}));
  CHECK(run({5, 6}) != run({5, 7}));
  CHECK(run({5, 6}) != run({4, 6}));
}
