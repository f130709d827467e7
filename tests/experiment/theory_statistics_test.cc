// Simulation against theory, cell by cell: z = (mean over seeds - expectation) / standard error. With n independent
// cells rms z has a standard error of about 1 / sqrt(2 n), 0.05 for 200, so that [0.8, 1.2] holds with probability
// above 0.9999 for a correct pair; one |z| in 200 beyond 5 has a probability of 1e-4. Seeds are fixed.
#include <doctest/doctest.h>

#include <fmt/format.h>

#include <cmath>
#include <string>
#include <vector>

#include "lowprec/experiment/theory.h"
#include "lowprec/experiment/train.h"

using namespace lowprec;

namespace {

// z of every row of one experiment; the bias of a wrong formula shows in the worst.
struct Agreement {
  double squares = 0, worst = 0;
  int cells = 0;

  void add(const experiment::ResultRow& simulated, const experiment::ResultRow& exact) {
    const double z = (simulated.excess_risk - exact.excess_risk) / simulated.standard_error;
    squares += z * z;
    worst = std::max(worst, std::abs(z));
    ++cells;
  }
  double rms() const { return std::sqrt(squares / cells); }
};

class CellGrid {
 public:
  // One experiment of one configuration, with seeds of its own.
  void run(const std::string& text, const std::string& configuration) {
    const Experiment e = parse_experiment(
        fmt::format("{}\n[run]\nseeds = 400\nseed = {}\n[compare.c]\n{}", text, ++seed_, configuration), "test");
    const auto simulated = train(e);
    const auto exact = theory(e).rows;
    REQUIRE(simulated.size() == exact.size());
    CAPTURE(text + " " + configuration);
    for (std::size_t i = 0; i < exact.size(); ++i) {
      REQUIRE(simulated[i].iterate == exact[i].iterate);
      REQUIRE(simulated[i].metric == exact[i].metric);
      Agreement& a = exact[i].iterate != "average" ? others_ : exact[i].metric == "clean" ? clean_ : quantized_;
      a.add(simulated[i], exact[i]);
      CHECK(std::abs(simulated[i].excess_risk - exact[i].excess_risk) < 5 * simulated[i].standard_error);
    }
  }

  void check() const {
    MESSAGE(
        fmt::format("{} cells: rms z {:.3f} (clean average), {:.3f} (quantized average), {:.3f} (last, tail); "
                    "largest {:.2f}",
                    clean_.cells, clean_.rms(), quantized_.rms(), others_.rms(),
                    std::max({clean_.worst, quantized_.worst, others_.worst})));
    CHECK(clean_.cells >= 200);
    CHECK(clean_.rms() > 0.8);
    CHECK(clean_.rms() < 1.2);
    CHECK(quantized_.rms() > 0.8);
    CHECK(quantized_.rms() < 1.2);
  }

 private:
  std::uint64_t seed_ = 1000;
  Agreement clean_, quantized_, others_;
};

std::string problem(double a, const char* extra = "", std::uint64_t batch = 1) {
  return fmt::format(
      "[problem]\ndimension = 12\nspectrum = \"power({})\"\n[sgd]\nupdates = [120]\nbatch = {}\nstep_size = 0.2\n{}", a,
      batch, extra);
}

}  // namespace

TEST_CASE("more than 200 cells: noises, sites, batches, formats on the data, schedules and tails") {
  CellGrid grid;
  for (const double a : {1.2, 2.0})
    for (const std::uint64_t batch : {1, 4})
      for (const char* noise : {"additive(0.05)", "multiplicative(0.05)", "multiplicative_iid(0.05)"})
        for (const char* law : {"gaussian", "rademacher"})
          for (const char* site : {"data", "label", "parameter", "activation", "gradient", "all"})
            grid.run(problem(a, "", batch), fmt::format("{} = \"{}:noise={}\"", site, noise, law));
  for (const double a : {1.2, 2.0})
    for (const std::uint64_t batch : {1, 4})
      for (const char* format :
           {"int4:step=0.25,symmetric", "e2m1:overflow=saturate", "e4m3:overflow=saturate", "int6:step=2^-3,symmetric"})
        for (const char* rounding : {"@sr", "@rne"})
          grid.run(problem(a, "", batch), fmt::format("data = \"{}{}\"", format, rounding));
  for (const char* schedule : {"geometric", "polynomial(0.5)", "constant"})
    for (const char* noise : {"none", "additive(0.05)", "multiplicative(0.05)", "multiplicative_iid(0.05)"})
      for (const double a : {1.2, 2.0})
        grid.run(problem(a, fmt::format("schedule = \"{}\"\ntail_average = 0.5\n", schedule).c_str()),
                 fmt::format("all = \"{}\"", noise));
  grid.check();
}
