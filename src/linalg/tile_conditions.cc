#include "linalg/tile_conditions.h"

#include <algorithm>
#include <bit>
#include <limits>

namespace lowprec {
namespace {

constexpr int kPrecision = lane::Lane<float>::precision;
constexpr int kMaxExponent = lane::Lane<float>::max_exponent;
constexpr int kMinExponent = 1 - kMaxExponent;

double number(std::uint32_t bits) { return std::bit_cast<float>(bits); }

// Significand bits that hold every number seen.
int significant_bits(const kernel::Survey& s) {
  return kPrecision - std::countr_zero(s.all_bits | std::uint32_t{1} << (kPrecision - 1));
}

bool is_native(const Dynamic& a) {
  return lane::is_native<float>(a.format(), a.rounding()) && a.overflow() == Overflow::infinity;
}

int raise_of(const Format& f) { return kPrecision - f.precision; }

// The largest finite magnitude of either sign.
double range_of(const Format& f) { return std::min(f.max(), -f.lowest()); }

lane::detail::Ends<float> ends_of(const Dynamic& a) {
  return lane::detail::ends_of<float>(a.format(), rne.kind, a.overflow());
}

// Figueroa 1995; overflow of the lane does no harm.
bool rounds_sums(const Dynamic& sums) {
  const Format& f = sums.format();
  return kPrecision >= 2 * f.precision + 2 &&
         (f.max_exponent() + 2 < kMaxExponent || ends_of(sums).treats_infinities_alike());
}

// Numbers up to which `relative` does not overflow.
double relative_range(const Format& f) { return format::exp2i(kMaxExponent - raise_of(f) - 3); }

// Sums of two numbers have at most P - 1 bits above the quantum.
bool sums_are_short(const Format& f) { return f.max_exponent() + 2 - f.quantum_exponent() < kPrecision; }

lane::StepKind sum_step(const Format& f) {
  return lane::is_uniform(f) ? lane::StepKind::none
         : sums_are_short(f) ? lane::StepKind::relative_short
                             : lane::StepKind::relative;
}

bool saturates(const Dynamic& a) { return ends_of(a).saturates() && lane::is_regular(a.format()); }

// How steps may see to their range, if `clamped` takes all products.
lane::LimitKind limits_of(const Dynamic& products, const Dynamic& sums, const kernel::TileRounding& r) {
  if (is_native(products) || is_native(sums)) return lane::LimitKind::checked;
  if (saturates(products) && saturates(sums) && sums.format().max() < relative_range(sums.format()))
    return lane::LimitKind::saturating;
  return r.product_grid.general || r.sum_grid.general ? lane::LimitKind::checked : lane::LimitKind::selecting;
}

}  // namespace

bool linalg::may_use_tiles(const Dynamic& products, const Dynamic& sums) {
  const auto rounds = [](const Dynamic& a) {
    return a.rounding() == rne && lane::has_lane_constants<float>(a.format(), rne) && a.overflow() != Overflow::error &&
           a.overflow() != Overflow::wrap && !a.is_observed();
  };
  return rounds(products) && rounds(sums) && sums.holds_numbers_of(products);
}

// Magnitudes of products other than 0, and the significand bits that hold every product.
struct linalg::TileRule::Products {
  double least, largest;
  int bits;

