// The exceptions that operations of Reference signal (IEEE 754-2019, clause 7; tininess after rounding).
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "lowprec/exact/reference.h"
#include "lowprec/format/presets.h"
#include "support/cases.h"

using namespace lowprec;

namespace {

const Wide kInf = Wide::infinity();
const Wide kNan = Wide::nan();
constexpr double kQuantum = 0x1p-24;  // of binary16
constexpr double kLeast = 0x1p-14;    // its least normal number

std::string letters(const format::Flags& f) {
  return std::string(f.inexact ? "i" : "") + (f.overflow ? "o" : "") + (f.underflow ? "u" : "") +
         (f.division_by_zero ? "d" : "") + (f.invalid ? "v" : "");
}

using Operation = Wide (*)(const Reference& f, format::Flags* flags);

struct Case {
  const char* what;
  Operation operation;
  Wide result;
  const char* letters;
};

void check(const Reference& f, const std::vector<Case>& table) {
  for (const Case& c : table) {
    CAPTURE(c.what);
    format::Flags flags;
    CHECK(c.operation(f, &flags).is_same(c.result));
    CHECK(letters(flags) == c.letters);
    CHECK(c.operation(f, nullptr).is_same(c.result));
  }
}

#define CASE(operation, result, letters)                                                                            \
  {                                                                                                                 \
#operation, [](const Reference& f, [[maybe_unused]] format::Flags* to) { return f.operation; }, result, letters \
  }

}  // namespace

TEST_CASE("invalid and division by zero; infinities and NaN pass quietly") {
  check(Reference(binary16), {CASE(add(kInf, -kInf, 0, to), kNan, "v"),
                              CASE(sub(kInf, kInf, 0, to), kNan, "v"),
                              CASE(mul(0, kInf, 0, to), kNan, "v"),
                              CASE(mul(-kInf, -0.0, 0, to), kNan, "v"),
                              CASE(div(0, -0.0, 0, to), kNan, "v"),
                              CASE(div(kInf, kInf, 0, to), kNan, "v"),
                              CASE(sqrt(-1, 0, to), kNan, "v"),
                              CASE(sqrt(-kInf, 0, to), kNan, "v"),
                              CASE(remainder(kInf, 2, 0, to), kNan, "v"),
                              CASE(remainder(2, 0, 0, to), kNan, "v"),
                              CASE(fmod(-kInf, 2, 0, to), kNan, "v"),
                              CASE(fmod(2, -0.0, 0, to), kNan, "v"),
                              CASE(fma(kInf, 0, 1, 0, to), kNan, "v"),
                              CASE(fma(kInf, 1, -kInf, 0, to), kNan, "v"),
                              CASE(faa(kInf, 1, -kInf, 0, to), kNan, "v"),
                              CASE(faa(1, -kInf, kInf, 0, to), kNan, "v"),
                              CASE(scaled_add(kInf, 1, 1, -kInf, 0, to), kNan, "v"),
                              CASE(scaled_mul(kInf, 0, 1, 1, 0, to), kNan, "v"),
                              CASE(div(1, 0, 0, to), kInf, "d"),
                              CASE(div(-1, 0, 0, to), -kInf, "d"),
                              CASE(div(1, -0.0, 0, to), -kInf, "d"),
                              CASE(div(kInf, 0, 0, to), kInf, ""),
                              CASE(div(1, kInf, 0, to), 0, ""),
                              CASE(add(kInf, 65504, 0, to), kInf, ""),
                              CASE(mul(-kInf, 3, 0, to), -kInf, ""),
                              CASE(sqrt(kInf, 0, to), kInf, ""),
                              CASE(sqrt(-0.0, 0, to), -0.0, ""),
                              CASE(remainder(2, kInf, 0, to), 2, ""),
                              CASE(fmod(-0.0, 2, 0, to), -0.0, ""),
                              CASE(add(kNan, 1, 0, to), kNan, ""),
                              CASE(div(kNan, 0, 0, to), kNan, ""),
                              CASE(sqrt(-kNan, 0, to), kNan, ""),
                              CASE(remainder(kNan, 0, 0, to), kNan, ""),
                              CASE(fma(kNan, 1, kInf, 0, to), kNan, ""),
                              CASE(convert(kInf, 0, to), kInf, "")});
}

