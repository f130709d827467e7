// Every operation on vectors and matrices but gemm: run-time formats on arrays of double and of float, Num, and a plain
// loop with the documented draws give the same bits, on every target; strided and backward views.
#include <cmath>
#include <string>
#include <type_traits>

#include "lowprec/format/presets.h"
#include "lowprec/linalg/linalg.h"
#include "lowprec/num.h"
#include "support/matrices.h"

using namespace lowprec;
using matrices::Layout;
using matrices::Matrix;
using matrices::numbers;
using plain::Definition;
using plain::Setting;
using plain::Spec;

namespace {

using Doubles = std::vector<double>;
constexpr std::size_t kLengths[] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 15, 17, 33, 64, 255, 257, 513};

// n elements, `stride` apart, first and last in reverse order if it is negative.
template <class T>
class Vector {
 public:
  Vector(const Doubles& values, std::ptrdiff_t stride) : size_(values.size()), stride_(stride) {
    memory_.assign(values.size() * static_cast<std::size_t>(std::abs(stride)) + 1, number(7));
    for (std::size_t k = 0; k < size_; ++k) view()[k] = number(values[k]);
  }
  VectorView<T> view() {
    return {memory_.data() + (stride_ < 0 && size_ > 0 ? static_cast<std::ptrdiff_t>(size_ - 1) * -stride_ : 0), size_,
            stride_};
  }
  VectorView<const T> read() { return view(); }
  Doubles values() {
    Doubles result;
    for (std::size_t k = 0; k < size_; ++k) result.push_back(static_cast<double>(view()[k]));
    return result;
  }

 private:
  static T number(double x) {
    if constexpr (std::is_floating_point_v<T>)
      return static_cast<T>(x);
    else
      return T(x, 0);
  }
  std::size_t size_;
  std::ptrdiff_t stride_;
  std::vector<T> memory_;
};

// The operations' results, written out: plain loops.
struct Want {
  Setting s;
  Doubles x, y, m;  // m: x.size() rows of y.size() numbers
  double alpha;

  Doubles scal() const {
    Definition d(s);
    Doubles r = x;
    for (std::size_t k = 0; k < r.size(); ++k) r[k] = d.product(alpha, x[k], k);
    return r;
  }
  Doubles axpy() const {
    Definition d(s);
    Doubles r = x;
    for (std::size_t k = 0; k < r.size(); ++k) r[k] = d.add_term(x[k], d.product(alpha, x[x.size() - 1 - k], k), k);
    return r;
  }
  Doubles ger() const {
    Definition d(s);
    Doubles r = m;
    for (std::size_t at = 0; at < r.size(); ++at)
      r[at] = d.add_term(m[at], d.product(x[at / y.size()], y[at % y.size()], at), at);
    return r;
  }
  Doubles row(std::size_t i) const {
    const auto first = m.begin() + static_cast<std::ptrdiff_t>(i * y.size());
    return {first, first + static_cast<std::ptrdiff_t>(y.size())};
  }
  Doubles column(std::size_t j) const {
    Doubles r;
    for (std::size_t i = 0; i < x.size(); ++i) r.push_back(m[i * y.size() + j]);
    return r;
  }
  Doubles gemv() const {
    Definition d(s);
    Doubles r;
    for (std::size_t i = 0; i < x.size(); ++i) r.push_back(d.dot(y, row(i), {i, x.size()}));
    return r;
  }
  Doubles gemv_of_transposed() const {
    Definition d(s);
    Doubles r;
    for (std::size_t j = 0; j < y.size(); ++j) r.push_back(d.dot(x, column(j), {j, y.size()}));
    return r;
  }
  // Of the matrix with its rows in reverse order.
  Doubles dot_batch() const {
    Definition d(s);
    Doubles r;
    for (std::size_t i = 0; i < x.size(); ++i) r.push_back(d.dot(row(i), row(x.size() - 1 - i), {i, x.size()}));
    return r;
  }
  double dot() const { return Definition(s).dot(x, x, {}); }
  double nrm2() const {
    Definition d(s);
    return d.root(d.dot(x, x, {}), x.size());
  }
  double asum() const {
    Doubles magnitudes = x;
    for (double& v : magnitudes) v = v < 0 ? -v : v;
    return Definition(s).sum(magnitudes, {});
  }
};

void expect(cases::Tally& tally, const Doubles& got, const Doubles& want, const std::string& what) {
  tally.expect(matrices::same(got, want), [&] {
    std::size_t k = 0;
    while (k < std::min(got.size(), want.size()) && matrices::same(got[k], want[k])) ++k;
    return what + " of " + std::to_string(want.size()) + " elements, the first that differs: " + std::to_string(k);
  });
}

