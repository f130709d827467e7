// Roundings to nearest, ties to even, in fewer operations than the formula's, where the range of the numbers is known.
// Each takes numbers of the lane between bounds stated with it, and gives what Round gives, but +0 for -0.
// No include guard: included once for each set of lanes.
#include "lowprec/lane/nearest_steps.h"

namespace lowprec::LOWPREC_LANES {

// clamped: C = 1.5 * 2^(P-1) q has the unit in the last place q, and so has x + C for |x| < 2^(P-2) q; C is even, so
// ties go to even multiples of q. Multiplying a power of two is exact, fused or not. relative: g = x (2^s + 1) rounded,
// g - (g - x) is x rounded to P - s bits (Veltkamp; Dekker 1971, Numer. Math. 18, 224; Boldo 2006, "Pitfalls of a full
// floating-point proof"). relative_short: g - 2^s x in place of g - (g - x). The ties of g are those of x if the last
// bit of x is 0.
template <lane::StepKind kKind, class D, class V = Vec<D>>
LOWPREC_TEXT V Step(D d, lane::StepConstants<TFromD<D>> s, V x) {
  if constexpr (kKind == lane::StepKind::clamped || kKind == lane::StepKind::clamped_twice) {
    V binade = Max(Binade(d, x), Set(d, s.least));
    if constexpr (kKind == lane::StepKind::clamped_twice) binade = Min(binade, Set(d, s.top));
    return ExactNegMulAdd(binade, Set(d, s.magic), ExactMulAdd(binade, Set(d, s.magic), x));
  } else if constexpr (kKind == lane::StepKind::relative) {
    const V g = Mul(x, Set(d, s.split));
    return Sub(g, Sub(g, x));
  } else if constexpr (kKind == lane::StepKind::relative_short) {
    const V g = ExactMulAdd(x, Set(d, s.power), x);
    return ExactNegMulAdd(x, Set(d, s.power), g);
  } else {
    return x;
  }
}

template <lane::LimitKind kKind, class D, class V = Vec<D>>
LOWPREC_TEXT V Limit(D d, lane::StepConstants<TFromD<D>> s, V y) {
  if constexpr (kKind == lane::LimitKind::saturating) {
    return Min(Max(y, Set(d, s.lowest)), Set(d, s.highest));
  } else if constexpr (kKind == lane::LimitKind::selecting) {
    const auto above = Lt(Set(d, s.highest), y);
    const auto below = Lt(y, Set(d, s.lowest));
    return IfThenElse(above, Set(d, s.above), IfThenElse(below, Set(d, s.below), y));
  } else {
    return y;
  }
}

}  // namespace lowprec::LOWPREC_LANES
