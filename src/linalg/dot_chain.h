// One sequential sum of products, faster than operation by operation: each addition waits for the one before, so that
// only its latency counts. Products are rounded by vectors.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>

#include "linalg/tile_conditions.h"
#include "lowprec/array/codec.h"
#include "lowprec/format/view.h"
#include "lowprec/linalg/arithmetic.h"

namespace lowprec::linalg {

// The codes of the rounded sums of all pairs of codes: that of numbers p and s is at 256 p + s. Null unless the format
// has at most 8 bits, a zero, and a code for every rounded sum, and sums are rounded without random bits, uncounted.
std::shared_ptr<const std::uint8_t[]> sum_codes(const Dynamic& a);

template <class T>
class DotChain {
 public:
  static constexpr std::size_t kPiece = 4096;

  DotChain(Dynamic& products, Dynamic& sums, VectorView<const T> x, VectorView<const T> y);

  // s = round(s + round(x_k y_k)) for k = first, ..., first + n - 1, n <= kPiece. False, and s as it was, where neither
  // of these gives the definition's bits:
  // - a table of rounded sums, of one format of at most 8 bits, once sums without it have taken as long as making it;
  // - the steps of tile_conditions.h in one binary32 lane, in which every sum must stay within their limit.
  bool add(std::size_t first, std::size_t n, double& s);

 private:
  // What rounds products and encodes them.
  struct Codes {
    lane::LaneConstants<float> grid;
    lane::CodeConstants<float> codes;
  };

  static constexpr std::size_t kTerms = 512;

  bool has_table();
  template <class F>
  bool for_products(const lane::LaneConstants<float>& grid, const float* x, const float* y, std::size_t n, F f);
  bool add_by_table(const float* x, const float* y, std::size_t n, double& s);
  bool add_by_steps(const float* x, const float* y, std::size_t n, double& s);

  Dynamic& products_;
  Dynamic& sums_;
  VectorView<const T> x_, y_;
  std::optional<Codes> codes_;    // where there may be a table
  std::optional<TileRule> rule_;  // where there may be steps
  float xs_[kPiece], ys_[kPiece];
};

extern template class DotChain<float>;
extern template class DotChain<double>;

}  // namespace lowprec::linalg
