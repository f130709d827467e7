#include "linalg/tile_gemm.h"

#include <cmath>
#include <type_traits>

#include "kernel/kernels.h"

namespace lowprec {
namespace {

using kernel::kRowColumns;
using kernel::kTileColumns;
using kernel::kTileRows;
using kernel::kTileSize;

constexpr std::size_t pieces(std::size_t n, std::size_t size) { return (n + size - 1) / size; }

// x as a binary32 number; clears is_exact where it is none.
template <class T>
float narrow(T x, bool& is_exact) {
  const auto y = static_cast<float>(x);
  if constexpr (std::is_same_v<T, double>) is_exact &= static_cast<double>(y) == x || x != x;
  return y;
}

// Rows of m, kWidth of them at a time, side by side: out[k * kWidth + r] of piece r / kWidth; 0 where there is none.
// Whether all are binary32 numbers.
template <std::size_t kWidth, class T>
bool pack_rows(MatrixView<const T> m, float* out) {
  bool is_exact = true;
  for (std::size_t first = 0; first < m.rows; first += kWidth) {
    const T* rows[kWidth];
    const std::size_t count = std::min(kWidth, m.rows - first);
    if constexpr (std::is_same_v<T, float> && kWidth % 4 == 0) {
      if (count == kWidth && m.column_stride == 1) {
        kernel::transpose_rows(&m(first, 0), m.row_stride, kWidth, m.columns, kWidth, out);
        out += kWidth * m.columns;
        continue;
      }
    }
    for (std::size_t r = 0; r < kWidth; ++r) rows[r] = &m(first + std::min(r, count - 1), 0);
    for (std::size_t k = 0; k < m.columns; ++k, out += kWidth) {
      const std::ptrdiff_t at = static_cast<std::ptrdiff_t>(k) * m.column_stride;
      for (std::size_t r = 0; r < kWidth; ++r) out[r] = narrow(rows[r][at], is_exact);
      for (std::size_t r = count; r < kWidth; ++r) out[r] = 0;
    }
  }
  return is_exact;
}

// The same of columns whose rows lie contiguously.
template <std::size_t kWidth, class T>
bool pack_contiguous_columns(MatrixView<const T> m, float* out) {
  bool is_exact = true;
  for (std::size_t first = 0; first < m.columns; first += kWidth) {
    const std::size_t columns = std::min(kWidth, m.columns - first);
    for (std::size_t k = 0; k < m.rows; ++k, out += kWidth) {
      const T* row = &m(k, first);
      for (std::size_t j = 0; j < columns; ++j) out[j] = narrow(row[j], is_exact);
      for (std::size_t j = columns; j < kWidth; ++j) out[j] = 0;
    }
  }
  return is_exact;
}

template <std::size_t kWidth, class T>
bool pack_columns(MatrixView<const T> m, float* out) {
  return m.column_stride == 1 ? pack_contiguous_columns<kWidth>(m, out) : pack_rows<kWidth>(m.transposed(), out);
}

template <class T>
MatrixView<T> part(MatrixView<T> m, std::size_t row, std::size_t rows, std::size_t column, std::size_t columns) {
  if (rows == 0 || columns == 0) return {m.data, rows, columns, m.row_stride, m.column_stride};
  return {&m(row, column), rows, columns, m.row_stride, m.column_stride};
}

// Where element (i, j) of a block lies in its tiles.
std::size_t place(std::size_t i, std::size_t j, std::size_t panels) {
  return ((i / kTileRows) * panels + j / kTileColumns) * kTileSize + (i % kTileRows) * kTileColumns + j % kTileColumns;
}

// Calls f(i, j, n, where) for runs of n elements of a block that lie side by side in its tiles.
template <class F>
void for_runs(const linalg::Region& region, F f) {
  const std::size_t panels = pieces(region.columns, kTileColumns);
  for (std::size_t i = 0; i < region.rows; ++i)
    for (std::size_t j = 0; j < region.columns; j += kTileColumns)
      f(i, j, std::min(kTileColumns, region.columns - j), region.rows == 1 ? j : place(i, j, panels));
}

}  // namespace

template <class T>
linalg::TileProduct<T>::TileProduct(const Dynamic& products, const Dynamic& sums, const GemmOperands<T>& p)
    : rule_(products, sums), sum_grid_(sums.grid()), p_(p) {
  const std::size_t rows = pieces(std::min(kRows, p.c.rows), kTileRows) * kTileRows;
  const std::size_t columns = pieces(std::min(kColumns, p.c.columns), kRowColumns) * kRowColumns;
  const std::size_t depth = std::min(kDepth, p.a.columns);
  a_ = std::make_unique_for_overwrite<float[]>(rows * depth);
  b_ = std::make_unique_for_overwrite<float[]>(columns * depth);
  c_ = std::make_unique_for_overwrite<float[]>(rows * columns);
}

// The sums' start: 0, or E where all of it are numbers of the sums' format, and no -0, which products of 0 may turn.
template <class T>
bool linalg::TileProduct<T>::start(const linalg::Region& region) {
  const std::size_t tiles = pieces(region.rows, kTileRows) * pieces(region.columns, kTileColumns);
  std::fill_n(c_.get(), tiles * kTileSize, 0.0F);
  if (p_.e == nullptr) return true;
  bool is_number = true;
  for_runs(region, [&](std::size_t i, std::size_t j, std::size_t n, std::size_t where) {
    double given[kTileColumns] = {}, rounded[kTileColumns] = {};
    for (std::size_t k = 0; k < n; ++k) given[k] = (*p_.e)(region.row + i, region.column + j + k);
    kernel::round(Rounding::nearest_even, sum_grid_, given, rounded, n);
    for (std::size_t k = 0; k < n; ++k) {
      is_number &= given[k] == rounded[k] && !(given[k] == 0 && std::signbit(given[k]));
      c_[where + k] = static_cast<float>(given[k]);
    }
  });
  return is_number;
}

template <class T>
void linalg::TileProduct<T>::finish(const linalg::Region& region) {
  for_runs(region, [&](std::size_t i, std::size_t j, std::size_t n, std::size_t where) {
    const VectorView<T> row = p_.c.row(region.row + i);
    for (std::size_t k = 0; k < n; ++k) row[region.column + j + k] = static_cast<T>(c_[where + k]);
  });
}

template <class T>
bool linalg::TileProduct<T>::run_tiles(const linalg::Region& region) {
  const std::size_t strips = pieces(region.rows, kTileRows), panels = pieces(region.columns, kTileColumns);
  if (!start(region)) return false;
  for (std::size_t k = 0; k < p_.a.columns; k += kDepth) {
    const std::size_t depth = std::min(kDepth, p_.a.columns - k);
    if (!pack_rows<kTileRows>(part(p_.a, region.row, region.rows, k, depth), a_.get())) return false;
    if (!pack_columns<kTileColumns>(part(p_.b, k, depth, region.column, region.columns), b_.get())) return false;
    kernel::Survey a, b;
    kernel::survey(a_.get(), 1, 0, strips * kTileRows * depth, a);
    kernel::survey(b_.get(), 1, 0, panels * kTileColumns * depth, b);
    const auto rounding = rule_.rounding(a, b);
    if (!rounding) return false;
    kernel::multiply_tiles(*rounding, a_.get(), strips, b_.get(), panels, depth, c_.get());
  }
  finish(region);
  return true;
}

// One row, without copies of B where its rows are binary32 numbers side by side.
template <class T>
bool linalg::TileProduct<T>::run_row(const linalg::Region& region) {
  if (!start(region)) return false;
  for (std::size_t k = 0; k < p_.a.columns; k += kRowDepth) {
    const std::size_t depth = std::min(kRowDepth, p_.a.columns - k);
    if (!pack_rows<1>(part(p_.a, region.row, 1, k, depth), a_.get())) return false;
    kernel::Survey a;
    kernel::survey(a_.get(), 1, 0, depth, a);
    for (std::size_t j = 0; j < region.columns; j += kRowColumns) {
      const auto b = part(p_.b, k, depth, region.column + j, std::min(kRowColumns, region.columns - j));
      if (!multiply_row(a, b, depth, &c_[j])) return false;
    }
  }
  finish(region);
  return true;
}

// Columns of B with a row of A.
template <class T>
bool linalg::TileProduct<T>::multiply_row(const kernel::Survey& a, MatrixView<const T> b, std::size_t depth, float* c) {
  const float* numbers = b_.get();
  std::size_t stride = kRowColumns;
  kernel::Survey survey;
  if (std::is_same_v<T, float> && b.columns == kRowColumns && b.column_stride == 1 && b.row_stride >= 0) {
    numbers = reinterpret_cast<const float*>(b.data);
    stride = static_cast<std::size_t>(b.row_stride);
  } else if (!pack_columns<kRowColumns>(b, b_.get())) {
    return false;
  }
  kernel::survey(numbers, depth, stride, kRowColumns, survey);
  const auto rounding = rule_.rounding(a, survey);
  if (!rounding) return false;
  kernel::multiply_row(*rounding, a_.get(), numbers, stride, depth, c);
  return true;
}

template <class T>
bool linalg::TileProduct<T>::run(const linalg::Region& region) {
  return region.rows == 1 ? run_row(region) : run_tiles(region);
}

template class linalg::TileProduct<float>;
template class linalg::TileProduct<double>;

}  // namespace lowprec
