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
#include "lowprec/lane/random_bits.h"

namespace lowprec::LOWPREC_LANES {

// x rounded with 32-bit draws but for NaN, numbers beyond the range, which WithinRange treats, and the lanes that kSums
// sets `open` in: the two sums above. kSums: g.least is not 0.
template <bool kSums, class D, class U, class M, class V = Vec<D>>
LOWPREC_TEXT V AddRandomBits(D d, lane::RandomBitsConstants g, V x, U draws, M& open) {
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

// x rounded in binary64 lanes where |x| <= g.reach, r the draw >> g.right; lanes where `decided` is 0 are left to the
// formula, of which no other bits than those of g.dropped are set.
//
// Let z = |x| if |x| >= 2^e_min, else |x| + 2^e_min: its unit in the last place is 2^-k quanta of the format, k = 53 -
// p. Let F be its last k bits and E = d 2^k, d the fraction of |x| above its lower neighbour: E = F where z is exact,
// else |F - E| <= 1/2. With r the N random bits and G = d 2^N, x goes up if G, brought to an integer, plus r is 2^N or
// more.
// k > N. sr(N,a) cuts G off: E >= T, T = 2^k - r 2^(k-N). sr(N,b) and sr(N,c) round G to the nearest: E >= T', T' = T -
// 2^(k-N-1), but for c, whose ties go to even, E > T' where r is odd. F + A >= 2^k says E >= T (or T') for F, with A =
// r 2^(k-N) (+ 2^(k-N-1)), since all are integers. E, or the tie, may decide otherwise only if F is T (or T'): the sums
// whose last k bits are 0.
// k <= N. A is r cut off to its k highest bits, and what is cut off of r and E decides only where F + A is 2^k - 1 or
// 2^k: the sums whose last k bits are all 1 or all 0.
// Those are left to the formula; at most 2 among 2^k. F = 0 does not go up for an exact z, since A < 2^k. Where z is
// rounded to 2^(e_min+1) its unit doubles; then E >= 2^k - 1/2 and F = 0, and x goes up unless A = 0, a sum left to the
// formula.
template <class D, class U, class V = Vec<D>>
LOWPREC_TEXT V AddWideRandomBits(D d, const lane::WideRandomBitsConstants& g, V x, U r, U& decided) {
  const auto bits = BitsOf<D>();
  const V a = Abs(x);
  const V least = IfThenElseZero(Lt(a, Set(d, g.least)), Set(d, g.least));
  const U sum = Add(BitCast(bits, Add(a, least)), Add(ShiftLeftSame(r, g.left), Set(bits, g.half)));
  const V kept = BitCast(d, AndNot(Set(bits, g.dropped), sum));
  decided = And(Add(sum, Set(bits, g.edge)), Set(bits, g.dropped - g.edge));
  return Add(CopySignToAbs(Sub(kept, least), x), Set(d, g.zero));
}

// The limits of the format applied to the sum y, which needs them where |x| > g.reach.
template <class D, class V = Vec<D>>
LOWPREC_TEXT V WithinRange(D d, lane::RandomBitsConstants g, V y) {
  const V below = IfThenElse(Lt(y, Set(d, g.lowest)), Set(d, g.below), y);
  return IfThenElse(Lt(Set(d, g.highest), y), Set(d, g.above), below);
}

}  // namespace lowprec::LOWPREC_LANES
