// Tiles of a matrix product in binary32 lanes, every product and every sum rounded to nearest even.
#pragma once

#include <cstddef>
#include <cstdint>

#include "lowprec/grid.h"
#include "lowprec/steps.h"

namespace lowprec::kernel {

// A tile has kTileRows x kTileColumns sums. Its operands are packed: a strip of A holds kTileRows numbers for each k, a
// panel of B kTileColumns; what a matrix does not fill is 0.
inline constexpr std::size_t kTileRows = 4;
inline constexpr std::size_t kTileColumns = 32;
inline constexpr std::size_t kSumsUnchecked = 7;  // between two that are looked at
inline constexpr std::size_t kTileSize = kTileRows * kTileColumns;

// How products and sums are rounded. Checked steps hold while every sum stays within `limit`, which is looked at after
// every kSumsUnchecked + 1; sums that leave it are computed again with their limits, or else by the general formula.
struct TileRounding {
  bool has_checked = false;               // checked steps may be tried
  LimitKind limits = LimitKind::checked;  // how the steps see to their range; checked: there are no such steps
  bool has_formula = false;
  StepKind product = StepKind::none, sum = StepKind::none, product_with_limits = StepKind::none,
           sum_with_limits = StepKind::none;
  StepGrid<float> product_step{}, sum_step{};
  float limit = 0;
  Grid<float> product_grid{}, sum_grid{};
};

// c += a b, sums in k order, for every strip and panel: c holds the tile of strip s and panel p at
// (s * panels + p) * kTileSize, row by row. False where no rounding of r held.
bool multiply_tiles(const TileRounding& r, const float* a, std::size_t strips, const float* b, std::size_t panels,
                    std::size_t depth, float* c);

// kRowColumns sums that lie side by side: c[j] += a_k b_kj, b_kj at b[k * b_stride + j], and a_k at a[k * a_stride], or at
// a[k * a_stride + j] where each sum has its own.
inline constexpr std::size_t kRowColumns = 128;
struct RowOperands {
  const float* a;
  std::size_t a_stride;
  const float* b;
  std::size_t b_stride;
  bool is_elementwise;
};
bool multiply_row(const TileRounding& r, const RowOperands& operands, std::size_t depth, float* c);

// What is known of n packed numbers.
struct Survey {
  std::uint32_t all_bits = 0;        // the bits of all of them, or-ed
  std::uint32_t largest = 0;         // the greatest |x|, as bits
  std::uint32_t least = 0x7F800000;  // the least |x| other than 0, as bits
};
void survey(const float* x, std::size_t n, Survey& s);

}  // namespace lowprec::kernel
