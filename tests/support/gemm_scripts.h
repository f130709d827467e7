// Factors of the terms of a sum with which gemm is difficult in a format: at the limits of its range, among its least
// numbers, signed zeros, NaN, infinities; and numbers that are not the format's.
#pragma once

#include <algorithm>
#include <cmath>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "lowprec/exact/reference.h"
#include "support/matrices.h"

namespace scripts {

using lowprec::Format;
using lowprec::Reference;
using matrices::kInf;
using matrices::kNan;

// Factors of consecutive terms of one element's sum.
struct Script {
  std::string name;
  std::vector<std::pair<double, double>> factors;
};

inline Script terms(const std::string& name, const std::vector<double>& values) {
  Script result{name, {}};
  for (const double v : values) result.factors.emplace_back(v, 1.0);
  return result;
}

class Limits {
 public:
  explicit Limits(const Format& f)
      : max(f.max()),
        min(f.min_positive()),
        normal(f.min_normal()),
        reference_(f, lowprec::rne, lowprec::Overflow::saturate) {
    below_max = static_cast<double>(reference_.next_down(max));
    ulp = max - below_max;
    below_half = static_cast<double>(reference_.next_down(ulp / 2));
    above_half = static_cast<double>(reference_.next_up(ulp / 2));
    lowest = f.lowest();
  }
  bool has(double x) const { return !(x - x == 0) || static_cast<double>(reference_.convert(x)) == x; }
  bool has(const Script& s) const {
    return std::ranges::all_of(s.factors, [this](const auto& f) { return has(f.first) && has(f.second); });
  }

  double max, min, normal, below_max = 0, ulp = 0, below_half = 0, above_half = 0, lowest = 0;

 private:
  Reference reference_;
};

// A product of p-bit numbers closer to a tie between the two least numbers than any of fewer bits.
inline Script near_tie(const Format& f, int side) {
  const std::int64_t top = std::int64_t{1} << f.precision, tie = 3 * (top / 4) * (top / 2);
  for (std::int64_t x = top / 2; x < std::min<std::int64_t>(top, 1 << 20); ++x)
    if (const std::int64_t y = (tie + side) / x; x * y == tie + side && y < top) {
      const double a = std::ldexp(static_cast<double>(x), f.least_exponent - f.precision + 1);
      const double b = std::ldexp(static_cast<double>(y), 1 - f.precision - f.precision + 1);
      return {"a product beside a tie of least numbers", {{a, b}, {-a, b}}};
    }
  return {"", {}};
}

inline std::vector<Script> of_numbers(const Format& f) {
  const Limits l(f);
  const double m = l.max, h = l.ulp / 2, q = l.min;
  const std::vector<Script> all{
      {"a product overflows", {{m, m}}},
      {"a product overflows downwards", {{-m, m}}},
      {"products overflow, to infinities or limits that cancel", {{m, m}, {-m, m}}},
      {"the least product that overflows", {{2, m}}},
      {"a product at the limit", {{1, m}, {0, m}}},
      terms("a sum overflows", {m, m}),
      terms("a sum overflows downwards", {l.lowest, l.lowest}),
      terms("a sum comes back", {m, m, -m}),
      terms("a sum comes back to zero", {m, m, -m, -m}),
      terms("a sum comes back from below", {l.lowest, l.lowest, m, m}),
      terms("a sum reaches the limit", {l.below_max, l.ulp}),
      terms("half a unit below the limit", {l.below_max, h}),
      terms("the limit and half a unit", {m, h}),
      terms("the limit and half a unit, downwards", {-m, -h}),
      terms("the limit and less than half a unit", {m, l.below_half}),
      terms("the limit and more than half a unit", {m, l.above_half}),
      terms("the limit and half a unit, and back", {m, h, -l.ulp, -m}),
      terms("the limit and a little, often", {m, q, q, q, q, -m}),
      terms("least numbers", {q, q, -q, -q, -q}),
      terms("below the least normal number", {l.normal, -q, -q}),
      terms("a sum leaves the subnormal numbers", {-l.normal, q, -q, -q}),
      terms("zeros of both signs", {-0.0, 0.0, -0.0}),
      terms("negative zeros", {-0.0, -0.0}),
      {"a tie at half the least number", {{q, 0.5}}},
      {"a tie at half the least number, below zero", {{-q, 0.5}}},
      {"a tie at three halves", {{q, 1.5}, {q, -1.5}, {3 * q, 0.5}}},
      {"a tie at five halves", {{5 * q, 0.5}, {-5 * q, 0.5}}},
      {"more than half the least number", {{q, 0.75}, {-q, 0.625}}},
      {"less than half the least number", {{q, 0.375}, {q, -0.25}}},
      {"a product far below the least number", {{q, q}, {-q, q}}},
      {"a negative zero from a product", {{-q, q}}},
      {"a tie below the least normal number", {{l.normal - q, 0.5}, {l.normal + q, 0.5}}},
      {"a product above the least normal number", {{l.normal, 1.5}, {l.normal * 1.5, -0.5}}},
      near_tie(f, -1),
      near_tie(f, 1),
      terms("NaN", {kNan}),
      {"NaN times zero", {{kNan, 0.0}}},
      {"infinity times zero", {{kInf, 0.0}}},
      terms("infinity", {kInf, 1}),
      terms("an infinity below", {1, -kInf}),
      terms("infinities that cancel", {kInf, -kInf}),
      terms("a limit against an infinity", {m, m, -kInf}),
  };
  std::vector<Script> result;
  std::ranges::copy_if(all, std::back_inserter(result), [&](const Script& s) { return l.has(s); });
  return result;
}

inline std::vector<Script> of_strangers(const Format& f) {
  const Limits l(f);
  return {
      terms("0.1", {0.1F}),
      {"0.1 twice", {{0.1F, 0.1F}}},
      {"0.1 times the limit", {{0.1F, l.max}, {l.max, 0.1F}}},
      {"1.0001 times the limit", {{1.0001F, l.max}, {-1.0001F, l.max}}},
      terms("a number out of reach", {1e30F}),
      {"a product out of reach", {{1e30F, 1e-30F}, {1e30F, 1e30F}, {-1e30F, 1e30F}}},
      terms("a number below reach", {1e-42F}),
      {"a product below reach", {{1e-30F, 1e-30F}, {1e30F, 1e-42F}}},
  };
}

}  // namespace scripts
