// Linear algebra with every product and every sum rounded. Policy first, as in C++26 <linalg> (P1673): an arithmetic.
//
// The order of every sum is part of the definition, and so are the draws: element k of a sum takes draw k of the
// operation's streams, element (i, k) of a matrix draw i * columns + k.
#pragma once

#include "lowprec/arithmetic.h"
#include "lowprec/view.h"

namespace lowprec {

namespace detail {

inline void require_equal_sizes(std::size_t a, std::size_t b) {
  if (a != b) throw Error("linear algebra: the sizes of the operands differ");
}

// acc = 0; for k = 0, 1, ...: acc = add(acc, mul(x_k, y_k)), with draws first + k.
template <Arithmetic A>
constexpr typename A::value_type dot(A& a, const OperationDraws& draws, std::uint64_t first,
                                     VectorView<const typename A::value_type> x,
                                     VectorView<const typename A::value_type> y) {
  typename A::value_type sum{};
  for (std::size_t k = 0; k < x.size; ++k)
    sum = a.add(sum, a.mul(x[k], y[k], {draws.products, first + k}), {draws.sums, first + k});
  return sum;
}

double dot(Dynamic& a, const OperationDraws& draws, std::uint64_t first, VectorView<const double> x,
           VectorView<const double> y);

}  // namespace detail

// sum of x_k y_k from k = 0 upwards: acc = 0, acc = round(acc + round(x_k y_k)). Error if sizes differ.
template <Arithmetic A>
constexpr typename A::value_type dot(A& a, VectorView<const typename A::value_type> x,
                                     VectorView<const typename A::value_type> y) {
  detail::require_equal_sizes(x.size, y.size);
  return detail::dot(a, a.draws(), 0, x, y);
}

// y_k = round(y_k + round(s x_k)). x may be y; otherwise they do not overlap. Error if sizes differ.
template <Arithmetic A>
constexpr void axpy(A& a, typename A::value_type s, VectorView<const typename A::value_type> x,
                    VectorView<typename A::value_type> y) {
  detail::require_equal_sizes(x.size, y.size);
  const OperationDraws draws = a.draws();
  for (std::size_t k = 0; k < x.size; ++k) y[k] = a.add(y[k], a.mul(s, x[k], {draws.products, k}), {draws.sums, k});
}
void axpy(Dynamic& a, double s, VectorView<const double> x, VectorView<double> y);

// y_i = dot of row i of m with x. y overlaps neither. Error if shapes do not fit.
template <Arithmetic A>
constexpr void gemv(A& a, MatrixView<const typename A::value_type> m, VectorView<const typename A::value_type> x,
                    VectorView<typename A::value_type> y) {
  detail::require_equal_sizes(m.columns, x.size);
  detail::require_equal_sizes(m.rows, y.size);
  const OperationDraws draws = a.draws();
  for (std::size_t i = 0; i < m.rows; ++i) y[i] = detail::dot(a, draws, i * m.columns, m.row(i), x);
}

// out_k = in_k rounded into the arithmetic, with draw k of the sums' stream. Error if sizes differ.
template <Arithmetic A>
constexpr void convert(A& a, VectorView<const double> in, VectorView<typename A::value_type> out) {
  detail::require_equal_sizes(in.size, out.size);
  const OperationDraws draws = a.draws();
  for (std::size_t k = 0; k < in.size; ++k) out[k] = a.from(in[k], {draws.sums, k});
}
void convert(Dynamic& a, VectorView<const double> in, VectorView<double> out);

}  // namespace lowprec
