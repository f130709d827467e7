// Eigen: sparse matrices, solved by LU, LDLT, and conjugate gradients.
// package: libeigen3-dev
#include "foreign.h"

#include <lowprec/interop/eigen.h>
#include <Eigen/Sparse>

int main() {
  return foreign::compare<foreign::Half>(0.03, []<class T>() {
    using Matrix = Eigen::SparseMatrix<T>;
    using Vector = Eigen::Matrix<T, Eigen::Dynamic, 1>;
    const int n = 6;
    Matrix a(n, n);
    for (int i = 0; i < n; ++i) {
      a.insert(i, i) = 4;
      if (i > 0) a.insert(i, i - 1) = -1;
      if (i > 0) a.insert(i - 1, i) = -1;
    }
    a.makeCompressed();
    const Vector b = Vector::Constant(n, 1);
    std::vector<T> results;
    const auto solve = [&](auto&& solver) {
      solver.compute(a);
      const Vector x = solver.solve(b);
      results.insert(results.end(), x.data(), x.data() + x.size());
    };
    solve(Eigen::SparseLU<Matrix>());
    solve(Eigen::SimplicialLDLT<Matrix>());
    solve(Eigen::ConjugateGradient<Matrix>());
    return results;
  });
}
