// Stochastic rounding of binary64 arrays; see AddWideRandomBits for the formula.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernel/stochastic_wide.cc"
#include <hwy/foreach_target.h>  // re-includes this file for each target

#include "kernel/draws-inl.h"
#include "kernel/kernels.h"
#include "kernel/loops-inl.h"
#include "kernel/one_lane_round.h"

HWY_BEFORE_NAMESPACE();
namespace lowprec::HWY_NAMESPACE {
namespace {

using Doubles = hn::ScalableTag<double>;
using Bits = hn::RebindToUnsigned<Doubles>;
using Words = hn::Repartition<uint32_t, Doubles>;

// kCounts: what happens is counted.
template <bool kCounts>
class RoundLanes {
 public:
  HWY_INLINE RoundLanes(const kernel::WideStochastic& s, Stream stream, uint64_t first)
      : s_(s), source_(stream), first_(first) {}

  HWY_INLINE void All(const double* in, double* out, size_t n) {
    const size_t pair = 2 * hn::Lanes(Doubles());
    size_t i = 0;
    while (i + pair <= n) {
      i += Pairs(in + i, out + i, i, n - i);
      if (i + pair > n) break;
      Beyond(in + i, out + i, i, pair);
      i += pair;
    }
    if (i == n) return;
    HWY_ALIGN double part[2 * hn::MaxLanes(Doubles())] = {};
    std::copy_n(in + i, n - i, part);
    if (Pairs(part, part, i, pair) == 0) Beyond(part, part, i, n - i);
    std::copy_n(part, n - i, out + i);
  }

  HWY_INLINE void AddEvents(size_t n, Events& events) const {
    events += events_;
    events.rounded += n;
  }

 private:
  // Pairs of vectors of n elements, `index` that of the first, while nothing lies beyond the range, nor is left to the
  // formula. Returns how many elements are done.
  HWY_INLINE size_t Pairs(const double* in, double* out, size_t index, size_t n) {
    const Doubles d;
    const Bits bits;
    const Words words;
    const size_t lanes = hn::Lanes(d);
    const WideRandomBitsGrid g = s_.grid;
    const auto reach = Set(d, g.reach);
    const double least_normal = s_.formula.least_normal;
    size_t i = 0, inexact = 0, zero = 0, tiny = 0;
    for (; i + 2 * lanes <= n; i += 2 * lanes) {
      const auto r = ShiftRightSame(source_.Lanes(words, first_ + index + i), g.right);
      const auto x = hn::LoadU(d, in + i), x2 = hn::LoadU(d, in + i + lanes);
      hn::Mask<Doubles> open, open2;
      const auto y = AddWideRandomBits(d, g, x, hn::PromoteTo(bits, hn::LowerHalf(r)), open);
      const auto y2 = AddWideRandomBits(d, g, x2, hn::PromoteTo(bits, hn::UpperHalf(hn::Half<Words>(), r)), open2);
      const auto within = And(Le(Abs(x), reach), Le(Abs(x2), reach));  // NaN is not
      if (HWY_UNLIKELY(!AllTrue(d, AndNot(Or(open, open2), within)))) break;
      hn::StoreU(y, d, out + i);
      hn::StoreU(y2, d, out + i + lanes);
      if constexpr (kCounts) {
        const auto changed = Not(Eq(x, y)), changed2 = Not(Eq(x2, y2));
        inexact += CountTrue(d, changed) + CountTrue(d, changed2);
        zero += CountTrue(d, And(changed, Eq(y, Zero(d)))) + CountTrue(d, And(changed2, Eq(y2, Zero(d))));
        if (least_normal > 0)
          tiny += CountTrue(d, And(changed, Lt(Abs(y), Set(d, least_normal)))) +
                  CountTrue(d, And(changed2, Lt(Abs(y2), Set(d, least_normal))));
      }
    }
    if constexpr (kCounts) {
      events_.inexact += inexact;
      events_.underflow += zero;
      if (least_normal > 0) events_.subnormal += tiny - zero;
    }
    return i;
  }

  // n elements, i the index of the first, by the definition.
  HWY_NOINLINE void Beyond(const double* in, double* out, size_t i, size_t n) {
    const Words words;
    HWY_ALIGN uint32_t draws[hn::MaxLanes(words)];
    hn::Store(source_.Lanes(words, first_ + i), words, draws);
    for (size_t j = 0; j < n; ++j) out[j] = round_one_lane(s_.rounding, s_.formula, in[j], draws[j], events_);
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
