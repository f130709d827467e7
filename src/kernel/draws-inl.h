// Makes many draws of a stream, for other kernels.
// Re-included per target by Highway's foreach_target.h.

#if defined(LOWPREC_DRAWS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef LOWPREC_DRAWS_INL_H_
#undef LOWPREC_DRAWS_INL_H_
#else
#define LOWPREC_DRAWS_INL_H_
#endif

#include <algorithm>

#include "kernel/vector_lanes-inl.h"
#include "lowprec/lane/stream.h"

HWY_BEFORE_NAMESPACE();
namespace lowprec::HWY_NAMESPACE {

// DrawSource is a stream made ready for vectors.
class DrawSource {
 public:
  HWY_INLINE explicit DrawSource(Stream stream) : keys_({stream.seed, 0}), id_(stream.id) {}

  // Counters of blocks `first`, first + 1, ..., as many as a vector of 64-bit words holds, and what leads to the next.
  template <class D>
  HWY_INLINE Vec<D> Counters(D d, uint64_t first) const {
    return hn::OddEven(Set(d, id_), Add(Set(d, first), ShiftRight<1>(hn::Iota(d, 0))));
  }
  template <class D>
  HWY_INLINE Vec<D> CountersStep(D d) const {
    return hn::OddEven(Zero(d), Set(d, uint64_t{hn::Lanes(d) / 2}));
  }

  // Turns counters into their blocks.
  template <class D, class... V>
  HWY_INLINE void MakeBlocks(D d, V&... counters) const {
#if HWY_TARGET == HWY_EMU128 || HWY_TARGET == HWY_SSSE3
    (CallArs5(d, counters), ...);
#else
    Ars5(d, keys_, counters...);
#endif
  }
  template <class D>
  HWY_INLINE Vec<D> Blocks(D d, uint64_t first) const {
    auto counters = Counters(d, first);
    MakeBlocks(d, counters);
    return counters;
  }

  // Returns draws `first`, first + 1, ... in 32-bit lanes. `first` must be a multiple of 4.
  template <class D>
  HWY_INLINE Vec<D> Lanes(D d, uint64_t first) const {
    const hn::Repartition<uint64_t, D> words;
    return BitCast(d, Blocks(words, first / 4));
  }

  // Does the same for any `first`.
  template <class D>
  HWY_INLINE Vec<D> LanesAt(D d, uint64_t first) const {
    const uint64_t skip = first % 4;
    const auto draws = Lanes(d, first - skip);
    if (HWY_LIKELY(skip == 0)) return draws;
    HWY_ALIGN uint32_t both[2 * hn::MaxLanes(d)];
    hn::Store(draws, d, both);
    hn::Store(Lanes(d, first - skip + hn::Lanes(d)), d, both + hn::Lanes(d));
    return LoadU(d, both + skip);
  }

  // Sets out[i] to draw first + i, for i < n.
  HWY_INLINE void Fill(uint64_t first, size_t n, uint32_t* out) const {
    const hn::ScalableTag<uint32_t> d;
    const size_t lanes = hn::Lanes(d);
    size_t i = 0;
    if (first % 4 != 0) {
      i = std::min(n, lanes - static_cast<size_t>(first % 4));
      FillFew(first, i, out);
    }
    for (; i + lanes <= n; i += lanes) hn::StoreU(Lanes(d, first + i), d, out + i);
    if (i < n) FillFew(first + i, n - i, out + i);
  }

 private:
  // Does the same for few draws: n + first % 4 must be at most the draws of a vector.
  HWY_INLINE void FillFew(uint64_t first, size_t n, uint32_t* out) const {
    const hn::ScalableTag<uint32_t> d;
    HWY_ALIGN uint32_t draws[hn::MaxLanes(d)];
    hn::Store(Lanes(d, first - first % 4), d, draws);
    std::copy_n(draws + first % 4, n, out);
  }

  // It is not inlined, since its code is long without instructions for AES.
  template <class D, class V>
  HWY_NOINLINE void CallArs5(D d, V& counters) const {
    Ars5(d, keys_, counters);
  }

  lane::ArsKeys keys_;
  uint64_t id_;
};

// Sets out[i] = stream.draw(first + i) for i < n. It is not inlined, since it takes 50 KB without instructions for AES.
static HWY_NOINLINE HWY_MAYBE_UNUSED void FillDraws(Stream stream, uint64_t first, size_t n, uint32_t* out) {
  DrawSource(stream).Fill(first, n, out);
}

// Kernels that take draws from memory take this number at a time.
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
