#include "linalg/dot_chain.h"

#include <algorithm>
#include <bit>

#include "kernel/kernels.h"
#include "kernel/tiles.h"
#include "linalg/table_gemm.h"
#include "lowprec/array/codec.h"
#include "lowprec/lane/one_lane.h"

namespace lowprec {
namespace {

constexpr std::size_t kCodes = 256;

// Making a table takes as long as that many sums by steps, each one not done by steps as long as kSlowSum.
constexpr std::size_t kSumsOfTable = 50000;
constexpr std::size_t kSlowSum = 12;

// Shorter sums do not pay for choosing how to take them.
constexpr std::size_t kLeast = 16;

bool may_use_table(const Dynamic& a) {
  const Format& f = a.format();
  return f.bits <= 8 && f.has_zero && !a.rounding().is_stochastic() && a.overflow() != Overflow::error &&
         !a.is_observed() && a.has_lanes() && lane::has_lane_constants<float>(f, a.rounding()) &&
         lane::code_layout<float>(f) != lane::CodeLayout::none &&
         lane::code_layout<double>(f) != lane::CodeLayout::none;
}

// Elements first .. first + n of x as binary32 numbers: where they lie, or copied to the buffer; null if not all are.
template <class T>
const float* floats(VectorView<const T> x, std::size_t first, std::size_t n, float* buffer) {
  if constexpr (std::is_same_v<T, float>) {
    if (x.stride == 1) return x.data + first;
  }
  using Bits = typename lane::Lane<T>::Bits;
  Bits differing = 0;
  for (std::size_t k = 0; k < n; ++k) {
    const T value = x[first + k];
    buffer[k] = static_cast<float>(value);
    differing |= std::bit_cast<Bits>(static_cast<T>(buffer[k])) ^ std::bit_cast<Bits>(value);
  }
  return differing == 0 ? buffer : nullptr;
}

kernel::Survey survey(const float* x, std::size_t n) {
  kernel::Survey result;
  kernel::survey(x, 1, n, n, result);
  return result;
}

// s = rounded(s + terms[k]) for each k; false if a sum leaves the limit. Sums begin with +0 and are never -0: those of
// a regular format, but for 0, are not rounded to 0.
template <lane::StepKind kSum>
bool add_terms(const kernel::TileRounding& r, const float* terms, std::size_t n, float& s) {
  const lane::StepConstants<float> step = r.sum_step;
  float sum = s, largest = one_lane::Abs(s);
  for (std::size_t k = 0; k < n; ++k) {
    sum = one_lane::Step<kSum>(one_lane::OneLane<float>(), step, sum + terms[k]);
    largest = one_lane::Max(largest, one_lane::Abs(sum));
  }
  s = sum;
  return largest <= r.limit;
}

bool add_terms(const kernel::TileRounding& r, const float* terms, std::size_t n, float& s) {
  if (r.sum == lane::StepKind::none) return add_terms<lane::StepKind::none>(r, terms, n, s);
  if (r.sum == lane::StepKind::relative) return add_terms<lane::StepKind::relative>(r, terms, n, s);
  return add_terms<lane::StepKind::relative_short>(r, terms, n, s);
}

}  // namespace

std::shared_ptr<const std::uint8_t[]> linalg::sum_codes(const Dynamic& a) {
  if (!may_use_table(a)) return nullptr;
  const std::size_t n = std::size_t{1} << a.format().bits;
  const auto grid = lane::make_code_constants<double>(a.format());
  double numbers[kCodes], terms[kCodes], sums[kCodes];
  for (std::size_t code = 0; code < n; ++code) numbers[code] = decode(a.format(), code);
  auto table = std::make_shared<std::uint8_t[]>(kCodes * kCodes);
  for (std::size_t code = 0; code < n; ++code) {
    std::fill_n(terms, n, numbers[code]);
    kernel::add({a.rounding().kind, a.grid(), {}}, numbers, terms, sums, n, 0, nullptr);
    if (!kernel::encode(grid, sums, &table[code * kCodes], 1, n)) return nullptr;
  }
  return table;
}

template <class T>
linalg::DotChain<T>::DotChain(Dynamic& products, Dynamic& sums, VectorView<const T> x, VectorView<const T> y)
    : products_(products), sums_(sums), x_(x), y_(y) {
  if (x.size < kLeast) return;
  const Format& f = products.format();
  if (linalg::rounds_alike(products, sums) && may_use_table(products) && may_use_table(sums))
    codes_ = {lane::make_lane_constants<float>(f, products.rounding(), products.overflow()),
              lane::make_code_constants<float>(f)};
  const bool needs_steps = !codes_ || sums.sum_table().codes == nullptr;
  if (needs_steps && linalg::may_use_tiles(products, sums)) rule_.emplace(products, sums);
}

// Whether sums may be looked up. The table is made once sums without it have taken as long.
template <class T>
bool linalg::DotChain<T>::has_table() {
  if (!codes_) return false;
  linalg::detail::SumTable& table = sums_.sum_table();
  if (table.codes == nullptr && table.missed >= kSumsOfTable) {
    table.codes = linalg::sum_codes(sums_);
    table.missed = 0;
  }
  return table.codes != nullptr;
}

// Calls f(terms, n) for kTerms products at a time, rounded; false as soon as one is.
template <class T>
template <class F>
bool linalg::DotChain<T>::for_products(const lane::LaneConstants<float>& grid, const float* x, const float* y,
                                       std::size_t n, F f) {
  float terms[kTerms];
  for (std::size_t first = 0; first < n; first += kTerms) {
    const std::size_t count = std::min(kTerms, n - first);
    for (std::size_t k = 0; k < count; ++k) terms[k] = x[first + k] * y[first + k];
    kernel::round(products_.rounding().kind, grid, terms, terms, count);
    if (!f(terms, count)) return false;
  }
  return true;
}

template <class T>
bool linalg::DotChain<T>::add_by_table(const float* x, const float* y, std::size_t n, double& s) {
  const auto number = static_cast<float>(s);
  std::uint8_t terms[kTerms], first = 0;
  if (!linalg::TileRule::multiplies_exactly(survey(x, n), survey(y, n))) return false;
  if (!kernel::encode(codes_->codes, &number, &first, 1, 1)) return false;
  const std::uint8_t* table = sums_.sum_table().codes.get();
  std::size_t sum = first;
  const bool has_codes = for_products(codes_->grid, x, y, n, [&](const float* products, std::size_t count) {
    if (!kernel::encode(codes_->codes, products, terms, 1, count)) return false;
    for (std::size_t k = 0; k < count; ++k) {
      const std::uint8_t* row = table + kCodes * terms[k];
      sum = row[sum];
    }
    return true;
  });
  if (has_codes) s = decode(sums_.format(), sum);
  return has_codes;
}

template <class T>
bool linalg::DotChain<T>::add_by_steps(const float* x, const float* y, std::size_t n, double& s) {
  if (!rule_) return false;
  const auto r = rule_->rounding(survey(x, n), survey(y, n));
  if (!r || !r->has_checked) return false;
  auto sum = static_cast<float>(s);
  const bool in_range = for_products(r->product_grid, x, y, n, [&](const float* products, std::size_t count) {
    return add_terms(*r, products, count, sum);
  });
  if (in_range) s = sum;
  return in_range;
}

template <class T>
bool linalg::DotChain<T>::add(std::size_t first, std::size_t n, double& s) {
  if (!codes_ && !rule_) return false;
  const float* x = floats(x_, first, n, xs_);
  const float* y = floats(y_, first, n, ys_);
  if (x == nullptr || y == nullptr) return false;
  if (has_table()) return add_by_table(x, y, n, s);
  const bool done = add_by_steps(x, y, n, s);
  sums_.sum_table().missed += done ? n : n * kSlowSum;
  return done;
}

template class linalg::DotChain<float>;
template class linalg::DotChain<double>;

}  // namespace lowprec
