// Tiles of matrix products by tables. A product is a lookup in the row of 16 bytes that belongs to a code of A; a
// rounded sum is a lookup in a table of 64 bytes.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernel/tables.cc"
#include <hwy/foreach_target.h>  // re-includes this file for each target
#include <hwy/highway.h>

#include "kernel/tables.h"

HWY_BEFORE_NAMESPACE();
namespace lowprec::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

using Bytes = hn::CappedTag<int8_t, kernel::kTableColumns / 2>;
using S8 = hn::Vec<Bytes>;

// The rounded sums of a table.
#if HWY_TARGET == HWY_AVX3_DL
struct RoundedSums {
  S8 sums;
  explicit HWY_INLINE RoundedSums(const int8_t* from) : sums(hn::Load(Bytes(), from)) {}
  HWY_INLINE S8 operator()(S8 s) const { return S8{_mm512_permutexvar_epi8(s.raw, sums.raw)}; }  // s mod 64
};
#else
struct RoundedSums {
  S8 from_0, from_16, from_minus_32, from_minus_16;
  explicit HWY_INLINE RoundedSums(const int8_t* from)
      : from_0(hn::LoadDup128(Bytes(), from)),
        from_16(hn::LoadDup128(Bytes(), from + 16)),
        from_minus_32(hn::LoadDup128(Bytes(), from + 32)),
        from_minus_16(hn::LoadDup128(Bytes(), from + 48)) {}
  HWY_INLINE S8 operator()(S8 s) const {
    const Bytes d;
    const S8 index = hn::And(s, hn::Set(d, 15));
    const S8 positive = hn::IfThenElse(hn::Lt(s, hn::Set(d, 16)), hn::TableLookupBytes(from_0, index),
                                       hn::TableLookupBytes(from_16, index));
    const S8 negative = hn::IfThenElse(hn::Lt(s, hn::Set(d, -16)), hn::TableLookupBytes(from_minus_32, index),
                                       hn::TableLookupBytes(from_minus_16, index));
    return hn::IfThenElse(hn::Lt(s, hn::Zero(d)), negative, positive);
  }
};
#endif

// Four rows of two vectors of sums, enough to hide the latency of each.
struct Tile {
  const uint8_t* a;
  const uint8_t* b;
  int8_t* c;
  size_t depth, columns;
};

HWY_INLINE void MultiplyTile(const kernel::OperationTables& t, const Tile& tile) {
  const Bytes d;
  const size_t n = hn::Lanes(d), columns = tile.columns, depth = tile.depth;
  const RoundedSums rounded(t.sums);
  const auto at = [&tile, n, columns](size_t i) { return tile.c + i / 2 * columns + i % 2 * n; };
  S8 c0 = hn::LoadU(d, at(0)), c1 = hn::LoadU(d, at(1)), c2 = hn::LoadU(d, at(2)), c3 = hn::LoadU(d, at(3));
  S8 c4 = hn::LoadU(d, at(4)), c5 = hn::LoadU(d, at(5)), c6 = hn::LoadU(d, at(6)), c7 = hn::LoadU(d, at(7));
  const uint8_t* b = tile.b;
  for (size_t k = 0; k < depth; ++k, b += columns) {
    const S8 left = hn::BitCast(d, hn::LoadU(hn::RebindToUnsigned<Bytes>(), b));
    const S8 right = hn::BitCast(d, hn::LoadU(hn::RebindToUnsigned<Bytes>(), b + n));
    const auto products = [&](size_t row)
                              HWY_ATTR { return hn::LoadDup128(d, t.products + 16 * size_t{tile.a[row * depth + k]}); };
    const S8 p0 = products(0), p1 = products(1), p2 = products(2), p3 = products(3);
    c0 = rounded(hn::Add(c0, hn::TableLookupBytes(p0, left)));
    c1 = rounded(hn::Add(c1, hn::TableLookupBytes(p0, right)));
    c2 = rounded(hn::Add(c2, hn::TableLookupBytes(p1, left)));
    c3 = rounded(hn::Add(c3, hn::TableLookupBytes(p1, right)));
    c4 = rounded(hn::Add(c4, hn::TableLookupBytes(p2, left)));
    c5 = rounded(hn::Add(c5, hn::TableLookupBytes(p2, right)));
    c6 = rounded(hn::Add(c6, hn::TableLookupBytes(p3, left)));
    c7 = rounded(hn::Add(c7, hn::TableLookupBytes(p3, right)));
  }
  hn::StoreU(c0, d, at(0)), hn::StoreU(c1, d, at(1)), hn::StoreU(c2, d, at(2)), hn::StoreU(c3, d, at(3));
  hn::StoreU(c4, d, at(4)), hn::StoreU(c5, d, at(5)), hn::StoreU(c6, d, at(6)), hn::StoreU(c7, d, at(7));
}

void MultiplyCodes(const kernel::OperationTables& t, const uint8_t* a, const uint8_t* b, int8_t* c, size_t rows,
                   size_t depth, size_t columns) {
  for (size_t j = 0; j < columns; j += 2 * hn::Lanes(Bytes()))
    for (size_t i = 0; i < rows; i += kernel::kTableRows)
      MultiplyTile(t, {a + i * depth, b + j, c + i * columns + j, depth, columns});
}

}  // namespace
}  // namespace lowprec::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace lowprec::kernel {

HWY_EXPORT(MultiplyCodes);

void multiply_codes(const OperationTables& t, const std::uint8_t* a, const std::uint8_t* b, std::int8_t* c,
                    std::size_t rows, std::size_t depth, std::size_t columns) {
  HWY_DYNAMIC_DISPATCH(MultiplyCodes)(t, a, b, c, rows, depth, columns);
}

}  // namespace lowprec::kernel
#endif
