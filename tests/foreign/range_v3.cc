// range-v3: views and folds over numbers.
// package: librange-v3-dev
#include "foreign.h"

#include <range/v3/all.hpp>

int main() {
  return foreign::compare<foreign::Bfloat>(0.03, []<class T>() {
    const std::vector<T> x{3, 1, 2, 5, 4};
    const T squares = ranges::accumulate(x | ranges::views::transform([](T v) { return v * v; }), T(0));
    const T product = ranges::inner_product(x, x | ranges::views::reverse, T(0));
    auto sorted = x | ranges::to<std::vector>() | ranges::actions::sort;
    sorted.push_back(squares);
    sorted.push_back(product);
    sorted.push_back(ranges::max(x));
    return sorted;
  });
}
