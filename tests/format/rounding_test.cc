// The roundings: what their names promise, and stochastic rounding proven without statistics: for a fixed number the
// decision is monotone in the draw, so that one bisection over 2^32 draws gives its exact probability.
#include "lowprec/format/rounding.h"
#include "lowprec/format/presets.h"

#include <cmath>
#include <limits>
#include <vector>

#include "lowprec/num.h"
#include "support/cases.h"
#include "support/oracle.h"

using namespace lowprec;
using oracle::cpp_int;

namespace {

template <Rounding R>
double round_bfloat16(double x, std::uint32_t draw) {
  return static_cast<double>(Num<bfloat16, R>(x, draw));
}
template <Rounding R>
double round_e4m3(double x, std::uint32_t draw) {
  return static_cast<double>(Num<e4m3fn, R, Overflow::saturate>(x, draw));
}
template <Rounding R>
double round_int8(double x, std::uint32_t draw) {
  return static_cast<double>(Num<integer(8), R>(x, draw));
}

using Round = double (*)(double, std::uint32_t);

struct Variant {
  Rounding rounding;
  Round bfloat16, e4m3, int8;
};

template <Rounding... R>
std::vector<Variant> variants() {
  return {Variant{R, &round_bfloat16<R>, &round_e4m3<R>, &round_int8<R>}...};
}

constexpr Rounding a(int n) { return {Rounding::stochastic_a, n}; }
constexpr Rounding b(int n) { return {Rounding::stochastic_b, n}; }
constexpr Rounding c(int n) { return {Rounding::stochastic_c, n}; }

const std::vector<Variant> kVariants = variants<a(1), a(2), a(3), a(8), a(23), a(32), b(1), b(2), b(3), b(8), b(23),
                                                b(32), c(1), c(2), c(3), c(8), c(23), c(32), sre>();

// How many of 2^32 draws take |x| up, by bisection.
std::uint64_t draws_up(Round round, double x, double magnitude_below) {
  std::uint64_t low = 0, high = std::uint64_t{1} << 32;  // draws below `low` go down, from `high` on up
  while (low < high) {
    const std::uint64_t middle = (low + high) / 2;
    const bool up = std::fabs(round(x, static_cast<std::uint32_t>(middle))) > magnitude_below;
    (up ? high : low) = up ? middle : middle + 1;
  }
  return (std::uint64_t{1} << 32) - high;
}

// The number of draws that go up by the formulas of IEEE P3109 v4.0, 3.4 (r = top N bits of the draw):
//   a: r >= 2^N - floor(d 2^N); b: 2 r + 1 >= 2^(N+1) - floor(d 2^(N+1)); c: r >= 2^N - nearest(d 2^N), ties to even.
std::uint64_t expected_draws_up(Rounding r, const cpp_int& over, const cpp_int& gap) {
  if (over == 0) return 0;
  if (r.kind == Rounding::stochastic_equal) return std::uint64_t{1} << 31;
  const int n = r.random_bits;
  const auto integer_up = [&](const cpp_int& numbers_up) {
    return static_cast<std::uint64_t>(cpp_int(numbers_up << (32 - n)));
  };
  if (r.kind == Rounding::stochastic_a) return integer_up((over << n) / gap);
  if (r.kind == Rounding::stochastic_b) return integer_up(((over << (n + 1)) / gap + 1) / 2);
  const cpp_int twice = (over << (n + 1)) / gap;  // floor(2 d 2^N)
  const bool is_tie = twice % 2 == 1 && (over << (n + 1)) % gap == 0;
  const cpp_int nearest = is_tie ? cpp_int(twice / 2 + (twice / 2) % 2) : cpp_int((twice + 1) / 2);
  return integer_up(nearest);
}

// d in (0, 1), with ties of every N and numbers next to 0 and 1 among them.
std::vector<double> fractions() {
  std::vector<double> result{0.5,        0.25,    0.75,    0.375,   1.0 / 3,     0.7,     0x1p-9,
                             1 - 0x1p-9, 0x1p-24, 0x1p-33, 0x3p-34, 1 - 0x1p-33, 0x1p-40, 1 - 0x1p-34};
  for (int n = 1; n <= 9; ++n) result.push_back(0x1p-10 * (2 * n + 1));
  return result;
}

// `fraction` of the way from `low` to `low + gap`, exact; checked against the bisection.
void check_probability(const Variant& v, Round round, double low, double gap, double fraction, cases::Tally& tally) {
  const double x = low + gap * fraction;
  const oracle::Exact over = oracle::sum(oracle::exact(x), oracle::exact(-low));
  const oracle::Exact whole = oracle::exact(gap);
  const int exponent = std::min(over.exponent, whole.exponent);
  const std::uint64_t want =
      expected_draws_up(v.rounding, over.num << (over.exponent - exponent), whole.num << (whole.exponent - exponent));
  for (const double sign : {1.0, -1.0}) {
    const auto describe = [&] { return cases::hex(sign * x) + " @" + cases::name(v.rounding); };
    const std::uint64_t up = draws_up(round, sign * x, low);
    tally.expect(up == want,
                 [&] { return describe() + ": " + std::to_string(up) + " draws go up, not " + std::to_string(want); });
    const Stream stream{21, 0};
    for (std::uint64_t i = 0; i < 16; ++i) {
      const std::uint32_t draw = stream.draw(i);
      const double y = round(sign * x, draw);
      const bool goes_up = draw >= (std::uint64_t{1} << 32) - up;
      tally.expect(y == sign * (goes_up ? low + gap : low),
                   [&] { return describe() + " is not monotone at draw " + std::to_string(draw); });
    }
  }
}

}  // namespace

