// Matrix products by tiles of binary32 lanes, block by block.
#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>

#include "kernel/tiles.h"
#include "lowprec/arithmetic.h"
#include "lowprec/view.h"

namespace lowprec {

// The operands of C = E + A B.
template <class T>
struct Product {
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
  TileProduct(const Dynamic& products, const Dynamic& sums, const Product<T>& p);

  template <class F>
  void for_blocks(F f) const {
    for (std::size_t i = 0; i < p_.c.rows; i += kRows)
      for (std::size_t j = 0; j < p_.c.columns; j += kColumns)
        f(Region{i, std::min(kRows, p_.c.rows - i), j, std::min(kColumns, p_.c.columns - j)});
  }

  // Computes a block of C; false, and C as it was, if binary32 lanes do not give the definition's bits.
  bool run(const Region& block);

 private:
  // What is packed of A, B and C at a time: 768 KB.
  static constexpr std::size_t kRows = 256, kColumns = 256, kDepth = 256;

  bool start(const Region& block);
  void finish(const Region& block);

  const Dynamic& products_;
  const Dynamic& sums_;
  const Product<T>& p_;
  std::unique_ptr<float[]> a_, b_, c_;
};

extern template class TileProduct<float>;
extern template class TileProduct<double>;

}  // namespace lowprec
