// Implicit<N>: a Num that native numbers convert to without being asked, for code that says `T x = 0.5;`.
#pragma once

#include <concepts>
#include <functional>
#include <limits>

#include "lowprec/num/min_max.h"
#include "lowprec/num/native_operators.h"
#include "lowprec/num/num.h"
#include "lowprec/num/num_limits.h"

namespace lowprec {

// Boost.Math and much code written for native types initialise with `T x = 1;`, pass 0.5 where a T is due, and return
// constants. Implicit<N> accepts that: each number is rounded by N as it enters, an N enters as it is. Operators and
// functions are N's, with results of this type; number() and conversions to other types stay explicit.
template <num::AnyNum N>
class Implicit {
 public:
  using code_type = typename N::code_type;
  static constexpr Format format = N::format;
  static constexpr Rounding rounding = N::rounding;
  static constexpr Overflow overflow = N::overflow;
  static constexpr bool takes_odd_numbers = N::takes_odd_numbers;

  constexpr Implicit() = default;
  constexpr Implicit(N x) : number_(x) {}
  template <num::NativeNumber T>
  constexpr Implicit(T x) : number_(x) {}
  template <class T>
  requires(!num::NativeNumber<T> && std::constructible_from<N, T>) constexpr explicit Implicit(const T& x)
      : number_(x) {}
  template <class T>
  constexpr Implicit(const T& x, std::uint32_t draw) : number_(x, draw) {}
  static constexpr Implicit from_code(code_type code) { return N::from_code(code); }
  static const Reference& reference() { return N::reference(); }

  constexpr N number() const { return number_; }
  template <num::NativeNumber T>
  constexpr explicit operator T() const {
    return static_cast<T>(number_);
  }
  template <std::integral I>
  I to_integer(Rounding r, std::uint32_t draw = 0) const {
    return number_.template to_integer<I>(r, draw);
  }
  constexpr code_type code() const { return number_.code(); }
  constexpr auto value() const { return number_.value(); }
  constexpr bool is_nan() const { return number_.is_nan(); }
  constexpr bool is_zero() const { return number_.is_zero(); }
  constexpr bool is_infinite() const { return number_.is_infinite(); }
  constexpr bool is_finite() const { return number_.is_finite(); }
  constexpr bool is_negative() const { return number_.is_negative(); }

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
  friend Implicit next_up(Implicit a) { return next_up(a.number()); }
  friend Implicit next_down(Implicit a) { return next_down(a.number()); }

 private:
  N number_;
};

}  // namespace lowprec

namespace lowprec::num {

namespace detail {
template <AnyNum N>
inline constexpr bool is_num<Implicit<N>> = true;
}  // namespace detail

}  // namespace lowprec::num

template <lowprec::num::AnyNum N>
struct std::numeric_limits<lowprec::Implicit<N>> : std::numeric_limits<N> {
 private:
  using L = std::numeric_limits<N>;
  using I = lowprec::Implicit<N>;

 public:
  static constexpr I max() { return L::max(); }
  static constexpr I min() { return L::min(); }
  static constexpr I lowest() { return L::lowest(); }
  static constexpr I epsilon() { return L::epsilon(); }
  static constexpr I round_error() { return L::round_error(); }
  static constexpr I denorm_min() { return L::denorm_min(); }
  static constexpr I infinity() { return L::infinity(); }
  static constexpr I quiet_NaN() { return L::quiet_NaN(); }
  static constexpr I signaling_NaN() { return L::signaling_NaN(); }
};

template <lowprec::num::AnyNum N>
struct std::hash<lowprec::Implicit<N>> {
  std::size_t operator()(lowprec::Implicit<N> x) const noexcept { return std::hash<N>()(x.number()); }
};
