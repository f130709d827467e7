// Functions of <cmath> and <numeric> by their names in namespace std.
#include "foreign.h"

#include <algorithm>
#include <numeric>

int main() {
  return foreign::compare<foreign::Bfloat>(0.03, []<class T>() {
    const T x = 0.75, y = 2;
    return std::vector<T>{std::midpoint(x, y), std::lerp(x, y, T(0.5)), std::hypot(x, y),  std::fma(x, y, x),
                          std::sqrt(y),        std::pow(x, 3),          std::max(x, T(1)), std::abs(-x),
                          std::copysign(x, -y)};
  });
}
