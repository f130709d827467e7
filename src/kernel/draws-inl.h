// Draws of streams in bulk, for other kernels to use.
// Re-included per target by Highway's foreach_target.h.

#if defined(LOWPREC_DRAWS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef LOWPREC_DRAWS_INL_H_
#undef LOWPREC_DRAWS_INL_H_
#else
#define LOWPREC_DRAWS_INL_H_
#endif

#include <algorithm>

#include "kernel/vector_lanes-inl.h"
#include "lowprec/random.h"

HWY_BEFORE_NAMESPACE();
namespace lowprec::HWY_NAMESPACE {

// Blocks `first`, first + 1, ... of the stream, as many as a vector of 64-bit words holds.
template <class D>
HWY_INLINE Vec<D> DrawBlocks(D d, Stream stream, uint64_t first) {
  const auto offsets = And(ShiftRight<1>(hn::Iota(d, 0)), Blocks(d, ~uint64_t{0}, 0));
  return Ars5(d, Add(Blocks(d, first, stream.id), offsets), stream.seed, 0);
}

// Draws `first`, first + 1, ... in 32-bit lanes; first is a multiple of 4.
template <class D>
HWY_INLINE Vec<D> DrawLanes(D d, Stream stream, uint64_t first) {
  return BitCast(d, DrawBlocks(hn::Repartition<uint64_t, D>(), stream, first / 4));
}

// out[i] = stream.draw(first + i) for i < n, n <= the draws of a vector less first % 4.
HWY_INLINE void FillFewDraws(Stream stream, uint64_t first, size_t n, uint32_t* out) {
  const hn::ScalableTag<uint32_t> d;
  HWY_ALIGN uint32_t draws[hn::MaxLanes(d)];
  hn::Store(DrawLanes(d, stream, first - first % 4), d, draws);
  std::copy_n(draws + first % 4, n, out);
}

// out[i] = stream.draw(first + i) for i < n.
HWY_INLINE void FillDraws(Stream stream, uint64_t first, size_t n, uint32_t* out) {
  const hn::ScalableTag<uint32_t> d;
  const size_t lanes = hn::Lanes(d);
  size_t i = 0;
  if (first % 4 != 0) {
    i = std::min(n, lanes - static_cast<size_t>(first % 4));
    FillFewDraws(stream, first, i, out);
  }
  for (; i + lanes <= n; i += lanes) hn::StoreU(DrawLanes(d, stream, first + i), d, out + i);
  if (i < n) FillFewDraws(stream, first + i, n - i, out + i);
}

// The number of draws that kernels take at a time, where they do not take them from a vector.
inline constexpr size_t kDrawPiece = 128;

struct DrawBuffer {
  HWY_ALIGN uint32_t draws[kDrawPiece];
};

// Calls f(i, count) for pieces of 0 .. n of at most kDrawPiece elements.
template <class F>
HWY_INLINE void ForDrawPieces(size_t n, F f) {
  for (size_t i = 0; i < n; i += kDrawPiece) f(i, std::min(n - i, kDrawPiece));
}

}  // namespace lowprec::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
