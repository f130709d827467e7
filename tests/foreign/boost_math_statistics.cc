// Boost.Math: statistics of one and two variables.
// package: libboost-dev
#include "foreign.h"

#include <lowprec/interop/boost.h>
#include <boost/math/statistics/bivariate_statistics.hpp>
#include <boost/math/statistics/univariate_statistics.hpp>

int main() {
  return foreign::compare<foreign::Half>(0.03, []<class T>() {
    namespace statistics = boost::math::statistics;
    std::vector<T> x{1, 2, 4, 7, 11}, y{2, 3, 3, 8, 9};
    return std::vector<T>{statistics::mean(x),
                          statistics::variance(x),
                          statistics::skewness(x),
                          statistics::covariance(x, y),
                          statistics::correlation_coefficient(x, y),
                          statistics::median(x)};
  });
}
