// Rounding of arrays.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernel/round.cc"
#include <hwy/foreach_target.h>  // re-includes this file for each target

#include "kernel/draws-inl.h"
#include "kernel/loops-inl.h"

HWY_BEFORE_NAMESPACE();
namespace lowprec::HWY_NAMESPACE {
namespace {

// An observer of Round that counts what numbers within the range meet, the bulk, lane by lane; vectors with others go
// to the definition.
template <class T>
class CountLanes {
 public:
  using D = hn::ScalableTag<T>;
  HWY_INLINE explicit CountLanes(const Grid<T>& g) {
    if (g.lowest < 0) reach_ = std::min(g.highest, -g.lowest);
  }
  HWY_INLINE CountLanes(const CountLanes&) = delete;

  template <class V>
  HWY_INLINE void operator()(D d, const Grid<T>& g, V x, V unlimited, V y) {
    if (HWY_UNLIKELY(!AllTrue(d, Le(Abs(x), Set(d, reach_))))) return Each(g, x, unlimited, y);
    const auto exact = Eq(x, y);
    const auto exact_or_normal = Or(exact, Not(Lt(Abs(y), Set(d, g.least_normal))));
    inexact_ = CountWhere(Not(exact), inexact_);
    underflow_ = CountWhere(AndNot(exact, Eq(y, Zero(d))), underflow_);
    tiny_ = CountWhere(Not(exact_or_normal), tiny_);
  }
  void operator()(OneLaneOf<D> one, const Grid<T>& g, T x, T unlimited, T y) {
    one_lane::CountEvents{others_}(one, g, x, unlimited, y);
  }

  // Adds what was counted of at most 2^31 vectors to `events`.
  HWY_INLINE void AddTo(Events& events, bool has_subnormals) {
    const BitsOf<D> bits;
    const auto sum = [bits](auto counts) HWY_ATTR {
      uint64_t total = 0;
      for (size_t i = 0; i < hn::Lanes(bits); ++i) total += hn::ExtractLane(counts, i);
      return total;
    };
    events += others_;
    events.inexact += sum(inexact_);
    events.underflow += sum(underflow_);
    if (has_subnormals) events.subnormal += sum(tiny_) - sum(underflow_);
  }

 private:
  template <class V>
  HWY_NOINLINE void Each(Grid<T> g, V x, V unlimited, V y) {
    CountEvents{others_}(D(), g, x, unlimited, y);
  }

