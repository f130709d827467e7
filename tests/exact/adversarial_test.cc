// Cases in which conversions and operations of narrow formats are known to go wrong, each asked of every way to round.
#include <cmath>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "lowprec/array/codec.h"
#include "lowprec/array/quantize.h"
#include "lowprec/exact/reference.h"
#include "lowprec/format/presets.h"
#include "lowprec/linalg/arithmetic.h"
#include "lowprec/num.h"
#include "support/cases.h"
#include "support/oracle.h"
#include "support/probes.h"

using namespace lowprec;

namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInf = std::numeric_limits<double>::infinity();

bool same(double a, double b) { return cases::same_bits(a, b) || (std::isnan(a) && std::isnan(b)); }

// x by array, alone and among others, in binary32 where it is one; by Dynamic; by the reference.
std::vector<double> every_way(const Format& f, Rounding r, Overflow o, double x) {
  const auto q = probes::quantizer(f, r, o);
  std::vector<double> result{quantize(q, x), Dynamic(f, r, o).from(x, {}),
                             static_cast<double>(Reference(f, r, o).convert(x))};
  const std::vector<double> in(37, x);
  std::vector<double> out(in.size());
  quantize(q, std::span<const double>(in), std::span<double>(out));
  result.insert(result.end(), out.begin(), out.end());
  const auto narrow = static_cast<float>(x);
  if (!same(static_cast<double>(narrow), x)) return result;
  const std::vector<float> floats(37, narrow);
  std::vector<float> narrow_out(floats.size());
  quantize(q, std::span<const float>(floats), std::span<float>(narrow_out));
  for (const float y : narrow_out) result.push_back(static_cast<double>(y));
  return result;
}

void expect(const Format& f, Rounding r, Overflow o, double x, double want) {
  CAPTURE(cases::hex(x));
  CAPTURE(cases::name(r));
  CAPTURE(cases::name(o));
  for (const double got : every_way(f, r, o, x)) {
    CAPTURE(cases::hex(got));
    CHECK(same(got, want));
  }
}
void expect(const Format& f, Rounding r, double x, double want) { expect(f, r, default_overflow(f), x, want); }

template <Format F, Overflow O, Rounding... R>
void expect_num(double x, double want) {
  CAPTURE(cases::hex(x));
  for (const double got : {static_cast<double>(Num<F, R, O>(x))...}) CHECK(same(got, want));
}

std::vector<cases::Case> all_formats() {
  auto result = cases::small_formats();
  const auto medium = cases::medium_formats();
  result.insert(result.end(), medium.begin(), medium.end());
  return result;
}

// A number of the format: a random magnitude code below `codes`, with a sign.
double random_number(const Format& f, Stream stream, std::uint64_t i, std::uint64_t codes) {
  const std::uint32_t draw = stream.draw(i);
  const double magnitude = f.magnitude((draw >> 1) % codes);
  return draw % 2 != 0 ? -magnitude : magnitude;
}

using Half = Num<binary16>;

template <Format F, Rounding R>
void expect_fma(double a, double b, double c, double want) {
  using N = Num<F, R>;
  CAPTURE(cases::hex(c));
  CAPTURE(cases::name(R));
  CHECK(static_cast<double>(Reference(F, R).fma(a, b, c)) == want);
  CHECK(Dynamic(F, R).fma(a, b, c, {}) == want);
  CHECK(static_cast<double>(fma(N(a), N(b), N(c))) == want);
}

// Mean over all draws of Num(4 + d) - (4 + d).
template <Rounding R>
double mean_error(double d) {
  double sum = 0;
  for (std::uint32_t i = 0; i < 1U << R.random_bits; ++i)
    sum += static_cast<double>(Num<integer(8), R>(4 + d, i << (32 - R.random_bits))) - (4 + d);
  return sum / (1U << R.random_bits);
}

// Residues of N + 2 bits: a loses 3/8 of 2^-N, b gains 1/8 of it (its ties go up), c nothing.
template <Rounding R>
void check_bias() {
  const int residues = 4 << R.random_bits;
  double bias = 0;
  for (int k = 0; k < residues; ++k) bias += mean_error<R>(static_cast<double>(k) / residues);
  const double unit = std::ldexp(1.0, -R.random_bits);
  CAPTURE(cases::name(R));
  CHECK(mean_error<R>(0.5) == 0);
  CHECK(mean_error<R>(0) == 0);
  CHECK(bias / residues == (R.kind == Rounding::stochastic_a   ? -0.375 * unit
                            : R.kind == Rounding::stochastic_b ? 0.125 * unit
                                                               : 0));
}

