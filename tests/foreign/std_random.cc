// <random>: distributions of double, whose numbers are rounded as they are used. The standard library refuses to make
// distributions of types that are not native.
#include "foreign.h"

#include <random>

int main() {
  return foreign::compare<foreign::Bfloat>(0.02, []<class T>() {
    std::mt19937 generator(1);
    std::normal_distribution<double> normal;
    std::vector<T> draws;
    for (int i = 0; i < 100; ++i) draws.push_back(T(normal(generator)));
    return draws;
  });
}