  using Counts = Vec<BitsOf<D>>;
  Counts inexact_ = Zero(BitsOf<D>()), underflow_ = inexact_, tiny_ = inexact_;
  T reach_ = -1;  // |x| up to it stays within the range; -1: no x does
  Events others_;
};

// out[i] = f(in[i], observer), counted. A number of the format fills up vectors: it stays what it is.
template <class T, class F>
HWY_INLINE void MapCounting(const Grid<T>& g, const T* in, T* out, size_t n, Events& events, F f) {
  const hn::ScalableTag<T> d;
  constexpr size_t kLongest = size_t{1} << 31;  // what 32-bit counters count
  for (size_t i = 0; i < n; i += kLongest) {
    CountLanes<T> observer(g);
    MapCompactly(
        in + i, out + i, std::min(n - i, kLongest), [&](const T* x) HWY_ATTR { return f(hn::LoadU(d, x), observer); },
        &g.highest);
    observer.AddTo(events, g.least_normal > 0);
  }
}

// Deterministic rounding. Not inlined: see codec.cc.
template <Rounding::Kind kKind, class T>
HWY_NOINLINE void RoundArray(Grid<T> g, const T* in, T* out, size_t n, Events* events) {
  const hn::ScalableTag<T> d;
  if (events != nullptr)
    return MapCounting(g, in, out, n, *events, [d, g](auto x, auto& observer) HWY_ATTR {
      return Round<kKind, true>(d, g, x, Zero(d), observer);
    });
  MapCompactly(in, out, n, [d, g](const T* x) HWY_ATTR { return RoundQuietly<kKind, true>(d, g, hn::LoadU(d, x)); });
}

template <RoundingForm kForm, RangeForm kLimits, class T>
HWY_NOINLINE void RoundArrayInForm(Grid<T> g, const T* in, T* out, size_t n, Events* events) {
  const hn::ScalableTag<T> d;
  if (events != nullptr)
    return MapCounting(g, in, out, n, *events, [d, g](auto x, auto& observer) HWY_ATTR {
      const auto y = RoundInForm<kForm, kLimits>(d, g, x);
      observer(d, g, x, RoundNearest<kForm>(d, g, x), y);
      return y;
    });
  Map(d, in, out, n, [d, g](auto x) HWY_ATTR { return RoundInForm<kForm, kLimits>(d, g, x); });
}

template <RoundingForm kForm, class T>
HWY_INLINE void RoundWithLimits(const Grid<T>& g, const T* in, T* out, size_t n, Events* events) {
  if (g.limits == RangeForm::saturate) return RoundArrayInForm<kForm, RangeForm::saturate>(g, in, out, n, events);
  if constexpr (kForm == RoundingForm::fields) {
    if (g.limits == RangeForm::infinity) return RoundArrayInForm<kForm, RangeForm::infinity>(g, in, out, n, events);
  }
  RoundArrayInForm<kForm, RangeForm::replace>(g, in, out, n, events);
}

template <class T>
HWY_INLINE void RoundDeterministic(Rounding::Kind kind, const Grid<T>& g, const T* in, T* out, size_t n,
                                   Events* events) {
  if (events != nullptr) events->rounded += n;
  switch (g.form) {
    case RoundingForm::half:
      if constexpr (kHasHalf && std::is_same_v<T, float>)
        return RoundArrayInForm<RoundingForm::half, RangeForm::infinity>(g, in, out, n, events);
      [[fallthrough]];
    case RoundingForm::binades:
      return RoundWithLimits<RoundingForm::binades>(g, in, out, n, events);
    case RoundingForm::one_quantum:
      return RoundWithLimits<RoundingForm::one_quantum>(g, in, out, n, events);
    case RoundingForm::fields:
      return RoundWithLimits<RoundingForm::fields>(g, in, out, n, events);
    case RoundingForm::general:
      break;
  }
  with_kind(kind, [&](auto constant) HWY_ATTR {
    if constexpr (constant() < Rounding::stochastic_a) RoundArray<constant()>(g, in, out, n, events);
  });
}

void RoundFloat(Rounding::Kind kind, const Grid<float>& g, const float* in, float* out, size_t n, Events* events) {
  RoundDeterministic(kind, g, in, out, n, events);
}

void RoundDouble(Rounding::Kind kind, const Grid<double>& g, const double* in, double* out, size_t n, Events* events) {
  RoundDeterministic(kind, g, in, out, n, events);
}

// Any rounding of as many elements as there are draws, seen by an observer.
template <Rounding::Kind kKind, class Observer>
HWY_NOINLINE void RoundPiece(Grid<double> g, const double* in, const uint32_t* draws, double* out, size_t n,
                             Observer& observer) {
  const hn::ScalableTag<double> d;
  TransformInCache(d, in, out, 0, n, [&](auto lanes, auto x, size_t i) HWY_ATTR {
    auto random = x;
    if constexpr (kKind >= Rounding::stochastic_a) random = RandomLanes(lanes, g, draws + i);
    return Round<kKind, true>(lanes, g, x, random, observer);
  });
}

// An observer that does not look, of vectors and of one lane (which cannot inline what is compiled for a target).
struct Unobserved {
  template <class Lanes, class V>
  void operator()(Lanes, const Grid<double>&, const V&, const V&, const V&) {}
};

HWY_NOINLINE void DividePiece(Grid<double> g, double step, const double* in, double* out, size_t n) {
  const hn::ScalableTag<double> d;
  TransformInCache(d, in, out, 0, n,
                   [&](auto lanes, auto x, size_t) HWY_ATTR { return Ratio(lanes, g, x, Set(lanes, step)); });
}

HWY_NOINLINE void MultiplyPiece(double step, const double* in, double* out, size_t n) {
  const hn::ScalableTag<double> d;
  TransformInCache(d, in, out, 0, n, [&](auto lanes, auto x, size_t) HWY_ATTR { return Mul(x, Set(lanes, step)); });
}

template <class Observer>
HWY_INLINE void RoundPieces(Rounding::Kind kind, const Grid<double>& g, double step, const double* in, double* out,
                            size_t n, Stream stream, uint64_t first, Observer& observer) {
  DrawBuffer buffer;
  HWY_ALIGN double quotients[kDrawPiece];
  ForDrawPieces(n, [&](size_t i, size_t count) HWY_ATTR {
    if (kind >= Rounding::stochastic_a) FillDraws(stream, first + i, count, buffer.draws);
    if (step != 1) DividePiece(g, step, in + i, quotients, count);
    const double* from = step != 1 ? quotients : in + i;
    with_kind(kind,
              [&](auto constant) HWY_ATTR { RoundPiece<constant()>(g, from, buffer.draws, out + i, count, observer); });
    if (step != 1) MultiplyPiece(step, out + i, out + i, count);
  });
}

void RoundAnyDouble(Rounding::Kind kind, const Grid<double>& g, double step, const double* in, double* out, size_t n,
                    Stream stream, uint64_t first, Events* events) {
  if (events == nullptr) {
    Unobserved observer;
    return RoundPieces(kind, g, step, in, out, n, stream, first, observer);
  }
  CountLanes<double> observer(g);
  RoundPieces(kind, g, step, in, out, n, stream, first, observer);
  events->rounded += n;
  observer.AddTo(*events, g.least_normal > 0);
}

}  // namespace
}  // namespace lowprec::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace lowprec::kernel {

HWY_EXPORT(RoundFloat);
HWY_EXPORT(RoundDouble);
HWY_EXPORT(RoundAnyDouble);

void round(Rounding::Kind kind, const Grid<float>& grid, const float* in, float* out, std::size_t n, Events* events) {
  HWY_DYNAMIC_DISPATCH(RoundFloat)(kind, grid, in, out, n, events);
}

void round(Rounding::Kind kind, const Grid<double>& grid, const double* in, double* out, std::size_t n,
           Events* events) {
  HWY_DYNAMIC_DISPATCH(RoundDouble)(kind, grid, in, out, n, events);
}

void round(Rounding::Kind kind, const Grid<double>& grid, double step, const double* in, double* out, std::size_t n,
           Stream stream, std::uint64_t first, Events* events) {
  HWY_DYNAMIC_DISPATCH(RoundAnyDouble)(kind, grid, step, in, out, n, stream, first, events);
}

}  // namespace lowprec::kernel
#endif
