// Matrix products of 4-bit codes, by tables of their products and rounded sums, in 8-bit lanes only.
#pragma once

#include <cstddef>
#include <cstdint>

namespace lowprec::kernel {

// Numbers are small multiples of a quantum. Sums of two must lie between -32 and 31 quanta.
struct OperationTables {
  alignas(64) std::int8_t products[256] = {};  // of the numbers with codes a and b, rounded, at 16 a + b
  alignas(64) std::int8_t sums[64] = {};       // s rounded, at s mod 64
};

// The rows of a matrix of codes or sums must be a multiple of kTableRows, its columns one of kTableColumns.
inline constexpr std::size_t kTableRows = 4;
inline constexpr std::size_t kTableColumns = 128;

// Sets c_ij = rounded(c_ij + rounded(a_ik b_kj)) for k = 0, 1, ..., depth - 1. Matrices are row-major, and a row of a
// has `depth` codes.
void multiply_codes(const OperationTables& t, const std::uint8_t* a, const std::uint8_t* b, std::int8_t* c,
                    std::size_t rows, std::size_t depth, std::size_t columns);

}  // namespace lowprec::kernel
