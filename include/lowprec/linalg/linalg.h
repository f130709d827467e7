// Linear algebra with every product and every sum rounded. Policy first, as in C++26 <linalg> (P1673): an arithmetic,
// or a Mixed one. BLAS's names, P1673's order of arguments: what is read, then what is written.
//
// How each sum is taken is part of the definition (see Summation), and so are the draws: term k of element (i, j) of a
// matrix of I x J takes draw (k I + i) J + j of the operation's streams; a vector is a matrix of one column, a number
// one of one element.
//
// Errors come before anything is written: shapes that do not fit, sizes that overflow, and destinations that overlap
// what is read, unless an operation says otherwise.
#pragma once

#include <cstddef>
#include <limits>
#include <span>

#include "lowprec/format/view.h"
#include "lowprec/format/view_overlap.h"
#include "lowprec/linalg/mixed.h"

namespace lowprec::linalg {

namespace detail {

inline void require_equal_sizes(std::size_t a, std::size_t b) {
  if (a != b) throw Error("linear algebra: the sizes of the operands differ");
}

// |x|; NaN stays NaN.
template <class T>
constexpr T magnitude(const T& x) {
  return x < T{} ? T(-x) : x;
}

// The definition of every sum of products. U: the operands' type, or one that converts to it.
template <class M, class U>
constexpr typename M::result_type dot(const M& m, const ElementDraws& draws, VectorView<const U> x,
                                      VectorView<const U> y, const typename M::result_type* start = nullptr) {
  using T = typename M::operand_type;
  const auto product = [&](std::size_t k) { return m.products.mul(T(x[k]), T(y[k]), draws.of_product(k)); };
  return sum_of(m, draws, x.size, product, start);
}

template <class U, class V>
constexpr void require_gemm(const MatrixView<const U>& a, const MatrixView<const U>& b, const MatrixView<V>& c) {
  require_equal_sizes(a.columns, b.rows);
  require_equal_sizes(a.rows, c.rows);
  require_equal_sizes(b.columns, c.columns);
  format::detail::require_apart(a, c);
  format::detail::require_apart(b, c);
}

template <class U, class V>
constexpr void require_start(const MatrixView<const U>& e, const MatrixView<V>& c) {
  require_equal_sizes(e.rows, c.rows);
  require_equal_sizes(e.columns, c.columns);
  format::detail::require_same_or_apart(e, c);
}

template <class U, class V>
constexpr void require_ger(const VectorView<const U>& x, const VectorView<const U>& y, const MatrixView<V>& matrix) {
  require_equal_sizes(x.size, matrix.rows);
  require_equal_sizes(y.size, matrix.columns);
  format::detail::require_apart(x, matrix);
  format::detail::require_apart(y, matrix);
}

template <class U, class V>
constexpr void require_dot_batch(const MatrixView<const U>& x, const MatrixView<const U>& y, const VectorView<V>& out) {
  require_equal_sizes(x.rows, y.rows);
  require_equal_sizes(x.columns, y.columns);
  require_equal_sizes(x.rows, out.size);
  format::detail::require_apart(x, out);
  format::detail::require_apart(y, out);
}

// C = E + A B by its definition; E may be C itself.
template <class M, class U, class V>
constexpr void gemm(const M& m, MatrixView<const U> a, MatrixView<const U> b, const MatrixView<const V>* e,
                    MatrixView<V> c) {
  using W = typename M::result_type;
  const MixedDraws draws = m.draws();
  for (std::size_t i = 0; i < c.rows; ++i)
    for (std::size_t j = 0; j < c.columns; ++j) {
      const ElementDraws element(draws, i * c.columns + j, c.rows * c.columns);
      const W start = e != nullptr ? W((*e)(i, j)) : W{};
      c(i, j) = static_cast<V>(dot(m, element, a.row(i), b.column(j), e != nullptr ? &start : nullptr));
    }
}

}  // namespace detail

}  // namespace lowprec::linalg

