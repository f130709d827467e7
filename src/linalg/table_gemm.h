// Matrix products of formats of at most 16 codes, by tables of their products and sums.
#pragma once

#include <optional>

#include "kernel/tables.h"
#include "linalg/tile_gemm.h"
#include "lowprec/linalg/arithmetic.h"

namespace lowprec::linalg {

// Whether both round alike: format, rounding and overflow are the same.
bool rounds_alike(const Dynamic& a, const Dynamic& b);

// The products and sums of all codes. Nothing unless every code of the format is a number, sums of two of them are few
// quanta and rounded without random bits, uncounted, and never to -0 but from -0: then no sum that begins with +0 is
// -0, and the sign of a product of zero does not matter.
std::optional<kernel::OperationTables> operation_tables(const Dynamic& a);

// C = A B, sums in k order. False, C being unspecified, if there are no such tables, there is an E, or not all operands
// are numbers of the format.
template <class T>
bool multiply_by_tables(const Dynamic& products, const Dynamic& sums, const GemmOperands<T>& p);

extern template bool multiply_by_tables(const Dynamic& products, const Dynamic& sums, const GemmOperands<float>& p);
extern template bool multiply_by_tables(const Dynamic& products, const Dynamic& sums, const GemmOperands<double>& p);

}  // namespace lowprec::linalg
