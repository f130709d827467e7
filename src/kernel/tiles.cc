// Tiles of matrix products. There is one skeleton; the rounding of products and sums is plugged in.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernel/tiles.cc"
#include <hwy/foreach_target.h>  // re-includes this file for each target

#include <algorithm>

#include "kernel/loops-inl.h"
#include "kernel/tiles.h"

HWY_BEFORE_NAMESPACE();
namespace lowprec::HWY_NAMESPACE {
namespace {

using Lanes = hn::CappedTag<float, kernel::kTileColumns / 2>;
using F32 = Vec<Lanes>;

// The rounding steps, and the greatest |sum| seen where the range is checked.
template <lane::StepKind kProduct, lane::StepKind kSum, lane::LimitKind kLimits>
struct Steps {
  lane::StepConstants<float> product, sum;
  float limit;
  size_t interval;

  HWY_INLINE size_t Interval() const { return interval; }
  HWY_INLINE F32 MultiplyAdd(Lanes d, F32 a, F32 b, F32 c) const {
    F32 p = Step<kProduct>(d, product, Mul(a, b));
    if constexpr (kProduct != lane::StepKind::none) p = Limit<kLimits>(d, product, p);
    return Limit<kLimits>(d, sum, Step<kSum>(d, sum, Add(c, p)));
  }
  static HWY_INLINE F32 Larger(F32 seen, F32 c0, F32 c1) {
    if constexpr (kLimits != lane::LimitKind::checked) return seen;
    const Lanes d;  // as integers NaN, which a sum out of range may leave, is larger than every number
    const hn::RebindToSigned<Lanes> bits;
    const auto larger = Max(BitCast(bits, Abs(c0)), BitCast(bits, Abs(c1)));
    return BitCast(d, Max(BitCast(bits, seen), larger));
  }
  HWY_INLINE bool Holds(Lanes d, F32 seen) const {
    return kLimits != lane::LimitKind::checked || AllTrue(d, hn::Le(seen, Set(d, limit)));
  }
};

HWY_NOINLINE F32 RoundByCall(const lane::LaneConstants<float>& g, F32 x) {
  return RoundQuietly<Rounding::nearest_even, true>(Lanes(), g, x);
}

// The general formula. For one lane it is called: beside its steps for each element a call is nothing, and it is
// compiled once.
struct Formula {
  lane::LaneConstants<float> product, sum;

  static HWY_INLINE F32 Round(Lanes d, const lane::LaneConstants<float>& g, F32 x) {
    if constexpr (kHasForms) return RoundQuietly<Rounding::nearest_even, true>(d, g, x);
    return RoundByCall(g, x);
  }