  // They are numbers of binary32, tiny ones aside.
  bool fit() const { return bits <= kPrecision && largest < format::exp2i(kMaxExponent); }
  bool are_normal() const { return least >= format::exp2i(kMinExponent); }
};

linalg::TileRule::Products linalg::TileRule::products_of(const kernel::Survey& a, const kernel::Survey& b) {
  return {number(a.least) * number(b.least), number(a.largest) * number(b.largest),
          significant_bits(a) + significant_bits(b)};
}

bool linalg::TileRule::multiplies_exactly(const kernel::Survey& a, const kernel::Survey& b) {
  const Products p = products_of(a, b);
  return p.fit() && p.are_normal();
}

linalg::TileRule::TileRule(const Dynamic& products, const Dynamic& sums)
    : products_(products.format()),
      sums_(sums.format()),
      native_products_(is_native(products)),
      native_sums_(is_native(sums)),
      rounds_sums_(native_sums_ || rounds_sums(sums)),
      sum_range_(std::min(range_of(sums_), relative_range(sums_))) {
  rounding_.product_grid = lane::make_lane_constants<float>(products_, rne, products.overflow());
  rounding_.sum_grid = lane::make_lane_constants<float>(sums_, rne, sums.overflow());
  rounding_.product_step = lane::make_step_constants(products_, rounding_.product_grid);
  rounding_.sum_step = lane::make_step_constants(sums_, rounding_.sum_grid);
  rounding_.sum = native_sums_ ? lane::StepKind::none : sum_step(sums_);
  rounding_.limits = limits_of(products, sums, rounding_);

  // |sum + product| rounded is at most (|sum| + largest) (1 + 2^-p).
  const double shrink = 1 / (1 + format::exp2i(-sums_.precision));
  const auto longer = [shrink](const Interval& i) {  // n - 1 sums, n - 1 more, and one
    return Interval{2 * i.length, i.shrink * i.shrink * shrink, (i.offset * i.shrink + i.offset) * shrink + 1};
  };
  const Interval eight = longer(longer(longer({1, 1, 0})));
  const Interval sixteen = longer(eight), sixty_four = longer(longer(sixteen));
  intervals_ = {longer(longer(sixty_four)), sixty_four, sixteen, eight};
}

// Products are numbers of binary32, or so small that they round to zero from there too.
bool linalg::TileRule::are_exact(const Products& p) const {
  constexpr int kRoundingBits = 6;
  const bool rounds_tiny = products_.quantum_exponent() >= kMinExponent + kRoundingBits;
  return p.fit() && (rounds_tiny || p.are_normal());
}

// `clamped` takes the products.
bool linalg::TileRule::clamps(const Products& p) const {
  const int raise = raise_of(products_);
  return lane::is_regular(products_) && raise >= 2 && products_.least_exponent + raise + 2 < kMaxExponent &&
         products_.quantum_exponent() >= kMinExponent && p.largest < format::exp2i(kMaxExponent - raise - 2);
}

void linalg::TileRule::set_product_step(const Products& p, kernel::TileRounding& r) const {
  if (native_products_) return;
  const bool in_range = p.largest <= range_of(products_) && p.largest < relative_range(products_);
  const bool is_short = lane::is_regular(products_) && p.bits < kPrecision && p.least >= products_.min_normal() &&
                        !lane::is_uniform(products_);
  r.product = is_short ? lane::StepKind::relative_short : lane::StepKind::clamped;
  r.has_checked = r.has_checked && in_range && (is_short || clamps(p));
}

// The longest interval that costs no more than three quarters of the range.
void linalg::TileRule::set_interval(double largest, kernel::TileRounding& r) const {
  r.limit = std::numeric_limits<float>::infinity();
  if (native_sums_) return;
  double limit = -1;
  for (const Interval& interval : intervals_) {
    r.interval = interval.length;
    limit = (sum_range_ * interval.shrink - largest * interval.offset) * (1 - 0x1p-20);
    if (limit >= sum_range_ / 4) break;
  }
  r.limit = static_cast<float>(limit);
  r.has_checked = r.has_checked && lane::is_regular(sums_) && r.limit >= 0;
}

std::optional<kernel::TileRounding> linalg::TileRule::rounding(const kernel::Survey& a, const kernel::Survey& b) const {
  const Products p = products_of(a, b);
  if (!rounds_sums_ || !(native_products_ || are_exact(p))) return std::nullopt;
  kernel::TileRounding r = rounding_;
  r.has_checked = true;
  set_product_step(p, r);
  set_interval(std::min(p.largest * (1 + format::exp2i(-products_.precision)), products_.max()), r);
  if (!clamps(p)) r.limits = lane::LimitKind::checked;
  return r;
}

}  // namespace lowprec
