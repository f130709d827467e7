// Fills arrays with random numbers.
#pragma once

#include <cstdint>
#include <span>

#include "lowprec/lane/stream.h"

namespace lowprec::array {

// Sets out[i] = stream.draw(first + i), with vectors.
void fill_draws(Stream stream, std::uint64_t first, std::span<std::uint32_t> out);

// Sets out[i] = stream.gaussian(first + i), with vectors and with the same bits.
void fill_gaussian(Stream stream, std::uint64_t first, std::span<double> out);

}  // namespace lowprec::array
