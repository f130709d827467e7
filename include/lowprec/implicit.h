// Implicit<N>: a Num that native numbers convert to without being asked, for code that says `T x = 0.5;`.
#pragma once

#include <functional>
#include <limits>

#include "lowprec/num.h"

namespace lowprec {

// Boost.Math and much code written for native types initialise with `T x = 1;`, pass 0.5 where a T is due, and return
// constants. Implicit<N> accepts that: each number is rounded by N as it enters, an N enters as it is. Operators and
// functions are N's, with results of this type; number() and conversions to other types stay explicit.
template <AnyNum N>
class Implicit : private N {
 public:
  using N::code;
  using N::format;
  using N::is_finite;
  using N::is_infinite;
  using N::is_nan;
  using N::is_negative;
  using N::is_zero;
  using N::N;
  using N::overflow;
  using N::reference;
  using N::rounding;
  using N::takes_odd_numbers;
  using N::to_integer;
  using N::value;
  using typename N::code_type;

  constexpr Implicit() = default;
  constexpr Implicit(N x) : N(x) {}
  template <NativeNumber T>
  constexpr Implicit(T x) : N(x) {}
  static constexpr Implicit from_code(code_type code) { return N::from_code(code); }

  constexpr N number() const { return *this; }
  template <NativeNumber T>
  constexpr explicit operator T() const {
    return static_cast<T>(number());
  }

  friend constexpr Implicit operator+(Implicit a, Implicit b) { return a.number() + b.number(); }
  friend constexpr Implicit operator-(Implicit a, Implicit b) { return a.number() - b.number(); }
  friend constexpr Implicit operator*(Implicit a, Implicit b) { return a.number() * b.number(); }
  friend constexpr Implicit operator/(Implicit a, Implicit b) { return a.number() / b.number(); }
  friend constexpr Implicit operator+(Implicit a) { return a; }
  friend constexpr Implicit operator-(Implicit a) { return -a.number(); }
  constexpr Implicit& operator+=(Implicit b) { return *this = *this + b; }
  constexpr Implicit& operator-=(Implicit b) { return *this = *this - b; }
  constexpr Implicit& operator*=(Implicit b) { return *this = *this * b; }
  constexpr Implicit& operator/=(Implicit b) { return *this = *this / b; }
  constexpr Implicit& operator++() { return *this += 1; }
  constexpr Implicit& operator--() { return *this -= 1; }

  friend constexpr bool operator==(Implicit a, Implicit b) { return a.number() == b.number(); }
  friend constexpr std::partial_ordering operator<=>(Implicit a, Implicit b) { return a.number() <=> b.number(); }

  friend constexpr Implicit sqrt(Implicit a) { return sqrt(a.number()); }
  friend constexpr Implicit fma(Implicit a, Implicit b, Implicit c) { return fma(a.number(), b.number(), c.number()); }
  friend Implicit remainder(Implicit a, Implicit b) { return remainder(a.number(), b.number()); }
  friend Implicit fmod(Implicit a, Implicit b) { return fmod(a.number(), b.number()); }
  friend Implicit nextafter(Implicit a, Implicit b) { return nextafter(a.number(), b.number()); }
};

namespace detail {
template <AnyNum N>
inline constexpr bool is_num<Implicit<N>> = true;
}  // namespace detail

}  // namespace lowprec

template <lowprec::AnyNum N>
struct std::numeric_limits<lowprec::Implicit<N>> : std::numeric_limits<N> {};

template <lowprec::AnyNum N>
struct std::hash<lowprec::Implicit<N>> {
  std::size_t operator()(lowprec::Implicit<N> x) const noexcept { return std::hash<N>()(x.number()); }
};
