#include "lowprec/sgd/sgd.h"

#include <doctest/doctest.h>

#include <boost/multiprecision/cpp_bin_float.hpp>

#include <bit>
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "lowprec/format/names.h"
#include "lowprec/format/number_text.h"
#include "lowprec/format/presets.h"
#include "lowprec/num.h"
#include "lowprec/sgd/problem.h"
#include "lowprec/sgd/sampler.h"
#include "lowprec/system/simd.h"

using namespace lowprec;

namespace {

constexpr std::size_t kDimension = 67;  // no multiple of any vector
constexpr std::uint64_t kUpdates = 40;

template <Arithmetic A>
sgd::Sgd<A> trained(A arithmetic, const sgd::Sites& sites, std::uint64_t batch) {
  const sgd::Problem problem{.dimension = kDimension};
  const auto lambda = sgd::eigenvalues(problem);
  sgd::Sampler sampler(lambda, sgd::target_vector(problem, {}), 1.0, batch, {3, 1});
  sgd::Sgd<A> sgd(arithmetic, sites, kDimension, {3, 2});
  for (std::uint64_t t = 0; t < kUpdates; ++t) {
    sampler.draw(t);
    sgd.update(sampler.x(), sampler.y(), 0.06);
  }
  return sgd;
}

void check_equal_bits(const std::vector<double>& a, const std::vector<double>& b) {
  REQUIRE(a.size() == b.size());
  for (std::size_t i = 0; i < a.size(); ++i)
    CHECK(std::bit_cast<std::uint64_t>(a[i]) == std::bit_cast<std::uint64_t>(b[i]));
}

// The same text over Num<F, R> and over the run-time arithmetic.
template <Format F, Rounding R, Overflow O>
void check_num_equals_dynamic(std::uint64_t batch, bool master) {
  CAPTURE(to_string(F));
  CAPTURE(to_string(R));
  CAPTURE(batch);
  const sgd::Sites sites{.master = master};
  const Stream draws{9, 9};
  const auto scalar = trained(Scalarwise<Num<F, R, O>>(draws), sites, batch);
  const auto vectors = trained(Dynamic(F, R, O, draws), sites, batch);
  check_equal_bits(scalar.last(), vectors.last());
  check_equal_bits(scalar.average(), vectors.average());
  double norm = 0;
  for (const double w : scalar.last()) norm += w * w;
  CHECK(norm > 0.01);  // it learnt something
}

void check_all_formats() {
  for (const std::uint64_t batch : {1U, 3U})
    for (const bool master : {false, true}) {
      check_num_equals_dynamic<e4m3fn, rne, Overflow::saturate>(batch, master);
      check_num_equals_dynamic<e4m3fn, sr, Overflow::saturate>(batch, master);
      check_num_equals_dynamic<e5m2, stochastic(8, Rounding::stochastic_a), Overflow::infinity>(batch, master);
      check_num_equals_dynamic<fixed(8, 5, {.symmetric = true}), sr, Overflow::saturate>(batch, master);
      check_num_equals_dynamic<fixed(8, 5), rne, Overflow::saturate>(batch, master);
      check_num_equals_dynamic<bfloat16, rne, Overflow::infinity>(batch, master);
      check_num_equals_dynamic<bfloat16, ru, Overflow::infinity>(batch, master);
      check_num_equals_dynamic<binary16, rz, Overflow::infinity>(batch, master);
      check_num_equals_dynamic<binary32, rne, Overflow::infinity>(batch, master);
    }
}

}  // namespace

TEST_CASE("Num and the run-time arithmetic give bit-equal weights, on every SIMD target") {
  for (const auto& target : system::simd_targets()) {
    CAPTURE(target);
    lowprec::system::use_simd_targets(std::vector{target});
    check_all_formats();
  }
  lowprec::system::use_simd_targets({});
}

TEST_CASE("binary64 at run time is double") {
  check_equal_bits(trained(Scalarwise<double>(), {}, 3).last(), trained(Dynamic(binary64), {}, 3).last());
}

TEST_CASE("the same text over cpp_bin_float_50 stays near double") {
  const auto wide = trained(Scalarwise<boost::multiprecision::cpp_bin_float_50>(), {}, 2).last();
  const auto narrow = trained(Scalarwise<double>(), {}, 2).last();
  for (std::size_t i = 0; i < wide.size(); ++i) CHECK(std::abs(wide[i] - narrow[i]) < 1e-13);
}

// Mode F written out with Num's operators: z = R(x), sequential rounded sums, s = R(step r), w = R(w + R(s z)).
TEST_CASE("every operation is rounded, in the declared order") {
  using T = Num<e4m3fn, rne, Overflow::saturate>;
  const std::vector<double> x{1.3, -0.7, 0.11, 2.9, 0.4, -1.1}, y{1.7, -2.3};
  sgd::Sgd sgd(Scalarwise<T>(), sgd::Sites{}, 3, {});
  std::vector<T> w(3, T(0));
  for (int t = 0; t < 5; ++t) {
    sgd.update(x, y, 0.3);
    const std::vector<T> before = w;
    for (std::size_t b = 0; b < 2; ++b) {
      T prediction(0);
      for (std::size_t i = 0; i < 3; ++i) prediction += T(x[3 * b + i]) * before[i];
      const T s = T(0.15 * static_cast<double>(T(y[b]) - prediction));
      for (std::size_t i = 0; i < 3; ++i) w[i] += s * T(x[3 * b + i]);
    }
  }
  for (std::size_t i = 0; i < 3; ++i) CHECK(sgd.last()[i] == static_cast<double>(w[i]));
}

