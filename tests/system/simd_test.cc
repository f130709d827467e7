// Every SIMD target gives the bits of one lane: for all roundings, lengths, alignments, in place and not, and past the
// size from which arrays are written around the caches.
#include "lowprec/system/simd.h"
#include "lowprec/format/presets.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "lane/with_kind.h"
#include "lowprec/array/quantize.h"
#include "lowprec/lane/one_lane.h"
#include "support/cases.h"
#include "support/probes.h"

using namespace lowprec;
using probes::quantizer;

namespace {

template <Rounding::Kind kKind, class T>
T round_kind(const lane::LaneConstants<T>& g, T x, T random) {
  one_lane::NoEvents none;
  return one_lane::Round<kKind, true>(one_lane::OneLane<T>(), g, x, random, none);
}

// The definition over one lane, for a rounding known at run time.
template <class T>
T round_one(Rounding r, const lane::LaneConstants<T>& g, T x, std::uint32_t draw) {
  const T random = r.is_stochastic() ? static_cast<T>(draw >> g.random_shift) : T{0};
  T result = x;
  lane::with_kind(r.kind, [&](auto kind) { result = round_kind<kind()>(g, x, random); });
  return result;
}

// Element i of `in` rounded in binary64, as quantize defines it, for arrays of T.
template <class T>
std::vector<T> round_all(const array::Rounded& q, const std::vector<T>& in, Stream stream) {
  const array::SteppedFormat stepped = array::stepped_format(q);
  const auto grid = lane::make_lane_constants<double>(stepped.format, q.rounding, q.overflow);
  std::vector<T> out(in.size());
  for (std::size_t i = 0; i < in.size(); ++i) {
    double x = static_cast<double>(in[i]);
    if (stepped.step != 1) x = one_lane::QuotientToOdd(one_lane::OneLane<double>(), x, stepped.step);
    const double y = round_one(q.rounding, grid, x, stream.draw(i));
    out[i] = static_cast<T>(stepped.step != 1 ? stepped.step * y : y);
  }
  return out;
}

template <class T>
bool same(T a, T b) {
  return (std::isnan(a) && std::isnan(b)) || cases::same_bits(a, b);
}

// Numbers of every magnitude that the format cares about, NaN and infinities among them.
template <class T>
std::vector<T> mixed_numbers(const Format& f, std::size_t n) {
  const Stream stream{13, 13};
  std::vector<T> result(n);
  const int low = f.quantum_exponent() - 3, high = std::max(f.max_exponent(), f.least_exponent) + 2;
  for (std::size_t i = 0; i < n; ++i) {
    const std::uint32_t draw = stream.draw(2 * i);
    const int exponent = low + static_cast<int>(stream.draw(2 * i + 1) % static_cast<std::uint32_t>(high - low + 1));
    const double x = std::ldexp(1 + (draw >> 1) * 0x1p-31, std::clamp(exponent, -1074, 1023));
    result[i] = static_cast<T>((draw & 1) != 0 ? -x : x);
  }
  for (std::size_t i = 7; i < n; i += 29) {
    const T specials[] = {0,
                          T{-0.0},
                          std::numeric_limits<T>::infinity(),
                          -std::numeric_limits<T>::infinity(),
                          std::numeric_limits<T>::quiet_NaN(),
                          static_cast<T>(f.max()),
                          static_cast<T>(f.lowest())};
    result[i] = specials[i % 7];
  }
  return result;
}

// Lengths 0 to 70 with `in` and `out` any 0 to 15 elements off a 64-byte boundary.
template <class T>
void check_lengths(const Quantizer& q, const std::string& what, cases::Tally& tally) {
  constexpr std::size_t kLongest = 70, kOffsets = 16, kGuard = 16;
  const Stream stream{10, 20};
  const auto all = mixed_numbers<T>(q.rounded()->format, kLongest);
  alignas(64) T in[kLongest + kOffsets];
  alignas(64) T out[kLongest + kOffsets + 2 * kGuard];
  const auto want = round_all(*q.rounded(), all, stream);
  for (std::size_t n = 0; n <= kLongest; ++n) {
    for (std::size_t offset = 0; offset < kOffsets; ++offset) {
      const auto describe = [&] { return what + " n = " + std::to_string(n) + " offset " + std::to_string(offset); };
      const std::size_t out_offset = kGuard + (offset * 7 + n) % kOffsets;
      std::copy_n(all.begin(), n, in + offset);
      std::ranges::fill(out, T{123});
      quantize(q, std::span<const T>(in + offset, n), std::span<T>(out + out_offset, n), stream);
      bool right = std::equal(want.begin(), want.begin() + static_cast<std::ptrdiff_t>(n), out + out_offset, same<T>);
      right =
          right && std::equal(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(n), in + offset, cases::Bits());
      tally.expect(right, [&] { return describe() + " out of place"; });
      const bool clean = std::all_of(out, out + out_offset, [](T x) { return x == 123; }) &&
                         std::all_of(out + out_offset + n, std::end(out), [](T x) { return x == 123; });
      tally.expect(clean, [&] { return describe() + " writes beside its array"; });
      quantize(q, std::span<const T>(in + offset, n), std::span<T>(in + offset, n), stream);
      tally.expect(std::equal(want.begin(), want.begin() + static_cast<std::ptrdiff_t>(n), in + offset, same<T>),
                   [&] { return describe() + " in place"; });
    }
  }
}

struct Setting {
  Format format;
  Overflow overflow;
  double step = 1;
};

const std::vector<Setting> kSettings{{e4m3fn, Overflow::saturate},
                                     {e4m3fn, Overflow::nan},
                                     {bfloat16, Overflow::infinity},
                                     {binary16, Overflow::infinity},
                                     {integer(8), Overflow::wrap},
                                     {integer(8), Overflow::saturate, 0.05},
                                     {e8m0, Overflow::nan},
                                     {tf32, Overflow::infinity},
                                     {fp(4, 3, {.subnormals = false}), Overflow::infinity}};

}  // namespace

