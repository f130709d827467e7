// Matrix products by tiles of binary32 lanes, block by block.
#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>

#include "kernel/tiles.h"
#include "linalg/tile_conditions.h"
#include "lowprec/format/view.h"
#include "lowprec/linalg/arithmetic.h"

namespace lowprec::linalg {

// The operands of C = E + A B.
template <class T>
struct GemmOperands {
  MatrixView<const T> a, b;
  const MatrixView<const T>* e;  // or null
  MatrixView<T> c;
};

// Elements row .. row + rows, column .. column + columns of C.
struct Region {
  std::size_t row, rows, column, columns;
};

template <class T>
class TileProduct {
 public:
  TileProduct(const Dynamic& products, const Dynamic& sums, const GemmOperands<T>& p);

  // Calls f for the regions of rows first .. last of C.
  template <class F>
  void for_regions(std::size_t first, std::size_t last, F f) const {
    for (std::size_t i = first; i < last; i += kRows)
      for (std::size_t j = 0; j < p_.c.columns; j += kColumns)
        f(Region{i, std::min(kRows, last - i), j, std::min(kColumns, p_.c.columns - j)});
  }

  // Computes a region of C; false, and C as it was, if binary32 lanes do not give the definition's bits.
  bool run(const Region& region);

 private:
  // What is packed of A, B and C at a time: 768 KB.
  static constexpr std::size_t kRows = 256, kColumns = 256, kDepth = 256, kRowDepth = 64;

  bool start(const Region& region);
  void finish(const Region& region);
  bool run_tiles(const Region& region);
  bool run_row(const Region& region);
  bool multiply_row(const kernel::Survey& a, MatrixView<const T> b, std::size_t depth, float* c);

  TileRule rule_;
  const lane::LaneConstants<double>& sum_grid_;
  const GemmOperands<T>& p_;
  std::unique_ptr<float[]> a_, b_, c_;
};

extern template class TileProduct<float>;
extern template class TileProduct<double>;

}  // namespace lowprec::linalg
