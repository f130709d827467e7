// The run-time rounding as a template argument.
#pragma once

#include <hwy/base.h>

#include <cstddef>
#include <type_traits>
#include <utility>

#include "lowprec/format/rounding.h"

namespace lowprec::lane {

template <Rounding::Kind kKind, class F>
HWY_INLINE bool call_if_kind(Rounding::Kind kind, F f) {
  if (kind != kKind) return false;
  f(std::integral_constant<Rounding::Kind, kKind>());
  return true;
}

template <class F, std::size_t... kIndices>
HWY_INLINE void call_with_kind(Rounding::Kind kind, F f, std::index_sequence<kIndices...>) {
  (void)(call_if_kind<format::rounding_kinds[kIndices]>(kind, f) || ...);
}

// Calls f with the kind as a std::integral_constant.
template <class F>
HWY_INLINE void with_kind(Rounding::Kind kind, F f) {
  call_with_kind(kind, f, std::make_index_sequence<format::rounding_kinds.size()>());
}

}  // namespace lowprec::lane
