#include "linalg/table_gemm.h"

#include <cmath>

#include "kernel/kernels.h"
#include "lowprec/array/codec.h"

namespace lowprec {
namespace {

using kernel::kTableColumns;
using kernel::kTableRows;
using kernel::OperationTables;

constexpr int kCodes = 16;
constexpr int kSums = 64;  // from -kSums / 2

bool has_few_quanta(const Format& f) {
  const double quantum = format::exp2i(f.quantum_exponent());
  return 2 * f.max() < kSums / 2 * quantum && 2 * f.lowest() >= -kSums / 2 * quantum;
}

bool has_tables(const Dynamic& a) {
  const Format& f = a.format();
  const bool only_numbers = f.has_zero && !f.has_infinity && !f.has_nan();
  const bool rounds = !a.rounding().is_stochastic() && a.rounding() != rd && a.overflow() != Overflow::error;
  return f.bits <= 4 && only_numbers && rounds && a.has_lanes() && !a.is_observed() && has_few_quanta(f);
}

void set_products(const Dynamic& a, OperationTables& t) {
  const Format& f = a.format();
  double numbers[kCodes] = {}, x[kCodes * kCodes], y[kCodes * kCodes];
  for (unsigned code = 0; code < 1U << f.bits; ++code) numbers[code] = decode(f, code);
  for (std::size_t i = 0; i < std::size(x); ++i) {
    x[i] = numbers[i / kCodes];
    y[i] = numbers[i % kCodes];
  }
  kernel::multiply({a.rounding().kind, a.grid(), {}}, x, y, x, std::size(x), 0, nullptr);
  for (std::size_t i = 0; i < std::size(x); ++i)
    t.products[i] = static_cast<std::int8_t>(x[i] * format::exp2i(-f.quantum_exponent()));
}

// Sums of two numbers are exact; false if one is rounded to -0.
bool set_sums(const Dynamic& a, OperationTables& t) {
  const int quantum = a.format().quantum_exponent();
  double sums[kSums];
  for (int s = -kSums / 2; s < kSums / 2; ++s) sums[s & (kSums - 1)] = s * format::exp2i(quantum);
  kernel::round(a.rounding().kind, a.grid(), sums, sums, kSums);
  bool has_sign = false;
  for (int i = 0; i < kSums; ++i) {
    has_sign |= sums[i] == 0 && std::signbit(sums[i]);
    t.sums[i] = static_cast<std::int8_t>(sums[i] * format::exp2i(-quantum));
  }
  return !has_sign;
}

// Fewer do not pay for the codes of B.
constexpr std::size_t kLeastRows = 2;

// What is kept of A, B and C at a time: 256 KB each.
constexpr std::size_t kRows = 512, kColumns = 512, kDepth = 512;

std::size_t padded(std::size_t n, std::size_t multiple) { return (n + multiple - 1) / multiple * multiple; }

template <class T>
VectorView<const T> part(VectorView<const T> x, std::size_t first, std::size_t n) {
  return {x.data + static_cast<std::ptrdiff_t>(first) * x.stride, n, x.stride};
}

template <class T>
bool encode_row(const lane::CodeConstants<T>& grid, VectorView<const T> x, std::uint8_t* out) {
  if (x.stride == 1) return kernel::encode(grid, x.data, out, 1, x.size);
  T row[std::max(kColumns, kDepth)];
  for (std::size_t k = 0; k < x.size; ++k) row[k] = x[k];
  return kernel::encode(grid, row, out, 1, x.size);
}

template <class T>
class TableProduct {
 public:
  TableProduct(const Format& f, const OperationTables& tables, const linalg::GemmOperands<T>& p)
      : tables_(tables),
        p_(p),
        codes_(lane::make_code_constants<T>(f)),
        quantum_(static_cast<T>(format::exp2i(f.quantum_exponent()))),
        stride_(padded(std::min(kColumns, p.c.columns), kTableColumns)),
        rows_(padded(std::min(kRows, p.c.rows), kTableRows)),
        a_(std::make_unique<std::uint8_t[]>(rows_ * std::min(kDepth, p.a.columns))),
        b_(std::make_unique<std::uint8_t[]>(stride_ * std::min(kDepth, p.a.columns))),
        c_(std::make_unique_for_overwrite<std::int8_t[]>(rows_ * stride_)) {}

