// What linear algebra refuses, each time before anything is written: shapes that do not fit, destinations that overlap
// what is read, sizes that overflow, arrays of float for formats beyond binary32.
#include <algorithm>
#include <limits>
#include <string>
#include <vector>

#include "lowprec/format/presets.h"
#include "lowprec/linalg/linalg.h"
#include "lowprec/num.h"
#include "support/matrices.h"

using namespace lowprec;

namespace {

constexpr std::size_t kSize = 200;
// Unknown to compilers, which warn of loops of such lengths.
volatile std::size_t many = std::numeric_limits<std::size_t>::max();

// Memory in which operands and destinations lie; nothing in it may change.
template <class T>
struct Arena {
  std::vector<T> memory, before;
  std::string arithmetic;

  explicit Arena(std::string name) : arithmetic(std::move(name)) {
    for (std::size_t i = 0; i < kSize; ++i) memory.push_back(T(1 + static_cast<double>(i % 5)));
    before = memory;
  }
  T* at(std::size_t i) { return memory.data() + i; }

  template <class F>
  void refuses(const std::string& what, F f) {
    INFO(arithmetic << ": " << what);
    CHECK_THROWS_AS(f(), Error);
    CHECK(std::ranges::equal(memory, before, [](T a, T b) { return a == b || (a != a && b != b); }));
    memory = before;
  }
};

template <class T, class A, class M>
void check_shapes(Arena<T>& m, A& a, const M& mixed) {
  using Read = MatrixView<const T>;
  using Write = MatrixView<T>;
  using X = VectorView<const T>;
  using Y = VectorView<T>;
  const auto left = [&](std::size_t r, std::size_t c) { return Read(m.at(0), r, c); };
  const auto right = [&](std::size_t r, std::size_t c) { return Read(m.at(40), r, c); };
  const auto start = [&](std::size_t r, std::size_t c) { return Read(m.at(80), r, c); };
  const auto to = [&](std::size_t r, std::size_t c) { return Write(m.at(120), r, c); };
  const auto x = [&](std::size_t n) { return X(m.at(0), n); };
  const auto y = [&](std::size_t n) { return Y(m.at(100), n); };
  m.refuses("dot", [&] { dot(a, x(3), X(m.at(0), 4)); });
  m.refuses("axpy", [&] { axpy(a, T(2.0), x(3), y(4)); });
  m.refuses("ger, rows", [&] { ger(a, x(3), X(m.at(20), 4), to(4, 4)); });
  m.refuses("ger, columns", [&] { ger(a, x(3), X(m.at(20), 4), to(3, 3)); });
  m.refuses("gemv, terms", [&] { gemv(a, right(3, 4), x(3), y(3)); });
  m.refuses("gemv, rows", [&] { gemv(a, right(3, 4), x(4), y(4)); });
  m.refuses("gemm, terms", [&] { gemm(a, left(3, 4), right(3, 4), to(3, 4)); });
  m.refuses("gemm, rows", [&] { gemm(a, left(3, 4), right(4, 5), to(2, 5)); });
  m.refuses("gemm, columns", [&] { gemm(a, left(3, 4), right(4, 5), to(3, 4)); });
  m.refuses("gemm, transposed C", [&] { gemm(a, left(3, 4), right(4, 5), to(3, 5).transposed()); });
  m.refuses("gemm + E, terms", [&] { gemm(mixed, left(3, 4), right(3, 5), start(3, 5), to(3, 5)); });
  m.refuses("gemm + E, rows of E", [&] { gemm(mixed, left(3, 4), right(4, 5), start(2, 5), to(3, 5)); });
  m.refuses("gemm + E, columns of E", [&] { gemm(mixed, left(3, 4), right(4, 5), start(3, 4), to(3, 5)); });
  m.refuses("gemm + E, no E", [&] { gemm(mixed, left(3, 4), right(4, 5), start(0, 0), to(3, 5)); });
  m.refuses("dot_batch, rows", [&] { linalg::dot_batch(mixed, left(3, 4), right(2, 4), y(3)); });
  m.refuses("dot_batch, terms", [&] { linalg::dot_batch(mixed, left(3, 4), right(3, 5), y(3)); });
  m.refuses("dot_batch, results", [&] { linalg::dot_batch(mixed, left(3, 4), right(3, 4), y(4)); });
  const Read as[] = {left(3, 4), left(3, 4)}, bs[] = {right(4, 5), right(4, 5)}, bad[] = {right(4, 5), right(3, 5)};
  const Write cs[] = {to(3, 5), Write(m.at(140), 3, 5)};
  using M2 = std::remove_cvref_t<M>;
  m.refuses("gemm_batch, the last item", [&] { linalg::gemm_batch<M2, T, T>(mixed, as, bad, cs); });
  m.refuses("gemm_batch, items", [&] { linalg::gemm_batch<M2, T, T>(mixed, as, std::span(bs, 1), cs); });
  m.refuses("gemm_batch, results", [&] { linalg::gemm_batch<M2, T, T>(mixed, as, bs, std::span(cs, 1)); });
}

template <class T, class A, class M>
void check_overlaps(Arena<T>& m, A& a, const M& mixed) {
  using Read = MatrixView<const T>;
  using Write = MatrixView<T>;
  using X = VectorView<const T>;
  using Y = VectorView<T>;
  const Read left(m.at(0), 4, 4), right(m.at(40), 4, 4), start(m.at(80), 4, 4);
  m.refuses("axpy, one further", [&] { axpy(a, T(2.0), X(m.at(0), 5), Y(m.at(1), 5)); });
  m.refuses("axpy, backwards", [&] { axpy(a, T(2.0), X(m.at(0), 5), Y(m.at(4), 5, -1)); });
  m.refuses("ger, x in the matrix", [&] { ger(a, X(m.at(3), 4), X(m.at(50), 4), Write(m.at(0), 4, 4)); });
  m.refuses("ger, y in the matrix", [&] { ger(a, X(m.at(50), 4), X(m.at(3), 4, 4), Write(m.at(0), 4, 4)); });
  m.refuses("gemv, x is y", [&] { gemv(a, left, X(m.at(40), 4), Y(m.at(40), 4)); });
  m.refuses("gemv, y in the matrix", [&] { gemv(a, left, X(m.at(40), 4), Y(m.at(12), 4)); });
  m.refuses("gemm, C is A", [&] { gemm(a, left, right, Write(m.at(0), 4, 4)); });
  m.refuses("gemm, C is B", [&] { gemm(a, left, right, Write(m.at(40), 4, 4)); });
  m.refuses("gemm, the last of B", [&] { gemm(a, left, right, Write(m.at(55), 4, 4)); });
  m.refuses("gemm, C before A backwards", [&] { gemm(a, left, right, Write(m.at(20), 4, 4, -4, -1)); });
  m.refuses("gemm + E, C is A", [&] { gemm(mixed, left, right, start, Write(m.at(0), 4, 4)); });
  m.refuses("gemm + E, one further", [&] { gemm(mixed, left, right, start, Write(m.at(81), 4, 4)); });
  m.refuses("gemm + E, C transposed", [&] { gemm(mixed, left, right, start, Write(m.at(80), 4, 4).transposed()); });
  m.refuses("dot_batch, in x", [&] { linalg::dot_batch(mixed, left, right, Y(m.at(15), 4)); });
  m.refuses("dot_batch, in y", [&] { linalg::dot_batch(mixed, left, right, Y(m.at(40), 4, 4)); });
  // Columns beside columns of one matrix of 12, and E that is C.
  CHECK_NOTHROW(gemm(a, Read(m.at(0), 4, 4, 12, 1), Read(m.at(4), 4, 4, 12, 1), Write(m.at(8), 4, 4, 12, 1)));
  CHECK_NOTHROW(gemm(mixed, Read(m.at(0), 4, 4, 12, 1), Read(m.at(4), 4, 4, 12, 1), Read(m.at(8), 4, 4, 12, 1),
                     Write(m.at(8), 4, 4, 12, 1)));
  m.before = m.memory;
}

template <class T, class A, class M>
void check_sizes(Arena<T>& m, A& a, const M& mixed) {
  using Read = MatrixView<const T>;
  using Write = MatrixView<T>;
  using X = VectorView<const T>;
  using Y = VectorView<T>;
  const std::size_t n = many;
  const auto huge = static_cast<std::ptrdiff_t>(many / 2);
  m.refuses("axpy, elements", [&] { axpy(a, T(2.0), X(m.at(0), n), Y(m.at(100), n)); });
  m.refuses("ger, rows", [&] { ger(a, X(m.at(0), n), X(m.at(5), 1), Write(m.at(100), n, 1)); });
  m.refuses("gemv, a stride", [&] { gemv(a, Read(m.at(0), 3, 3, huge, 1), X(m.at(40), 3), Y(m.at(100), 3)); });
  m.refuses("gemm, terms", [&] { gemm(a, Read(m.at(0), 1, n), Read(m.at(0), n, 1), Write(m.at(100), 1, 1)); });
  m.refuses("gemm, A", [&] { gemm(a, Read(m.at(0), 3, 3, -huge, 1), Read(m.at(40), 3, 3), Write(m.at(100), 3, 3)); });
  m.refuses("gemm, C", [&] { gemm(a, Read(m.at(0), 3, 3), Read(m.at(40), 3, 3), Write(m.at(100), 3, 3, 1, huge)); });
  m.refuses("gemm + E, E", [&] {
    gemm(mixed, Read(m.at(0), 3, 3), Read(m.at(40), 3, 3), Read(m.at(80), 3, 3, huge, 1), Write(m.at(100), 3, 3));
  });
  m.refuses("dot_batch",
            [&] { linalg::dot_batch(mixed, Read(m.at(0), 2, 2, huge, 1), Read(m.at(40), 2, 2), Y(m.at(100), 2)); });
}

template <class T, class A>
void check_all(const std::string& name, A a) {
  Arena<T> arena(name);
  const Mixed mixed(a, sequential);
  check_shapes(arena, a, mixed);
  check_overlaps(arena, a, mixed);
  check_sizes(arena, a, mixed);
}

}  // namespace

