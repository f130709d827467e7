#include "lowprec/linalg/linalg.h"

#include <algorithm>
#include <array>
#include <functional>

#include "kernel/kernels.h"
#include "linalg/dot_chain.h"
#include "linalg/table_gemm.h"
#include "linalg/tile_conditions.h"
#include "linalg/tile_gemm.h"
#include "system/parallel.h"

namespace lowprec {
namespace {

constexpr std::size_t kRow = 256;  // elements of a temporary

// Elements first .. first + n of x: where they lie, or copied to the buffer.
template <class T>
const double* doubles(VectorView<const T> x, std::size_t first, std::size_t n, double* buffer) {
  if constexpr (std::is_same_v<T, double>) {
    if (x.stride == 1) return x.data + first;
  }
  for (std::size_t k = 0; k < n; ++k) buffer[k] = x[first + k];
  return buffer;
}

template <class T>
void store(const double* from, VectorView<T> to, std::size_t first, std::size_t n) {
  for (std::size_t k = 0; k < n; ++k) to[first + k] = static_cast<T>(from[k]);
}

template <class F>
void for_rows(std::size_t n, F f) {
  for (std::size_t first = 0; first < n; first += kRow) f(first, std::min(kRow, n - first));
}

Events* counters(Dynamic& a) { return a.is_observed() ? &a.counters() : nullptr; }

kernel::Rounder rounder(const Dynamic& a, Stream stream) { return {a.rounding().kind, a.grid(), stream}; }

// As `a` rounds its sums with numbers of another arithmetic.
kernel::Rounder rounder(const Dynamic& a, const Dynamic& other, Stream stream) {
  return {a.rounding().kind, a.holds_numbers_of(other) ? a.sum_grid() : lane::for_any_numbers(a.grid()), stream};
}

bool has_rows(const Dynamic& a) { return a.has_lanes() && a.overflow() != Overflow::error; }

bool adds_in_rows(const Dynamic& a, const Dynamic& other) {
  return has_rows(a) &&
         (a.holds_numbers_of(other) || lane::adds_numbers<double>(a.format(), a.rounding(), a.overflow()));
}

// Whether the kernels' rows give every product and sum.
bool has_rows(const linalg::DynamicMixed& m) {
  const bool in_order = m.summation.kind != Summation::exact && m.summation.kind != Summation::tensor_core;
  return in_order && has_rows(m.products) && adds_in_rows(m.sums, m.products) && adds_in_rows(m.outer, m.sums);
}

template <class T>
void require_storage(const linalg::DynamicMixed& m) {
  for (const Dynamic* a : {&m.products, &m.sums, &m.outer})
    if (!lane::fits_lane<T>(a->format()))
      throw Error("linear algebra: not every number of the format is a binary32 number: use arrays of double");
}

template <class T>
double dot_in_rows(const linalg::DynamicMixed& m, VectorView<const T> x, VectorView<const T> y) {
  const linalg::OperationDraws draws = m.draws();
  const auto products = rounder(m.products, draws.products);
  const auto sums = rounder(m.sums, m.products, draws.sums);
  double xs[kRow], ys[kRow], sum = 0;
  linalg::DotChain<T> chain(m.products, m.sums, x, y);
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
T dot_any(const linalg::DynamicMixed& m, VectorView<const T> x, VectorView<const T> y) {
  linalg::detail::require_equal_sizes(x.size, y.size);
  require_storage<T>(m);
  if (m.summation.kind == Summation::sequential && has_rows(m)) return static_cast<T>(dot_in_rows(m, x, y));
  return static_cast<T>(linalg::detail::dot(m, linalg::detail::ElementDraws(m.draws()), x, y));
}

// y = y + s x for one row, index k taking draw first + k; x may be y.
template <class T>
void axpy_row(const linalg::DynamicMixed& m, const linalg::MixedDraws& draws, T s, VectorView<const T> x,
              VectorView<T> y, std::uint64_t start) {
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
void axpy_by_element(const linalg::DynamicMixed& m, const linalg::MixedDraws& draws, T s, VectorView<const T> x,
                     VectorView<T> y, std::uint64_t start) {
  const linalg::detail::ElementDraws element(draws, start);
  for (std::size_t k = 0; k < x.size; ++k)
    y[k] = static_cast<T>(linalg::detail::add_from(m.sums, double{y[k]}, m.products,
                                                   m.products.mul(s, x[k], element.of_product(k)), element.of_sum(k)));
}

template <class T>
void axpy_any(const linalg::DynamicMixed& m, T s, VectorView<const T> x, VectorView<T> y) {
  linalg::detail::require_equal_sizes(x.size, y.size);
  format::detail::require_same_or_apart(x, y);
  require_storage<T>(m);
  (has_rows(m) ? axpy_row<T> : axpy_by_element<T>)(m, m.draws(), s, x, y, 0);
}

template <class T>
void ger_any(const linalg::DynamicMixed& m, VectorView<const T> x, VectorView<const T> y, MatrixView<T> matrix) {
  linalg::detail::require_ger(x, y, matrix);
  require_storage<T>(m);
  const linalg::MixedDraws draws = m.draws();
  for (std::size_t i = 0; i < matrix.rows; ++i)
    (has_rows(m) ? axpy_row<T> : axpy_by_element<T>)(m, draws, x[i], y, matrix.row(i), i * matrix.columns);
}

template <class T>
void scal_any(Dynamic& a, T s, VectorView<T> x) {
  const linalg::DynamicMixed m(a);
  require_storage<T>(m);
  const linalg::OperationDraws draws = a.draws();
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

// Sums of up to kRow elements of one row of C, a Row each (see detail::sum_terms).
using Row = std::array<double, kRow>;
template <class T>
class RowMachine {
 public:
  RowMachine(const linalg::DynamicMixed& m, const linalg::MixedDraws& draws, const linalg::GemmOperands<T>& p)
      : m_(m),
        p_(p),
        products_(rounder(m.products, draws.products)),
        sums_(rounder(m.sums, m.products, draws.sums)),
        joins_(rounder(m.sums, m.sums, draws.joins())),
        outer_(rounder(m.outer, m.sums, draws.outer)) {}

  // Elements column .. column + n of row i.
  void run(std::size_t i, std::size_t column, std::size_t n) {
    i_ = i;
    column_ = column;
    n_ = n;
    const Row row = linalg::detail::sum_terms(*this, m_.summation, p_.a.columns);
    store(row.data(), p_.c.row(i), column, n);
  }

  Row zero() const { return {}; }
  Row sum_start() const {
    Row row{};
    if (p_.e != nullptr) std::copy_n(start(row.data()), n_, row.data());
    return row;
  }
  Row outer_start() const { return sum_start(); }
  void add_term(Row& sum, std::size_t k) const {
    double products[kRow];
    const double* b = doubles(p_.b.row(k), column_, n_, products);
    kernel::scale(products_, p_.a(i_, k), b, products, n_, draw(k), counters(m_.products));
    kernel::add(sums_, sum.data(), products, sum.data(), n_, draw(k), counters(m_.sums));
  }
  void join(Row& sum, const Row& other, std::size_t k) const { add(joins_, m_.sums, sum, other.data(), k); }
  void join_outer(Row& total, const Row& sum, std::size_t k) const { add(outer_, m_.outer, total, sum.data(), k); }
  void join_start(Row& sum) const {
    double buffer[kRow];
    if (p_.e != nullptr) add(joins_, m_.sums, sum, start(buffer), 0);
  }
  Row outer(const Row& sum) const { return sum; }

 private:
  std::uint64_t draw(std::size_t k) const { return (k * p_.c.rows + i_) * p_.c.columns + column_; }
  const double* start(double* buffer) const { return doubles(p_.e->row(i_), column_, n_, buffer); }
  void add(const kernel::Rounder& r, Dynamic& a, Row& sum, const double* other, std::size_t k) const {
    kernel::add(r, sum.data(), other, sum.data(), n_, draw(k), counters(a));
  }

  const linalg::DynamicMixed& m_;
  const linalg::GemmOperands<T>& p_;
  kernel::Rounder products_, sums_, joins_, outer_;
  std::size_t i_ = 0, column_ = 0, n_ = 0;
};

// Calls f(first, last) for bands of rows of C, on several threads where that pays.
template <class T, class F>
void for_bands(const linalg::DynamicMixed& m, const linalg::GemmOperands<T>& p, F f) {
  constexpr std::size_t kLeastWork = std::size_t{1} << 22;  // multiply-adds that are worth a thread
  if (p.c.rows == 0 || p.c.columns == 0) return;
  const bool is_observed = m.products.is_observed() || m.sums.is_observed() || m.outer.is_observed();
  const std::size_t of_row = p.c.columns * std::max<std::size_t>(p.a.columns, 1);
  system::parallel_for(p.c.rows, is_observed ? p.c.rows : system::share(p.c.rows, kLeastWork / of_row + 1), f);
}

template <class T>
void gemm_in_rows(const linalg::DynamicMixed& m, const linalg::GemmOperands<T>& p) {
  const linalg::MixedDraws draws = m.draws();
  for_bands(m, p, [&](std::size_t first_row, std::size_t last_row) {
    RowMachine<T> machine(m, draws, p);
    for (std::size_t i = first_row; i < last_row; ++i)
      for_rows(p.c.columns, [&](std::size_t first, std::size_t n) { machine.run(i, first, n); });
  });
}

// By tiles; regions that they cannot take, by rows.
template <class T>
void gemm_in_tiles(const linalg::DynamicMixed& m, const linalg::GemmOperands<T>& p) {
  const linalg::MixedDraws draws = m.draws();
  for_bands(m, p, [&](std::size_t first, std::size_t last) {
    RowMachine<T> machine(m, draws, p);
    linalg::TileProduct<T> tiles(m.products, m.sums, p);
    tiles.for_regions(first, last, [&](const linalg::Region& r) {
      if (tiles.run(r)) return;
      for (std::size_t i = r.row; i < r.row + r.rows; ++i) machine.run(i, r.column, r.columns);
    });
  });
}

// Rows of C are long: a column is computed as a row, which has the same draws.
template <class T>
linalg::GemmOperands<T> with_long_rows(const linalg::GemmOperands<T>& p, MatrixView<const T>& e) {
  if (p.c.columns != 1) return p;
  if (p.e != nullptr) e = p.e->transposed();
  return {p.b.transposed(), p.a.transposed(), p.e != nullptr ? &e : nullptr, p.c.transposed()};
}

template <class T>
void gemm_any(const linalg::DynamicMixed& m, const linalg::GemmOperands<T>& given) {
  linalg::detail::require_gemm(given.a, given.b, given.c);
  if (given.e != nullptr) linalg::detail::require_start(*given.e, given.c);
  require_storage<T>(m);
  MatrixView<const T> transposed_e(nullptr, 0, 0);
  const linalg::GemmOperands<T> p = with_long_rows(given, transposed_e);
  if (!has_rows(m)) return linalg::detail::gemm(m, p.a, p.b, p.e, p.c);
  const bool is_sequential = m.summation.kind == Summation::sequential;
  if (is_sequential && linalg::multiply_by_tables(m.products, m.sums, p)) return;
  if (is_sequential && linalg::may_use_tiles(m.products, m.sums)) return gemm_in_tiles(m, p);
  gemm_in_rows(m, p);
}

template <class T>
void dot_batch_any(const linalg::DynamicMixed& m, MatrixView<const T> x, MatrixView<const T> y, VectorView<T> out) {
  linalg::detail::require_dot_batch(x, y, out);
  require_storage<T>(m);
  const linalg::MixedDraws draws = m.draws();
  for (std::size_t i = 0; i < x.rows; ++i)
    out[i] = static_cast<T>(linalg::detail::dot(m, linalg::detail::ElementDraws(draws, i, x.rows), x.row(i), y.row(i)));
}

}  // namespace

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
  return dot_any(m, x, y);
}
float dot(const linalg::DynamicMixed& m, VectorView<const float> x, VectorView<const float> y) {
  return dot_any(m, x, y);
}

void axpy(const linalg::DynamicMixed& m, double s, VectorView<const double> x, VectorView<double> y) {
  axpy_any(m, s, x, y);
}
void axpy(const linalg::DynamicMixed& m, float s, VectorView<const float> x, VectorView<float> y) {
  axpy_any(m, s, x, y);
}

void scal(Dynamic& a, double s, VectorView<double> x) { scal_any(a, s, x); }
void scal(Dynamic& a, float s, VectorView<float> x) { scal_any(a, s, x); }

void ger(const linalg::DynamicMixed& m, VectorView<const double> x, VectorView<const double> y,
         MatrixView<double> matrix) {
  ger_any(m, x, y, matrix);
}
void ger(const linalg::DynamicMixed& m, VectorView<const float> x, VectorView<const float> y,
         MatrixView<float> matrix) {
  ger_any(m, x, y, matrix);
}

void gemm(const linalg::DynamicMixed& m, MatrixView<const double> a, MatrixView<const double> b, MatrixView<double> c) {
  gemm_any<double>(m, {a, b, nullptr, c});
}
void gemm(const linalg::DynamicMixed& m, MatrixView<const float> a, MatrixView<const float> b, MatrixView<float> c) {
  gemm_any<float>(m, {a, b, nullptr, c});
}
void gemm(const linalg::DynamicMixed& m, MatrixView<const double> a, MatrixView<const double> b,
          MatrixView<const double> e, MatrixView<double> c) {
  gemm_any<double>(m, {a, b, &e, c});
}
void gemm(const linalg::DynamicMixed& m, MatrixView<const float> a, MatrixView<const float> b,
          MatrixView<const float> e, MatrixView<float> c) {
  gemm_any<float>(m, {a, b, &e, c});
}

void linalg::dot_batch(const linalg::DynamicMixed& m, MatrixView<const double> x, MatrixView<const double> y,
                       VectorView<double> out) {
  dot_batch_any(m, x, y, out);
}
void linalg::dot_batch(const linalg::DynamicMixed& m, MatrixView<const float> x, MatrixView<const float> y,
                       VectorView<float> out) {
  dot_batch_any(m, x, y, out);
}

void convert(Dynamic& a, VectorView<const double> in, VectorView<double> out) {
  linalg::detail::require_equal_sizes(in.size, out.size);
  format::detail::require_same_or_apart(in, out);
  if (!has_rows(a)) return convert<Dynamic>(a, in, out);
  const linalg::OperationDraws draws = a.draws();
  double from[kRow], to[kRow];
  for_rows(in.size, [&](std::size_t first, std::size_t n) {
    kernel::round(a.rounding().kind, a.grid(), 1.0, doubles(in, first, n, from), to, n, draws.sums, first, counters(a));
    store(to, out, first, n);
  });
}

}  // namespace lowprec
