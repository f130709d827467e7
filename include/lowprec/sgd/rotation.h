// Random orthogonal matrices.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "lowprec/lane/stream.h"

namespace lowprec::sgd {

// A uniformly distributed orthogonal matrix U (Stewart, SIAM J. Numer. Anal. 17, 1980: a product of reflections by
// normal vectors), a function of the stream.
class Rotation {
 public:
  Rotation(std::size_t dimension, Stream stream);
  // A given orthogonal matrix, row-major.
  Rotation(std::size_t dimension, const std::vector<double>& rows);
  std::size_t dimension() const { return dimension_; }

  // Column j.
  std::span<const double> column(std::size_t j) const { return {&columns_[j * dimension_], dimension_}; }
  // out = U x, sums upwards in the index of x; out is not x.
  void apply(std::span<const double> x, std::span<double> out) const;
  // U^T w.
  std::vector<double> back(std::span<const double> w) const;

 private:
  std::size_t dimension_;
  std::vector<double> columns_;
};

}  // namespace lowprec::sgd
