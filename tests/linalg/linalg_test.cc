// Linear algebra: vectorised run-time formats against scalar Num<F, R>, bit for bit, on every SIMD target; all pairs of
// a format through the kernels against the oracle; the declared order of sums and draws.
#include "lowprec/linalg/linalg.h"
#include "lowprec/array/fill.h"
#include "lowprec/format/presets.h"

#include <boost/multiprecision/cpp_bin_float.hpp>
#include <cmath>
#include <vector>

#include "lowprec/num.h"
#include "support/cases.h"
#include "support/oracle.h"
#include "support/pairs.h"

using namespace lowprec;

namespace {

const std::vector<std::size_t> kLengths = [] {
  std::vector<std::size_t> result;
  for (std::size_t n = 0; n <= 70; ++n) result.push_back(n);
  result.push_back(200);
  return result;
}();

template <Format F>
double spread() {
  return F.twos_complement ? 5.0 * F.min_positive() : 1.0;
}

// n normal numbers, some of them subnormal, tiny or large for the format.
template <Format F>
std::vector<double> numbers(std::size_t n, std::uint64_t id) {
  std::vector<double> result(n);
  array::fill_gaussian({77, id}, 0, result);
  for (std::size_t i = 0; i < n; ++i) {
    result[i] *= spread<F>();
    if (i % 13 == 5) result[i] *= F.max() / 4;
    if (i % 17 == 3) result[i] *= F.min_positive();
  }
  return result;
}

template <class N>
std::vector<N> to_nums(const std::vector<double>& x) {
  std::vector<N> result;
  for (const double v : x) result.push_back(N(v, 0));
  return result;
}

template <class N>
std::vector<double> to_doubles(const std::vector<N>& x) {
  std::vector<double> result;
  for (const N v : x) result.push_back(static_cast<double>(v));
  return result;
}

bool same(double a, double b) { return (std::isnan(a) && std::isnan(b)) || cases::same_bits(a, b); }

void expect_same(cases::Tally& tally, const std::vector<double>& got, const std::vector<double>& want,
                 const std::string& what) {
  REQUIRE(got.size() == want.size());
  for (std::size_t i = 0; i < got.size(); ++i)
    tally.expect(same(got[i], want[i]), [&] {
      return what + " element " + std::to_string(i) + ": " + cases::hex(got[i]) + ", not " + cases::hex(want[i]);
    });
}

// Every operation with the run-time machine and with Scalarwise<Num>, for all lengths, contiguous and strided.
template <Format F, Rounding R, Overflow O = default_overflow(F)>
void check_machines(const std::string& target) {
  using N = Num<F, R, O>;
  cases::Tally tally;
  const Stream stream{5, 6};
  for (const std::size_t n : kLengths) {
    const std::string length = "n = " + std::to_string(n);
    Dynamic dynamic(F, R, O, stream);
    Scalarwise<N> scalarwise(stream);
    const auto nx = to_nums<N>(numbers<F>(n, 1)), ny = to_nums<N>(numbers<F>(n, 2));
    const auto dx = to_doubles(nx);
    auto dy = to_doubles(ny);
    auto my = ny;
    for (int repeat = 0; repeat < 2; ++repeat) {  // the second time with the next operation's draws
      const double got = dot(dynamic, VectorView<const double>(dx), VectorView<const double>(dy));
      const N want = dot(scalarwise, VectorView<const N>(nx), VectorView<const N>(my));
      tally.expect(same(got, static_cast<double>(want)), [&] { return "dot " + length; });
      const N s(0.7, 0);
      axpy(dynamic, static_cast<double>(s), VectorView<const double>(dx), VectorView<double>(dy));
      axpy(scalarwise, s, VectorView<const N>(nx), VectorView<N>(my));
      expect_same(tally, dy, to_doubles(my), "axpy " + length);
    }

    // Every second element, backwards in y.
    const std::size_t half = n / 2;
    const auto backwards = [half](auto& v) { return v.data() + (half == 0 ? 0 : 2 * (half - 1)); };
    const double got =
        dot(dynamic, VectorView<const double>(dx.data(), half, 2), VectorView<const double>(backwards(dy), half, -2));
    const N want =
        dot(scalarwise, VectorView<const N>(nx.data(), half, 2), VectorView<const N>(backwards(my), half, -2));
    tally.expect(same(got, static_cast<double>(want)), [&] { return "strided dot " + length; });
    const double alpha = static_cast<double>(N(-0.3, 0));
    axpy(dynamic, alpha, VectorView<const double>(dx.data(), half, 2), VectorView<double>(backwards(dy), half, -2));
    axpy(scalarwise, N(alpha, 0), VectorView<const N>(nx.data(), half, 2), VectorView<N>(backwards(my), half, -2));
    expect_same(tally, dy, to_doubles(my), "strided axpy " + length);

    const auto wide = numbers<F>(n, 3);
    std::vector<double> converted(n);
    std::vector<N> converted_nums(n);
    convert(dynamic, VectorView<const double>(wide), VectorView<double>(converted));
    convert(scalarwise, VectorView<const double>(wide), VectorView<N>(converted_nums));
    expect_same(tally, converted, to_doubles(converted_nums), "convert " + length);

    const std::size_t rows = 5;
    const auto nm = to_nums<N>(numbers<F>(rows * n, 4));
    const auto dm = to_doubles(nm);
    std::vector<double> dr(rows);
    std::vector<N> nr(rows);
    gemv(dynamic, MatrixView<const double>(dm.data(), rows, n), VectorView<const double>(dx), VectorView<double>(dr));
    gemv(scalarwise, MatrixView<const N>(nm.data(), rows, n), VectorView<const N>(nx), VectorView<N>(nr));
    expect_same(tally, dr, to_doubles(nr), "gemv " + length);

    // The transpose of a matrix of n rows: column-major strides.
    gemv(dynamic, MatrixView<const double>(dm.data(), rows, n, 1, static_cast<std::ptrdiff_t>(rows)),
         VectorView<const double>(dx), VectorView<double>(dr));
    gemv(scalarwise, MatrixView<const N>(nm.data(), rows, n, 1, static_cast<std::ptrdiff_t>(rows)),
         VectorView<const N>(nx), VectorView<N>(nr));
    expect_same(tally, dr, to_doubles(nr), "transposed gemv " + length);
  }
  tally.report(target + " " + cases::name(R) + " overflow=" + cases::name(O));
}

template <Format F, Overflow O, Rounding... R>
void check_roundings(const std::string& target) {
  (check_machines<F, R, O>(target), ...);
}

constexpr Rounding sr4a{Rounding::stochastic_a, 4};
constexpr Rounding sr9b{Rounding::stochastic_b, 9};
constexpr Rounding sr20c{Rounding::stochastic_c, 20};

// Sums (s = 1) and products (y = +0) of all pairs through axpy, whose vectors take element k with draw k.
void check_axpy_pairs(const cases::Case& c, Rounding r, const std::string& target) {
  const oracle::Table table(c.definition);
  const Overflow rule = cases::default_rule(table);
  const Stream stream{3, 3};
  const auto values = pairs::operands(table);
  std::vector<oracle::Exact> exact;
  for (const double v : values) exact.push_back(oracle::exact(v));
  cases::Tally tally;
  Dynamic dynamic(c.format, r, rule, stream);
  std::uint64_t operation = 0;
  std::vector<double> y(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    for (const bool is_sum : {true, false}) {
      const linalg::OperationDraws draws{stream.substream(2 * operation), stream.substream(2 * operation + 1)};
      ++operation;
      if (is_sum)
        std::ranges::fill(y, values[i]);
      else
        std::ranges::fill(y, 0.0);
      axpy(dynamic, is_sum ? 1.0 : values[i], VectorView<const double>(values), VectorView<double>(y));
      for (std::size_t k = 0; k < values.size(); ++k) {
        const auto place = table.place(is_sum ? oracle::sum(exact[i], exact[k]) : oracle::product(exact[i], exact[k]));
        auto want = table.round(place, r, rule, (is_sum ? draws.sums : draws.products).draw(k));
        want.any_sign = true;  // 0 + -0
        tally.expect(want, y[k],
                     [&] { return cases::hex(values[i]) + (is_sum ? " + " : " * ") + cases::hex(values[k]); });
      }
    }
  }
  tally.report(target + " " + c.name + " @" + cases::name(r));
}

}  // namespace

