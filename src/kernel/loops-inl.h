// Loops over arrays, for the vectors of one SIMD target.
// Re-included per target by Highway's foreach_target.h.

#if defined(LOWPREC_LOOPS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef LOWPREC_LOOPS_INL_H_
#undef LOWPREC_LOOPS_INL_H_
#else
#define LOWPREC_LOOPS_INL_H_
#endif

#include <algorithm>
#include <type_traits>

#include "kernel/kernels.h"
#include "kernel/vector_lanes-inl.h"
#include "lane/with_kind.h"
#include "lowprec/lane/one_lane.h"

HWY_BEFORE_NAMESPACE();
namespace lowprec::HWY_NAMESPACE {

// Whether formats whose rounding has a shorter form than the general one are rounded by it. One lane has no use for the
// shorter forms: each would be as long to compile as for all vectors together.
inline constexpr bool kHasForms = HWY_TARGET != HWY_EMU128;

// Arrays of at least this size, in bytes, outgrow the caches and are written past them.
inline constexpr size_t kStreamingBytes = size_t{8} << 20;

template <class D>
using OneLaneOf = one_lane::OneLane<TFromD<D>>;

// Sets out[i] = f(d, in[i], i) from element i on, with vectors, and the last few elements with one lane. The call is
// f(tag, value, index of its first lane). The tag tells, by argument-dependent lookup, which inclusion of the texts the
// calls of f mean.
template <class D, class F, class T = TFromD<D>>
HWY_INLINE void TransformInCache(D d, const T* in, T* out, size_t i, size_t n, F f) {
  const OneLaneOf<D> one;
  const size_t lanes = hn::Lanes(d);
  for (; i + lanes <= n; i += lanes) hn::StoreU(f(d, hn::LoadU(d, in + i), i), d, out + i);
  for (; i < n; ++i) out[i] = f(one, in[i], i);
}

// Does the same for arrays of any length.
template <class D, class F, class T = TFromD<D>>
HWY_INLINE void Transform(D d, const T* in, T* out, size_t n, F f) {
  const OneLaneOf<D> one;
  const size_t lanes = hn::Lanes(d);
  size_t i = 0;
  if (n * sizeof(T) >= kStreamingBytes && in != out) {
    for (; reinterpret_cast<uintptr_t>(out + i) % (lanes * sizeof(T)) != 0; ++i) out[i] = f(one, in[i], i);
    for (; i + lanes <= n; i += lanes) hn::Stream(f(d, hn::LoadU(d, in + i), i), d, out + i);
    hwy::FlushStream();
  }
  TransformInCache(d, in, out, i, n, f);
}

// Sets the vector at out + i to f(in + i), a vector from as many elements of `in`. Its code is small, because f is
// compiled once. The elements before the vectors that are written past the caches, and the last few, go through copies.
// `filler`, or else the last of them, fills these up. `in` may be `out`, which is a piece of an array of `whole`
// elements, or all of it.
template <class In, class Out, class F>
HWY_INLINE void MapCompactly(const In* in, Out* out, size_t n, F f, const In* filler = nullptr, size_t whole = 0) {
  const hn::ScalableTag<Out> d;
  const size_t lanes = hn::Lanes(d);
  const bool streams = std::max(n, whole) * sizeof(Out) >= kStreamingBytes && static_cast<const void*>(in) != out;
  const size_t head = streams ? std::min(n, (0 - reinterpret_cast<uintptr_t>(out) / sizeof(Out)) % lanes) : 0;
  HWY_ALIGN In from_part[hn::MaxLanes(d)];
  HWY_ALIGN Out to_part[hn::MaxLanes(d)];
  for (size_t i = 0; i < n;) {
    const size_t rest = n - i;
    const size_t part = i < head ? head : rest < lanes ? rest : 0;
    const size_t count = part > 0 ? lanes : rest / lanes * lanes;
    const In fill = filler != nullptr ? *filler : in[i + (part > 0 ? part - 1 : 0)];
    if (part > 0) std::fill(std::copy_n(in + i, part, from_part), from_part + lanes, fill);
    const In* from = part > 0 ? from_part : in + i;
    Out* to = part > 0 ? to_part : out + i;
    for (size_t k = 0; k < count; k += lanes) {
      const auto y = f(from + k);
      if (HWY_UNLIKELY(streams && part == 0))
        hn::Stream(y, d, to + k);
      else
        hn::StoreU(y, d, to + k);
    }
    std::copy_n(to_part, part, out + i);
    i += part > 0 ? part : count;
  }
  if (streams) hwy::FlushStream();
}

// Calls store(f(in[i] ...), i) for the whole vectors from element i on, kUnrolled of them together.
template <class D, class F, class Store, class T = TFromD<D>>
HWY_INLINE size_t MapVectors(D d, const T* in, size_t i, size_t n, F f, Store store) {
  const size_t lanes = hn::Lanes(d);
  for (; i + 4 * lanes <= n; i += 4 * lanes) {
    const auto a = f(hn::LoadU(d, in + i));
    const auto b = f(hn::LoadU(d, in + i + lanes));
    const auto c = f(hn::LoadU(d, in + i + 2 * lanes));
    const auto e = f(hn::LoadU(d, in + i + 3 * lanes));
    store(a, i);
    store(b, i + lanes);
    store(c, i + 2 * lanes);
    store(e, i + 3 * lanes);
  }
  for (; i + lanes <= n; i += lanes) store(f(hn::LoadU(d, in + i)), i);
  return i;
}

// Sets out[i] = f(in[i]) for an f that takes vectors only. `in` may be `out`. The first and the last vector overlap
// others, so that all others are stored aligned. They are read before anything is written, so they are computed from
// the same numbers.
template <class D, class F, class T = TFromD<D>>
HWY_INLINE void Map(D d, const T* in, T* out, size_t n, F f) {
  const size_t lanes = hn::Lanes(d);
  if (n < lanes) {
    HWY_ALIGN T part[hn::MaxLanes(d)] = {};
    std::copy_n(in, n, part);
    hn::Store(f(hn::Load(d, part)), d, part);
    std::copy_n(part, n, out);
    return;
  }
  const auto head = hn::LoadU(d, in);
  const auto tail = hn::LoadU(d, in + n - lanes);
  const size_t begin = lanes - reinterpret_cast<uintptr_t>(out) / sizeof(T) % lanes;
  const auto second = begin + lanes <= n ? hn::LoadU(d, in + begin) : tail;
  hn::StoreU(f(head), d, out);
  if (begin + lanes <= n) {
    hn::Store(f(second), d, out + begin);
    if (n * sizeof(T) >= kStreamingBytes && in != out) {
      MapVectors(d, in, begin + lanes, n, f, [d, out](auto v, size_t i) HWY_ATTR { hn::Stream(v, d, out + i); });
      hwy::FlushStream();
    } else {
      MapVectors(d, in, begin + lanes, n, f, [d, out](auto v, size_t i) HWY_ATTR { hn::Store(v, d, out + i); });
    }
  }
  hn::StoreU(f(tail), d, out + n - lanes);
}

}  // namespace lowprec::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
