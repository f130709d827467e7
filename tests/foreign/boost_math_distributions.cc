// Boost.Math: densities, probabilities and quantiles.
// package: libboost-dev
#include "foreign.h"

#include <lowprec/interop/boost.h>
#include <boost/math/distributions/exponential.hpp>
#include <boost/math/distributions/logistic.hpp>
#include <boost/math/distributions/normal.hpp>

int main() {
  return foreign::compare<foreign::Bfloat>(0.05, []<class T>() {
    using boost::math::cdf, boost::math::pdf, boost::math::quantile;
    const boost::math::normal_distribution<T> normal(T(1), T(2));
    const boost::math::exponential_distribution<T> exponential(T(1.5));
    const boost::math::logistic_distribution<T> logistic(T(0), T(1));
    return std::vector<T>{pdf(normal, T(2)),
                          cdf(normal, T(2)),
                          quantile(normal, T(0.75)),
                          cdf(exponential, T(1)),
                          quantile(exponential, T(0.5)),
                          cdf(logistic, T(1)),
                          quantile(logistic, T(0.75))};
  });
}