TEST_CASE("run-time and compile-time machines give the same bits on every target: e4m3fn, saturating") {
  cases::for_each_target(
      [](const std::string& t) { check_roundings<e4m3fn, Overflow::saturate, rne, rz, ru, ro, sr, sre, sr4a>(t); });
}

TEST_CASE("run-time and compile-time machines give the same bits on every target: bfloat16, binary16, e5m2") {
  cases::for_each_target([](const std::string& t) {
    check_roundings<bfloat16, Overflow::infinity, rne, rd, sr, sr9b>(t);
    check_roundings<binary16, Overflow::infinity, rna, ru, sr20c>(t);
    check_roundings<e5m2, Overflow::propagate, rnz, ro, sr>(t);
  });
}

TEST_CASE("run-time and compile-time machines give the same bits on every target: int8 with a step, wrapping int8") {
  cases::for_each_target([](const std::string& t) {
    check_roundings<fixed(8, 4), Overflow::saturate, rne, rz, sr, sr4a>(t);
    check_roundings<integer(8), Overflow::wrap, rne, ru, sr>(t);
  });
}

TEST_CASE("run-time and compile-time machines give the same bits on every target: tf32, binary32, binary64") {
  cases::for_each_target([](const std::string& t) {
    check_roundings<tf32, Overflow::infinity, rne, rz, sr>(t);
    check_roundings<binary32, Overflow::infinity, rne, ru, ro, sr20c>(t);
    check_roundings<binary64, Overflow::infinity, rne>(t);
  });
}

