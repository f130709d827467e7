// Eigen: square root, exponential, logarithm and powers of a matrix.
// package: libeigen3-dev
#include "foreign.h"

#include <complex>

#include <lowprec/interop/eigen.h>
#include <unsupported/Eigen/MatrixFunctions>

int main() {
  return foreign::compare<foreign::Half>(0.05, []<class T>() {
    using Matrix = Eigen::Matrix<T, 2, 2>;
    Matrix a;
    a << 2, 0.5, 0.25, 1;
    const Matrix root = a.sqrt();
    std::vector<T> results(root.data(), root.data() + 4);
    return results;
  });
}
