// ExactSum adds binary64 numbers without rounding.
#pragma once

#include <array>
#include <cstdint>

#include "lowprec/format/wide.h"

namespace lowprec::exact {

// A long accumulator (Kulisch). Bin b holds the sum of significands whose last bit lies at 2^(32 b - 1074) or up to 31
// bits above. The sum is exact for up to 2^40 terms.
class ExactSum {
 public:
  void add(double x);

  // Returns the sum, rounded to odd at 120 bits. A second rounding to at most 118 bits, random ones included, gives
  // what it would give of the exact sum (Boldo & Melquiond, inria-00070603). A sum of zero is +0. The result is NaN if
  // a term is NaN, or if both infinities occur.
  Wide result() const;

 private:
  __extension__ using Int128 = __int128;

  std::array<Int128, 68> bins_{};
  bool has_plus_infinity_ = false, has_minus_infinity_ = false, has_nan_ = false;
};

}  // namespace lowprec::exact
