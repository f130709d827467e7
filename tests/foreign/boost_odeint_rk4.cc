// Boost.Odeint: a harmonic oscillator by the classical Runge-Kutta method.
// package: libboost-dev
#include "foreign.h"

#include <boost/numeric/odeint.hpp>

int main() {
  return foreign::compare<foreign::Bfloat>(0.05, []<class T>() {
    using State = std::vector<T>;
    namespace odeint = boost::numeric::odeint;
    State x{1, 0};
    odeint::runge_kutta4<State, T, State, T> stepper;
    const auto oscillator = [](const State& s, State& derivative, T) {
      derivative[0] = s[1];
      derivative[1] = -s[0];
    };
    odeint::integrate_n_steps(stepper, oscillator, x, T(0), T(0.125), 8);
    return x;
  });
}
