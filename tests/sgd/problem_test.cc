#include "lowprec/sgd/problem.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <string>
#include <vector>

#include "lowprec/format/error.h"
#include "lowprec/sgd/rotation.h"
#include "lowprec/sgd/sample_order.h"
#include "lowprec/sgd/sampler.h"
#include "lowprec/sgd/step_sizes.h"

using lowprec::Stream;
using lowprec::sgd::Problem;

TEST_CASE("spectra follow their texts and are rounded once") {
  CHECK(lowprec::sgd::eigenvalues({.dimension = 4, .spectrum = "power(2)"}) == std::vector{1.0, 0.25, 1.0 / 9, 0.0625});
  CHECK(lowprec::sgd::eigenvalues({.dimension = 2, .spectrum = "isotropic", .scale = 3}) == std::vector{3.0, 3.0});
  CHECK(lowprec::sgd::eigenvalues({.dimension = 3, .spectrum = "step(2,0.5)"}) == std::vector{1.0, 1.0, 0.5});
  CHECK(lowprec::sgd::eigenvalues({.dimension = 2, .spectrum = "[2, 0.125]"}) == std::vector{2.0, 0.125});
  const auto decay = lowprec::sgd::eigenvalues({.dimension = 2, .spectrum = "exp(8)"});
  CHECK(decay[0] == 0x1.c3d6a24ed8222p-1);  // exp(-1/8), correctly rounded
}

TEST_CASE("texts of a problem print as they were typed, and read back") {
  using namespace lowprec::sgd;
  for (const char* text : {"power(2.0)", " exp( 8 )", "step(2, 0.5)", "isotropic", "[1.0, 2e0]", "file:no/such"}) {
    CHECK(to_string(Spectrum(text)) == text);
    CHECK(Spectrum(to_string(Spectrum(text))) == Spectrum(text));
  }
  for (const char* text : {"ones", "power( 1)", "alternating", "prior ", "[-1,2]", "file:no/such"})
    CHECK(to_string(Target(text)) == text);
  for (const char* text : {"gaussian", "student( 5.0 )"}) CHECK(to_string(Tails(text)) == text);
  for (const char* text : {"constant", "geometric", "polynomial(0.50)"}) CHECK(to_string(Schedule(text)) == text);
  CHECK(to_string(Spectrum()) == "power(2)");
  CHECK(Spectrum("power(2)") == Spectrum());
  CHECK(Spectrum("power(2)") != Spectrum("power(3)"));
  CHECK_THROWS_AS(Spectrum("exp(0)"), lowprec::Error);
  CHECK_THROWS_AS(Target("two"), lowprec::Error);
  CHECK_THROWS_AS(Schedule("polynomial(-1)"), lowprec::Error);
  CHECK_THROWS_AS(Tails("student(4)"), lowprec::Error);
}

TEST_CASE("a spectrum that is surely positive has positive and finite values") {
  using lowprec::sgd::Spectrum;
  for (const char* text : {"power(2)", "power(-3)", "exp(8)", "step(1,0.5)", "step(1,-1)", "isotropic", "power(400)"})
    for (const double scale : {1.0, -1.0, 1e-300, 1e300}) {
      const std::vector<double> values = Spectrum(text).values(9);
      const bool positive =
          std::ranges::all_of(values, [&](double x) { return x * scale > 0 && std::isfinite(x * scale); });
      if (Spectrum(text).is_surely_positive(9, scale)) CHECK(positive);
    }
  CHECK(Spectrum("power(2)").is_surely_positive(200, 1));
  CHECK_FALSE(Spectrum("step(1,-1)").is_surely_positive(9, 1));
  CHECK_FALSE(Spectrum("[1, 2]").is_surely_positive(2, 1));
}

TEST_CASE("tr H of power(2), d = 200") {
  double trace = 0;
  for (const double value : lowprec::sgd::eigenvalues({})) trace += value;
  CHECK(std::abs(trace - 1.639946546015) < 1e-12);
}

TEST_CASE("targets follow their texts") {
  CHECK(lowprec::sgd::target_vector({.dimension = 3, .target = "ones"}, {}) == std::vector{1.0, 1.0, 1.0});
  CHECK(lowprec::sgd::target_vector({.dimension = 3, .target = "alternating"}, {}) == std::vector{-1.0, 1.0, -1.0});
  CHECK(lowprec::sgd::target_vector({.dimension = 2, .target = "power(1)"}, {}) == std::vector{1.0, 0.5});
  const Stream stream{7, 1};
  const auto prior = lowprec::sgd::target_vector({.dimension = 3, .target = "prior"}, stream);
  CHECK(prior[2] == stream.gaussian(2));
}

