// Defines the vocabulary of the texts for the vectors of one SIMD target, by Highway, and includes the texts.
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

#include "lowprec/format/events.h"
#include "lowprec/lane/aes.h"
#include "lowprec/lane/lane_constants.h"
#include "lowprec/lane/random_bits.h"

HWY_BEFORE_NAMESPACE();
namespace lowprec::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;
using hn::Abs;
using hn::Add;
using hn::AllTrue;
using hn::And;
using hn::AndNot;
using hn::BitCast;
using hn::CopySignToAbs;
using hn::CountTrue;
using hn::Div;
using hn::Eq;
using hn::Floor;
using hn::IfThenElse;
using hn::IfThenElseZero;
using hn::Le;
using hn::LoadU;
using hn::Lt;
using hn::Max;
using hn::Min;
using hn::Mul;
using hn::Ne;
using hn::Not;
using hn::Or;
using hn::RebindMask;
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

// See one_lane.h. AVX-512 has twice as many units for integers, whose order is that of the numbers.
template <class D, class V>
HWY_API V MinMagnitude(D d, V a, V b) {
#if HWY_TARGET <= HWY_AVX3
  return BitCast(d, hn::Min(BitCast(BitsOf<D>(), a), BitCast(BitsOf<D>(), b)));
#else
  (void)d;
  return hn::Min(a, b);
#endif
}
template <class D, class V>
HWY_API V MaxMagnitude(D d, V a, V b) {
#if HWY_TARGET <= HWY_AVX3
  return BitCast(d, hn::Max(BitCast(BitsOf<D>(), a), BitCast(BitsOf<D>(), b)));
#else
  (void)d;
  return hn::Max(a, b);
#endif
}
// See one_lane.h. The instructions of x86 give their second operand where one is NaN; those of others differ.
template <class V>
HWY_API V ClampNumber(V x, V low, V high) {
#if HWY_ARCH_X86 && HWY_TARGET != HWY_EMU128
  return hn::Min(high, hn::Max(low, x));
#else
  return IfThenElse(Lt(x, low), low, IfThenElse(Lt(high, x), high, x));
#endif
}

// Returns x rounded to binary16, to nearest, ties to even; from 65520 on the result is infinite. x must not be NaN,
// since the payload would be cut. Where the instruction is missing, Highway's substitute does not round to nearest.
#if HWY_ARCH_X86 && HWY_TARGET <= HWY_AVX2 && !defined(HWY_DISABLE_F16C)
inline constexpr bool kHasHalf = true;
#else
inline constexpr bool kHasHalf = false;
#endif
template <class D, class V>
HWY_API V RoundToHalf(D d, V x) {
  return hn::PromoteTo(d, hn::DemoteTo(hn::Rebind<hwy::float16_t, D>(), x));
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

// See one_lane.h.
#if HWY_TARGET <= HWY_AVX3
HWY_API hn::Mask512<float> HasNoneOf(hn::Mask512<float> mask, hn::Vec512<uint32_t> a, hn::Vec512<uint32_t> bits) {
  return {_mm512_mask_testn_epi32_mask(mask.raw, a.raw, bits.raw)};
}
#else
template <class M, class V>
HWY_API M HasNoneOf(M mask, V a, V bits) {
  return And(mask, RebindMask(hn::ScalableTag<float>(), Eq(And(a, bits), Zero(hn::DFromV<V>()))));
}
#endif

// Compare the lanes where the mask is set. AVX-512 takes the mask along, while it combines only one pair of masks a
// cycle.
#if HWY_TARGET <= HWY_AVX3
HWY_API hn::Mask512<float> EqWhere(hn::Mask512<float> mask, hn::Vec512<float> a, hn::Vec512<float> b) {
  return {_mm512_mask_cmp_ps_mask(mask.raw, a.raw, b.raw, _CMP_EQ_OQ)};
}
HWY_API hn::Mask512<double> EqWhere(hn::Mask512<double> mask, hn::Vec512<double> a, hn::Vec512<double> b) {
  return {_mm512_mask_cmp_pd_mask(mask.raw, a.raw, b.raw, _CMP_EQ_OQ)};
}
HWY_API hn::Mask512<float> LtWhere(hn::Mask512<float> mask, hn::Vec512<float> a, hn::Vec512<float> b) {
  return {_mm512_mask_cmp_ps_mask(mask.raw, a.raw, b.raw, _CMP_LT_OQ)};
}
HWY_API hn::Mask512<double> LtWhere(hn::Mask512<double> mask, hn::Vec512<double> a, hn::Vec512<double> b) {
  return {_mm512_mask_cmp_pd_mask(mask.raw, a.raw, b.raw, _CMP_LT_OQ)};
}
#else
template <class M, class V>
HWY_API M EqWhere(M mask, V a, V b) {
  return And(mask, Eq(a, b));
}
template <class M, class V>
HWY_API M LtWhere(M mask, V a, V b) {
  return And(mask, Lt(a, b));
}
#endif

template <class D>
HWY_API Vec<D> LoadWords(D d, const uint32_t* from) {
  return hn::PromoteTo(d, LoadU(hn::Rebind<uint32_t, D>(), from));
}

// 16-byte blocks in pairs of 64-bit lanes.
template <class D>
HWY_API Vec<D> DupBlock(D d, const lane::Block& block) {
  return hn::LoadDup128(d, &block.lower);
}
template <class V>
HWY_API V AesRound(V state, V key) {
  const hn::DFromV<V> d;
  const hn::Repartition<uint8_t, decltype(d)> bytes;
  return BitCast(d, hn::AESRound(BitCast(bytes, state), BitCast(bytes, key)));
}
template <class V>
HWY_API V AesLastRound(V state, V key) {
  const hn::DFromV<V> d;
  const hn::Repartition<uint8_t, decltype(d)> bytes;
  return BitCast(d, hn::AESLastRound(BitCast(bytes, state), BitCast(bytes, key)));
}

}  // namespace lowprec::HWY_NAMESPACE

#define LOWPREC_LANES HWY_NAMESPACE
#define LOWPREC_TEXT HWY_INLINE
#include "lowprec/lane/all-inl.h"
#undef LOWPREC_LANES
#undef LOWPREC_TEXT

HWY_AFTER_NAMESPACE();

#endif
