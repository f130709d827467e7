// Linear algebra with every product and every sum rounded, and OpenBLAS.
#include <cblas.h>
#include <fmt/format.h>

#include <memory>

#include "lowprec/format/error.h"
#include "lowprec/format/names.h"
#include "lowprec/linalg/linalg.h"
#include "works.h"

namespace lowprec::bench {
namespace {

constexpr std::size_t kDot = 4096;

// What the library offers for arrays of T. Elements are floats where it takes them.
template <class T>
concept HasDot = requires(Dynamic& a, VectorView<const T> x) {
  dot(a, x, x);
};
template <class T>
concept HasGemv = requires(Dynamic& a, MatrixView<const T> m, VectorView<const T> x, VectorView<T> y) {
  gemv(a, m, x, y);
};
template <class T>
concept HasGemm = requires(Dynamic& a, MatrixView<const T> m, MatrixView<T> c) {
  gemm(a, m, m, c);
};

using DotElement = std::conditional_t<HasDot<float>, float, double>;
using GemvElement = std::conditional_t<HasGemv<float>, float, double>;

// Normal numbers, rounded; small enough for long sums to stay in range.
template <class T>
std::vector<T> numbers(const Quantizer& q, std::size_t n, std::uint64_t stream) {
  auto values = normal_numbers<T>(n, 0.5, stream);
  quantize(q, values, values);
  return values;
}

// The definition: acc = 0, acc = round(acc + round(x_k y_k)), operation by operation.
template <class T>
double plain_dot(Dynamic& a, VectorView<const T> x, VectorView<const T> y) {
  double sum = 0;
  for (std::size_t k = 0; k < x.size; ++k)
    sum = a.add(sum, a.mul(static_cast<double>(x[k]), static_cast<double>(y[k]), {}), {});
  return sum;
}

template <class T>
VectorView<const T> column(const MatrixView<const T>& m, std::size_t j) {
  return {m.data + static_cast<std::ptrdiff_t>(j) * m.column_stride, m.rows, m.row_stride};
}

template <class T>
Loop dot_loop(const std::string& name, const Quantizer& q) {
  struct Operands {
    Dynamic arithmetic;
    std::vector<T> x, y;
  };
  const auto d = std::make_shared<Operands>(Operands{Dynamic(q), numbers<T>(q, kDot, 1), numbers<T>(q, kDot, 2)});
  const auto run = [d] { return dot(d->arithmetic, VectorView<const T>(d->x), VectorView<const T>(d->y)); };
  require_same(name, 0, static_cast<double>(run()), plain_dot<T>(d->arithmetic, d->x, d->y));
  return repeated([run] { benchmark::DoNotOptimize(run()); });
}

template <class T>
Loop gemv_loop(const std::string& name, const Quantizer& q, std::size_t n, Order order) {
  struct Operands {
    Dynamic arithmetic;
    std::vector<T> m, x, y;
  };
  const auto d =
      std::make_shared<Operands>(Operands{Dynamic(q), numbers<T>(q, n * n, 1), numbers<T>(q, n, 2), std::vector<T>(n)});
  const auto stride = static_cast<std::ptrdiff_t>(n);
  const bool by_rows = order == Order::row_major;
  const MatrixView<const T> m(d->m.data(), n, n, by_rows ? stride : 1, by_rows ? 1 : stride);
  const auto run = [d, m] { gemv(d->arithmetic, m, VectorView<const T>(d->x), VectorView<T>(d->y)); };
  run();
  for (std::size_t i = 0; i < n; ++i)
    require_same(name, i, static_cast<double>(d->y[i]), plain_dot<T>(d->arithmetic, m.row(i), d->x));
  return repeated(run);
}

// n x n matrices, row-major.
struct Matrices {
  Dynamic arithmetic;
  std::size_t n;
  std::vector<float> a, b, c;

  Matrices(const Quantizer& q, std::size_t n_)
      : arithmetic(q), n(n_), a(numbers<float>(q, n * n, 1)), b(numbers<float>(q, n * n, 2)), c(n * n) {}
  MatrixView<const float> left() const { return {a.data(), n, n}; }
  MatrixView<const float> right() const { return {b.data(), n, n}; }
};

template <class T>
Loop gemm_loop(const std::string& name, const Quantizer& q, std::size_t n, unsigned threads) {
  const auto d = std::make_shared<Matrices>(q, n);
  const auto run = [d] {
    if constexpr (HasGemm<T>) gemm(d->arithmetic, d->left(), d->right(), MatrixView<T>(d->c.data(), d->n, d->n));
  };
  {
    const Threads scope(threads);
    run();
  }
  for (const std::size_t i : tested_indices(n * n)) {
    const double sum = plain_dot<T>(d->arithmetic, d->left().row(i / n), column(d->right(), i % n));
    require_same(name, i, static_cast<double>(d->c[i]), sum);
  }
  return repeated(run, threads);
}

// While it lives, OpenBLAS uses that many threads; one otherwise.
class BlasThreads {
 public:
  explicit BlasThreads(unsigned n) { openblas_set_num_threads(static_cast<int>(n)); }
  ~BlasThreads() { openblas_set_num_threads(1); }
  BlasThreads(const BlasThreads&) = delete;
  BlasThreads& operator=(const BlasThreads&) = delete;
};

double cube(std::size_t n) { return static_cast<double>(n) * static_cast<double>(n) * static_cast<double>(n); }

}  // namespace

Work addition_chain() {
  return {"chain of additions", kDot, [] {
            const auto x = std::make_shared<std::vector<float>>(normal_numbers<float>(kDot, 1));
            return repeated([x] {
              float sum = 0;
              for (const float value : *x) sum += value;
              benchmark::DoNotOptimize(sum);
            });
          }};
}

Work sequential_dot(const std::string& quantizer) {
  const std::string name = "dot/" + quantizer;
  return {name, kDot, [=] { return dot_loop<DotElement>(name, parse_quantizer(quantizer)); }};
}

Work sgemm(std::size_t n, unsigned threads) {
  return {fmt::format("sgemm/{}{}", n, threads_name(threads)), cube(n),
          [=]() -> Loop {
            const auto d = std::make_shared<Matrices>(parse_quantizer("binary32"), n);
            const auto loop = repeated([d] {
              const int m = static_cast<int>(d->n);
              cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, m, m, m, 1, d->a.data(), m, d->b.data(), m, 0,
                          d->c.data(), m);
            });
            return [loop, threads](benchmark::State& state) {
              const BlasThreads scope(threads);
              loop(state);
            };
          },
          "", threads};
}

Work rounded_gemm(const std::string& quantizer, std::size_t n, unsigned threads) {
  const std::string name = fmt::format("gemm/{}/{}{}", quantizer, n, threads_name(threads));
  return {name, cube(n), [=] { return gemm_loop<float>(name, parse_quantizer(quantizer), n, threads); },
          HasGemm<float> ? "" : "gemm is not in this build", threads};
}

Work rounded_gemv(const std::string& quantizer, std::size_t n, Order order) {
  const std::string name = fmt::format("gemv/{}/{}/{}", quantizer, n, order == Order::row_major ? "rows" : "columns");
  return {name, static_cast<double>(n * n),
          [=] { return gemv_loop<GemvElement>(name, parse_quantizer(quantizer), n, order); }};
}

}  // namespace lowprec::bench