TEST_CASE("sums and products of all pairs through the vector kernels, against the oracle, on every target") {
  cases::for_each_target([](const std::string& target) {
    for (const auto& c :
         {cases::small_presets()[1], cases::small_presets()[0], cases::small_presets()[3], cases::small_integers()[7]})
      for (const Rounding r : {rne, rd, ro, sr, stochastic(3, Rounding::stochastic_b)}) check_axpy_pairs(c, r, target);
  });
}

TEST_CASE("axpy with x the same as y") {
  Dynamic dynamic(e4m3fn, sr, Overflow::saturate, {1, 1});
  Scalarwise<Num<e4m3fn, sr, Overflow::saturate>> scalarwise({1, 1});
  using N = Num<e4m3fn, sr, Overflow::saturate>;
  auto nums = to_nums<N>(numbers<e4m3fn>(99, 9));
  auto doubles = to_doubles(nums);
  axpy(dynamic, 0.8125, VectorView<const double>(doubles), VectorView<double>(doubles));
  axpy(scalarwise, N(0.8125, 0), VectorView<const N>(nums), VectorView<N>(nums));
  cases::Tally tally;
  expect_same(tally, doubles, to_doubles(nums), "axpy");
  tally.report("in place");
}

TEST_CASE("a dot product rounds from k = 0 upwards: 1 + 2^-8 + 2^-8 stays 1 in bfloat16, the other order does not") {
  const std::vector<double> ones(3, 1.0), up{1, 0x1p-8, 0x1p-8}, down{0x1p-8, 0x1p-8, 1};
  Dynamic dynamic(bfloat16);
  CHECK(dot(dynamic, VectorView<const double>(up), VectorView<const double>(ones)) == 1);
  CHECK(dot(dynamic, VectorView<const double>(down), VectorView<const double>(ones)) == 1 + 0x1p-7);
}

