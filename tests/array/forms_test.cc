// The short forms of rounding to nearest even against the general text: in one lane, bit for bit, NaN too; and as
// kernels, on every target, for every upper half of a binary32 number with lower halves at, beside and between ties.
#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "lowprec/array/quantize.h"
#include "lowprec/format/presets.h"
#include "lowprec/lane/one_lane.h"
#include "support/cases.h"
#include "support/oracle.h"
#include "support/probes.h"

using namespace lowprec;
using probes::quantizer;

namespace {

struct Setting {
  Format format;
  Overflow overflow;
  lane::RoundingForm form;  // in lanes of floats
  lane::RangeForm limits;

  std::string name() const {
    return "p = " + std::to_string(format.precision) + ", e_min = " + std::to_string(format.least_exponent) +
           ", overflow=" + cases::name(overflow);
  }
};

// Every form with every treatment of its limits, and the formats next to its conditions.
const std::vector<Setting> kSettings{
    {e4m3fn, Overflow::nan, lane::RoundingForm::binades, lane::RangeForm::replace},
    {e4m3fn, Overflow::saturate, lane::RoundingForm::binades, lane::RangeForm::saturate},
    {e4m3fnuz, Overflow::nan, lane::RoundingForm::binades, lane::RangeForm::replace},
    {e5m2, Overflow::infinity, lane::RoundingForm::binades, lane::RangeForm::replace},
    {fp(5, 10, {.is_signed = false}), Overflow::infinity, lane::RoundingForm::binades, lane::RangeForm::replace},
    {fp(5, 20), Overflow::infinity, lane::RoundingForm::binades, lane::RangeForm::replace},
    {fp(5, 21), Overflow::infinity, lane::RoundingForm::binades, lane::RangeForm::replace},  // p = P - 2
    {fp(5, 22), Overflow::infinity, lane::RoundingForm::general, lane::RangeForm::replace},
    {fp(4, 3, {.bias = 127}), Overflow::infinity, lane::RoundingForm::fields, lane::RangeForm::replace},
    {fp(4, 3, {.bias = 128}), Overflow::infinity, lane::RoundingForm::general, lane::RangeForm::replace},
    {binary16, Overflow::infinity, lane::RoundingForm::half, lane::RangeForm::infinity},
    {binary16, Overflow::saturate, lane::RoundingForm::binades, lane::RangeForm::saturate},
    {binary16, Overflow::nan, lane::RoundingForm::binades, lane::RangeForm::replace},
    {bfloat16, Overflow::infinity, lane::RoundingForm::fields, lane::RangeForm::infinity},
    {bfloat16, Overflow::saturate, lane::RoundingForm::fields, lane::RangeForm::saturate},
    {bfloat16, Overflow::nan, lane::RoundingForm::fields, lane::RangeForm::replace},
    {tf32, Overflow::infinity, lane::RoundingForm::fields, lane::RangeForm::infinity},
    {fp(8, 21), Overflow::infinity, lane::RoundingForm::fields, lane::RangeForm::infinity},
    {integer(8), Overflow::saturate, lane::RoundingForm::one_quantum, lane::RangeForm::saturate},
    {integer(8, {.is_signed = false}), Overflow::saturate, lane::RoundingForm::one_quantum, lane::RangeForm::saturate},
    {fixed(8, 4), Overflow::saturate, lane::RoundingForm::one_quantum, lane::RangeForm::saturate},
    {fixed(8, 133), Overflow::saturate, lane::RoundingForm::one_quantum, lane::RangeForm::saturate},  // e_min = -126
    {integer(22), Overflow::saturate, lane::RoundingForm::one_quantum, lane::RangeForm::saturate},
    {integer(23), Overflow::saturate, lane::RoundingForm::general, lane::RangeForm::saturate},
    {integer(8), Overflow::propagate, lane::RoundingForm::one_quantum, lane::RangeForm::saturate},
    {integer(8), Overflow::wrap, lane::RoundingForm::general, lane::RangeForm::replace},
    {fp(1, 3), Overflow::infinity, lane::RoundingForm::binades, lane::RangeForm::replace},
    {e4m3fn, Overflow::propagate, lane::RoundingForm::general, lane::RangeForm::replace},
    {e8m0, Overflow::nan, lane::RoundingForm::general, lane::RangeForm::replace}};

template <class T>
T in_general(const lane::LaneConstants<T>& g, T x) {
  return one_lane::RoundQuietly<Rounding::nearest_even, true>(one_lane::OneLane<T>(), g, x);
}

template <lane::RoundingForm kForm, class T>
T in_form(const lane::LaneConstants<T>& g, T x) {
  const one_lane::OneLane<T> lane;
  if (g.limits == lane::RangeForm::saturate) return one_lane::RoundInForm<kForm, lane::RangeForm::saturate>(lane, g, x);
  if (kForm == lane::RoundingForm::fields && g.limits == lane::RangeForm::infinity)
    return one_lane::RoundInForm<kForm, lane::RangeForm::infinity>(lane, g, x);
  return one_lane::RoundInForm<kForm, lane::RangeForm::replace>(lane, g, x);
}

// In the form of the grid; conversion to binary16 is no text of one lane.
template <class T>
T in_its_form(const lane::LaneConstants<T>& g, T x) {
  switch (g.form) {
    case lane::RoundingForm::general:
      return in_general(g, x);
    case lane::RoundingForm::one_quantum:
      return in_form<lane::RoundingForm::one_quantum>(g, x);
    case lane::RoundingForm::fields:
      return in_form<lane::RoundingForm::fields>(g, x);
    case lane::RoundingForm::binades:
    case lane::RoundingForm::half:
      break;
  }
  return in_form<lane::RoundingForm::binades>(g, x);
}

// All upper halves with lower halves 0, 1, half, its neighbours, ties of p = 8 ... 22 and all ones.
std::vector<float> upper_halves() {
  std::vector<std::uint32_t> lower{0, 1, 2, 3, 0x7FFF, 0x8000, 0x8001, 0xFFFE, 0xFFFF};
  for (const std::uint32_t bit :
       {4U, 0x20U, 0x800U, 0x1000U, 0x2000U})  // half a quantum, beside an even and an odd one
    for (const std::uint32_t tie : {bit, 3 * bit})
      for (const std::uint32_t beside : {tie - 1, tie, tie + 1}) lower.push_back(beside);
  std::vector<float> result;
  for (std::uint32_t upper = 0; upper < 0x10000; ++upper)
    for (const std::uint32_t low : lower) result.push_back(std::bit_cast<float>(upper << 16 | low));
  return result;
}

template <class T>
std::string describe(const Setting& s, T x, T got, T want) {
  return s.name() + ": " + cases::hex(static_cast<double>(x)) + " gives " + cases::hex(static_cast<double>(got)) +
         ", not " + cases::hex(static_cast<double>(want));
}

}  // namespace

