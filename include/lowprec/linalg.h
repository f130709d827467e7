// Linear algebra with every product and every sum rounded. Policy first, as in C++26 <linalg> (P1673): an arithmetic, or
// a Mixed one. BLAS's names, P1673's order of arguments: what is read, then what is written.
//
// How each sum is taken is part of the definition (see Summation), and so are the draws: term k of element (i, j) of a
// matrix of I x J takes draw (k I + i) J + j of the operation's streams; a vector is a matrix of one column, a number one
// of one element.
//
// Errors come before anything is written: shapes that do not fit, sizes that overflow, and destinations that overlap what
// is read, unless an operation says otherwise.
#pragma once

#include <cstddef>
#include <limits>
#include <span>
#include <type_traits>

#include "lowprec/arithmetic.h"
#include "lowprec/exact_sum.h"
#include "lowprec/overlap.h"
#include "lowprec/summation.h"
#include "lowprec/view.h"

namespace lowprec {

namespace detail {

constexpr bool is_same_object(const auto& a, const auto& b) {
  return static_cast<const void*>(&a) == static_cast<const void*>(&b);
}

}  // namespace detail

// The draws of an operation, and of the sums of its chunks.
struct MixedDraws : OperationDraws {
  Stream outer;
};

// Who rounds products, who rounds sums of them, who adds up chunks, and how the sums are taken. Operands are numbers of
// the first, results of the second, of chunks of the third. A product need not be a number of the sums' format: acc +
// product is rounded once.
template <Arithmetic P, Arithmetic S = P, Arithmetic W = S>
struct Mixed {
  using operand_type = typename P::value_type;
  using result_type = typename W::value_type;

  P& products;
  S& sums;
  W& outer;
  Summation summation;

  constexpr explicit Mixed(P& a, Summation s = sequential)
  requires(std::same_as<P, S>&& std::same_as<S, W>) : Mixed(a, a, a, s) {}
  constexpr Mixed(P& p, S& s, Summation m = sequential) requires(std::same_as<S, W>) : Mixed(p, s, s, m) {}
  constexpr Mixed(P& p, S& s, W& w, Summation m) : products(p), sums(s), outer(w), summation(m) {}

  // The streams of the next operation.
  constexpr MixedDraws draws() const {
    MixedDraws result{products.draws(), {}};
    if (!detail::is_same_object(products, sums)) result.sums = sums.draws().sums;
    if (summation.kind == Summation::chunk)
      result.outer = detail::is_same_object(sums, outer) ? result.joins() : outer.draws().joins();
    return result;
  }
};
template <class P>
Mixed(P&, Summation) -> Mixed<P>;
template <class P, class S>
Mixed(P&, S&, Summation) -> Mixed<P, S>;
template <class P, class S>
Mixed(P&, S&) -> Mixed<P, S>;

namespace detail {

inline void require_equal_sizes(std::size_t a, std::size_t b) {
  if (a != b) throw Error("linear algebra: the sizes of the operands differ");
}

// s + t for a number t of another arithmetic, rounded once.
template <Arithmetic A, Arithmetic B>
constexpr typename A::value_type add_from(A& a, const typename A::value_type& s, const B& other,
                                          const typename B::value_type& t, Draw draw) {
  if constexpr (std::same_as<A, B>) {
    if (a.holds_numbers_of(other)) return a.add(s, t, draw);
  }
  return a.add_number(s, other.to_double(t), draw);
}

// The draws of one element's sum: term k takes draw first + k * step.
struct ElementDraws {
  MixedDraws streams;
  Stream joins;
  std::uint64_t first = 0, step = 1;

  constexpr explicit ElementDraws(const MixedDraws& draws, std::uint64_t first_ = 0, std::uint64_t step_ = 1)
      : streams(draws), joins(draws.joins()), first(first_), step(step_) {}
  constexpr Draw of_product(std::size_t k) const { return {streams.products, first + k * step}; }
  constexpr Draw of_sum(std::size_t k) const { return {streams.sums, first + k * step}; }
  constexpr Draw of_join(std::size_t k) const { return {joins, first + k * step}; }
  constexpr Draw of_outer(std::size_t k) const { return {streams.outer, first + k * step}; }
};

// sum_terms over numbers: term(k) is a number of the products' arithmetic.
template <class M, class Term>
struct NumberMachine {
  using S = typename std::remove_reference_t<decltype(M::sums)>::value_type;
  using W = typename M::result_type;

  const M& m;
  const ElementDraws& draws;
  const W* start;  // what is added to, or null
  Term term;

