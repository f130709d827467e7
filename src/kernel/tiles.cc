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
    return Max(seen, Max(Abs(c0), Abs(c1)));
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

// Where the operands and sums of a stripe lie: it has 8 sums, enough to hide the latency of each, of one vector each.
struct Stripe {
  const float* a;
  size_t a_stride;
  const float* b;
  size_t b_stride;
  size_t depth;
  float* c;
};

// Four rows of two vectors; one row of eight; eight vectors whose factors are vectors, too.
enum class Shape { tile, row, elementwise };

template <Shape kShape>
inline constexpr size_t kVectors = kShape == Shape::tile ? 8 / kernel::kTileRows : 8;

// c + a b for vector i of a stripe.
template <Shape kShape, size_t i, class R>
HWY_INLINE F32 NextSum(Lanes d, R r, const float* a, const float* b, F32 c) {
  const size_t column = i % kVectors<kShape> * hn::Lanes(d);
  const F32 factor = kShape == Shape::elementwise ? LoadU(d, a + column) : Set(d, a[i / kVectors<kShape>]);
  return r.MultiplyAdd(d, factor, LoadU(d, b + column), c);
}

// c += a b; false, and c as it was, where the rounding did not hold.
template <Shape kShape, class R>
HWY_INLINE bool MultiplyStripe(Lanes d, R r, const Stripe& s) {
  const size_t n = hn::Lanes(d);
  const auto at = [n](size_t i) { return i / kVectors<kShape> * kernel::kTileColumns + i % kVectors<kShape> * n; };
  F32 c0 = LoadU(d, s.c + at(0)), c1 = LoadU(d, s.c + at(1)), c2 = LoadU(d, s.c + at(2)), c3 = LoadU(d, s.c + at(3));
  F32 c4 = LoadU(d, s.c + at(4)), c5 = LoadU(d, s.c + at(5)), c6 = LoadU(d, s.c + at(6)), c7 = LoadU(d, s.c + at(7));
  F32 seen = Zero(d), other = Zero(d);
  const auto look = [&]() HWY_ATTR {
    seen = R::Larger(R::Larger(seen, c0, c1), c2, c3);
    other = R::Larger(R::Larger(other, c4, c5), c6, c7);
  };
  const size_t a_stride = kShape == Shape::tile ? kernel::kTileRows : s.a_stride;
  const size_t b_stride = kShape == Shape::tile ? kernel::kTileColumns : s.b_stride;
  const auto step = [&](size_t k) HWY_ATTR {
    const float* a = s.a + k * a_stride;
    const float* b = s.b + k * b_stride;
    c0 = NextSum<kShape, 0>(d, r, a, b, c0), c1 = NextSum<kShape, 1>(d, r, a, b, c1);
    c2 = NextSum<kShape, 2>(d, r, a, b, c2), c3 = NextSum<kShape, 3>(d, r, a, b, c3);
    c4 = NextSum<kShape, 4>(d, r, a, b, c4), c5 = NextSum<kShape, 5>(d, r, a, b, c5);
    c6 = NextSum<kShape, 6>(d, r, a, b, c6), c7 = NextSum<kShape, 7>(d, r, a, b, c7);
  };
  look();
  size_t k = 0;
  for (constexpr size_t kBlock = kernel::kSumsUnchecked + 1; k + kBlock <= s.depth; k += kBlock) {
    for (size_t i = k; i < k + kBlock; i += 4) {
      step(i);
      step(i + 1);
      step(i + 2);
      step(i + 3);
    }
    look();
  }
  for (; k < s.depth; ++k) step(k);
  look();
  if (!r.Holds(d, Max(seen, other))) return false;
  StoreU(c0, d, s.c + at(0)), StoreU(c1, d, s.c + at(1)), StoreU(c2, d, s.c + at(2)), StoreU(c3, d, s.c + at(3));
  StoreU(c4, d, s.c + at(4)), StoreU(c5, d, s.c + at(5)), StoreU(c6, d, s.c + at(6)), StoreU(c7, d, s.c + at(7));
  return true;
}

using Multiply = bool (*)(const kernel::TileRounding& r, const Stripe& s);

template <Shape kShape, StepKind kProduct, StepKind kSum, LimitKind kLimits>
HWY_NOINLINE bool BySteps(const kernel::TileRounding& r, const Stripe& s) {
  return MultiplyStripe<kShape>(Lanes(), Steps<kProduct, kSum, kLimits>{r.product_step, r.sum_step, r.limit}, s);
}

template <Shape kShape>
HWY_NOINLINE bool ByFormula(const kernel::TileRounding& r, const Stripe& s) {
  return MultiplyStripe<kShape>(Lanes(), Formula{r.product_grid, r.sum_grid}, s);
}

