// What Reference and its kin give from numbers of other types and to integers; neighbours in a format.
#include <algorithm>
#include <cmath>
#include <limits>
#include <set>
#include <vector>

#include "lowprec/exact/reference.h"
#include "lowprec/format/presets.h"
#include "lowprec/num.h"
#include "support/cases.h"
#include "support/wide_pairs.h"

using namespace lowprec;

namespace {

constexpr double kInf = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr std::int64_t kMin64 = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t kMax64 = std::numeric_limits<std::int64_t>::max();
constexpr std::uint64_t kMaxU64 = std::numeric_limits<std::uint64_t>::max();

std::uint64_t random64(std::uint64_t i) {
  const Stream stream{17, 32};
  return std::uint64_t{stream.draw(2 * i)} << 32 | stream.draw(2 * i + 1);
}

// The finite numbers of a format in ascending order, one zero.
std::vector<double> numbers(const cases::Case& c) {
  std::set<double> result;
  for (std::uint64_t code = 0; code >> c.format.bits == 0; ++code) {
    const double x = oracle::decode(c.definition, code);
    if (std::isfinite(x) && x >= c.format.lowest()) result.insert(x);
  }
  return {result.begin(), result.end()};
}

void check_neighbours(const cases::Case& c) {
  const Reference f(c.format, rne, Overflow::saturate);
  const auto list = numbers(c);
  cases::Tally tally;
  for (std::size_t i = 0; i + 1 < list.size(); ++i) {
    const double low = list[i], high = list[i + 1], middle = low / 2 + high / 2;
    const auto expect = [&](const Wide& got, double want) {
      const bool sign = want != 0 || got.is_negative() == (low < 0 && c.format.has_negative_zero);
      tally.expect(pairs::to_double(got) == want && sign, [&] { return cases::hex(low) + " to " + cases::hex(high); });
    };
    expect(f.next_up(low), high);
    expect(f.next_down(high), low);
    expect(f.next_after(low, kInf), high);
    expect(f.next_after(high, low), low);
    expect(f.next_up(middle), high);
    expect(f.next_down(middle), low);
    expect(f.next_after(low, -0.0 + low), low);
  }
  tally.report(c.name);
}

void check_end(const Format& f, Overflow o, double above, double below) {
  const Reference r(f, rne, o);
  CAPTURE(cases::name(o));
  CHECK(r.next_up(f.max<Wide>()).is_same(above));
  CHECK(r.next_down(f.lowest<Wide>()).is_same(below));
  CHECK(r.next_up(Wide::infinity(true)).is_same(f.lowest<Wide>()));
  CHECK(r.next_down(Wide::infinity()).is_same(f.max<Wide>()));
}

template <class Convert>
void check_refused(Convert convert, const Wide& x, Rounding r) {
  CAPTURE(cases::name(r));
  CHECK_THROWS_AS(convert(x, r, 0), Error);
}

oracle::Exact exact(bool negative, std::uint64_t significand, int exponent = 0) {
  return {.negative = negative, .num = significand, .exponent = exponent};
}

// Integers and long doubles into a format, against the oracle.
void check_sources(const cases::Case& c) {
  const oracle::Table table(c.definition);
  cases::Tally tally;
  for (const Rounding r : cases::main_roundings()) {
    const Reference f(c.format, r);
    for (std::uint64_t i = 0; i < 400; ++i) {
      const std::uint64_t n = random64(i) >> (i % 64);
      const auto s = static_cast<std::int64_t>(i % 2 != 0 ? n : 0 - n);
      const std::uint64_t magnitude = s < 0 ? 0 - static_cast<std::uint64_t>(s) : static_cast<std::uint64_t>(s);
      const int exponent = static_cast<int>(i % 200) - 160;
      const auto draw = static_cast<std::uint32_t>(random64(1000 + i));
      const auto expect = [&](const oracle::Exact& x, const Wide& got) {
        tally.expect(table.round(table.place(x), r, default_overflow(c.format), draw), pairs::to_double(got),
                     [&] { return std::to_string(n) + " 2^" + std::to_string(exponent) + " @" + cases::name(r); });
      };
      expect(exact(false, n), f.convert(n, draw));
      expect(exact(s < 0, magnitude), f.convert(s, draw));
      expect(exact(false, n, exponent), f.convert(std::ldexp(static_cast<long double>(n), exponent), draw));
      const auto narrow = std::ldexp(static_cast<float>(n >> 40), std::clamp(exponent, -100, 60));
      expect(oracle::exact(static_cast<double>(narrow)), f.convert(narrow, draw));
    }
  }
  tally.report(c.name);
}

}  // namespace