// The papers' update with all five sites, written out in double.
TEST_CASE("five sites, each vector quantized as one") {
  const auto q = [](const char* text) { return parse_quantizer(text); };
  const sgd::Sites sites{.data = q("e4m3:overflow=saturate"),
                         .label = q("int8:step=2^-4"),
                         .parameter = q("e5m2"),
                         .activation = q("int6:step=2^-3"),
                         .gradient = q("bf16"),
                         .weights = q("binary16")};
  const std::vector<double> x{1.3, -0.7, 0.11, 2.9, 0.4, -1.1}, y{1.7, -2.3};
  sgd::Sgd sgd(Scalarwise<double>(), sites, 3, {});
  std::vector<double> w(3), sum(3);
  for (int t = 0; t < 4; ++t) {
    sgd.update(x, y, 0.3);
    std::vector<double> next = w;
    for (std::size_t i = 0; i < 3; ++i) sum[i] += w[i];
    for (std::size_t b = 0; b < 2; ++b) {
      double a = 0;
      for (std::size_t i = 0; i < 3; ++i) a += quantize(sites.data, x[3 * b + i]) * quantize(sites.parameter, w[i]);
      const double r = quantize(sites.gradient, quantize(sites.label, y[b]) - quantize(sites.activation, a));
      for (std::size_t i = 0; i < 3; ++i) next[i] += 0.15 * r * quantize(sites.data, x[3 * b + i]);
    }
    for (std::size_t i = 0; i < 3; ++i) w[i] = quantize(sites.weights, next[i]);
  }
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(sgd.last()[i] == w[i]);
    CHECK(sgd.average()[i] == sum[i] / 4);
  }
}

TEST_CASE("one multiplicative draw scales a whole row; rows, sites and updates have their own") {
  const std::vector<double> x{1, 2, 4, 8}, y{1, 1};
  const sgd::Sites sites{.data = parse_quantizer("multiplicative(0.5)")};
  sgd::Sgd sgd(Scalarwise<double>(), sites, 2, {4, 4});
  sgd.update(x, y, 2.0);  // w = z_1 + z_2 as w_0 = 0: coordinates (a + 4 b, 2 a + 8 b)
  const auto w = sgd.last();
  CHECK(w[1] == doctest::Approx(2 * w[0]).epsilon(1e-14));
  CHECK(w[0] != doctest::Approx(5));
  const double once = w[0];
  sgd.update(x, std::vector{2 * w[0], 2 * w[0]}, 0.0);
  CHECK(sgd.last()[0] == once);
}

TEST_CASE("the master copy is exact, its products are rounded") {
  using T = Num<e2m1, rne, Overflow::saturate>;
  sgd::Sgd sgd(Scalarwise<T>(), sgd::Sites{.master = true}, 1, {});
  for (int t = 0; t < 3; ++t) sgd.update(std::vector{0.5}, std::vector{1.0}, 1.0);
  // w: 0; r = 1, s z = 0.5 -> 0.5; p = 0.5, a = R(.25) = 0, r = 1 -> 1; p = 1, a = 0.5, r = 0.5, R(0.25) = 0 -> 1
  CHECK(sgd.last()[0] == 1.0);
  CHECK(sgd.average()[0] == doctest::Approx(0.5));
}

TEST_CASE("events of sites and of the arithmetic are counted") {
  sgd::Sgd sites(Scalarwise<double>(), sgd::Sites{.label = parse_quantizer("int4")}, 1, {});
  sites.update(std::vector{1.0}, std::vector{100.0}, 0.1);
  sites.update(std::vector{1.0}, std::vector{0.25}, 0.1);
  CHECK(sites.events() == Events{.rounded = 2, .inexact = 2, .overflow = 1, .saturated = 1, .underflow = 1});

  sgd::Sgd everywhere(Dynamic(e2m1), sgd::Sites{}, 1, {});
  everywhere.update(std::vector{1.0}, std::vector{100.0}, 0.1);
  // convert x and y (saturated), one product and sum, y - a, step r = 0.6 -> 0.5, one product and sum
  CHECK(everywhere.events() == Events{.rounded = 8, .inexact = 2, .overflow = 1, .saturated = 1, .subnormal = 1});
}

