// Sketched regression, simulated against theory and against the brute-force path x -> S x. Seeds are fixed.
#include <doctest/doctest.h>

#include <fmt/format.h>

#include <cmath>
#include <string>
#include <vector>

#include "lowprec/experiment/theory.h"
#include "lowprec/experiment/train.h"

using namespace lowprec;

namespace {

std::string problem(std::size_t size, double a, const char* schedule, const char* target = "prior") {
  return fmt::format(
      "[problem]\nspectrum = \"power({})\"\ntarget = \"{}\"\nsketch = {{ size = {}, ambient = 40 }}\n[sgd]\nupdates = "
      "[200]\nstep_size = 0.12\nschedule = \"{}\"\n",
      a, target, size, schedule);
}

Experiment experiment_of(const std::string& text, const std::string& sites, std::uint64_t seeds, std::uint64_t seed) {
  return parse_experiment(fmt::format("{}[compare.c]\n{}\n[run]\nseeds = {}\nseed = {}\n", text, sites, seeds, seed),
                          "t");
}

}  // namespace

// Theory averages over sketches of its own, so z has the errors of both. With 96 independent pairs of cells rms z has a
// standard error of 0.07; a correct program fails with probability below 0.005 for the two bounds together.
TEST_CASE("simulation and theory over a grid of sketched cells") {
  double squares = 0;
  int cells = 0;
  std::uint64_t seed = 500;
  for (const std::size_t size : {3, 8})
    for (const double a : {1.5, 2.0})
      for (const char* schedule : {"constant", "geometric"})
        for (const char* sites :
             {"all = \"none\"", "all = \"additive(0.02)\"", "all = \"multiplicative(0.03)\"",
              "data = \"additive(0.05)\"", "data = \"multiplicative(0.1)\"", "label = \"multiplicative_iid(0.2)\"",
              "activation = \"additive(0.1)\"", "gradient = \"multiplicative(0.1)\"",
              "parameter = \"multiplicative(0.1)\"", "data = \"additive(0.05):noise=rademacher\"",
              "parameter = \"additive(0.02)\"", "label = \"additive(0.3)\""}) {
          seed += 2;
          const auto simulated = train(experiment_of(problem(size, a, schedule), sites, 200, seed));
          const auto exact = theory(experiment_of(problem(size, a, schedule), sites, 200, seed + 1)).rows;
          CAPTURE(sites);
          for (const std::size_t row : {0}) {  // the average, clean
            const double error = std::hypot(simulated[row].standard_error, exact[row].standard_error);
            const double z = (simulated[row].excess_risk - exact[row].excess_risk) / error;
            CHECK(std::abs(z) < 5);
            squares += z * z;
            ++cells;
          }
        }
  const double rms = std::sqrt(squares / cells);
  MESSAGE(fmt::format("{} cells: rms z {:.3f}", cells, rms));
  CHECK(rms > 0.8);
  CHECK(rms < 1.2);
}

// The same sketch and target for both, so that their difference has the samples' noise alone: |z| < 4, a correct
// program fails with probability below 1e-3 for all eight.
TEST_CASE("the reduced problem and brute force, sketch by sketch") {
  for (const char* target : {"prior", "ones"})
    for (const char* sites : {"all = \"none\"", "data = \"additive(0.05)\"", "data = \"e2m1:overflow=saturate@sr\"",
                              "data = \"multiplicative_iid(0.1)\""}) {
      const int n = 160;
      double sum = 0, squares = 0;
      for (std::uint64_t seed = 1; seed <= n; ++seed) {
        const std::string text = problem(6, 1.5, "constant", target);
        const auto reduced = train(experiment_of(text, sites, 1, seed));
        const auto brute =
            train(experiment_of(text, std::string(sites) + "\n[compare.brute]\nambient = \"additive(0)\"", 1, seed));
        const double difference = reduced[0].excess_risk - brute[0].excess_risk;
        sum += difference;
        squares += difference * difference;
      }
      const double mean = sum / n, error = std::sqrt((squares / n - mean * mean) / (n - 1));
      CAPTURE(sites);
      CAPTURE(target);
      CHECK(error > 0);
      CHECK(std::abs(mean / error) < 4);
    }
}

// E over w of the risk on S Q(x) by Monte Carlo over fresh x is what the closed form gives: here for ideal noise, whose
// covariance eps diag(lambda) goes through the sketch. Two comparisons of 4 standard errors: a correct program fails
// with a probability of 1e-4.
TEST_CASE("multiplicative noise before the sketch stays multiplicative: eps times the covariance") {
  const std::string text = problem(6, 2, "constant");
  const auto before = train(experiment_of(text, "ambient = \"multiplicative_iid(0.1)\"", 600, 11));
  const auto common = train(experiment_of(text, "data = \"multiplicative(0.1)\"", 600, 11));
  for (const std::size_t row : {0, 1}) {
    const double error = std::hypot(before[row].standard_error, common[row].standard_error);
    CHECK(std::abs(before[row].excess_risk - common[row].excess_risk) < 4 * error);
  }
}
