// Rows of operations, each rounded, in binary64 lanes: every rounding, every overflow rule.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernel/linalg.cc"
#include <hwy/foreach_target.h>  // re-includes this file for each target

#include "kernel/draws-inl.h"
#include "kernel/loops-inl.h"

HWY_BEFORE_NAMESPACE();
namespace lowprec::HWY_NAMESPACE {
namespace {

// Calls f(first element, their number, random) for pieces of n elements; random(lanes, i) are the random numbers of
// element i of the piece and those after it, or nothing of meaning where the rounding needs none.
template <Rounding::Kind kKind, class F>
HWY_INLINE void ForPieces(const kernel::Rounder& r, size_t n, uint64_t first, F f) {
  const Grid<double> g = r.grid;
  DrawBuffer buffer;
  const auto random = [&buffer, g](auto lanes, size_t i) HWY_ATTR {
    if constexpr (kKind >= Rounding::stochastic_a)
      return RandomLanes(lanes, g, buffer.draws + i);
    else
      return Zero(lanes);
  };
  ForDrawPieces(n, [&](size_t i, size_t count) HWY_ATTR {
    if constexpr (kKind >= Rounding::stochastic_a) FillDraws(r.stream, first + i, count, buffer.draws);
    f(i, count, random);
  });
}

// out[k] = round(operation(lanes, grid, x, k)), the operation being rounded as the grid asks.
template <Rounding::Kind kKind, class F>
HWY_INLINE void RoundedRow(const kernel::Rounder& r, const double* x, double* out, size_t n, uint64_t first,
                           Events& events, F operation) {
  const hn::ScalableTag<double> d;
  const Grid<double> g = r.grid;
  ForPieces<kKind>(r, n, first, [&](size_t i, size_t count, auto random) HWY_ATTR {
    Transform(d, x + i, out + i, count, [&](auto lanes, auto xs, size_t j) HWY_ATTR {
      return RoundCounting<kKind>(lanes, g, operation(lanes, g, xs, i + j), random(lanes, j), events);
    });
  });
}

// One function an operation and kind: inlined into one they take clang's sanitizers minutes.
template <Rounding::Kind kKind>
HWY_NOINLINE void MultiplyKind(const kernel::Rounder& r, const double* x, const double* y, double* out, size_t n,
                               uint64_t first, Events& events) {
  RoundedRow<kKind>(r, x, out, n, first, events, [y](auto lanes, Grid<double> g, auto xs, size_t k) HWY_ATTR {
    return Product(lanes, g, xs, LoadU(lanes, y + k));
  });
}

template <Rounding::Kind kKind>
HWY_NOINLINE void ScaleKind(const kernel::Rounder& r, double s, const double* x, double* out, size_t n, uint64_t first,
                            Events& events) {
  RoundedRow<kKind>(r, x, out, n, first, events, [s](auto lanes, Grid<double> g, auto xs, size_t) HWY_ATTR {
    return Product(lanes, g, Set(lanes, s), xs);
  });
}

template <Rounding::Kind kKind>
HWY_NOINLINE void AddKind(const kernel::Rounder& r, const double* x, const double* y, double* out, size_t n,
                          uint64_t first, Events& events) {
  RoundedRow<kKind>(r, x, out, n, first, events, [y](auto lanes, Grid<double> g, auto xs, size_t k) HWY_ATTR {
    return Sum(lanes, g, xs, LoadU(lanes, y + k));
  });
}

template <Rounding::Kind kKind>
HWY_NOINLINE double SumKind(const kernel::Rounder& r, double s, const double* x, size_t n, uint64_t first,
                            Events& events) {
  const one_lane::OneLane<double> one;
  const Grid<double> g = r.grid;
  ForPieces<kKind>(r, n, first, [&](size_t i, size_t count, auto random) HWY_ATTR {
    for (size_t j = 0; j < count; ++j)
      s = RoundCounting<kKind>(one, g, Sum(one, g, s, x[i + j]), random(one, j), events);
  });
  return s;
}

void Multiply(const kernel::Rounder& r, const double* x, const double* y, double* out, size_t n, uint64_t first,
              Events& events) {
  with_kind(r.kind, [&](auto kind) HWY_ATTR { MultiplyKind<kind()>(r, x, y, out, n, first, events); });
}

void Scale(const kernel::Rounder& r, double s, const double* x, double* out, size_t n, uint64_t first,
           Events& events) {
  with_kind(r.kind, [&](auto kind) HWY_ATTR { ScaleKind<kind()>(r, s, x, out, n, first, events); });
}

void AddRows(const kernel::Rounder& r, const double* x, const double* y, double* out, size_t n, uint64_t first,
             Events& events) {
  with_kind(r.kind, [&](auto kind) HWY_ATTR { AddKind<kind()>(r, x, y, out, n, first, events); });
}

double SumRow(const kernel::Rounder& r, double s, const double* x, size_t n, uint64_t first, Events& events) {
  with_kind(r.kind, [&](auto kind) HWY_ATTR { s = SumKind<kind()>(r, s, x, n, first, events); });
  return s;
}

}  // namespace
}  // namespace lowprec::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace lowprec::kernel {
namespace {

HWY_EXPORT(Multiply);
HWY_EXPORT(Scale);
HWY_EXPORT(AddRows);
HWY_EXPORT(SumRow);

// Calls f with events to count n roundings into.
template <class F>
void counted(std::size_t n, Events* events, F f) {
  Events local;
  f(local);
  local.rounded = n;
  if (events != nullptr) *events += local;
}

}  // namespace

void multiply(const Rounder& r, const double* x, const double* y, double* out, std::size_t n, std::uint64_t first,
              Events* events) {
  counted(n, events, [&](Events& e) { HWY_DYNAMIC_DISPATCH(Multiply)(r, x, y, out, n, first, e); });
}

void scale(const Rounder& r, double s, const double* x, double* out, std::size_t n, std::uint64_t first,
           Events* events) {
  counted(n, events, [&](Events& e) { HWY_DYNAMIC_DISPATCH(Scale)(r, s, x, out, n, first, e); });
}

void add(const Rounder& r, const double* x, const double* y, double* out, std::size_t n, std::uint64_t first,
         Events* events) {
  counted(n, events, [&](Events& e) { HWY_DYNAMIC_DISPATCH(AddRows)(r, x, y, out, n, first, e); });
}

double sum(const Rounder& r, double s, const double* x, std::size_t n, std::uint64_t first, Events* events) {
  counted(n, events, [&](Events& e) { s = HWY_DYNAMIC_DISPATCH(SumRow)(r, s, x, n, first, e); });
  return s;
}

}  // namespace lowprec::kernel
#endif