bool ByNothing(const kernel::TileRounding&, const Stripe&) { return false; }

template <Shape kShape, StepKind kProduct, LimitKind kLimits>
Multiply ForSum(StepKind sum) {
  if (sum == StepKind::none) return BySteps<kShape, kProduct, StepKind::none, kLimits>;
  if (sum == StepKind::relative) return BySteps<kShape, kProduct, StepKind::relative, kLimits>;
  return BySteps<kShape, kProduct, StepKind::relative_short, kLimits>;
}

template <Shape kShape>
Multiply Checked(const kernel::TileRounding& r) {
  if (r.product == StepKind::none) return ForSum<kShape, StepKind::none, LimitKind::checked>(r.sum);
  if (r.product == StepKind::clamped) return ForSum<kShape, StepKind::clamped, LimitKind::checked>(r.sum);
  return ForSum<kShape, StepKind::relative_short, LimitKind::checked>(r.sum);
}

// Whatever the range.
template <Shape kShape>
Multiply Sure(const kernel::TileRounding& r) {
  const bool native = r.product_with_limits == StepKind::none;
  if (r.limits == LimitKind::selecting)
    return native ? BySteps<kShape, StepKind::none, StepKind::clamped_twice, LimitKind::selecting>
                  : BySteps<kShape, StepKind::clamped, StepKind::clamped_twice, LimitKind::selecting>;
  if (r.limits == LimitKind::saturating)
    return native ? ForSum<kShape, StepKind::none, LimitKind::saturating>(r.sum_with_limits)
                  : ForSum<kShape, StepKind::clamped, LimitKind::saturating>(r.sum_with_limits);
  return r.has_formula ? ByFormula<kShape> : ByNothing;
}

// The stripes of r, the first that holds.
template <Shape kShape>
class Stripes {
 public:
  explicit Stripes(const kernel::TileRounding& r)
      : r_(r), sure_(Sure<kShape>(r)), first_(r.has_checked ? Checked<kShape>(r) : sure_) {}
  bool operator()(const Stripe& s) const { return first_(r_, s) || sure_(r_, s); }
  static size_t Width() { return kVectors<kShape> * hn::Lanes(Lanes()); }

 private:
  const kernel::TileRounding& r_;
  Multiply sure_, first_;
};

bool MultiplyTiles(const kernel::TileRounding& r, const float* a, size_t strips, const float* b, size_t panels,
                   size_t depth, float* c) {
  using kernel::kTileColumns;
  using kernel::kTileRows;
  const Stripes<Shape::tile> stripes(r);
  for (size_t p = 0; p < panels; ++p)
    for (size_t s = 0; s < strips; ++s)
      for (size_t j = 0; j < kTileColumns; j += stripes.Width()) {
        float* tile = c + (s * panels + p) * kernel::kTileSize + j;
        if (!stripes({a + s * depth * kTileRows, kTileRows, b + p * depth * kTileColumns + j, kTileColumns, depth, tile}))
          return false;
      }
  return true;
}

template <Shape kShape>
bool MultiplyRowOf(const kernel::TileRounding& r, const kernel::RowOperands& x, size_t depth, float* c) {
  const Stripes<kShape> stripes(r);
  for (size_t j = 0; j < kernel::kRowColumns; j += stripes.Width()) {
    const float* a = x.is_elementwise ? x.a + j : x.a;
    if (!stripes({a, x.a_stride, x.b + j, x.b_stride, depth, c + j})) return false;
  }
  return true;
}

bool MultiplyRow(const kernel::TileRounding& r, const kernel::RowOperands& x, size_t depth, float* c) {
  return x.is_elementwise ? MultiplyRowOf<Shape::elementwise>(r, x, depth, c)
                          : MultiplyRowOf<Shape::row>(r, x, depth, c);
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
HWY_EXPORT(MultiplyRow);
HWY_EXPORT(SurveyNumbers);

bool multiply_tiles(const TileRounding& r, const float* a, std::size_t strips, const float* b, std::size_t panels,
                    std::size_t depth, float* c) {
  return HWY_DYNAMIC_DISPATCH(MultiplyTiles)(r, a, strips, b, panels, depth, c);
}

bool multiply_row(const TileRounding& r, const RowOperands& operands, std::size_t depth, float* c) {
  return HWY_DYNAMIC_DISPATCH(MultiplyRow)(r, operands, depth, c);
}

void survey(const float* x, std::size_t n, Survey& s) { HWY_DYNAMIC_DISPATCH(SurveyNumbers)(x, n, s); }

}  // namespace lowprec::kernel
#endif
