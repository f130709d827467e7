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
#include "kernel/with_kind.h"
#include "lowprec/kernel/one_lane.h"

HWY_BEFORE_NAMESPACE();
namespace lowprec::HWY_NAMESPACE {

// From this size on, in bytes, an array outgrows the caches and is written past them.
inline constexpr size_t kStreamingBytes = size_t{8} << 20;

template <class D>
using OneLaneOf = one_lane::OneLane<TFromD<D>>;

// out[i] = f(d, in[i], i) with vectors, the last few with one lane. f is called as f(tag, value, index of its first
// lane); the tag tells (by argument-dependent lookup) which inclusion of the texts its calls mean.
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
  for (; i + lanes <= n; i += lanes) hn::StoreU(f(d, hn::LoadU(d, in + i), i), d, out + i);
  for (; i < n; ++i) out[i] = f(one, in[i], i);
}

// Calls store(f(in[i] ...), i) for the whole vectors from element i on, as many together as kUnrolled.
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

// out[i] = f(in[i]) for an f of vectors alone; in may be out. The first and the last vector overlap others, so that all
// others are stored aligned: they are read before anything is written, hence computed from the same numbers.
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
