// Arrays of random numbers.
#pragma once

#include <cstdint>
#include <span>

#include "lowprec/lane/stream.h"

namespace lowprec::array {

// out[i] = stream.draw(first + i), vectorised.
void fill_draws(Stream stream, std::uint64_t first, std::span<std::uint32_t> out);

// out[i] = stream.gaussian(first + i), vectorised, the same bits.
void fill_gaussian(Stream stream, std::uint64_t first, std::span<double> out);

}  // namespace lowprec::array
