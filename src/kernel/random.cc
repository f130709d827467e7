// Draws of streams, in bulk.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernel/random.cc"
#include <hwy/foreach_target.h>  // re-includes this file for each target

#include "kernel/loops-inl.h"

HWY_BEFORE_NAMESPACE();
namespace lowprec::HWY_NAMESPACE {
namespace {

void FillDraws(Stream stream, uint64_t first, uint32_t* out, size_t n) {
  DrawPage page{};
  ForPages(
      first, n, [&](uint64_t number) HWY_ATTR { FillPage(stream, number, page); },
      [&](size_t i, size_t count, size_t offset) HWY_ATTR {
        for (size_t j = 0; j < count; ++j) out[i + j] = static_cast<uint32_t>(page.words[offset + j]);
      });
}

// Words 2h and 2h + 1 of a page's blocks become its normal numbers, in place of the draws they come from.
HWY_INLINE void FillGaussianPage(Stream stream, uint64_t number, DrawPage& page, double* out) {
  const hn::ScalableTag<double> d;
  FillPage(stream, number, page);
  constexpr size_t kBlocks = Stream::page_blocks;
  for (size_t half = 0; half < 4 * kBlocks; half += 2 * kBlocks) {
    for (size_t b = half; b < half + kBlocks; b += hn::Lanes(d)) {
      Vec<decltype(d)> cosine, sine;
      BoxMuller(d, hn::Load(BitsOf<decltype(d)>(), page.words + b),
                hn::Load(BitsOf<decltype(d)>(), page.words + b + kBlocks), cosine, sine);
      hn::StoreU(cosine, d, out + b);
      hn::StoreU(sine, d, out + b + kBlocks);
    }
  }
}

void FillGaussian(Stream stream, uint64_t first, double* out, size_t n) {
  DrawPage page{};
  double normal[Stream::page_size];
  ForPages(
      first, n, [&](uint64_t number) HWY_ATTR { FillGaussianPage(stream, number, page, normal); },
      [&](size_t i, size_t count, size_t offset) HWY_ATTR { std::copy_n(normal + offset, count, out + i); });
}

}  // namespace
}  // namespace lowprec::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace lowprec::kernel {

HWY_EXPORT(FillDraws);
HWY_EXPORT(FillGaussian);

void fill_draws(Stream stream, std::uint64_t first, std::uint32_t* out, std::size_t n) {
  HWY_DYNAMIC_DISPATCH(FillDraws)(stream, first, out, n);
}

void fill_gaussian(Stream stream, std::uint64_t first, double* out, std::size_t n) {
  HWY_DYNAMIC_DISPATCH(FillGaussian)(stream, first, out, n);
}

}  // namespace lowprec::kernel
#endif
