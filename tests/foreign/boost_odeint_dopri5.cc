// Boost.Odeint: exponential decay by Dormand and Prince's method, with controlled steps.
// package: libboost-dev
#include "foreign.h"

#include <boost/numeric/odeint.hpp>

int main() {
  return foreign::compare<foreign::Bfloat>(0.05, []<class T>() {
    using State = std::vector<T>;
    namespace odeint = boost::numeric::odeint;
    State x{1, 2};
    const auto stepper = odeint::make_controlled<odeint::runge_kutta_dopri5<State, T, State, T>>(T(0.01), T(0.01));
    const auto decay = [](const State& s, State& derivative, T) {
      for (std::size_t i = 0; i < s.size(); ++i) derivative[i] = -s[i];
    };
    odeint::integrate_adaptive(stepper, decay, x, T(0), T(1), T(0.125));
    return x;
  });
}
