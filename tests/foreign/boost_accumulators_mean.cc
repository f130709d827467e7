// Boost.Accumulators: count, mean, variance, extremes.
// package: libboost-dev
#include "foreign.h"

#include <boost/accumulators/accumulators.hpp>
#include <boost/accumulators/statistics.hpp>

int main() {
  return foreign::compare<foreign::Half>(0.02, []<class T>() {
    using namespace boost::accumulators;
    accumulator_set<T, stats<tag::mean, tag::variance, tag::min, tag::max>> set;
    for (const double x : {1, 2, 4, 7, 11}) set(T(x));
    return std::vector<T>{T(mean(set)), T(variance(set)), T((min)(set)), T((max)(set))};
  });
}