template <int... n>
void check_biases(std::integer_sequence<int, n...>) {
  (check_bias<stochastic(n + 1, Rounding::stochastic_a)>(), ...);
  (check_bias<stochastic(n + 1, Rounding::stochastic_b)>(), ...);
  (check_bias<stochastic(n + 1, Rounding::stochastic_c)>(), ...);
}

}  // namespace

TEST_CASE("e4m3fn beyond 448: 464 is a tie, 465 is out of range, infinities are no numbers") {
  const auto inward = [](Rounding r, bool positive) { return r == rz || r == ro || r == (positive ? rd : ru); };
  for (const double sign : {1.0, -1.0}) {
    expect(e4m3fn, rne, sign * 464, sign * 448);
    expect(e4m3fn, rnz, sign * 464, sign * 448);
    expect(e4m3fn, rna, sign * 464, kNan);
    for (const double x : {465.0, 480.0, 500.0, 0x1p127})
      for (const Rounding r : cases::deterministic_roundings())
        expect(e4m3fn, r, sign * x, inward(r, sign > 0) ? sign * 448 : kNan);
    for (const Rounding r : cases::deterministic_roundings()) {
      expect(e4m3fn, r, sign * kInf, kNan);
      for (const double x : {465.0, 480.0, 500.0, 0x1p127, kInf})
        expect(e4m3fn, r, Overflow::saturate, sign * x, sign * 448);
    }
    expect_num<e4m3fn, Overflow::nan, rne, rna>(sign * 465, kNan);
    expect_num<e4m3fn, Overflow::saturate, rne, rna, rnz, rz, ru, rd, ro>(sign * 465, sign * 448);
    expect_num<e4m3fn, Overflow::saturate, rne, rna, rnz, rz, ru, rd, ro>(sign * kInf, sign * 448);
  }
}

TEST_CASE("binary16 around its largest number: 65519, 65520, 65535, 65536 and beyond") {
  for (const double x : {65519.0, 65520.0, 65535.0, 65536.0, 100000.0, 131071.0}) {
    const double nearest = x < 65520 ? 65504 : kInf;
    for (const double sign : {1.0, -1.0}) {
      expect(binary16, rne, sign * x, sign * nearest);
      expect(binary16, rz, sign * x, sign * 65504);
      expect(binary16, ru, sign * x, sign > 0 ? kInf : -65504);
      expect(binary16, rd, sign * x, sign > 0 ? 65504 : -kInf);
      expect(binary16, rne, Overflow::saturate, sign * x, sign * 65504);
      expect_num<binary16, Overflow::infinity, rne>(sign * x, sign * nearest);
    }
  }
}

TEST_CASE("binary16 around half of its least number; a tiny negative number rounded up is -0") {
  const double least = 0x1p-24;
  for (const double tie : {0x1p-25, -0x1p-25}) {
    const double toward = std::copysign(0.0, tie), away = std::copysign(least, tie);
    expect(binary16, rne, tie, toward);
    expect(binary16, rnz, tie, toward);
    expect(binary16, rna, tie, away);
    for (const Rounding r : {rne, rna, rnz}) {
      expect(binary16, r, tie * (1 + 0x1p-52), away);
      expect(binary16, r, tie * (1 + 0x1p-23), away);
      expect(binary16, r, tie * (1 - 0x1p-53), toward);
      expect(binary16, r, tie / 2, toward);
    }
  }
  for (const double tiny : {1e-30, 0x1p-149, std::numeric_limits<double>::denorm_min()}) {
    expect(binary16, ru, -tiny, -0.0);
    expect(binary16, ru, tiny, least);
    expect(binary16, rd, -tiny, -least);
    expect(binary16, rd, tiny, 0.0);
    expect(binary16, rz, -tiny, -0.0);
    expect(binary16, ro, -tiny, -least);
    expect_num<binary16, Overflow::infinity, ru, rne, rz>(-tiny, -0.0);
  }
}