  static HWY_INLINE size_t Interval() { return size_t{1} << 20; }
  HWY_INLINE F32 MultiplyAdd(Lanes d, F32 a, F32 b, F32 c) const {
    return Round(d, sum, Add(c, Round(d, product, Mul(a, b))));
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

// Four rows of two vectors, or one row of eight.
enum class Shape { tile, row };

template <Shape kShape>
inline constexpr size_t kVectors = kShape == Shape::tile ? 8 / kernel::kTileRows : 8;

// c + a b for vector i of a stripe.
template <Shape kShape, size_t i, class R>
HWY_INLINE F32 NextSum(Lanes d, R r, const float* a, const float* b, F32 c) {
  const size_t column = i % kVectors<kShape> * hn::Lanes(d);
  return r.MultiplyAdd(d, Set(d, a[i / kVectors<kShape>]), LoadU(d, b + column), c);
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
  while (k + 2 <= s.depth) {
    const size_t end = HWY_MIN(k + r.Interval(), s.depth & ~size_t{1});
    for (; k < end; k += 2) {
      step(k);
      step(k + 1);
    }
    look();
  }
  for (; k < s.depth; ++k) step(k);
  look();
  if (!r.Holds(d, R::Larger(seen, other, other))) return false;
  StoreU(c0, d, s.c + at(0)), StoreU(c1, d, s.c + at(1)), StoreU(c2, d, s.c + at(2)), StoreU(c3, d, s.c + at(3));
  StoreU(c4, d, s.c + at(4)), StoreU(c5, d, s.c + at(5)), StoreU(c6, d, s.c + at(6)), StoreU(c7, d, s.c + at(7));
  return true;
}

using Multiply = bool (*)(const kernel::TileRounding& r, const Stripe& s);

template <Shape kShape, lane::StepKind kProduct, lane::StepKind kSum, lane::LimitKind kLimits>
HWY_NOINLINE bool BySteps(const kernel::TileRounding& r, const Stripe& s) {
  return MultiplyStripe<kShape>(Lanes(),
                                Steps<kProduct, kSum, kLimits>{r.product_step, r.sum_step, r.limit, r.interval}, s);
}

template <Shape kShape>
HWY_NOINLINE bool ByFormula(const kernel::TileRounding& r, const Stripe& s) {
  return MultiplyStripe<kShape>(Lanes(), Formula{r.product_grid, r.sum_grid}, s);
}

template <Shape kShape, lane::StepKind kProduct, lane::LimitKind kLimits>
Multiply ForSum(lane::StepKind sum) {
  if (sum == lane::StepKind::none) return BySteps<kShape, kProduct, lane::StepKind::none, kLimits>;
  if (sum == lane::StepKind::relative) return BySteps<kShape, kProduct, lane::StepKind::relative, kLimits>;
  return BySteps<kShape, kProduct, lane::StepKind::relative_short, kLimits>;
}

template <Shape kShape>
Multiply Checked(lane::StepKind product, lane::StepKind sum) {
  if (product == lane::StepKind::none) return ForSum<kShape, lane::StepKind::none, lane::LimitKind::checked>(sum);
  if (product == lane::StepKind::clamped) return ForSum<kShape, lane::StepKind::clamped, lane::LimitKind::checked>(sum);
  return ForSum<kShape, lane::StepKind::relative_short, lane::LimitKind::checked>(sum);
}

// Whatever the range.
template <Shape kShape>
Multiply Sure(const kernel::TileRounding& r) {
  if (r.limits == lane::LimitKind::selecting)
    return BySteps<kShape, lane::StepKind::clamped, lane::StepKind::clamped_twice, lane::LimitKind::selecting>;
  if (r.limits == lane::LimitKind::saturating)
    return ForSum<kShape, lane::StepKind::clamped, lane::LimitKind::saturating>(r.sum);
  return ByFormula<kShape>;
}

// Stripes by the checked steps where they hold, else by what does whatever the range.
template <Shape kShape>
class Stripes {
 public:
  explicit Stripes(const kernel::TileRounding& r) : r_(r), sure_(ByFormula<kShape>), first_(sure_) {
    if constexpr (kHasForms) {
      sure_ = Sure<kShape>(r);
      first_ = r.has_checked ? Checked<kShape>(r.product, r.sum) : sure_;
    }
  }
  void operator()(const Stripe& s) const {
    if (!first_(r_, s)) sure_(r_, s);
  }
  static size_t Width() { return kVectors<kShape> * hn::Lanes(Lanes()); }

 private:
  const kernel::TileRounding& r_;
  Multiply sure_, first_;
};

void MultiplyTiles(const kernel::TileRounding& r, const float* a, size_t strips, const float* b, size_t panels,
                   size_t depth, float* c) {
  using kernel::kTileColumns;
  using kernel::kTileRows;
  const Stripes<Shape::tile> stripes(r);
  for (size_t p = 0; p < panels; ++p)
    for (size_t s = 0; s < strips; ++s)
      for (size_t j = 0; j < kTileColumns; j += stripes.Width()) {
        float* tile = c + (s * panels + p) * kernel::kTileSize + j;
        stripes({a + s * depth * kTileRows, kTileRows, b + p * depth * kTileColumns + j, kTileColumns, depth, tile});
      }
}

void MultiplyRow(const kernel::TileRounding& r, const float* a, const float* b, size_t b_stride, size_t depth,
                 float* c) {
  const Stripes<Shape::row> stripes(r);
  for (size_t j = 0; j < kernel::kRowColumns; j += stripes.Width()) stripes({a, 1, b + j, b_stride, depth, c + j});
}

using Bits = hn::RebindToUnsigned<hn::CappedTag<float, kernel::kTileColumns>>;

// What is known of the numbers in one lane: as in kernel::Survey, but one less than the least, which makes 0 the
// greatest.
struct LaneSurvey {
  Vec<Bits> all_bits, largest, less_than_least;

  HWY_INLINE void Add(Bits d, Vec<Bits> numbers) {
    const auto v = And(numbers, Set(d, 0x7FFFFFFFU));
    all_bits = Or(all_bits, v);
    largest = Max(largest, v);
    less_than_least = Min(less_than_least, Sub(v, Set(d, 1U)));
  }
  HWY_INLINE void Add(const LaneSurvey& other) {
    all_bits = Or(all_bits, other.all_bits);
    largest = Max(largest, other.largest);
    less_than_least = Min(less_than_least, other.less_than_least);
  }
};

// n < the lanes of a vector.
HWY_INLINE Vec<Bits> LoadFew(Bits d, const float* x, size_t n) {
  const hn::RebindToFloat<Bits> numbers;
  HWY_ALIGN float few[hn::MaxLanes(numbers)] = {};
  std::copy_n(x, n, few);
  return BitCast(d, hn::Load(numbers, few));
}

void SurveyRows(const float* x, size_t rows, size_t stride, size_t n, kernel::Survey& s) {
  const Bits d;
  const size_t lanes = hn::Lanes(d);
  const auto load = [d](const float* from) HWY_ATTR { return BitCast(d, LoadU(hn::RebindToFloat<Bits>(), from)); };
  LaneSurvey even{Zero(d), Zero(d), Set(d, s.least - 1)}, odd = even;
  for (size_t row = 0; row < rows; ++row, x += stride) {
    size_t i = 0;
    for (; i + 4 * lanes <= n; i += 4 * lanes) {
      even.Add(d, load(x + i));
      odd.Add(d, load(x + i + lanes));
      even.Add(d, load(x + i + 2 * lanes));
      odd.Add(d, load(x + i + 3 * lanes));
    }
    for (; i + lanes <= n; i += lanes) even.Add(d, load(x + i));
    if (i < n) even.Add(d, LoadFew(d, x + i, n - i));
  }
  even.Add(odd);
  for (size_t i = 0; i < lanes; ++i) {
    s.all_bits |= hn::ExtractLane(even.all_bits, i);
    s.largest = HWY_MAX(s.largest, hn::ExtractLane(even.largest, i));
    s.least = HWY_MIN(s.least, hn::ExtractLane(even.less_than_least, i) + 1);
  }
}

// Four rows of four numbers, transposed, to out, out + width, ...
HWY_INLINE void TransposeFour(const float* x, ptrdiff_t stride, size_t width, float* out) {
  const hn::FixedTag<float, 4> d;
  const hn::FixedTag<uint64_t, 2> pairs;
  const auto r0 = LoadU(d, x), r1 = LoadU(d, x + stride);
  const auto r2 = LoadU(d, x + 2 * stride), r3 = LoadU(d, x + 3 * stride);
  const auto lower01 = BitCast(pairs, hn::InterleaveLower(d, r0, r1));
  const auto lower23 = BitCast(pairs, hn::InterleaveLower(d, r2, r3));
  const auto upper01 = BitCast(pairs, hn::InterleaveUpper(d, r0, r1));
  const auto upper23 = BitCast(pairs, hn::InterleaveUpper(d, r2, r3));
  StoreU(BitCast(d, hn::InterleaveLower(pairs, lower01, lower23)), d, out);
  StoreU(BitCast(d, hn::InterleaveUpper(pairs, lower01, lower23)), d, out + width);
  StoreU(BitCast(d, hn::InterleaveLower(pairs, upper01, upper23)), d, out + 2 * width);
  StoreU(BitCast(d, hn::InterleaveUpper(pairs, upper01, upper23)), d, out + 3 * width);
}

void TransposeRows(const float* x, ptrdiff_t stride, size_t rows, size_t n, size_t width, float* out) {
  for (size_t r = 0; r < rows; r += 4) {
    const float* from = x + static_cast<ptrdiff_t>(r) * stride;
    size_t k = 0;
    for (; k + 4 <= n; k += 4) TransposeFour(from + k, stride, width, out + k * width + r);
    for (; k < n; ++k)
      for (ptrdiff_t i = 0; i < 4; ++i)
        out[k * width + r + static_cast<size_t>(i)] = from[i * stride + static_cast<ptrdiff_t>(k)];
  }
}

}  // namespace
}  // namespace lowprec::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace lowprec::kernel {

HWY_EXPORT(MultiplyTiles);
HWY_EXPORT(MultiplyRow);
HWY_EXPORT(SurveyRows);
HWY_EXPORT(TransposeRows);

void multiply_tiles(const TileRounding& r, const float* a, std::size_t strips, const float* b, std::size_t panels,
                    std::size_t depth, float* c) {
  HWY_DYNAMIC_DISPATCH(MultiplyTiles)(r, a, strips, b, panels, depth, c);
}

void multiply_row(const TileRounding& r, const float* a, const float* b, std::size_t b_stride, std::size_t depth,
                  float* c) {
  HWY_DYNAMIC_DISPATCH(MultiplyRow)(r, a, b, b_stride, depth, c);
}

void survey(const float* x, std::size_t rows, std::size_t stride, std::size_t n, Survey& s) {
  HWY_DYNAMIC_DISPATCH(SurveyRows)(x, rows, stride, n, s);
}

void transpose_rows(const float* x, std::ptrdiff_t stride, std::size_t rows, std::size_t n, std::size_t width,
                    float* out) {
  HWY_DYNAMIC_DISPATCH(TransposeRows)(x, stride, rows, n, width, out);
}

}  // namespace lowprec::kernel
#endif
