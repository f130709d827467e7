// Selection and signs: operations whose result is one of the operands, or its magnitude or sign (IEEE 754-2019, 5.5.1
// and 9.6; P3109 v4.0, 4.10). Exact, for Num and Wide alike.
#pragma once

#include <concepts>

#include "lowprec/format/language.h"

namespace lowprec::num {

// What the operations below need of a number.
template <class T>
concept SignedNumber = requires(T x) {
  { x.is_nan() } -> std::same_as<bool>;
  { x.is_negative() } -> std::same_as<bool>;
  { x < x } -> std::same_as<bool>;
  { -x } -> std::same_as<T>;
};

}  // namespace lowprec::num

namespace lowprec {

template <num::SignedNumber T>
constexpr T abs(const T& x) {
  return x.is_negative() ? -x : x;
}
template <num::SignedNumber T>
constexpr T copysign(const T& magnitude, const T& sign) {
  return magnitude.is_negative() == sign.is_negative() ? magnitude : -magnitude;
}

}  // namespace lowprec

namespace lowprec::num {

namespace detail {

// a < b, with -0 < +0.
template <class T>
constexpr bool is_below(const T& a, const T& b) {
  return a < b || (a == b && a.is_negative() && !b.is_negative());
}

// The operand that is a number where the other is none.
template <class T, class Select>
constexpr T select_number(const T& a, const T& b, Select select) {
  if (a.is_nan()) return b;
  return b.is_nan() ? a : select(a, b);
}

}  // namespace detail

}  // namespace lowprec::num

namespace lowprec {

// NaN if an operand is NaN; -0 lies below +0.
template <num::SignedNumber T>
constexpr T minimum(const T& a, const T& b) {
  if (a.is_nan()) return a;
  return b.is_nan() || num::detail::is_below(b, a) ? b : a;
}
template <num::SignedNumber T>
constexpr T maximum(const T& a, const T& b) {
  if (a.is_nan()) return a;
  return b.is_nan() || num::detail::is_below(a, b) ? b : a;
}

// The number where the other operand is NaN.
template <num::SignedNumber T>
constexpr T minimum_number(const T& a, const T& b) {
  return num::detail::select_number(a, b, minimum<T>);
}
template <num::SignedNumber T>
constexpr T maximum_number(const T& a, const T& b) {
  return num::detail::select_number(a, b, maximum<T>);
}

// By magnitude; of equal magnitudes the minimum or maximum.
template <num::SignedNumber T>
constexpr T minimum_magnitude(const T& a, const T& b) {
  if (abs(a) < abs(b)) return a;
  return abs(b) < abs(a) ? b : minimum(a, b);
}
template <num::SignedNumber T>
constexpr T maximum_magnitude(const T& a, const T& b) {
  if (abs(b) < abs(a)) return a;
  return abs(a) < abs(b) ? b : maximum(a, b);
}
template <num::SignedNumber T>
constexpr T minimum_magnitude_number(const T& a, const T& b) {
  return num::detail::select_number(a, b, minimum_magnitude<T>);
}
template <num::SignedNumber T>
constexpr T maximum_magnitude_number(const T& a, const T& b) {
  return num::detail::select_number(a, b, maximum_magnitude<T>);
}

}  // namespace lowprec
