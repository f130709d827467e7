#include "lowprec/experiment/train.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <mutex>

#include "experiment/simulated_cell.h"
#include "system/parallel.h"

namespace lowprec {
namespace {

struct Mean {
  double value, error;
};

// Mean over seeds and its standard error, in the order of the seeds.
template <class F>
Mean mean_of(std::size_t seeds, F value) {
  double sum = 0, squares = 0;
  for (std::size_t s = 0; s < seeds; ++s) sum += value(s);
  const double n = static_cast<double>(seeds), mean = sum / n;
  for (std::size_t s = 0; s < seeds; ++s) squares += (value(s) - mean) * (value(s) - mean);
  return {mean, seeds > 1 ? std::sqrt(squares / (n * (n - 1))) : std::nan("")};
}

void set_shares(experiment::ResultRow& row, const Events& events) {
  const double rounded = events.rounded > 0 ? static_cast<double>(events.rounded) : 1.0;
  row.saturated = static_cast<double>(events.overflow) / rounded;
  row.underflow = static_cast<double>(events.underflow) / rounded;
  row.nan = static_cast<double>(events.nan) / rounded;
}

struct Metric {
  const char* iterate;
  experiment::MetricRisks experiment::Checkpoint::*risks;
  const char* name;
  double experiment::MetricRisks::*risk;
};
constexpr Metric kMetrics[] = {
    {"average", &experiment::Checkpoint::average, "clean", &experiment::MetricRisks::clean},
    {"average", &experiment::Checkpoint::average, "quantized", &experiment::MetricRisks::quantized},
    {"last", &experiment::Checkpoint::last, "clean", &experiment::MetricRisks::clean},
    {"last", &experiment::Checkpoint::last, "quantized", &experiment::MetricRisks::quantized},
    {"tail", &experiment::Checkpoint::tail, "clean", &experiment::MetricRisks::clean},
    {"tail", &experiment::Checkpoint::tail, "quantized", &experiment::MetricRisks::quantized}};

// Rows of one cell.
class CellTable {
 public:
  CellTable(const experiment::Cell& cell, const std::vector<std::string>& grid,
            const std::vector<experiment::Trajectories>& seeds)
      : cell_(cell), seeds_(seeds) {
    std::ranges::transform(grid, std::back_inserter(grid_), experiment::plain_value);
  }

  void append(std::vector<experiment::ResultRow>& rows, experiment::Diagnostics* report) const {
    for (std::size_t c = 0; c < cell_.experiment().compare.size(); ++c)
      for (std::size_t k = 0; k < cell_.experiment().sgd.updates.size(); ++k) {
        const sgd::SiteEvents events = events_of(c, k);
        for (const Metric& metric : kMetrics)
          if (is_shown(metric, c)) {
            append_row(metric, c, k, events, rows);
            if (report != nullptr && report->wants_runs) append_runs(metric, c, k, rows.back(), report->runs);
          }
        if (report != nullptr) append_sites(c, k, events, report->sites);
      }
  }

 private:
  bool is_shown(const Metric& metric, std::size_t c) const {
    const bool is_tail = metric.risks == &experiment::Checkpoint::tail;
    const bool is_quantized = metric.risk == &experiment::MetricRisks::quantized;
    return (!is_tail || cell_.experiment().sgd.tail_average > 0) && (!is_quantized || cell_.has_quantized(c));
  }

  sgd::SiteEvents events_of(std::size_t c, std::size_t k) const {
    sgd::SiteEvents sum{};
    for (const auto& seed : seeds_)
      for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += seed[c][k].events[i];
    return sum;
  }

  void append_row(const Metric& metric, std::size_t c, std::size_t k, const sgd::SiteEvents& sites,
                  std::vector<experiment::ResultRow>& rows) const {
    Events events;
    for (const Events& site : sites) events += site;
    experiment::ResultRow& row = rows.emplace_back();
    row.config = cell_.experiment().compare[c].name;
    row.grid = grid_;
    row.updates = cell_.experiment().sgd.updates[k];
    row.iterate = metric.iterate;
    row.metric = metric.name;
    const Mean risk = mean_of(seeds_.size(), [&](std::size_t s) { return risk_of(metric, c, k, s); });
    row.excess_risk = risk.value;
    row.standard_error = risk.error;
    row.seeds = seeds_.size();
    set_shares(row, events);
    if (!is_shown(metric, 0)) return;
    const Mean difference =
        mean_of(seeds_.size(), [&](std::size_t s) { return risk_of(metric, c, k, s) - risk_of(metric, 0, k, s); });
    row.difference = difference.value;
    row.difference_error = difference.error;
  }