// make(): fresh arithmetics with a member mixed. T: elements of arrays.
template <class T, class Make>
void check(cases::Tally& tally, const Want& w, std::ptrdiff_t stride, Layout layout, Make make, const std::string& of) {
  const auto number = [](double v) {
    if constexpr (std::is_floating_point_v<T>)
      return static_cast<T>(v);
    else
      return T(v, 0);
  };
  const std::size_t rows = w.x.size(), columns = w.y.size();
  Doubles reversed(w.x.rbegin(), w.x.rend());
  Vector<T> x(w.x, stride), y(w.y, -stride), backwards(reversed, -stride);
  std::vector<T> memory(rows * columns, T{});
  const bool by_columns = layout == Layout::columns;
  const auto r = static_cast<std::ptrdiff_t>(rows), c = static_cast<std::ptrdiff_t>(columns);
  const MatrixView<T> m(memory.data(), rows, columns, by_columns ? 1 : c, by_columns ? r : 1);
  for (std::size_t at = 0; at < w.m.size(); ++at) m(at / columns, at % columns) = number(w.m[at]);
  const MatrixView<const T> read = m;
  const auto values = [&] {
    Doubles result;
    for (std::size_t at = 0; at < w.m.size(); ++at)
      result.push_back(static_cast<double>(m(at / columns, at % columns)));
    return result;
  };

  expect(tally, {static_cast<double>(dot(make().mixed, x.read(), x.read()))}, {w.dot()}, "dot" + of);
  if constexpr (!std::is_same_v<T, float>) {
    expect(tally, {static_cast<double>(linalg::asum(make().mixed, x.read()))}, {w.asum()}, "asum" + of);
    expect(tally, {static_cast<double>(linalg::nrm2(make().mixed, x.read()))}, {w.nrm2()}, "nrm2" + of);
  }
  Vector<T> scaled = x;
  auto machines = make();
  scal(machines.products, number(w.alpha), scaled.view());
  expect(tally, scaled.values(), w.scal(), "scal" + of);
  Vector<T> sums = x;
  axpy(make().mixed, number(w.alpha), backwards.read(), sums.view());
  expect(tally, sums.values(), w.axpy(), "axpy" + of);

  Vector<T> of_rows(Doubles(rows), stride), of_columns(Doubles(columns), stride);
  gemv(make().mixed, read, y.read(), of_rows.view());
  expect(tally, of_rows.values(), w.gemv(), "gemv" + of);
  gemv(make().mixed, read.transposed(), x.read(), of_columns.view());
  expect(tally, of_columns.values(), w.gemv_of_transposed(), "gemv of the transpose" + of);
  const MatrixView<const T> upwards(rows == 0 ? nullptr : &m(rows - 1, 0), rows, columns, -m.row_stride,
                                    m.column_stride);
  if (columns != 0) {
    linalg::dot_batch(make().mixed, read, upwards, of_rows.view());
    expect(tally, of_rows.values(), w.dot_batch(), "dot_batch" + of);
  }
  ger(make().mixed, x.read(), y.read(), m);
  expect(tally, values(), w.ger(), "ger" + of);
}

template <Format P, Rounding Rp, Overflow Op, Format S, Rounding Rs, Overflow Os>
struct NumMachines {
  Scalarwise<Num<P, Rp, Op>> products;
  Scalarwise<Num<S, Rs, Os>> sums;
  Mixed<Scalarwise<Num<P, Rp, Op>>, Scalarwise<Num<S, Rs, Os>>> mixed;
  explicit NumMachines(const Setting& s)
      : products(s.products.stream), sums(s.sums.stream), mixed(products, sums, s.summation) {}
};

// Operands of a format, products and sums in it.
template <Format F, Rounding R, Overflow O = default_overflow(F)>
void check_all(const std::string& target) {
  const Spec spec{F, R, O};
  cases::Tally tally;
  for (const Summation& m : {sequential, pairwise, strands(3), chunk(7), exact_sum, tensor_core(4, 20)})
    for (const std::size_t n : kLengths) {
      if (m.kind != Summation::sequential && n > 40) continue;
      const std::size_t columns = n < 10 ? (n * 7) % 10 : n < 40 ? n : 3;
      const Want w{
          {spec, m}, numbers(F, n, 1), numbers(F, columns, 2), numbers(F, n * columns, 3), numbers(F, 3, 4)[n % 3]};
      const std::string of = " @" + cases::name(R) + ", model " + std::to_string(m.kind) + ",";
      const auto layout = n % 2 == 0 ? Layout::rows : Layout::columns;
      for (const std::ptrdiff_t stride : {1, -1, 3}) {
        const auto dynamic = [&] { return matrices::Machines(w.s); };
        check<double>(tally, w, stride, layout, dynamic, of + " doubles");
        if (lane::fits_lane<float>(F)) check<float>(tally, w, stride, layout, dynamic, of + " floats");
      }
      check<Num<F, R, O>>(
          tally, w, 2, layout, [&] { return NumMachines<F, R, O, F, R, O>(w.s); }, of + " Num");
    }
  tally.report(target);
}

}  // namespace

