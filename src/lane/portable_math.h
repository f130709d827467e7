// exp and ln with the same bits on every machine, which libm does not promise.
#pragma once

#include <algorithm>
#include <cmath>

#include "lowprec/lane/one_lane.h"

namespace lowprec::lane {

// e^x = power (1 + rest), power = 2^k.
struct Exponential {
  double power, rest;
};

// For |x| <= 700, relative error of 1 + rest below 2^-50: rest = e^r - 1, r = x - k ln 2, |r| <= ln 2 / 2, by its
// Taylor series; ln 2 in two parts, the first of 32 bits.
inline Exponential exponential(double x) {
  const double k = std::floor(x * 0x1.71547652b82fep+0 + 0.5);
  const double r = (x - k * 0x1.62e42fefp-1) - k * 0x1.473de6af278edp-34;
  double sum = 1;
  for (int i = 14; i > 1; --i) sum = 1 + sum * r / i;
  return {std::ldexp(1.0, static_cast<int>(k)), sum * r};
}

// e^x, relative error below 2^-50. Below e^-700 it is 0, above e^300 it stays.
inline double portable_exp(double x) {
  if (!(x > -700)) return x == x ? 0 : x;
  const auto [power, rest] = exponential(std::min(x, 300.0));
  return power * (1 + rest);
}

// e^x - 1 for 0 <= x <= 300, without cancellation near 0.
inline double portable_expm1(double x) {
  const auto [power, rest] = exponential(x);
  return power * rest + (power - 1);
}

// ln x for normal x > 0, relative error below 2^-45; -inf for 0 and inf for inf.
inline double portable_log(double x) {
  if (x == 0) return -HUGE_VAL;
  if (x == HUGE_VAL) return x;
  return one_lane::Log(one_lane::OneLane<double>(), x);
}

}  // namespace lowprec::lane
