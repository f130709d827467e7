// Eigen: the roots of a polynomial, (x - 1) (x - 2) (x + 3).
// package: libeigen3-dev
#include "foreign.h"

#include <algorithm>
#include <complex>

#include <lowprec/interop/eigen.h>
#include <unsupported/Eigen/Polynomials>

int main() {
  return foreign::compare<foreign::Half>(0.05, []<class T>() {
    Eigen::Matrix<T, 4, 1> coefficients;
    coefficients << 6, -7, 0, 1;
    const Eigen::PolynomialSolver<T, 3> solver(coefficients);
    std::vector<T> roots;
    for (int i = 0; i < 3; ++i) roots.push_back(solver.roots()[i].real());
    std::sort(roots.begin(), roots.end());
    return roots;
  });
}