TEST_CASE("stochastic rounding goes up with exactly the probability of its variant: normal, subnormal, integer") {
  cases::Tally tally;
  for (const Variant& v : kVariants) {
    for (const double fraction : fractions()) {
      check_probability(v, v.bfloat16, 1, 0x1p-7, fraction, tally);
      check_probability(v, v.bfloat16, 0x1.0ap60, 0x1p53, fraction, tally);
      check_probability(v, v.bfloat16, 0x3p-133, 0x1p-133, fraction, tally);  // quantum of the subnormal numbers
      check_probability(v, v.e4m3, 416, 32, fraction, tally);
      check_probability(v, v.e4m3, 0, 0x1p-9, fraction, tally);
      check_probability(v, v.int8, 0, 1, fraction, tally);
      check_probability(v, v.int8, 100, 1, fraction, tally);
    }
  }
  tally.report("probabilities");
}

TEST_CASE("a number of the format never moves, whatever the draw") {
  cases::Tally tally;
  for (const Variant& v : kVariants) {
    for (std::uint64_t code = 0; code < 256; ++code) {
      const double f8 = static_cast<double>(Num<e4m3fn>::from_code(code));
      const double i8 = static_cast<double>(Num<integer(8)>::from_code(code));
      for (const std::uint32_t draw : {0U, 1U, 0x7FFFFFFFU, 0x80000000U, 0xFFFFFFFEU, 0xFFFFFFFFU}) {
        tally.expect(oracle::Expected{f8}, v.e4m3(f8, draw), [&] { return "e4m3 @" + cases::name(v.rounding); });
        tally.expect(oracle::Expected{f8}, v.bfloat16(f8, draw),
                     [&] { return "bfloat16 @" + cases::name(v.rounding); });
        tally.expect(oracle::Expected{i8}, v.int8(i8, draw), [&] { return "int8 @" + cases::name(v.rounding); });
      }
    }
  }
  tally.report("exact numbers");
}