TEST_CASE("inexact and overflow") {
  check(Reference(binary16),
        {CASE(add(1, 1, 0, to), 2, ""), CASE(div(1, 3, 0, to), 0x555 * 0x1p-12, "i"),
         CASE(sqrt(2, 0, to), 1448 * 0x1p-10, "i"), CASE(sqrt(4, 0, to), 2, ""), CASE(remainder(5, 3, 0, to), -1, ""),
         CASE(add(65504, 15, 0, to), 65504, "i"), CASE(add(65504, 16, 0, to), kInf, "io"),
         CASE(mul(-65504, 2, 0, to), -kInf, "io"), CASE(fma(65504, 2, -65504, 0, to), 65504, ""),
         CASE(faa(1, kQuantum, -1, 0, to), kQuantum, ""), CASE(parse("65520", 0, to), kInf, "io"),
         CASE(parse("65519.9999999999999999999999999", 0, to), 65504, "i"), CASE(parse("inf", 0, to), kInf, ""),
         CASE(parse("nan", 0, to), kNan, "")});
  check(Reference(binary16, rz), {CASE(mul(65504, 2, 0, to), 65504, "io"), CASE(add(65504, 31, 0, to), 65504, "i")});
  check(Reference(binary16, ru),
        {CASE(add(65504, kQuantum, 0, to), kInf, "io"), CASE(mul(-65504, 2, 0, to), -65504, "io"),
         CASE(sub(-65504, 31, 0, to), -65504, "i")});
  check(Reference(binary16, rne, Overflow::saturate), {CASE(add(65504, 16, 0, to), 65504, "io")});
  check(Reference(e4m3fn), {CASE(add(448, 448, 0, to), kNan, "io"), CASE(add(448, 16, 0, to), 448, "i")});
}

// Numbers between the last subnormal number and the least normal one: with 11 bits wherever the exponent is they are
// multiples of 2^-25; whether they are tiny is asked after rounding to those.
TEST_CASE("underflow: inexact and tiny after rounding") {
  check(Reference(binary16),
        {CASE(mul(kLeast, 0.5, 0, to), 0x1p-15, ""), CASE(mul(kQuantum, 0.5, 0, to), 0, "iu"),
         CASE(mul(-kQuantum, 0.25, 0, to), -0.0, "iu"), CASE(mul(kQuantum, 1.5, 0, to), 2 * kQuantum, "iu"),
         CASE(sub(kLeast, 0x1p-26, 0, to), kLeast, "i"), CASE(sub(kLeast, 0x1p-25, 0, to), kLeast, "iu"),
         CASE(sub(kLeast, 0x3p-27, 0, to), kLeast, "iu"), CASE(sub(-kLeast, -0x1p-26, 0, to), -kLeast, "i"),
         CASE(sub(kLeast, kQuantum, 0, to), kLeast - kQuantum, ""), CASE(add(kLeast, 0x1p-40, 0, to), kLeast, "i"),
         CASE(parse("1e-400", 0, to), 0, "iu"), CASE(parse("-0", 0, to), -0.0, "")});
  check(Reference(binary16, rz),
        {CASE(sub(kLeast, 0x1p-26, 0, to), kLeast - kQuantum, "iu"), CASE(parse("1e-400", 0, to), 0, "iu")});
  check(Reference(binary16, ru),
        {CASE(sub(kLeast, 0x1p-26, 0, to), kLeast, "i"), CASE(sub(kLeast, 0x1p-25, 0, to), kLeast, "iu"),
         CASE(parse("1e-400", 0, to), kQuantum, "iu"), CASE(parse("-1e-400", 0, to), -0.0, "iu")});
  check(Reference(fp(4, 3, {.subnormals = false})),
        {CASE(convert(0x1p-6, 0, to), 0x1p-6, ""), CASE(convert(0x1p-8, 0, to), 0, "iu")});
  check(Reference(binary64),
        {CASE(mul(0x1p-1074, 0.5, 0, to), 0, "iu"), CASE(mul(0x1p-1022, 0.5, 0, to), 0x1p-1023, "")});
}

