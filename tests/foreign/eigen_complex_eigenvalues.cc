// Eigen: eigenvalues of a complex matrix.
// package: libeigen3-dev
#include "foreign.h"

#include <algorithm>
#include <complex>

#include <lowprec/interop/eigen.h>
#include <Eigen/Eigenvalues>

// The double run is left out: Eigen takes long to compile.
int main() {
  using T = foreign::Half;
  using Complex = std::complex<T>;
  Eigen::Matrix<Complex, Eigen::Dynamic, Eigen::Dynamic> a(2, 2);
  a << Complex(2, 0), Complex(0, 1), Complex(0, -1), Complex(3, 0);
  const Eigen::ComplexEigenSolver<decltype(a)> solver(a, false);
  std::vector<T> found{solver.eigenvalues()[0].real(), solver.eigenvalues()[1].real()};
  std::sort(found.begin(), found.end());
  found.push_back(solver.eigenvalues().sum().imag());
  return foreign::compare(0.02, found, {1.382, 3.618, 0});
}