// Mean over r and over uniform d of (result - x) / quantum: a -2^-(N+1), b and c 0 (P3109 v4.0, 3.4). With d on a grid
// of 2^-16 both means are finite sums; c rounds ties of d 2^N to even, which keeps the mean at 0 over a full period.
TEST_CASE("mean bias of sr(N): -2^-(N+1) quanta for a, none for b and c, N = 1 ... 8") {
  for (int n = 1; n <= 8; ++n) {
    for (const Rounding r : {a(n), b(n), c(n)}) {
      const lane::LaneConstants<double> grid = lane::make_lane_constants<double>(integer(8), r, Overflow::saturate);
      const int whole = 1 << n, points = 1 << 12;
      double bias = 0;
      for (int k = 0; k < points; ++k) {
        const double d = (k + 0.5) / points;  // never on the grid of 2^-N nor half-way
        for (int random = 0; random < whole; ++random) {
          one_lane::NoEvents none;
          const one_lane::OneLane<double> lane;
          const double y = r.kind == Rounding::stochastic_a
                               ? one_lane::Round<Rounding::stochastic_a, true>(lane, grid, 2 + d, double(random), none)
                           : r.kind == Rounding::stochastic_b
                               ? one_lane::Round<Rounding::stochastic_b, true>(lane, grid, 2 + d, double(random), none)
                               : one_lane::Round<Rounding::stochastic_c, true>(lane, grid, 2 + d, double(random), none);
          bias += y - (2 + d);
        }
      }
      bias /= points * whole;
      CAPTURE(n);
      CAPTURE(cases::name(r));
      CHECK(bias ==
            doctest::Approx(r.kind == Rounding::stochastic_a ? -std::ldexp(0.5, -n) : 0).epsilon(1e-12).scale(1));
    }
  }
}

TEST_CASE("a midpoint goes up in half of them") {
  for (const Variant& v : kVariants) {
    CHECK(draws_up(v.e4m3, 1.0625, 1.0) == std::uint64_t{1} << 31);
  }
}

TEST_CASE("constants and their kinds") {
  static_assert(rne == Rounding{});
  static_assert(sr == stochastic(32));
  static_assert(stochastic(7).kind == Rounding::stochastic_c);
  for (const Rounding r : cases::deterministic_roundings()) CHECK_FALSE(r.is_stochastic());
  for (const Rounding r : cases::stochastic_roundings()) CHECK(r.is_stochastic());
  CHECK(sre.random_bits == 1);
}

TEST_CASE("1 to 32 random bits, of variant a, b or c; everything else is refused") {
  for (const int n : {0, -1, 33, 1000}) CHECK_THROWS_AS(stochastic(n), Error);
  for (const auto kind : {Rounding::nearest_even, Rounding::to_odd, Rounding::stochastic_equal})
    CHECK_THROWS_AS(stochastic(8, kind), Error);
  CHECK_NOTHROW(stochastic(1, Rounding::stochastic_a));
  CHECK_NOTHROW(stochastic(32, Rounding::stochastic_b));
}

TEST_CASE("the overflow rule when none is given: infinity, else NaN, else saturation") {
  static_assert(default_overflow(e5m2) == Overflow::infinity);
  static_assert(default_overflow(binary16) == Overflow::infinity);
  static_assert(default_overflow(e4m3fn) == Overflow::nan);
  static_assert(default_overflow(e4m3fnuz) == Overflow::nan);
  static_assert(default_overflow(e8m0) == Overflow::nan);
  static_assert(default_overflow(e2m1) == Overflow::saturate);
  static_assert(default_overflow(integer(8)) == Overflow::saturate);
  for (const auto& c : cases::small_formats()) {
    const oracle::Table table(c.definition);
    CAPTURE(c.name);
    CHECK(default_overflow(c.format) == cases::default_rule(table));
  }
}

TEST_CASE("an overflow rule that the format cannot follow is refused") {
  for (const auto& c : cases::small_formats()) {
    const oracle::Table table(c.definition);
    const auto allowed = cases::overflow_rules(table);
    for (const Overflow o :
         {Overflow::infinity, Overflow::nan, Overflow::saturate, Overflow::propagate, Overflow::wrap}) {
      CAPTURE(c.name);
      CAPTURE(cases::name(o));
      if (std::ranges::find(allowed, o) != allowed.end())
        CHECK(format::checked(c.format, o) == o);
      else
        CHECK_THROWS_AS(format::checked(c.format, o), Error);
    }
    CHECK(format::checked(c.format, Overflow::error) == Overflow::error);
  }
}
