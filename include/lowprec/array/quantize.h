// Quantizers applied to arrays.
#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "lowprec/array/quantizer.h"
#include "lowprec/format/events.h"
#include "lowprec/format/format.h"
#include "lowprec/format/view.h"
#include "lowprec/lane/stream.h"

namespace lowprec::array {

struct QuantizerPlan;  // what calls of a quantizer share

// A power-of-two step is part of the grid, any other is not: the format whose numbers are format * step where step is a
// power of two, else the format itself, and the step that remains.
struct SteppedFormat {
  Format format;
  double step;
};
SteppedFormat stepped_format(const Rounded& q);

}  // namespace lowprec::array

namespace lowprec {

// out[i] = Q(in)[i]. Element i uses draw i (a noise uses normal number i, one common noise number 0) of the stream.
// `in` may be `out`. Errors, before anything is written: sizes differ; the arrays overlap otherwise; a float array for
// a format whose numbers are not all floats. Under overflow=error the first number out of range is an Error, with its
// index (nothing in `out` is then of use). binary32 in, binary32 out is rounded once: a step that is not a power of two
// multiplies in binary64 and the product is then rounded to binary32. Large arrays are shared by threads (threads.h).
// Where the step is chosen from the data, elements that are all zero stay zero, and where one is infinite or NaN, all
// that share its step become NaN.
void quantize(const Quantizer& q, std::span<const double> in, std::span<double> out, Stream stream = {},
              Events* events = nullptr);
void quantize(const Quantizer& q, std::span<const float> in, std::span<float> out, Stream stream = {},
              Events* events = nullptr);

// The same for matrices of any strides, element (i, j) with index i * columns + j. `in` may be `out`; otherwise an
// element of both is an Error, and so are two elements of `out` at one place. Views of different strides that overlap
// are taken to have elements in common.
void quantize(const Quantizer& q, MatrixView<const double> in, MatrixView<double> out, Stream stream = {},
              Events* events = nullptr);
void quantize(const Quantizer& q, MatrixView<const float> in, MatrixView<float> out, Stream stream = {},
              Events* events = nullptr);

}  // namespace lowprec

namespace lowprec::array {

// xi_first, xi_(first + 1), ... of a noise: normal numbers of the stream, or the highest bits of its draws as signs.
void fill_noise(Noise::Distribution distribution, Stream stream, std::uint64_t first, std::span<double> out);

// A quantizer made ready for many calls on short arrays.
class PreparedQuantizer {
 public:
  explicit PreparedQuantizer(const Quantizer& q = {});
  const Quantizer& quantizer() const;

  // As quantize, by this thread alone, with draws (or numbers of a noise, a common one number `first`) from `first` on.
  void operator()(std::span<const double> in, std::span<double> out, Stream stream, std::uint64_t first,
                  Events* events) const;
  void operator()(MatrixView<const double> in, MatrixView<double> out, Stream stream, std::uint64_t first,
                  Events* events) const;
  // Q(x) of a format of a given step, with that draw.
  double rounded(double x, std::uint32_t draw, Events* events) const;

 private:
  std::shared_ptr<const QuantizerPlan> plan_;
};

}  // namespace lowprec::array

namespace lowprec {

// Q(x) for one number: element 0 of a vector of one.
double quantize(const Quantizer& q, double x, Stream stream = {}, Events* events = nullptr);

}  // namespace lowprec
