// Stochastic rounding of binary32 numbers as an integer sum, written once over the lane vocabulary.
//
// Let z = |x| if |x| >= 2^e_min, else |x| + 2^e_min: its unit in the last place is 2^-k quanta of the format, k = 24 -
// p. With F its last k bits and r the k highest bits of the draw, x goes up if F + r >= 2^k, which the sum of the bits
// of z and r carries into the bits that are kept. That is exactly sr(N,a), sr(N,b) and sr(N,c) for k <= N where z is
// exact: d 2^N = F 2^(N-k) is an integer, so the N - k bits of the draw below r cannot matter, nor can half a step.
// Where z was rounded, |F - d 2^k| <= 1/2, so it is still exactly that unless F + r is 2^k - 1 or 2^k.
// No include guard: included once for each set of lanes (LOWPREC_LANES, LOWPREC_TEXT).
#include "lowprec/kernel/stochastic.h"

namespace lowprec::LOWPREC_LANES {

// x rounded with 32-bit draws, if `settled` is true afterwards; it is false in few cases: NaN, and a lane as above.
// kSums: g.least is not 0. kSaturates: g.saturates.
template <bool kSums, bool kSaturates, class D, class U, class V = Vec<D>>
LOWPREC_TEXT V AddRandomBits(D d, RandomBitsGrid g, V x, U draws, bool& settled) {
  const auto bits = BitsOf<D>();
  const V ax = Abs(x);
  const V base = kSums ? IfThenElseZero(Lt(ax, Set(d, g.least)), Set(d, g.least)) : Zero(d);
  const V z = kSums ? Add(ax, base) : ax;
  const U sum = Add(BitCast(bits, z), ShiftRightSame(draws, g.shift));
  const V kept = BitCast(d, AndNot(Set(bits, g.dropped), sum));
  const V magnitude = kSums ? Sub(kept, base) : kept;
  V y = Add(CopySignToAbs(magnitude, x), Set(d, g.zero));
  if constexpr (kSaturates) y = Min(Max(y, Set(d, g.lowest)), Set(d, g.highest));

  const auto inside = Le(ax, Set(d, g.reach));  // false for NaN
  const U next = And(Add(sum, Set(bits, 1U)), Set(bits, g.dropped - 1));
  const auto near = RebindMask(d, Eq(next, Zero(bits)));  // F + r is 2^k - 1 or 2^k, modulo 2^k
  settled = AllTrue(d, kSums ? AndNot(near, inside) : inside);
  if (settled) return y;
  const auto number = Eq(x, x);
  settled = AllTrue(d, kSums ? And(number, Or(Not(near), Eq(Sub(z, base), ax))) : number);
  if constexpr (kSaturates) return y;
  const V above = Set(d, g.above);
  const V below = Set(d, g.below);
  return IfThenElse(Lt(Set(d, g.highest), y), above, IfThenElse(Lt(y, Set(d, g.lowest)), below, y));
}

}  // namespace lowprec::LOWPREC_LANES
