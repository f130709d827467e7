// The run-time rounding as a template argument.
#pragma once

#include <hwy/base.h>

#include <type_traits>

#include "lowprec/rounding.h"

namespace lowprec {

// Calls f with the kind as a std::integral_constant.
template <class F>
HWY_INLINE void with_kind(Rounding::Kind kind, F f) {
  using R = Rounding;
  switch (kind) {
    case R::nearest_even:
      return f(std::integral_constant<R::Kind, R::nearest_even>());
    case R::nearest_away:
      return f(std::integral_constant<R::Kind, R::nearest_away>());
    case R::nearest_zero:
      return f(std::integral_constant<R::Kind, R::nearest_zero>());
    case R::toward_zero:
      return f(std::integral_constant<R::Kind, R::toward_zero>());
    case R::up:
      return f(std::integral_constant<R::Kind, R::up>());
    case R::down:
      return f(std::integral_constant<R::Kind, R::down>());
    case R::to_odd:
      return f(std::integral_constant<R::Kind, R::to_odd>());
    case R::stochastic_a:
      return f(std::integral_constant<R::Kind, R::stochastic_a>());
    case R::stochastic_b:
      return f(std::integral_constant<R::Kind, R::stochastic_b>());
    case R::stochastic_c:
      return f(std::integral_constant<R::Kind, R::stochastic_c>());
    case R::stochastic_equal:
      return f(std::integral_constant<R::Kind, R::stochastic_equal>());
  }
}

}  // namespace lowprec
