// Counted<Num<F, R, O>>: a Num whose operators count what happens while they round.
#pragma once

#include <concepts>
#include <cstdint>
#include <limits>
#include <type_traits>

#include "lowprec/exact/reference.h"
#include "lowprec/format/events.h"
#include "lowprec/format/wide.h"
#include "lowprec/lane/stream.h"
#include "lowprec/num/min_max.h"
#include "lowprec/num/native_operators.h"
#include "lowprec/num/num.h"
#include "lowprec/num/num_limits.h"

namespace lowprec {

// The number N, a Num: the same values, operators and bits. While the thread has a ScopedEvents, each operator and each
// conversion from another type adds to its counters what the reference arithmetic says of it, which takes about a
// microsecond; without one an operator costs a look for it. (A Num never looks: loops over it stay vectorised.) What
// has an operand Counted<N> and another N is a Counted<N>.
template <class N>
class Counted : public N {
  template <class A, class B>
  static constexpr bool are_operands = (std::same_as<A, Counted> && (std::same_as<B, Counted> || std::same_as<B, N>)) ||
                                       (std::same_as<A, N> && std::same_as<B, Counted>);

 public:
  constexpr Counted() = default;
  constexpr Counted(const N& x) : N(x) {}  // a number of the format

  // x rounded to the format.
  template <class X>
  requires(!std::derived_from<X, N> && std::constructible_from<N, X>) constexpr explicit Counted(const X& x)
      : Counted(rounded(
            next_draw(), [&](auto draw) { return converted(x, draw); },
            [&](const Reference& r, auto... rest) { return r.convert(wide(x), rest...); })) {}
  template <class X>
  requires(std::constructible_from<N, X, std::uint32_t>) constexpr Counted(const X& x, std::uint32_t draw)
      : Counted(rounded(
            draw, [&](auto d) { return N(x, d); },
            [&](const Reference& r, auto... rest) { return r.convert(wide(x), rest...); })) {}

  // The operations of N, the draw of the rounding given.
  static constexpr Counted add(const N& a, const N& b, std::uint32_t draw) {
    return rounded(
        draw, [&](auto d) { return N::add(a, b, d); },
        [&](const Reference& r, auto... rest) { return r.add(a.value(), b.value(), rest...); });
  }
  static constexpr Counted add_number(const N& a, double b, std::uint32_t draw) {
    return rounded(
        draw, [&](auto d) { return N::add_number(a, b, d); },
        [&](const Reference& r, auto... rest) { return r.add(a.value(), b, rest...); });
  }
  static constexpr Counted sub(const N& a, const N& b, std::uint32_t draw) {
    return rounded(
        draw, [&](auto d) { return N::sub(a, b, d); },
        [&](const Reference& r, auto... rest) { return r.sub(a.value(), b.value(), rest...); });
  }
  static constexpr Counted mul(const N& a, const N& b, std::uint32_t draw) {
    return rounded(
        draw, [&](auto d) { return N::mul(a, b, d); },
        [&](const Reference& r, auto... rest) { return r.mul(a.value(), b.value(), rest...); });
  }
  static constexpr Counted scale(double s, const N& a, std::uint32_t draw) {
    return rounded(
        draw, [&](auto d) { return N::scale(s, a, d); },
        [&](const Reference& r, auto... rest) { return r.mul(s, a.value(), rest...); });
  }
  static constexpr Counted div(const N& a, const N& b, std::uint32_t draw) {
    return rounded(
        draw, [&](auto d) { return N::div(a, b, d); },
        [&](const Reference& r, auto... rest) { return r.div(a.value(), b.value(), rest...); });
  }
  static constexpr Counted sqrt(const N& a, std::uint32_t draw) {
    return rounded(
        draw, [&](auto d) { return N::sqrt(a, d); },
        [&](const Reference& r, auto... rest) { return r.sqrt(a.value(), rest...); });
  }
  static constexpr Counted fma(const N& a, const N& b, const N& c, std::uint32_t draw) {
    return rounded(
        draw, [&](auto d) { return N::fma(a, b, c, d); },
        [&](const Reference& r, auto... rest) { return r.fma(a.value(), b.value(), c.value(), rest...); });
  }
  static Counted remainder(const N& a, const N& b, std::uint32_t draw) {
    return rounded(
        draw, [&](auto d) { return N::remainder(a, b, d); },
        [&](const Reference& r, auto... rest) { return r.remainder(a.value(), b.value(), rest...); });
  }

  template <class A, class B>
  requires(are_operands<A, B>) friend constexpr Counted operator+(const A& a, const B& b) {
    return add(a, b, next_draw());
  }
  template <class A, class B>
  requires(are_operands<A, B>) friend constexpr Counted operator-(const A& a, const B& b) {
    return sub(a, b, next_draw());
  }
  template <class A, class B>
  requires(are_operands<A, B>) friend constexpr Counted operator*(const A& a, const B& b) {
    return mul(a, b, next_draw());
  }
  template <class A, class B>
  requires(are_operands<A, B>) friend constexpr Counted operator/(const A& a, const B& b) {
    return div(a, b, next_draw());
  }
  friend constexpr Counted operator+(const Counted& a) { return a; }
  friend constexpr Counted operator-(const Counted& a) {
    return rounded(
        0, [&](auto) { return -static_cast<const N&>(a); },
        [&](const Reference& r, auto... rest) { return r.convert(-Wide(a.value()), rest...); });
  }

  friend constexpr Counted sqrt(const Counted& a) { return sqrt(a, next_draw()); }
  friend constexpr Counted fma(const Counted& a, const Counted& b, const Counted& c) {
    return fma(a, b, c, next_draw());
  }
  friend Counted remainder(const Counted& a, const Counted& b) { return remainder(a, b, next_draw()); }

  constexpr Counted& operator+=(const N& b) { return *this = *this + b; }
  constexpr Counted& operator-=(const N& b) { return *this = *this - b; }
  constexpr Counted& operator*=(const N& b) { return *this = *this * b; }
  constexpr Counted& operator/=(const N& b) { return *this = *this / b; }

 private:
  static constexpr std::uint32_t next_draw() {
    if constexpr (N::rounding.is_stochastic()) return ScopedStream::next();
    return 0;
  }

  template <class X>
  static constexpr N converted(const X& x, std::uint32_t draw) {
    if constexpr (std::constructible_from<N, X, std::uint32_t>)
      return N(x, draw);
    else if constexpr (requires { x.value(); })
      return N(x.value(), draw);
    else
      return N(wide(x), draw);
  }

  template <class X>
  static constexpr Wide wide(const X& x) {
    if constexpr (requires { x.value(); })
      return Wide(x.value());
    else
      return Wide(x);
  }

  // operation(draw), and what exact(reference, draw, flags) says of it counted.
  template <class Operation, class Exact>
  static constexpr Counted rounded(std::uint32_t draw, Operation operation, Exact exact) {
    const N result = operation(draw);
    if (std::is_constant_evaluated()) return result;
    if (Events* events = ScopedEvents::counters(); events != nullptr) {
      format::Flags flags;
      const Wide y = exact(reference(), draw, &flags);
      exact::count(N::format, N::overflow, y, flags, *events);
    }
    return result;
  }

  static const Reference& reference() {
    static const Reference instance(N::format, N::rounding, N::overflow);
    return instance;
  }
};

}  // namespace lowprec

template <class N>
class std::numeric_limits<lowprec::Counted<N>> : public std::numeric_limits<N> {};
