// Eigen: twelve decompositions of dense matrices.
// package: libeigen3-dev
#include "foreign.h"

#include <lowprec/interop/eigen.h>
#include <Eigen/Dense>

// The double run is left out: Eigen takes long to compile.
int main() {
  using T = foreign::Half;
  using Matrix = Eigen::Matrix<T, Eigen::Dynamic, Eigen::Dynamic>;
  using Vector = Eigen::Matrix<T, Eigen::Dynamic, 1>;
  Matrix a(3, 3);
  a << 4, 1, 0.5, 1, 3, 0.25, 0.5, 0.25, 2;
  const Vector b = a * Vector::Constant(3, 0.5);
  std::vector<T> found;
  std::vector<double> expected;
  const auto solved = [&](const Vector& x) {
    found.insert(found.end(), x.data(), x.data() + x.size());
    expected.insert(expected.end(), 3, 0.5);
  };
  solved(a.partialPivLu().solve(b));
  solved(a.fullPivLu().solve(b));
  solved(a.llt().solve(b));
  solved(a.ldlt().solve(b));
  solved(a.householderQr().solve(b));
  solved(a.colPivHouseholderQr().solve(b));
  solved(a.fullPivHouseholderQr().solve(b));
  solved(a.completeOrthogonalDecomposition().solve(b));
  solved(a.jacobiSvd(Eigen::ComputeThinU | Eigen::ComputeThinV).solve(b));
  solved(a.bdcSvd(Eigen::ComputeThinU | Eigen::ComputeThinV).solve(b));
  const Vector eigenvalues = Eigen::SelfAdjointEigenSolver<Matrix>(a).eigenvalues();
  found.insert(found.end(), {eigenvalues[0], eigenvalues[1], eigenvalues[2]});
  expected.insert(expected.end(), {1.8817, 2.3868, 4.7316});
  found.push_back(Eigen::RealSchur<Matrix>(a).matrixT().trace());
  expected.push_back(9);
  return foreign::compare(0.02, found, expected);
}
