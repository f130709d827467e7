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
  Map(d, in, out, n, [d, g](auto x) HWY_ATTR { return RoundQuietly<kKind, true>(d, g, x); });
}

template <RoundingForm kForm, Limits kLimits, class T>
HWY_NOINLINE void RoundArrayInForm(Grid<T> g, const T* in, T* out, size_t n) {
  const hn::ScalableTag<T> d;
  Map(d, in, out, n, [d, g](auto x) HWY_ATTR { return RoundInForm<kForm, kLimits>(d, g, x); });
}

template <RoundingForm kForm, class T>
HWY_INLINE void RoundWithLimits(const Grid<T>& g, const T* in, T* out, size_t n) {
  if (g.limits == Limits::saturate) return RoundArrayInForm<kForm, Limits::saturate>(g, in, out, n);
  if constexpr (kForm == RoundingForm::fields) {
    if (g.limits == Limits::infinity) return RoundArrayInForm<kForm, Limits::infinity>(g, in, out, n);
  }
  RoundArrayInForm<kForm, Limits::replace>(g, in, out, n);
}

template <class T>
HWY_INLINE void RoundDeterministic(Rounding::Kind kind, const Grid<T>& g, const T* in, T* out, size_t n) {
  switch (g.form) {
    case RoundingForm::half:
      if constexpr (kHasHalf && std::is_same_v<T, float>)
        return RoundArrayInForm<RoundingForm::half, Limits::infinity>(g, in, out, n);
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

// Any rounding of in[i] / step, times step; counted.
template <Rounding::Kind kKind>
HWY_INLINE void RoundCounted(Grid<double> g, double step, const double* in, double* out, size_t n, Stream stream,
                             uint64_t first, Events& events) {
  const hn::ScalableTag<double> d;
  constexpr bool kStochastic = kKind >= Rounding::stochastic_a;
  DrawBuffer buffer;
  ForDrawPieces(n, [&](size_t i, size_t count) HWY_ATTR {
    if constexpr (kStochastic) FillDraws(stream, first + i, count, buffer.draws);
    Transform(d, in + i, out + i, count, [&](auto lanes, auto x, size_t j) HWY_ATTR {
      auto random = x;
      if constexpr (kStochastic) random = RandomLanes(lanes, g, buffer.draws + j);
      return RoundSteps<kKind>(lanes, g, step, x, random, events);
    });
  });
}

void RoundAnyDouble(Rounding::Kind kind, const Grid<double>& g, double step, const double* in, double* out, size_t n,
                    Stream stream, uint64_t first, Events* events) {
  Events total;
  with_kind(kind, [&](auto constant) HWY_ATTR { RoundCounted<constant()>(g, step, in, out, n, stream, first, total); });
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