TEST_CASE("a dot product's every product is rounded: no contraction into a fused multiply-add") {
  // 1.0625^2 = 1.12890625 -> 1.125; 1.125 - 1.125 = 0, a fused operation would leave 0.00390625.
  const std::vector<double> x{-1.125, 1.0625}, y{1, 1.0625};
  Dynamic dynamic(fp(4, 4));
  CHECK(dot(dynamic, VectorView<const double>(x), VectorView<const double>(y)) == 0);
  Scalarwise<double> exact;
  CHECK(dot(exact, VectorView<const double>(x), VectorView<const double>(y)) == 0.00390625);
  // The same in binary64 itself: (1 + 2^-30)^2 - (1 + 2^-29) is 0 with two roundings, 2^-60 with one.
  const std::vector<double> u{-(1 + 0x1p-29), 1 + 0x1p-30}, v{1, 1 + 0x1p-30};
  Dynamic wide(binary64);
  CHECK(dot(wide, VectorView<const double>(u), VectorView<const double>(v)) == 0);
  CHECK(dot(exact, VectorView<const double>(u), VectorView<const double>(v)) == 0);
}

TEST_CASE("term k of element i of a vector takes draw k rows + i") {
  const Stream stream{8, 1};
  Dynamic dynamic(bfloat16, sr, stream);
  const auto m = numbers<bfloat16>(6, 1), x = numbers<bfloat16>(3, 2);
  std::vector<double> y(2);
  gemv(dynamic, MatrixView<const double>(m.data(), 2, 3), VectorView<const double>(x), VectorView<double>(y));
  Dynamic one(bfloat16, sr, stream);
  for (std::uint64_t i = 0; i < 2; ++i) {
    double sum = 0;
    for (std::uint64_t k = 0; k < 3; ++k) {
      const std::uint64_t draw = k * 2 + i;
      sum = one.add(sum, one.mul(m[3 * i + k], x[k], {stream.substream(0), draw}), {stream.substream(1), draw});
    }
    CHECK(y[i] == sum);
  }
}

TEST_CASE("events are counted: two roundings for each element of a dot product") {
  Dynamic dynamic(e4m3fn, rne, Overflow::saturate);
  dynamic.observe(true);
  const std::vector<double> x{448, 0x1p-9, 1}, y{448, 0x1p-9, 1};
  CHECK(dot(dynamic, VectorView<const double>(x), VectorView<const double>(y)) == 448);
  CHECK(dynamic.events() == Events{.rounded = 6, .inexact = 3, .overflow = 1, .saturated = 1, .underflow = 1});
}

TEST_CASE("shapes that do not fit are refused") {
  std::vector<double> a(3), b(4), m(12);
  Dynamic dynamic(bfloat16);
  Scalarwise<double> exact;
  CHECK_THROWS_AS(dot(dynamic, VectorView<const double>(a), VectorView<const double>(b)), Error);
  CHECK_THROWS_AS(dot(exact, VectorView<const double>(a), VectorView<const double>(b)), Error);
  CHECK_THROWS_AS(axpy(dynamic, 1, VectorView<const double>(a), VectorView<double>(b)), Error);
  CHECK_THROWS_AS(axpy(exact, 1, VectorView<const double>(a), VectorView<double>(b)), Error);
  CHECK_THROWS_AS(
      gemv(dynamic, MatrixView<const double>(m.data(), 3, 4), VectorView<const double>(a), VectorView<double>(a)),
      Error);
  CHECK_THROWS_AS(
      gemv(dynamic, MatrixView<const double>(m.data(), 3, 4), VectorView<const double>(b), VectorView<double>(b)),
      Error);
  CHECK_THROWS_AS(convert(dynamic, VectorView<const double>(a), VectorView<double>(b)), Error);
}

TEST_CASE("a dot product in 50 digits") {
  using Wide = boost::multiprecision::cpp_bin_float_50;
  Scalarwise<Wide> arithmetic;
  const std::vector<Wide> x{Wide(1e20), Wide(1), Wide(-1e20)}, y(3, Wide(1));
  CHECK(dot(arithmetic, VectorView<const Wide>(x), VectorView<const Wide>(y)) == 1);
}
