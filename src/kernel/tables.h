// Matrix products by tables of the products and rounded sums of 4-bit codes, wholly in 8-bit lanes.
#pragma once

#include <cstddef>
#include <cstdint>

namespace lowprec::kernel {

// Numbers are small multiples of a quantum: sums of two lie between -32 and 31 quanta.
struct OperationTables {
  alignas(64) std::int8_t products[256] = {};  // of the numbers with codes a and b, rounded, at 16 a + b
  alignas(64) std::int8_t sums[64] = {};       // s rounded, at s mod 64
};

// A matrix of codes or sums has rows in multiples of kTableRows and columns in multiples of kTableColumns.
inline constexpr std::size_t kTableRows = 4;
inline constexpr std::size_t kTableColumns = 128;

// c_ij = rounded(c_ij + rounded(a_ik b_kj)) for k = 0, 1, ..., depth - 1; row-major, a of rows of `depth` codes.
void multiply_codes(const OperationTables& t, const std::uint8_t* a, const std::uint8_t* b, std::int8_t* c,
                    std::size_t rows, std::size_t depth, std::size_t columns);

}  // namespace lowprec::kernel
