// Stochastic rounding of float arrays by an integer sum, bit for bit against the formula in binary64: all formats and
// counts of random bits that take it, and draws next to the one where the decision changes.
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "lane/round_at_run_time.h"
#include "lowprec/array/fill.h"
#include "lowprec/array/quantize.h"
#include "lowprec/format/presets.h"
#include "lowprec/lane/random_bits.h"
#include "support/cases.h"

using namespace lowprec;

namespace {

struct Rule {
  Format format;
  Rounding rounding;
  Overflow overflow;

  std::string name() const {
    return "fp(" + std::to_string(format.exponent_bits()) + "," + std::to_string(format.fraction_bits()) + ") bits " +
           std::to_string(format.bits) + " @" + cases::name(rounding) + " overflow " + cases::name(overflow);
  }
  int dropped() const { return 24 - format.precision; }
};

const std::vector<Format>& formats() {
  static const std::vector<Format> list{e5m2,
                                        e4m3fn,
                                        e4m3fnuz,
                                        e2m1,
                                        e3m2,
                                        binary16,
                                        bfloat16,
                                        tf32,
                                        fp(8, 2),
                                        fp(8, 22),
                                        fp(7, 5),
                                        fp(5, 0, {.specials = Specials::fn}),
                                        fp(2, 3, {.is_signed = false}),
                                        integer(8),
                                        integer(8, {.is_signed = false}),
                                        fixed(8, 5),
                                        p3109(8, 4, true, true)};
  return list;
}

std::vector<Rounding> roundings(const Format& f) {
  std::vector<Rounding> result;
  for (const auto kind : {Rounding::stochastic_a, Rounding::stochastic_b, Rounding::stochastic_c})
    for (const int n : {24 - f.precision, 25 - f.precision, 31, 32}) result.push_back(stochastic(n, kind));
  return result;
}

// Those of the above that take the sum.
std::vector<Rule> rules() {
  std::vector<Rule> result;
  for (const Format& f : formats()) {
    for (const Rounding r : roundings(f)) {
      for (const Overflow o : {Overflow::infinity, Overflow::nan, Overflow::saturate, Overflow::propagate}) {
        if ((o == Overflow::infinity && !f.has_infinity) || (o == Overflow::nan && !f.has_nan())) continue;
        if (lane::adds_random_bits(f, r, o)) result.push_back({f, r, o});
      }
    }
  }
  return result;
}

// The definition.
class Formula {
 public:
  explicit Formula(const Rule& rule)
      : rounding_(rule.rounding), grid_(lane::make_lane_constants<double>(rule.format, rule.rounding, rule.overflow)) {}
  float operator()(float x, std::uint32_t draw) const {
    Events ignored;
    return static_cast<float>(lane::round_one_lane(rounding_, grid_, static_cast<double>(x), draw, ignored));
  }

