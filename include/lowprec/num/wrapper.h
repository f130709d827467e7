// What the types around a Num have in common: Implicit, Counted and Shadow get their operators from the one list here.
#pragma once

#include <concepts>
#include <cstdint>
#include <functional>
#include <limits>
#include <utility>

#include "lowprec/num/num.h"
#include "lowprec/num/operations.h"

namespace lowprec::num {

// A type that holds a number of type number_type, itself a Num or a wrapper.
template <class T>
concept Wrapper = AnyNum<T> && requires {
  typename T::number_type;
};

// The operators and operations of W, which holds an N. W says what happens: W::around<Operation>(operands...) performs
// one operation of the lists, W::beside(f, operands...) a selection, which rounds nothing. Operands are of type W; one
// operand may be an N. Native numbers are those of native_operators.h, functions those of math.h: both go by `around`,
// too.
template <class W, class N>
class Operators {
#define LOWPREC_OPERATOR(name, symbol)                                                                             \
  friend constexpr W operator symbol(const W& a, const W& b) { return W::template around<operation::name>(a, b); } \
  template <std::same_as<N> M>                                                                                     \
  friend constexpr W operator symbol(const W& a, const M& b) {                                                     \
    return a symbol W(b);                                                                                          \
  }                                                                                                                \
  template <std::same_as<N> M>                                                                                     \
  friend constexpr W operator symbol(const M& a, const W& b) {                                                     \
    return W(a) symbol b;                                                                                          \
  }                                                                                                                \
  friend constexpr W& operator symbol##=(W& a, const W& b) { return a = a symbol b; }                              \
  template <std::same_as<N> M>                                                                                     \
  friend constexpr W& operator symbol##=(W& a, const M& b) {                                                       \
    return a = a symbol W(b);                                                                                      \
  }
  LOWPREC_OPERATORS(LOWPREC_OPERATOR)
#undef LOWPREC_OPERATOR

#define LOWPREC_OPERATION(name, operands)                                     \
  friend constexpr W name(LOWPREC_PARAMETERS_##operands(const W&)) {          \
    return W::template around<operation::name>(LOWPREC_ARGUMENTS_##operands); \
  }
  LOWPREC_NAMED_OPERATIONS(LOWPREC_OPERATION)
#undef LOWPREC_OPERATION

  friend constexpr W operator+(const W& a) { return a; }
  friend constexpr W operator-(const W& a) { return W::template around<operation::negation>(a); }
  friend constexpr W& operator++(W& a) { return a = a + W(1); }
  friend constexpr W& operator--(W& a) { return a = a - W(1); }
  friend constexpr W operator++(W& a, int) { return std::exchange(a, a + W(1)); }
  friend constexpr W operator--(W& a, int) { return std::exchange(a, a - W(1)); }

  template <std::same_as<N> M>
  friend constexpr bool operator==(const W& a, const M& b) {
    return a.number() == b;
  }
  template <std::same_as<N> M>
  friend constexpr std::partial_ordering operator<=>(const W& a, const M& b) {
    return a.number() <=> b;
  }

  friend W nextafter(const W& a, const W& b) {
    return W::beside([](auto x, auto y) { return toward(x, y); }, a, b);
  }
  friend W next_up(const W& a) {
    return W::beside([](auto x) { return toward(x, std::numeric_limits<double>::infinity()); }, a);
  }
  friend W next_down(const W& a) {
    return W::beside([](auto x) { return toward(x, -std::numeric_limits<double>::infinity()); }, a);
  }

  // The neighbour of x toward y. A native y is an infinity, which N itself may lack.
  template <class X, class Y>
  static X toward(const X& x, const Y& y) {
    using std::nextafter;
    if constexpr (std::same_as<X, Y>)
      return nextafter(x, y);
    else
      return y > 0 ? next_up(x) : next_down(x);
  }
};

// The rest of a wrapper W that holds its N as a member: what it says of the number, and the explicit ways out.
template <class W, class N>
class Holder : public Operators<W, N> {
 public:
  using number_type = N;
  using code_type = typename N::code_type;
  static constexpr Format format = N::format;
  static constexpr Rounding rounding = N::rounding;
  static constexpr Overflow overflow = N::overflow;

  constexpr Holder() = default;
  constexpr explicit Holder(const N& x) : number_(x) {}
  static constexpr W from_code(code_type code) { return W(N::from_code(code)); }
  static const Reference& reference() { return N::reference(); }

  constexpr N number() const { return number_; }
  template <NativeNumber T>
  constexpr explicit operator T() const {
    return static_cast<T>(number_);
  }
  // N itself, and what an N converts to: numbers of other formats.
  template <AnyNum M>
  requires(std::same_as<M, N> || (!Wrapper<M> && std::constructible_from<M, N>)) constexpr explicit operator M() const {
    return M(number_);
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

 private:
  N number_;
};

}  // namespace lowprec::num

template <lowprec::num::Wrapper W>
struct std::numeric_limits<W> : std::numeric_limits<typename W::number_type> {
 private:
  using L = std::numeric_limits<typename W::number_type>;

 public:
  static constexpr W max() { return W(L::max()); }
  static constexpr W min() { return W(L::min()); }
  static constexpr W lowest() { return W(L::lowest()); }
  static constexpr W epsilon() { return W(L::epsilon()); }
  static constexpr W round_error() { return W(L::round_error()); }
  static constexpr W denorm_min() { return W(L::denorm_min()); }
  static constexpr W infinity() { return W(L::infinity()); }
  static constexpr W quiet_NaN() { return W(L::quiet_NaN()); }
  static constexpr W signaling_NaN() { return W(L::signaling_NaN()); }
};

template <lowprec::num::Wrapper W>
struct std::hash<W> {
  std::size_t operator()(const W& x) const noexcept { return std::hash<typename W::number_type>()(x.number()); }
};
