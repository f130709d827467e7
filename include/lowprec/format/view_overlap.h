// Tells whether a destination shares memory with what is read.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>

#include "lowprec/format/error.h"
#include "lowprec/format/view.h"

namespace lowprec::format::detail {

// The memory of a view: bytes first .. last, in runs of `run` bytes, one every `period` bytes. If period is 0, there is
// one run.
struct Memory {
  std::uintptr_t first = 0, last = 0;
  std::size_t run = 0, period = 0;
};

[[noreturn]] inline void fail_view_overflow() { throw Error("the sizes of a view overflow"); }

// Returns the bytes between the first and the last of n elements, with the sign of the stride. Throws Error if they
// overflow.
inline std::ptrdiff_t reach(std::size_t n, std::ptrdiff_t stride, std::size_t element) {
  std::ptrdiff_t bytes = 0;
  if (__builtin_mul_overflow(n - 1, stride, &bytes) || __builtin_mul_overflow(bytes, element, &bytes))
    fail_view_overflow();
  return bytes;
}

// Returns address + a + b. Throws Error if that is no address.
inline std::uintptr_t moved(std::uintptr_t address, std::ptrdiff_t a, std::ptrdiff_t b) {
  std::ptrdiff_t bytes = 0;
  if (__builtin_add_overflow(a, b, &bytes) || __builtin_add_overflow(address, bytes, &address)) fail_view_overflow();
  return address;
}

// Returns the memory of rows x columns elements. Neither number may be zero.
inline Memory memory_of(const void* data, std::size_t rows, std::size_t columns, std::ptrdiff_t row_stride,
                        std::ptrdiff_t column_stride, std::size_t element) {
  if (row_stride == 1) {  // columns are runs
    std::swap(rows, columns);
    std::swap(row_stride, column_stride);
  }
  if (columns == 1) column_stride = 1;
  const std::ptrdiff_t down = reach(rows, row_stride, element), across = reach(columns, column_stride, element);
  const auto start = reinterpret_cast<std::uintptr_t>(data);
  const std::uintptr_t below = moved(start, std::min<std::ptrdiff_t>(down, 0), std::min<std::ptrdiff_t>(across, 0));
  const std::uintptr_t above = moved(start, std::max<std::ptrdiff_t>(down, 0), std::max<std::ptrdiff_t>(across, 0));
  Memory memory{below, moved(above, static_cast<std::ptrdiff_t>(element), -1)};
  if (column_stride == 1 && rows > 1) {
    memory.run = columns * element;
    memory.period = static_cast<std::size_t>(row_stride < 0 ? -row_stride : row_stride) * element;
  }
  return memory;
}
template <class T>
Memory memory_of(const MatrixView<T>& m) {
  return memory_of(m.data, m.rows, m.columns, m.row_stride, m.column_stride, sizeof(T));
}
template <class T>
Memory memory_of(const VectorView<T>& x) {
  return memory_of(x.data, x.size, 1, x.stride, 1, sizeof(T));
}

template <class T>
constexpr bool is_empty(const MatrixView<T>& m) {
  return m.rows == 0 || m.columns == 0;
}
template <class T>
constexpr bool is_empty(const VectorView<T>& x) {
  return x.size == 0;
}

// Returns whether two memories are disjoint, or are interleaved runs of one period. Other interleaved views count as
// overlapping.
inline bool are_apart(const Memory& a, const Memory& b) {
  if (a.last < b.first || b.last < a.first) return true;
  if (a.period == 0 || a.period != b.period) return false;
  const std::size_t period = a.period;
  const std::size_t offset =
      a.first >= b.first ? (a.first - b.first) % period : (period - (b.first - a.first) % period) % period;
  return offset >= b.run && offset + a.run <= period;
}

// Throws Error if the views (vectors or matrices) share memory. Constant evaluation skips the check.
template <class X, class Y>
constexpr void require_apart(const X& x, const Y& y) {
  if (std::is_constant_evaluated() || is_empty(x) || is_empty(y)) return;
  if (!are_apart(memory_of(x), memory_of(y))) throw Error("the destination overlaps what is read, and is not the same");
}

template <class T, class U>
constexpr bool is_same_view(const VectorView<T>& x, const VectorView<U>& y) {
  return static_cast<const void*>(x.data) == static_cast<const void*>(y.data) && sizeof(T) == sizeof(U) &&
         (x.stride == y.stride || x.size < 2);
}
template <class T, class U>
constexpr bool is_same_view(const MatrixView<T>& x, const MatrixView<U>& y) {
  return static_cast<const void*>(x.data) == static_cast<const void*>(y.data) && sizeof(T) == sizeof(U) &&
         (x.row_stride == y.row_stride || x.rows < 2) && (x.column_stride == y.column_stride || x.columns < 2);
}

// Returns whether two different elements of a matrix of m's shape and strides can be `distance` elements apart.
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

// Returns whether two elements of a view lie at the same place.
template <class T>
constexpr bool meets_itself(const MatrixView<T>& m) {
  return m.rows > 0 && m.columns > 0 && detail::has_distance(m, 0);
}

// Returns whether two matrices, whose memory interleaves, have equal strides and no element in common. Both must have
// one shape.
template <class T, class U>
bool interleave_apart(const MatrixView<T>& x, const MatrixView<U>& y) {
  const auto distance = reinterpret_cast<std::intptr_t>(y.data) - reinterpret_cast<std::intptr_t>(x.data);
  const auto size = static_cast<std::intptr_t>(sizeof(T));
  return sizeof(T) == sizeof(U) && x.row_stride == y.row_stride && x.column_stride == y.column_stride &&
         distance % size == 0 && distance != 0 && !has_distance(x, distance / size);
}
template <class T, class U>
constexpr bool interleave_apart(const VectorView<T>&, const VectorView<U>&) {
  return false;
}

// Throws Error unless the views are the same or share no memory. Both must have one shape.
template <class X, class Y>
constexpr void require_same_or_apart(const X& x, const Y& y) {
  if (is_same_view(x, y) || std::is_constant_evaluated() || is_empty(x) || interleave_apart(x, y)) return;
  require_apart(x, y);
}

}  // namespace lowprec::format::detail