namespace lowprec {

// The sum of x_k y_k.
template <class P, class S, class W>
constexpr typename W::value_type dot(const Mixed<P, S, W>& m, VectorView<const typename P::value_type> x,
                                     VectorView<const typename P::value_type> y) {
  linalg::detail::require_equal_sizes(x.size, y.size);
  return linalg::detail::dot(m, linalg::detail::ElementDraws(m.draws()), x, y);
}
template <Arithmetic A>
constexpr typename A::value_type dot(A& a, VectorView<const typename A::value_type> x,
                                     VectorView<const typename A::value_type> y) {
  return dot(Mixed(a), x, y);
}

}  // namespace lowprec

namespace lowprec::linalg {

// The sum of |x_k|.
template <class P, class S, class W>
constexpr typename W::value_type asum(const Mixed<P, S, W>& m, VectorView<const typename P::value_type> x) {
  using T = typename P::value_type;
  return detail::sum_of(m, detail::ElementDraws(m.draws()), x.size,
                        [&](std::size_t k) { return detail::magnitude<T>(x[k]); });
}
template <Arithmetic A>
constexpr typename A::value_type asum(A& a, VectorView<const typename A::value_type> x) {
  return asum(Mixed(a), x);
}

// The square root, rounded with draw n of the sums, of the sum of x_k^2, which may overflow where the root would not.
template <class P, class S, class W>
constexpr typename W::value_type nrm2(const Mixed<P, S, W>& m, VectorView<const typename P::value_type> x) {
  const detail::ElementDraws draws(m.draws());
  return m.outer.sqrt(detail::dot(m, draws, x, x), draws.of_sum(x.size));
}
template <Arithmetic A>
constexpr typename A::value_type nrm2(A& a, VectorView<const typename A::value_type> x) {
  return nrm2(Mixed(a), x);
}

// The index of the first element of largest magnitude; NaN is none. The greatest std::size_t if there is none.
template <Arithmetic A>
constexpr std::size_t iamax(const A&, VectorView<const typename A::value_type> x) {
  using T = typename A::value_type;
  std::size_t best = std::numeric_limits<std::size_t>::max();
  T largest{};
  for (std::size_t k = 0; k < x.size; ++k) {
    const T magnitude = detail::magnitude<T>(x[k]);
    if (magnitude != magnitude || (best < x.size && !(largest < magnitude))) continue;
    best = k;
    largest = magnitude;
  }
  return best;
}

}  // namespace lowprec::linalg

