#include "lowprec/array/quantize.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <mutex>
#include <type_traits>
#include <vector>

#include "array/quantized_pieces.h"
#include "array/quantizer_call.h"
#include "lowprec/array/fill.h"
#include "lowprec/format/names.h"
#include "lowprec/format/view_overlap.h"
#include "system/parallel.h"

namespace lowprec {
namespace {

// Kept for the next call of this thread: short arrays are often quantized alike, one after the other.
const array::QuantizerPlan& plan_of(const Quantizer& q) {
  thread_local array::QuantizerPlan last = array::make_plan(Quantizer{});
  if (last.q != q) last = array::make_plan(q);
  return last;
}

// Row i of a matrix, through copies where its elements do not lie one after the other.
template <class T>
void quantize_row(array::QuantizerCall& call, VectorView<const T> in, VectorView<T> out, std::uint64_t first,
                  double step) {
  if (in.stride == 1 && out.stride == 1) return call.run(in.data, out.data, in.size, first, step);
  T piece[array::kPiece];
  array::for_pieces(in.size, [&](std::size_t i, std::size_t count) {
    for (std::size_t j = 0; j < count; ++j) piece[j] = in[i + j];
    call.run<T>(piece, piece, count, first + i, step);
    for (std::size_t j = 0; j < count; ++j) out[i + j] = piece[j];
  });
}

// The largest magnitude, NaN if there is one.
template <class T>
double largest(VectorView<const T> x, double result = 0) {
  for (std::size_t i = 0; i < x.size; ++i) {
    const double a = std::abs(static_cast<double>(x[i]));
    if (!(a <= result)) result = std::isnan(result) ? result : a;
  }
  return result;
}

// Elements with a step in common, the first of index `first`, whose largest magnitude is m.
template <class T>
void scale_row(array::QuantizerCall& call, VectorView<const T> in, VectorView<T> out, std::uint64_t first, double m) {
  if (std::isfinite(m)) return quantize_row(call, in, out, first, call.scaled_step(m));
  const T nan = std::numeric_limits<T>::quiet_NaN();
  quantize_row(call, VectorView<const T>(&nan, in.size, 0), out, first, 1);
}

// A row in groups of n.
template <class T>
void scale_groups(array::QuantizerCall& call, VectorView<const T> in, VectorView<T> out, std::uint64_t first,
                  std::size_t n) {
  for (std::size_t i = 0; i < in.size; i += n) {
    const std::size_t count = std::min(n, in.size - i);
    const VectorView<const T> from(&in[i], count, in.stride);
    scale_row(call, from, VectorView<T>(&out[i], count, out.stride), first + i, largest(from));
  }
}

// Rows first ... last - 1, whose groups are tiles of n columns.
template <class T>
void scale_band(array::QuantizerCall& call, MatrixView<const T> in, MatrixView<T> out, std::size_t first,
                std::size_t last, std::size_t n) {
  std::vector<double> m((in.columns + n - 1) / n);
  const auto for_tiles = [&](std::size_t i, auto f) {
    for (std::size_t j = 0; j < in.columns; j += n)
      f(VectorView<const T>(&in(i, j), std::min(n, in.columns - j), in.column_stride), j);
  };
  for (std::size_t i = first; i < last; ++i)
    for_tiles(i, [&](VectorView<const T> x, std::size_t j) { m[j / n] = largest(x, m[j / n]); });
  for (std::size_t i = first; i < last; ++i)
    for_tiles(i, [&](VectorView<const T> x, std::size_t j) {
      scale_row(call, x, VectorView<T>(&out(i, j), x.size, out.column_stride), std::uint64_t{i} * in.columns + j,
                m[j / n]);
    });
}

// The size of groups along an axis of n elements, of which the group asks for `asked` or, with 0, for all.
std::size_t extent(std::uint64_t asked, std::size_t n) {
  return asked == 0 || asked > n ? n : static_cast<std::size_t>(asked);
}

template <class T>
void scale_matrix(array::QuantizerCall& call, MatrixView<const T> in, MatrixView<T> out) {
  if (in.rows == 0 || in.columns == 0) return;
  const block::Group& group = call.rounded().scale.group;
  const std::size_t rows = extent(group.rows, in.rows), columns = extent(group.columns, in.columns);
  for (std::size_t i = 0; i < in.rows; i += rows) {
    if (rows == 1)
      scale_groups(call, in.row(i), out.row(i), std::uint64_t{i} * in.columns, columns);
    else
      scale_band(call, in, out, i, std::min(i + rows, in.rows), columns);
  }
}

template <class T>
void scale_vector(array::QuantizerCall& call, std::span<const T> in, std::span<T> out) {
  if (call.rounded().scale.group == block::Group::column())
    throw Error("absmax=column needs a matrix: a vector has no columns");
  if (in.empty()) return;
  scale_matrix(call, MatrixView<const T>(in.data(), 1, in.size()), MatrixView<T>(out.data(), 1, out.size()));
}

template <class T>
void quantize_span(const Quantizer& q, std::span<const T> in, std::span<T> out, Stream stream, Events* events) {
  if (in.size() != out.size()) throw Error("quantize needs arrays of equal size");
  format::detail::require_same_or_apart(VectorView<const T>(in), VectorView<T>(out));
  array::QuantizerCall call(plan_of(q), stream, 0, events);
  call.require_type<T>();
  const std::size_t n = in.size();
  if (q.is_scaled()) return scale_vector(call, in, out);
  if (n <= call.grain()) return call.run(in.data(), out.data(), n, 0);
  system::parallel_for(n, system::share(n, call.grain()), [&](std::size_t first, std::size_t last) {
    call.run(in.data() + first, out.data() + first, last - first, first);
  });
}

template <class T>
void quantize_matrix(const Quantizer& q, MatrixView<const T> in, MatrixView<T> out, Stream stream, Events* events) {
  if (in.rows != out.rows || in.columns != out.columns) throw Error("quantize needs matrices of equal shape");
  if (format::detail::meets_itself(out))
    throw Error("two elements of a matrix that quantize writes to lie at the same place");
  format::detail::require_same_or_apart(in, out);
  array::QuantizerCall call(plan_of(q), stream, 0, events);
  call.require_type<T>();
  if (in.columns == 0) return;
  if (q.is_scaled()) return scale_matrix(call, in, out);
  const std::size_t rows = system::share(in.rows, call.grain() / in.columns + 1);
  system::parallel_for(in.rows, rows, [&](std::size_t first, std::size_t last) {
    for (std::size_t i = first; i < last; ++i)
      quantize_row(call, in.row(i), out.row(i), std::uint64_t{i} * in.columns, call.step());
  });
}

}  // namespace

template <class T>
void array::for_quantized_pieces(const Quantizer& q, std::span<const T> in, Stream stream, Events* events,
                                 const std::function<void(std::size_t, std::span<const T>, std::span<const T>)>& see,
                                 std::size_t rows) {
  if (q.is_scaled()) {
    std::vector<T> out(in.size());
    if (rows == 0)
      quantize_span(q, in, std::span<T>(out), stream, events);
    else
      quantize_matrix(q, MatrixView<const T>(in.data(), rows, in.size() / rows),
                      MatrixView<T>(out.data(), rows, in.size() / rows), stream, events);
    return see(0, in, out);
  }
  array::QuantizerCall call(plan_of(q), stream, 0, events);
  call.require_type<T>();
  T out[array::kPiece];
  array::for_pieces(in.size(), [&](std::size_t first, std::size_t n) {
    call.run(in.data() + first, out, n, first);
    see(first, in.subspan(first, n), {out, n});
  });
}
template void array::for_quantized_pieces(
    const Quantizer&, std::span<const double>, Stream, Events*,
    const std::function<void(std::size_t, std::span<const double>, std::span<const double>)>&, std::size_t);
template void array::for_quantized_pieces(
    const Quantizer&, std::span<const float>, Stream, Events*,
    const std::function<void(std::size_t, std::span<const float>, std::span<const float>)>&, std::size_t);

array::SteppedFormat array::stepped_format(const Rounded& q) {
  const double step = q.scale.step;
  if (!(step > 0) || !std::isfinite(step)) throw Error("a step must be positive and finite");
  const int exponent = format::floor_log2(step);
  if (format::exp2i(exponent) == step) return {format::checked(q.format.scaled(exponent)), 1.0};
  return {q.format, step};
}

void quantize(const Quantizer& q, std::span<const double> in, std::span<double> out, Stream stream, Events* events) {
  quantize_span(q, in, out, stream, events);
}

void quantize(const Quantizer& q, std::span<const float> in, std::span<float> out, Stream stream, Events* events) {
  quantize_span(q, in, out, stream, events);
}

void quantize(const Quantizer& q, MatrixView<const double> in, MatrixView<double> out, Stream stream, Events* events) {
  quantize_matrix(q, in, out, stream, events);
}

void quantize(const Quantizer& q, MatrixView<const float> in, MatrixView<float> out, Stream stream, Events* events) {
  quantize_matrix(q, in, out, stream, events);
}

void array::fill_noise(Noise::Distribution distribution, Stream stream, std::uint64_t first, std::span<double> out) {
  if (distribution == Noise::Distribution::gaussian) return array::fill_gaussian(stream, first, out);
  std::uint32_t draws[array::kPiece];
  array::for_pieces(out.size(), [&](std::size_t i, std::size_t count) {
    array::fill_draws(stream, first + i, {draws, count});
    for (std::size_t j = 0; j < count; ++j) out[i + j] = (draws[j] >> 31) != 0 ? 1.0 : -1.0;
  });
}

void array::PreparedQuantizer::operator()(std::span<const double> in, std::span<double> out, Stream stream,
                                          std::uint64_t first, Events* events) const {
  array::QuantizerCall call(*plan_, stream, first, events);
  plan_->q.is_scaled() ? scale_vector(call, in, out) : call.run_alone(in.data(), out.data(), in.size());
}

void array::PreparedQuantizer::operator()(MatrixView<const double> in, MatrixView<double> out, Stream stream,
                                          std::uint64_t first, Events* events) const {
  array::QuantizerCall call(*plan_, stream, first, events);
  if (plan_->q.is_scaled()) return scale_matrix(call, in, out);
  for (std::size_t i = 0; i < in.rows; ++i)
    quantize_row(call, in.row(i), out.row(i), std::uint64_t{i} * in.columns, call.step());
}

double quantize(const Quantizer& q, double x, Stream stream, Events* events) {
  double y = 0;
  quantize(q, {&x, 1}, {&y, 1}, stream, events);
  return y;
}

}  // namespace lowprec
