#include "lowprec/array/quantization_stats.h"

#include <algorithm>
#include <boost/multiprecision/cpp_bin_float.hpp>
#include <cmath>
#include <limits>
#include <vector>

#include "array/quantized_pieces.h"
#include "lowprec/format/presets.h"
#include "lowprec/lane/lane_constants.h"

namespace lowprec {
namespace {

constexpr std::size_t kStrands = 16;
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

// A sum taken in strands; see quantization_stats.
class StrandSum {
 public:
  void add(std::size_t i, double x) { strands_[i % kStrands] += x; }
  double total() const {
    double sum = 0;
    for (const double strand : strands_) sum += strand;
    return sum;
  }

 private:
  double strands_[kStrands] = {};
};

// The format's quantum at x.
class Ulp {
 public:
  explicit Ulp(const array::Rounded& q) : stepped_(array::stepped_format(q)) {}

  double operator()(double x) const {
    const Format& f = stepped_.format;
    const double steps = std::fabs(x) / stepped_.step;
    const int binade = steps > 0 ? format::floor_log2(steps) : f.least_exponent;
    const int top = std::max(f.max_exponent(), f.least_exponent);
    return std::ldexp(stepped_.step, std::clamp(binade, f.least_exponent, top) + 1 - f.precision);
  }

 private:
  array::SteppedFormat stepped_;
};

// Counts by binade of double.
class Binades {
 public:
  void add(double x) { ++counts_[static_cast<std::size_t>(format::floor_log2(std::fabs(x)) - kLeast)]; }
  void store(array::RangeHistogram& histogram) const {
    const auto is_used = [](std::uint64_t count) { return count != 0; };
    const auto first = std::ranges::find_if(counts_, is_used);
    const auto last = std::find_if(counts_.rbegin(), counts_.rend(), is_used).base();
    if (first == counts_.end()) return;
    histogram.least_exponent = kLeast + static_cast<int>(first - counts_.begin());
    histogram.binades.assign(first, last);
  }

 private:
  static constexpr int kLeast = lane::Lane<double>::min_quantum_exponent;
  std::vector<std::uint64_t> counts_ = std::vector<std::uint64_t>(lane::Lane<double>::max_exponent - kLeast + 1);
};

void count_special(double x, array::RangeHistogram& histogram) {
  histogram.zeros += x == 0 ? 1 : 0;
  histogram.infinities += std::isinf(x) ? 1 : 0;
  histogram.nans += std::isnan(x) ? 1 : 0;
}

template <class T>
array::QuantizationStats stats_of(const Quantizer& q, std::span<const T> in, Stream stream, std::size_t rows = 0) {
  array::QuantizationStats stats;
  stats.size = in.size();
  StrandSum signal, noise, errors, ulps;
  Binades binades;
  const bool has_ulps = q.rounded() != nullptr;
  const Ulp ulp(has_ulps ? *q.rounded() : array::Rounded{});
  const auto see = [&](std::size_t first, std::span<const T> numbers, std::span<const T> results) {
    for (std::size_t i = 0; i < numbers.size(); ++i) {
      const auto x = static_cast<double>(numbers[i]), y = static_cast<double>(results[i]);
      if (x == 0 || !std::isfinite(x))
        count_special(x, stats.histogram);
      else
        binades.add(x);
      if (!std::isfinite(x) || !std::isfinite(y)) continue;
      const double error = std::fabs(y - x);
      ++stats.finite;
      signal.add(first + i, x * x);
      noise.add(first + i, error * error);
      errors.add(first + i, error);
      stats.max_error = std::max(stats.max_error, error);
      if (!has_ulps) continue;
      const double in_ulps = error / ulp(x);
      ulps.add(first + i, in_ulps);
      stats.max_ulps = std::max(stats.max_ulps, in_ulps);
    }
  };
  array::for_quantized_pieces<T>(q, in, stream, &stats.events, see, rows);
  const double n = stats.finite > 0 ? static_cast<double>(stats.finite) : kNan;
  stats.signal = signal.total();
  stats.noise = noise.total();
  stats.mean_error = errors.total() / n;
  stats.mean_ulps = has_ulps ? ulps.total() / n : kNan;
  if (!has_ulps) stats.max_ulps = kNan;
  binades.store(stats.histogram);
  return stats;
}

}  // namespace

// By Boost.Multiprecision, rounded once: the same bits everywhere, which libm does not promise.
double array::QuantizationStats::sqnr_db() const {
  if (noise == 0) return signal == 0 ? kNan : std::numeric_limits<double>::infinity();
  if (!(signal > 0) || !std::isfinite(signal) || !std::isfinite(noise))
    return signal == 0 ? -std::numeric_limits<double>::infinity() : kNan;
  using Real = boost::multiprecision::cpp_bin_float_50;
  return static_cast<double>(Real(10 * log10(Real(Real(signal) / noise))));
}

array::QuantizationStats quantization_stats(const Quantizer& q, std::span<const double> in, Stream stream) {
  return stats_of(q, in, stream);
}
array::QuantizationStats quantization_stats(const Quantizer& q, std::span<const float> in, Stream stream) {
  return stats_of(q, in, stream);
}
array::QuantizationStats quantization_stats(const Quantizer& q, MatrixView<const double> in, Stream stream) {
  std::vector<double> values(in.rows * in.columns);
  for (std::size_t i = 0; i < in.rows; ++i)
    for (std::size_t j = 0; j < in.columns; ++j) values[i * in.columns + j] = in(i, j);
  return stats_of<double>(q, values, stream, in.rows);
}

int array::bits_per_value(const Quantizer& q) {
  return q.visit([](const Identity&) { return binary64.bits; }, [](const Rounded& r) { return r.format.bits; },
                 [](const Noise&) { return binary64.bits; });
}

}  // namespace lowprec
