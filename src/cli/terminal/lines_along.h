// A tensor as lines along one of its axes, which is how groups of a scale lie in it.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "lowprec/array/quantizer.h"
#include "lowprec/format/view.h"

namespace lowprec::cli {

inline constexpr const char* kAxisHelp = "The axis that rows lie along, from 0, or from -1 at the end; default -1";
inline constexpr const char* kHeaderHelp = "Whether the first line of a text names its columns; default auto";
inline constexpr const char* kAsHelp = "The elements of a .npy file are codes of this format";

// The axes before the chosen one, it, and those after it. A tensor without axes, or with one, is a vector.
class LinesAlong {
 public:
  // Throws Error if there is no such axis. Negative axes count from the end.
  LinesAlong(std::span<const std::size_t> shape, int axis);

  bool is_vector() const { return is_vector_; }
  // The values as a matrix whose rows are the lines, or whose columns are: swapped() then. Where axes lie on both sides
  // of the chosen one, the lines are copied, one after the other, with to_lines().
  MatrixView<const double> matrix(std::span<const double> values) const;
  MatrixView<double> matrix(std::span<double> values) const;
  // The quantizer that does to the matrix what `q` does to the lines.
  Quantizer quantizer(const Quantizer& q) const;

  std::vector<double> to_lines(std::vector<double> values) const;
  std::vector<double> from_lines(std::vector<double> values) const;

 private:
  bool is_swapped() const { return outer_ == 1 && inner_ != 1; }
  bool is_between() const { return outer_ != 1 && inner_ != 1; }
  std::vector<double> moved(std::vector<double> values, bool to_lines) const;
  std::size_t rows() const { return is_swapped() ? length_ : outer_ * inner_; }
  std::size_t columns() const { return is_swapped() ? inner_ : length_; }

  std::size_t outer_ = 1, length_ = 1, inner_ = 1;
  bool is_vector_ = false;
};

}  // namespace lowprec::cli
