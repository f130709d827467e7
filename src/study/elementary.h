// exp and ln with the same bits on every machine, which libm does not promise.
#pragma once

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>

#include "lowprec/kernel/one_lane.h"

namespace lowprec {

// Relative error below 2^-50: e^x = 2^k e^r, |r| <= ln 2 / 2, by the Taylor series of e^r. Below e^-700 it is 0, above
// e^300 it stays.
inline double portable_exp(double x) {
  if (!(x > -700)) return x == x ? 0 : x;
  x = std::min(x, 300.0);
  const double k = std::floor(x * 0x1.71547652b82fep+0 + 0.5);
  const double r = (x - k * 0x1.62e42fefp-1) - k * 0x1.473de6af278edp-34;  // ln 2 in two parts, the first of 32 bits
  double sum = 1;
  for (int i = 14; i > 0; --i) sum = 1 + sum * r / i;
  return std::bit_cast<double>(std::bit_cast<std::uint64_t>(sum) +
                               (static_cast<std::uint64_t>(static_cast<std::int64_t>(k)) << 52));
}

// ln x for normal x > 0, relative error below 2^-45; -inf for 0 and inf for inf.
inline double portable_log(double x) {
  if (x == 0) return -HUGE_VAL;
  if (x == HUGE_VAL) return x;
  return one_lane::Log(one_lane::OneLane<double>(), x);
}

}  // namespace lowprec