TEST_CASE("numbers from a file; a bad line is named") {
  const std::string path = "problem_test_numbers.txt";
  std::ofstream(path) << "1\n\n0x1p-1\n";
  CHECK(lowprec::sgd::eigenvalues({.dimension = 2, .spectrum = "file:" + path}) == std::vector{1.0, 0.5});
  std::ofstream(path) << "1\nabc\n";
  CHECK_THROWS_WITH_AS(lowprec::sgd::eigenvalues({.dimension = 2, .spectrum = "file:" + path}),
                       doctest::Contains("problem_test_numbers.txt:2"), lowprec::Error);
  std::remove(path.c_str());
  CHECK_THROWS_AS(lowprec::sgd::eigenvalues({.dimension = 2, .spectrum = "file:" + path}), lowprec::Error);
}

TEST_CASE("impossible spectra and targets are refused") {
  for (const char* text :
       {"", "power", "power(a)", "power(1,2)", "exp(0)", "exp(-1)", "[1]", "[1, 2, 3]", "[1, -1]", "[1, 0]", "step(1)"})
    CHECK_THROWS_AS(lowprec::sgd::eigenvalues({.dimension = 2, .spectrum = text}), lowprec::Error);
  for (const char* text : {"", "twos", "[1]", "power()", "power(x)"})
    CHECK_THROWS_AS(lowprec::sgd::target_vector({.dimension = 2, .target = text}, {}), lowprec::Error);
}

TEST_CASE("a batch is a pure function of the stream and its number") {
  const std::vector<double> lambda{4.0, 0.25}, target{1.0, -2.0};
  lowprec::sgd::Sampler sampler(lambda, target, 9.0, 3, {5, 6});
  sampler.draw(11);
  const std::vector<double> x(sampler.x().begin(), sampler.x().end()), y(sampler.y().begin(), sampler.y().end());
  sampler.draw(2);
  sampler.draw(11);
  CHECK(std::equal(x.begin(), x.end(), sampler.x().begin()));
  CHECK(std::equal(y.begin(), y.end(), sampler.y().begin()));

  const Stream stream{5, 6};
  for (std::size_t b = 0; b < 3; ++b) {
    const std::uint64_t first = (11 * 3 + b) * Stream::gaussian_group;  // two features and a label: one group a sample
    CHECK(x[2 * b] == 2.0 * stream.gaussian(first));
    CHECK(x[2 * b + 1] == 0.5 * stream.gaussian(first + 1));
    CHECK(y[b] == x[2 * b] + x[2 * b + 1] * -2.0 + 3.0 * stream.gaussian(first + 2));
  }
  sampler.draw_row(0, 11 * 3 + 2);
  CHECK(sampler.x()[0] == x[4]);
  CHECK(sampler.y()[0] == y[2]);
}

// The distribution function of Student's t with 5 degrees of freedom, in closed form; 10^5 variates: the Kolmogorov
// distance exceeds 1.95 / sqrt(n) with probability 0.001.
TEST_CASE("Student variates have their distribution and variance 1") {
  constexpr std::size_t kCount = 100000;
  std::vector<double> t(kCount);
  lowprec::sgd::fill_student(5, {2026, 3}, 0, t);
  double squares = 0, fourth = 0;
  for (const double x : t) {
    squares += x * x / kCount;
    fourth += x * x * x * x / kCount;
  }
  CHECK(squares == doctest::Approx(1).epsilon(0.04));
  CHECK(fourth > 5);  // 9; its own estimate has no variance
  std::sort(t.begin(), t.end());
  double distance = 0;
  for (std::size_t i = 0; i < kCount; ++i) {
    const double x = t[i] * std::sqrt(5.0 / 3), theta = std::atan(x / std::sqrt(5.0));
    const double c = std::cos(theta), s = std::sin(theta);
    const double below = 0.5 + (theta + s * c * (1 + 2 * c * c / 3)) / M_PI;
    distance = std::max(distance, std::abs(below - (static_cast<double>(i) + 0.5) / kCount));
  }
  CHECK(distance < 1.95 / std::sqrt(kCount));
}

