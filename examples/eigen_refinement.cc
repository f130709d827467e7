// A linear system solved by Eigen in five formats, and what iterative refinement makes of each: the matrix is factored
// once in the low format, residuals are computed in binary64.
#include <lowprec/interop/eigen.h>

#include <Eigen/LU>
#include <cstdio>

using lowprec::Num;

// A x = b, entries of order 1, diagonally dominant.
Eigen::MatrixXd example_matrix(int n) {
  Eigen::MatrixXd a(n, n);
  for (int i = 0; i < n; ++i)
    for (int j = 0; j < n; ++j) a(i, j) = i == j ? 4 : 1.0 / (1 + (3 * i + 5 * j) % 17);
  return a;
}

template <class T>
void solve(const char* name) {
  using LowMatrix = Eigen::Matrix<T, Eigen::Dynamic, Eigen::Dynamic>;
  using LowVector = Eigen::Matrix<T, Eigen::Dynamic, 1>;
  const int n = 16;
  const Eigen::MatrixXd a = example_matrix(n);
  const Eigen::VectorXd exact = Eigen::VectorXd::LinSpaced(n, -1, 1), b = a * exact;

  const Eigen::PartialPivLU<LowMatrix> lu(a.cast<T>().eval());  // the only O(n^3) work, all of it in T
  Eigen::VectorXd x = Eigen::VectorXd::Zero(n);
  std::printf("%-9s", name);
  for (int iteration = 0; iteration < 8; ++iteration) {
    const Eigen::VectorXd residual = b - a * x;
    const double scale = residual.lpNorm<Eigen::Infinity>();  // keeps the correction within the range of T
    if (scale == 0) break;
    const LowVector correction = lu.solve(LowVector((residual / scale).cast<T>()));
    x += scale * correction.template cast<double>();
    const double error = (x - exact).norm() / exact.norm();
    std::printf(error < 1e-15 ? "  < 1e-15" : "  %7.1e", error);
  }
  std::printf("\n");
}

int main() {
  std::printf("relative error of x after 1, 2, ... corrections\n");
  solve<Num<lowprec::e5m2>>("e5m2");
  solve<Num<lowprec::e4m3fn>>("e4m3");
  solve<Num<lowprec::bfloat16>>("bfloat16");
  solve<Num<lowprec::binary16>>("binary16");
  solve<Num<lowprec::binary32>>("binary32");
  std::printf("Each correction gains about as many digits as the format has, up to those of binary64.\n");
}