TEST_CASE("which form and which limits: one row each, and the formats that just miss a condition") {
  for (const Setting& s : kSettings) {
    CAPTURE(s.name());
    const auto g = lane::make_lane_constants<float>(s.format, rne, s.overflow);
    CHECK(static_cast<int>(g.form) == static_cast<int>(s.form));
    if (s.form != lane::RoundingForm::general) CHECK(static_cast<int>(g.limits) == static_cast<int>(s.limits));
    CHECK(lane::make_lane_constants<float>(s.format, rz, s.overflow).form == lane::RoundingForm::general);
  }
  CHECK(lane::make_lane_constants<double>(binary16, rne, Overflow::infinity).form == lane::RoundingForm::binades);
  CHECK(lane::make_lane_constants<double>(bfloat16, rne, Overflow::infinity).form == lane::RoundingForm::binades);
  CHECK(lane::make_lane_constants<double>(fp(11, 10), rne, Overflow::infinity).form == lane::RoundingForm::fields);
}

TEST_CASE("one lane, floats: each form equals the general text bit for bit, all upper halves beside ties") {
  const auto in = upper_halves();
  for (const Setting& s : kSettings) {
    const auto g = lane::make_lane_constants<float>(s.format, rne, s.overflow);
    cases::Tally tally;
    for (const float x : in) {
      const float got = in_its_form(g, x), want = in_general(g, x);
      tally.expect(cases::same_bits(got, want), [&] { return describe(s, x, got, want); });
    }
    tally.report(s.name());
  }
}

TEST_CASE("one lane, doubles: each form equals the general text bit for bit, numbers, quarter points, neighbours") {
  auto all = cases::small_formats();
  for (const auto& c : cases::medium_formats()) all.push_back(c);
  for (const auto& c : all) {
    const oracle::Table table(c.definition);
    const auto in = probes::hard_numbers<double>(table, 4);
    for (const Overflow o : cases::overflow_rules(table)) {
      const auto g = lane::make_lane_constants<double>(c.format, rne, o);
      cases::Tally tally;
      for (const double x : in)
        tally.expect(cases::same_bits(in_its_form(g, x), in_general(g, x)), [&] { return cases::hex(x); });
      tally.report(c.name + " overflow=" + cases::name(o));
    }
  }
}

TEST_CASE("one lane, fp(11,m) in doubles: the integer form, ties of every binade from the least subnormal number") {
  for (const int m : {1, 3, 10, 50}) {
    const auto g = lane::make_lane_constants<double>(fp(11, m), rne, Overflow::infinity);
    REQUIRE(g.form == lane::RoundingForm::fields);
    cases::Tally tally;
    const std::uint64_t tie = std::uint64_t{1} << (51 - m);
    for (std::uint64_t field = 0; field < 4096; ++field)
      for (const std::uint64_t fraction : {std::uint64_t{0}, tie - 1, tie, tie + 1, 3 * tie, 3 * tie + 1,
                                           (std::uint64_t{1} << 52) - tie, (std::uint64_t{1} << 52) - 1}) {
        const auto x = std::bit_cast<double>(field << 52 | (fraction & ((std::uint64_t{1} << 52) - 1)));
        tally.expect(cases::same_bits(in_its_form(g, x), in_general(g, x)), [&] { return cases::hex(x); });
      }
    tally.report("fp(11," + std::to_string(m) + ")");
  }
}

