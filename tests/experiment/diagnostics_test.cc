#include "lowprec/experiment/diagnostics.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <sstream>
#include <string>
#include <vector>

#include "lowprec/experiment/train.h"
#include "lowprec/format/names.h"
#include "lowprec/format/number_text.h"
#include "lowprec/sgd/rotation.h"
#include "lowprec/sgd/sampler.h"
#include "theory/rotated_risk.h"

using namespace lowprec;

namespace {

bool has_note(const experiment::Diagnostics& report, const std::string& words) {
  return std::ranges::any_of(report.notes, [&](const auto& note) { return note.find(words) != std::string::npos; });
}

std::vector<std::vector<std::string>> table(const std::string& csv) {
  std::vector<std::vector<std::string>> rows;
  std::istringstream lines(csv);
  for (std::string line; std::getline(lines, line);) {
    auto& cells = rows.emplace_back(1);
    for (const char c : line) c == ',' ? cells.emplace_back() : cells.back().append(1, c), void();
  }
  return rows;
}

double mean_square_error(std::span<const double> lambda, std::span<const double> target, const sgd::Rotation& u,
                         const Quantizer& q, std::span<const double> w, std::uint64_t samples) {
  const std::size_t d = lambda.size();
  sgd::Sampler sampler(lambda, target, 0, 1, {21, 1}, {0, &u});
  std::vector<double> z(d);
  double sum = 0;
  for (std::uint64_t t = 0; t < samples; ++t) {
    sampler.draw(t);
    quantize(q, sampler.x(), z, Stream{21, 2}.substream(t));
    double error = sampler.y()[0];
    for (std::size_t i = 0; i < d; ++i) error -= w[i] * z[i];
    sum += error * error;
  }
  return sum / static_cast<double>(samples);
}

}  // namespace

TEST_CASE("events by site add up to the shares of a row") {
  const Experiment e = parse_experiment(
      "[sgd]\nupdates = [5, 40]\n[run]\nseeds = 3\n[compare.a]\nlabel = \"int4\"\nparameter = \"e2m1\"\n"
      "[compare.b]\nall = \"additive(0.1)\"\n[problem]\nnoise = 10000\n",
      "x");
  experiment::Diagnostics report;
  const auto rows = train(e, 1, {}, &report);
  REQUIRE(report.sites.size() == 4);  // two sites, two numbers of updates; noise rounds nothing
  CHECK(report.sites[0].site == "label");
  CHECK(report.sites[0].events.rounded == 5 * 3);
  CHECK(report.sites[3].site == "parameter");
  CHECK(report.sites[3].events.rounded == 40 * 3 * 200);
  Events all = report.sites[2].events;
  all += report.sites[3].events;
  const auto row = std::ranges::find_if(rows, [](const experiment::ResultRow& r) { return r.updates == 40; });
  CHECK(row->saturated == static_cast<double>(all.saturated) / static_cast<double>(all.rounded));
  const auto csv = table(experiment::sites_to_csv(e, report.sites));
  CHECK(csv[0] == std::vector<std::string>{"config", "updates", "site", "rounded", "saturated", "underflow", "nan"});
  CHECK(csv[1][2] == "label");
  CHECK(format::parse_number(csv[1][4]) > 0.8);
}

