// Matrices in memory, laid out in every way a view knows; numbers of a format; gemm on them against plain_sums.h.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "lowprec/array/fill.h"
#include "lowprec/linalg/linalg.h"
#include "support/cases.h"
#include "support/plain_sums.h"

namespace matrices {

using lowprec::MatrixView;
using plain::Setting;
using plain::Shape;

inline constexpr double kInf = std::numeric_limits<double>::infinity();
inline constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

inline bool same(double a, double b) { return (std::isnan(a) && std::isnan(b)) || cases::same_bits(a, b); }
inline bool same(const std::vector<double>& a, const std::vector<double>& b) {
  return std::ranges::equal(a, b, [](double x, double y) { return same(x, y); });
}

// Normal numbers rounded to the format, spread units wide; large, tiny and zero ones among them.
inline std::vector<double> numbers(const lowprec::Format& f, std::size_t n, std::uint64_t id) {
  std::vector<double> result(n);
  lowprec::array::fill_gaussian({77, id}, 0, result);
  lowprec::Dynamic arithmetic(f, lowprec::rne, lowprec::Overflow::saturate);
  for (std::size_t i = 0; i < n; ++i) {
    double x = result[i] * (f.twos_complement ? 3.0 * f.min_positive() : 1.0);
    if (i % 13 == 5) x *= f.max() / 4;
    if (i % 17 == 3) x *= f.min_positive();
    if (i % 19 == 7) x = f.has_negative_zero ? -0.0 : 0.0;
    result[i] = arithmetic.from(x, {});
  }
  return result;
}

enum class Layout { rows, columns, padded_rows, padded_columns, backward, scattered };
inline constexpr Layout kLayouts[] = {Layout::rows,           Layout::columns,  Layout::padded_rows,
                                      Layout::padded_columns, Layout::backward, Layout::scattered};

// A matrix of T given row by row; what lies between its elements must not be touched.
template <class T>
class Matrix {
 public:
  Matrix(std::size_t rows, std::size_t columns, Layout layout, const std::vector<double>& values = {})
      : rows_(rows), columns_(columns) {
    const auto r = static_cast<std::ptrdiff_t>(rows), c = static_cast<std::ptrdiff_t>(columns);
    switch (layout) {
      case Layout::rows:
        set(c, 1);
        break;
      case Layout::columns:
        set(1, r);
        break;
      case Layout::padded_rows:
        set(c + 3, 1);
        break;
      case Layout::padded_columns:
        set(1, r + 2);
        break;
      case Layout::backward:
        set(-c, -1);
        break;
      case Layout::scattered:
        set(2 * c + 1, 2);
        break;
    }
    if (layout == Layout::backward && rows * columns != 0) origin_ += rows * columns - 1;
    memory_.assign(2 * (rows + 3) * (columns + 3), kUntouched);
    for (std::size_t at = 0; at < values.size(); ++at) view()(at / columns, at % columns) = static_cast<T>(values[at]);
  }

  MatrixView<T> view() { return {memory_.data() + origin_, rows_, columns_, row_stride_, column_stride_}; }
  MatrixView<const T> view() const { return {memory_.data() + origin_, rows_, columns_, row_stride_, column_stride_}; }

  std::vector<double> values() const {
    std::vector<double> result;
    for (std::size_t i = 0; i < rows_; ++i)
      for (std::size_t j = 0; j < columns_; ++j) result.push_back(view()(i, j));
    return result;
  }
  bool is_padding_untouched() const {
    std::vector<T> rest = memory_;
    for (std::size_t i = 0; i < rows_; ++i)
      for (std::size_t j = 0; j < columns_; ++j)
        rest[static_cast<std::size_t>(&view()(i, j) - memory_.data())] = kUntouched;
    for (const T x : rest)
      if (x != kUntouched) return false;
    return true;
  }

 private:
  static constexpr T kUntouched = T(-77.1875);
  void set(std::ptrdiff_t row_stride, std::ptrdiff_t column_stride) {
    row_stride_ = row_stride;
    column_stride_ = column_stride;
  }
  std::size_t rows_, columns_, origin_ = 1;
  std::ptrdiff_t row_stride_ = 0, column_stride_ = 0;
  std::vector<T> memory_;
};

// Fresh arithmetics of a setting.
struct Machines {
  lowprec::Dynamic products, sums, outer;
  lowprec::linalg::DynamicMixed mixed;

  explicit Machines(const Setting& s)
      : products(s.products.dynamic()),
        sums(s.sums.dynamic()),
        outer(s.outer.dynamic()),
        mixed(products, sums, outer, s.summation) {}
  Machines(const Machines&) = delete;
  Machines& operator=(const Machines&) = delete;
};

template <class T>
bool fits(const Setting& s) {
  return lowprec::lane::fits_lane<T>(s.products.format) && lowprec::lane::fits_lane<T>(s.sums.format) &&
         lowprec::lane::fits_lane<T>(s.outer.format);
}

// C = E + A B (no E: an empty one) and what it must be.
struct Trial {
  Setting setting;
  Shape shape;
  std::vector<double> a, b, e, want;
  std::string name;

  Trial(Setting s, Shape n, std::vector<double> a_, std::vector<double> b_, std::vector<double> e_, std::string what)
      : setting(std::move(s)), shape(n), a(std::move(a_)), b(std::move(b_)), e(std::move(e_)), name(std::move(what)) {
    plain::Definition definition(setting);
    want = plain::gemm(definition, shape, a, b, e);
  }
};

struct Layouts {
  Layout a = Layout::rows, b = Layout::rows, e = Layout::rows, c = Layout::rows;
  bool in_place = false;  // E is C
};

template <class T>
void run(cases::Tally& tally, const Trial& t, Layouts l = {}) {
  if (!fits<T>(t.setting)) return;
  Machines machines(t.setting);
  const Matrix<T> a(t.shape.rows, t.shape.depth, l.a, t.a), b(t.shape.depth, t.shape.columns, l.b, t.b);
  Matrix<T> e(t.shape.rows, t.shape.columns, l.e, t.e),
      c(t.shape.rows, t.shape.columns, l.c, l.in_place ? t.e : std::vector<double>{});
  const MatrixView<const T> start = l.in_place ? c.view() : e.view();
  if (t.e.empty())
    gemm(machines.mixed, a.view(), b.view(), c.view());
  else
    gemm(machines.mixed, a.view(), b.view(), start, c.view());
  const std::vector<double> got = c.values();
  for (std::size_t i = 0; i < got.size(); ++i)
    tally.expect(same(got[i], t.want[i]), [&] {
      return t.name + " " + std::to_string(t.shape.rows) + "x" + std::to_string(t.shape.depth) + "x" +
             std::to_string(t.shape.columns) + (sizeof(T) == 4 ? " float" : " double") + " element " +
             std::to_string(i) + ": " + cases::hex(got[i]) + ", not " + cases::hex(t.want[i]);
    });
  tally.expect(c.is_padding_untouched(), [&] { return t.name + ": memory between the elements of C changed"; });
}

// On arrays of double and of float, on every target.
inline void run_on_every_target(const std::vector<Trial>& trials, const std::vector<Layouts>& layouts = {{}}) {
  cases::for_each_target([&](const std::string& target) {
    cases::Tally tally;
    for (const Trial& t : trials)
      for (const Layouts& l : layouts) {
        run<double>(tally, t, l);
        run<float>(tally, t, l);
      }
    tally.report(target);
  });
}

}  // namespace matrices
