// Draws of streams, in bulk.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernel/random.cc"
#include <hwy/foreach_target.h>  // re-includes this file for each target

#include "kernel/draws-inl.h"
#include "kernel/kernels.h"
#include "lowprec/lane/stream.h"

HWY_BEFORE_NAMESPACE();
namespace lowprec::HWY_NAMESPACE {
namespace {

void FillDrawsArray(Stream stream, uint64_t first, uint32_t* out, size_t n) { FillDraws(stream, first, n, out); }

// Normal numbers of group `group`.
HWY_INLINE void FillGaussianGroup(const DrawSource& source, uint64_t group, double* out) {
  const hn::CappedTag<double, Stream::gaussian_group / 2> d;
  const BitsOf<decltype(d)> bits;
  for (size_t j = 0; j < Stream::gaussian_group / 2; j += hn::Lanes(d)) {
    const uint64_t draw = group * Stream::gaussian_group + 2 * j;
    Vec<decltype(d)> cosine, sine;
    BoxMuller(d, source.Blocks(bits, draw / 4), cosine, sine);
    hn::StoreU(cosine, d, out + j);
    hn::StoreU(sine, d, out + j + Stream::gaussian_group / 2);
  }
}

void FillGaussian(Stream stream, uint64_t first, double* out, size_t n) {
  constexpr size_t kGroup = Stream::gaussian_group;
  const DrawSource source(stream);
  for (size_t i = 0; i < n;) {
    const size_t skip = static_cast<size_t>((first + i) % kGroup);
    const size_t count = std::min(n - i, kGroup - skip);
    const uint64_t group = (first + i) / kGroup;
    if (count == kGroup) {
      FillGaussianGroup(source, group, out + i);
    } else {
      double normal[kGroup];
      FillGaussianGroup(source, group, normal);
      std::copy_n(normal + skip, count, out + i);
    }
    i += count;
  }
}

}  // namespace
}  // namespace lowprec::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace lowprec::kernel {

HWY_EXPORT(FillDrawsArray);
HWY_EXPORT(FillGaussian);

void fill_draws(Stream stream, std::uint64_t first, std::uint32_t* out, std::size_t n) {
  HWY_DYNAMIC_DISPATCH(FillDrawsArray)(stream, first, out, n);
}

void fill_gaussian(Stream stream, std::uint64_t first, double* out, std::size_t n) {
  HWY_DYNAMIC_DISPATCH(FillGaussian)(stream, first, out, n);
}

}  // namespace lowprec::kernel
#endif
