// Eigen: the square root of a matrix.
// package: libeigen3-dev
#include "foreign.h"

#include <complex>

#include <lowprec/interop/eigen.h>
#include <unsupported/Eigen/MatrixFunctions>

// The double run is left out: Eigen takes long to compile.
int main() {
  using T = foreign::Half;
  Eigen::Matrix<T, 2, 2> a;
  a << 2, 0.5, 0.25, 1;
  const Eigen::Matrix<T, 2, 2> root = a.sqrt();
  // (a + s) / sqrt(trace(a) + 2 s), where s is the square root of the determinant.
  return foreign::compare<T>(0.02, {root(0, 0), root(0, 1), root(1, 0), root(1, 1)}, {1.4065, 0.2087, 0.1044, 0.9890});
}
