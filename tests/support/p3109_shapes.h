// The formats of IEEE P3109 v4.0 of up to 16 bits in integers: for those beyond binary64 too, which oracle.h, a table
// of doubles, does not reach. Shares no code and no formula with the library.
#pragma once

#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "lowprec/format/wide.h"

namespace shapes {

struct Shape {
  int k, p;
  bool is_signed, extended;

  lowprec::Format format() const { return lowprec::p3109(k, p, is_signed, extended); }
  std::uint64_t codes() const { return std::uint64_t{1} << k; }
  std::uint64_t sign() const { return is_signed ? codes() / 2 : 0; }
  std::uint64_t nan() const { return is_signed ? codes() / 2 : codes() - 1; }
  std::uint64_t infinity() const { return is_signed ? codes() / 2 - 1 : codes() - 2; }  // if extended
  std::uint64_t greatest() const { return extended ? infinity() - 1 : infinity(); }
  int bias() const { return is_signed ? 1 << (k - p - 1) : 1 << (k - p); }
};

inline std::string name(const Shape& f) {
  return "binary" + std::to_string(f.k) + "p" + std::to_string(f.p) + (f.is_signed ? "s" : "u") +
         (f.extended ? "e" : "f");
}

inline std::vector<Shape> of_bits(int k) {
  std::vector<Shape> result;
  for (const bool is_signed : {true, false})
    for (int p = 1; p <= (is_signed ? k - 1 : k); ++p)
      for (const bool extended : {true, false}) result.push_back({k, p, is_signed, extended});
  return result;
}

// significand * 2^exponent with a sign, an infinity or NaN.
struct Number {
  enum Kind { finite, infinite, nan };
  Kind kind = finite;
  bool negative = false;
  std::uint64_t significand = 0;
  int exponent = 0;

  bool is_zero() const { return kind == finite && significand == 0; }
  template <class T>
  T as() const {  // one rounding, that of ldexp
    using L = std::numeric_limits<T>;
    const T magnitude = kind == nan        ? L::quiet_NaN()
                        : kind == infinite ? L::infinity()
                                           : std::ldexp(static_cast<T>(significand), exponent);
    return negative ? -magnitude : magnitude;
  }
  lowprec::Wide wide() const { return {significand, exponent, negative}; }
};

// T 2^(1-P) 2^(1-B) or (1 + T 2^(1-P)) 2^(E-B), whether or not the code stands for a number.
inline Number magnitude(const Shape& f, std::uint64_t x) {
  const std::uint64_t hidden = std::uint64_t{1} << (f.p - 1);
  const std::uint64_t t = x % hidden;
  const auto e = static_cast<int>(x / hidden);
  if (e == 0) return {Number::finite, false, t, 1 - f.p + 1 - f.bias()};
  return {Number::finite, false, hidden + t, 1 - f.p + e - f.bias()};
}

inline Number negated(Number x) {
  x.negative = !x.negative;
  return x;
}

inline Number decoded(const Shape& f, std::uint64_t x) {
  if (x == f.nan()) return {.kind = Number::nan};
  if (f.is_signed && x > f.sign()) return negated(decoded(f, x - f.sign()));
  if (f.extended && x == f.infinity()) return {.kind = Number::infinite};
  return magnitude(f, x);
}

// The middle of the codes x and x + 1, and a hair (2^-40 of a quantum or less) beside it.
inline Number middle(const Shape& f, std::uint64_t x, int hair = 0) {
  const Number low = magnitude(f, x), high = magnitude(f, x + 1);
  const std::uint64_t sum = low.significand + (high.significand << (high.exponent - low.exponent));
  if (hair == 0) return {Number::finite, false, sum, low.exponent - 1};
  const std::uint64_t fine = sum << 40;
  return {Number::finite, false, hair > 0 ? fine + 1 : fine - 1, low.exponent - 41};
}

// The code of x or x + 1 with a sign: beyond the greatest number lies infinity's code, or the format saturates; zero
// has no sign.
inline std::uint64_t neighbour(const Shape& f, std::uint64_t x, bool up, bool negative) {
  const std::uint64_t code = up && (f.extended || x < f.greatest()) ? x + 1 : x;
  return code == 0 || !negative ? code : code + f.sign();
}

}  // namespace shapes