 private:
  Rounding rounding_;
  lane::LaneConstants<double> grid_;
};

// Every 2^32 / 12007th float, the specials, limits and powers of two, and their neighbours, of both signs.
std::vector<float> sample(const Format& f) {
  std::vector<float> result;
  for (std::uint64_t bits = 0; bits < std::uint64_t{1} << 32; bits += (std::uint64_t{1} << 32) / 12007)
    result.push_back(std::bit_cast<float>(static_cast<std::uint32_t>(bits)));
  const float infinity = std::numeric_limits<float>::infinity();
  std::vector<float> around{0, infinity, std::numeric_limits<float>::max(), static_cast<float>(f.max<double>())};
  for (int e = f.quantum_exponent() - 3; e <= f.least_exponent + 3; ++e)
    if (e >= -149 && e < 128) around.push_back(std::ldexp(1.0F, e));
  for (const float x : around)
    for (const float y : {std::nextafter(x, 0.0F), x, std::nextafter(x, infinity), 1.5F * x})
      for (const float z : {y, -y}) result.push_back(z);
  for (const std::uint32_t nan : {0x7FC00000U, 0xFFC00000U, 0x7F800001U, 0x7FFFFFFFU, 0xFFFFFFFFU})
    result.push_back(std::bit_cast<float>(nan));
  return result;
}

// Fractions of 2^k quanta that x has above its lower neighbour: floor(d 2^k).
std::uint32_t fraction(const Rule& rule, float x) {
  const double a = std::fabs(static_cast<double>(x));
  const int e = a == 0 ? rule.format.least_exponent : std::max(format::floor_log2(a), rule.format.least_exponent);
  const double steps = std::ldexp(a, 23 - e);  // in units of 2^-k quanta
  return static_cast<std::uint32_t>(std::fmod(std::floor(steps), std::ldexp(1.0, rule.dropped())));
}

// Draws whose k highest bits r give F + r = 2^k - 2, ..., 2^k + 2, with nothing and all below them, and some others.
std::vector<std::uint32_t> draws_near(const Rule& rule, float x) {
  const std::uint32_t whole = std::uint32_t{1} << rule.dropped();
  const std::uint32_t rest = (std::uint32_t{1} << (32 - rule.dropped())) - 1;
  std::vector<std::uint32_t> result{0, ~0U, 0x80000000U};
  if (!std::isfinite(x)) return result;
  for (int offset = -2; offset <= 2; ++offset) {
    const std::uint32_t r = (whole - fraction(rule, x) + static_cast<std::uint32_t>(offset)) & (whole - 1);
    for (const std::uint32_t below : {0U, rest, rest / 2, rest / 2 + 1})
      result.push_back(r << (32 - rule.dropped()) | below);
  }
  return result;
}

float add_random_bits(const lane::RandomBitsConstants& g, float x, std::uint32_t draw, bool& open) {
  const one_lane::OneLane<float> d;
  bool is_sum_open = false;
  const float y = g.least == 0 ? one_lane::AddRandomBits<false>(d, g, x, draw, is_sum_open)
                               : one_lane::AddRandomBits<true>(d, g, x, draw, is_sum_open);
  open = is_sum_open || std::isnan(x);
  return one_lane::WithinRange(d, g, y);
}

// Element i with draws[i]: around the threshold of its own draw, in every binade of the format and below.
float near_threshold(const Rule& rule, std::uint32_t draw, std::uint64_t i) {
  const std::uint32_t whole = std::uint32_t{1} << rule.dropped();
  const std::uint32_t r = draw >> (32 - rule.dropped());
  const double steps = whole - r + static_cast<double>(i % 5) - 2;
  const int last = std::min(rule.format.max_exponent(), 126), first = rule.format.quantum_exponent();
  const int binades = std::min(last - first + 1, 24);
  const int e = std::max(first, rule.format.least_exponent - binades / 2) + static_cast<int>(i / 5 % binades);
  const int quantum = std::max(e, rule.format.least_exponent) + 1 - rule.format.precision;
  const double below = e < rule.format.least_exponent ? (static_cast<double>(i % 7) - 3) * 0.125 : 0;
  const double x = std::ldexp(1.0, e) + std::ldexp(steps + below, quantum - rule.dropped());
  return static_cast<float>(i % 2 == 0 ? x : -x);
}

// One element in 50 is something else.
std::vector<float> hard_array(const Rule& rule, std::span<const std::uint32_t> draws) {
  const auto others = sample(rule.format);
  std::vector<float> result(draws.size());
  for (std::size_t i = 0; i < draws.size(); ++i)
    result[i] = i % 50 == 49 ? others[(i / 50 * 7919) % others.size()] : near_threshold(rule, draws[i], i);
  return result;
}

Quantizer quantizer(const Rule& rule) { return {rule.format, rule.rounding, rule.overflow}; }

void expect_same(const std::vector<float>& want, std::span<const float> got, const std::vector<float>& in,
                 const std::string& what, cases::Tally& tally) {
  for (std::size_t i = 0; i < got.size(); ++i)
    tally.expect(cases::same_bits(want[i], got[i]), [&] {
      return what + ": element " + std::to_string(i) + ", " + cases::hex(static_cast<double>(in[i])) + " gives " +
             cases::hex(static_cast<double>(got[i])) + ", not " + cases::hex(static_cast<double>(want[i]));
    });
}

}  // namespace