TEST_CASE("divergence, too few seeds and what has no closed form are said") {
  const auto report_of = [](const std::string& text) {
    experiment::Diagnostics report;
    train(parse_experiment("[problem]\ndimension = 8\n" + text, "x"), 1, {}, &report);
    return report;
  };
  const experiment::Diagnostics diverged = report_of("[sgd]\nupdates = [300]\nstep_size = 1e20\n[run]\nseeds = 3\n");
  CHECK(has_note(diverged, "3 of 3 runs diverged"));
  CHECK(has_note(diverged, "4 of 4 rows are not finite"));
  CHECK(has_note(report_of("[sgd]\nupdates = [9]\n[run]\nseeds = 1\n"), "no standard error"));
  CHECK(has_note(report_of("[sgd]\nupdates = [9]\nstep_size = 0.9\n[run]\nseeds = 2\n"), "exceeds a tenth"));
  const experiment::Diagnostics fine = report_of("[sgd]\nupdates = [2]\nstep_size = 1e-6\n[run]\nseeds = 3\n");
  CHECK(fine.notes.empty());
  CHECK(has_note(report_of("[sgd]\nupdates = [2]\n[compare.a]\ndata = \"int8:absmax\"\n"), "chosen from the data"));
  CHECK(has_note(report_of("tails = \"student(5)\"\n[sgd]\nupdates = [2]\n[compare.a]\ndata = \"int8\"\n"), "Student"));
  CHECK(
      has_note(report_of("rotation = \"random\"\n[sgd]\nupdates = [2]\n[compare.a]\ndata = \"int8\"\n"), "surrogate"));
}

TEST_CASE("the spectrum of quantized data: closed forms and measured moments agree") {
  const Experiment e = parse_experiment(
      "[problem]\ndimension = 4\n[compare.a]\ndata = \"int4:step=0.25@sr\"\n[compare.b]\ndata = \"additive(0.5)\"\n",
      "x");
  const auto rows = table(experiment::data_spectrum_csv(e, 40000));
  REQUIRE(rows.size() == 1 + 2 * 4);
  CHECK(rows[0] ==
        std::vector<std::string>{"config", "i", "lambda", "h", "c", "h_measured", "c_measured", "eigenvalue"});
  double trace = 0;
  for (std::size_t i = 1; i <= 4; ++i) {
    const auto number = [&](std::size_t column) { return format::parse_number(rows[i][column]); };
    CHECK(number(2) == sgd::eigenvalues(e.problem)[i - 1]);
    CHECK(number(5) == doctest::Approx(number(3)).epsilon(0.04));
    CHECK(number(6) == doctest::Approx(number(4)).epsilon(0.04));
    CHECK(number(7) == doctest::Approx(number(5)).epsilon(0.02));  // nearly diagonal
    trace += number(7) - number(5);
  }
  CHECK(std::abs(trace) < 1e-12);
  CHECK(format::parse_number(rows[5][3]) == 1.5);
  const auto scaled = table(experiment::data_spectrum_csv(
      parse_experiment("[problem]\ndimension = 2\nrotation = \"random\"\n[compare.a]\ndata = \"int8:absmax\"\n", "x"),
      20000));
  CHECK(scaled[1][3].empty());
  CHECK(format::parse_number(scaled[1][7]) == doctest::Approx(1).epsilon(0.05));  // of H, whatever the rotation
  CHECK(format::parse_number(scaled[2][7]) == doctest::Approx(0.25).epsilon(0.05));
}

// 2 10^5 samples: a relative standard error near 0.003; 5 of them.
TEST_CASE("the risk on rotated quantized data is that of samples") {
  const std::vector<double> lambda{1, 0.5, 0.1}, target{1, -2, 3}, w{0.7, 0.4, -1.5};
  const sgd::Rotation u(3, Stream{8, 1});
  for (const char* text : {"none", "additive(0.2)", "multiplicative(0.3)", "multiplicative_iid(0.3)",
                           "int8:step=0.5@sr", "int8:step=0.5@rne", "e2m1:overflow=saturate@sr"}) {
    CAPTURE(text);
    const Quantizer q = parse_quantizer(text);
    const risk::RotatedRisk risk(lambda, target, u, q);
    CHECK(risk.quantized(w) == doctest::Approx(mean_square_error(lambda, target, u, q, w, 200000)).epsilon(0.016));
    CHECK(risk.clean(w) == doctest::Approx(mean_square_error(lambda, target, u, {}, w, 200000)).epsilon(0.016));
  }
}
