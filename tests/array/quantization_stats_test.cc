// Error measures: by hand, and against plain loops in other words.
#include "lowprec/array/quantization_stats.h"
#include "lowprec/array/fill.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <string>
#include <vector>

#include "support/cases.h"

using namespace lowprec;

namespace {

constexpr double kInf = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

array::QuantizationStats stats(const char* quantizer, const std::vector<double>& in) {
  return quantization_stats(parse_quantizer(quantizer), in);
}

}  // namespace

TEST_CASE("by hand: int8 with a step") {
  // 1 -> 1, 1.3 -> 1.25, -0.6 -> -0.5 (a step of 0.25), 100 -> 31.75
  const auto s = stats("int8:step=2^-2", {1, 1.3, -0.6, 100, 0, kNan});
  CHECK(s.size == 6);
  CHECK(s.finite == 5);
  CHECK(s.signal == doctest::Approx(1 + 1.69 + 0.36 + 10000));
  CHECK(s.noise == doctest::Approx(0.0025 + 0.01 + 68.25 * 68.25));
  CHECK(s.max_error == 68.25);
  CHECK(s.mean_error == doctest::Approx((0.05 + 0.1 + 68.25) / 5));
  CHECK(s.max_ulps == 273);
  CHECK(s.mean_ulps == doctest::Approx((0.2 + 0.4 + 273) / 5));
  CHECK(s.sqnr_db() == doctest::Approx(10 * std::log10(s.signal / s.noise)).epsilon(1e-14));
  CHECK(s.events.saturated == 1);
  CHECK(s.events.nan == 1);
}

TEST_CASE("ulps of a floating-point format: of the binade of x, of subnormal numbers, beyond the range") {
  CHECK(stats("e4m3", {17}).max_ulps == 0.5);                   // between 16 and 18
  CHECK(stats("e4m3", {0x1p-10}).max_ulps == 0.5);              // half the least number
  CHECK(stats("e4m3:overflow=saturate", {512}).max_ulps == 2);  // 448, whose quantum is 32
  CHECK(stats("e4m3:step=2^4", {17 * 16.0}).max_ulps == 0.5);
  CHECK(stats("e4m3:step=3", {17 * 3.0}).max_ulps == 0.5);
}

TEST_CASE("nothing moves, nothing is there, noise") {
  CHECK(stats("e4m3", {1, 2, -0.5}).sqnr_db() == kInf);
  CHECK(std::isnan(stats("e4m3", {}).sqnr_db()));
  CHECK(std::isnan(stats("e4m3", {}).mean_error));
  CHECK(std::isnan(stats("e4m3", {0, 0}).sqnr_db()));
  const auto noisy = stats("additive(0.01)", std::vector<double>(10000, 1.0));
  CHECK(noisy.sqnr_db() == doctest::Approx(20).epsilon(0.02));
  CHECK(std::isnan(noisy.max_ulps));
  CHECK(array::bits_per_value(parse_quantizer("e2m1")) == 4);
  CHECK(array::bits_per_value(parse_quantizer("none")) == 64);
}

TEST_CASE("the histogram: binades, zeros, infinities, NaN") {
  const auto h = stats("e4m3", {0, -0.0, 1, 1.5, -3.99, 0x1p-1074, kInf, -kInf, kNan}).histogram;
  CHECK(h.least_exponent == -1074);
  CHECK(h.binades.size() == 1076);
  CHECK(h.binades.front() == 1);
  CHECK(h.binades[1074] == 2);
  CHECK(h.binades.back() == 1);
  CHECK(std::accumulate(h.binades.begin(), h.binades.end(), std::uint64_t{0}) == 4);
  CHECK(h.zeros == 2);
  CHECK(h.infinities == 2);
  CHECK(h.nans == 1);
  CHECK(stats("e4m3", {0}).histogram.binades.empty());
}

TEST_CASE("a plain loop over quantize gives the same: pieces, draws, floats, every target") {
  std::vector<double> in(5000);
  array::fill_gaussian({3, 3}, 0, in);
  const std::vector<float> narrow(in.begin(), in.end());
  const Stream stream{9, 1};
  for (const char* text : {"e4m3@sr", "int8:step=0.03", "bf16", "multiplicative(0.1)"}) {
    const Quantizer q = parse_quantizer(text);
    std::vector<double> out(in.size());
    Events events;
    quantize(q, in, out, stream, &events);
    double noise = 0, largest = 0;
    for (std::size_t i = 0; i < in.size(); ++i) {
      noise += (out[i] - in[i]) * (out[i] - in[i]);
      largest = std::max(largest, std::fabs(out[i] - in[i]));
    }
    const auto first = quantization_stats(q, std::span<const double>(in), stream);
    CHECK(first.noise == doctest::Approx(noise).epsilon(1e-12));
    CHECK(first.max_error == largest);
    CHECK(first.events == events);
    const auto floats = quantization_stats(q, std::span<const float>(narrow), stream);
    CHECK(floats.noise == doctest::Approx(noise).epsilon(1e-3));
    if (q.rounded() == nullptr) continue;
    cases::for_each_target([&](const std::string&) {
      CHECK(quantization_stats(q, std::span<const double>(in), stream) == first);
      CHECK(quantization_stats(q, std::span<const float>(narrow), stream) == floats);
    });
  }
}

TEST_CASE("a matrix keeps its rows and columns: its statistics are those of its parts") {
  std::vector<double> x(24);
  for (std::size_t i = 0; i < x.size(); ++i)
    x[i] = std::ldexp(1.0 + 0.3 * static_cast<double>(i), static_cast<int>(i % 7));
  const std::size_t rows = 4, columns = 6;
  for (const char* group : {"row", "column", "tensor", "group(4)"}) {
    const Quantizer q = parse_quantizer(std::string("int4:absmax=") + group + "@sr");
    std::vector<double> y(x.size());
    const MatrixView<const double> in(x.data(), rows, columns);
    quantize(q, in, MatrixView<double>(y.data(), rows, columns), Stream{3});
    double largest = 0;
    for (std::size_t i = 0; i < x.size(); ++i) largest = std::max(largest, std::fabs(y[i] - x[i]));
    const auto stats = quantization_stats(q, in, Stream{3});
    CHECK(stats.max_error == largest);
    CHECK(stats.size == x.size());
    // A view of other strides has the same numbers in the same order.
    std::vector<double> turned(x.size());
    for (std::size_t i = 0; i < x.size(); ++i) turned[i % columns * rows + i / columns] = x[i];
    CHECK(quantization_stats(q, MatrixView<const double>(turned.data(), columns, rows).transposed(), Stream{3}) ==
          stats);
  }
}
