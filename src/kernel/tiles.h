// Tiles of a matrix product in binary32 lanes. Every product and every sum is rounded to nearest even.
#pragma once

#include <cstddef>
#include <cstdint>

#include "lowprec/lane/lane_constants.h"
#include "lowprec/lane/nearest_steps.h"

namespace lowprec::kernel {

// A tile has kTileRows x kTileColumns sums. Its operands are packed: a strip of A holds kTileRows numbers for each k,
// and a panel of B holds kTileColumns. Places that a matrix does not fill hold 0.
inline constexpr std::size_t kTileRows = 4;
inline constexpr std::size_t kTileColumns = 32;
inline constexpr std::size_t kTileSize = kTileRows * kTileColumns;

// How products and sums are rounded. The kernel looks at one sum in `interval`, and at the first and the last. Checked
// steps are right while these stay within `limit`. A tile that leaves it is computed again with its limits, or else by
// the general formula.
struct TileRounding {
  bool has_checked = false;  // checked steps may be tried
  lane::LimitKind limits =
      lane::LimitKind::checked;  // how the steps see to their range; checked: there are no such steps
  lane::StepKind product = lane::StepKind::none,
                 sum = lane::StepKind::none;  // of checked steps; those with limits clamp products
  lane::StepConstants<float> product_step{}, sum_step{};
  float limit = 0;
  std::size_t interval = 8;  // even
  lane::LaneConstants<float> product_grid{}, sum_grid{};
};

// Does c += a b for every strip and panel, each sum in the order of k. c holds the tile of strip s and panel p at
// (s * panels + p) * kTileSize, row by row.
void multiply_tiles(const TileRounding& r, const float* a, std::size_t strips, const float* b, std::size_t panels,
                    std::size_t depth, float* c);

// Adds the products a[k] b[k * b_stride + j] to c[j], in the order of k, for kRowColumns sums.
inline constexpr std::size_t kRowColumns = 128;
void multiply_row(const TileRounding& r, const float* a, const float* b, std::size_t b_stride, std::size_t depth,
                  float* c);

// What is known of packed numbers.
struct Survey {
  std::uint32_t all_bits = 0;        // the bits of all of them, or-ed
  std::uint32_t largest = 0;         // the greatest |x|, as bits
  std::uint32_t least = 0x7F800000;  // the least |x| other than 0, as bits
};
// Adds to s what is known of `rows` rows of n numbers each, which lie `stride` apart.
void survey(const float* x, std::size_t rows, std::size_t stride, std::size_t n, Survey& s);

// Sets out[k * width + r] = x[r * stride + k] for k < n and r < rows. rows must be a multiple of 4.
void transpose_rows(const float* x, std::ptrdiff_t stride, std::size_t rows, std::size_t n, std::size_t width,
                    float* out);

}  // namespace lowprec::kernel
