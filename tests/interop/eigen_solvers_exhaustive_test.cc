// Eigen's solvers over Num. Apart from eigen_test.cc, because they are long to compile.
#include "lowprec/format/presets.h"
#include "lowprec/interop/eigen.h"

#include <Eigen/Dense>
#include <Eigen/IterativeLinearSolvers>

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
