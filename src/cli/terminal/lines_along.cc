#include "cli/terminal/lines_along.h"

#include <fmt/format.h>

#include <functional>
#include <numeric>
#include <utility>

#include "lowprec/format/error.h"

namespace lowprec::cli {
namespace {

std::size_t product(std::span<const std::size_t> extents) {
  return std::accumulate(extents.begin(), extents.end(), std::size_t{1}, std::multiplies<>());
}

}  // namespace

LinesAlong::LinesAlong(std::span<const std::size_t> shape, int axis) : is_vector_(shape.size() < 2) {
  const auto axes = static_cast<int>(std::max<std::size_t>(shape.size(), 1));
  if (axis < -axes || axis >= axes)
    throw Error(fmt::format("--axis {}: the array has {} {}; allowed is {} to {}", axis, axes,
                            axes == 1 ? "axis" : "axes", -axes, axes - 1));
  if (shape.empty()) return;
  const auto k = static_cast<std::size_t>(axis < 0 ? axis + axes : axis);
  outer_ = product(shape.first(k));
  length_ = shape[k];
  inner_ = product(shape.subspan(k + 1));
}

MatrixView<const double> LinesAlong::matrix(std::span<const double> values) const {
  return {values.data(), rows(), columns()};
}
MatrixView<double> LinesAlong::matrix(std::span<double> values) const { return {values.data(), rows(), columns()}; }

Quantizer LinesAlong::quantizer(const Quantizer& q) const {
  if (!is_swapped() || !q.is_scaled()) return q;
  array::Rounded rounded = *q.rounded();
  std::swap(rounded.scale.group.rows, rounded.scale.group.columns);
  return rounded;
}

std::vector<double> LinesAlong::moved(std::vector<double> values, bool to_lines) const {
  if (!is_between()) return values;
  std::vector<double> result(values.size());
  std::size_t line = 0;
  for (std::size_t o = 0; o < outer_; ++o)
    for (std::size_t i = 0; i < inner_; ++i)
      for (std::size_t k = 0; k < length_; ++k, ++line) {
        const std::size_t place = (o * length_ + k) * inner_ + i;
        result[to_lines ? line : place] = values[to_lines ? place : line];
      }
  return result;
}

std::vector<double> LinesAlong::to_lines(std::vector<double> values) const { return moved(std::move(values), true); }
std::vector<double> LinesAlong::from_lines(std::vector<double> values) const { return moved(std::move(values), false); }

}  // namespace lowprec::cli
