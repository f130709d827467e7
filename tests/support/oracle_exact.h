// Exact results of operations: rationals of unbounded integers. Shares no code and no formula with the library.
//
// Sources: IEEE 754-2019, 5.3.1 (remainder), 5.4.1, 6.1 to 6.3 (infinities, signs of zeros), 7.2, 7.3 (invalid, x / 0).
#pragma once

#include <algorithm>
#include <boost/multiprecision/cpp_int.hpp>
#include <cmath>
#include <cstdint>

namespace oracle {

using boost::multiprecision::cpp_int;

// A number num / den * 2^exponent with a sign, an infinity or NaN.
struct Exact {
  enum Kind { finite, infinite, nan };
  Kind kind = finite;
  bool negative = false;
  cpp_int num = 0;
  cpp_int den = 1;
  int exponent = 0;
  bool cancelled = false;  // a zero left by a sum of opposite signs: -0 rounding down, else +0 (6.3)

  bool is_zero() const { return kind == finite && num == 0; }
};

inline Exact exact(double x) {
  Exact e;
  e.negative = std::signbit(x);
  if (std::isnan(x)) return {.kind = Exact::nan};
  if (std::isinf(x)) return {.kind = Exact::infinite, .negative = e.negative};
  const double fraction = std::frexp(std::fabs(x), &e.exponent);
  e.num = static_cast<std::uint64_t>(std::ldexp(fraction, 53));
  e.exponent -= 53;
  return e;
}

inline Exact negated(Exact a) {
  a.negative = !a.negative;
  return a;
}

// |a| and |b| of finite a and b as integers, in units of 2^exponent / (a.den b.den).
struct Aligned {
  int exponent;
  cpp_int left, right;
};
inline Aligned aligned(const Exact& a, const Exact& b) {
  const int exponent = std::min(a.exponent, b.exponent);
  return {exponent, (a.num * b.den) << (a.exponent - exponent), (b.num * a.den) << (b.exponent - exponent)};
}

inline Exact finite_sum(const Exact& a, const Exact& b) {
  const auto [exponent, left, right] = aligned(a, b);
  Exact result{.negative = a.negative, .num = left + right, .den = a.den * b.den, .exponent = exponent};
  if (a.negative == b.negative) return result;
  result.num = left < right ? right - left : left - right;
  result.negative = left < right ? b.negative : a.negative;
  result.cancelled = left == right;
  return result;
}

inline Exact sum(const Exact& a, const Exact& b) {
  if (a.kind == Exact::nan || b.kind == Exact::nan) return {.kind = Exact::nan};
  if (a.kind == Exact::infinite && b.kind == Exact::infinite)
    return a.negative == b.negative ? a : Exact{.kind = Exact::nan};
  if (a.kind == Exact::infinite) return a;
  if (b.kind == Exact::infinite) return b;
  return finite_sum(a, b);
}

inline Exact product(const Exact& a, const Exact& b) {
  const bool invalid = (a.kind == Exact::infinite && b.is_zero()) || (b.kind == Exact::infinite && a.is_zero());
  if (a.kind == Exact::nan || b.kind == Exact::nan || invalid) return {.kind = Exact::nan};
  const bool negative = a.negative != b.negative;
  if (a.kind == Exact::infinite || b.kind == Exact::infinite) return {.kind = Exact::infinite, .negative = negative};
  return {Exact::finite, negative, a.num * b.num, a.den * b.den, a.exponent + b.exponent};
}

inline Exact quotient(const Exact& a, const Exact& b) {
  const bool invalid = (a.is_zero() && b.is_zero()) || (a.kind == Exact::infinite && b.kind == Exact::infinite);
  if (a.kind == Exact::nan || b.kind == Exact::nan || invalid) return {.kind = Exact::nan};
  const bool negative = a.negative != b.negative;
  if (a.kind == Exact::infinite || b.is_zero()) return {.kind = Exact::infinite, .negative = negative};
  if (b.kind == Exact::infinite) return {.kind = Exact::finite, .negative = negative};
  return {Exact::finite, negative, a.num * b.den, a.den * b.num, a.exponent - b.exponent};
}

// a b + c; infinity times zero is invalid whatever c.
inline Exact fused(const Exact& a, const Exact& b, const Exact& c) { return sum(product(a, b), c); }

// a - n b: n = a / b to the nearest integer, ties to even (IEEE 754-2019, 5.3.1), or toward zero (fmod of C). A zero
// has the sign of a.
enum class Whole { nearest, truncated };

inline Exact finite_remainder(const Exact& a, const Exact& b, Whole whole) {
  const auto [exponent, left, right] = aligned(a, b);
  cpp_int n, rest;
  boost::multiprecision::divide_qr(left, right, n, rest);
  const cpp_int twice = 2 * rest;
  const bool up = whole == Whole::nearest && (twice > right || (twice == right && n % 2 != 0));
  return {Exact::finite, a.negative != up, up ? cpp_int(right - rest) : rest, a.den * b.den, exponent};
}

inline Exact remainder(const Exact& a, const Exact& b, Whole whole) {
  const bool invalid = a.kind == Exact::infinite || b.is_zero();
  if (a.kind == Exact::nan || b.kind == Exact::nan || invalid) return {.kind = Exact::nan};
  if (b.kind == Exact::infinite || a.is_zero()) return a;
  return finite_remainder(a, b, whole);
}

// The root of a binary number. One that is no multiple of the unit 2^-64 * 2^quantum (or finer) is replaced by the
// middle of the unit that holds it: no comparison with a multiple of 2^-63 quanta tells the two apart.
inline Exact square_root(const Exact& a, int quantum) {
  if (a.kind == Exact::nan || (a.negative && !a.is_zero())) return {.kind = Exact::nan};
  if (a.kind == Exact::infinite || a.is_zero()) return a;
  const int unit = std::min(quantum, a.exponent / 2 - 1) - 64;
  cpp_int rest;
  const cpp_int units = boost::multiprecision::sqrt(cpp_int(a.num << (a.exponent - 2 * unit)), rest);
  return {.num = 2 * units + (rest != 0 ? 1 : 0), .exponent = unit - 1};
}

enum class Operation { add, sub, mul, div };

inline Exact apply(Operation op, const Exact& a, const Exact& b) {
  switch (op) {
    case Operation::add:
      return sum(a, b);
    case Operation::sub:
      return sum(a, negated(b));
    case Operation::mul:
      return product(a, b);
    case Operation::div:
      return quotient(a, b);
  }
  return {.kind = Exact::nan};
}

}  // namespace oracle
