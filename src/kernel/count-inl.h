// Counts events while vectors are rounded.
// Re-included per target by Highway's foreach_target.h.

#if defined(LOWPREC_COUNT_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef LOWPREC_COUNT_INL_H_
#undef LOWPREC_COUNT_INL_H_
#else
#define LOWPREC_COUNT_INL_H_
#endif

#include <algorithm>

#include "kernel/loops-inl.h"
#include "lowprec/format/events.h"

HWY_BEFORE_NAMESPACE();
namespace lowprec::HWY_NAMESPACE {

// The definition, for a vector. It is not inlined and takes values: what it takes the address of would stay in memory.
template <class T, class V>
HWY_NOINLINE void CountVector(Events& events, lane::LaneConstants<T> g, V x, V unlimited, V y) {
  CountEvents{events}(hn::ScalableTag<T>(), g, x, unlimited, y);
}

// Counts the events of numbers within the range, which are most numbers, lane by lane. Vectors with other numbers go to
// the definition. It is an observer of Round, for vectors and for one lane.
template <class T>
class CountLanes {
 public:
  using D = hn::ScalableTag<T>;
  // The definition adds to `others`.
  HWY_INLINE CountLanes(lane::LaneConstants<T> g, Events& others) : others_(others) {
    if (g.lowest < 0) reach_ = std::min(g.highest, -g.lowest);
  }
  CountLanes(const CountLanes&) = delete;

  // Every |x| up to this number stays within the range. -1 means that no x is known to.
  T Reach() const { return reach_; }

  // Counts a vector of numbers within the range.
  template <class V>
  HWY_INLINE void AddWithin(lane::LaneConstants<T> g, V x, V y) {
    const D d;
    const auto changed = Ne(x, y);
    inexact_ += CountTrue(d, changed);
    underflow_ += CountTrue(d, EqWhere(changed, y, Zero(d)));
    if (g.least_normal > 0) tiny_ += CountTrue(d, LtWhere(changed, Abs(y), Set(d, g.least_normal)));
  }
  // Besides, where numbers beyond the range became its ends, of normal magnitude: of x, no NaN, rounded to `unlimited`.
  template <class V>
  HWY_INLINE void AddSaturated(lane::LaneConstants<T> g, V unlimited) {
    const D d;
    saturated_ += CountTrue(d, Lt(Set(d, g.highest), unlimited)) + CountTrue(d, Lt(unlimited, Set(d, g.lowest)));
  }
  template <class V>
  HWY_INLINE void operator()(D d, lane::LaneConstants<T> g, V x, V unlimited, V y) {
    if (HWY_LIKELY(AllTrue(d, Le(Abs(x), Set(d, reach_)))))
      AddWithin(g, x, y);
    else
      CountVector(others_, g, x, unlimited, y);
  }
  void operator()(OneLaneOf<D> one, const lane::LaneConstants<T>& g, T x, T unlimited, T y) {
    one_lane::CountEvents{others_}(one, g, x, unlimited, y);
  }

  // Adds what was counted. The counts of the definition are there already.
  HWY_INLINE void AddTo(Events& events, bool has_subnormals) const {
    events.inexact += inexact_;
    events.overflow += saturated_;
    events.saturated += saturated_;
    events.underflow += underflow_;
    if (has_subnormals) events.subnormal += tiny_ - underflow_;
  }

 private:
  uint64_t inexact_ = 0, underflow_ = 0, tiny_ = 0, saturated_ = 0;
  T reach_ = -1;
  Events& others_;
};

}  // namespace lowprec::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