TEST_CASE("NaNs with payloads in the lowest bits, quiet and signalling, stay NaN in every format and rounding") {
  std::vector<float> floats;
  for (const std::uint32_t bits : {0x7FFFFFFFU, 0x7F800001U, 0xFF800001U, 0xFFFFFFFFU, 0x7FBFFFFFU})
    floats.insert(floats.end(), 5, std::bit_cast<float>(bits));
  std::vector<double> doubles;
  for (const std::uint64_t bits : {0x7FF0000000000001U, 0x7FFFFFFFFFFFFFFFU, 0xFFF0000000000001U, 0x7FF7FFFFFFFFFFFFU})
    doubles.insert(doubles.end(), 5, std::bit_cast<double>(bits));
  cases::Tally tally;
  for (const auto& c : all_formats()) {
    for (const Rounding r : cases::main_roundings()) {
      for (const Overflow o : cases::overflow_rules(oracle::Table(c.definition))) {
        const auto q = probes::quantizer(c.format, r, o);
        std::vector<float> narrow(floats.size());
        std::vector<double> wide(doubles.size());
        quantize(q, std::span<const float>(floats), std::span<float>(narrow));
        quantize(q, std::span<const double>(doubles), std::span<double>(wide));
        const Reference reference(c.format, r, o);
        for (const float y : narrow) tally.expect(std::isnan(y), [&] { return c.name + " @" + cases::name(r); });
        for (const double y : wide) tally.expect(std::isnan(y), [&] { return c.name + " @" + cases::name(r); });
        for (const double x : doubles)
          tally.expect(reference.convert(x).is_nan() && reference.add(x, 1).is_nan() && reference.mul(0, x).is_nan(),
                       [&] { return "reference " + c.name + " @" + cases::name(r); });
      }
    }
  }
  tally.report("NaN");
  for (const double x : doubles) {
    CHECK(std::isnan(static_cast<double>(Num<e4m3fn>(x))));
    CHECK(std::isnan(static_cast<double>(Num<binary32>(x))));
    CHECK(std::isnan(static_cast<double>(Num<integer(8)>(x))));
  }
}

TEST_CASE("one rounding, not two: binary64 numbers and integers that binary32 would move onto a tie") {
  expect(e4m3fn, rne, 1.0625 + 0x1p-40, 1.125);
  expect(e4m3fn, rne, 1.0625, 1);
  expect(e4m3fn, rne, -431.99999999999994, -416);
  expect(bfloat16, rne, 1 + 0x1p-8 + 0x1p-40, 1 + 0x1p-7);
  expect(bfloat16, rne, 1 + 0x1p-8, 1);
  expect_num<e4m3fn, Overflow::nan, rne, rna, rnz>(1.0625 + 0x1p-40, 1.125);
  expect_num<bfloat16, Overflow::infinity, rne>(1 + 0x1p-8 + 0x1p-40, 1 + 0x1p-7);
  // 2^24 + 1.49999... 2^17; the nearest binary32 number is 2^24 + 1.5 2^17.
  constexpr std::int64_t number = 16973823;
  CHECK(Reference(bfloat16).convert(number) == Wide(16908288));
  CHECK(Reference(bfloat16).convert(-number) == Wide(-16908288));
  CHECK(static_cast<double>(Num<bfloat16>(number)) == 16908288);
  CHECK(static_cast<double>(Num<bfloat16>(-number)) == -16908288);
  expect(bfloat16, rne, static_cast<double>(number), 16908288);
  // 2^62 + 2^54 is a tie of bfloat16; one more is none, in no type but an integer.
  const std::int64_t tie = (std::int64_t{1} << 62) + (std::int64_t{1} << 54);
  CHECK(Reference(bfloat16).convert(tie) == Wide(std::int64_t{1} << 62));
  CHECK(static_cast<double>(Num<bfloat16>(tie)) == 0x1p62);
  CHECK(static_cast<double>(Num<bfloat16>(tie + 1)) == 0x1p62 + 0x1p55);
  CHECK(Reference(bfloat16).convert(tie + 1) == Wide((std::int64_t{1} << 62) + (std::int64_t{1} << 55)));
  CHECK(Reference(bfloat16).parse("4629700416936869889") == Wide((std::int64_t{1} << 62) + (std::int64_t{1} << 55)));
}

