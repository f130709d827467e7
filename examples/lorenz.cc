// The Lorenz system in bfloat16: rounded to nearest it leaves the attractor, rounded stochastically it stays on it.
#include <lowprec/num.h>

#include <cmath>
#include <cstdio>

using lowprec::Num;

template <class T>
struct State {
  T x, y, z;
};

// One step of the explicit Euler method; every operation is rounded where T rounds.
template <class T>
State<T> step(State<T> s, T dt) {
  const T dx = 10 * (s.y - s.x);
  const T dy = s.x * (28 - s.z) - s.y;
  const T xy = s.x * s.y;  // a statement of its own: C++ leaves open which side of a minus takes its draws first
  const T dz = xy - T(8.0 / 3) * s.z;
  return {s.x + dt * dx, s.y + dt * dy, s.z + dt * dz};
}

// Means over a trajectory, and for how many of the steps nothing moved.
template <class T>
void run(const char* name, double step_size) {
  State<T> s{T(1), T(1), T(20)};
  const T dt(step_size);
  const int steps = 200000, warm_up = 20000;
  double sum_z = 0, sum_xx = 0, sum_zz = 0;
  int still = 0, lobes = 0;
  for (int i = 0; i < steps; ++i) {
    const State<T> next = step(s, dt);
    const auto x = static_cast<double>(next.x), z = static_cast<double>(next.z);
    still += next.x == s.x && next.y == s.y && next.z == s.z ? 1 : 0;
    if (i >= warm_up) {
      sum_z += z, sum_zz += z * z, sum_xx += x * x;
      lobes += (s.x < 0) != (next.x < 0) ? 1 : 0;
    }
    s = next;
  }
  const double n = steps - warm_up, mean = sum_z / n;
  std::printf("%-26s %7.2f %8.2f %8.2f %8d %7.1f %%\n", name, mean, std::sqrt(std::fmax(sum_zz / n - mean * mean, 0)),
              std::sqrt(sum_xx / n), lobes, 100.0 * still / steps);
}

int main() {
  using Nearest = Num<lowprec::bfloat16>;
  using Random = Num<lowprec::bfloat16, lowprec::sr>;
  const lowprec::ScopedStream draws(lowprec::Stream{2024, 0});  // where stochastic operators take their random bits
  std::printf("%-26s %7s %8s %8s %8s %9s\n", "", "mean z", "dev. z", "rms x", "changes", "no step");
  for (const double dt : {0x1p-8, 0x1p-10}) {
    std::printf("dt = 1/%g\n", 1 / dt);
    run<double>("  binary64", dt);
    run<Nearest>("  bfloat16, nearest even", dt);
    run<Random>("  bfloat16, stochastic", dt);
  }
  std::printf(
      "To nearest, dt dx is soon less than half a quantum of x: the system stands still or circles. Stochastic\n"
      "rounding takes such steps now and then, and on average all of them: the climate is that of binary64.\n");
}
