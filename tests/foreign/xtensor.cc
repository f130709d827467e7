// xtensor: lazy expressions, sums, broadcasting.
// package: libxtensor-dev
#include "foreign.h"

#include <xtensor/xarray.hpp>
#include <xtensor/xmath.hpp>
#include <xtensor/xview.hpp>

// For amax() and amin().
template <>
struct xtl::is_scalar<foreign::Bfloat> : std::true_type {};

int main() {
  return foreign::compare<foreign::Bfloat>(0.03, []<class T>() {
    const xt::xarray<T> a{{T(1), T(2), T(3)}, {T(4), T(5), T(6)}}, b{T(0.5), T(1), T(2)};
    const xt::xarray<T> sum = xt::sum(a * b, {1});
    const xt::xarray<T> f = xt::exp(b) + xt::sqrt(a);
    return std::vector<T>{sum(0), sum(1), f(0, 0), f(1, 2), T(xt::amax(a)()), T(xt::mean(a)())};
  });
}