TEST_CASE("products of tf32 that are subnormal: 8.50003 quanta are 9, though 8.5 in binary32") {
  const double a = 0x1.c6p-67, b = 0x1.32cp-67, want = 0x9p-136;
  CHECK(static_cast<double>(Num<tf32>(a) * Num<tf32>(b)) == want);
  CHECK(Dynamic(tf32).mul(a, b, {}) == want);
  CHECK(Reference(tf32).mul(a, b) == Wide(want));

  const Stream stream{31, 1};
  cases::Tally tally;
  std::vector<Reference> references;
  std::vector<Dynamic> dynamics;
  for (const Rounding r : cases::deterministic_roundings())
    references.emplace_back(tf32, r), dynamics.emplace_back(tf32, r);
  for (std::uint64_t i = 0; i < 40000; ++i) {
    const auto significand = [&](std::uint64_t k) { return 1024 + stream.draw(k) % 1024; };
    const int shift = static_cast<int>(stream.draw(3 * i + 2) % 24);
    const double x = std::ldexp(significand(3 * i), -77), y = -std::ldexp(significand(3 * i + 1), -69 + shift - 23);
    for (std::size_t k = 0; k < references.size(); ++k) {
      const Wide exact = references[k].mul(x, y);
      const auto describe = [&] {
        return cases::hex(x) + " * " + cases::hex(y) + " @" + cases::name(references[k].rounding());
      };
      tally.expect(exact.is_same(dynamics[k].mul(x, y, {})), describe);
      if (k == 0) tally.expect(exact.is_same(static_cast<double>(Num<tf32>(x) * Num<tf32>(y))), describe);
    }
  }
  tally.report("tf32 products");
}

TEST_CASE("fma of binary16 is rounded once: random triples") {
  const oracle::Table table(oracle::floating(oracle::Definition::ieee, 5, 10, 15));
  const Stream stream{31, 2};
  cases::Tally tally;
  std::vector<Reference> references;
  std::vector<Dynamic> dynamics;
  for (const Rounding r : {rne, rz, ru, rd, ro})
    references.emplace_back(binary16, r), dynamics.emplace_back(binary16, r);
  for (std::uint64_t i = 0; i < 200000; ++i) {
    const double a = random_number(binary16, stream, 3 * i, 0x7C00),
                 b = random_number(binary16, stream, 3 * i + 1, 0x7C00);
    const double c = random_number(binary16, stream, 3 * i + 2, i % 2 == 0 ? 0x7C00 : 0x800);
    const auto place = table.place(oracle::sum(oracle::product(oracle::exact(a), oracle::exact(b)), oracle::exact(c)));
    const std::size_t k = i % references.size();
    const Rounding r = references[k].rounding();
    const auto want = table.round(place, r, Overflow::infinity);
    const auto describe = [&] {
      return "fma(" + cases::hex(a) + ", " + cases::hex(b) + ", " + cases::hex(c) + ") @" + cases::name(r);
    };
    tally.expect(want, static_cast<double>(references[k].fma(a, b, c)), describe);
    tally.expect(want, dynamics[k].fma(a, b, c, {}), describe);
    if (r == rne) tally.expect(want, static_cast<double>(fma(Half(a), Half(b), Half(c))), describe);
  }
  tally.report("fma of binary16");
}

// 1.5 (1 + 2^-7) is a tie of bfloat16, 1.5 (1 + 2^-10) one of binary16.
TEST_CASE("fma: a summand far below 2^-53 of the others decides a tie of the product and a directed rounding") {
  for (const double tiny : {0x1p-60, 0x1p-120}) {
    expect_fma<bfloat16, rne>(1.5, 1 + 0x1p-7, 0, 1.5 + 0x2p-7);
    expect_fma<bfloat16, rne>(1.5, 1 + 0x1p-7, -tiny, 1.5 + 0x1p-7);
    expect_fma<bfloat16, rne>(1.5, 1 + 0x3p-7, 0, 1.5 + 0x4p-7);
    expect_fma<bfloat16, rne>(1.5, 1 + 0x3p-7, tiny, 1.5 + 0x5p-7);
    expect_fma<bfloat16, rnz>(1.5, 1 + 0x1p-7, tiny, 1.5 + 0x2p-7);
    expect_fma<bfloat16, rna>(-1.5, 1 + 0x1p-7, tiny, -1.5 - 0x1p-7);
    expect_fma<tf32, rne>(1.5, 1 + 0x1p-10, -tiny, 1.5 + 0x1p-10);
    expect_fma<binary32, rne>(1.5, 1 + 0x1p-23, -tiny, 1.5 + 0x1p-23);
  }
  expect_fma<binary16, rne>(1.5, 1 + 0x1p-10, 0, 1.5 + 0x2p-10);
  expect_fma<binary16, rne>(1.5, 1 + 0x1p-10, -0x1p-24, 1.5 + 0x1p-10);
  expect_fma<binary16, rne>(1.5, 1 + 0x3p-10, 0x1p-24, 1.5 + 0x5p-10);
  expect_fma<binary16, ru>(0x1p-24, 0x1p-24, 0x1p15, 0x1p15 + 32);
  expect_fma<binary16, ro>(0x1p-24, 0x1p-24, 0x1p15, 0x1p15 + 32);
  expect_fma<binary16, rz>(-0x1p-24, 0x1p-24, 0x1p15, 0x1p15 - 16);
  expect_fma<binary16, rd>(-0x1p-24, 0x1p-24, -0x1p15, -0x1p15 - 32);
}

