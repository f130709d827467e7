// Stochastic rounding of float arrays.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernel/stochastic.cc"
#include <hwy/foreach_target.h>  // re-includes this file for each target

#include "kernel/draws-inl.h"
#include "kernel/loops-inl.h"
#include "kernel/one_lane_round.h"

HWY_BEFORE_NAMESPACE();
namespace lowprec::HWY_NAMESPACE {
namespace {

// y[i] = round(x[i]) by the formula in binary64: the definition, for what AddRandomBits leaves open.
HWY_NOINLINE void RoundEach(const kernel::Stochastic& s, const float* x, const uint32_t* draws, float* y, size_t n) {
  const auto grid = make_grid<double>(s.format, s.rounding, s.overflow);
  Events ignored;
  for (size_t i = 0; i < n; ++i)
    y[i] = static_cast<float>(round_one_lane(s.rounding, grid, static_cast<double>(x[i]), draws[i], ignored));
}

// Element i is rounded with draw first + i.
template <bool kSums, bool kSaturates>
struct RoundLanes {
  const kernel::Stochastic& s;
  RandomBitsGrid g;
  Stream stream;
  uint64_t first;
  DrawSource source;

  HWY_INLINE float operator()(one_lane::OneLane<float>, float x, size_t i) const {
    const uint32_t draw = stream.draw(first + i);
    RoundEach(s, &x, &draw, &x, 1);
    return x;
  }
  template <class D, class V>
  HWY_INLINE V operator()(D d, V x, size_t i) const {
    const auto draws = source.LanesAt(BitsOf<D>(), first + i);
    bool settled = false;
    const V y = AddRandomBits<kSums, kSaturates>(d, g, x, draws, settled);
    if (HWY_LIKELY(settled)) return y;
    HWY_ALIGN float values[hn::MaxLanes(d)];
    HWY_ALIGN uint32_t words[hn::MaxLanes(d)];
    hn::Store(x, d, values);
    hn::Store(draws, BitsOf<D>(), words);
    RoundEach(s, values, words, values, hn::Lanes(d));
    return hn::Load(d, values);
  }
};

// The last few elements as part of a vector: scalar AES is slow.
template <bool kSums, bool kSaturates>
HWY_NOINLINE void RoundArray(const kernel::Stochastic& s, const float* in, float* out, size_t n, Stream stream,
                             uint64_t first) {
  const hn::ScalableTag<float> d;
  const RoundLanes<kSums, kSaturates> round{s, s.grid, stream, first, DrawSource(stream)};
  const size_t rest = n % hn::Lanes(d);
  const size_t whole = n - rest;
  Transform(d, in, out, whole, round);
  if (rest == 0) return;
  HWY_ALIGN float values[hn::MaxLanes(d)] = {};
  std::copy_n(in + whole, rest, values);
  hn::Store(round(d, hn::Load(d, values), whole), d, values);
  std::copy_n(values, rest, out + whole);
}

void RoundStochastic(const kernel::Stochastic& s, const float* in, float* out, size_t n, Stream stream,
                             uint64_t first) {
  if (s.grid.least == 0)
    s.grid.saturates ? RoundArray<false, true>(s, in, out, n, stream, first) : RoundArray<false, false>(s, in, out, n, stream, first);
  else
    s.grid.saturates ? RoundArray<true, true>(s, in, out, n, stream, first) : RoundArray<true, false>(s, in, out, n, stream, first);
}

}  // namespace
}  // namespace lowprec::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace lowprec::kernel {

HWY_EXPORT(RoundStochastic);

void round(const Stochastic& s, const float* in, float* out, std::size_t n, Stream stream,
           std::uint64_t first) {
  HWY_DYNAMIC_DISPATCH(RoundStochastic)(s, in, out, n, stream, first);
}

}  // namespace lowprec::kernel
#endif
