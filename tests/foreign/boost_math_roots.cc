// Boost.Math: roots by bisection, by TOMS 748, and by Newton's method.
// package: libboost-dev
#include "foreign.h"

#include <lowprec/interop/boost.h>
#include <boost/math/tools/roots.hpp>

int main() {
  return foreign::compare<foreign::Bfloat>(0.03, []<class T>() {
    namespace tools = boost::math::tools;
    const auto f = [](T x) { return x * x - 2; };
    const auto near_enough = [](T a, T b) { return abs(a - b) <= T(0.02); };
    std::uintmax_t most = 50;
    const auto bisected = tools::bisect(f, T(1), T(2), near_enough, most);
    most = 50;
    const auto bracketed = tools::toms748_solve(f, T(1), T(2), near_enough, most);
    const T newton = tools::newton_raphson_iterate([](T x) { return std::make_pair(T(x * x - 2), T(2 * x)); }, T(1.5),
                                                   T(1), T(2), 5);
    return std::vector<T>{bisected.first, bracketed.first, newton};
  });
}
