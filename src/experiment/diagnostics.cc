#include "lowprec/experiment/diagnostics.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "experiment/sample_source.h"
#include "experiment/simulated_cell.h"
#include "lowprec/experiment/train.h"
#include "lowprec/format/names.h"
#include "lowprec/format/number_text.h"
#include "lowprec/sgd/rotation.h"
#include "lowprec/sgd/sampler.h"
#include "lowprec/theory/data_moments.h"

namespace lowprec {
namespace {

std::string grid_header(const Experiment& experiment) {
  std::string text = "config";
  for (const auto& entry : experiment.run.grid) text += "," + experiment::csv_cell(entry.first);
  return text;
}

std::string grid_cells_text(const std::string& config, const std::vector<std::string>& grid) {
  std::string text = experiment::csv_cell(config);
  for (const auto& value : grid) text += "," + experiment::csv_cell(value);
  return text;
}

// A symmetric matrix, row-major; its eigenvalues in descending order, by cyclic Jacobi rotations (Golub & Van Loan,
// 8.5), to a relative error of the largest of about 10^-14.
std::vector<double> symmetric_eigenvalues(std::vector<double> a, std::size_t d) {
  const auto at = [&](std::size_t i, std::size_t j) -> double& { return a[i * d + j]; };
  const auto off = [&] {
    double sum = 0, all = 0;
    for (std::size_t i = 0; i < d * d; ++i) (i / d == i % d ? all : sum) += a[i] * a[i];
    return sum > 1e-28 * all;
  };
  for (int sweep = 0; sweep < 30 && off(); ++sweep)
    for (std::size_t p = 0; p + 1 < d; ++p)
      for (std::size_t q = p + 1; q < d; ++q) {
        if (at(p, q) == 0) continue;
        const double theta = (at(q, q) - at(p, p)) / (2 * at(p, q));
        const double t = (theta < 0 ? -1 : 1) / (std::abs(theta) + std::sqrt(theta * theta + 1));
        const double c = 1 / std::sqrt(t * t + 1), s = t * c;
        for (std::size_t k = 0; k < d; ++k) {
          const double x = at(k, p), y = at(k, q);
          at(k, p) = c * x - s * y;
          at(k, q) = s * x + c * y;
        }
        for (std::size_t k = 0; k < d; ++k) {
          const double x = at(p, k), y = at(q, k);
          at(p, k) = c * x - s * y;
          at(q, k) = s * x + c * y;
        }
      }
  std::vector<double> values(d);
  for (std::size_t i = 0; i < d; ++i) values[i] = at(i, i);
  std::ranges::sort(values, std::greater());
  return values;
}

// Moments of quantized samples.
struct Measured {
  std::vector<double> h, c, eigenvalues;
};

Measured measure(const Experiment& e, std::span<const double> lambda, const sgd::Rotation* rotation, const Quantizer& q,
                 std::uint64_t samples) {
  const std::size_t d = lambda.size();
  const std::vector<double> target(d);
  const std::uint64_t batch = e.sgd.batch;
  sgd::Sampler sampler(lambda, target, 0, batch, experiment::stream_of(e.run, 0, experiment::StreamOf::data),
                       {sgd::student_freedom(e.problem), rotation});
  sgd::QuantizerSite site(q, experiment::stream_of(e.run, 0, experiment::StreamOf::quantizer).substream(0));
  std::vector<double> z(batch * d), second(d * d);
  Measured m{std::vector<double>(d), std::vector<double>(d), {}};
  const std::uint64_t batches = (samples + batch - 1) / batch;
  for (std::uint64_t t = 0; t < batches; ++t) {
    sampler.draw(t);
    const std::uint64_t stride = (d + Stream::gaussian_group - 1) / Stream::gaussian_group * Stream::gaussian_group;
    site.rows({sampler.x().data(), batch, d}, {z.data(), batch, d}, t * batch, stride);
    for (std::size_t b = 0; b < batch; ++b)
      for (std::size_t i = 0; i < d; ++i) {
        m.c[i] += sampler.x()[b * d + i] * z[b * d + i];
        for (std::size_t j = 0; j < d; ++j) second[i * d + j] += z[b * d + i] * z[b * d + j];
      }
  }
  const double n = static_cast<double>(batches * batch);
  for (double& x : second) x /= n;
  for (std::size_t i = 0; i < d; ++i) {
    m.c[i] /= n;
    m.h[i] = second[i * d + i];
  }
  m.eigenvalues = symmetric_eigenvalues(std::move(second), d);
  return m;
}

// Variances of the features that are quantized.
std::vector<double> variances(std::span<const double> lambda, const sgd::Rotation* rotation) {
  if (rotation == nullptr) return {lambda.begin(), lambda.end()};
  std::vector<double> result(lambda.size());
  for (std::size_t j = 0; j < lambda.size(); ++j)
    for (std::size_t i = 0; i < lambda.size(); ++i)
      result[i] += lambda[j] * rotation->column(j)[i] * rotation->column(j)[i];
  return result;
}

std::string cell_spectrum(const Experiment& e, const std::vector<std::string>& grid, std::uint64_t samples) {
  const experiment::SeedProblem problem = experiment::make_seed_problem(e, 0);
  const auto& lambda = problem.lambda;
  const sgd::Rotation* u = problem.rotation ? &*problem.rotation : nullptr;
  const auto variance = variances(lambda, u);
  std::string text;
  for (const auto& configuration : e.compare) {
    const Quantizer& q = experiment::tested_quantizer(configuration.sites);
    const bool is_known = !experiment::missing_metric(e.problem, configuration.sites);
    const risk::DataMoments moments = is_known ? risk::data_moments(q, variance) : risk::DataMoments{};
    const Measured measured = measure(e, lambda, u, q, samples > 0 ? samples : 50 * lambda.size());
    for (std::size_t i = 0; i < lambda.size(); ++i)
      text += fmt::format("{},{},{},{},{},{},{},{}\n", grid_cells_text(configuration.name, grid), i + 1,
                          to_string(variance[i]), is_known ? to_string(moments.h[i]) : "",
                          is_known ? to_string(moments.c[i]) : "", to_string(measured.h[i]), to_string(measured.c[i]),
                          to_string(measured.eigenvalues[i]));
  }
  return text;
}

}  // namespace

std::string experiment::sites_to_csv(const Experiment& experiment, const std::vector<experiment::SiteRow>& rows) {
  std::string csv = grid_header(experiment) + ",updates,site,rounded,saturated,underflow,nan\n";
  for (const experiment::SiteRow& row : rows) {
    const auto share = [&](std::uint64_t n) {
      return to_string(static_cast<double>(n) / static_cast<double>(row.events.rounded));
    };
    csv +=
        fmt::format("{},{},{},{},{},{},{}\n", grid_cells_text(row.config, row.grid), row.updates, row.site,
                    row.events.rounded, share(row.events.overflow), share(row.events.underflow), share(row.events.nan));
  }
  return csv;
}

std::string experiment::runs_to_csv(const Experiment& experiment, const std::vector<experiment::RunRow>& rows) {
  std::string csv = grid_header(experiment) + ",updates,iterate,metric,seed,excess_risk\n";
  for (const experiment::RunRow& row : rows)
    csv += fmt::format("{},{},{},{},{},{}\n", grid_cells_text(row.config, row.grid), row.updates, row.iterate,
                       row.metric, row.seed, to_string(row.excess_risk));
  return csv;
}

std::string experiment::data_spectrum_csv(const Experiment& experiment, std::uint64_t samples) {
  if (experiment.problem.data.is_given())
    throw Error("problem.data: moments of rounded data are compared with those of normal data, not with a file's");
  std::string csv = grid_header(experiment) + ",i,lambda,h,c,h_measured,c_measured,eigenvalue\n";
  for (const auto& values : experiment::grid_cells(experiment.run)) {
    std::vector<std::string> plain;
    std::ranges::transform(values, std::back_inserter(plain), plain_value);
    csv += cell_spectrum(experiment::cell_experiment(experiment, values), plain, samples);
  }
  return csv;
}

std::vector<std::string> experiment::notes_on(const std::vector<experiment::ResultRow>& rows) {
  constexpr double kWorst = 0.1;  // of the mean
  std::size_t infinite = 0, imprecise = 0;
  for (const experiment::ResultRow& row : rows) {
    if (!std::isfinite(row.excess_risk)) ++infinite;
    if (row.standard_error > kWorst * std::abs(row.excess_risk)) ++imprecise;
  }
  std::vector<std::string> notes;
  if (infinite > 0)
    notes.push_back(fmt::format("{} of {} rows are not finite: a run that diverges makes its mean inf or nan", infinite,
                                rows.size()));
  if (imprecise > 0)
    notes.push_back(
        fmt::format("the standard error exceeds a tenth of the mean in {} of {} rows: more run.seeds make "
                    "it smaller",
                    imprecise, rows.size()));
  if (!rows.empty() && rows.front().seeds == 1) notes.push_back("one seed has no standard error");
  return notes;
}

}  // namespace lowprec