// v <- beta v + z (y - <z, w>), w <- Q(w + step v), written out; the residuals of the sites gradient and weights are
// added to what they round next.
TEST_CASE("momentum and error feedback, written out") {
  const Quantizer gradient = parse_quantizer("int6:step=2^-2"), stored = parse_quantizer("bf16");
  const std::vector<double> x{1.3, -0.7, 0.11, 2.9, 0.4, -1.1}, y{1.7, -2.3};
  for (const bool feedback : {false, true})
    for (const double beta : {0.0, 0.75}) {
      CAPTURE(feedback);
      CAPTURE(beta);
      sgd::Sites sites;
      sites.gradient = gradient;
      sites.weights = stored;
      sgd::Sgd sgd(Scalarwise<double>(), sites, 3, {}, {beta, feedback});
      std::vector<double> w(3), v(3), lost_r(2), lost_w(3);
      for (int t = 0; t < 6; ++t) {
        sgd.update(x, y, 0.1);
        std::vector<double> change(3);
        for (std::size_t i = 0; i < 3; ++i) v[i] *= beta;
        for (std::size_t b = 0; b < 2; ++b) {
          double a = 0;
          for (std::size_t i = 0; i < 3; ++i) a += x[3 * b + i] * w[i];
          const double u = y[b] - a + (feedback ? lost_r[b] : 0);
          const double r = quantize(gradient, u);
          lost_r[b] = u - r;
          for (std::size_t i = 0; i < 3; ++i) v[i] += r / 2 * x[3 * b + i];
        }
        for (std::size_t i = 0; i < 3; ++i) {
          const double u = w[i] + 0.1 * v[i] + (feedback ? lost_w[i] : 0);
          w[i] = quantize(stored, u);
          lost_w[i] = u - w[i];
        }
      }
      for (std::size_t i = 0; i < 3; ++i) CHECK(sgd.last()[i] == doctest::Approx(w[i]).epsilon(1e-13));
    }
}

TEST_CASE("with error feedback, stored weights that would stagnate move") {
  sgd::Sites sites;
  sites.weights = parse_quantizer("int8:step=2^-4");
  sgd::Sgd stuck(Scalarwise<double>(), sites, 1, {}), kept(Scalarwise<double>(), sites, 1, {}, {0, true});
  for (int t = 0; t < 400; ++t)
    for (auto* sgd : {&stuck, &kept}) sgd->update(std::vector{1.0}, std::vector{1.0}, 0.02);  // changes by 0.02 at most
  CHECK(stuck.last()[0] == 0);
  CHECK(kept.last()[0] == doctest::Approx(1).epsilon(0.07));
}

namespace {

// bf16 products, binary32 sums in an order, over Num and at run time.
template <Rounding R>
void check_mixed(Summation order, double momentum) {
  using Narrow = Scalarwise<Num<e4m3fn, R, Overflow::saturate>>;
  using Wider = Scalarwise<Num<bfloat16, R, Overflow::saturate>>;
  sgd::Sites sites;
  sites.order = order;
  const Stream draws{9, 9}, more{8, 8};
  const sgd::Problem problem{.dimension = kDimension};
  sgd::Sampler sampler(sgd::eigenvalues(problem), sgd::target_vector(problem, {}), 1.0, 2, {3, 1});
  sgd::Sgd<Narrow, Wider> scalar(Narrow(draws), Wider(more), sites, kDimension, {3, 2}, {momentum, false});
  sgd::Sgd<Dynamic> vectors(Dynamic(e4m3fn, R, Overflow::saturate, draws),
                            Dynamic(bfloat16, R, Overflow::saturate, more), sites, kDimension, {3, 2},
                            {momentum, false});
  sgd::Sgd<Dynamic> unmixed(Dynamic(e4m3fn, R, Overflow::saturate, draws), sites, kDimension, {3, 2},
                            {momentum, false});
  for (std::uint64_t t = 0; t < kUpdates; ++t) {
    sampler.draw(t);
    scalar.update(sampler.x(), sampler.y(), 0.06);
    vectors.update(sampler.x(), sampler.y(), 0.06);
    unmixed.update(sampler.x(), sampler.y(), 0.06);
  }
  check_equal_bits(scalar.last(), vectors.last());
  check_equal_bits(scalar.average(), vectors.average());
  CHECK(vectors.last() != unmixed.last());
}

}  // namespace

TEST_CASE("sums in another format and order: Num and the run-time arithmetic give bit-equal weights") {
  for (const Summation order : {sequential, pairwise, strands(), chunk(8), exact_sum})
    for (const double momentum : {0.0, 0.5}) {
      check_mixed<rne>(order, momentum);
      check_mixed<sr>(order, momentum);
    }
}

TEST_CASE("a batch of data is a matrix for absmax of a tensor or of columns") {
  const std::vector<double> x{1, 2, 4, 8}, y{1, 1};
  const auto trained_on = [&](const char* text) {
    sgd::Sites sites;
    sites.data = parse_quantizer(text);
    sgd::Sgd sgd(Scalarwise<double>(), sites, 2, {4, 4});
    sgd.update(x, y, 2.0);  // w = z_1 + z_2
    return sgd.last();
  };
  CHECK(trained_on("int2:absmax=row,symmetric") == std::vector<double>{0 + 0, 2 + 8});  // ties: 1/2 -> 0, 4/8 -> 0
  CHECK(trained_on("int2:absmax=tensor,symmetric") == std::vector<double>{0 + 0, 0 + 8});
  CHECK(trained_on("int2:absmax=column,symmetric") == std::vector<double>{0 + 4, 0 + 8});
}
