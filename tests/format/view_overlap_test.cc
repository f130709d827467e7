// Whether views share memory: the answer in closed form against sets of bytes, over all small views; what may not be
// asked; sizes that overflow.
#include "lowprec/format/view_overlap.h"

#include <doctest/doctest.h>

#include <array>
#include <cstdint>
#include <limits>
#include <set>
#include <vector>

#include "lowprec/linalg/linalg.h"

using namespace lowprec;

namespace {

template <class T>
std::set<std::uintptr_t> bytes(const MatrixView<T>& m) {
  std::set<std::uintptr_t> result;
  for (std::size_t i = 0; i < m.rows; ++i)
    for (std::size_t j = 0; j < m.columns; ++j)
      for (std::size_t b = 0; b < sizeof(T); ++b) result.insert(reinterpret_cast<std::uintptr_t>(&m(i, j)) + b);
  return result;
}

bool meet(const std::set<std::uintptr_t>& a, const std::set<std::uintptr_t>& b) {
  for (const std::uintptr_t x : a)
    if (b.contains(x)) return true;
  return false;
}

bool are_apart(const MatrixView<float>& a, const MatrixView<float>& b) {
  return format::detail::are_apart(format::detail::memory_of(a), format::detail::memory_of(b));
}

template <class F>
bool throws(F f) {
  try {
    f();
  } catch (const Error&) {
    return true;
  }
  return false;
}

std::array<float, 400> memory;

std::vector<MatrixView<float>> all_views() {
  std::vector<MatrixView<float>> result;
  for (const std::ptrdiff_t origin : {200, 201, 203, 206})
    for (const std::size_t rows : {1, 2, 3})
      for (const std::size_t columns : {1, 2, 3})
        for (const std::ptrdiff_t row_stride : {-6, -1, 0, 1, 2, 6})
          for (const std::ptrdiff_t column_stride : {-6, -1, 1, 2, 6})
            result.push_back({&memory[static_cast<std::size_t>(origin)], rows, columns, row_stride, column_stride});
  return result;
}

constexpr auto kHuge = std::numeric_limits<std::ptrdiff_t>::max();

}  // namespace

TEST_CASE("views said to be apart share no byte; runs of one period and separate ranges are found apart") {
  const auto views = all_views();
  std::vector<std::set<std::uintptr_t>> sets;
  for (const auto& v : views) sets.push_back(bytes(v));
  std::size_t wrong = 0, missed = 0, asymmetric = 0, apart = 0;
  for (std::size_t i = 0; i < views.size(); ++i)
    for (std::size_t j = 0; j < views.size(); ++j) {
      const bool got = are_apart(views[i], views[j]), want = !meet(sets[i], sets[j]);
      const bool is_outside = *sets[i].rbegin() < *sets[j].begin() || *sets[j].rbegin() < *sets[i].begin();
      wrong += got && !want ? 1 : 0;
      missed += is_outside && !got ? 1 : 0;
      apart += got ? 1 : 0;
      asymmetric += got != are_apart(views[j], views[i]) ? 1 : 0;
    }
  CHECK(wrong == 0);
  CHECK(missed == 0);
  CHECK(asymmetric == 0);
  CHECK(apart > 0);
}

TEST_CASE("blocks of one matrix: columns beside columns, rows below rows, interleaved columns") {
  const auto block = [](std::size_t i, std::size_t j, std::size_t rows, std::size_t columns) {
    return MatrixView<float>(&memory[i * 12 + j], rows, columns, 12, 1);
  };
  CHECK(are_apart(block(0, 0, 9, 5), block(0, 5, 9, 7)));
  CHECK(are_apart(block(0, 5, 9, 7), block(0, 0, 9, 5)));
  CHECK_FALSE(are_apart(block(0, 0, 9, 6), block(0, 5, 9, 7)));
  CHECK(are_apart(block(3, 2, 4, 4), block(1, 6, 9, 6)));
  CHECK_FALSE(are_apart(block(3, 2, 4, 5), block(1, 6, 9, 6)));
  CHECK(are_apart(block(0, 0, 4, 12), block(4, 0, 4, 12)));
  CHECK_FALSE(are_apart(block(0, 0, 5, 12), block(4, 0, 4, 12)));
  CHECK(are_apart(block(0, 0, 9, 5).transposed(), block(0, 5, 9, 7)));
  // From the last row upwards; a run that goes round the end of the other's rows.
  CHECK(are_apart({&memory[8 * 12], 9, 5, -12, 1}, block(0, 5, 9, 7)));
  CHECK_FALSE(are_apart({&memory[10], 4, 4, 12, 1}, {&memory[0], 4, 3, 12, 1}));
  CHECK(are_apart({&memory[0], 9, 1, 2, 1}, {&memory[1], 9, 1, 2, 1}));
}

