// Stochastic rounding of float arrays.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernel/stochastic.cc"
#include <hwy/foreach_target.h>  // re-includes this file for each target

#include "kernel/count-inl.h"
#include "kernel/draws-inl.h"
#include "kernel/loops-inl.h"

HWY_BEFORE_NAMESPACE();
namespace lowprec::HWY_NAMESPACE {
namespace {

using Floats = hn::ScalableTag<float>;
using Words = hn::Repartition<uint32_t, Floats>;
using Counters = hn::Repartition<uint64_t, Floats>;

// Returns the constants that CountEvents needs.
lane::LaneConstants<float> CountingGrid(const kernel::Stochastic& s) {
  lane::LaneConstants<float> g{};
  g.highest = s.grid.highest;
  g.lowest = s.grid.lowest;
  g.least_normal = static_cast<float>(s.formula.least_normal);
  return g;
}

// Rounds element i with draw first + i. With kCounts it counts into *events.
template <bool kSums, bool kCounts>
class RoundLanes {
 public:
  HWY_INLINE RoundLanes(const kernel::Stochastic& s, Stream stream, uint64_t first, Events* events)
      : s_(s), source_(stream), first_(first), events_(events) {}

  // Rounds elements begin .. end vector by vector. The definition rounds what the sum leaves open.
  HWY_NOINLINE void Each(const float* in, float* out, size_t begin, size_t end) const {
    const Floats d;
    HWY_ALIGN float values[hn::MaxLanes(d)] = {};
    HWY_ALIGN float rounded[hn::MaxLanes(d)];
    HWY_ALIGN uint32_t draws[hn::MaxLanes(d)];
    uint8_t open_bits[hn::MaxLanes(d) / 8 + 8] = {};
    for (size_t i = begin, n = 0; i < end; i += n) {
      n = std::min(hn::Lanes(d), end - i);
      std::copy_n(in + i, n, values);
      hn::Store(source_.LanesAt(Words(), first_ + i), Words(), draws);
      auto open = hn::MaskFromVec(Zero(d));
      const auto x = hn::Load(d, values);
      const auto y = AddRandomBits<kSums>(d, s_.grid, x, hn::Load(Words(), draws), open);
      hn::Store(WithinRange(d, s_.grid, y), d, rounded);
      hn::StoreMaskBits(d, Or(open, Not(Eq(x, x))), open_bits);
      for (size_t j = 0; j < n; ++j) {
        const bool is_open = kCounts || (open_bits[j / 8] >> (j % 8) & 1) != 0;
        out[i + j] = is_open ? kernel::round_one(s_, values[j], draws[j], events_) : rounded[j];
      }
    }
  }

  // Rounds as many whole groups of four vectors as there are from i on, and returns their end. With kStreams they are
  // written past the caches; out + i must then be aligned, and first + i a multiple of 4. Without it first + i must be
  // a multiple of a group, whose counters then differ in their last bits only.
  template <bool kStreams>
  HWY_INLINE size_t Groups(const float* in, float* out, size_t i, size_t n) const {
    const Floats d;
    const Counters words;
    const size_t lanes = hn::Lanes(d);
    const auto g = s_.grid;
    const auto step = source_.CountersStep(words);
    const auto step_2 = Add(step, step), step_3 = Add(step_2, step), step_4 = Add(step_3, step);
    const auto later = [](auto first, auto blocks)
                           HWY_ATTR { return kStreams ? Add(first, blocks) : Xor(first, blocks); };
    const auto store = [d](auto y, float* to) HWY_ATTR { kStreams ? hn::Stream(y, d, to) : hn::StoreU(y, d, to); };
    auto counters = source_.Counters(words, (first_ + i) / 4);
    Events ignored;
    const lane::LaneConstants<float> counting = kCounts ? CountingGrid(s_) : lane::LaneConstants<float>{};
    CountLanes<float> observer(counting, kCounts ? *events_ : ignored);
    const auto round = [&](const float* from, auto draws, auto& open) HWY_ATTR {
      return AddRandomBits<kSums>(d, g, hn::LoadU(d, from), BitCast(Words(), draws), open);
    };
    const auto magnitude = [&](const float* from) HWY_ATTR { return BitCast(Words(), Abs(hn::LoadU(d, from))); };
    for (; i + 4 * lanes <= n; i += 4 * lanes) {
      auto draws_a = counters;
      auto draws_b = later(counters, step);
      auto draws_c = later(counters, step_2);
      auto draws_e = later(counters, step_3);
      counters = Add(counters, step_4);
      source_.MakeBlocks(words, draws_a, draws_b, draws_c, draws_e);
      auto open_a = hn::MaskFromVec(Zero(d));
      auto open_b = open_a, open_c = open_a, open_e = open_a;
      const float* from = in + i;
      auto a = round(from, draws_a, open_a);
      auto b = round(from + lanes, draws_b, open_b);
      auto c = round(from + 2 * lanes, draws_c, open_c);
      auto e = round(from + 3 * lanes, draws_e, open_e);
      const auto open = Or(Or(open_a, open_b), Or(open_c, open_e));
      // The bits of NaN exceed those of infinity, and these those of other magnitudes.
      const auto largest = Max(Max(magnitude(from), magnitude(from + lanes)),
                               Max(magnitude(from + 2 * lanes), magnitude(from + 3 * lanes)));
      const auto exceeds = [&](float limit)
                               HWY_ATTR { return RebindMask(d, Lt(BitCast(Words(), Set(d, limit)), largest)); };
      if (HWY_UNLIKELY(!hn::AllFalse(d, Or(open, exceeds(g.reach))))) {
        if (!hn::AllFalse(d, Or(open, exceeds(std::numeric_limits<float>::infinity())))) {
          Each(in, out, i, i + 4 * lanes);
          continue;
        }
        const auto limited = [&](const float* x, auto y) HWY_ATTR {
          const auto result = WithinRange(d, g, y);
          if constexpr (kCounts) CountVector(*events_, counting, hn::LoadU(d, x), y, result);
          return result;
        };
        a = limited(from, a);
        b = limited(from + lanes, b);
        c = limited(from + 2 * lanes, c);
        e = limited(from + 3 * lanes, e);
      } else if constexpr (kCounts) {
        observer.AddWithin(counting, hn::LoadU(d, from), a);
        observer.AddWithin(counting, hn::LoadU(d, from + lanes), b);
        observer.AddWithin(counting, hn::LoadU(d, from + 2 * lanes), c);
        observer.AddWithin(counting, hn::LoadU(d, from + 3 * lanes), e);
      }
      store(a, out + i);
      store(b, out + i + lanes);
      store(c, out + i + 2 * lanes);
      store(e, out + i + 3 * lanes);
    }
    if constexpr (kCounts) observer.AddTo(*events_, counting.least_normal > 0);
    return i;
  }

