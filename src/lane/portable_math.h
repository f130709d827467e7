// exp and ln that give the same bits on every machine, which libm does not promise.
#pragma once

#include <algorithm>
#include <cmath>

#include "lowprec/lane/one_lane.h"

namespace lowprec::lane {

// e^x = power (1 + rest), power = 2^k.
struct Exponential {
  double power, rest;
};

// Returns e^x in two parts. |x| must be at most 700. The relative error of 1 + rest is below 2^-50: rest = e^r - 1 with
// r = x - k ln 2 and |r| <= ln 2 / 2, from its Taylor series. ln 2 has two parts, the first of 32 bits.
inline Exponential exponential(double x) {
  const double k = std::floor(x * 0x1.71547652b82fep+0 + 0.5);
  const double r = (x - k * 0x1.62e42fefp-1) - k * 0x1.473de6af278edp-34;
  double sum = 1;
  for (int i = 14; i > 1; --i) sum = 1 + sum * r / i;
  return {std::ldexp(1.0, static_cast<int>(k)), sum * r};
}

// Returns e^x with a relative error below 2^-50. For x below -700 it returns 0, for x above 300 it returns e^300.
inline double portable_exp(double x) {
  if (!(x > -700)) return x == x ? 0 : x;
  const auto [power, rest] = exponential(std::min(x, 300.0));
  return power * (1 + rest);
}

// Returns e^x - 1 without cancellation near 0. x must lie in [0, 300].
inline double portable_expm1(double x) {
  const auto [power, rest] = exponential(x);
  return power * rest + (power - 1);
}

// Returns ln x with a relative error below 2^-45 for normal x > 0, -inf for 0, and inf for inf.
inline double portable_log(double x) {
  if (x == 0) return -HUGE_VAL;
  if (x == HUGE_VAL) return x;
  return one_lane::Log(one_lane::OneLane<double>(), x);
}

}  // namespace lowprec::lane
