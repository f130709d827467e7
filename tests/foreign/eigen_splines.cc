// Eigen: a cubic spline through points.
// package: libeigen3-dev
#include "foreign.h"

#include <lowprec/interop/eigen.h>
#include <Eigen/Core>
#include <unsupported/Eigen/Splines>

int main() {
  return foreign::compare<foreign::Half>(0.05, []<class T>() {
    using Spline = Eigen::Spline<T, 1>;
    Eigen::Matrix<T, 1, Eigen::Dynamic> points(1, 6);
    points << 0, 1, 4, 2, 3, 5;
    const Spline spline = Eigen::SplineFitting<Spline>::Interpolate(points, 3);
    std::vector<T> results;
    for (const double u : {0.0, 0.25, 0.5, 0.75, 1.0}) results.push_back(spline(T(u))[0]);
    return results;
  });
}
