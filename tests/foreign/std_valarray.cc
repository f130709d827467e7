// std::valarray: arithmetic, slices and functions.
#include "foreign.h"

#include <valarray>

int main() {
  return foreign::compare<foreign::Bfloat>(0.03, []<class T>() {
    const std::valarray<T> a{1, 2, 3, 4}, b{0.5, 1, 1.5, 2};
    const std::valarray<T> c = a * b + std::sqrt(a) - std::exp(b) + T(1);
    const std::valarray<T> d = a[std::slice(0, 2, 2)];
    return std::vector<T>{c[0], c[1], c[2], c[3], c.sum(), d.sum(), a.max(), std::pow(a, T(2))[3]};
  });
}
