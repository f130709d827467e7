// gemm of formats known at run time: by tables, tiles, rows, or the definition.
#include <algorithm>

#include "linalg/rows.h"
#include "linalg/table_gemm.h"
#include "linalg/tile_conditions.h"
#include "linalg/tile_gemm.h"
#include "lowprec/linalg/linalg.h"
#include "system/parallel.h"

namespace lowprec {

namespace linalg {
namespace {

// Calls f(first, last) for bands of rows of C, on several threads where that pays.
template <class T, class F>
void for_bands(const DynamicMixed& m, const GemmOperands<T>& p, F f) {
  constexpr std::size_t kLeastWork = std::size_t{1} << 22;  // multiply-adds that are worth a thread
  if (p.c.rows == 0 || p.c.columns == 0) return;
  const bool is_observed = m.products.is_observed() || m.sums.is_observed() || m.outer.is_observed();
  const std::size_t of_row = p.c.columns * std::max<std::size_t>(p.a.columns, 1);
  system::parallel_for(p.c.rows, is_observed ? p.c.rows : system::share(p.c.rows, kLeastWork / of_row + 1), f);
}

template <class T>
void gemm_in_rows(const DynamicMixed& m, const GemmOperands<T>& p) {
  const MixedDraws draws = m.draws();
  for_bands(m, p, [&](std::size_t first_row, std::size_t last_row) {
    RowMachine<T> machine(m, draws, p);
    for (std::size_t i = first_row; i < last_row; ++i)
      for_rows(p.c.columns, [&](std::size_t first, std::size_t n) { machine.run(i, first, n); });
  });
}

// By tiles; regions that they cannot take, by rows.
template <class T>
void gemm_in_tiles(const DynamicMixed& m, const GemmOperands<T>& p) {
  const MixedDraws draws = m.draws();
  for_bands(m, p, [&](std::size_t first, std::size_t last) {
    RowMachine<T> machine(m, draws, p);
    TileProduct<T> tiles(m.products, m.sums, p);
    tiles.for_regions(first, last, [&](const Region& r) {
      if (tiles.run(r)) return;
      for (std::size_t i = r.row; i < r.row + r.rows; ++i) machine.run(i, r.column, r.columns);
    });
  });
}

// Rows of C are long: a column is computed as a row, which has the same draws.
template <class T>
GemmOperands<T> with_long_rows(const GemmOperands<T>& p, MatrixView<const T>& e) {
  if (p.c.columns != 1) return p;
  if (p.e != nullptr) e = p.e->transposed();
  return {p.b.transposed(), p.a.transposed(), p.e != nullptr ? &e : nullptr, p.c.transposed()};
}

template <class T>
void gemm_any(const DynamicMixed& m, const GemmOperands<T>& given) {
  detail::require_gemm(given.a, given.b, given.c);
  if (given.e != nullptr) detail::require_start(*given.e, given.c);
  require_storage<T>(m);
  MatrixView<const T> transposed_e(nullptr, 0, 0);
  const GemmOperands<T> p = with_long_rows(given, transposed_e);
  if (!has_rows(m)) return detail::gemm(m, p.a, p.b, p.e, p.c);
  const bool is_sequential = m.summation.kind == Summation::sequential;
  if (is_sequential && multiply_by_tables(m.products, m.sums, p)) return;
  if (is_sequential && may_use_tiles(m.products, m.sums)) return gemm_in_tiles(m, p);
  gemm_in_rows(m, p);
}

}  // namespace
}  // namespace linalg

void gemm(const linalg::DynamicMixed& m, MatrixView<const double> a, MatrixView<const double> b, MatrixView<double> c) {
  linalg::gemm_any<double>(m, {a, b, nullptr, c});
}
void gemm(const linalg::DynamicMixed& m, MatrixView<const float> a, MatrixView<const float> b, MatrixView<float> c) {
  linalg::gemm_any<float>(m, {a, b, nullptr, c});
}
void gemm(const linalg::DynamicMixed& m, MatrixView<const double> a, MatrixView<const double> b,
          MatrixView<const double> e, MatrixView<double> c) {
  linalg::gemm_any<double>(m, {a, b, &e, c});
}
void gemm(const linalg::DynamicMixed& m, MatrixView<const float> a, MatrixView<const float> b,
          MatrixView<const float> e, MatrixView<float> c) {
  linalg::gemm_any<float>(m, {a, b, &e, c});
}

}  // namespace lowprec
