// Reference where operands lie far apart or cancel: one rounding of the exact a + b + c, a b + c and scaled sums.
#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "lowprec/exact/reference.h"
#include "lowprec/format/presets.h"
#include "support/cases.h"

using namespace lowprec;

namespace {

constexpr Format kBinary128 = fp(15, 112);

Wide power(int exponent, bool negative = false) { return {1, exponent, negative}; }

// a + b + c in every order of the operands.
void check_sum(const Reference& f, std::array<Wide, 3> x, const Wide& want) {
  std::array<std::size_t, 3> order{0, 1, 2};
  CAPTURE(cases::name(f.rounding()));
  do {
    CHECK(f.faa(x[order[0]], x[order[1]], x[order[2]]).is_same(want));
    CHECK(f.faa(-x[order[0]], -x[order[1]], -x[order[2]]).is_zero() == want.is_zero());
  } while (std::ranges::next_permutation(order).found);
}

// What `above` lies over `below` for a number between them that is nearer to `nearer`; `above` has an odd code.
Wide chosen(Rounding r, const Wide& below, const Wide& above, const Wide& nearer) {
  if (format::traits(r.kind).is_nearest()) return nearer;
  return r.kind == Rounding::up || r.kind == Rounding::to_odd ? above : below;
}

double random_double(std::uint64_t i) {
  const std::uint32_t r = Stream{6, 28}.draw(i);
  return std::ldexp(static_cast<double>(r) + 0x1p-20 * static_cast<double>(Stream{6, 29}.draw(i) % 0x100000),
                    static_cast<int>(r % 61) - 62) *
         (r % 2 != 0 ? 1 : -1);
}

double random_scale(std::uint64_t i) { return std::ldexp(1.0, static_cast<int>(Stream{6, 30}.draw(i) % 81) - 40); }

}  // namespace

TEST_CASE("faa: the huge ones cancel, the tiny one is left") {
  for (const Rounding r : cases::all_roundings()) {
    check_sum(Reference(kBinary128, r), {power(16000), power(-16494), power(16000, true)}, power(-16494));
    check_sum(Reference(kBinary128, r), {power(16000), power(-16494, true), power(16000, true)}, power(-16494, true));
    check_sum(Reference(binary16, r), {65504, power(-24), -65504}, power(-24));
    check_sum(Reference(binary16, r), {power(-60000), 1, power(-60000, true)}, 1);
  }
}

TEST_CASE("faa: a sum beyond the range and back does not overflow") {
  for (const Rounding r : cases::deterministic_roundings())
    check_sum(Reference(binary16, r), {65504, 65504, -65504}, 65504);
}

TEST_CASE("faa: a tiny operand decides, in every rounding") {
  const Wide next(format::Uint128{1025}, -10);
  for (const Rounding r : cases::deterministic_roundings()) {
    const Reference f(binary16, r);
    for (const int tiny : {-24, -700, -60000}) {
      check_sum(f, {1, power(-11), power(tiny)}, chosen(r, 1, next, next));
      check_sum(f, {1, power(-11), power(tiny, true)}, chosen(r, 1, next, 1));
      check_sum(f, {1, 0, power(tiny)}, chosen(r, 1, next, 1));
      check_sum(f, {1, power(tiny), power(tiny)}, chosen(r, 1, next, 1));
    }
  }
}

TEST_CASE("faa: the sign of a zero, and infinities") {
  for (const Rounding r : cases::deterministic_roundings()) {
    const Reference f(binary16, r);
    const Wide cancelled = r == rd ? Wide(-0.0) : Wide(0.0);
    check_sum(f, {1, -1, 0}, cancelled);
    check_sum(f, {1, 1, -2}, cancelled);
    check_sum(f, {0.0, -0.0, -0.0}, cancelled);
    CHECK(f.faa(-0.0, -0.0, -0.0).is_same(Wide(-0.0)));
    CHECK(f.faa(Wide::infinity(), 65504, 65504).is_same(Wide::infinity()));
    CHECK(f.faa(1, Wide::infinity(true), -65504).is_same(Wide::infinity(true)));
    CHECK(f.faa(Wide::infinity(), 1, Wide::infinity(true)).is_nan());
  }
}

