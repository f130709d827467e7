// Checks of what users can set in public structs, where it enters. Each throws Error that names the field and its
// range.
#pragma once

#include <fmt/format.h>

#include "lowprec/format/error.h"
#include "lowprec/format/rounding.h"

namespace lowprec::format {

// Error unless `value` is one of the first `count` enumerators.
template <class E>
void check_enumerator(E value, std::size_t count, const char* what) {
  if (static_cast<std::size_t>(value) >= count)
    throw Error(fmt::format("{} is one of {} enumerators, not number {}", what, count, static_cast<int>(value)));
}

inline void check(Rounding r) {
  check_enumerator(r.kind, rounding_kinds.size(), "a kind of rounding");
  const RoundingTraits& traits = format::traits(r.kind);
  if (traits.has_random_bits() ? r.random_bits >= 1 && r.random_bits <= 32 : r.random_bits == traits.random_bits)
    return;
  throw Error(fmt::format("random_bits of a rounding is {}, not {}",
                          traits.has_random_bits() ? "1 to 32" : fmt::format("{}", traits.random_bits), r.random_bits));
}

inline void check(Overflow overflow) {
  check_enumerator(overflow, static_cast<std::size_t>(Overflow::error) + 1, "an overflow rule");
}

}  // namespace lowprec::format
