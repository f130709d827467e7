#include "lowprec/sgd/rotation.h"

#include <algorithm>
#include <cmath>

#include "lowprec/array/fill.h"

namespace lowprec {

// From the last two coordinates up, each reflection maps a normal vector of the last m onto an axis; the signs make the
// distribution that of the Q with a positive diagonal in R.
sgd::Rotation::Rotation(std::size_t dimension, Stream stream) : dimension_(dimension), columns_(dimension * dimension) {
  const std::size_t d = dimension;
  std::vector<double> v(d), row(d);
  array::fill_gaussian(stream.substream(0), 0, v);
  columns_[d * d - 1] = v[d - 1] < 0 ? -1 : 1;
  for (std::size_t m = 2; m <= d; ++m) {
    const std::size_t first = d - m;
    array::fill_gaussian(stream.substream(m), 0, {v.data(), m});
    double squares = 0;
    for (std::size_t i = 0; i < m; ++i) squares += v[i] * v[i];
    const double norm = std::sqrt(squares), sign = v[0] < 0 ? -1 : 1;
    columns_[first * d + first] = -sign;
    v[0] += sign * norm;
    const double factor = 1 / (norm * std::abs(v[0]));  // 2 / <v, v>
    std::fill(row.begin(), row.end(), 0.0);
    for (std::size_t i = 0; i < m; ++i)
      for (std::size_t j = first; j < d; ++j) row[j] += v[i] * columns_[(first + i) * d + j];
    for (std::size_t i = 0; i < m; ++i)
      for (std::size_t j = first; j < d; ++j) columns_[(first + i) * d + j] -= factor * v[i] * row[j];
  }
}

sgd::Rotation::Rotation(std::size_t dimension, const std::vector<double>& rows)
    : dimension_(dimension), columns_(dimension * dimension) {
  for (std::size_t i = 0; i < dimension; ++i)
    for (std::size_t j = 0; j < dimension; ++j) columns_[j * dimension + i] = rows[i * dimension + j];
}

void sgd::Rotation::apply(std::span<const double> x, std::span<double> out) const {
  const std::size_t d = dimension_;
  std::fill(out.begin(), out.end(), 0.0);
  double* y = out.data();
  std::size_t j = 0;
  for (; j + 4 <= d; j += 4) {
    const double* u = &columns_[j * d];
    const double a = x[j], b = x[j + 1], c = x[j + 2], e = x[j + 3];
    for (std::size_t i = 0; i < d; ++i)
      y[i] = (((y[i] + a * u[i]) + b * u[d + i]) + c * u[2 * d + i]) + e * u[3 * d + i];
  }
  for (; j < d; ++j)
    for (std::size_t i = 0; i < d; ++i) y[i] += x[j] * columns_[j * d + i];
}

std::vector<double> sgd::Rotation::back(std::span<const double> w) const {
  std::vector<double> result(dimension_);
  for (std::size_t j = 0; j < dimension_; ++j)
    for (std::size_t i = 0; i < dimension_; ++i) result[j] += column(j)[i] * w[i];
  return result;
}

}  // namespace lowprec
