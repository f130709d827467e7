// Boost.Math: quadrature by the trapezoidal rule, Gauss, and Gauss-Kronrod.
// package: libboost-dev
#include "foreign.h"

#include <lowprec/interop/boost.h>
#include <boost/math/quadrature/gauss.hpp>
#include <boost/math/quadrature/gauss_kronrod.hpp>
#include <boost/math/quadrature/trapezoidal.hpp>

int main() {
  return foreign::compare<foreign::Bfloat>(0.03, []<class T>() {
    namespace quadrature = boost::math::quadrature;
    const auto f = [](T x) { return T(x * x + 1); };
    return std::vector<T>{T(quadrature::trapezoidal(f, T(0), T(1), T(0.05))),
                          T(quadrature::gauss<T, 7>::integrate(f, T(0), T(1))),
                          T(quadrature::gauss_kronrod<T, 15>::integrate(f, T(0), T(1), 2, T(0.05)))};
  });
}
