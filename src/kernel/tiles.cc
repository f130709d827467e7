// Tiles of matrix products: one skeleton, into which the rounding of products and sums is plugged.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernel/tiles.cc"
#include <hwy/foreach_target.h>  // re-includes this file for each target

#include <bit>

#include "kernel/loops-inl.h"
#include "kernel/tiles.h"

HWY_BEFORE_NAMESPACE();
namespace lowprec::HWY_NAMESPACE {
namespace {

using Lanes = hn::CappedTag<float, kernel::kTileColumns / 2>;
using F32 = Vec<Lanes>;

// The rounding steps, and the greatest |sum| seen where the range is checked.
template <StepKind kProduct, StepKind kSum, LimitKind kLimits>
struct Steps {
  StepGrid<float> product, sum;
  float limit;

  HWY_INLINE F32 MultiplyAdd(Lanes d, F32 a, F32 b, F32 c) const {
    F32 p = Step<kProduct>(d, product, Mul(a, b));
    if constexpr (kProduct != StepKind::none) p = Limit<kLimits>(d, product, p);
    return Limit<kLimits>(d, sum, Step<kSum>(d, sum, Add(c, p)));
  }
  static HWY_INLINE F32 Larger(F32 seen, F32 c0, F32 c1) {
    if constexpr (kLimits != LimitKind::checked) return seen;
    const Lanes d;  // as integers NaN, which a sum out of range may leave, is larger than every number
    const hn::RebindToSigned<Lanes> bits;
    const auto larger = Max(BitCast(bits, Abs(c0)), BitCast(bits, Abs(c1)));
    return BitCast(d, Max(BitCast(bits, seen), larger));
  }
  HWY_INLINE bool Holds(Lanes d, F32 seen) const {
    return kLimits != LimitKind::checked || AllTrue(d, hn::Le(seen, Set(d, limit)));
  }
};

// The general formula.
struct Formula {
  Grid<float> product, sum;

