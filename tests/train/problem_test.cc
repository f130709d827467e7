#include "lowprec/train/problem.h"

#include <doctest/doctest.h>

#include <cmath>
#include <cstdio>
#include <fstream>
#include <string>

#include "lowprec/error.h"

using lowprec::Problem;
using lowprec::Stream;

TEST_CASE("spectra follow their texts and are rounded once") {
  CHECK(lowprec::eigenvalues({.dimension = 4, .spectrum = "power(2)"}) == std::vector{1.0, 0.25, 1.0 / 9, 0.0625});
  CHECK(lowprec::eigenvalues({.dimension = 2, .spectrum = "isotropic", .scale = 3}) == std::vector{3.0, 3.0});
  CHECK(lowprec::eigenvalues({.dimension = 3, .spectrum = "step(2,0.5)"}) == std::vector{1.0, 1.0, 0.5});
  CHECK(lowprec::eigenvalues({.dimension = 2, .spectrum = "[2, 0.125]"}) == std::vector{2.0, 0.125});
  const auto decay = lowprec::eigenvalues({.dimension = 2, .spectrum = "exp(8)"});
  CHECK(decay[0] == 0x1.c3d6a24ed8222p-1);  // exp(-1/8), correctly rounded
}

TEST_CASE("tr H of power(2), d = 200") {
  double trace = 0;
  for (const double value : lowprec::eigenvalues({})) trace += value;
  CHECK(std::abs(trace - 1.639946546015) < 1e-12);
}

TEST_CASE("targets follow their texts") {
  CHECK(lowprec::target_vector({.dimension = 3, .target = "ones"}, {}) == std::vector{1.0, 1.0, 1.0});
  CHECK(lowprec::target_vector({.dimension = 3, .target = "alternating"}, {}) == std::vector{-1.0, 1.0, -1.0});
  CHECK(lowprec::target_vector({.dimension = 2, .target = "power(1)"}, {}) == std::vector{1.0, 0.5});
  const Stream stream{7, 1};
  const auto prior = lowprec::target_vector({.dimension = 3, .target = "prior"}, stream);
  CHECK(prior[2] == stream.gaussian(2));
}

TEST_CASE("numbers from a file; a bad line is named") {
  const std::string path = "problem_test_numbers.txt";
  std::ofstream(path) << "1\n\n0x1p-1\n";
  CHECK(lowprec::eigenvalues({.dimension = 2, .spectrum = "file:" + path}) == std::vector{1.0, 0.5});
  std::ofstream(path) << "1\nabc\n";
  CHECK_THROWS_WITH_AS(lowprec::eigenvalues({.dimension = 2, .spectrum = "file:" + path}),
                       doctest::Contains("problem_test_numbers.txt:2"), lowprec::Error);
  std::remove(path.c_str());
  CHECK_THROWS_AS(lowprec::eigenvalues({.dimension = 2, .spectrum = "file:" + path}), lowprec::Error);
}

TEST_CASE("impossible spectra and targets are refused") {
  for (const char* text :
       {"", "power", "power(a)", "power(1,2)", "exp(0)", "exp(-1)", "[1]", "[1, 2, 3]", "[1, -1]", "[1, 0]", "step(1)"})
    CHECK_THROWS_AS(lowprec::eigenvalues({.dimension = 2, .spectrum = text}), lowprec::Error);
  for (const char* text : {"", "twos", "[1]", "power()", "power(x)"})
    CHECK_THROWS_AS(lowprec::target_vector({.dimension = 2, .target = text}, {}), lowprec::Error);
}

TEST_CASE("a batch is a pure function of the stream and its number") {
  const std::vector<double> lambda{4.0, 0.25}, target{1.0, -2.0};
  lowprec::Sampler sampler(lambda, target, 9.0, 3, {5, 6});
  sampler.draw(11);
  const std::vector<double> x(sampler.x().begin(), sampler.x().end()), y(sampler.y().begin(), sampler.y().end());
  sampler.draw(2);
  sampler.draw(11);
  CHECK(std::equal(x.begin(), x.end(), sampler.x().begin()));
  CHECK(std::equal(y.begin(), y.end(), sampler.y().begin()));

  const Stream stream{5, 6};
  const std::uint64_t first = 11 * Stream::gaussian_group;  // three rows of two, three labels: one group a batch
  for (std::size_t b = 0; b < 3; ++b) {
    CHECK(x[2 * b] == 2.0 * stream.gaussian(first + 2 * b));
    CHECK(x[2 * b + 1] == 0.5 * stream.gaussian(first + 2 * b + 1));
    CHECK(y[b] == x[2 * b] + x[2 * b + 1] * -2.0 + 3.0 * stream.gaussian(first + 6 + b));
  }
}
