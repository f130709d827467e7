// The vocabulary of the kernel texts for the vectors of one SIMD target, from Highway, and the texts themselves.
// Re-included per target by Highway's foreach_target.h.

#if defined(LOWPREC_VECTOR_LANES_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef LOWPREC_VECTOR_LANES_INL_H_
#undef LOWPREC_VECTOR_LANES_INL_H_
#else
#define LOWPREC_VECTOR_LANES_INL_H_
#endif

#include <hwy/cache_control.h>
#include <hwy/highway.h>

#include <limits>

#include "lowprec/events.h"
#include "lowprec/grid.h"

HWY_BEFORE_NAMESPACE();
namespace lowprec::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;
using hn::Abs;
using hn::Add;
using hn::AllTrue;
using hn::And;
using hn::BitCast;
using hn::CopySignToAbs;
using hn::CountTrue;
using hn::Div;
using hn::Eq;
using hn::Floor;
using hn::IfThenElse;
using hn::LoadU;
using hn::Lt;
using hn::Max;
using hn::Min;
using hn::Mul;
using hn::Not;
using hn::Or;
using hn::Set;
using hn::ShiftLeftSame;
using hn::ShiftRight;
using hn::ShiftRightSame;
using hn::Sqrt;
using hn::Sub;
using hn::TFromD;
using hn::Vec;
using hn::Xor;
using hn::Zero;

template <class D>
using BitsOf = hn::RebindToUnsigned<D>;

// Of positive normal numbers; see one_lane.h.
template <class D, class V>
HWY_API V Binade(D d, V a) {
  return And(a, Set(d, std::numeric_limits<TFromD<D>>::infinity()));
}
template <class D, class V>
HWY_API auto OddExponent(D d, V a) {
  return Eq(And(a, Set(d, std::numeric_limits<TFromD<D>>::min())), Zero(d));
}

// See one_lane.h.
template <class V>
HWY_API V ExactMulAdd(V a, V b, V c) {
  return hn::MulAdd(a, b, c);
}
template <class V>
HWY_API V ExactNegMulAdd(V a, V b, V c) {
  return hn::NegMulAdd(a, b, c);
}

template <class V>
HWY_API V MulLower32(V a, V b) {
  const hn::Repartition<uint32_t, hn::DFromV<V>> words;
  return hn::MulEven(BitCast(words, a), BitCast(words, b));
}

}  // namespace lowprec::HWY_NAMESPACE

#define LOWPREC_LANES HWY_NAMESPACE
#define LOWPREC_TEXT HWY_INLINE
#include "lowprec/kernel/texts-inl.h"
#undef LOWPREC_LANES
#undef LOWPREC_TEXT

HWY_AFTER_NAMESPACE();

#endif
