// The run-time rounding as a template argument.
#pragma once

#include <hwy/base.h>

#include <type_traits>
#include <utility>

#include "lowprec/format/rounding.h"

namespace lowprec::lane {

template <int kKind, class F>
HWY_INLINE bool call_if_kind(Rounding::Kind kind, F f) {
  if (kind != kKind) return false;
  f(std::integral_constant<Rounding::Kind, static_cast<Rounding::Kind>(kKind)>());
  return true;
}

template <class F, int... kKinds>
HWY_INLINE void call_with_kind(Rounding::Kind kind, F f, std::integer_sequence<int, kKinds...>) {
  (void)(call_if_kind<kKinds>(kind, f) || ...);
}

// Calls f with the kind as a std::integral_constant.
template <class F>
HWY_INLINE void with_kind(Rounding::Kind kind, F f) {
  call_with_kind(kind, f, std::make_integer_sequence<int, Rounding::kinds>());
}

}  // namespace lowprec::lane