namespace lowprec {

// x_k = round(s x_k), with draw k of the products.
template <Arithmetic A>
constexpr void scal(A& a, const typename A::value_type& s, VectorView<typename A::value_type> x) {
  const linalg::OperationDraws draws = a.draws();
  for (std::size_t k = 0; k < x.size; ++k) x[k] = a.mul(s, x[k], {draws.products, k});
}

// y_k = round(y_k + round(s x_k)). x may be y.
template <class P, class S>
constexpr void axpy(const Mixed<P, S>& m, const typename P::value_type& s, VectorView<const typename P::value_type> x,
                    VectorView<typename S::value_type> y) {
  linalg::detail::require_equal_sizes(x.size, y.size);
  format::detail::require_same_or_apart(x, y);
  const linalg::detail::ElementDraws draws(m.draws());
  for (std::size_t k = 0; k < x.size; ++k)
    y[k] = linalg::detail::add_from(m.sums, y[k], m.products, m.products.mul(s, x[k], draws.of_product(k)),
                                    draws.of_sum(k));
}
template <Arithmetic A>
constexpr void axpy(A& a, const typename A::value_type& s, VectorView<const typename A::value_type> x,
                    VectorView<typename A::value_type> y) {
  axpy(Mixed(a), s, x, y);
}

// M_ij = round(M_ij + round(x_i y_j)), with draw i J + j.
template <class P, class S>
constexpr void ger(const Mixed<P, S>& m, VectorView<const typename P::value_type> x,
                   VectorView<const typename P::value_type> y, MatrixView<typename S::value_type> matrix) {
  linalg::detail::require_ger(x, y, matrix);
  const linalg::MixedDraws draws = m.draws();
  for (std::size_t i = 0; i < matrix.rows; ++i)
    for (std::size_t j = 0; j < matrix.columns; ++j) {
      const linalg::detail::ElementDraws element(draws, i * matrix.columns + j);
      matrix(i, j) = linalg::detail::add_from(m.sums, matrix(i, j), m.products,
                                              m.products.mul(x[i], y[j], element.of_product(0)), element.of_sum(0));
    }
}
template <Arithmetic A>
constexpr void ger(A& a, VectorView<const typename A::value_type> x, VectorView<const typename A::value_type> y,
                   MatrixView<typename A::value_type> matrix) {
  ger(Mixed(a), x, y, matrix);
}

// C = A B; or C = E + A B, where each sum begins with the element of E (pairwise and strands: ends with it). E may be
// C.
template <class P, class S, class W>
constexpr void gemm(const Mixed<P, S, W>& m, MatrixView<const typename P::value_type> a,
                    MatrixView<const typename P::value_type> b, MatrixView<typename W::value_type> c) {
  linalg::detail::require_gemm(a, b, c);
  linalg::detail::gemm<Mixed<P, S, W>, typename P::value_type, typename W::value_type>(m, a, b, nullptr, c);
}
template <class P, class S>
constexpr void gemm(const Mixed<P, S>& m, MatrixView<const typename P::value_type> a,
                    MatrixView<const typename P::value_type> b, MatrixView<const typename S::value_type> e,
                    MatrixView<typename S::value_type> c) {
  linalg::detail::require_gemm(a, b, c);
  linalg::detail::require_start(e, c);
  linalg::detail::gemm(m, a, b, &e, c);
}
template <Arithmetic A>
constexpr void gemm(A& a, MatrixView<const typename A::value_type> x, MatrixView<const typename A::value_type> y,
                    MatrixView<typename A::value_type> c) {
  gemm(Mixed(a), x, y, c);
}

// y = A x; of the transpose, by a.transposed().
template <class P, class S, class W>
constexpr void gemv(const Mixed<P, S, W>& m, MatrixView<const typename P::value_type> a,
                    VectorView<const typename P::value_type> x, VectorView<typename W::value_type> y) {
  gemm(m, MatrixView<const typename P::value_type>::row_vector(x), a.transposed(),
       MatrixView<typename W::value_type>::row_vector(y));
}
template <Arithmetic A>
constexpr void gemv(A& a, MatrixView<const typename A::value_type> matrix, VectorView<const typename A::value_type> x,
                    VectorView<typename A::value_type> y) {
  gemv(Mixed(a), matrix, x, y);
}

}  // namespace lowprec

namespace lowprec::linalg {

// Batches: item by item, one operation each.
template <class M, class U, class V>
constexpr void gemm_batch(const M& m, std::span<const MatrixView<const U>> a, std::span<const MatrixView<const U>> b,
                          std::span<const MatrixView<V>> c) {
  detail::require_equal_sizes(a.size(), b.size());
  detail::require_equal_sizes(a.size(), c.size());
  for (std::size_t i = 0; i < a.size(); ++i) detail::require_gemm(a[i], b[i], c[i]);
  for (std::size_t i = 0; i < a.size(); ++i) gemm(m, a[i], b[i], c[i]);
}

// out_i = the sum over k of x_ik y_ik: the dot products of the rows, one operation.
template <class P, class S, class W>
constexpr void dot_batch(const Mixed<P, S, W>& m, MatrixView<const typename P::value_type> x,
                         MatrixView<const typename P::value_type> y, VectorView<typename W::value_type> out) {
  detail::require_dot_batch(x, y, out);
  const MixedDraws draws = m.draws();
  for (std::size_t i = 0; i < x.rows; ++i)
    out[i] = detail::dot(m, detail::ElementDraws(draws, i, x.rows), x.row(i), y.row(i));
}

}  // namespace lowprec::linalg

