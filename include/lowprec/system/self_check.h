// Checks that this thread computes as the library relies on. What breaks it comes from outside: another library, a
// linked object compiled with -ffast-math, or a compiler flag.
#pragma once

#include <bit>
#include <cfenv>
#include <cfloat>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <type_traits>

#include "lowprec/format/error.h"

namespace lowprec::system {

namespace detail {

// Computes each answer anew, in T, by the instructions of the caller's translation unit.
template <class T>
struct Environment {
  using L = std::numeric_limits<T>;

  static bool flushes_results() {
    volatile T least = L::min(), half = T{0.5};
    const T result = least * half;
    using Bits = std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint64_t>;
    return std::bit_cast<Bits>(result) == 0;  // a comparison of numbers might take it for zero
  }
  static bool treats_subnormals_as_zero() {
    volatile T tiny = L::denorm_min(), power = 1 / L::min();
    const volatile T result = tiny * power;
    return result == 0;
  }
  // If numbers are rounded to nearest, 1 + e/4 and -1 - e/4 give 1 and -1, but 1 + 3e/4 and -1 - 3e/4 do not.
  static bool rounds_to_nearest() {
    volatile T one = 1, quarter = L::epsilon() / 4, more = 3 * L::epsilon() / 4;
    const volatile T low = one + quarter, high = one + more, negative_low = -one - quarter, negative_high = -one - more;
    return low == one && high != one && negative_low == -one && negative_high != -one;
  }
  // -0 + 0 is +0 (IEEE 754-2019, 6.3), unless the compiler takes it for -0.
  static bool keeps_signs_of_zeros() {
    volatile T negative = T{-0.0};
    const volatile T sum = negative + T{0};
    return !std::signbit(sum);
  }
  // Returns whether 1 + e/2, a tie that goes to 1, is kept as it is.
  static bool keeps_excess_precision() {
    volatile T one = 1, half = L::epsilon() / 2;
    const volatile T difference = (one + half) - one;
    return difference != 0;
  }
};

inline void require(bool holds, const char* what, const char* who) {
  if (!holds) throw Error(std::string("this thread cannot round correctly: ") + what + "; " + who);
}

template <class T>
void require_environment() {
  using E = Environment<T>;
  constexpr const char* flushing =
      "another library may have set it (_mm_setcsr, torch.set_flush_denormal), or code "
      "linked with -ffast-math";
  require(!E::flushes_results(), "subnormal results are flushed to zero (FTZ)", flushing);
  require(!E::treats_subnormals_as_zero(), "subnormal operands are taken for zero (DAZ)", flushing);
  require(E::rounds_to_nearest(), "numbers are not rounded to nearest", "restore it by std::fesetround(FE_TONEAREST)");
  require(E::keeps_signs_of_zeros(), "signs of zeros are ignored", "compile without -fno-signed-zeros");
  require(!E::keeps_excess_precision(), "sums are kept in excess precision (FLT_EVAL_METHOD is not 0)",
          "compile for SSE2: -mfpmath=sse -msse2");
}

}  // namespace detail

}  // namespace lowprec::system

namespace lowprec {

// Throws Error unless this thread rounds binary32 and binary64 arithmetic to nearest, ties to even, with subnormal
// numbers and without excess precision. The message says what is wrong and who may have caused it. Each thread has
// settings of its own, which threads that it starts inherit: call the function in each thread whose settings other code
// may have changed. It takes some twenty operations.
inline void self_check() {
  system::detail::require(FLT_EVAL_METHOD == 0, "FLT_EVAL_METHOD is not 0: sums are kept in excess precision",
                          "compile for SSE2: -mfpmath=sse -msse2");
#ifdef FE_TONEAREST
  system::detail::require(std::fegetround() == FE_TONEAREST, "the rounding mode is not to nearest",
                          "restore it by std::fesetround(FE_TONEAREST)");
#endif
  system::detail::require_environment<float>();
  system::detail::require_environment<double>();
}

}  // namespace lowprec