  bool run() {
    for (std::size_t i = 0; i < p_.c.rows; i += kRows)
      for (std::size_t j = 0; j < p_.c.columns; j += kColumns)
        if (!run({i, std::min(kRows, p_.c.rows - i), j, std::min(kColumns, p_.c.columns - j)})) return false;
    return true;
  }

 private:
  bool run(const linalg::Region& block) {
    std::fill_n(c_.get(), rows_ * stride_, std::int8_t{0});
    for (std::size_t k = 0; k < p_.a.columns; k += kDepth) {
      const std::size_t depth = std::min(kDepth, p_.a.columns - k);
      if (!encode(block, k, depth)) return false;
      kernel::multiply_codes(tables_, a_.get(), b_.get(), c_.get(), padded(block.rows, kTableRows), depth, stride_);
    }
    for (std::size_t i = 0; i < block.rows; ++i) store(c_.get() + i * stride_, p_.c.row(block.row + i), block);
    return true;
  }

  bool encode(const linalg::Region& block, std::size_t k, std::size_t depth) {
    bool is_number = true;
    for (std::size_t i = 0; i < block.rows && is_number; ++i)
      is_number = encode_row(codes_, part(p_.a.row(block.row + i), k, depth), a_.get() + i * depth);
    for (std::size_t i = 0; i < depth && is_number; ++i)
      is_number = encode_row(codes_, part(p_.b.row(k + i), block.column, block.columns), b_.get() + i * stride_);
    return is_number;
  }

  void store(const std::int8_t* quanta, VectorView<T> row, const linalg::Region& block) const {
    T* out = row.data + static_cast<std::ptrdiff_t>(block.column) * row.stride;
    if (row.stride == 1)
      for (std::size_t j = 0; j < block.columns; ++j) out[j] = quantum_ * static_cast<T>(quanta[j]);
    else
      for (std::size_t j = 0; j < block.columns; ++j, out += row.stride) *out = quantum_ * static_cast<T>(quanta[j]);
  }

  const OperationTables& tables_;
  const linalg::GemmOperands<T>& p_;
  lane::CodeConstants<T> codes_;
  T quantum_;
  std::size_t stride_, rows_;
  std::unique_ptr<std::uint8_t[]> a_, b_;
  std::unique_ptr<std::int8_t[]> c_;
};

}  // namespace

bool linalg::rounds_alike(const Dynamic& a, const Dynamic& b) {
  return &a == &b || (a.format() == b.format() && a.rounding() == b.rounding() && a.overflow() == b.overflow());
}

std::optional<OperationTables> linalg::operation_tables(const Dynamic& a) {
  if (!has_tables(a)) return std::nullopt;
  OperationTables tables;
  set_products(a, tables);
  if (!set_sums(a, tables)) return std::nullopt;
  return tables;
}

template <class T>
bool linalg::multiply_by_tables(const Dynamic& products, const Dynamic& sums, const linalg::GemmOperands<T>& p) {
  if (p.c.rows < kLeastRows || p.e != nullptr || !linalg::rounds_alike(products, sums) || sums.is_observed())
    return false;
  if (lane::code_layout<T>(products.format()) == lane::CodeLayout::none) return false;
  const auto tables = linalg::operation_tables(products);
  return tables && TableProduct<T>(products.format(), *tables, p).run();
}

template bool linalg::multiply_by_tables(const Dynamic& products, const Dynamic& sums,
                                         const linalg::GemmOperands<float>& p);
template bool linalg::multiply_by_tables(const Dynamic& products, const Dynamic& sums,
                                         const linalg::GemmOperands<double>& p);

}  // namespace lowprec
