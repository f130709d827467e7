// Rows of operations in binary64 lanes, for every rounding and every overflow rule. Each operation is first rounded in
// the lane, as its LaneConstants ask (see Operations), and then to the format.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernel/linalg.cc"
#include <hwy/foreach_target.h>  // re-includes this file for each target

#include <functional>

#include "kernel/kernels.h"
#include "kernel/loops-inl.h"
#include "lane/with_kind.h"
#include "lowprec/lane/stream.h"

HWY_BEFORE_NAMESPACE();
namespace lowprec::HWY_NAMESPACE {
namespace {

using Lanes = hn::ScalableTag<double>;

void Multiply(const lane::LaneConstants<double>& grid, const double* x, const double* y, double* out, size_t n) {
  const lane::LaneConstants<double> g = grid;
  Transform(Lanes(), x, out, n,
            [g, y](auto lanes, auto xs, size_t k) HWY_ATTR { return Product(lanes, g, xs, LoadU(lanes, y + k)); });
}

void Scale(const lane::LaneConstants<double>& grid, double s, const double* x, double* out, size_t n) {
  const lane::LaneConstants<double> g = grid;
  Transform(Lanes(), x, out, n,
            [g, s](auto lanes, auto xs, size_t) HWY_ATTR { return Product(lanes, g, Set(lanes, s), xs); });
}

void AddRows(const lane::LaneConstants<double>& grid, const double* x, const double* y, double* out, size_t n) {
  const lane::LaneConstants<double> g = grid;
  Transform(Lanes(), x, out, n,
            [g, y](auto lanes, auto xs, size_t k) HWY_ATTR { return Sum(lanes, g, xs, LoadU(lanes, y + k)); });
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

void round_row(const Rounder& r, double* row, std::size_t n, std::uint64_t first, Events* events) {
  round(r.kind, r.grid, 1.0, row, row, n, r.stream, first, events);
}

// Counts those of n results op(k) of operands x(k) and y(k) that are NaN although no operand is.
template <class X, class Y, class Op>
void count_created(std::size_t n, X x, Y y, Op op, Events* events) {
  if (events == nullptr) return;
  for (std::size_t k = 0; k < n; ++k) {
    const double a = x(k), b = y(k), result = op(a, b);
    events->nan_created += result != result && a == a && b == b ? 1 : 0;
  }
}
auto elements(const double* x) {
  return [x](std::size_t k) { return x[k]; };
}

// One lane, for every target the same code.
template <Rounding::Kind kKind>
double sum_of_kind(const Rounder& r, double s, const double* x, std::size_t n, std::uint64_t first, Events& events) {
  constexpr one_lane::OneLane<double> lane;
  constexpr std::size_t kPiece = 256;
  constexpr bool is_stochastic = format::traits(kKind).is_stochastic();
  const lane::LaneConstants<double> g = r.grid;
  std::uint32_t draws[kPiece];
  for (std::size_t i = 0; i < n; i += kPiece) {
    const std::size_t count = std::min(kPiece, n - i);
    if constexpr (is_stochastic) fill_draws(r.stream, first + i, draws, count);
    for (std::size_t j = 0; j < count; ++j) {
      const double random = is_stochastic ? one_lane::RandomLanes(lane, g, draws + j) : 0.0;
      const double exact = one_lane::Sum(lane, g, s, x[i + j]);
      if (exact != exact && s == s && x[i + j] == x[i + j]) ++events.nan_created;
      s = one_lane::RoundCounting<kKind>(lane, g, exact, random, events);
    }
  }
  return s;
}

}  // namespace

void multiply(const Rounder& r, const double* x, const double* y, double* out, std::size_t n, std::uint64_t first,
              Events* events) {
  count_created(n, elements(x), elements(y), std::multiplies<>(), events);
  HWY_DYNAMIC_DISPATCH(Multiply)(r.grid, x, y, out, n);
  round_row(r, out, n, first, events);
}

void scale(const Rounder& r, double s, const double* x, double* out, std::size_t n, std::uint64_t first,
           Events* events) {
  count_created(
      n, [s](std::size_t) { return s; }, elements(x), std::multiplies<>(), events);
  HWY_DYNAMIC_DISPATCH(Scale)(r.grid, s, x, out, n);
  round_row(r, out, n, first, events);
}

void add(const Rounder& r, const double* x, const double* y, double* out, std::size_t n, std::uint64_t first,
         Events* events) {
  count_created(n, elements(x), elements(y), std::plus<>(), events);
  HWY_DYNAMIC_DISPATCH(AddRows)(r.grid, x, y, out, n);
  round_row(r, out, n, first, events);
}

double sum(const Rounder& r, double s, const double* x, std::size_t n, std::uint64_t first, Events* events) {
  Events local;
  lane::with_kind(r.kind, [&](auto kind) { s = sum_of_kind<kind()>(r, s, x, n, first, local); });
  local.rounded = n;
  if (events != nullptr) *events += local;
  return s;
}

}  // namespace lowprec::kernel
#endif
