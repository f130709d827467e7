// Counted<Num<F, R, O>>: a Num whose operators count what happens while they round.
#pragma once

#include <concepts>
#include <cstdint>
#include <type_traits>

#include "lowprec/exact/operations.h"
#include "lowprec/exact/reference.h"
#include "lowprec/format/events.h"
#include "lowprec/format/wide.h"
#include "lowprec/lane/stream.h"
#include "lowprec/num/min_max.h"
#include "lowprec/num/native_operators.h"
#include "lowprec/num/num.h"
#include "lowprec/num/num_limits.h"
#include "lowprec/num/wrapper.h"

namespace lowprec {

// The number N, a Num: the same values, operators, functions and bits. While the thread has a ScopedEvents, each
// operator, each function that rounds and each conversion from another type adds to its counters what the reference
// arithmetic says of it, which takes about a microsecond (functions: what they take themselves, again); without one an
// operator costs a look for it. (A Num never looks: loops over it stay vectorised.) What has an operand Counted<N> and
// another N is a Counted<N>.
template <class N>
class Counted : public N, public num::Operators<Counted<N>, N> {
 public:
  using number_type = N;

  constexpr Counted() = default;
  constexpr Counted(const N& x) : N(x) {}  // a number of the format

  // x rounded to the format.
  template <class X>
  requires(!std::derived_from<X, N> && std::constructible_from<N, X>) constexpr explicit Counted(const X& x)
      : Counted(entered(x, draw_of(x))) {}
  template <class X>
  requires(std::constructible_from<N, X, std::uint32_t>) constexpr Counted(const X& x, std::uint32_t draw)
      : Counted(entered(x, draw)) {}
  template <num::NativeNumber T>
  constexpr Counted& operator=(T x) {
    return *this = Counted(x);
  }

  constexpr const N& number() const { return *this; }
  static constexpr Counted from_code(typename N::code_type code) { return N::from_code(code); }

  // The operations of N, the draw of the rounding given.
#define LOWPREC_OPERATION(name, operands)                                                      \
  static constexpr Counted name(LOWPREC_PARAMETERS_##operands(const N&), std::uint32_t draw) { \
    return counted<num::operation::name>(N::name(LOWPREC_ARGUMENTS_##operands, draw), draw,    \
                                         LOWPREC_ARGUMENTS_##operands);                        \
  }
#define LOWPREC_OPERATOR(name, symbol) LOWPREC_OPERATION(name, 2)
  LOWPREC_OPERATORS(LOWPREC_OPERATOR)
  LOWPREC_NAMED_OPERATIONS(LOWPREC_OPERATION)
#undef LOWPREC_OPERATOR
#undef LOWPREC_OPERATION
  static constexpr Counted add_number(const N& a, double b, std::uint32_t draw) {
    return counted<num::operation::add>(N::add_number(a, b, draw), draw, a, b);
  }
  static constexpr Counted scale(double s, const N& a, std::uint32_t draw) {
    return counted<num::operation::mul>(N::scale(s, a, draw), draw, s, a);
  }

  // An operation as N performs it, counted. N takes at most one draw, which is the next one.
  template <class Operation, class... T>
  static constexpr Counted around(const T&... x) {
    const std::uint32_t draw = coming_draw();
    return counted<Operation>(Operation::of(number_of(x)...), draw, x...);
  }
  template <class F>
  static constexpr Counted beside(F f, const auto&... x) {
    return f(x.number()...);
  }

 private:
  template <class X>
  static constexpr std::uint32_t draw_of(const X& x) {
    if constexpr (N::rounding.is_stochastic()) return N::conversion_draw(wide(x));
    return 0;
  }
  static constexpr std::uint32_t coming_draw() {
    if constexpr (N::rounding.is_stochastic()) return ScopedStream::peek();
    return 0;
  }

  template <class X>
  static constexpr Counted entered(const X& x, std::uint32_t draw) {
    return counted<num::operation::conversion>(converted(x, draw), draw, x);
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

  static constexpr const N& number_of(const N& x) { return x; }
  template <std::integral I>
  static constexpr I number_of(I x) {
    return x;
  }

  template <class X>
  static constexpr Wide wide(const X& x) {
    if constexpr (requires { x.value(); })
      return Wide(x.value());
    else
      return Wide(x);
  }

  // The result, after what the operation on these operands, rounded with this draw, did is counted.
  template <class Operation, class... X>
  static constexpr Counted counted(const N& result, std::uint32_t draw, const X&... x) {
    if (std::is_constant_evaluated()) return result;
    if (Events* events = ScopedEvents::counters(); events != nullptr) {
      format::Flags flags;
      const Wide operands[] = {wide(x)...};
      const Wide y = Operation::exact(N::reference(), operands, draw, &flags);
      exact::count(N::format, N::overflow, y, flags, *events);
    }
    return result;
  }
};

}  // namespace lowprec

namespace lowprec::num::detail {
template <AnyNum N>
inline constexpr bool is_num<Counted<N>> = true;
}  // namespace lowprec::num::detail