TEST_CASE("next_up, next_down, next_after over every code of small formats") {
  for (const auto& list : {cases::small_formats(), cases::p3109_formats(3, 7)})
    for (const auto& c : list) check_neighbours(c);
}

TEST_CASE("the neighbours of the last numbers and of infinities are those of the overflow rule") {
  check_end(e5m2, Overflow::infinity, kInf, -kInf);
  check_end(e5m2, Overflow::nan, kNan, kNan);
  check_end(e5m2, Overflow::saturate, 57344, -57344);
  check_end(e5m2, Overflow::propagate, 57344, -57344);
  check_end(e4m3fn, Overflow::nan, kNan, kNan);
  check_end(integer(8), Overflow::saturate, 127, -128);
  check_end(integer(8), Overflow::wrap, -128, 127);
  check_end(integer(4, {.is_signed = false}), Overflow::saturate, 15, 0);
  check_end(integer(4, {.is_signed = false}), Overflow::wrap, 0, 15);
  check_end(p3109(8, 3, true, true), Overflow::infinity, kInf, -kInf);
  check_end(p3109(8, 3, true, false), Overflow::saturate, 57344, -57344);
  CHECK(Reference(e5m2).next_up(Wide::infinity()).is_same(kInf));
  CHECK(Reference(e5m2).next_up(Wide::nan()).is_nan());
  CHECK_THROWS_AS(Reference(e4m3fn, rne, Overflow::error).next_up(448), Error);
  CHECK(Reference(e4m3fn, rne, Overflow::error).next_up(416).is_same(448));
}

TEST_CASE("neighbours of zeros, of numbers far finer than the format, of NaN") {
  const Reference f(binary16);
  CHECK(f.next_up(-0.0).is_same(0x1p-24));
  CHECK(f.next_down(0.0).is_same(-0x1p-24));
  CHECK(f.next_up(-0x1p-24).is_same(-0.0));
  CHECK(f.next_up(Wide(1, -70000)).is_same(0x1p-24));
  CHECK(f.next_down(Wide(1, -70000)).is_same(0.0));
  CHECK(f.next_down(Wide((format::Uint128{1} << 127) + 1, -127)).is_same(1));
  CHECK(f.next_up(Wide(1, 70000)).is_same(kInf));
  CHECK(f.next_after(0.0, -0.0).is_same(-0.0));  // y where they are equal
  CHECK(f.next_after(1, Wide::nan()).is_nan());
  CHECK(f.next_after(Wide::nan(), 1).is_nan());
  CHECK(Reference(fp(15, 112)).next_up(1).is_same(Wide((format::Uint128{1} << 112) + 1, -112)));
  CHECK(Reference(fp(15, 112)).next_down(1).is_same(Wide((format::Uint128{1} << 113) - 1, -113)));
  CHECK(Reference(e4m3fnuz).next_up(-0x1p-10).is_same(0.0));
}

TEST_CASE("to_int64 and to_uint64 at the ends, in every rounding") {
  const Wide top(format::Uint128{1} << 63, 0), above(kMaxU64, -1), below((format::Uint128{1} << 64) + 1, -1, true);
  for (const Rounding r : cases::deterministic_roundings()) {
    CHECK(exact::to_int64(kMax64, r) == kMax64);
    CHECK(exact::to_int64(kMin64, r) == kMin64);
    CHECK(exact::to_uint64(kMaxU64, r) == kMaxU64);
    CHECK((exact::to_uint64(-0.0, r) == 0 && exact::to_int64(-0.0, r) == 0));
    for (const Wide& x : {top, Wide(1, 70000), Wide::infinity(), Wide::nan(), Wide(kMin64 + 0.0 - 4096)})
      check_refused(exact::to_int64, x, r);
    for (const Wide& x : {Wide(1, 64), Wide(-1), Wide::infinity(true), Wide::nan()})
      check_refused(exact::to_uint64, x, r);
  }
  for (const Rounding r : {rz, rd, rnz, ro}) CHECK(exact::to_int64(above, r) == kMax64);  // 2^63 - 1/2
  for (const Rounding r : {rne, rna, ru}) check_refused(exact::to_int64, above, r);
  for (const Rounding r : {rz, ru, rne, rnz}) CHECK(exact::to_int64(below, r) == kMin64);  // -2^63 - 1/2
  for (const Rounding r : {rd, rna, ro}) check_refused(exact::to_int64, below, r);
  const Wide last((format::Uint128{1} << 65) - 1, -1);  // 2^64 - 1/2
  for (const Rounding r : {rz, rd, rnz, ro}) CHECK(exact::to_uint64(last, r) == kMaxU64);
  for (const Rounding r : {rne, rna, ru}) check_refused(exact::to_uint64, last, r);
  for (const Rounding r : {rz, ru, rne, rnz}) CHECK(exact::to_uint64(-0.5, r) == 0);
  for (const Rounding r : {rd, rna, ro}) check_refused(exact::to_uint64, -0.5, r);
}