TEST_CASE("fma: a product and an addend 10^4 and more exponents apart") {
  const Wide below((format::Uint128{1} << 113) - 1, 10000 - 113), above((format::Uint128{1} << 112) + 1, 10000 - 112);
  for (const Rounding r : cases::deterministic_roundings()) {
    CAPTURE(cases::name(r));
    const Reference f(kBinary128, r);
    const bool to_below = r == rz || r == rd || r == ro;  // the significand of `below` is odd
    for (const int tiny : {-300, -10000, -16494}) {
      CHECK(f.fma(power(5000), power(5000), power(tiny, true)).is_same(to_below ? below : power(10000)));
      CHECK(f.fma(power(5000), power(5000, true), power(tiny))
                .is_same(-(r == rz || r == ru || r == ro ? below : power(10000))));
      CHECK(f.fma(power(5000), power(5000), power(tiny)).is_same(chosen(r, power(10000), above, power(10000))));
      CHECK(f.fma(power(tiny), 1, power(10000)).is_same(chosen(r, power(10000), above, power(10000))));
    }
  }
}

TEST_CASE("fma: the product is not rounded before it is cancelled") {
  const Reference f(kBinary128);
  const Wide x((format::Uint128{1} << 112) + 1, -112);  // (1 + u)^2 = 1 + 2 u + u^2
  CHECK(f.fma(x, x, -f.mul(x, x)).is_same(power(-224)));
  CHECK(Reference(binary16).fma(1 + 0x1p-10, 1 + 0x1p-10, -(1 + 0x1p-9)).is_same(power(-20)));
  CHECK(f.fma(power(16000), power(16000), Wide::infinity(true)).is_same(Wide::infinity(true)));
  CHECK(f.fma(1, 1, -1).is_same(0));
  CHECK(Reference(kBinary128, rd).fma(1, 1, -1).is_same(-0.0));
}

// With scales that are powers of two s a and t b are binary64 numbers: s a + t b is one fma.
TEST_CASE("scaled sums and products are those of fma, rounded once") {
  const Reference f(binary64);
  cases::Tally tally;
  for (std::uint64_t i = 0; i < 5000; ++i) {
    const double a = random_double(2 * i), b = random_double(2 * i + 1);
    const double s = random_scale(2 * i), t = random_scale(2 * i + 1);
    const auto describe = [&] {
      return cases::hex(a) + ' ' + cases::hex(s) + ' ' + cases::hex(b) + ' ' + cases::hex(t);
    };
    tally.expect(f.scaled_add(a, s, b, t) == std::fma(a, s, b * t), describe);
    tally.expect(f.scaled_sub(a, s, b, t) == std::fma(a, s, -b * t), describe);
    tally.expect(f.scaled_mul(a, s, b, t) == a * b * (s * t), describe);
    tally.expect(f.scaled_add(a, b, -(a * b), 1) == std::fma(a, b, -(a * b)), describe);
  }
  tally.report("scaled");
}

TEST_CASE("scaled operations of narrow formats: products of 8 bits are exact in binary64") {
  for (const Rounding r : cases::deterministic_roundings()) {
    const Reference f(e4m3fn, r);
    cases::Tally tally;
    for (std::uint64_t i = 0; i < 2000; ++i) {
      double x[4];
      for (std::uint64_t k = 0; k < 4; ++k) x[k] = decode(e4m3fn, Stream{5, 5}.draw(4 * i + k) % 0x7F);
      const auto describe = [&] { return cases::name(r) + ' ' + cases::hex(x[0]) + ' ' + cases::hex(x[2]); };
      tally.expect(f.scaled_add(x[0], x[1], x[2], x[3]).is_same(f.add(x[0] * x[1], x[2] * x[3])), describe);
      tally.expect(f.scaled_sub(x[0], x[1], x[2], x[3]).is_same(f.sub(x[0] * x[1], x[2] * x[3])), describe);
      tally.expect(f.scaled_mul(x[0], x[1], x[2], x[3]).is_same(f.mul(x[0] * x[1], x[2] * x[3])), describe);
    }
    tally.report("e4m3fn");
  }
}

TEST_CASE("scales far beyond the format's range cancel") {
  const Reference f(e4m3fn);
  CHECK(f.scaled_mul(1.5, power(30000), 2, power(-30000)).is_same(3));
  CHECK(f.scaled_add(448, power(-9), 1, power(-9)).is_same(0.875));  // 449 / 512: between 0.875 and 0.9375
  CHECK(f.scaled_sub(1, power(30000), 1, power(30000)).is_same(0));
  CHECK(f.scaled_mul(Wide::infinity(), 1, 1, 0).is_nan());
}
