// Linear algebra with every product and every sum rounded, in binary64 lanes.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernel/linalg.cc"
#include <hwy/foreach_target.h>  // re-includes this file for each target

#include "kernel/draws-inl.h"
#include "kernel/loops-inl.h"

HWY_BEFORE_NAMESPACE();
namespace lowprec::HWY_NAMESPACE {
namespace {

// The draws of products and of sums for a piece of the indices.
template <bool kStochastic>
struct DrawBuffers {
  DrawBuffer products, sums;

  HWY_INLINE void Fill(const kernel::Arithmetic& a, uint64_t first, size_t n) {
    if constexpr (kStochastic) {
      FillDraws(a.products, first, n, products.draws);
      FillDraws(a.sums, first, n, sums.draws);
    }
  }
  template <class D, class V>
  static HWY_INLINE V Random(D d, Grid<double> g, const DrawBuffer& buffer, size_t i, V unused) {
    if constexpr (kStochastic) return RandomLanes(d, g, buffer.draws + i);
    return unused;
  }
};

template <Rounding::Kind kKind>
HWY_INLINE double DotKind(const kernel::Arithmetic& a, const double* x, const double* y, size_t n, uint64_t first,
                          Events& events) {
  using Buffers = DrawBuffers<(kKind >= Rounding::stochastic_a)>;
  const hn::ScalableTag<double> d;
  const one_lane::OneLane<double> one;
  const Grid<double> g = a.grid;
  Buffers buffers;
  double sum = 0;
  double products[kDrawPiece];
  ForDrawPieces(n, [&](size_t i, size_t count) HWY_ATTR {
    buffers.Fill(a, first + i, count);
    Transform(d, x + i, products, count, [&](auto lanes, auto xs, size_t j) HWY_ATTR {
      const auto random = Buffers::Random(lanes, g, buffers.products, j, xs);
      return RoundedProduct<kKind>(lanes, g, xs, LoadU(lanes, y + i + j), random, events);
    });
    for (size_t j = 0; j < count; ++j) {
      const double random = Buffers::Random(one, g, buffers.sums, j, 0.0);
      sum = RoundedSum<kKind>(one, g, sum, products[j], random, events);
    }
  });
  return sum;
}

template <Rounding::Kind kKind>
HWY_INLINE void AxpyKind(const kernel::Arithmetic& a, double s, const double* x, double* y, size_t n, uint64_t first,
                         Events& events) {
  using Buffers = DrawBuffers<(kKind >= Rounding::stochastic_a)>;
  const hn::ScalableTag<double> d;
  const Grid<double> g = a.grid;
  Buffers buffers;
  ForDrawPieces(n, [&](size_t i, size_t count) HWY_ATTR {
    buffers.Fill(a, first + i, count);
    Transform(d, y + i, y + i, count, [&](auto lanes, auto ys, size_t j) HWY_ATTR {
      const auto product_random = Buffers::Random(lanes, g, buffers.products, j, ys);
      const auto sum_random = Buffers::Random(lanes, g, buffers.sums, j, ys);
      const auto scale = Set(lanes, s);
      const auto product = RoundedProduct<kKind>(lanes, g, scale, LoadU(lanes, x + i + j), product_random, events);
      return RoundedSum<kKind>(lanes, g, ys, product, sum_random, events);
    });
  });
}

double Dot(const kernel::Arithmetic& a, const double* x, const double* y, size_t n, uint64_t first, Events& events) {
  double result = 0;
  with_kind(a.kind, [&](auto constant) HWY_ATTR { result = DotKind<constant()>(a, x, y, n, first, events); });
  return result;
}

void Axpy(const kernel::Arithmetic& a, double s, const double* x, double* y, size_t n, uint64_t first, Events& events) {
  with_kind(a.kind, [&](auto constant) HWY_ATTR { AxpyKind<constant()>(a, s, x, y, n, first, events); });
}

}  // namespace
}  // namespace lowprec::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace lowprec::kernel {

HWY_EXPORT(Dot);
HWY_EXPORT(Axpy);

double dot(const Arithmetic& a, const double* x, const double* y, std::size_t n, std::uint64_t first, Events& events) {
  Events local;
  const double result = HWY_DYNAMIC_DISPATCH(Dot)(a, x, y, n, first, local);
  local.rounded = 2 * n;
  events += local;
  return result;
}

void axpy(const Arithmetic& a, double s, const double* x, double* y, std::size_t n, std::uint64_t first,
          Events& events) {
  Events local;
  HWY_DYNAMIC_DISPATCH(Axpy)(a, s, x, y, n, first, local);
  local.rounded = 2 * n;
  events += local;
}

}  // namespace lowprec::kernel
#endif