TEST_CASE("rounding to odd leaves numbers of the format, even ones too") {
  for (const auto& c : cases::small_presets())
    for (const double x : {1.0, 2.0}) expect(c.format, ro, x, x);
  for (const Format& f : {binary16, bfloat16, tf32, e4m3fn, e5m2, e3m4}) {
    expect(f, ro, 1.5, 1.5);
    expect(f, ro, -1.5, -1.5);
  }
  expect_num<binary16, Overflow::infinity, ro>(2.0, 2.0);
  expect_num<e4m3fn, Overflow::nan, ro>(1.5, 1.5);
  expect(binary16, ro, 1 + 0x1p-11, 1 + 0x1p-10);
  expect(binary16, ro, 1 + 0x3p-11, 1 + 0x1p-10);
}

TEST_CASE("ties away and ties toward zero of negative numbers") {
  expect(binary16, rna, -(1 + 0x1p-11), -(1 + 0x1p-10));
  expect(binary16, rnz, -(1 + 0x1p-11), -1);
  expect(binary16, rna, -(1 + 0x3p-11), -(1 + 0x2p-10));
  expect(binary16, rnz, -(1 + 0x3p-11), -(1 + 0x1p-10));
  expect(integer(8), rna, -0.5, -1);
  expect(integer(8), rnz, -0.5, 0);
  expect(integer(8), rna, -2.5, -3);
  expect(integer(8), rnz, -3.5, -3);
  expect_num<binary16, Overflow::infinity, rna>(-(1 + 0x1p-11), -(1 + 0x1p-10));
  expect_num<binary16, Overflow::infinity, rnz>(-(1 + 0x1p-11), -1);
}

TEST_CASE("one part in 2^36 above or below a tie is no tie") {
  for (const double tie : {1 + 0x1p-11, 1 + 0x3p-11, 0x1.ffep9, 0x3p-25}) {
    const double quantum = tie < 0x1p-14 ? 0x1p-24 : std::ldexp(1.0, std::ilogb(tie) - 10);
    for (const Rounding r : {rne, rna, rnz}) {
      expect(binary16, r, tie * (1 + 0x1p-36), tie + quantum / 2);
      expect(binary16, r, -tie * (1 + 0x1p-36), -tie - quantum / 2);
      expect(binary16, r, tie * (1 - 0x1p-36), tie - quantum / 2);
    }
  }
}

TEST_CASE("floor(log2 x) of the number just below and just above each power of two") {
  for (int k = -1074; k <= 1023; ++k) {
    const double power = format::exp2i(k);
    CHECK(format::floor_log2(power) == k);
    CHECK(format::floor_log2(-power) == k);
    const double below = std::nextafter(power, 0.0);
    if (k > -1074) CHECK(format::floor_log2(below) == k - 1);
    if (k > -1074) CHECK(format::floor_log2(std::nextafter(power, kInf)) == k);
    CHECK(Wide(power).floor_log2() == k);
  }
}

TEST_CASE("stochastic rounding over all draws: the middle goes up in half, exact numbers never, mean bias as defined") {
  check_biases(std::make_integer_sequence<int, 8>());
}

TEST_CASE("an array rounded by one, two and three threads at once is the same array") {
  const Stream stream{31, 3};
  const auto q = probes::quantizer(e4m3fn, sr, Overflow::saturate);
  std::vector<double> in(20011);
  for (std::size_t i = 0; i < in.size(); ++i) in[i] = stream.gaussian(i);
  std::vector<double> want(in.size());
  quantize(q, std::span<const double>(in), std::span<double>(want), stream);
  for (std::size_t count = 1; count <= 3; ++count) {
    std::vector<std::vector<double>> out(count, std::vector<double>(in.size()));
    std::vector<std::thread> threads;
    for (auto& mine : out)
      threads.emplace_back([&] { quantize(q, std::span<const double>(in), std::span<double>(mine), stream); });
    for (std::thread& t : threads) t.join();
    for (const auto& mine : out) CHECK(std::ranges::equal(mine, want, cases::Bits()));
  }
}

