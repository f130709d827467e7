// Containers, algorithms and numeric algorithms of the standard library.
#include "foreign.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <optional>
#include <queue>
#include <set>
#include <unordered_map>

int main() {
  return foreign::compare<foreign::Bfloat>(0.03, []<class T>() {
    std::vector<T> x{3, 1, 2, 5, 4};
    std::sort(x.begin(), x.end());
    std::map<T, int> ordered{{T(2), 1}, {T(1), 2}};
    std::unordered_map<T, T> hashed{{T(1), T(7)}};
    std::priority_queue<T> queue(x.begin(), x.end());
    std::vector<T> sums(5);
    std::partial_sum(x.begin(), x.end(), sums.begin());
    std::optional<T> maybe = x[1];
    const auto [least, most] = std::minmax_element(x.begin(), x.end());
    x.insert(x.end(), {ordered.begin()->first, hashed[T(1)], queue.top(), sums[4], *maybe, *least, *most});
    x.push_back(std::accumulate(sums.begin(), sums.end(), T(0)));
    x.push_back(std::inner_product(sums.begin(), sums.end(), sums.begin(), T(0)));
    x.push_back(std::clamp(T(9), T(0), T(2)));
    return x;
  });
}