TEST_CASE("shapes, overlaps and sizes: fast and slow arithmetics, arrays of double and of float, Num") {
  check_all<double>("e4m3fn, doubles", Dynamic(e4m3fn));
  check_all<float>("e4m3fn, floats", Dynamic(e4m3fn));
  check_all<float>("e2m1, floats", Dynamic(e2m1));
  check_all<double>("binary64 toward zero: no lanes", Dynamic(binary64, rz));
  check_all<float>("bfloat16 at random", Dynamic(bfloat16, sr));
  check_all<double>("double", Scalarwise<double>());
  check_all<Num<e4m3fn>>("Num", Scalarwise<Num<e4m3fn>>());
}

TEST_CASE("arrays of float are refused for formats that are not binary32's") {
  std::vector<float> memory(64, 1.0F);
  const std::vector<float> before = memory;
  const VectorView<const float> x(memory.data(), 3);
  const VectorView<float> y(memory.data() + 30, 3);
  const MatrixView<const float> a(memory.data(), 3, 3), b(memory.data() + 10, 3, 3);
  const MatrixView<float> c(memory.data() + 40, 3, 3);
  Dynamic fits(bfloat16), wide(binary64), fine(fp(9, 7)), long_integer(integer(32));
  for (Dynamic* d : {&wide, &fine, &long_integer})
    for (const auto& m : {linalg::DynamicMixed(*d), linalg::DynamicMixed(fits, *d), linalg::DynamicMixed(*d, fits),
                          linalg::DynamicMixed(fits, fits, *d, chunk(4))}) {
      CHECK_THROWS_AS(dot(m, x, x), Error);
      CHECK_THROWS_AS(axpy(m, 1.0F, x, y), Error);
      CHECK_THROWS_AS(ger(m, x, x, c), Error);
      CHECK_THROWS_AS(gemm(m, a, b, c), Error);
      CHECK_THROWS_AS(gemm(m, a, b, MatrixView<const float>(c), c), Error);
      CHECK_THROWS_AS(gemv(m, a, x, y), Error);
      CHECK_THROWS_AS(linalg::dot_batch(m, a, b, y), Error);
    }
  CHECK_THROWS_AS(scal(wide, 1.0F, y), Error);
  CHECK(memory == before);
  CHECK_NOTHROW(gemm(fits, a, b, c));
}

TEST_CASE("overflow=error: a number beyond the range is named") {
  Dynamic strict(e4m3fn, rne, Overflow::error);
  const std::vector<double> x{448, 1}, y{448, 1};
  CHECK_THROWS_AS(dot(strict, VectorView<const double>(x), VectorView<const double>(y)), Error);
  const std::vector<double> small{16, 1};
  CHECK(dot(strict, VectorView<const double>(small), VectorView<const double>(small)) == 256);
}
