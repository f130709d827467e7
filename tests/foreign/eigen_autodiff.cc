// Eigen: derivatives by AutoDiffScalar.
// package: libeigen3-dev
#include "foreign.h"

#include <lowprec/interop/eigen.h>
#include <Eigen/Core>
#include <unsupported/Eigen/AutoDiff>

int main() {
  return foreign::compare<foreign::Bfloat>(0.03, []<class T>() {
    using Dual = Eigen::AutoDiffScalar<Eigen::Matrix<T, 2, 1>>;
    const Dual x(T(0.5), 2, 0), y(T(2), 2, 1);
    const Dual z = x * y + sin(x) * exp(y) - sqrt(y) / 2;
    return std::vector<T>{z.value(), z.derivatives()[0], z.derivatives()[1]};
  });
}