TEST_CASE("integer formats: inexact and overflow, never underflow") {
  check(Reference(integer(8)),
        {CASE(mul(0.5, 1, 0, to), 0, "i"), CASE(div(7, 2, 0, to), 4, "i"), CASE(add(127, 1, 0, to), 127, "io"),
         CASE(sub(-128, 1, 0, to), -128, "io"), CASE(add(100, 27, 0, to), 127, "")});
  check(Reference(integer(8), rne, Overflow::wrap),
        {CASE(add(127, 1, 0, to), -128, "io"), CASE(mul(100, 3, 0, to), 44, "io")});
  check(Reference(fixed(8, 5)), {CASE(convert(0x1p-6, 0, to), 0, "i"), CASE(convert(0x1p-5, 0, to), 0x1p-5, "")});
}

TEST_CASE("infinities that a format does not have") {
  check(Reference(e4m3fn, rne, Overflow::saturate), {CASE(div(1, 0, 0, to), 448, "iod")});
  check(Reference(binary16, rne, Overflow::propagate),
        {CASE(div(1, 0, 0, to), kInf, "d"), CASE(mul(65504, 2, 0, to), 65504, "io")});
}

TEST_CASE("a result within the exact one's range under overflow=error; an error beyond it leaves the flags") {
  const Reference f(binary16, rne, Overflow::error);
  format::Flags flags;
  CHECK(f.add(65504, 15, 0, &flags) == 65504);
  CHECK(letters(flags) == "i");
  flags = {};
  CHECK_THROWS_AS(f.add(65504, 16, 0, &flags), Error);
  CHECK_THROWS_AS(f.div(1, 0, 0, &flags), Error);
  CHECK(letters(flags).empty());
  CHECK(f.sub(kNan, kNan, 0, &flags).is_nan());
}

TEST_CASE("flags accumulate: none is taken back") {
  const Reference f(binary16);
  format::Flags flags;
  const auto expect = [&](const char* want) { CHECK(letters(flags) == want); };
  f.div(1, 3, 0, &flags), expect("i");
  f.add(1, 1, 0, &flags), expect("i");
  f.mul(65504, 2, 0, &flags), expect("io");
  f.mul(kQuantum, 0.5, 0, &flags), expect("iou");
  f.div(1, 0, 0, &flags), expect("ioud");
  f.sqrt(-1, 0, &flags), expect("ioudv");
  f.div(1, 3, 0, &flags), expect("ioudv");
  f.div(kInf, 0, 0, &flags), expect("ioudv");
}

TEST_CASE("count adds what one rounding signalled, as the kernels count it") {
  Events events;
  const auto add = [&](double result, const format::Flags& flags) {
    exact::count(e5m2, Overflow::infinity, result, flags, events);
  };
  add(0, {.inexact = true, .underflow = true});
  add(0, {});
  add(0x1p-15, {.inexact = true, .underflow = true});
  add(57344, {.inexact = true, .overflow = true});
  add(std::numeric_limits<double>::infinity(), {});
  add(std::numeric_limits<double>::infinity(), {.inexact = true, .overflow = true});
  add(std::nan(""), {.invalid = true});
  add(std::nan(""), {});
  CHECK(events == Events{.rounded = 8,
                         .inexact = 4,
                         .overflow = 2,
                         .saturated = 1,
                         .underflow = 1,
                         .subnormal = 1,
                         .nan = 2,
                         .nan_created = 1});
}