TEST_CASE("to_int64 truncates, unless a rounding is given") {
  CHECK(exact::to_int64(-2.75) == -2);
  CHECK(exact::to_uint64(2.75) == 2);
  CHECK((exact::to_int64(2.5, rne) == 2 && exact::to_int64(3.5, rne) == 4 && exact::to_int64(-2.5, rna) == -3 &&
         exact::to_int64(-2.5, rnz) == -2));
  CHECK((exact::to_int64(Wide(1, -70000), ru) == 1 && exact::to_int64(Wide(1, -70000, true), rd) == -1));
  CHECK((exact::to_int64(4.5, ro) == 5 && exact::to_int64(5.5, ro) == 5 && exact::to_int64(6, ro) == 6));
  CHECK((exact::to_int64(2.25, sr, 0) == 2 && exact::to_int64(2.25, sr, ~0U) == 3 &&
         exact::to_int64(2.25, sre, 1U << 31) == 3));
  for (const double x : {0.0, 1.0, -1.0, 1e15, -0x1p63, 0x1p62})
    CHECK(exact::to_int64(x) == static_cast<std::int64_t>(x));
}

// 16973823 = 0x102FFFF lies below the middle, 0x1030000, of two bfloat16 numbers; binary32 takes it there.
TEST_CASE("integers are rounded once, not through binary32 or binary64") {
  const Reference f(bfloat16);
  CHECK(f.convert(16973823).is_same(0x1020000));
  CHECK(static_cast<double>(Num<bfloat16>(16973823)) == 0x1020000);
  CHECK(f.convert(static_cast<float>(16973823)).is_same(0x1040000));
  CHECK(Reference(bfloat16, ru).convert(16973823).is_same(0x1040000));
  const std::int64_t tie = (std::int64_t{1} << 62) + (std::int64_t{1} << 38);  // of two binary32 numbers
  CHECK(Reference(binary32).convert(tie).is_same(Wide(1, 62)));
  CHECK(Reference(binary32).convert(tie + 1).is_same(Wide((1 << 23) + 1, 39)));
  CHECK(Reference(binary32).convert(-tie - 1).is_same(Wide((1 << 23) + 1, 39, true)));
  CHECK(Reference(binary32).convert(kMaxU64).is_same(Wide(1, 64)));
  CHECK(Reference(binary32, rz).convert(kMaxU64).is_same(Wide((1 << 24) - 1, 40)));
  CHECK(Reference(binary64, rd).convert(kMax64).is_same(0x1p63 - 1024));
  CHECK(Reference(binary16).convert(1 + 0x1p-11L + 0x1p-63L).is_same(1 + 0x1p-10));
}

TEST_CASE("random integers, floats and long doubles into bfloat16, e4m3fn and binary16, against the oracle") {
  check_sources(cases::medium_formats()[0]);
  check_sources(cases::medium_formats()[1]);
  check_sources(cases::small_presets()[1]);
}

TEST_CASE("random integers and long doubles into binary32 are the compiler's conversions") {
  const Reference f(binary32);
  cases::Tally tally;
  for (std::uint64_t i = 0; i < 10000; ++i) {
    const std::uint64_t n = random64(i) >> (i % 40);
    const auto s = static_cast<std::int64_t>(n);
    const long double x = std::ldexp(static_cast<long double>(n), static_cast<int>(i % 250) - 200);
    const auto describe = [&] { return std::to_string(n); };
    tally.expect(f.convert(n) == static_cast<float>(n), describe);
    tally.expect(f.convert(s) == static_cast<float>(s), describe);
    tally.expect(f.convert(x) == static_cast<float>(x), describe);
  }
  tally.report("binary32");
}
