// Boost.Math: interpolation by cubic B-splines and by rational functions.
// package: libboost-dev
#include "foreign.h"

#include <lowprec/interop/boost.h>
#include <boost/math/interpolators/barycentric_rational.hpp>
#include <boost/math/interpolators/cardinal_cubic_b_spline.hpp>

int main() {
  return foreign::compare<foreign::Bfloat>(0.05, []<class T>() {
    const std::vector<T> x{0, 1, 2, 3, 4, 5}, y{0, 1, 4, 9, 16, 25};
    const boost::math::interpolators::cardinal_cubic_b_spline<T> spline(y.begin(), y.end(), T(0), T(1));
    const boost::math::barycentric_rational<T> rational(x.data(), y.data(), x.size());
    return std::vector<T>{spline(T(2.5)), spline(T(4)), rational(T(2.5)), rational(T(4.5))};
  });
}
