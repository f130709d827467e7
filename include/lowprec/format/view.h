// Views say where the elements of a vector or a matrix lie. They own nothing. Shapes and strides count elements.
#pragma once

#include <cstddef>
#include <ranges>
#include <span>
#include <type_traits>

#include "lowprec/format/language.h"

namespace lowprec {

// A view of `size` elements that lie `stride` apart.
template <class T>
struct VectorView {
  T* data = nullptr;
  std::size_t size = 0;
  std::ptrdiff_t stride = 1;

  constexpr VectorView() = default;
  constexpr VectorView(T* data_, std::size_t size_, std::ptrdiff_t stride_ = 1)
      : data(data_), size(size_), stride(stride_) {}

  // Views a span, or any contiguous range that has a name (std::vector, std::array, a C array).
  constexpr VectorView(std::span<T> range) : data(range.data()), size(range.size()) {}
  template <std::ranges::contiguous_range R>
  requires std::is_convertible_v<decltype(std::ranges::data(std::declval<R&>())), T*>
  constexpr VectorView(R& range) : data(std::ranges::data(range)), size(std::ranges::size(range)) {}

  template <class U>
  requires std::is_same_v<T, const U>
  constexpr VectorView(VectorView<U> other) : data(other.data), size(other.size), stride(other.stride) {}

  constexpr T& operator[](std::size_t i) const { return data[static_cast<std::ptrdiff_t>(i) * stride]; }
};

// A view of rows x columns elements. Element (i, j) lies at data[i * row_stride + j * column_stride]. The default is
// row-major.
template <class T>
struct MatrixView {
  T* data = nullptr;
  std::size_t rows = 0;
  std::size_t columns = 0;
  std::ptrdiff_t row_stride = 0;
  std::ptrdiff_t column_stride = 1;

  constexpr MatrixView(T* data_, std::size_t rows_, std::size_t columns_)
      : MatrixView(data_, rows_, columns_, static_cast<std::ptrdiff_t>(columns_), 1) {}
  constexpr MatrixView(T* data_, std::size_t rows_, std::size_t columns_, std::ptrdiff_t row_stride_,
                       std::ptrdiff_t column_stride_)
      : data(data_), rows(rows_), columns(columns_), row_stride(row_stride_), column_stride(column_stride_) {}

  template <class U>
  requires std::is_same_v<T, const U>
  constexpr MatrixView(MatrixView<U> other)
      : MatrixView(other.data, other.rows, other.columns, other.row_stride, other.column_stride) {}

  constexpr bool operator==(const MatrixView&) const = default;

  // Returns a view of the elements of x as a matrix of one row.
  static constexpr MatrixView row_vector(VectorView<T> x) { return {x.data, 1, x.size, 0, x.stride}; }

  constexpr MatrixView transposed() const { return {data, columns, rows, column_stride, row_stride}; }

  constexpr VectorView<T> column(std::size_t j) const { return transposed().row(j); }
  constexpr VectorView<T> row(std::size_t i) const {
    if (columns == 0) return {data, 0, column_stride};  // there may be no memory to point into
    return {data + static_cast<std::ptrdiff_t>(i) * row_stride, columns, column_stride};
  }
  constexpr T& operator()(std::size_t i, std::size_t j) const { return row(i)[j]; }
};

}  // namespace lowprec
