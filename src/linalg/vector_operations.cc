// Operations on vectors, for formats known at run time and for the native arithmetic.
#include <algorithm>
#include <functional>

#include "kernel/kernels.h"
#include "linalg/dot_chain.h"
#include "linalg/rows.h"
#include "lowprec/linalg/linalg.h"

namespace lowprec {

namespace linalg {
namespace {

template <class T>
double dot_in_rows(const DynamicMixed& m, VectorView<const T> x, VectorView<const T> y) {
  const OperationDraws draws = m.draws();
  const auto products = rounder(m.products, draws.products);
  const auto sums = rounder(m.sums, m.products, draws.sums);
  double xs[kRow], ys[kRow], sum = 0;
  DotChain<T> chain(m.products, m.sums, x, y);
  for (std::size_t start = 0; start < x.size; start += chain.kPiece) {
    const std::size_t length = std::min(chain.kPiece, x.size - start);
    if (chain.add(start, length, sum)) continue;
    for_rows(length, [&](std::size_t row, std::size_t n) {
      const std::size_t first = start + row;
      kernel::multiply(products, doubles(x, first, n, xs), doubles(y, first, n, ys), xs, n, first,
                       counters(m.products));
      sum = kernel::sum(sums, sum, xs, n, first, counters(m.sums));
    });
  }
  return sum;
}

template <class T>
T dot_any(const DynamicMixed& m, VectorView<const T> x, VectorView<const T> y) {
  detail::require_equal_sizes(x.size, y.size);
  require_storage<T>(m);
  if (m.summation.kind == Summation::sequential && has_rows(m)) return static_cast<T>(dot_in_rows(m, x, y));
  return static_cast<T>(detail::dot(m, detail::ElementDraws(m.draws()), x, y));
}

// y = y + s x for one row, index k taking draw first + k; x may be y.
template <class T>
void axpy_row(const DynamicMixed& m, const MixedDraws& draws, T s, VectorView<const T> x, VectorView<T> y,
              std::uint64_t start) {
  const auto products = rounder(m.products, draws.products);
  const auto sums = rounder(m.sums, m.products, draws.sums);
  double xs[kRow], ys[kRow];
  for_rows(x.size, [&](std::size_t first, std::size_t n) {
    kernel::scale(products, s, doubles(x, first, n, xs), xs, n, start + first, counters(m.products));
    kernel::add(sums, doubles(VectorView<const T>(y), first, n, ys), xs, ys, n, start + first, counters(m.sums));
    store(ys, y, first, n);
  });
}

template <class T>
void axpy_by_element(const DynamicMixed& m, const MixedDraws& draws, T s, VectorView<const T> x, VectorView<T> y,
                     std::uint64_t start) {
  const detail::ElementDraws element(draws, start);
  for (std::size_t k = 0; k < x.size; ++k)
    y[k] = static_cast<T>(detail::add_from(m.sums, double{y[k]}, m.products,
                                           m.products.mul(s, x[k], element.of_product(k)), element.of_sum(k)));
}

template <class T>
void axpy_any(const DynamicMixed& m, T s, VectorView<const T> x, VectorView<T> y) {
  detail::require_equal_sizes(x.size, y.size);
  format::detail::require_same_or_apart(x, y);
  require_storage<T>(m);
  (has_rows(m) ? axpy_row<T> : axpy_by_element<T>)(m, m.draws(), s, x, y, 0);
}

template <class T>
void ger_any(const DynamicMixed& m, VectorView<const T> x, VectorView<const T> y, MatrixView<T> matrix) {
  detail::require_ger(x, y, matrix);
  require_storage<T>(m);
  const MixedDraws draws = m.draws();
  for (std::size_t i = 0; i < matrix.rows; ++i)
    (has_rows(m) ? axpy_row<T> : axpy_by_element<T>)(m, draws, x[i], y, matrix.row(i), i * matrix.columns);
}

template <class T>
void scal_any(Dynamic& a, T s, VectorView<T> x) {
  const DynamicMixed m(a);
  require_storage<T>(m);
  const OperationDraws draws = a.draws();
  const auto products = rounder(a, draws.products);
  if (!has_rows(a)) {
    for (std::size_t k = 0; k < x.size; ++k) x[k] = static_cast<T>(a.mul(s, x[k], {draws.products, k}));
    return;
  }
  double xs[kRow];
  for_rows(x.size, [&](std::size_t first, std::size_t n) {
    kernel::scale(products, s, doubles(VectorView<const T>(x), first, n, xs), xs, n, first, counters(a));
    store(xs, x, first, n);
  });
}

template <class T>
void dot_batch_any(const DynamicMixed& m, MatrixView<const T> x, MatrixView<const T> y, VectorView<T> out) {
  detail::require_dot_batch(x, y, out);
  require_storage<T>(m);
  const MixedDraws draws = m.draws();
  for (std::size_t i = 0; i < x.rows; ++i)
    out[i] = static_cast<T>(detail::dot(m, detail::ElementDraws(draws, i, x.rows), x.row(i), y.row(i)));
}

}  // namespace
}  // namespace linalg

double dot(const linalg::NativeMixed& m, VectorView<const double> x, VectorView<const double> y) {
  linalg::detail::require_equal_sizes(x.size, y.size);
  const bool is_fast = m.summation == strands() && x.size >= strands().n && x.stride == 1 && y.stride == 1;
  if (is_fast) return kernel::dot_in_strands(x.data, y.data, x.size);
  return linalg::detail::dot(m, linalg::detail::ElementDraws(m.draws()), x, y);
}

void axpy(const linalg::NativeMixed&, double s, VectorView<const double> x, VectorView<double> y) {
  linalg::detail::require_equal_sizes(x.size, y.size);
  const bool is_contiguous = x.stride == 1 && y.stride == 1;
  const bool has_ends = x.size < std::size_t{1} << 48;  // larger sizes do not fit in memory: refused below
  const std::less_equal<const double*> before;
  const bool is_apart =
      is_contiguous && has_ends && (before(x.data + x.size, y.data) || before(y.data + y.size, x.data));
  if (!is_apart) format::detail::require_same_or_apart(x, y);
  if (is_contiguous) return kernel::add_scaled(s, x.data, y.data, x.size);
  for (std::size_t k = 0; k < x.size; ++k) y[k] += s * x[k];
}

double dot(const linalg::DynamicMixed& m, VectorView<const double> x, VectorView<const double> y) {
  return linalg::dot_any(m, x, y);
}
float dot(const linalg::DynamicMixed& m, VectorView<const float> x, VectorView<const float> y) {
  return linalg::dot_any(m, x, y);
}

void axpy(const linalg::DynamicMixed& m, double s, VectorView<const double> x, VectorView<double> y) {
  linalg::axpy_any(m, s, x, y);
}
void axpy(const linalg::DynamicMixed& m, float s, VectorView<const float> x, VectorView<float> y) {
  linalg::axpy_any(m, s, x, y);
}

void scal(Dynamic& a, double s, VectorView<double> x) { linalg::scal_any(a, s, x); }
void scal(Dynamic& a, float s, VectorView<float> x) { linalg::scal_any(a, s, x); }

void ger(const linalg::DynamicMixed& m, VectorView<const double> x, VectorView<const double> y,
         MatrixView<double> matrix) {
  linalg::ger_any(m, x, y, matrix);
}
void ger(const linalg::DynamicMixed& m, VectorView<const float> x, VectorView<const float> y,
         MatrixView<float> matrix) {
  linalg::ger_any(m, x, y, matrix);
}

void linalg::dot_batch(const linalg::DynamicMixed& m, MatrixView<const double> x, MatrixView<const double> y,
                       VectorView<double> out) {
  linalg::dot_batch_any(m, x, y, out);
}
void linalg::dot_batch(const linalg::DynamicMixed& m, MatrixView<const float> x, MatrixView<const float> y,
                       VectorView<float> out) {
  linalg::dot_batch_any(m, x, y, out);
}

void convert(Dynamic& a, VectorView<const double> in, VectorView<double> out) {
  linalg::detail::require_equal_sizes(in.size, out.size);
  format::detail::require_same_or_apart(in, out);
  if (!linalg::has_rows(a)) return convert<Dynamic>(a, in, out);
  const linalg::OperationDraws draws = a.draws();
  double from[linalg::kRow], to[linalg::kRow];
  linalg::for_rows(in.size, [&](std::size_t first, std::size_t n) {
    kernel::round(a.rounding().kind, a.grid(), 1.0, linalg::doubles(in, first, n, from), to, n, draws.sums, first,
                  linalg::counters(a));
    linalg::store(to, out, first, n);
  });
}

}  // namespace lowprec
