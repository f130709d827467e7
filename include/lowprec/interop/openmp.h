// OpenMP: reduction(+ : x) and the like over number types.
//
//   using Real = lowprec::Num<lowprec::bfloat16>;
//   LOWPREC_OPENMP_REDUCTIONS(Real)
//
// at namespace scope, before the loops, declares the reductions +, -, *, min and max of the type. OpenMP needs them for
// every type that is not native. g++ refuses a loop without them; clang accepts it, begins a product with Real() = 0,
// and the product is 0. Each thread sums its part and the parts are then summed, rounded each time: so results depend
// on the number of threads, and sums with a fixed order are those of lowprec/linalg.h. A stochastic type needs a
// ScopedStream in every thread.
#pragma once

#include <limits>

#include "lowprec/num/native_operators.h"
#include "lowprec/num/num.h"
#include "lowprec/num/num_limits.h"

namespace lowprec::interop::detail {

// Where a maximum begins: -infinity, or the lowest number of formats without infinities.
template <num::AnyNum N>
constexpr N below_all() {
  using L = std::numeric_limits<N>;
  if constexpr (L::has_infinity && N::format.is_signed)
    return -L::infinity();
  else
    return L::lowest();
}
template <num::AnyNum N>
constexpr N above_all() {
  using L = std::numeric_limits<N>;
  if constexpr (L::has_infinity)
    return L::infinity();
  else
    return L::max();
}

}  // namespace lowprec::interop::detail

#define LOWPREC_PRAGMA(text) _Pragma(#text)
#define LOWPREC_OPENMP_REDUCTIONS(T)                                                                     \
  LOWPREC_PRAGMA(omp declare reduction(+ : T : omp_out = omp_out + omp_in) initializer(omp_priv = T(0))) \
  LOWPREC_PRAGMA(omp declare reduction(- : T : omp_out = omp_out + omp_in) initializer(omp_priv = T(0))) \
  LOWPREC_PRAGMA(omp declare reduction(* : T : omp_out = omp_out * omp_in) initializer(omp_priv = T(1))) \
  LOWPREC_PRAGMA(omp declare reduction(min:T                                                             \
                                       : omp_out = omp_in < omp_out ? omp_in : omp_out)                  \
                     initializer(omp_priv = lowprec::interop::detail::above_all<T>()))                   \
  LOWPREC_PRAGMA(omp declare reduction(max:T                                                             \
                                       : omp_out = omp_out < omp_in ? omp_in : omp_out)                  \
                     initializer(omp_priv = lowprec::interop::detail::below_all<T>()))
