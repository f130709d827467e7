// Boost.Multiprecision: conversions both ways, in one rounding. Boost.Math: Num as its real type. Optional; needs
// Boost.
#pragma once

#include <boost/multiprecision/cpp_int.hpp>
#include <boost/multiprecision/number.hpp>
#include <concepts>
#include <string>

#include "lowprec/format/names.h"
#include "lowprec/num/classify.h"
#include "lowprec/num/implicit.h"
#include "lowprec/num/math.h"
#include "lowprec/num/num.h"
#include "lowprec/num/num_limits.h"
#include "lowprec/num/num_text.h"

namespace lowprec::interop {

namespace detail {

using boost::multiprecision::cpp_int;

// n / d * 2^exponent (d > 0) rounded to odd at 126 bits: a rounding to at most 124 bits cannot tell.
inline Wide odd_wide(cpp_int n, const cpp_int& d, int exponent) {
  constexpr int kBits = 126;
  const bool negative = n < 0;
  if (negative) n = -n;
  if (n == 0) return {0, 0, negative};
  const int shift = kBits + static_cast<int>(msb(d)) - static_cast<int>(msb(n));
  cpp_int quotient, rest;
  divide_qr(shift > 0 ? cpp_int(n << shift) : n, shift < 0 ? cpp_int(d << -shift) : d, quotient, rest);
  const auto low = static_cast<std::uint64_t>(cpp_int(quotient & ~std::uint64_t{0}));
  const auto high = static_cast<std::uint64_t>(cpp_int(quotient >> 64));
  return {(format::Uint128{high} << 64 | low) | (rest != 0 ? 1U : 0U), exponent - shift, negative};
}

template <class B, boost::multiprecision::expression_template_option E>
Wide odd_wide_of(const boost::multiprecision::number<B, E>& x) {
  namespace mp = boost::multiprecision;
  using X = mp::number<B, E>;
  constexpr auto kind = mp::number_category<X>::value;
  if constexpr (kind == mp::number_kind_integer) {
    return odd_wide(cpp_int(x), 1, 0);
  } else if constexpr (kind == mp::number_kind_rational) {
    return odd_wide(cpp_int(numerator(x)), cpp_int(denominator(x)), 0);
  } else {
    static_assert(
        kind == mp::number_kind_floating_point && std::numeric_limits<X>::radix == 2,
        "binary floating point, integers and rationals convert; give others as text: N::reference().parse(…)");
    const bool negative = signbit(x) != 0;
    if ((mp::isnan)(x)) return Wide::nan();
    if ((mp::isinf)(x)) return Wide::infinity(negative);
    if (x == 0) return {0, 0, negative};
    int digits = std::numeric_limits<X>::digits;
    if constexpr (std::numeric_limits<X>::digits == 0) digits = static_cast<int>(x.precision() * 4);  // decimal ones
    int exponent = 0;
    const X fraction = frexp(x, &exponent);
    return odd_wide(static_cast<cpp_int>(X(ldexp(fraction, digits))), 1, exponent - digits);
  }
}

}  // namespace detail

// x as an N, rounded once by N's rounding.
template <num::AnyNum N, class B, boost::multiprecision::expression_template_option E>
N from_multiprecision(const boost::multiprecision::number<B, E>& x) {
  static_assert(N::format.precision + N::rounding.random_bits <= 124, "too many random bits for so wide a format");
  return N(detail::odd_wide_of(x));
}

// x as a number of Boost.Multiprecision: exact, or rounded once where X has fewer bits than x.
template <class X, num::AnyNum N>
X to_multiprecision(N x) {
  const Wide wide(x.value());
  using Limits = std::numeric_limits<X>;
  if (wide.is_nan() || wide.is_infinite()) {
    if (!Limits::has_infinity) throw Error("the number type has neither infinities nor NaN");
    if (wide.is_nan()) return Limits::quiet_NaN();
    return wide.is_negative() ? X(-Limits::infinity()) : Limits::infinity();
  }
  detail::cpp_int n = static_cast<std::uint64_t>(wide.significand() >> 64);
  n = (n << 64) + static_cast<std::uint64_t>(wide.significand());
  if constexpr (Limits::is_integer) {
    if (wide.exponent() < 0) throw Error("the number is no integer");
    const X magnitude(detail::cpp_int(n << wide.exponent()));
    return wide.is_negative() ? X(-magnitude) : magnitude;
  } else if constexpr (Limits::is_exact) {  // rationals
    const auto shift = static_cast<unsigned>(wide.exponent() < 0 ? -wide.exponent() : wide.exponent());
    const detail::cpp_int one = 1, power = one << shift;
    const X magnitude = wide.exponent() < 0 ? X(n, power) : X(detail::cpp_int(n * power), one);
    return wide.is_negative() ? X(-magnitude) : magnitude;
  } else {
    const X magnitude = ldexp(X(n), wide.exponent());
    return wide.is_negative() ? X(-magnitude) : magnitude;
  }
}

}  // namespace lowprec::interop
