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

}  // namespace lowprec::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
