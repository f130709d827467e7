// Counting of events beside vectors' rounding.
// Re-included per target by Highway's foreach_target.h.

#if defined(LOWPREC_COUNT_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef LOWPREC_COUNT_INL_H_
#undef LOWPREC_COUNT_INL_H_
#else
#define LOWPREC_COUNT_INL_H_
#endif

#include <algorithm>

#include "kernel/loops-inl.h"
#include "lowprec/events.h"

HWY_BEFORE_NAMESPACE();
namespace lowprec::HWY_NAMESPACE {

// The definition, of a vector. Not inlined, and by value: what it takes the address of would stay in memory.
template <class T, class V>
HWY_NOINLINE void CountVector(Events& events, Grid<T> g, V x, V unlimited, V y) {
  CountEvents{events}(hn::ScalableTag<T>(), g, x, unlimited, y);
}

// Counts what numbers within the range meet, the bulk, lane by lane; vectors with others go to the definition. An
// observer of Round, and of one lane.
template <class T>
class CountLanes {
 public:
  using D = hn::ScalableTag<T>;
  // `others` is what the definition adds to.
  HWY_INLINE CountLanes(Grid<T> g, Events& others) : others_(others) {
    if (g.lowest < 0) reach_ = std::min(g.highest, -g.lowest);
  }
  CountLanes(const CountLanes&) = delete;

  // |x| up to it stays within the range; -1: no x is known to.
  T Reach() const { return reach_; }

  // Of numbers within the range.
  template <class V>
  HWY_INLINE void AddWithin(Grid<T> g, V x, V y) {
    const D d;
    const auto changed = Not(Eq(x, y));
    inexact_ = CountWhere(changed, inexact_);
    underflow_ = CountWhere(And(changed, Eq(y, Zero(d))), underflow_);
    tiny_ = CountWhere(And(changed, Lt(Abs(y), Set(d, g.least_normal))), tiny_);
  }
  template <class V>
  HWY_INLINE void operator()(D d, Grid<T> g, V x, V unlimited, V y) {
    if (HWY_LIKELY(AllTrue(d, Le(Abs(x), Set(d, reach_)))))
      AddWithin(g, x, y);
    else
      CountVector(others_, g, x, unlimited, y);
  }
  void operator()(OneLaneOf<D> one, const Grid<T>& g, T x, T unlimited, T y) {
    one_lane::CountEvents{others_}(one, g, x, unlimited, y);
  }

  // What was counted in at most 2^31 vectors; the others are there already.
  HWY_INLINE void AddTo(Events& events, bool has_subnormals) const {
    const BitsOf<D> bits;
    const auto sum = [bits](auto counts) HWY_ATTR {
      HWY_ALIGN typename Lane<T>::Bits lanes[hn::MaxLanes(bits)];
      hn::Store(counts, bits, lanes);
      uint64_t total = 0;
      for (size_t i = 0; i < hn::Lanes(bits); ++i) total += lanes[i];
      return total;
    };
    events.inexact += sum(inexact_);
    events.underflow += sum(underflow_);
    if (has_subnormals) events.subnormal += sum(tiny_) - sum(underflow_);
  }

 private:
  using Counts = Vec<BitsOf<D>>;
  Counts inexact_ = Zero(BitsOf<D>()), underflow_ = inexact_, tiny_ = inexact_;
  T reach_ = -1;
  Events& others_;
};

}  // namespace lowprec::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