  constexpr S zero() const { return S{}; }
  constexpr S sum_start() const {
    if constexpr (std::same_as<S, W>) return start != nullptr ? *start : S{};
    return S{};
  }
  constexpr void join_start(S& s) const {
    if constexpr (std::same_as<S, W>) {
      if (start != nullptr) s = m.sums.add(s, *start, draws.of_join(0));
    }
  }
  constexpr W outer_start() const { return start != nullptr ? *start : W{}; }
  constexpr void add_term(S& s, std::size_t k) { s = add_from(m.sums, s, m.products, term(k), draws.of_sum(k)); }
  constexpr void join(S& s, const S& other, std::size_t k) { s = m.sums.add(s, other, draws.of_join(k)); }
  constexpr void join_outer(W& total, const S& s, std::size_t k) {
    total = add_from(m.outer, total, m.sums, s, draws.of_outer(k));
  }
  constexpr W outer(const S& s) const {
    if constexpr (std::same_as<S, W>)
      return s;
    else
      return m.outer.from(m.sums.to_double(s), draws.of_join(0));
  }
};

template <class Machine>
constexpr auto sum_exactly(Machine& machine, std::size_t n) {
  ExactSum sum;
  if (machine.start != nullptr) sum.add(machine.m.outer.to_double(*machine.start));
  for (std::size_t k = 0; k < n; ++k) sum.add(machine.m.products.to_double(machine.term(k)));
  return machine.outer(machine.m.sums.from(sum.result(), machine.draws.of_join(0)));
}

// x * 2^exponent, exact.
constexpr Wide scaled(double x, int exponent) {
  const Wide wide(x);
  return wide.is_finite() ? Wide(wide.significand(), wide.exponent() + exponent, wide.is_negative()) : wide;
}

template <class Machine>
constexpr auto sum_as_tensor_core(Machine& machine, std::size_t n) {
  auto& sums = machine.m.sums;
  auto s = machine.sum_start();
  for (std::size_t first = 0; first < n; first += machine.m.summation.n) {
    const std::size_t end = std::min(n, first + machine.m.summation.n);
    AlignedSum group(machine.m.summation.bits);
    group.see(sums.to_double(s));
    for (std::size_t k = first; k < end; ++k) group.see(machine.m.products.to_double(machine.term(k)));
    group.add(sums.to_double(s));
    for (std::size_t k = first; k < end; ++k) group.add(machine.m.products.to_double(machine.term(k)));
    const Draw draw = machine.draws.of_join(first);
    s = group.exponent() == 0 ? sums.from(group.significand(), draw)
                              : sums.from(scaled(group.significand(), group.exponent()), draw);
  }
  return machine.outer(s);
}

// The sum of term(0) ... term(n - 1), added to *start where that is not null.
template <class M, class Term>
constexpr typename M::result_type sum_of(const M& m, const ElementDraws& draws, std::size_t n, Term term,
                                         const typename M::result_type* start = nullptr) {
  NumberMachine<M, Term> machine{m, draws, start, term};
  if (m.summation.kind == Summation::exact) return sum_exactly(machine, n);
  if (m.summation.kind == Summation::tensor_core) return sum_as_tensor_core(machine, n);
  return sum_terms(machine, m.summation, n);
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
  require_apart(a, c);
  require_apart(b, c);
}

template <class U, class V>
constexpr void require_start(const MatrixView<const U>& e, const MatrixView<V>& c) {
  require_equal_sizes(e.rows, c.rows);
  require_equal_sizes(e.columns, c.columns);
  require_same_or_apart(e, c);
}

template <class U, class V>
constexpr void require_dot_batch(const MatrixView<const U>& x, const MatrixView<const U>& y, const VectorView<V>& out) {
  require_equal_sizes(x.rows, y.rows);
  require_equal_sizes(x.columns, y.columns);
  require_equal_sizes(x.rows, out.size);
  require_apart(x, out);
  require_apart(y, out);
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

// The sum of x_k y_k.
template <class P, class S, class W>
constexpr typename W::value_type dot(const Mixed<P, S, W>& m, VectorView<const typename P::value_type> x,
                                     VectorView<const typename P::value_type> y) {
  detail::require_equal_sizes(x.size, y.size);
  return detail::dot(m, detail::ElementDraws(m.draws()), x, y);
}
template <Arithmetic A>
constexpr typename A::value_type dot(A& a, VectorView<const typename A::value_type> x,
                                     VectorView<const typename A::value_type> y) {
  return dot(Mixed(a), x, y);
}

// The sum of |x_k|.
template <class P, class S, class W>
constexpr typename W::value_type asum(const Mixed<P, S, W>& m, VectorView<const typename P::value_type> x) {
  using T = typename P::value_type;
  return detail::sum_of(m, detail::ElementDraws(m.draws()), x.size,
                        [&](std::size_t k) { return x[k] < T{} ? T(-x[k]) : x[k]; });
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
    const T magnitude = x[k] < T{} ? T(-x[k]) : x[k];
    if (magnitude != magnitude || (best < x.size && !(largest < magnitude))) continue;
    best = k;
    largest = magnitude;
  }
  return best;
}

// x_k = round(s x_k), with draw k of the products.
template <Arithmetic A>
constexpr void scal(A& a, const typename A::value_type& s, VectorView<typename A::value_type> x) {
  const OperationDraws draws = a.draws();
  for (std::size_t k = 0; k < x.size; ++k) x[k] = a.mul(s, x[k], {draws.products, k});
}

// y_k = round(y_k + round(s x_k)). x may be y.
template <class P, class S>
constexpr void axpy(const Mixed<P, S>& m, const typename P::value_type& s, VectorView<const typename P::value_type> x,
                    VectorView<typename S::value_type> y) {
  detail::require_equal_sizes(x.size, y.size);
  detail::require_same_or_apart(x, y);
  const detail::ElementDraws draws(m.draws());
  for (std::size_t k = 0; k < x.size; ++k)
    y[k] = detail::add_from(m.sums, y[k], m.products, m.products.mul(s, x[k], draws.of_product(k)), draws.of_sum(k));
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
  detail::require_equal_sizes(x.size, matrix.rows);
  detail::require_equal_sizes(y.size, matrix.columns);
  detail::require_apart(x, matrix);
  detail::require_apart(y, matrix);
  const MixedDraws draws = m.draws();
  for (std::size_t i = 0; i < matrix.rows; ++i)
    for (std::size_t j = 0; j < matrix.columns; ++j) {
      const detail::ElementDraws element(draws, i * matrix.columns + j);
      matrix(i, j) = detail::add_from(m.sums, matrix(i, j), m.products,
                                      m.products.mul(x[i], y[j], element.of_product(0)), element.of_sum(0));
    }
}
template <Arithmetic A>
constexpr void ger(A& a, VectorView<const typename A::value_type> x, VectorView<const typename A::value_type> y,
                   MatrixView<typename A::value_type> matrix) {
  ger(Mixed(a), x, y, matrix);
}

// C = A B; or C = E + A B, where each sum begins with the element of E (pairwise and strands: ends with it). E may be C.
template <class P, class S, class W>
constexpr void gemm(const Mixed<P, S, W>& m, MatrixView<const typename P::value_type> a,
                    MatrixView<const typename P::value_type> b, MatrixView<typename W::value_type> c) {
  detail::require_gemm(a, b, c);
  detail::gemm<Mixed<P, S, W>, typename P::value_type, typename W::value_type>(m, a, b, nullptr, c);
}
template <class P, class S>
constexpr void gemm(const Mixed<P, S>& m, MatrixView<const typename P::value_type> a,
                    MatrixView<const typename P::value_type> b, MatrixView<const typename S::value_type> e,
                    MatrixView<typename S::value_type> c) {
  detail::require_gemm(a, b, c);
  detail::require_start(e, c);
  detail::gemm(m, a, b, &e, c);
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
constexpr void gemv(A& a, MatrixView<const typename A::value_type> matrix,
                    VectorView<const typename A::value_type> x, VectorView<typename A::value_type> y) {
  gemv(Mixed(a), matrix, x, y);
}

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

// out_k = in_k rounded into the arithmetic, with draw k of the sums. `in` may be `out`.
template <Arithmetic A>
constexpr void convert(A& a, VectorView<const double> in, VectorView<typename A::value_type> out) {
  detail::require_equal_sizes(in.size, out.size);
  detail::require_same_or_apart(in, out);
  const OperationDraws draws = a.draws();
  for (std::size_t k = 0; k < in.size; ++k) out[k] = a.from(in[k], {draws.sums, k});
}

// The same operations, the same bits, vectorised, for formats known at run time. Operands and results are numbers of
// their formats as binary64 or binary32 numbers; binary32 holds every number of the formats, or it is an Error.
using DynamicMixed = Mixed<Dynamic>;
double dot(const DynamicMixed& m, VectorView<const double> x, VectorView<const double> y);
float dot(const DynamicMixed& m, VectorView<const float> x, VectorView<const float> y);
void axpy(const DynamicMixed& m, double s, VectorView<const double> x, VectorView<double> y);
void axpy(const DynamicMixed& m, float s, VectorView<const float> x, VectorView<float> y);
void scal(Dynamic& a, double s, VectorView<double> x);
void scal(Dynamic& a, float s, VectorView<float> x);
void ger(const DynamicMixed& m, VectorView<const double> x, VectorView<const double> y, MatrixView<double> matrix);
void ger(const DynamicMixed& m, VectorView<const float> x, VectorView<const float> y, MatrixView<float> matrix);
void gemm(const DynamicMixed& m, MatrixView<const double> a, MatrixView<const double> b, MatrixView<double> c);
void gemm(const DynamicMixed& m, MatrixView<const float> a, MatrixView<const float> b, MatrixView<float> c);
void gemm(const DynamicMixed& m, MatrixView<const double> a, MatrixView<const double> b, MatrixView<const double> e,
          MatrixView<double> c);
void gemm(const DynamicMixed& m, MatrixView<const float> a, MatrixView<const float> b, MatrixView<const float> e,
          MatrixView<float> c);
void dot_batch(const DynamicMixed& m, MatrixView<const double> x, MatrixView<const double> y, VectorView<double> out);
void dot_batch(const DynamicMixed& m, MatrixView<const float> x, MatrixView<const float> y, VectorView<float> out);
void convert(Dynamic& a, VectorView<const double> in, VectorView<double> out);

inline void gemv(const DynamicMixed& m, MatrixView<const float> a, VectorView<const float> x, VectorView<float> y) {
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