  void append_runs(const Metric& metric, std::size_t c, std::size_t k, const experiment::ResultRow& row,
                   std::vector<experiment::RunRow>& runs) const {
    for (std::size_t s = 0; s < seeds_.size(); ++s)
      runs.push_back({row.config, row.grid, row.updates, row.iterate, row.metric, s, risk_of(metric, c, k, s)});
  }

  double risk_of(const Metric& metric, std::size_t c, std::size_t k, std::size_t seed) const {
    return seeds_[seed][c][k].*metric.risks.*metric.risk;
  }

  void append_sites(std::size_t c, std::size_t k, const sgd::SiteEvents& events,
                    std::vector<experiment::SiteRow>& rows) const {
    for (std::size_t i = 0; i < events.size(); ++i)
      if (events[i].rounded > 0)
        rows.push_back({cell_.experiment().compare[c].name, grid_, cell_.experiment().sgd.updates[k],
                        std::string(sgd::kSites[i].name), events[i]});
  }

  const experiment::Cell& cell_;
  const std::vector<experiment::Trajectories>& seeds_;
  std::vector<std::string> grid_;
};

// Each once.
void add_note(experiment::Diagnostics& report, const std::string& note) {
  if (std::ranges::find(report.notes, note) == report.notes.end()) report.notes.push_back(note);
}

void note_data(const experiment::Cell& cell, experiment::Diagnostics& report) {
  if (cell.data() == nullptr) return;
  for (const auto& note : cell.data()->notes) add_note(report, note);
}

void note_metrics(const experiment::Cell& cell, experiment::Diagnostics& report) {
  const Experiment& e = cell.experiment();
  for (const auto& configuration : e.compare) {
    const Quantizer& q = experiment::tested_quantizer(configuration.sites);
    if (const auto reason = experiment::missing_metric(e.problem, configuration.sites))
      add_note(report, fmt::format("{}: no rows of the metric `quantized`, which has no closed form for {}",
                                   configuration.name, *reason));
    else if (sgd::is_rotated(e.problem) && q.rounded() != nullptr)
      add_note(report, fmt::format("{}: the metric `quantized` is a surrogate on rotated data (docs/experiments.md)",
                                   configuration.name));
  }
}

// Runs whose weights left the numbers at some listed N.
void note_divergence(const experiment::Cell& cell, const std::vector<experiment::Trajectories>& seeds,
                     experiment::Diagnostics& report) {
  for (std::size_t c = 0; c < cell.experiment().compare.size(); ++c) {
    const auto diverged = std::ranges::count_if(
        seeds, [c](const experiment::Trajectories& t) { return !std::isfinite(t[c].back().average.clean); });
    if (diverged > 0)
      add_note(report, fmt::format("{}: {} of {} runs diverged: their risk is not a finite number",
                                   cell.experiment().compare[c].name, diverged, seeds.size()));
  }
}

}  // namespace

std::vector<experiment::ResultRow> train(const Experiment& experiment, unsigned threads,
                                         const experiment::Progress& progress, experiment::Diagnostics* report) {
  const auto grid = experiment::grid_cells(experiment.run);
  std::vector<experiment::Cell> cells;
  double work = 0;
  for (const auto& values : grid) {
    cells.emplace_back(experiment::cell_experiment(experiment, values));
    work += static_cast<double>(cells.back().work() * experiment.run.seeds);
  }
  std::mutex mutex;
  double done = 0;
  const auto show = [&](std::uint64_t updates) {
    if (!progress) return;
    const std::lock_guard lock(mutex);
    done += static_cast<double>(updates);
    progress(done / work);
  };
  const std::size_t seeds = experiment.run.seeds;
  std::vector<std::vector<experiment::Trajectories>> results(cells.size(),
                                                             std::vector<experiment::Trajectories>(seeds));
  system::parallel_pieces(cells.size() * seeds, system::thread_count(threads), [&](std::size_t i) {
    results[i / seeds][i % seeds] = cells[i / seeds].run_seed(i % seeds, show);
  });
  std::vector<experiment::ResultRow> rows;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    CellTable(cells[i], grid[i], results[i]).append(rows, report);
    if (report == nullptr) continue;
    note_data(cells[i], *report);
    note_metrics(cells[i], *report);
    note_divergence(cells[i], results[i], *report);
  }
  if (report == nullptr) return rows;
  for (const auto& note : experiment::notes_on(rows)) add_note(*report, note);
  return rows;
}

}  // namespace lowprec