TEST_CASE("a Student variate is a function of its index, and nearly normal for many degrees of freedom") {
  std::vector<double> all(150), part(20);
  lowprec::sgd::fill_student(6.5, {1, 2}, 0, all);
  lowprec::sgd::fill_student(6.5, {1, 2}, 77, part);
  for (std::size_t i = 0; i < part.size(); ++i) CHECK(part[i] == all[77 + i]);
  CHECK(lowprec::sgd::student_freedom({.tails = "student(6.5)"}) == 6.5);
  CHECK(lowprec::sgd::student_freedom({}) == 0);
  std::vector<double> t(20000);
  lowprec::sgd::fill_student(1e9, {1, 2}, 0, t);
  double fourth = 0;
  for (const double x : t) fourth += x * x * x * x / static_cast<double>(t.size());
  CHECK(fourth == doctest::Approx(3).epsilon(0.1));
}

TEST_CASE("rotations are orthogonal, there and back again, and turn a vector anywhere") {
  for (const std::size_t d : {1U, 2U, 7U, 50U}) {
    const lowprec::sgd::Rotation u(d, lowprec::Stream{3, d});
    for (std::size_t i = 0; i < d; ++i)
      for (std::size_t j = 0; j < d; ++j) {
        double product = 0;
        for (std::size_t k = 0; k < d; ++k) product += u.column(i)[k] * u.column(j)[k];
        CHECK(product == doctest::Approx(i == j ? 1 : 0).epsilon(1e-13));
      }
    std::vector<double> x(d, 0.5), y(d);
    x[0] = -2;
    u.apply(x, y);
    const auto back = u.back(y);
    for (std::size_t i = 0; i < d; ++i) CHECK(back[i] == doctest::Approx(x[i]).epsilon(1e-13));
  }
  // Entries of a Haar matrix have mean 0 and variance 1 / d, also at its corners; 2000 matrices, 5 standard errors.
  constexpr std::size_t kDimension = 3, kMatrices = 2000;
  for (std::size_t i = 0; i < kDimension; ++i)
    for (std::size_t j = 0; j < kDimension; ++j) {
      double sum = 0, squares = 0;
      for (std::size_t k = 0; k < kMatrices; ++k) {
        const double entry = lowprec::sgd::Rotation(kDimension, Stream{9, 1}.substream(k)).column(j)[i];
        sum += entry / kMatrices;
        squares += entry * entry / kMatrices;
      }
      CAPTURE(i);
      CAPTURE(j);
      CHECK(std::abs(sum) < 5 / std::sqrt(3.0 * kMatrices));
      CHECK(squares == doctest::Approx(1.0 / 3).epsilon(0.1));
    }
}

TEST_CASE("each epoch is a permutation of all samples, another one for each if reshuffled") {
  for (const std::uint64_t n : {1U, 2U, 3U, 16U, 17U, 1000U}) {
    lowprec::sgd::SampleOrder order(n, true, {1, n}), plain(n, false, {1, n});
    std::vector<std::uint64_t> second(n), third(n);
    for (std::uint64_t i = 0; i < n; ++i) {
      CHECK(order(0, i) == i);
      CHECK(plain(5, i) == i);
      second[i] = order(1, i);
    }
    for (std::uint64_t i = 0; i < n; ++i) third[i] = order(2, i);
    if (n >= 16) {
      CHECK(second != third);
      CHECK_FALSE(std::is_sorted(second.begin(), second.end()));
    }
    for (auto* numbers : {&second, &third}) {
      std::sort(numbers->begin(), numbers->end());
      for (std::uint64_t i = 0; i < n; ++i) CHECK((*numbers)[i] == i);
    }
  }
}

// Chi-squared of the images of 5 indices over 60,000 keys: 24 degrees of freedom, 51.2 has probability 0.001.
TEST_CASE("an epoch takes each sample to each place equally often") {
  constexpr std::uint64_t kKeys = 60000, n = 5;
  lowprec::sgd::SampleOrder order(n, true, {4, 4});
  std::vector<double> counts(n * n);
  for (std::uint64_t e = 1; e <= kKeys; ++e)
    for (std::uint64_t i = 0; i < n; ++i) ++counts[i * n + order(e, i)];
  double squares = 0;
  for (const double count : counts) squares += (count - kKeys / 5.0) * (count - kKeys / 5.0) / (kKeys / 5.0);
  CHECK(squares < 51.2);
}
