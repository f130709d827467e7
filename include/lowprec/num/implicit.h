// Implicit<N>: a Num that native numbers convert to without being asked, for code that says `T x = 0.5;`.
#pragma once

#include <concepts>

#include "lowprec/num/min_max.h"
#include "lowprec/num/native_operators.h"
#include "lowprec/num/num.h"
#include "lowprec/num/num_limits.h"
#include "lowprec/num/wrapper.h"

namespace lowprec {

// Boost.Math and much code written for native types initialise with `T x = 1;`, pass 0.5 where a T is due, and return
// constants. Implicit<N> accepts that: each number is rounded by N as it enters, an N enters as it is. Operators and
// functions are N's, with results of this type; number() and conversions to other types stay explicit. N is a Num, or a
// Counted or Shadow, which goes on counting or keeping its shadow.
template <num::AnyNum N>
class Implicit : public num::Holder<Implicit<N>, N> {
  using Holder = num::Holder<Implicit, N>;

 public:
  constexpr Implicit() = default;
  constexpr Implicit(N x) : Holder(x) {}
  template <num::NativeNumber T>
  constexpr Implicit(T x) : Holder(N(x)) {}
  template <class T>
  requires(!num::NativeNumber<T> && std::constructible_from<N, T>) constexpr explicit Implicit(const T& x)
      : Holder(N(x)) {}
  template <class M>
  requires(!std::constructible_from<N, Implicit<M>> &&
           std::constructible_from<N, M>) constexpr explicit Implicit(const Implicit<M>& x)
      : Holder(N(x.number())) {}
  template <class T>
  constexpr Implicit(const T& x, std::uint32_t draw) : Holder(N(x, draw)) {}

  template <class Operation, class... T>
  static constexpr Implicit around(const T&... x) {
    return Operation::of(number_of(x)...);
  }
  template <class F>
  static constexpr Implicit beside(F f, const auto&... x) {
    return f(x.number()...);
  }

  friend constexpr bool operator==(const Implicit& a, const Implicit& b) { return a.number() == b.number(); }
  friend constexpr std::partial_ordering operator<=>(const Implicit& a, const Implicit& b) {
    return a.number() <=> b.number();
  }

 private:
  static constexpr N number_of(const Implicit& x) { return x.number(); }
  template <std::integral I>
  static constexpr I number_of(const I& x) {
    return x;
  }
};

}  // namespace lowprec

namespace lowprec::num::detail {
template <AnyNum N>
inline constexpr bool is_num<Implicit<N>> = true;
}  // namespace lowprec::num::detail
