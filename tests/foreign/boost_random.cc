// Boost.Random: distributions of double, whose numbers are rounded as they are used. The distributions of a narrow type
// itself hang or give 0 only: they ask for more bits than it has.
// package: libboost-dev
#include "foreign.h"

#include <boost/random/mersenne_twister.hpp>
#include <boost/random/normal_distribution.hpp>
#include <boost/random/uniform_real_distribution.hpp>

int main() {
  return foreign::compare<foreign::Bfloat>(0.02, []<class T>() {
    boost::random::mt19937 generator(1);
    boost::random::normal_distribution<double> normal;
    boost::random::uniform_real_distribution<double> uniform(-1, 1);
    std::vector<T> draws;
    for (int i = 0; i < 100; ++i) {
      draws.push_back(T(normal(generator)));
      draws.push_back(T(uniform(generator)));
    }
    return draws;
  });
}
