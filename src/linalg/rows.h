// Rows: arithmetic of formats known at run time on up to kRow numbers at once, by the kernels. They serve every
// rounding and overflow rule but Overflow::error, random draws, counting, and every order of summation.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <type_traits>

#include "kernel/kernels.h"
#include "linalg/tile_gemm.h"
#include "lowprec/linalg/linalg.h"

namespace lowprec::linalg {

inline constexpr std::size_t kRow = 256;  // elements of a temporary

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

inline Events* counters(Dynamic& a) { return a.is_observed() ? &a.counters() : nullptr; }

inline kernel::Rounder rounder(const Dynamic& a, Stream stream) { return {a.rounding().kind, a.grid(), stream}; }

// As `a` rounds its sums with numbers of another arithmetic.
inline kernel::Rounder rounder(const Dynamic& a, const Dynamic& other, Stream stream) {
  return {a.rounding().kind, a.holds_numbers_of(other) ? a.sum_grid() : lane::for_any_numbers(a.grid()), stream};
}

inline bool has_rows(const Dynamic& a) { return a.has_lanes() && a.overflow() != Overflow::error; }

inline bool adds_in_rows(const Dynamic& a, const Dynamic& other) {
  return has_rows(a) &&
         (a.holds_numbers_of(other) || lane::adds_numbers<double>(a.format(), a.rounding(), a.overflow()));
}

// Whether the kernels' rows give every product and sum.
inline bool has_rows(const DynamicMixed& m) {
  const bool in_order = m.summation.kind != Summation::exact && m.summation.kind != Summation::tensor_core;
  return in_order && has_rows(m.products) && adds_in_rows(m.sums, m.products) && adds_in_rows(m.outer, m.sums);
}

template <class T>
void require_storage(const DynamicMixed& m) {
  for (const Dynamic* a : {&m.products, &m.sums, &m.outer})
    if (!lane::fits_lane<T>(a->format()))
      throw Error("linear algebra: not every number of the format is a binary32 number: use arrays of double");
}

// Sums of up to kRow elements of one row of C, a Row each (see detail::sum_terms).
using Row = std::array<double, kRow>;
template <class T>
class RowMachine {
 public:
  RowMachine(const DynamicMixed& m, const MixedDraws& draws, const GemmOperands<T>& p)
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
    const Row row = detail::sum_terms(*this, m_.summation, p_.a.columns);
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

  const DynamicMixed& m_;
  const GemmOperands<T>& p_;
  kernel::Rounder products_, sums_, joins_, outer_;
  std::size_t i_ = 0, column_ = 0, n_ = 0;
};

}  // namespace lowprec::linalg
