// LBFGSpp: a minimum by the limited-memory method of Broyden, Fletcher, Goldfarb and Shanno.
// package: liblbfgspp-dev libeigen3-dev
#include "foreign.h"

#include <lowprec/interop/eigen.h>

#include <LBFGS.h>

int main() {
  return foreign::compare<foreign::Half>(0.05, []<class T>() {
    using Vector = Eigen::Matrix<T, Eigen::Dynamic, 1>;
    LBFGSpp::LBFGSParam<T> parameters;
    parameters.epsilon = 0.02;
    parameters.max_iterations = 20;
    LBFGSpp::LBFGSSolver<T> solver(parameters);
    const auto bowl = [](const Vector& x, Vector& gradient) {
      gradient[0] = 2 * (x[0] - 1);
      gradient[1] = 4 * (x[1] + 2);
      return T((x[0] - 1) * (x[0] - 1) + 2 * (x[1] + 2) * (x[1] + 2));
    };
    Vector x = Vector::Zero(2);
    T value;
    solver.minimize(bowl, x, value);
    return std::vector<T>{x[0], x[1]};
  });
}
