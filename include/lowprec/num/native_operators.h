// Num together with integers and native floating-point numbers, and why two formats do not mix.
//
// The rule: in x + y, x - y, x * y and x / y an operand y that is no Num is first converted to the type of x, rounded
// by its rounding, and the result is rounded as that of any two Nums: nothing leaves the format unseen. (Stochastic
// rounding takes a draw for the conversion and one for the result.) Comparisons convert nothing: they are those of the
// numbers themselves, exact, so that x < 1e9 is true of every number of every narrow format.
#pragma once

#include <compare>
#include <concepts>
#include <cstdint>

#include "lowprec/num/num.h"

namespace lowprec::num {

namespace detail {

// x as a double where that is exact, else as a Wide.
template <class T>
constexpr auto exact_number(T x) {
  if constexpr (std::same_as<T, long double> || (std::integral<T> && sizeof(T) > sizeof(std::int32_t)))
    return Wide(x);
  else
    return static_cast<double>(x);
}

}  // namespace detail

}  // namespace lowprec::num

namespace lowprec {

#define LOWPREC_OPERATOR(operation, symbol)     \
  template <num::AnyNum N, num::NativeNumber T> \
  constexpr N operator symbol(N a, T b) {       \
    return a symbol N(b);                       \
  }                                             \
  template <num::AnyNum N, num::NativeNumber T> \
  constexpr N operator symbol(T a, N b) {       \
    return N(a) symbol b;                       \
  }                                             \
  template <num::AnyNum N, num::NativeNumber T> \
  constexpr N& operator symbol##=(N& a, T b) {  \
    return a = a symbol N(b);                   \
  }
LOWPREC_OPERATORS(LOWPREC_OPERATOR)
#undef LOWPREC_OPERATOR

template <num::AnyNum N, num::NativeNumber T>
constexpr bool operator==(N a, T b) {
  return a.value() == num::detail::exact_number(b);
}
template <num::AnyNum N, num::NativeNumber T>
constexpr std::partial_ordering operator<=>(N a, T b) {
  return a.value() <=> num::detail::exact_number(b);
}

}  // namespace lowprec

namespace lowprec::num {

// Two types of Num: which of them should the result have? Compilers show these lines.
template <class A, class B>
concept TwoFormats = AnyNum<A> && AnyNum<B> && !std::convertible_to<A, B> && !std::convertible_to<B, A>;

}  // namespace lowprec::num

namespace lowprec {

// clang-format off
template <class A, class B> requires num::TwoFormats<A, B> A operator+(A, B) = delete;  // two formats: convert one operand first, A(b) or B(a), as in a + A(b)
template <class A, class B> requires num::TwoFormats<A, B> A operator-(A, B) = delete;  // two formats: convert one operand first, A(b) or B(a), as in a - A(b)
template <class A, class B> requires num::TwoFormats<A, B> A operator*(A, B) = delete;  // two formats: convert one operand first, A(b) or B(a), as in a * A(b)
template <class A, class B> requires num::TwoFormats<A, B> A operator/(A, B) = delete;  // two formats: convert one operand first, A(b) or B(a), as in a / A(b)
template <class A, class B> requires num::TwoFormats<A, B> A& operator+=(A&, B) = delete;  // two formats: convert the right operand first, as in a += A(b)
template <class A, class B> requires num::TwoFormats<A, B> A& operator-=(A&, B) = delete;  // two formats: convert the right operand first, as in a -= A(b)
template <class A, class B> requires num::TwoFormats<A, B> A& operator*=(A&, B) = delete;  // two formats: convert the right operand first, as in a *= A(b)
template <class A, class B> requires num::TwoFormats<A, B> A& operator/=(A&, B) = delete;  // two formats: convert the right operand first, as in a /= A(b)
template <class A, class B> requires num::TwoFormats<A, B> bool operator==(A, B) = delete;  // two formats: compare the numbers, a.value() == b.value(), or convert one operand first
template <class A, class B> requires num::TwoFormats<A, B> bool operator<=>(A, B) = delete;  // two formats: compare the numbers, a.value() < b.value(), or convert one operand first
// clang-format on

}  // namespace lowprec
