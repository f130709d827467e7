// Stochastic rounding of binary64 arrays; see AddWideRandomBits for the formula.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernel/stochastic_wide.cc"
#include <hwy/foreach_target.h>  // re-includes this file for each target

#include <algorithm>

#include "kernel/count-inl.h"
#include "kernel/draws-inl.h"
#include "kernel/kernels.h"
#include "kernel/loops-inl.h"
#include "lane/round_at_run_time.h"

HWY_BEFORE_NAMESPACE();
namespace lowprec::HWY_NAMESPACE {
namespace {

using Doubles = hn::ScalableTag<double>;
using Bits = hn::RebindToUnsigned<Doubles>;
using Words = hn::Repartition<uint32_t, Doubles>;

// With kCounts it counts events.
template <bool kCounts>
class RoundLanes {
 public:
  HWY_INLINE RoundLanes(const kernel::WideStochastic& s, Stream stream, uint64_t first)
      : s_(s), source_(stream), first_(first) {}

  // An incomplete pair of vectors goes through copies; zeros fill it up and stay zeros.
  HWY_INLINE void All(const double* in, double* out, size_t n) {
    constexpr size_t kPair = 2 * hn::MaxLanes(Doubles());
    HWY_ALIGN double part[kPair] = {};
    const size_t pair = 2 * hn::Lanes(Doubles()), whole = n / pair * pair;
    std::copy_n(in + whole, n - whole, part);
    for (size_t i = 0; i < n; i += pair) {
      i = Pairs(in, out, part, i, n, whole);
      if (i >= n) break;
      const bool is_part = i == whole;
      Beyond(is_part ? part : in + i, is_part ? part : out + i, i, std::min(pair, n - i));
    }
    std::copy_n(part, n - whole, out + whole);
  }

  HWY_INLINE void AddEvents(size_t n, Events& events) const {
    events += events_;
    events.rounded += n;
  }

 private:
  // Rounds pairs of vectors from element i on (those from `whole` on lie in `part`), and returns where it stopped: at a
  // pair with a number beyond the range, or one that is left to the formula. It makes draws a pair ahead and counts
  // results a pair later, since instructions that wait for others fill the schedulers.
  HWY_INLINE size_t Pairs(const double* in, double* out, double* part, size_t i, size_t n, size_t whole) {
    const Doubles d;
    const Bits bits;
    const Words words;
    const hn::RebindToSigned<Doubles> integers;
    const size_t lanes = hn::Lanes(d);
    const lane::WideRandomBitsConstants g = s_.grid;
    const auto reach = BitCast(integers, Set(d, g.reach));
    CountLanes<double> counts(s_.formula, events_);
    auto x = Zero(d), x2 = x, y = x, y2 = x;
    auto draws = source_.Lanes(words, first_ + i);
    for (; i < n; i += 2 * lanes) {
      const auto r = ShiftRightSame(draws, g.right);
      draws = source_.Lanes(words, first_ + i + 2 * lanes);
      if constexpr (kCounts) {
        counts.AddWithin(s_.formula, x, y);
        counts.AddWithin(s_.formula, x2, y2);
      }
      const double* from = i < whole ? in + i : part;
      double* to = i < whole ? out + i : part;
      x = hn::LoadU(d, from);
      x2 = hn::LoadU(d, from + lanes);
      Vec<Bits> decided, decided2;
      y = AddWideRandomBits(d, g, x, hn::PromoteTo(bits, hn::LowerHalf(r)), decided);
      y2 = AddWideRandomBits(d, g, x2, hn::PromoteTo(bits, hn::UpperHalf(hn::Half<Words>(), r)), decided2);
      const auto least_decided = Min(BitCast(integers, decided), BitCast(integers, decided2));
      const auto largest = Max(BitCast(integers, Abs(x)), BitCast(integers, Abs(x2)));  // NaN above infinity
      if (HWY_UNLIKELY(!hn::AllFalse(integers, Or(Lt(reach, largest), Eq(least_decided, Zero(integers)))))) {
        x = x2 = y = y2 = Zero(d);
        break;
      }
      hn::StoreU(y, d, to);
      hn::StoreU(y2, d, to + lanes);
    }
    if constexpr (kCounts) {
      counts.AddWithin(s_.formula, x, y);
      counts.AddWithin(s_.formula, x2, y2);
      counts.AddTo(events_, s_.formula.least_normal > 0);
    }
    return i;
  }

  // Rounds n elements, of which the first has index i, by the definition.
  HWY_NOINLINE void Beyond(const double* in, double* out, size_t i, size_t n) {
    const Words words;
    HWY_ALIGN uint32_t draws[hn::MaxLanes(words)];
    hn::Store(source_.Lanes(words, first_ + i), words, draws);
    for (size_t j = 0; j < n; ++j) out[j] = lane::round_one_lane(s_.rounding, s_.formula, in[j], draws[j], events_);
  }

  const kernel::WideStochastic& s_;
  const DrawSource source_;
  uint64_t first_;
  Events events_;
};

void RoundWide(const kernel::WideStochastic& s, const double* in, double* out, size_t n, Stream stream, uint64_t first,
               Events* events) {
  if (events == nullptr) return RoundLanes<false>(s, stream, first).All(in, out, n);
  RoundLanes<true> round(s, stream, first);
  round.All(in, out, n);
  round.AddEvents(n, *events);
}

}  // namespace
}  // namespace lowprec::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace lowprec::kernel {

HWY_EXPORT(RoundWide);

void round(const WideStochastic& s, const double* in, double* out, std::size_t n, Stream stream, std::uint64_t first,
           Events* events) {
  HWY_DYNAMIC_DISPATCH(RoundWide)(s, in, out, n, stream, first, events);
}

}  // namespace lowprec::kernel
#endif
