// When the tiles of kernel/tiles.h give the bits of a matrix product's definition, and by which steps.
#pragma once

#include <optional>

#include "kernel/tiles.h"
#include "lowprec/arithmetic.h"

namespace lowprec {

// The rounding of products of numbers surveyed as a and b, and of their sums; nothing where binary32 lanes do not give
// the definition's bits. Products and sums are rounded to nearest even.
std::optional<kernel::TileRounding> tile_rounding(const Dynamic& products, const Dynamic& sums,
                                                  const kernel::Survey& a, const kernel::Survey& b);

// Whether there can be one at all.
bool may_use_tiles(const Dynamic& products, const Dynamic& sums);

}  // namespace lowprec
