// Tells how far a quantizer moves the numbers of an array, and where these lie in the range of its format.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "lowprec/array/quantize.h"
#include "lowprec/format/events.h"
#include "lowprec/format/view.h"
#include "lowprec/lane/stream.h"

namespace lowprec::array {

// Counts where numbers lie. Entry k of `binades` counts the finite x with floor(log2 |x|) = least_exponent + k.
struct RangeHistogram {
  int least_exponent = 0;  // of the first entry; it has no meaning if the list is empty
  std::vector<std::uint64_t> binades;
  std::uint64_t zeros = 0, infinities = 0, nans = 0;

  bool operator==(const RangeHistogram&) const = default;
};

// Errors are |Q(x) - x| over the elements where both are finite. Ulps are those of the format at x, times the step:
// 2^(max(floor(log2 |x| / step), e_min) + 1 - p). Beyond the largest number they are those of its binade.
struct QuantizationStats {
  std::uint64_t size = 0;    // elements
  std::uint64_t finite = 0;  // of these, those that errors are over
  double signal = 0;         // sum of x^2 over them
  double noise = 0;          // sum of (Q(x) - x)^2
  double max_error = 0;
  double mean_error = 0;
  double max_ulps = 0;  // NaN for noises, which have no format
  double mean_ulps = 0;
  Events events;
  RangeHistogram histogram;  // of x

  // Returns 10 log10(signal / noise). It is infinite if nothing moved, and NaN if there is no signal either.
  double sqnr_db() const;
  bool operator==(const QuantizationStats&) const = default;
};

}  // namespace lowprec::array

namespace lowprec {

// Returns the statistics of quantize(q, in, out, stream), from one pass over the array. Sums are taken in binary64, in
// 16 strands: element i in strand i mod 16, and then the strands in their order. So results depend on nothing else.
// Throws Error as quantize() does.
array::QuantizationStats quantization_stats(const Quantizer& q, std::span<const double> in, Stream stream = {});
array::QuantizationStats quantization_stats(const Quantizer& q, std::span<const float> in, Stream stream = {});
// The same of a matrix, in which element (i, j) is element i * columns + j.
array::QuantizationStats quantization_stats(const Quantizer& q, MatrixView<const double> in, Stream stream = {});

}  // namespace lowprec

namespace lowprec::array {

// Returns the bits that a number takes: those of the format's codes, or 64 for noises, whose results are binary64
// numbers.
int bits_per_value(const Quantizer& q);

}  // namespace lowprec::array
