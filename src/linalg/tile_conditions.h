// When the tiles of kernel/tiles.h give the bits of a matrix product's definition, and by which steps.
#pragma once

#include <array>
#include <optional>

#include "kernel/tiles.h"
#include "lowprec/linalg/arithmetic.h"

namespace lowprec::linalg {

// Whether there can be tiles at all: products and sums are rounded to nearest even in formats that binary32 lanes hold.
bool may_use_tiles(const Dynamic& products, const Dynamic& sums);

class TileRule {
 public:
  // Requires may_use_tiles(products, sums).
  TileRule(const Dynamic& products, const Dynamic& sums);

  // The rounding of products of numbers surveyed as a and b, and of their sums; nothing where binary32 lanes do not
  // give the definition's bits.
  std::optional<kernel::TileRounding> rounding(const kernel::Survey& a, const kernel::Survey& b) const;

  // Whether products of numbers surveyed as a and b are exact in binary32 lanes.
  static bool multiplies_exactly(const kernel::Survey& a, const kernel::Survey& b);

 private:
  struct Products;
  // From |sum| <= range * shrink - largest * offset, `length` - 1 more sums stay within `range`.
  struct Interval {
    std::size_t length;
    double shrink, offset;
  };

  static Products products_of(const kernel::Survey& a, const kernel::Survey& b);
  bool are_exact(const Products& p) const;
  bool clamps(const Products& p) const;
  void set_product_step(const Products& p, kernel::TileRounding& r) const;
  void set_interval(double largest, kernel::TileRounding& r) const;

  Format products_, sums_;
  bool native_products_, native_sums_;  // those of binary32 itself
  bool rounds_sums_;                    // sums of two numbers, rounded to binary32 and again, are rounded once
  double sum_range_;                    // up to which checked steps round sums
  std::array<Interval, 4> intervals_;
  kernel::TileRounding rounding_;  // all that no survey changes
};

}  // namespace lowprec::linalg
