// Rounding of arrays.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernel/round.cc"
#include <hwy/foreach_target.h>  // re-includes this file for each target

#include <bit>
#include <limits>

#include "kernel/count-inl.h"
#include "kernel/draws-inl.h"
#include "kernel/loops-inl.h"

HWY_BEFORE_NAMESPACE();
namespace lowprec::HWY_NAMESPACE {
namespace {

// Vectors that count, where code is to be small: see MapCompactly. f(x, observer) rounds. A number of the format fills
// up vectors: it stays what it is.
template <class T, class F>
HWY_INLINE void MapCounting(lane::LaneConstants<T> g, const T* in, T* out, size_t n, CountLanes<T>& observer, F f) {
  const hn::ScalableTag<T> d;
  MapCompactly(
      in, out, n, [&, d](const T* x) HWY_ATTR { return f(LoadU(d, x), observer); }, &g.highest);
}

// The same, four vectors at a time where all their numbers are within the range: the bits of magnitudes are in their
// order, those of NaN above all. round(x) rounds, and unlimited(x) does so, the range not yet looked at. kSaturates:
// numbers beyond the range, infinities too, become its ends.
template <bool kSaturates, class T, class Round, class Unlimited>
HWY_INLINE void CountGroups(lane::LaneConstants<T> g, const T* in, T* out, size_t n, CountLanes<T>& counts,
                            Events& events, Round round, Unlimited unlimited) {
  const hn::ScalableTag<T> d;
  const BitsOf<decltype(d)> bits;
  const size_t lanes = hn::Lanes(d);
  const bool streams = n * sizeof(T) >= kStreamingBytes && in != out;
  const bool is_known = counts.Reach() >= 0;
  const auto exceeds = [bits](auto largest, T limit) HWY_ATTR {
    return !hn::AllFalse(bits, Lt(Set(bits, std::bit_cast<typename lane::Lane<T>::Bits>(limit)), largest));
  };
  constexpr T kInfinity = std::numeric_limits<T>::infinity();
  const bool has_normal_ends = kSaturates && is_known && counts.Reach() >= g.least_normal;
  const auto magnitude = [bits](auto x) HWY_ATTR { return BitCast(bits, Abs(x)); };
  const auto store = [d, streams](auto y, T* to) HWY_ATTR {
    if (HWY_UNLIKELY(streams))
      hn::Stream(y, d, to);
    else
      hn::StoreU(y, d, to);
  };
  const auto one = [&](auto x, auto& observer) HWY_ATTR {
    const auto y = round(x);
    observer(d, g, x, unlimited(x), y);
    return y;
  };
  size_t i = streams ? (0 - reinterpret_cast<uintptr_t>(out) / sizeof(T)) % lanes : 0;
  const size_t end = i + (n - i) / (4 * lanes) * (4 * lanes);
  MapCounting(g, in, out, i, counts, one);
  for (; i < end; i += 4 * lanes) {
    const auto x0 = LoadU(d, in + i), x1 = LoadU(d, in + i + lanes);
    const auto x2 = LoadU(d, in + i + 2 * lanes), x3 = LoadU(d, in + i + 3 * lanes);
    const auto y0 = round(x0), y1 = round(x1), y2 = round(x2), y3 = round(x3);
    const auto largest = Max(Max(magnitude(x0), magnitude(x1)), Max(magnitude(x2), magnitude(x3)));
    const bool is_within = is_known && !exceeds(largest, counts.Reach());
    if (HWY_LIKELY(is_within || (has_normal_ends && !exceeds(largest, kInfinity)))) {
      counts.AddWithin(g, x0, y0);
      counts.AddWithin(g, x1, y1);
      counts.AddWithin(g, x2, y2);
      counts.AddWithin(g, x3, y3);
      if constexpr (kSaturates) {
        if (!is_within) {
          counts.AddSaturated(g, unlimited(x0));
          counts.AddSaturated(g, unlimited(x1));
          counts.AddSaturated(g, unlimited(x2));
          counts.AddSaturated(g, unlimited(x3));
        }
      }
    } else {
      for (size_t k = 0; k < 4 * lanes; k += lanes) {
        const auto x = LoadU(d, in + i + k);
        CountVector(events, g, x, unlimited(x), round(x));
      }
    }
    store(y0, out + i);
    store(y1, out + i + lanes);
    store(y2, out + i + 2 * lanes);
    store(y3, out + i + 3 * lanes);
  }
  if (streams) hwy::FlushStream();
  MapCounting(g, in + end, out + end, n - end, counts, one);
}

template <Rounding::Kind kKind, class T>
HWY_NOINLINE void CountArray(lane::LaneConstants<T> g, const T* in, T* out, size_t n, Events& events) {
  const hn::ScalableTag<T> d;
  CountLanes<T> counts(g, events);
  MapCounting(g, in, out, n, counts,
              [d, g](auto x, auto& observer) HWY_ATTR { return Round<kKind, true>(d, g, x, Zero(d), observer); });
  counts.AddTo(events, g.least_normal > 0);
}

template <lane::RoundingForm kForm, lane::RangeForm kLimits, class T>
HWY_NOINLINE void CountArrayInForm(lane::LaneConstants<T> g, const T* in, T* out, size_t n, Events& events) {
  const hn::ScalableTag<T> d;
  CountLanes<T> counts(g, events);
  CountGroups<kLimits == lane::RangeForm::saturate>(
      g, in, out, n, counts, events, [d, g](auto x) HWY_ATTR { return RoundInForm<kForm, kLimits>(d, g, x); },
      [d, g](auto x) HWY_ATTR { return RoundNearest<kForm>(d, g, x); });
  counts.AddTo(events, g.least_normal > 0);
}

// Deterministic rounding. Not inlined: see codec.cc.
template <Rounding::Kind kKind, class T>
HWY_NOINLINE void RoundArray(lane::LaneConstants<T> g, const T* in, T* out, size_t n, Events* events) {
  const hn::ScalableTag<T> d;
  if (events != nullptr) return CountArray<kKind>(g, in, out, n, *events);
  MapCompactly(in, out, n, [d, g](const T* x) HWY_ATTR { return RoundQuietly<kKind, true>(d, g, hn::LoadU(d, x)); });
}

template <lane::RoundingForm kForm, lane::RangeForm kLimits, class T>
HWY_NOINLINE void RoundArrayInForm(lane::LaneConstants<T> g, const T* in, T* out, size_t n, Events* events) {
  const hn::ScalableTag<T> d;
  if (events != nullptr) return CountArrayInForm<kForm, kLimits>(g, in, out, n, *events);
  Map(d, in, out, n, [d, g](auto x) HWY_ATTR { return RoundInForm<kForm, kLimits>(d, g, x); });
}

template <lane::RoundingForm kForm, class T>
HWY_INLINE void RoundWithLimits(const lane::LaneConstants<T>& g, const T* in, T* out, size_t n, Events* events) {
  if (g.limits == lane::RangeForm::saturate)
    return RoundArrayInForm<kForm, lane::RangeForm::saturate>(g, in, out, n, events);
  if constexpr (kForm == lane::RoundingForm::fields) {
    if (g.limits == lane::RangeForm::infinity)
      return RoundArrayInForm<kForm, lane::RangeForm::infinity>(g, in, out, n, events);
  }
  RoundArrayInForm<kForm, lane::RangeForm::replace>(g, in, out, n, events);
}

// False where there is no shorter form than the general one.
template <class T>
HWY_INLINE bool RoundByForm(const lane::LaneConstants<T>& g, const T* in, T* out, size_t n, Events* events) {
  switch (g.form) {
    case lane::RoundingForm::half:
      if constexpr (kHasHalf && std::is_same_v<T, float>) {
        RoundArrayInForm<lane::RoundingForm::half, lane::RangeForm::infinity>(g, in, out, n, events);
        return true;
      }
      [[fallthrough]];
    case lane::RoundingForm::binades:
      RoundWithLimits<lane::RoundingForm::binades>(g, in, out, n, events);
      return true;
    case lane::RoundingForm::one_quantum:
      RoundWithLimits<lane::RoundingForm::one_quantum>(g, in, out, n, events);
      return true;
    case lane::RoundingForm::fields:
      RoundWithLimits<lane::RoundingForm::fields>(g, in, out, n, events);
      return true;
    case lane::RoundingForm::general:
      break;
  }
  return false;
}

template <class T>
HWY_INLINE void RoundDeterministic(Rounding::Kind kind, const lane::LaneConstants<T>& g, const T* in, T* out, size_t n,
                                   Events* events) {
  if (events != nullptr) events->rounded += n;
  if constexpr (kHasForms) {
    if (RoundByForm(g, in, out, n, events)) return;
  }
  lane::with_kind(kind, [&](auto constant) HWY_ATTR {
    if constexpr (!format::traits(constant()).is_stochastic()) RoundArray<constant()>(g, in, out, n, events);
  });
}

void RoundFloat(Rounding::Kind kind, const lane::LaneConstants<float>& g, const float* in, float* out, size_t n,
                Events* events) {
  RoundDeterministic(kind, g, in, out, n, events);
}

void RoundDouble(Rounding::Kind kind, const lane::LaneConstants<double>& g, const double* in, double* out, size_t n,
                 Events* events) {
  RoundDeterministic(kind, g, in, out, n, events);
}

// Any rounding of as many elements as there are draws, seen by an observer.
template <Rounding::Kind kKind, class Observer>
HWY_NOINLINE void RoundPiece(lane::LaneConstants<double> g, const double* in, const uint32_t* draws, double* out,
                             size_t n, Observer& observer) {
  const hn::ScalableTag<double> d;
  TransformInCache(d, in, out, 0, n, [&](auto lanes, auto x, size_t i) HWY_ATTR {
    auto random = x;
    if constexpr (format::traits(kKind).is_stochastic()) random = RandomLanes(lanes, g, draws + i);
    return Round<kKind, true>(lanes, g, x, random, observer);
  });
}

// An observer that does not look, of vectors and of one lane (which cannot inline what is compiled for a target).
struct Unobserved {
  template <class Lanes, class V>
  void operator()(Lanes, const lane::LaneConstants<double>&, const V&, const V&, const V&) {}
};

HWY_NOINLINE void DividePiece(lane::LaneConstants<double> g, double step, const double* in, double* out, size_t n) {
  const hn::ScalableTag<double> d;
  TransformInCache(d, in, out, 0, n,
                   [&](auto lanes, auto x, size_t) HWY_ATTR { return Ratio(lanes, g, x, Set(lanes, step)); });
}

HWY_NOINLINE void MultiplyPiece(double step, const double* in, double* out, size_t n) {
  const hn::ScalableTag<double> d;
  TransformInCache(d, in, out, 0, n, [&](auto lanes, auto x, size_t) HWY_ATTR { return Mul(x, Set(lanes, step)); });
}

template <class Observer>
HWY_INLINE void RoundPieces(Rounding::Kind kind, const lane::LaneConstants<double>& g, double step, const double* in,
                            double* out, size_t n, Stream stream, uint64_t first, Observer& observer) {
  const bool is_stochastic = format::traits(kind).is_stochastic();
  DrawBuffer buffer;
  HWY_ALIGN double quotients[kDrawPiece];
  ForDrawPieces(n, [&](size_t i, size_t count) HWY_ATTR {
    if (is_stochastic) FillDraws(stream, first + i, count, buffer.draws);
    if (step != 1) DividePiece(g, step, in + i, quotients, count);
    const double* from = step != 1 ? quotients : in + i;
    lane::with_kind(
        kind, [&](auto constant) HWY_ATTR { RoundPiece<constant()>(g, from, buffer.draws, out + i, count, observer); });
    if (step != 1) MultiplyPiece(step, out + i, out + i, count);
  });
}

void RoundAnyDouble(Rounding::Kind kind, const lane::LaneConstants<double>& g, double step, const double* in,
                    double* out, size_t n, Stream stream, uint64_t first, Events* events) {
  if constexpr (kHasForms) {
    if (events == nullptr) {
      Unobserved observer;
      return RoundPieces(kind, g, step, in, out, n, stream, first, observer);
    }
  }
  Events ignored;
  Events& counted = events != nullptr ? *events : ignored;
  CountLanes<double> observer(g, counted);
  RoundPieces(kind, g, step, in, out, n, stream, first, observer);
  counted.rounded += n;
  observer.AddTo(counted, g.least_normal > 0);
}

}  // namespace
}  // namespace lowprec::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace lowprec::kernel {

HWY_EXPORT(RoundFloat);
HWY_EXPORT(RoundDouble);
HWY_EXPORT(RoundAnyDouble);

void round(Rounding::Kind kind, const lane::LaneConstants<float>& grid, const float* in, float* out, std::size_t n,
           Events* events) {
  HWY_DYNAMIC_DISPATCH(RoundFloat)(kind, grid, in, out, n, events);
}

void round(Rounding::Kind kind, const lane::LaneConstants<double>& grid, const double* in, double* out, std::size_t n,
           Events* events) {
  HWY_DYNAMIC_DISPATCH(RoundDouble)(kind, grid, in, out, n, events);
}

void round(Rounding::Kind kind, const lane::LaneConstants<double>& grid, double step, const double* in, double* out,
           std::size_t n, Stream stream, std::uint64_t first, Events* events) {
  HWY_DYNAMIC_DISPATCH(RoundAnyDouble)(kind, grid, step, in, out, n, stream, first, events);
}

}  // namespace lowprec::kernel
#endif
