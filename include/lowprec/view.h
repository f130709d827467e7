// Views: where the elements of a vector or matrix lie. They own nothing; shapes and strides are in elements.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <ranges>
#include <span>
#include <type_traits>
#include <utility>

namespace lowprec {

// n elements, `stride` apart.
template <class T>
struct VectorView {
  T* data = nullptr;
  std::size_t size = 0;
  std::ptrdiff_t stride = 1;

  constexpr VectorView() = default;
  constexpr VectorView(T* data_, std::size_t size_, std::ptrdiff_t stride_ = 1)
      : data(data_), size(size_), stride(stride_) {}

  // A span, or any contiguous range that has a name (std::vector, std::array, a C array).
  constexpr VectorView(std::span<T> range) : data(range.data()), size(range.size()) {}
  template <std::ranges::contiguous_range R>
  requires std::is_convertible_v<decltype(std::ranges::data(std::declval<R&>())), T*>
  constexpr VectorView(R& range) : data(std::ranges::data(range)), size(std::ranges::size(range)) {}

  template <class U>
  requires std::is_same_v<T, const U>
  constexpr VectorView(VectorView<U> other) : data(other.data), size(other.size), stride(other.stride) {}

  constexpr T& operator[](std::size_t i) const { return data[static_cast<std::ptrdiff_t>(i) * stride]; }
};

// rows x columns elements; element (i, j) lies at data[i * row_stride + j * column_stride]. Row-major by default.
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

  constexpr VectorView<T> row(std::size_t i) const {
    if (columns == 0) return {data, 0, column_stride};  // there may be no memory to point into
    return {data + static_cast<std::ptrdiff_t>(i) * row_stride, columns, column_stride};
  }
  constexpr T& operator()(std::size_t i, std::size_t j) const { return row(i)[j]; }
};

namespace detail {

// Whether two different elements of a matrix of that shape and those strides can be `distance` elements apart.
template <class T>
constexpr bool has_distance(const MatrixView<T>& m, std::ptrdiff_t distance) {
  const auto rows = static_cast<std::ptrdiff_t>(m.rows), columns = static_cast<std::ptrdiff_t>(m.columns);
  const std::ptrdiff_t stride = m.column_stride;
  for (std::ptrdiff_t di = 1 - rows; di < rows; ++di) {
    const std::ptrdiff_t rest = distance - di * m.row_stride;
    if (stride == 0) {
      if (rest == 0 && (di != 0 || columns > 1)) return true;
    } else if (rest % stride == 0 && (di != 0 || rest != 0)) {
      const std::ptrdiff_t dj = rest / stride;
      if (-columns < dj && dj < columns) return true;
    }
  }
  return false;
}

// The least element by address, and the end of the greatest, of a view with elements.
template <class T>
std::pair<std::uintptr_t, std::uintptr_t> extent(const MatrixView<T>& m) {
  const auto rows = static_cast<std::ptrdiff_t>(m.rows - 1) * m.row_stride;
  const auto columns = static_cast<std::ptrdiff_t>(m.columns - 1) * m.column_stride;
  const T* least = m.data + std::min<std::ptrdiff_t>(rows, 0) + std::min<std::ptrdiff_t>(columns, 0);
  const T* greatest = m.data + std::max<std::ptrdiff_t>(rows, 0) + std::max<std::ptrdiff_t>(columns, 0);
  return {reinterpret_cast<std::uintptr_t>(least), reinterpret_cast<std::uintptr_t>(greatest + 1)};
}

}  // namespace detail

// Whether two elements of a view lie at the same place.
template <class T>
constexpr bool meets_itself(const MatrixView<T>& m) {
  return m.rows > 0 && m.columns > 0 && detail::has_distance(m, 0);
}

// Whether different views of one shape have elements in common. Views of different strides that overlap are taken to.
template <class T>
bool overlap_apart(const MatrixView<const T>& a, const MatrixView<const T>& b) {
  if (a == b || a.rows == 0 || a.columns == 0) return false;
  const auto [a_begin, a_end] = detail::extent(a);
  const auto [b_begin, b_end] = detail::extent(b);
  if (a_end <= b_begin || b_end <= a_begin) return false;
  if (a.row_stride != b.row_stride || a.column_stride != b.column_stride) return true;
  return a.data == b.data || detail::has_distance(a, b.data - a.data);
}

}  // namespace lowprec