  HWY_INLINE F32 MultiplyAdd(Lanes d, F32 a, F32 b, F32 c) const {
    const F32 p = RoundQuietly<Rounding::nearest_even, true>(d, product, Mul(a, b));
    return RoundQuietly<Rounding::nearest_even, true>(d, sum, Add(c, p));
  }
  static HWY_INLINE F32 Larger(F32 seen, F32, F32) { return seen; }
  static HWY_INLINE bool Holds(Lanes, F32) { return true; }
};

// c += a b for four rows and two vectors of columns; false, and c as it was, where the rounding did not hold. Eight sums
// at a time hide the latency of each.
template <class R>
HWY_INLINE bool MultiplyStripe(Lanes d, R r, const float* a, const float* b, size_t depth, float* c) {
  constexpr size_t kColumns = kernel::kTileColumns;
  const size_t n = hn::Lanes(d);
  F32 c00 = LoadU(d, c), c01 = LoadU(d, c + n);
  F32 c10 = LoadU(d, c + kColumns), c11 = LoadU(d, c + kColumns + n);
  F32 c20 = LoadU(d, c + 2 * kColumns), c21 = LoadU(d, c + 2 * kColumns + n);
  F32 c30 = LoadU(d, c + 3 * kColumns), c31 = LoadU(d, c + 3 * kColumns + n);
  F32 seen = Zero(d), other = Zero(d);
  const auto look = [&]() HWY_ATTR {
    seen = R::Larger(R::Larger(seen, c00, c01), c10, c11);
    other = R::Larger(R::Larger(other, c20, c21), c30, c31);
  };
  const auto step = [&](size_t k) HWY_ATTR {
    const F32 b0 = LoadU(d, b + k * kColumns), b1 = LoadU(d, b + k * kColumns + n);
    const float* ak = a + k * kernel::kTileRows;
    const F32 a0 = Set(d, ak[0]), a1 = Set(d, ak[1]), a2 = Set(d, ak[2]), a3 = Set(d, ak[3]);
    c00 = r.MultiplyAdd(d, a0, b0, c00);
    c01 = r.MultiplyAdd(d, a0, b1, c01);
    c10 = r.MultiplyAdd(d, a1, b0, c10);
    c11 = r.MultiplyAdd(d, a1, b1, c11);
    c20 = r.MultiplyAdd(d, a2, b0, c20);
    c21 = r.MultiplyAdd(d, a2, b1, c21);
    c30 = r.MultiplyAdd(d, a3, b0, c30);
    c31 = r.MultiplyAdd(d, a3, b1, c31);
  };
  look();
  size_t k = 0;
  for (constexpr size_t kBlock = kernel::kSumsUnchecked + 1; k + kBlock <= depth; k += kBlock) {
    for (size_t i = k; i < k + kBlock; i += 4) {
      step(i);
      step(i + 1);
      step(i + 2);
      step(i + 3);
    }
    look();
  }
  for (; k < depth; ++k) step(k);
  look();
  if (!r.Holds(d, R::Larger(seen, other, other))) return false;
  StoreU(c00, d, c), StoreU(c01, d, c + n);
  StoreU(c10, d, c + kColumns), StoreU(c11, d, c + kColumns + n);
  StoreU(c20, d, c + 2 * kColumns), StoreU(c21, d, c + 2 * kColumns + n);
  StoreU(c30, d, c + 3 * kColumns), StoreU(c31, d, c + 3 * kColumns + n);
  return true;
}

using Stripe = bool (*)(const kernel::TileRounding& r, const float* a, const float* b, size_t depth, float* c);

template <StepKind kProduct, StepKind kSum, LimitKind kLimits>
HWY_NOINLINE bool StripeBySteps(const kernel::TileRounding& r, const float* a, const float* b, size_t depth,
                                float* c) {
  const Steps<kProduct, kSum, kLimits> steps{r.product_step, r.sum_step, r.limit};
  return MultiplyStripe(Lanes(), steps, a, b, depth, c);
}

HWY_NOINLINE bool StripeByFormula(const kernel::TileRounding& r, const float* a, const float* b, size_t depth,
                                  float* c) {
  return MultiplyStripe(Lanes(), Formula{r.product_grid, r.sum_grid}, a, b, depth, c);
}

bool NoStripe(const kernel::TileRounding&, const float*, const float*, size_t, float*) { return false; }

template <StepKind kProduct, LimitKind kLimits>
Stripe StripeForSum(StepKind sum) {
  if (sum == StepKind::none) return StripeBySteps<kProduct, StepKind::none, kLimits>;
  if (sum == StepKind::relative) return StripeBySteps<kProduct, StepKind::relative, kLimits>;
  return StripeBySteps<kProduct, StepKind::relative_short, kLimits>;
}

Stripe CheckedStripe(const kernel::TileRounding& r) {
  if (r.product == StepKind::none) return StripeForSum<StepKind::none, LimitKind::checked>(r.sum);
  if (r.product == StepKind::clamped) return StripeForSum<StepKind::clamped, LimitKind::checked>(r.sum);
  return StripeForSum<StepKind::relative_short, LimitKind::checked>(r.sum);
}

// Whatever the range.
Stripe SureStripe(const kernel::TileRounding& r) {
  const bool native = r.product_with_limits == StepKind::none;
  if (r.limits == LimitKind::selecting)
    return native ? StripeBySteps<StepKind::none, StepKind::clamped_twice, LimitKind::selecting>
                  : StripeBySteps<StepKind::clamped, StepKind::clamped_twice, LimitKind::selecting>;
  if (r.limits == LimitKind::saturating)
    return native ? StripeForSum<StepKind::none, LimitKind::saturating>(r.sum_with_limits)
                  : StripeForSum<StepKind::clamped, LimitKind::saturating>(r.sum_with_limits);
  return r.has_formula ? StripeByFormula : NoStripe;
}

bool MultiplyTiles(const kernel::TileRounding& r, const float* a, size_t strips, const float* b, size_t panels,
                   size_t depth, float* c) {
  const size_t width = 2 * hn::Lanes(Lanes());
  const Stripe sure = SureStripe(r);
  const Stripe first = r.has_checked ? CheckedStripe(r) : sure;
  for (size_t p = 0; p < panels; ++p)
    for (size_t s = 0; s < strips; ++s)
      for (size_t j = 0; j < kernel::kTileColumns; j += width) {
        const float* strip = a + s * depth * kernel::kTileRows;
        const float* panel = b + p * depth * kernel::kTileColumns + j;
        float* tile = c + (s * panels + p) * kernel::kTileSize + j;
        if (!first(r, strip, panel, depth, tile) && !sure(r, strip, panel, depth, tile)) return false;
      }
  return true;
}

void SurveyNumbers(const float* x, size_t n, kernel::Survey& s) {
  const hn::CappedTag<float, kernel::kTileColumns> d;
  const hn::RebindToSigned<decltype(d)> bits;
  const auto sign = Set(bits, 0x7FFFFFFF);
  auto all = Zero(bits), largest = Zero(bits), least = Set(bits, 0x7F800000);
  size_t i = 0;
  for (; i + hn::Lanes(d) <= n; i += hn::Lanes(d)) {
    const auto v = And(BitCast(bits, LoadU(d, x + i)), sign);
    all = Or(all, v);
    largest = Max(largest, v);
    least = Min(least, IfThenElse(Eq(v, Zero(bits)), least, v));
  }
  const auto add = [&s](uint32_t all_bits, uint32_t greatest, uint32_t smallest) {
    s.all_bits |= all_bits;
    s.largest = HWY_MAX(s.largest, greatest);
    if (smallest != 0) s.least = HWY_MIN(s.least, smallest);
  };
  const auto lane = [](auto v, size_t j) HWY_ATTR { return static_cast<uint32_t>(hn::ExtractLane(v, j)); };
  for (size_t j = 0; j < hn::Lanes(d); ++j) add(lane(all, j), lane(largest, j), lane(least, j));
  for (; i < n; ++i) {
    const uint32_t v = std::bit_cast<uint32_t>(x[i]) & 0x7FFFFFFFU;
    add(v, v, v);
  }
}

}  // namespace
}  // namespace lowprec::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace lowprec::kernel {

HWY_EXPORT(MultiplyTiles);
HWY_EXPORT(SurveyNumbers);

bool multiply_tiles(const TileRounding& r, const float* a, std::size_t strips, const float* b, std::size_t panels,
                    std::size_t depth, float* c) {
  return HWY_DYNAMIC_DISPATCH(MultiplyTiles)(r, a, strips, b, panels, depth, c);
}

void survey(const float* x, std::size_t n, Survey& s) { HWY_DYNAMIC_DISPATCH(SurveyNumbers)(x, n, s); }

}  // namespace lowprec::kernel
#endif
