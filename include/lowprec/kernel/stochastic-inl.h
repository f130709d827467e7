// Stochastic rounding of binary32 numbers as an integer sum, written once over the lane vocabulary.
//
// Let z = |x| if |x| >= 2^e_min, else |x| + 2^e_min: its unit in the last place is 2^-k quanta of the format, k = 24 -
// p. With F its last k bits and r the k highest bits of the draw, x goes up if F + r >= 2^k, which the sum of the bits
// of z and r carries into the bits that are kept. That is exactly sr(N,a), sr(N,b) and sr(N,c) for k <= N where z is
// exact: d 2^N = F 2^(N-k) is an integer, so the N - k bits of the draw below r cannot matter, nor can half a step.
// Where z was rounded, |F - d 2^k| <= 1/2, so it is still exactly that unless F + r is 2^k - 1 or 2^k.
//
// Numbers below 2^e_min get 2^e_min and one unit more, 1 in the last place of the sum: then these two are the sums
// whose last k bits are 0 or 1, seen in one test, and the unit changes the decision of no other. (Beside 2^(e_min+1),
// where the unit of the sum doubles, z' = z + 1 unit is rounded down: 0 <= d 2^k - F < 1, which leaves open but these
// as well.) No include guard: included once for each set of lanes (LOWPREC_LANES, LOWPREC_TEXT).
#include "lowprec/kernel/stochastic.h"

namespace lowprec::LOWPREC_LANES {

// x rounded with 32-bit draws but for NaN, numbers beyond the range, which WithinRange treats, and the lanes that kSums
// sets `open` in: the two sums above. kSums: g.least is not 0.
template <bool kSums, class D, class U, class M, class V = Vec<D>>
LOWPREC_TEXT V AddRandomBits(D d, RandomBitsGrid g, V x, U draws, M& open) {
  const auto bits = BitsOf<D>();
  const V a = Abs(x);
  const auto below = Lt(a, Set(d, g.least));
  const V z = kSums ? IfThenElse(below, Add(a, Set(d, g.raised)), a) : a;
  const U sum = Add(BitCast(bits, z), ShiftRightSame(draws, g.shift));
  const V kept = BitCast(d, AndNot(Set(bits, g.dropped), sum));
  const V magnitude = kSums ? IfThenElse(below, Sub(kept, Set(d, g.least)), kept) : kept;
  if constexpr (kSums) open = HasNoneOf(below, sum, Set(bits, g.dropped - 1));
  return Add(CopySignToAbs(magnitude, x), Set(d, g.zero));
}

// The limits of the format applied to the sum y, which needs them where |x| > g.reach.
template <class D, class V = Vec<D>>
LOWPREC_TEXT V WithinRange(D d, RandomBitsGrid g, V y) {
  const V below = IfThenElse(Lt(y, Set(d, g.lowest)), Set(d, g.below), y);
  return IfThenElse(Lt(Set(d, g.highest), y), Set(d, g.above), below);
}

}  // namespace lowprec::LOWPREC_LANES
