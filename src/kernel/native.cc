// Sums of products of binary64 numbers in binary64.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernel/native.cc"
#include <hwy/foreach_target.h>  // re-includes this file for each target

#include "kernel/kernels.h"
#include "kernel/loops-inl.h"

HWY_BEFORE_NAMESPACE();
namespace lowprec::HWY_NAMESPACE {
namespace {

constexpr size_t kStrands = 16;

double DotInStrands(const double* x, const double* y, size_t n) {
  const hn::CappedTag<double, kStrands / 2> d;
  const size_t lanes = hn::Lanes(d);
  const size_t whole = n / kStrands * kStrands;
  HWY_ALIGN double sums[kStrands];
  for (size_t strand = 0; strand < kStrands; strand += 2 * lanes) {
    auto a = Zero(d), b = Zero(d);
    for (size_t k = strand; k < whole; k += kStrands) {
      a = Add(a, Mul(hn::LoadU(d, x + k), hn::LoadU(d, y + k)));
      b = Add(b, Mul(hn::LoadU(d, x + k + lanes), hn::LoadU(d, y + k + lanes)));
    }
    hn::Store(a, d, sums + strand);
    hn::Store(b, d, sums + strand + lanes);
  }
  for (size_t k = whole; k < n; ++k) sums[k - whole] += x[k] * y[k];
  for (size_t width = 1; width < kStrands; width *= 2)
    for (size_t i = 0; i < kStrands; i += 2 * width) sums[i] += sums[i + width];
  return sums[0];
}

void AddScaled(double s, const double* x, double* y, size_t n) {
  const hn::ScalableTag<double> d;
  TransformInCache(d, y, y, 0, n, [s, x](auto lanes, auto ys, size_t k) HWY_ATTR {
    return Add(ys, Mul(Set(lanes, s), LoadU(lanes, x + k)));
  });
}

}  // namespace
}  // namespace lowprec::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace lowprec::kernel {

HWY_EXPORT(DotInStrands);
HWY_EXPORT(AddScaled);

double dot_in_strands(const double* x, const double* y, std::size_t n) {
  return HWY_DYNAMIC_DISPATCH(DotInStrands)(x, y, n);
}

void add_scaled(double s, const double* x, double* y, std::size_t n) { HWY_DYNAMIC_DISPATCH(AddScaled)(s, x, y, n); }

}  // namespace lowprec::kernel
#endif
