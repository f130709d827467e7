#include "lowprec/experiment/train.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <mutex>

#include "system/parallel.h"
#include "experiment/simulated_cell.h"

namespace lowprec {
namespace {

// Mean over seeds and its standard error, in the order of the seeds.
template <class F>
void set_mean(Row& row, std::size_t seeds, F value) {
  double sum = 0, squares = 0;
  for (std::size_t s = 0; s < seeds; ++s) sum += value(s);
  const double n = static_cast<double>(seeds);
  row.excess_risk = sum / n;
  for (std::size_t s = 0; s < seeds; ++s) squares += (value(s) - row.excess_risk) * (value(s) - row.excess_risk);
  row.standard_error = seeds > 1 ? std::sqrt(squares / (n * (n - 1))) : std::nan("");
  row.seeds = seeds;
}

void set_shares(Row& row, const Events& events) {
  const double rounded = events.rounded > 0 ? static_cast<double>(events.rounded) : 1.0;
  row.saturated = static_cast<double>(events.overflow) / rounded;
  row.underflow = static_cast<double>(events.underflow) / rounded;
  row.nan = static_cast<double>(events.nan) / rounded;
}

struct Metric {
  const char* iterate;
  MetricRisks Checkpoint::*risks;
  const char* name;
  double MetricRisks::*risk;
};
constexpr Metric kMetrics[] = {{"average", &Checkpoint::average, "clean", &MetricRisks::clean},
                               {"average", &Checkpoint::average, "quantized", &MetricRisks::quantized},
                               {"last", &Checkpoint::last, "clean", &MetricRisks::clean},
                               {"last", &Checkpoint::last, "quantized", &MetricRisks::quantized},
                               {"tail", &Checkpoint::tail, "clean", &MetricRisks::clean},
                               {"tail", &Checkpoint::tail, "quantized", &MetricRisks::quantized}};

// Rows of one cell.
class CellTable {
 public:
  CellTable(const Cell& cell, const std::vector<std::string>& grid, const std::vector<Trajectories>& seeds)
      : cell_(cell), seeds_(seeds) {
    std::ranges::transform(grid, std::back_inserter(grid_), plain_value);
  }

  void append(std::vector<Row>& rows, Report* report) const {
    for (std::size_t c = 0; c < cell_.experiment().compare.size(); ++c)
      for (std::size_t k = 0; k < cell_.experiment().sgd.updates.size(); ++k) {
        const SiteEvents events = events_of(c, k);
        for (const Metric& metric : kMetrics)
          if (is_shown(metric, c)) append_row(metric, c, k, events, rows);
        if (report != nullptr) append_sites(c, k, events, report->sites);
      }
  }

 private:
  bool is_shown(const Metric& metric, std::size_t c) const {
    const bool is_tail = metric.risks == &Checkpoint::tail;
    const bool is_quantized = metric.risk == &MetricRisks::quantized;
    return (!is_tail || cell_.experiment().sgd.tail_average > 0) && (!is_quantized || cell_.has_quantized(c));
  }

  SiteEvents events_of(std::size_t c, std::size_t k) const {
    SiteEvents sum{};
    for (const auto& seed : seeds_)
      for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += seed[c][k].events[i];
    return sum;
  }

  void append_row(const Metric& metric, std::size_t c, std::size_t k, const SiteEvents& sites,
                  std::vector<Row>& rows) const {
    Events events;
    for (const Events& site : sites) events += site;
    Row& row = rows.emplace_back();
    row.config = cell_.experiment().compare[c].name;
    row.grid = grid_;
    row.updates = cell_.experiment().sgd.updates[k];
    row.iterate = metric.iterate;
    row.metric = metric.name;
    set_mean(row, seeds_.size(), [&](std::size_t s) { return seeds_[s][c][k].*metric.risks.*metric.risk; });
    set_shares(row, events);
  }

  void append_sites(std::size_t c, std::size_t k, const SiteEvents& events, std::vector<SiteRow>& rows) const {
    for (std::size_t i = 0; i < events.size(); ++i)
      if (events[i].rounded > 0)
        rows.push_back({cell_.experiment().compare[c].name, grid_, cell_.experiment().sgd.updates[k],
                        std::string(kSiteNames[i]), events[i]});
  }

  const Cell& cell_;
  const std::vector<Trajectories>& seeds_;
  std::vector<std::string> grid_;
};

// Each once.
void add_note(Report& report, const std::string& note) {
  if (std::ranges::find(report.notes, note) == report.notes.end()) report.notes.push_back(note);
}

void note_metrics(const Cell& cell, Report& report) {
  const Experiment& e = cell.experiment();
  for (const auto& configuration : e.compare) {
    const Quantizer& q = tested_quantizer(configuration.sites);
    if (const auto reason = missing_metric(e.problem, configuration.sites))
      add_note(report, fmt::format("{}: no rows of the metric `quantized`, which has no closed form for {}",
                                   configuration.name, *reason));
    else if (is_rotated(e.problem) && q.is_format())
      add_note(report, fmt::format("{}: the metric `quantized` is a surrogate on rotated data (docs/experiments.md)",
                                   configuration.name));
  }
}

// Runs whose weights left the numbers at some listed N.
void note_divergence(const Cell& cell, const std::vector<Trajectories>& seeds, Report& report) {
  for (std::size_t c = 0; c < cell.experiment().compare.size(); ++c) {
    const auto diverged =
        std::ranges::count_if(seeds, [c](const Trajectories& t) { return !std::isfinite(t[c].back().average.clean); });
    if (diverged > 0)
      add_note(report, fmt::format("{}: {} of {} runs diverged: their risk is not a finite number",
                                   cell.experiment().compare[c].name, diverged, seeds.size()));
  }
}

}  // namespace

std::vector<Row> train(const Experiment& experiment, unsigned threads, const Progress& progress, Report* report) {
  const auto grid = grid_cells(experiment.run);
  std::vector<Cell> cells;
  double work = 0;
  for (const auto& values : grid) {
    cells.emplace_back(cell_experiment(experiment, values));
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
  std::vector<std::vector<Trajectories>> results(cells.size(), std::vector<Trajectories>(seeds));
  parallel_pieces(cells.size() * seeds, thread_count(threads),
                  [&](std::size_t i) { results[i / seeds][i % seeds] = cells[i / seeds].run_seed(i % seeds, show); });
  std::vector<Row> rows;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    CellTable(cells[i], grid[i], results[i]).append(rows, report);
    if (report == nullptr) continue;
    note_metrics(cells[i], *report);
    note_divergence(cells[i], results[i], *report);
  }
  if (report == nullptr) return rows;
  for (const auto& note : notes_on(rows)) add_note(*report, note);
  return rows;
}

}  // namespace lowprec