TEST_CASE("kernels, floats: every target gives the bits of the general text, NaN too, all upper halves beside ties") {
  const auto in = upper_halves();
  for (const Setting& s : kSettings) {
    const auto g = lane::make_lane_constants<float>(s.format, rne, s.overflow);
    std::vector<float> want(in.size()), out(in.size());
    std::ranges::transform(in, want.begin(), [&](float x) { return in_general(g, x); });
    const auto q = quantizer(s.format, rne, s.overflow);
    cases::for_each_target([&](const std::string& target) {
      cases::Tally tally;
      quantize(q, std::span<const float>(in), std::span<float>(out));
      for (std::size_t i = 0; i < in.size(); ++i)
        tally.expect(cases::same_bits(out[i], want[i]), [&] { return describe(s, in[i], out[i], want[i]); });
      tally.report(target + " " + s.name());
    });
  }
}

// Lengths 0 to 200 with in and out any 0 to 15 elements off a 64-byte boundary, nothing written beside the array.
template <class T>
void check_lengths(const Setting& s, const std::vector<T>& all, cases::Tally& tally) {
  constexpr std::size_t kLongest = 200, kOffsets = 16, kGuard = 16;
  const auto q = quantizer(s.format, rne, s.overflow);
  const auto g = lane::make_lane_constants<T>(s.format, rne, s.overflow);
  alignas(64) T in[kLongest + kOffsets];
  alignas(64) T out[kLongest + kOffsets + 2 * kGuard];
  for (std::size_t n = 0; n <= kLongest; ++n)
    for (std::size_t offset = 0; offset < kOffsets; ++offset) {
      const auto describe_place = [&] {
        return s.name() + " n = " + std::to_string(n) + " + " + std::to_string(offset);
      };
      std::vector<T> want(n);
      std::transform(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(n), want.begin(),
                     [&](T x) { return in_general(g, x); });
      const std::size_t at = kGuard + (offset * 7 + n) % kOffsets;
      std::copy_n(all.begin(), n, in + offset);
      std::ranges::fill(out, T{123});
      quantize(q, std::span<const T>(in + offset, n), std::span<T>(out + at, n));
      tally.expect(std::equal(want.begin(), want.end(), out + at, cases::Bits()), describe_place);
      const auto is_guard = [](T x) { return x == 123; };
      tally.expect(std::all_of(out, out + at, is_guard) && std::all_of(out + at + n, std::end(out), is_guard),
                   describe_place);
      quantize(q, std::span<const T>(in + offset, n), std::span<T>(in + offset, n));
      tally.expect(std::equal(want.begin(), want.end(), in + offset, cases::Bits()), describe_place);
    }
}

TEST_CASE("kernels: 0 to 200 elements, 0 to 15 off alignment, in place and not, on every target") {
  const auto halves = upper_halves();
  std::vector<float> floats;
  for (std::size_t i = 0; floats.size() < 200; i += 7919) floats.push_back(halves[i % halves.size()]);
  const std::vector<double> doubles(floats.begin(), floats.end());
  cases::for_each_target([&](const std::string& target) {
    cases::Tally tally;
    for (const std::size_t k : {0U, 1U, 10U, 13U, 14U, 15U, 18U, 27U}) {
      check_lengths(kSettings[k], floats, tally);
      check_lengths(kSettings[k], doubles, tally);
    }
    tally.report(target);
  });
}

TEST_CASE("kernels: arrays written past the caches, misaligned, with a ragged end, short forms and the general one") {
  constexpr std::size_t n = (std::size_t{2} << 20) + 37, kOffset = 3;
  std::vector<float> in(n), want(n), out(n + kOffset + 1);
  const auto halves = upper_halves();
  for (std::size_t i = 0; i < n; ++i) in[i] = halves[i % halves.size()];
  for (const std::size_t k : {0U, 10U, 27U}) {
    const Setting& s = kSettings[k];
    const auto g = lane::make_lane_constants<float>(s.format, rne, s.overflow);
    std::ranges::transform(in, want.begin(), [&](float x) { return in_general(g, x); });
    std::ranges::fill(out, 123.0F);
    quantize(quantizer(s.format, rne, s.overflow), std::span<const float>(in), std::span<float>(&out[kOffset], n));
    CAPTURE(s.name());
    CHECK(std::equal(want.begin(), want.end(), out.begin() + kOffset, cases::Bits()));
    CHECK(std::count(out.begin(), out.begin() + kOffset, 123.0F) == kOffset);
    CHECK(out.back() == 123);
  }
}