TEST_CASE("vectors and matrices: e4m3fn") {
  cases::for_each_target([](const std::string& t) {
    check_all<e4m3fn, rne>(t);
    check_all<e4m3fn, sr, Overflow::saturate>(t);
    check_all<e4m3fn, rd>(t);
  });
}

TEST_CASE("vectors and matrices: binary16, bfloat16") {
  cases::for_each_target([](const std::string& t) {
    check_all<binary16, stochastic(9, Rounding::stochastic_b)>(t);
    check_all<bfloat16, rz>(t);
  });
}

TEST_CASE("vectors and matrices: fixed point, wrapping integers") {
  cases::for_each_target([](const std::string& t) {
    check_all<fixed(8, 4), ru>(t);
    check_all<integer(8), sre, Overflow::wrap>(t);
  });
}

TEST_CASE("vectors and matrices: binary32, and binary64 by the reference") {
  cases::for_each_target([](const std::string& t) {
    check_all<binary32, ro>(t);
    check_all<binary64, rne>(t);
  });
  check_all<binary64, rz>("any");
}

TEST_CASE("iamax: the first of the largest magnitudes, NaN being none") {
  const auto of = [](const Doubles& x) { return linalg::iamax(Dynamic(e5m2), VectorView<const double>(x)); };
  constexpr auto none = std::numeric_limits<std::size_t>::max();
  CHECK(of({}) == none);
  CHECK(of({0}) == 0);
  CHECK(of({0, -0.0}) == 0);
  CHECK(of({1, -3, 3, 2}) == 1);
  CHECK(of({1, 3, -3}) == 1);
  CHECK(of({matrices::kNan, 1, 2}) == 2);
  CHECK(of({2, matrices::kNan, 1}) == 0);
  CHECK(of({matrices::kNan}) == none);
  CHECK(of({1, -matrices::kInf, matrices::kInf}) == 1);
  const Doubles x{9, 1, 5, -6};
  CHECK(linalg::iamax(Dynamic(e5m2), VectorView<const double>(&x[3], 2, -2)) == 0);  // -6, 1
  using N = Num<integer(8)>;
  const std::vector<N> nums{N(3.0), N(-128.0), N(127.0)};  // |-128| saturates
  CHECK(linalg::iamax(Scalarwise<N>(), VectorView<const N>(nums)) == 1);
}

TEST_CASE("nrm2: the root is rounded with the draw after the last term's; a square may overflow") {
  Dynamic saturating(e4m3fn, rne, Overflow::saturate), plain(e4m3fn);
  const Doubles x{32, 1};
  CHECK(linalg::nrm2(saturating, VectorView<const double>(x)) == 22);  // sqrt(448) = 21.17
  CHECK(std::isnan(linalg::nrm2(plain, VectorView<const double>(x))));
  CHECK(linalg::nrm2(plain, VectorView<const double>()) == 0);
}

TEST_CASE("batches: one operation an item for gemm_batch, all rows in one for dot_batch") {
  const Spec spec{bfloat16, sr};
  const Doubles a = numbers(bfloat16, 2 * 12, 1), b = numbers(bfloat16, 2 * 20, 2);
  matrices::Machines machines(spec);
  Doubles c(2 * 15);
  const auto item = [](auto& v, std::size_t i, std::size_t r, std::size_t k) {
    return MatrixView(v.data() + i * r * k, r, k);
  };
  const MatrixView<const double> as[] = {item(a, 0, 3, 4), item(a, 1, 3, 4)},
                                 bs[] = {item(b, 0, 4, 5), item(b, 1, 4, 5)};
  const MatrixView<double> cs[] = {item(c, 0, 3, 5), item(c, 1, 3, 5)};
  linalg::gemm_batch<linalg::DynamicMixed, double, double>(machines.mixed, as, bs, cs);
  for (std::size_t i = 0; i < 2; ++i) {
    Definition definition(spec, i);
    const Doubles want =
        plain::gemm(definition, {3, 4, 5}, {as[i].data, as[i].data + 12}, {bs[i].data, bs[i].data + 20}, {});
    CHECK(matrices::same({cs[i].data, cs[i].data + 15}, want));
  }
}