 private:
  const kernel::Stochastic& s_;
  DrawSource source_;
  uint64_t first_;
  Events* events_;
};

template <bool kSums, bool kCounts>
HWY_NOINLINE void RoundArray(const kernel::Stochastic& s, const float* in, float* out, size_t n, Stream stream,
                             uint64_t first, Events* events) {
  const Floats d;
  const size_t lanes = hn::Lanes(d);
  const RoundLanes<kSums, kCounts> round(s, stream, first, events);
  const size_t to_aligned = (lanes - reinterpret_cast<uintptr_t>(out) / sizeof(float) % lanes) % lanes;
  const bool streams = n * sizeof(float) >= kStreamingBytes && in != out && (first + to_aligned) % 4 == 0;
  const size_t head = streams ? to_aligned : (4 * lanes - first % (4 * lanes)) % (4 * lanes);
  size_t i = std::min(head, n);
  if (i != 0) round.Each(in, out, 0, i);
  if (streams) {
    i = round.template Groups<true>(in, out, i, n);
    hwy::FlushStream();
  } else {
    i = round.template Groups<false>(in, out, i, n);
  }
  if (i != n) round.Each(in, out, i, n);
}

template <bool kCounts>
void RoundBySums(const kernel::Stochastic& s, const float* in, float* out, size_t n, Stream stream, uint64_t first,
                 Events* events) {
  s.grid.least == 0 ? RoundArray<false, kCounts>(s, in, out, n, stream, first, events)
                    : RoundArray<true, kCounts>(s, in, out, n, stream, first, events);
}

void RoundStochastic(const kernel::Stochastic& s, const float* in, float* out, size_t n, Stream stream, uint64_t first,
                     Events* events) {
  if (events == nullptr) return RoundBySums<false>(s, in, out, n, stream, first, nullptr);
  events->rounded += n;
  RoundBySums<true>(s, in, out, n, stream, first, events);
}

}  // namespace
}  // namespace lowprec::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include "lane/round_at_run_time.h"

namespace lowprec::kernel {

HWY_EXPORT(RoundStochastic);

float round_one(const Stochastic& s, float x, std::uint32_t draw, Events* events) {
  Events ignored;
  Events& counted = events != nullptr ? *events : ignored;
  return static_cast<float>(lane::round_one_lane(s.rounding, s.formula, static_cast<double>(x), draw, counted));
}

void round(const Stochastic& s, const float* in, float* out, std::size_t n, Stream stream, std::uint64_t first,
           Events* events) {
  HWY_DYNAMIC_DISPATCH(RoundStochastic)(s, in, out, n, stream, first, events);
}

}  // namespace lowprec::kernel
#endif
