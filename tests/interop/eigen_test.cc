// Eigen's generic algorithms over Num.
#include "lowprec/interop/eigen.h"
#include "lowprec/format/presets.h"

#include <Eigen/Dense>
#include <Eigen/IterativeLinearSolvers>
#include <sstream>
#include <string>

#include "support/cases.h"

using namespace lowprec;

namespace {

template <class T>
using Matrix = Eigen::Matrix<T, Eigen::Dynamic, Eigen::Dynamic>;
template <class T>
using Vector = Eigen::Matrix<T, Eigen::Dynamic, 1>;

// Symmetric, positive definite, condition number about 10.
Eigen::MatrixXd example(int n) {
  Eigen::MatrixXd a(n, n);
  for (int i = 0; i < n; ++i)
    for (int j = 0; j < n; ++j) a(i, j) = 1.0 / (1 + std::abs(i - j)) + (i == j ? 1 : 0);
  return a;
}

template <class T>
double relative_error(const Vector<T>& got, const Eigen::VectorXd& want) {
  return (got.template cast<double>() - want).norm() / want.norm();
}

// A = example(12), x of its size, b = A x: the right-hand side in binary64.
template <class T>
struct System {
  Eigen::MatrixXd a = example(12);
  Eigen::VectorXd x = Eigen::VectorXd::LinSpaced(12, 1, 2);
  Matrix<T> low = a.cast<T>();
  Vector<T> right = (a * x).eval().cast<T>();
};

// Solvers reach some hundred units in the last place, and none reaches a tenth of one.
void check_error(double error, double tolerance) {
  CHECK(error < tolerance);
  CHECK(error > tolerance * 1e-4);
}

// Solvers without blocks, whose instances compile quickly.
template <class T>
void check_plain_solvers(double tolerance) {
  const System<T> s;
  check_error(relative_error<T>(s.low.fullPivLu().solve(s.right), s.x), tolerance);
  const Eigen::ConjugateGradient<Matrix<T>, Eigen::Lower | Eigen::Upper> cg(s.low);
  check_error(relative_error<T>(cg.solve(s.right), s.x), tolerance);
}

template <class T>
void check_solvers(double tolerance) {
  check_plain_solvers<T>(tolerance);
  const System<T> s;
  check_error(relative_error<T>(s.low.partialPivLu().solve(s.right), s.x), tolerance);
  check_error(relative_error<T>(s.low.llt().solve(s.right), s.x), tolerance);
  check_error(relative_error<T>(s.low.householderQr().solve(s.right), s.x), tolerance);
}

}  // namespace

TEST_CASE("solvers: full and partial LU, Cholesky, QR, conjugate gradients") {
  check_solvers<Num<binary16>>(0.02);
  check_plain_solvers<Num<bfloat16>>(0.1);
  check_plain_solvers<Num<binary32>>(3e-6);
  check_plain_solvers<Num<fp(8, 15)>>(1e-3);
  check_plain_solvers<Num<bfloat16, rz>>(0.2);
}

TEST_CASE("SelfAdjointEigenSolver") {
  using T = Num<binary16>;
  const Eigen::MatrixXd a = example(8);
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> exact(a);
  const Eigen::SelfAdjointEigenSolver<Matrix<T>> rounded(a.cast<T>().eval());
  REQUIRE(rounded.info() == Eigen::Success);
  CHECK(relative_error<T>(rounded.eigenvalues(), exact.eigenvalues()) < 0.01);
}

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
