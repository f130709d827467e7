// Stochastic rounding of binary64 arrays by an integer sum, bit for bit and event for event against the formula: more
// and fewer random bits than bits dropped, and numbers next to the one where the decision of their draw changes.
#include <doctest/doctest.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include "lane/round_at_run_time.h"
#include "lowprec/array/quantize.h"
#include "lowprec/format/names.h"
#include "lowprec/format/number_text.h"
#include "lowprec/format/presets.h"
#include "lowprec/system/simd.h"
#include "support/cases.h"

using namespace lowprec;

namespace {

struct Rule {
  Format format;
  Rounding rounding;
  Overflow overflow;
};

std::vector<Rule> rules() {
  const std::vector<Format> formats{e5m2,
                                    e4m3fn,
                                    e2m1,
                                    binary16,
                                    bfloat16,
                                    fp(8, 20),
                                    fp(9, 28),
                                    fp(8, 32),
                                    fp(5, 0, {.specials = Specials::fn}),
                                    integer(8),
                                    integer(16),
                                    integer(8, {.is_signed = false}),
                                    fixed(8, 5),
                                    p3109(8, 4, true, true)};
  std::vector<Rule> result;
  for (const Format& f : formats)
    for (const auto kind : {Rounding::stochastic_a, Rounding::stochastic_b, Rounding::stochastic_c})
      for (const int n : {1, 2, 7, 20, 21, 24, 31, 32})
        for (const Overflow o : {Overflow::infinity, Overflow::saturate}) {
          if (o == Overflow::infinity && !f.has_infinity) continue;
          if (lane::has_lane_constants<double>(f, stochastic(n, kind)) &&
              lane::adds_wide_random_bits(f, stochastic(n, kind), o))
            result.push_back({f, stochastic(n, kind), o});
        }
  return result;
}

// Element i is near the threshold of its draw, in one of the binades of the format or below; one in 40 is special.
double near_threshold(const Rule& rule, std::uint32_t draw, std::uint64_t i) {
  const Format& f = rule.format;
  const double specials[] = {0.0,
                             -0.0,
                             INFINITY,
                             -INFINITY,
                             std::nan(""),
                             -std::nan(""),
                             f.max(),
                             -f.max(),
                             1.5 * f.max(),
                             -1e300,
                             5e-324,
                             f.min_normal(),
                             0.5 * f.min_normal(),
                             1e-290,
                             std::nextafter(f.min_normal(), 0.0)};
  if (i % 40 == 39) return specials[i / 40 % std::size(specials)];
  const int k = 53 - f.precision, extra = k - rule.rounding.random_bits;
  const double r = draw >> (32 - rule.rounding.random_bits);
  const double half = extra > 0 && rule.rounding.kind != Rounding::stochastic_a ? std::ldexp(1.0, extra - 1) : 0;
  const double threshold = std::ldexp(1.0, k) - std::floor(std::ldexp(r, extra)) - half;
  const double fraction = threshold + static_cast<double>(i % 5) - 2 + (static_cast<double>(i / 5 % 9) - 4) * 0.125;
  const int last = std::min(f.max_exponent(), f.least_exponent + 6);
  const int e = last - static_cast<int>(i / 45 % 12);  // below least_exponent too
  const int quantum = std::max(e, f.least_exponent) + 1 - f.precision;
  const double lower = e < f.least_exponent ? std::floor(std::ldexp(1.0, e - quantum)) : std::ldexp(1.0, e - quantum);
  const double x = std::ldexp(lower, quantum) + std::ldexp(fraction, quantum - k);
  return i % 2 == 0 ? x : -x;
}

std::vector<double> by_formula(const Rule& rule, const std::vector<double>& in, Stream stream, std::uint64_t first,
                               Events& events) {
  const auto grid = lane::make_lane_constants<double>(rule.format, rule.rounding, rule.overflow);
  std::vector<double> out(in.size());
  for (std::size_t i = 0; i < in.size(); ++i)
    out[i] = lane::round_one_lane(rule.rounding, grid, in[i], stream.draw(first + i), events);
  events.rounded += in.size();
  return out;
}

void check_arrays(std::size_t n, std::uint64_t first) {
  const Stream stream{20261122, 7};
  for (const Rule& rule : rules()) {
    std::vector<double> in(n), out(n);
    for (std::size_t i = 0; i < n; ++i) in[i] = near_threshold(rule, stream.draw(first + i), i);
    Events events, expected;
    const auto want = by_formula(rule, in, stream, first, expected);
    const array::PreparedQuantizer q(Quantizer(rule.format, rule.rounding, rule.overflow));
    q(in, out, stream, first, &events);
    std::size_t wrong = 0;
    for (std::size_t i = 0; i < n; ++i) wrong += cases::same_bits(want[i], out[i]) ? 0 : 1;
    Events single;
    for (std::size_t i = 0; i < n; ++i)
      wrong += cases::same_bits(want[i], q.rounded(in[i], stream.draw(first + i), &single)) ? 0 : 1;
    q(in, in, stream, first, nullptr);
    for (std::size_t i = 0; i < n; ++i) wrong += cases::same_bits(want[i], in[i]) ? 0 : 1;
    if (wrong == 0 && events == expected && single == expected) continue;
    CAPTURE(to_string(q.quantizer()));
    CHECK(wrong == 0);
    CHECK(events == expected);
    CHECK(single == expected);
  }
}

}  // namespace

TEST_CASE("arrays are rounded by the formula, on every SIMD target, with their events") {
  CHECK(rules().size() > 200);
  for (const auto& target : system::simd_targets()) {
    CAPTURE(target);
    lowprec::system::use_simd_targets(std::vector{target});
    check_arrays(1087, 0);
    for (const std::size_t n : {1U, 3U, 15U, 33U}) check_arrays(n, 400);
    check_arrays(50, 17);  // a first draw that begins no block
  }
  lowprec::system::use_simd_targets({});
}

TEST_CASE("what takes the sum and what does not") {
  CHECK(lane::adds_wide_random_bits(e4m3fn, sr, Overflow::saturate));
  CHECK(lane::adds_wide_random_bits(integer(16), stochastic(3), Overflow::saturate));
  CHECK(lane::adds_wide_random_bits(binary32, sr, Overflow::infinity));
  CHECK_FALSE(lane::adds_wide_random_bits(fp(8, 33), sr, Overflow::infinity));  // too many numbers left to the formula
  CHECK_FALSE(lane::adds_wide_random_bits(e4m3fn, sre, Overflow::saturate));
  CHECK_FALSE(lane::adds_wide_random_bits(e4m3fn, rne, Overflow::saturate));
  CHECK_FALSE(lane::adds_wide_random_bits(e5m2, sr, Overflow::propagate));
  CHECK_FALSE(lane::adds_wide_random_bits(integer(8), sr, Overflow::wrap));
  CHECK_FALSE(lane::adds_wide_random_bits(fp(4, 3, {.subnormals = false}), sr, Overflow::saturate));
}
