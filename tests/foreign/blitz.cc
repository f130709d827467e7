// Blitz++: array expressions and reductions.
// package: libblitz0-dev
#include "foreign.h"

#include <blitz/array.h>

int main() {
  return foreign::compare<foreign::Bfloat>(0.03, []<class T>() {
    blitz::Array<T, 1> a(4), b(4);
    for (int i = 0; i < 4; ++i) a(i) = T(i + 1), b(i) = T(0.5 * i);
    blitz::Array<T, 1> c(4);
    c = a * b + sqrt(a) - exp(b);
    return std::vector<T>{c(0), c(3), T(sum(a)), T(max(b)), T(dot(a, b))};
  });
}