namespace lowprec {

// out_k = in_k rounded into the arithmetic, with draw k of the sums. `in` may be `out`.
template <Arithmetic A>
constexpr void convert(A& a, VectorView<const double> in, VectorView<typename A::value_type> out) {
  linalg::detail::require_equal_sizes(in.size, out.size);
  format::detail::require_same_or_apart(in, out);
  const linalg::OperationDraws draws = a.draws();
  for (std::size_t k = 0; k < in.size; ++k) out[k] = a.from(in[k], {draws.sums, k});
}

}  // namespace lowprec

namespace lowprec::linalg {

// The same operations, the same bits, vectorised, for formats known at run time. Operands and results are numbers of
// their formats as binary64 or binary32 numbers; binary32 holds every number of the formats, or it is an Error.
using DynamicMixed = Mixed<Dynamic>;

}  // namespace lowprec::linalg

namespace lowprec {

double dot(const linalg::DynamicMixed& m, VectorView<const double> x, VectorView<const double> y);
float dot(const linalg::DynamicMixed& m, VectorView<const float> x, VectorView<const float> y);
void axpy(const linalg::DynamicMixed& m, double s, VectorView<const double> x, VectorView<double> y);
void axpy(const linalg::DynamicMixed& m, float s, VectorView<const float> x, VectorView<float> y);
void scal(Dynamic& a, double s, VectorView<double> x);
void scal(Dynamic& a, float s, VectorView<float> x);
void ger(const linalg::DynamicMixed& m, VectorView<const double> x, VectorView<const double> y,
         MatrixView<double> matrix);
void ger(const linalg::DynamicMixed& m, VectorView<const float> x, VectorView<const float> y, MatrixView<float> matrix);
void gemm(const linalg::DynamicMixed& m, MatrixView<const double> a, MatrixView<const double> b, MatrixView<double> c);
void gemm(const linalg::DynamicMixed& m, MatrixView<const float> a, MatrixView<const float> b, MatrixView<float> c);
void gemm(const linalg::DynamicMixed& m, MatrixView<const double> a, MatrixView<const double> b,
          MatrixView<const double> e, MatrixView<double> c);
void gemm(const linalg::DynamicMixed& m, MatrixView<const float> a, MatrixView<const float> b,
          MatrixView<const float> e, MatrixView<float> c);

}  // namespace lowprec

namespace lowprec::linalg {

void dot_batch(const DynamicMixed& m, MatrixView<const double> x, MatrixView<const double> y, VectorView<double> out);
void dot_batch(const DynamicMixed& m, MatrixView<const float> x, MatrixView<const float> y, VectorView<float> out);

}  // namespace lowprec::linalg

namespace lowprec {

void convert(Dynamic& a, VectorView<const double> in, VectorView<double> out);

}  // namespace lowprec

namespace lowprec::linalg {

// In binary64 itself: dot is vectorised in strands(16), axpy always.
using NativeMixed = Mixed<Scalarwise<double>>;

}  // namespace lowprec::linalg

namespace lowprec {

double dot(const linalg::NativeMixed& m, VectorView<const double> x, VectorView<const double> y);
void axpy(const linalg::NativeMixed& m, double s, VectorView<const double> x, VectorView<double> y);

inline void gemv(const linalg::DynamicMixed& m, MatrixView<const float> a, VectorView<const float> x,
                 VectorView<float> y) {
  gemm(m, MatrixView<const float>::row_vector(x), a.transposed(), MatrixView<float>::row_vector(y));
}
inline float dot(Dynamic& a, VectorView<const float> x, VectorView<const float> y) { return dot(Mixed(a), x, y); }
inline void axpy(Dynamic& a, float s, VectorView<const float> x, VectorView<float> y) { axpy(Mixed(a), s, x, y); }
inline void ger(Dynamic& a, VectorView<const float> x, VectorView<const float> y, MatrixView<float> matrix) {
  ger(Mixed(a), x, y, matrix);
}
inline void gemm(Dynamic& a, MatrixView<const float> x, MatrixView<const float> y, MatrixView<float> c) {
  gemm(Mixed(a), x, y, c);
}
inline void gemv(Dynamic& a, MatrixView<const float> matrix, VectorView<const float> x, VectorView<float> y) {
  gemv(Mixed(a), matrix, x, y);
}

}  // namespace lowprec