TEST_CASE("integers: a symmetric range uses 127 of both signs, int4 of 8 saturates or wraps") {
  const Format symmetric = integer(8, {.symmetric = true});
  const double step = 3.0 / 127;
  const double in[] = {-1, 0.5, 3, -3, -4}, codes[] = {-42, 21, 127, -127, -127};
  for (int i = 0; i < 5; ++i)
    CHECK(quantize(probes::quantizer(symmetric, rne, Overflow::saturate, step), in[i]) == codes[i] * step);
  expect(symmetric, rne, -1, -1);
  expect(symmetric, rne, 0.5, 0);
  expect(symmetric, rne, 3, 3);
  expect(symmetric, rne, -128, -127);
  expect(integer(4), rne, Overflow::saturate, 8, 7);
  expect(integer(4), rne, Overflow::saturate, 7.5, 7);
  expect(integer(4), rne, Overflow::wrap, 8, -8);
  expect(integer(4), rne, Overflow::wrap, 7.5, -8);
  expect(integer(4), rne, Overflow::wrap, -9, 7);
  expect_num<integer(4), Overflow::wrap, rne>(8, -8);
  expect_num<integer(4), Overflow::saturate, rne>(8, 7);
}

TEST_CASE("formats without -0: -0 and negative numbers that underflow have code 0x00, not NaN's") {
  for (const Format& f : {e4m3fnuz, e5m2fnuz, e4m3b11fnuz}) {
    for (const double x : {-0.0, -1e-30, -0x1p-149, -f.min_positive() / 4}) {
      for (const Rounding r : {rne, rna, rnz, rz, ru}) {
        expect(f, r, x, 0.0);
        for (const double y : every_way(f, r, default_overflow(f), x)) CHECK(encode(f, y) == 0);
      }
    }
    expect(f, rd, -1e-30, -f.min_positive());
    const Reference reference(f);
    CHECK(format::encode_wide(f, reference.mul(f.min_positive(), -f.min_positive())) == 0);
    CHECK(format::encode_wide(f, reference.sub(1, 1)) == 0);
    CHECK(format::encode_wide(f, reference.add(-0.0, -0.0)) == 0);
    CHECK(encode(f, -0.0) == 0);
  }
  CHECK(Num<e4m3fnuz>(-1e-30).code() == 0);
  CHECK((-Num<e5m2fnuz>(0)).code() == 0);
  CHECK((Num<e4m3fnuz>(-0x1p-10) * Num<e4m3fnuz>(0x1p-10)).code() == 0);
  CHECK(e4m3fnuz.nan == format::NanCodes::negative_zero);
}

TEST_CASE("e8m0: ties between powers of two go to the even code, zero and negative numbers are none") {
  expect(e8m0, rne, 1.5, 2);  // codes 127 and 128
  expect(e8m0, rne, 3, 2);
  expect(e8m0, rne, 6, 8);
  expect(e8m0, rne, 12, 8);
  expect(e8m0, rne, 0.75, 0.5);
  expect(e8m0, rne, 1.42, 1);
  expect(e8m0, rne, std::nextafter(1.5, 0.0), 1);
  expect(e8m0, rne, std::nextafter(3.0, 4.0), 4);
  expect(e8m0, rne, 0x1.8p-127, 0x1p-127);
  expect(e8m0, rne, 0x1p-130, 0x1p-127);
  expect(e8m0, rna, 3, 4);
  expect(e8m0, rnz, 1.5, 1);
  for (const double x : {0.0, -0.0, -1.0, -0x1p-130, -kInf}) {
    expect(e8m0, rne, x, kNan);
    expect(e8m0, rne, Overflow::saturate, x, 0x1p-127);
  }
  expect(e8m0, rne, 0x1.7fp127, 0x1p127);
  expect(e8m0, rne, 0x1.8p127, 0x1p127);  // codes 254 and 255
  expect(e8m0, rne, 0x1.80002p127, kNan);
  CHECK(encode(e8m0, 0x1p-127) == 0);
  CHECK(encode(e8m0, 1.0) == 127);
}