TEST_CASE("an element of another size: bytes are compared") {
  alignas(8) std::array<float, 8> floats{};
  auto* doubles = reinterpret_cast<double*>(floats.data());
  const VectorView<float> third(&floats[3], 1);
  CHECK_THROWS_AS(format::detail::require_apart(VectorView<double>(doubles, 2), third), Error);
  CHECK_NOTHROW(format::detail::require_apart(VectorView<double>(doubles + 2, 2), third));
  CHECK_THROWS_AS(
      format::detail::require_same_or_apart(VectorView<double>(doubles, 1), VectorView<float>(floats.data(), 1)),
      Error);
}

TEST_CASE("the same view may be both read and written, a transposed or shifted one may not") {
  const MatrixView<float> m(memory.data(), 3, 3);
  CHECK_NOTHROW(format::detail::require_same_or_apart(MatrixView<const float>(m), m));
  CHECK_THROWS_AS(format::detail::require_same_or_apart(MatrixView<const float>(m.transposed()), m), Error);
  CHECK_THROWS_AS(format::detail::require_same_or_apart(MatrixView<const float>(memory.data() + 1, 3, 3), m), Error);
  const MatrixView<float> row(memory.data(), 1, 5), other_stride(memory.data(), 1, 5, 99, 1);
  CHECK_NOTHROW(format::detail::require_same_or_apart(row, other_stride));
  CHECK_NOTHROW(format::detail::require_same_or_apart(VectorView<float>(memory.data(), 1, 3),
                                                      VectorView<float>(memory.data(), 1)));
  CHECK_THROWS_AS(format::detail::require_same_or_apart(VectorView<float>(memory.data(), 2, 3),
                                                        VectorView<float>(memory.data(), 2)),
                  Error);
}

TEST_CASE("empty views overlap nothing, wherever they point") {
  const MatrixView<float> m(memory.data(), 3, 3);
  CHECK_NOTHROW(format::detail::require_apart(MatrixView<float>(memory.data(), 0, 3), m));
  CHECK_NOTHROW(format::detail::require_apart(MatrixView<float>(memory.data(), 3, 0, kHuge, kHuge), m));
  CHECK_NOTHROW(format::detail::require_apart(VectorView<float>(), m));
}

TEST_CASE("sizes that overflow are refused") {
  const MatrixView<float> m(memory.data(), 3, 3);
  const auto refused = [&](const MatrixView<float>& v) { return throws([&] { format::detail::require_apart(v, m); }); };
  constexpr auto kMany = std::numeric_limits<std::size_t>::max();
  CHECK(refused({memory.data() + 50, kMany, 1, 1, 1}));
  CHECK(refused({memory.data() + 50, 3, 3, kHuge, 1}));
  CHECK(refused({memory.data() + 50, 3, 3, 1, -kHuge}));
  CHECK(refused({memory.data() + 50, 1, kMany / 2, 1, 1}));
  CHECK(refused({memory.data() + 50, kMany / 8, 3, 3, 1}));
  CHECK(refused({memory.data() + 50, 2, 2, kHuge / 6, kHuge / 6}));  // each fits, their sum does not
  CHECK(refused({memory.data() + 50, 2, 2, -(kHuge / 6), -(kHuge / 6)}));
  CHECK(refused({memory.data() + 50, 2, 1, -(kHuge / 5), 1}));  // below every address
  CHECK_FALSE(refused({memory.data() + 50, 2, 2, 100, 1}));
}
