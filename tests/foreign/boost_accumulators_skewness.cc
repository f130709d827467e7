// Boost.Accumulators: skewness and median.
// package: libboost-dev
#include "foreign.h"

#include <boost/accumulators/accumulators.hpp>
#include <boost/accumulators/statistics.hpp>

int main() {
  return foreign::compare<foreign::Half>(0.03, []<class T>() {
    using namespace boost::accumulators;
    accumulator_set<T, stats<tag::skewness, tag::median(with_p_square_quantile)>> set;
    for (const double x : {1, 2, 4, 7, 11, 3, 5}) set(T(x));
    return std::vector<T>{T(skewness(set)), T(median(set))};
  });
}