TEST_CASE("float arrays of 0 to 70 elements, 0 to 15 off alignment, in place and not: every target equals one lane") {
  cases::for_each_target([](const std::string& target) {
    cases::Tally tally;
    for (const Setting& s : kSettings)
      for (const Rounding r : cases::all_roundings())
        check_lengths<float>(quantizer(s.format, r, s.overflow, s.step),
                             "@" + cases::name(r) + " p = " + std::to_string(s.format.precision), tally);
    tally.report(target);
  });
}

TEST_CASE("double arrays of 0 to 70 elements, 0 to 15 off alignment, in place and not: every target equals one lane") {
  auto settings = kSettings;
  settings.push_back({fp(8, 23), Overflow::infinity});
  cases::for_each_target([&](const std::string& target) {
    cases::Tally tally;
    for (const Setting& s : settings)
      for (const Rounding r : cases::all_roundings()) {
        check_lengths<double>(quantizer(s.format, r, s.overflow, s.step),
                              "@" + cases::name(r) + " p = " + std::to_string(s.format.precision), tally);
      }
    for (const Rounding r : {rne, rz, ru, rd, ro})
      check_lengths<double>(quantizer(binary64, r, Overflow::infinity), "binary64", tally);
    tally.report(target);
  });
}

TEST_CASE("hard numbers of a format in one array: every target equals one lane") {
  const auto all = cases::small_formats();
  cases::for_each_target([&](const std::string& target) {
    cases::Tally tally;
    for (const auto& c : all) {
      const oracle::Table table(c.definition);
      const auto in = probes::hard_numbers<float>(table, 2);
      for (const Rounding r : cases::all_roundings()) {
        for (const Overflow o : cases::overflow_rules(table)) {
          const auto q = quantizer(c.format, r, o);
          const auto want = round_all(*q.rounded(), in, {4, 2});
          std::vector<float> out(in.size());
          quantize(q, std::span<const float>(in), std::span<float>(out), {4, 2});
          for (std::size_t i = 0; i < in.size(); ++i)
            tally.expect(same(out[i], want[i]),
                         [&] { return c.name + " " + cases::hex(in[i]) + " @" + cases::name(r); });
        }
      }
    }
    tally.report(target);
  });
}

TEST_CASE(
    "arrays of 8 MiB and more, written past the caches, misaligned and with a ragged end: every target equals one "
    "lane") {
  constexpr std::size_t n = (std::size_t{8} << 20) / sizeof(float) + 37;
  std::vector<float> in(n + 3);
  for (std::size_t i = 0; i < in.size(); ++i) in[i] = std::bit_cast<float>(static_cast<std::uint32_t>(i * 2654435761U));
  std::vector<double> wide(n / 2 + 41);
  for (std::size_t i = 0; i < wide.size(); ++i) wide[i] = static_cast<double>(in[i]);
  std::vector<float> out(n + 3);
  std::vector<double> wide_out(wide.size());
  cases::for_each_target([&](const std::string& target) {
    for (const Rounding r : {rne, rd}) {
      const auto q = quantizer(bfloat16, r, Overflow::infinity);
      const auto grid = lane::make_lane_constants<double>(bfloat16, r, Overflow::infinity);
      cases::Tally tally;
      std::ranges::fill(out, 5.0F);
      quantize(q, std::span<const float>(in).subspan(3, n), std::span<float>(out).subspan(1, n));
      for (std::size_t i = 0; i < n; ++i)
        tally.expect(same(out[i + 1], static_cast<float>(round_one(r, grid, static_cast<double>(in[i + 3]), 0))),
                     [&] { return "float element " + std::to_string(i); });
      tally.expect(out[0] == 5 && out[n + 1] == 5 && out[n + 2] == 5, [] { return "writes beside its array"; });
      quantize(q, std::span<const double>(wide).subspan(1), std::span<double>(wide_out).subspan(1));
      for (std::size_t i = 1; i < wide.size(); ++i)
        tally.expect(same(wide_out[i], round_one(r, grid, wide[i], 0)),
                     [&] { return "double element " + std::to_string(i); });
      tally.report(target + " @" + cases::name(r));
    }
  });
}

TEST_CASE(
    "names: the best target first, a one-lane target always; unknown ones are refused, naming those that are known") {
  const auto targets = system::simd_targets();
  REQUIRE_FALSE(targets.empty());
  CHECK(targets.back() == "EMU128");
  CHECK(std::ranges::find(targets, "") == targets.end());
  const std::string unknown = "MMX";
  CHECK_THROWS_WITH_AS(system::use_simd_targets({&unknown, 1}), doctest::Contains("EMU128"), Error);
  CHECK(system::simd_targets() == targets);
  cases::for_each_target([&](const std::string&) { CHECK(system::simd_targets() == targets); });
  system::use_simd_targets(targets);
  system::use_simd_targets({});
  CHECK(system::simd_targets() == targets);
}
