// Rounding of arrays.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernel/round.cc"
#include <hwy/foreach_target.h>  // re-includes this file for each target

#include "kernel/draws-inl.h"
#include "kernel/loops-inl.h"

HWY_BEFORE_NAMESPACE();
namespace lowprec::HWY_NAMESPACE {
namespace {

// Deterministic rounding, uncounted. Not inlined: see codec.cc.
template <Rounding::Kind kKind, class T>
HWY_NOINLINE void RoundArray(Grid<T> g, const T* in, T* out, size_t n) {
  const hn::ScalableTag<T> d;
  MapCompactly(in, out, n, [d, g](const T* x) HWY_ATTR { return RoundQuietly<kKind, true>(d, g, hn::LoadU(d, x)); });
}

template <RoundingForm kForm, RangeForm kLimits, class T>
HWY_NOINLINE void RoundArrayInForm(Grid<T> g, const T* in, T* out, size_t n) {
  const hn::ScalableTag<T> d;
  Map(d, in, out, n, [d, g](auto x) HWY_ATTR { return RoundInForm<kForm, kLimits>(d, g, x); });
}

template <RoundingForm kForm, class T>
HWY_INLINE void RoundWithLimits(const Grid<T>& g, const T* in, T* out, size_t n) {
  if (g.limits == RangeForm::saturate) return RoundArrayInForm<kForm, RangeForm::saturate>(g, in, out, n);
  if constexpr (kForm == RoundingForm::fields) {
    if (g.limits == RangeForm::infinity) return RoundArrayInForm<kForm, RangeForm::infinity>(g, in, out, n);
  }
  RoundArrayInForm<kForm, RangeForm::replace>(g, in, out, n);
}

template <class T>
HWY_INLINE void RoundDeterministic(Rounding::Kind kind, const Grid<T>& g, const T* in, T* out, size_t n) {
  switch (g.form) {
    case RoundingForm::half:
      if constexpr (kHasHalf && std::is_same_v<T, float>)
        return RoundArrayInForm<RoundingForm::half, RangeForm::infinity>(g, in, out, n);
      [[fallthrough]];
    case RoundingForm::binades:
      return RoundWithLimits<RoundingForm::binades>(g, in, out, n);
    case RoundingForm::one_quantum:
      return RoundWithLimits<RoundingForm::one_quantum>(g, in, out, n);
    case RoundingForm::fields:
      return RoundWithLimits<RoundingForm::fields>(g, in, out, n);
    case RoundingForm::general:
      break;
  }
  with_kind(kind, [&](auto constant) HWY_ATTR {
    if constexpr (constant() < Rounding::stochastic_a) RoundArray<constant()>(g, in, out, n);
  });
}

void RoundFloat(Rounding::Kind kind, const Grid<float>& g, const float* in, float* out, size_t n) {
  RoundDeterministic(kind, g, in, out, n);
}

void RoundDouble(Rounding::Kind kind, const Grid<double>& g, const double* in, double* out, size_t n) {
  RoundDeterministic(kind, g, in, out, n);
}

// Any rounding, counted, of as many elements as there are draws.
template <Rounding::Kind kKind>
HWY_NOINLINE void RoundPiece(Grid<double> g, const double* in, const uint32_t* draws, double* out, size_t n,
                             Events& total) {
  const hn::ScalableTag<double> d;
  Events events;
  TransformInCache(d, in, out, 0, n, [&](auto lanes, auto x, size_t i) HWY_ATTR {
    auto random = x;
    if constexpr (kKind >= Rounding::stochastic_a) random = RandomLanes(lanes, g, draws + i);
    return RoundCounting<kKind>(lanes, g, x, random, events);
  });
  total += events;
}

HWY_NOINLINE void DividePiece(Grid<double> g, double step, const double* in, double* out, size_t n) {
  const hn::ScalableTag<double> d;
  TransformInCache(d, in, out, 0, n,
                   [&](auto lanes, auto x, size_t) HWY_ATTR { return Ratio(lanes, g, x, Set(lanes, step)); });
}

HWY_NOINLINE void MultiplyPiece(double step, const double* in, double* out, size_t n) {
  const hn::ScalableTag<double> d;
  TransformInCache(d, in, out, 0, n, [&](auto lanes, auto x, size_t) HWY_ATTR { return Mul(x, Set(lanes, step)); });
}

void RoundAnyDouble(Rounding::Kind kind, const Grid<double>& g, double step, const double* in, double* out, size_t n,
                    Stream stream, uint64_t first, Events* events) {
  Events total;
  DrawBuffer buffer;
  HWY_ALIGN double quotients[kDrawPiece];
  ForDrawPieces(n, [&](size_t i, size_t count) HWY_ATTR {
    if (kind >= Rounding::stochastic_a) FillDraws(stream, first + i, count, buffer.draws);
    if (step != 1) DividePiece(g, step, in + i, quotients, count);
    const double* from = step != 1 ? quotients : in + i;
    with_kind(kind,
              [&](auto constant) HWY_ATTR { RoundPiece<constant()>(g, from, buffer.draws, out + i, count, total); });
    if (step != 1) MultiplyPiece(step, out + i, out + i, count);
  });
  if (events == nullptr) return;
  total.rounded = n;
  *events += total;
}

}  // namespace
}  // namespace lowprec::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace lowprec::kernel {

HWY_EXPORT(RoundFloat);
HWY_EXPORT(RoundDouble);
HWY_EXPORT(RoundAnyDouble);

void round(Rounding::Kind kind, const Grid<float>& grid, const float* in, float* out, std::size_t n) {
  HWY_DYNAMIC_DISPATCH(RoundFloat)(kind, grid, in, out, n);
}

void round(Rounding::Kind kind, const Grid<double>& grid, const double* in, double* out, std::size_t n) {
  HWY_DYNAMIC_DISPATCH(RoundDouble)(kind, grid, in, out, n);
}

void round(Rounding::Kind kind, const Grid<double>& grid, double step, const double* in, double* out, std::size_t n,
           Stream stream, std::uint64_t first, Events* events) {
  HWY_DYNAMIC_DISPATCH(RoundAnyDouble)(kind, grid, step, in, out, n, stream, first, events);
}

}  // namespace lowprec::kernel
#endif
