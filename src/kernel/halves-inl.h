// Converts codes of 4 bits between bytes and halves of bytes. Even codes are in the lower halves.
// Re-included per target by Highway's foreach_target.h.

#if defined(LOWPREC_HALVES_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef LOWPREC_HALVES_INL_H_
#undef LOWPREC_HALVES_INL_H_
#else
#define LOWPREC_HALVES_INL_H_
#endif

#include "kernel/vector_lanes-inl.h"

HWY_BEFORE_NAMESPACE();
namespace lowprec::HWY_NAMESPACE {

// Packs n codes. n must be even.
HWY_INLINE void SqueezeHalves(const uint8_t* in, size_t n, uint8_t* out) {
  const hn::ScalableTag<uint16_t> d;
  const hn::RebindToSigned<decltype(d)> integers;
  const hn::Rebind<uint8_t, decltype(d)> bytes;
  const size_t lanes = hn::Lanes(d);
  size_t i = 0;
  for (; i + 2 * lanes <= n; i += 2 * lanes) {
    const auto codes = LoadU(d, reinterpret_cast<const uint16_t*>(in + i));
    const auto pairs = And(Or(codes, ShiftRight<4>(codes)), Set(d, uint16_t{255}));
    hn::StoreU(hn::DemoteTo(bytes, BitCast(integers, pairs)), bytes, out + i / 2);
  }
  for (; i < n; i += 2) out[i / 2] = static_cast<uint8_t>(in[i] | in[i + 1] << 4);
}

HWY_INLINE void SpreadHalves(const uint8_t* in, size_t n, uint8_t* out) {
  const hn::ScalableTag<uint16_t> d;
  const hn::Rebind<uint8_t, decltype(d)> bytes;
  const size_t lanes = hn::Lanes(d);
  size_t i = 0;
  for (; i + 2 * lanes <= n; i += 2 * lanes) {
    const auto pairs = hn::PromoteTo(d, LoadU(bytes, in + i / 2));
    const auto codes = And(Or(pairs, ShiftLeftSame(pairs, 4)), Set(d, uint16_t{0x0F0F}));
    hn::StoreU(codes, d, reinterpret_cast<uint16_t*>(out + i));
  }
  for (; i < n; ++i) out[i] = in[i / 2] >> (i % 2 * 4) & 15;
}

}  // namespace lowprec::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
