// Eigen's generic algorithms over Num.
#include "lowprec/interop/eigen.h"
#include "lowprec/format/presets.h"
#include "lowprec/num/implicit.h"
#include "lowprec/num/shadow.h"

#include <Eigen/Dense>
#include <sstream>
#include <string>

#include "support/cases.h"

using namespace lowprec;

namespace {

template <class T>
using Matrix = Eigen::Matrix<T, Eigen::Dynamic, Eigen::Dynamic>;
template <class T>
using Vector = Eigen::Matrix<T, Eigen::Dynamic, 1>;

}  // namespace

TEST_CASE("a product is that of a loop that rounds every product and every sum") {
  using T = Num<e4m3fn>;
  Matrix<T> a(5, 7), b(7, 3);
  const Stream stream{9, 9};
  std::uint64_t k = 0;
  for (auto* m : {&a, &b})
    for (int i = 0; i < m->rows(); ++i)
      for (int j = 0; j < m->cols(); ++j) (*m)(i, j) = T(static_cast<int>(stream.draw(k++) % 15) - 7);
  const Matrix<T> c = a.lazyProduct(b);
  for (int i = 0; i < 5; ++i)
    for (int j = 0; j < 3; ++j) {
      T sum = a(i, 0) * b(0, j);
      for (int l = 1; l < 7; ++l) sum += a(i, l) * b(l, j);
      CHECK(c(i, j) == sum);
    }
}

TEST_CASE("expressions, casts, comparisons, output, random matrices") {
  using T = Num<bfloat16>;
  Vector<T> x(3);
  x << T(1), T(-2), T(0.5);
  CHECK((x * T(2)).sum() == -1);
  CHECK(x.cwiseAbs().maxCoeff() == 2);
  CHECK(x.norm() == T(2.296875));
  CHECK(x.array().exp()(1) == exp(T(-2)));
  CHECK((x.array() < T(0)).count() == 1);
  CHECK(x.isApprox(x));
  CHECK((x.allFinite() && !x.hasNaN()));
  std::ostringstream out;
  out << x.transpose();
  CHECK(out.str() == "  1  -2 0.5");
  const Matrix<Num<e4m3fn>> random = Matrix<Num<e4m3fn>>::Random(20, 20);
  CHECK(random.allFinite());
  CHECK((random.maxCoeff() > Num<e4m3fn>(0.8) && random.minCoeff() < Num<e4m3fn>(-0.8)));
  static_assert(Eigen::NumTraits<T>::epsilon() == 0x1p-7 && Eigen::NumTraits<T>::digits10() == 2);
  static_assert(Eigen::NumTraits<Int<8>>::epsilon() == 1);
}

TEST_CASE_TEMPLATE("wrappers are scalars as their numbers are, with the same bits", W, Implicit<Num<binary16>>,
                   Shadow<Num<binary16>>) {
  using N = Num<binary16>;
  using Traits = Eigen::NumTraits<W>;
  CHECK((Traits::epsilon() == 0x1p-10 && Traits::dummy_precision() == 0x1p-8 && Traits::digits10() == 3));
  CHECK((Traits::highest() == 65504 && Traits::lowest() == -65504 && !Traits::IsInteger && Traits::IsSigned));
  Matrix<W> a(3, 3);
  Matrix<N> b(3, 3);
  for (int i = 0; i < 9; ++i) a(i / 3, i % 3) = W(0.1 * i * i - 1), b(i / 3, i % 3) = N(0.1 * i * i - 1);
  const Vector<W> x = a.partialPivLu().solve(a.col(0) + a.col(1) * W(0.5));
  const Vector<N> y = b.partialPivLu().solve(b.col(0) + b.col(1) * N(0.5));
  for (int i = 0; i < 3; ++i) CHECK(x(i).value() == y(i).value());
  const Matrix<W> random = Matrix<W>::Random(9, 9);
  CHECK((random.maxCoeff() > W(0.5) && random.minCoeff() < W(-0.5)));
}