TEST_CASE("the formats and roundings that take the sum") {
  CHECK(lane::adds_random_bits(e4m3fn, sr, Overflow::saturate));
  CHECK(lane::adds_random_bits(bfloat16, stochastic(16), Overflow::infinity));
  CHECK(lane::adds_random_bits(binary16, stochastic(13), Overflow::saturate));
  CHECK_FALSE(lane::adds_random_bits(bfloat16, stochastic(15), Overflow::infinity));  // a bit of F would be left out
  CHECK_FALSE(lane::adds_random_bits(e4m3fn, sre, Overflow::saturate));
  CHECK_FALSE(lane::adds_random_bits(e4m3fn, rne, Overflow::saturate));
  CHECK_FALSE(lane::adds_random_bits(binary32, sr, Overflow::infinity));  // nothing is dropped
  CHECK_FALSE(lane::adds_random_bits(e5m2, sr, Overflow::propagate));     // 2^17 becomes 57344, infinity does not
  CHECK_FALSE(lane::adds_random_bits(integer(8), sr, Overflow::wrap));
  CHECK_FALSE(lane::adds_random_bits(e8m0, sr, Overflow::saturate));
  CHECK_FALSE(lane::adds_random_bits(fp(4, 3, {.subnormals = false}), sr, Overflow::saturate));
  CHECK_FALSE(lane::adds_random_bits(integer(16), sr, Overflow::saturate));  // too many next to the threshold
  CHECK(rules().size() > 300);
}

TEST_CASE("one lane: the sum is the formula, next to the draw where the decision changes; few are left open") {
  for (const Rule& rule : rules()) {
    const Formula formula(rule);
    const auto g = lane::make_random_bits_constants(rule.format, rule.rounding, rule.overflow);
    cases::Tally tally;
    for (const float x : sample(rule.format)) {
      for (const std::uint32_t draw : draws_near(rule, x)) {
        bool open = false;
        const float got = add_random_bits(g, x, draw, open);
        const float want = formula(x, draw);
        const auto describe = [&] {
          return cases::hex(static_cast<double>(x)) + " draw " + std::to_string(draw) + " gives " +
                 cases::hex(static_cast<double>(got)) + ", not " + cases::hex(static_cast<double>(want));
        };
        if (!open) tally.expect(cases::same_bits(got, want), describe);
        const bool may_be_open = std::isnan(x) || std::fabs(x) < g.least;
        tally.expect(!open || may_be_open, [&] { return describe() + ", open"; });
      }
    }
    tally.report(rule.name());
  }
}

TEST_CASE("arrays next to their thresholds: every target, offset and length, in place and not") {
  const Stream stream{77, 88};
  std::vector<std::uint32_t> draws(1200);
  array::fill_draws(stream, 0, draws);
  for (const Rule& rule : rules()) {
    if (rule.rounding.random_bits == 31) continue;
    const Formula formula(rule);
    const auto in = hard_array(rule, draws);
    std::vector<float> want(in.size());
    for (std::size_t i = 0; i < in.size(); ++i) want[i] = formula(in[i], draws[i]);
    cases::for_each_target([&](const std::string& target) {
      cases::Tally tally;
      std::vector<float> room(in.size() + 8, 12345.0F);
      quantize(quantizer(rule), in, std::span(room).subspan(1, in.size()), stream);
      expect_same(want, std::span(room).subspan(1, in.size()), in, rule.name(), tally);
      tally.expect(room[0] == 12345.0F && room[in.size() + 1] == 12345.0F, [] { return "wrote beyond"; });
      for (const std::size_t n : {0, 1, 3, 4, 5, 15, 16, 17, 31, 33}) {
        std::vector<float> values(in.begin(), in.begin() + static_cast<std::ptrdiff_t>(n));
        quantize(quantizer(rule), values, values, stream);
        expect_same(want, values, in, rule.name(), tally);
      }
      tally.report(rule.name() + " on " + target);
    });
  }
}

TEST_CASE("arrays beyond the caches, aligned to nothing but a float") {
  const Stream stream{7, 9};
  const Rule rule{e4m3fn, sr, Overflow::saturate};
  const Formula formula(rule);
  const std::size_t n = (std::size_t{2} << 20) + 37;
  std::vector<std::uint32_t> draws(n);
  array::fill_draws(stream, 0, draws);
  std::vector<float> in(n), want(n), room(n + 16);
  for (std::size_t i = 0; i < n; ++i) in[i] = near_threshold(rule, draws[i], i);
  for (std::size_t i = 0; i < n; ++i) want[i] = formula(in[i], draws[i]);
  cases::for_each_target([&](const std::string& target) {
    for (const std::size_t offset : {0, 1}) {
      const auto out = std::span(room).subspan(offset, n);
      quantize(quantizer(rule), in, out, stream);
      cases::Tally tally;
      expect_same(want, out, in, rule.name(), tally);
      tally.report(target);
    }
  });
}
