#include "tile_rounding.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

namespace lowprec {
namespace {

constexpr int kPrecision = Lane<float>::precision;
constexpr int kMaxExponent = Lane<float>::max_exponent;
constexpr int kMinExponent = 1 - kMaxExponent;

double number(std::uint32_t bits) { return std::bit_cast<float>(bits); }

// Significand bits that hold every number seen.
int significant_bits(const kernel::Survey& s) {
  return kPrecision - std::countr_zero(s.all_bits | std::uint32_t{1} << (kPrecision - 1));
}

struct Products {
  double least, largest;  // of |a b|, other than 0
  int bits;               // significand bits that hold every product
};

Products products_of(const kernel::Survey& a, const kernel::Survey& b) {
  return {number(a.least) * number(b.least), number(a.largest) * number(b.largest),
          significant_bits(a) + significant_bits(b)};
}

bool is_native(const Dynamic& a) {
  return is_native<float>(a.format(), a.rounding()) && a.overflow() == Overflow::infinity;
}

int raise_of(const Format& f) { return kPrecision - f.precision; }

// The largest finite magnitude of either sign.
double range_of(const Format& f) { return std::min(f.max(), -f.lowest()); }

// Overflow of the lane does no harm.
bool treats_infinities_alike(const Dynamic& a) {
  return detail::ends_of<float>(a.format(), rne.kind, a.overflow()).treats_infinities_alike();
}

// Products are exact in binary32, or so small that they round to zero from there too.
bool are_exact(const Format& f, const Products& p) {
  constexpr int kRoundingBits = 6;
  const bool rounds_tiny = f.quantum_exponent() >= kMinExponent + kRoundingBits;
  return p.bits <= kPrecision && p.largest < exp2i(kMaxExponent) && (rounds_tiny || p.least >= exp2i(kMinExponent));
}

// Whether sums of two numbers of f, rounded to binary32 and again to f, are rounded once (Figueroa 1995).
bool rounds_sums(const Dynamic& sums) {
  const Format& f = sums.format();
  return kPrecision >= 2 * f.precision + 2 && (f.max_exponent() + 2 < kMaxExponent || treats_infinities_alike(sums));
}

// `clamped` takes |x| up to `largest`.
bool clamps(const Format& f, double largest) {
  return is_regular(f) && raise_of(f) >= 2 && f.least_exponent + raise_of(f) + 2 < kMaxExponent &&
         f.quantum_exponent() >= kMinExponent && largest < exp2i(kMaxExponent - raise_of(f) - 2);
}

// Sums of two numbers of f up to `largest` have a last bit of 0 in binary32, or more.
bool sums_are_short(const Format& f) { return f.max_exponent() + 2 - f.quantum_exponent() < kPrecision; }

StepKind sum_step(const Format& f) {
  return is_uniform(f) ? StepKind::none : sums_are_short(f) ? StepKind::relative_short : StepKind::relative;
}

// Sums up to which `relative` does not overflow.
double relative_range(const Format& f) { return exp2i(kMaxExponent - raise_of(f) - 3); }

void set_product_step(const Dynamic& products, const Products& p, kernel::TileRounding& r) {
  const Format& f = products.format();
  const bool in_range = p.largest <= range_of(f) && p.largest < relative_range(f);
  if (is_native(products)) return;
  const bool is_short = is_regular(f) && p.bits < kPrecision && p.least >= f.min_normal() && !is_uniform(f);
  r.product = is_short ? StepKind::relative_short : StepKind::clamped;
  r.has_checked = r.has_checked && in_range && (is_short || clamps(f, p.largest));
}

// From |sum| <= the limit, kSumsUnchecked more sums stay within `range`: |sum + product| rounded is at most
// (|sum| + largest) (1 + 2^-p).
float limit_of_steps(const Format& f, double range, double largest) {
  for (std::size_t sum = 0; sum < kernel::kSumsUnchecked; ++sum) range = range / (1 + exp2i(-f.precision)) - largest;
  return static_cast<float>(range * (1 - 0x1p-20));
}

void set_sum_step(const Dynamic& products, const Dynamic& sums, const Products& p, kernel::TileRounding& r) {
  r.limit = std::numeric_limits<float>::infinity();
  if (is_native(sums)) return;
  const Format& f = sums.format();
  const double largest = std::min(p.largest * (1 + exp2i(-products.format().precision)), products.format().max());
  r.sum = sum_step(f);
  r.limit = limit_of_steps(f, std::min(range_of(f), relative_range(f)), largest);
  r.has_checked = r.has_checked && is_regular(f) && r.limit >= 0;
}

bool saturates(const Dynamic& a) {
  return is_native(a) ||
         (detail::ends_of<float>(a.format(), rne.kind, a.overflow()).saturates() && is_regular(a.format()));
}

// Steps that see to their range.
void set_limits(const Dynamic& products, const Dynamic& sums, const Products& p, kernel::TileRounding& r) {
  const Format& f = sums.format();
  const bool native_sums = is_native(sums);
  if (!is_native(products)) {
    if (!clamps(products.format(), p.largest)) return;
    r.product_with_limits = StepKind::clamped;
  }
  const bool saturate = saturates(products) && saturates(sums) && !native_sums;
  if (saturate && f.max() < relative_range(f)) {
    r.limits = LimitKind::saturating;
    r.sum_with_limits = sum_step(f);
  } else if (!native_sums && !r.product_grid.general && !r.sum_grid.general) {
    r.limits = LimitKind::selecting;
    r.sum_with_limits = StepKind::clamped_twice;
  }
}

}  // namespace

bool may_use_tiles(const Dynamic& products, const Dynamic& sums) {
  const auto rounds = [](const Dynamic& a) {
    return a.rounding() == rne && has_grid<float>(a.format(), rne) && a.overflow() != Overflow::error &&
           a.overflow() != Overflow::wrap && !a.is_observed();
  };
  return rounds(products) && rounds(sums) && sums.holds_numbers_of(products);
}

std::optional<kernel::TileRounding> tile_rounding(const Dynamic& products, const Dynamic& sums,
                                                  const kernel::Survey& a, const kernel::Survey& b) {
  const Products p = products_of(a, b);
  kernel::TileRounding r;
  r.product_grid = make_grid<float>(products.format(), rne, products.overflow());
  r.sum_grid = make_grid<float>(sums.format(), rne, sums.overflow());
  if (!is_native(products) && !are_exact(products.format(), p)) return std::nullopt;
  if (!is_native(sums) && !rounds_sums(sums)) return std::nullopt;
  r.product_step = make_step_grid(products.format(), r.product_grid);
  r.sum_step = make_step_grid(sums.format(), r.sum_grid);
  r.has_formula = true;
  r.has_checked = true;
  set_product_step(products, p, r);
  set_sum_step(products, sums, p, r);
  set_limits(products, sums, p, r);
  return r;
}

}  // namespace lowprec
