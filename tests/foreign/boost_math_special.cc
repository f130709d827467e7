// Boost.Math: special functions. Those that sum series or continued fractions stop with an error in formats as narrow
// as bfloat16, so this is binary32.
// package: libboost-dev
#include "foreign.h"

#include <lowprec/interop/boost.h>
#include <boost/math/special_functions/bessel.hpp>
#include <boost/math/special_functions/beta.hpp>
#include <boost/math/special_functions/erf.hpp>
#include <boost/math/special_functions/gamma.hpp>
#include <boost/math/special_functions/legendre.hpp>

int main() {
  return foreign::compare<foreign::Single>(1e-4, []<class T>() {
    return std::vector<T>{boost::math::tgamma(T(3.5)), boost::math::erf(T(0.5)), boost::math::cyl_bessel_j(0, T(1)),
                          boost::math::ibeta(T(2), T(3), T(0.5)), boost::math::legendre_p(3, T(0.5))};
  });
}
