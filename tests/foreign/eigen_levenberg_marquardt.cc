// Eigen: a fit by Levenberg and Marquardt's method.
// package: libeigen3-dev
#include "foreign.h"

#include <lowprec/interop/eigen.h>
#include <Eigen/Dense>
#include <unsupported/Eigen/NonLinearOptimization>

template <class T>
struct Decay {
  using Scalar = T;
  using InputType = Eigen::Matrix<T, Eigen::Dynamic, 1>;
  using ValueType = InputType;
  using JacobianType = Eigen::Matrix<T, Eigen::Dynamic, Eigen::Dynamic>;
  enum { InputsAtCompileTime = Eigen::Dynamic, ValuesAtCompileTime = Eigen::Dynamic };
  static constexpr int kPoints = 8;

  int inputs() const { return 2; }
  int values() const { return kPoints; }
  T model(const InputType& p, int i) const { return p[0] * exp(-p[1] * T(i) / 4); }
  int operator()(const InputType& p, ValueType& residual) const {
    for (int i = 0; i < kPoints; ++i) residual[i] = model(p, i) - 3 * exp(-T(i) / 4);
    return 0;
  }
  int df(const InputType& p, JacobianType& jacobian) const {
    for (int i = 0; i < kPoints; ++i) {
      jacobian(i, 0) = model(p, i) / p[0];
      jacobian(i, 1) = -model(p, i) * T(i) / 4;
    }
    return 0;
  }
};

int main() {
  return foreign::compare<foreign::Half>(0.03, []<class T>() {
    Decay<T> decay;
    Eigen::LevenbergMarquardt<Decay<T>, T> solver(decay);
    Eigen::Matrix<T, Eigen::Dynamic, 1> p(2);
    p << 1, 0.5;
    solver.minimize(p);
    return std::vector<T>{p[0], p[1]};
  });
}
