// Exact sums against unbounded integers: random, cancelling, from one end of binary64 to the other, infinities and NaN.
#include "lowprec/exact/exact_sum.h"

#include <algorithm>
#include <bit>
#include <string>

#include "lowprec/linalg/linalg.h"
#include "lowprec/num.h"
#include "support/matrices.h"

using namespace lowprec;
using matrices::kInf;
using matrices::kNan;

namespace {

Wide sum_of(const std::vector<double>& terms) {
  exact::ExactSum sum;
  for (const double t : terms) sum.add(t);
  return sum.result();
}

void expect_exact(cases::Tally& tally, const std::vector<double>& terms, const std::string& what) {
  const Wide got = sum_of(terms), want = plain::to_wide(plain::exact_total(terms));
  tally.expect(got.is_same(want) || (got.is_zero() && want.is_zero() && !got.is_negative()), [&] {
    return what + " of " + std::to_string(terms.size()) + " terms: " + cases::hex(static_cast<double>(got)) + ", not " +
           cases::hex(static_cast<double>(want));
  });
}

// Any significands and signs, exponents low ... high.
std::vector<double> numbers(std::size_t n, int low, int high, std::uint64_t id) {
  const Stream stream{31, id};
  std::vector<double> result;
  for (std::size_t i = 0; i < n; ++i) {
    const std::uint64_t upper = stream.draw(3 * i), lower = stream.draw(3 * i + 1);
    const double significand = static_cast<double>((upper << 21 | lower >> 11) | std::uint64_t{1} << 52);
    const int exponent = low + static_cast<int>(stream.draw(3 * i + 2) % static_cast<unsigned>(high - low + 1)) - 52;
    result.push_back(std::ldexp(upper % 2 == 0 ? significand : -significand, exponent));
  }
  return result;
}

}  // namespace

TEST_CASE("sums of random numbers: near, far, from end to end of binary64, subnormal") {
  cases::Tally tally;
  std::uint64_t id = 0;
  for (const auto& [low, high] : {std::pair{-3, 3}, {-60, 60}, {-200, 40}, {-1074, 1023}, {-1074, -1000}, {960, 1023}})
    for (const std::size_t n : {1, 2, 3, 10, 100, 1000})
      for (int repeat = 0; repeat < 5; ++repeat)
        expect_exact(tally, numbers(n, low, high, id++), std::to_string(low) + " ... " + std::to_string(high));
  tally.report("random");
}

TEST_CASE("terms cancel to nothing, to their least bit, in any order") {
  cases::Tally tally;
  for (std::uint64_t id = 0; id < 40; ++id) {
    std::vector<double> terms = numbers(50, -1074, 1023, id);
    for (std::size_t i = 0; i < 50; ++i) terms.push_back(-terms[(i * 7) % 50]);
    CHECK(sum_of(terms).is_same(Wide(0.0)));
    terms.push_back(0x1p-1074);
    CHECK(sum_of(terms).is_same(Wide(0x1p-1074)));
    std::ranges::reverse(terms);
    CHECK(sum_of(terms).is_same(Wide(0x1p-1074)));
    terms.push_back(id % 2 == 0 ? -0x1.8p900 : 0x1.8p-1073);
    expect_exact(tally, terms, "cancelling");
  }
  tally.report("cancelling");
}

TEST_CASE("every exponent, alone and with the least number: the bins meet without a gap") {
  cases::Tally tally;
  for (int e = -1074; e <= 1023; ++e)
    for (const double significand : {1.0, 2 - 0x1p-52, -1.0}) {
      const double x = std::ldexp(significand, e);
      expect_exact(tally, {x}, "alone");
      expect_exact(tally, {x, x, x}, "thrice");
      expect_exact(tally, {x, 0x1p-1074}, "above the least");
      expect_exact(tally, {x, -0x1p-1074}, "below the least");
    }
  tally.report("exponents");
}

TEST_CASE("the result is rounded to odd at 120 bits: exact up to there, never a tie from below") {
  CHECK(sum_of({0x1p119, 1}).is_same(Wide((format::Uint128{1} << 119) + 1, 0)));
  CHECK(sum_of({0x1p120, 1}).is_same(Wide((format::Uint128{1} << 119) + 1, 1)));
  CHECK(sum_of({0x1p120, 2}).is_same(Wide((format::Uint128{1} << 119) + 1, 1)));
  CHECK(sum_of({-0x1p200, -0x1p-1074}).is_same(Wide((format::Uint128{1} << 119) + 1, 81, true)));
  CHECK(sum_of({0x1p200, -0x1p-1074}).is_same(Wide(~format::Uint128{0} >> 8, 80)));
}

TEST_CASE("zeros, infinities and NaN") {
  CHECK(sum_of({}).is_same(Wide(0.0)));
  CHECK(sum_of({-0.0}).is_same(Wide(0.0)));
  CHECK(sum_of({1, -1}).is_same(Wide(0.0)));
  CHECK(sum_of({1, kInf, -0x1.fp1023}).is_same(Wide::infinity()));
  CHECK(sum_of({kInf, kInf}).is_same(Wide::infinity()));
  CHECK(sum_of({-kInf, 1}).is_same(Wide::infinity(true)));
  CHECK(sum_of({kInf, 1, -kInf}).is_nan());
  CHECK(sum_of({kNan}).is_nan());
  CHECK(sum_of({kNan, kInf, 1}).is_nan());
  CHECK(sum_of({0x1.fffffffffffffp1023, 0x1.fffffffffffffp1023}).is_finite());
}

TEST_CASE("many terms of one sign: no bin overflows") {
  exact::ExactSum sum;
  constexpr std::uint64_t kTerms = 1 << 20;
  for (std::uint64_t i = 0; i < kTerms; ++i) sum.add(0x1.fffffffffffffp-3);
  CHECK(sum.result().is_same(Wide((format::Uint128{1} << 53) - 1, -55 + 20)));
}

TEST_CASE("exact sums in a format are the oracle's one rounding of the exact total") {
  for (const cases::Case& c :
       {cases::small_presets()[0], cases::small_presets()[1], cases::small_presets()[6], cases::small_integers()[6]}) {
    const oracle::Table table(c.definition);
    cases::Tally tally;
    for (const Rounding r : cases::main_roundings())
      for (const Overflow o : cases::overflow_rules(table))
        for (std::uint64_t id = 0; id < 40; ++id) {
          const Stream stream{2, id};
          Dynamic dynamic(c.format, r, o, stream);
          const std::vector<double> x = matrices::numbers(c.format, 1 + id % 9, id), ones(x.size(), 1.0);
          const double got =
              dot(Mixed(dynamic, exact_sum), VectorView<const double>(x), VectorView<const double>(ones));
          auto want = table.round(table.place(plain::exact_total(x)), r, o, stream.substream(1).substream(0).draw(0));
          want.any_sign = true;  // a zero total has no sign
          tally.expect(want, got, [&] { return cases::name(r) + " overflow=" + cases::name(o) + " sum"; });
        }
    tally.report(c.name);
  }
}
