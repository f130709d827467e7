#include "lowprec/experiment/theory.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <functional>
#include <map>
#include <mutex>

#include "experiment/dataset.h"
#include "experiment/theory_case.h"
#include "system/parallel.h"

namespace lowprec {
namespace {

constexpr double kSeenOverflow = 1e-12;  // probability from which on overflow of the data is told
constexpr int kHalvings = 4;             // n_eff is looked for from N / 2^4 to 2 N

std::vector<std::uint64_t> finite_updates(const Experiment& e) {
  std::vector<std::uint64_t> updates = e.sgd.updates;
  std::erase(updates, experiment::kPopulation);
  return updates;
}

// One configuration of one sketch, computed.
struct Outcome {
  std::vector<experiment::Point> points;
  risk::RiskPair limit;
  double step = 0, stable = 0, overflow = 0, model_size = 0, trace = 0;
  bool has_clean = true;
  std::string method, approximations;
};

Outcome outcome_of(const Experiment& e, const sgd::Sites& sites, const experiment::Instance& instance,
                   const std::vector<std::uint64_t>& updates, const std::function<void(std::uint64_t)>& report) {
  const experiment::TheoryCase c(e, sites, instance);
  Outcome o{{},
            c.limit(),
            c.step(),
            c.largest_stable_step(),
            c.overflow_probability(),
            c.model_size(),
            instance.trace,
            c.has_clean(),
            c.method(),
            c.approximations()};
  for (const auto& group : experiment::horizons(e.sgd, updates))
    std::ranges::copy(c.run(group, report), std::back_inserter(o.points));
  return o;
}

// A cell of the grid: its experiment, which configurations can be computed, and results by configuration and sketch.
struct Cell {
  Experiment experiment;
  std::vector<std::string> grid;
  std::vector<std::size_t> configurations;
  std::vector<std::vector<Outcome>> outcomes;
  std::vector<Outcome> baseline;  // without quantization, at baseline_updates()

  std::size_t sketches() const { return experiment.problem.sketch.size > 0 ? experiment.run.seeds : 1; }
  bool has_baseline() const { return experiment.problem.sketch.size > 0; }
  std::string name(const experiment::RunSettings& run, std::size_t c) const {
    return experiment.compare[configurations[c]].name + experiment::grid_label(run, grid);
  }

  // 2 N, N, N / 2, N / 4, ... of every N, increasing.
  std::vector<std::uint64_t> baseline_updates() const {
    std::vector<std::uint64_t> all;
    for (const std::uint64_t n : finite_updates(experiment)) {
      all.push_back(2 * n);
      for (int k = 0; k <= kHalvings; ++k)
        if (n >> k > 0) all.push_back(n >> k);
    }
    std::ranges::sort(all);
    all.erase(std::unique(all.begin(), all.end()), all.end());
    return all;
  }
};

std::vector<Cell> make_cells(const Experiment& experiment, std::vector<std::string>& left_out) {
  std::vector<Cell> cells;
  for (const auto& values : experiment::grid_cells(experiment.run)) {
    Cell& cell = cells.emplace_back();
    cell.experiment = experiment::cell_experiment(experiment, values);
    std::ranges::transform(values, std::back_inserter(cell.grid), experiment::plain_value);
    for (std::size_t c = 0; c < cell.experiment.compare.size(); ++c) {
      const experiment::Configuration& configuration = cell.experiment.compare[c];
      if (const auto reason = experiment::obstacle(cell.experiment, configuration.sites))
        left_out.push_back(fmt::format("{}{}: left out: {}", configuration.name,
                                       experiment::grid_label(experiment.run, values), *reason));
      else
        cell.configurations.push_back(c);
    }
    if (cell.configurations.empty()) {
      cells.pop_back();
      continue;
    }
    cell.outcomes.assign(cell.configurations.size(), std::vector<Outcome>(cell.sketches()));
    if (cell.has_baseline()) cell.baseline.resize(cell.sketches());
  }
  return cells;
}

// Made when first needed, dropped after its last use: a sketch is 4 size^2 numbers.
class SharedInstance {
 public:
  SharedInstance(const Experiment& e, std::uint64_t seed, int uses) : e_(&e), seed_(seed), uses_(uses) {}
  const experiment::Instance& get() {
    std::call_once(
        once_, [this] { instance_ = std::make_unique<experiment::Instance>(experiment::make_instance(*e_, seed_)); });
    return *instance_;
  }
  void release() {
    if (--uses_ == 0) instance_.reset();
  }

 private:
  const Experiment* e_;
  std::uint64_t seed_;
  std::atomic<int> uses_;
  std::once_flag once_;
  std::unique_ptr<experiment::Instance> instance_;
};

// One outcome to compute.
struct Task {
  const Experiment* experiment;
  sgd::Sites sites;
  std::vector<std::uint64_t> updates;
  std::shared_ptr<SharedInstance> instance;
  Outcome* outcome;

  double work() const {
    double sum = 0;
    for (const auto& group : experiment::horizons(experiment->sgd, updates)) sum += static_cast<double>(group.back());
    return sum * static_cast<double>(experiment->problem.model_dimension());
  }
  void run(const std::function<void(double)>& report) {
    const auto d = static_cast<double>(experiment->problem.model_dimension());
    *outcome = outcome_of(*experiment, sites, instance->get(), updates,
                          [&](std::uint64_t n) { report(static_cast<double>(n) * d); });
    instance->release();
  }
};

std::vector<Task> make_tasks(std::vector<Cell>& cells) {
  std::vector<Task> tasks;
  for (Cell& cell : cells) {
    const int uses = static_cast<int>(cell.configurations.size()) + (cell.has_baseline() ? 1 : 0);
    for (std::size_t s = 0; s < cell.sketches(); ++s) {
      const auto instance = std::make_shared<SharedInstance>(cell.experiment, s, uses);
      for (std::size_t c = 0; c < cell.configurations.size(); ++c)
        tasks.push_back({&cell.experiment, cell.experiment.compare[cell.configurations[c]].sites,
                         finite_updates(cell.experiment), instance, &cell.outcomes[c][s]});
      if (cell.has_baseline())
        tasks.push_back({&cell.experiment, {}, cell.baseline_updates(), instance, &cell.baseline[s]});
    }
  }
  return tasks;
}

void run_tasks(std::vector<Task>& tasks, unsigned threads, const experiment::Progress& progress) {
  double work = 0, done = 0;
  for (const Task& task : tasks) work += task.work();
  std::mutex mutex;
  const auto report = [&](double amount) {
    if (!progress) return;
    const std::lock_guard lock(mutex);
    done += amount;
    progress(done / work);
  };
  system::parallel_pieces(tasks.size(), system::thread_count(threads), [&](std::size_t i) { tasks[i].run(report); });
}

using Select = std::function<const risk::RiskParts&(const Outcome&)>;

// Mean over sketches of a risk less its limit: what updates have still to remove.
double mean_distance(const std::vector<Outcome>& outcomes, const Select& risk,
                     risk::RiskParts risk::RiskPair::*metric) {
  double sum = 0;
  for (const Outcome& o : outcomes) sum += risk(o).total() - (o.limit.*metric).total();
  return sum / static_cast<double>(outcomes.size());
}

// The number of unquantized updates that come as near to their limit, by the line between the two neighbours in
// logarithms; NaN where that is none of the baseline's.
double data_size(const Cell& cell, double distance, risk::RiskPair experiment::Point::*iterate) {
  const auto updates = cell.baseline_updates();
  double later = std::nan("");
  for (std::size_t k = updates.size(); k-- > 0;) {
    const double here = mean_distance(
        cell.baseline, [&](const Outcome& o) -> const risk::RiskParts& { return (o.points[k].*iterate).clean; },
        &risk::RiskPair::clean);
    if (here >= distance) {
      if (std::isnan(later)) return here == distance ? static_cast<double>(updates[k]) : later;
      const double share = std::log(here / distance) / std::log(here / later);
      return static_cast<double>(updates[k]) *
             std::pow(static_cast<double>(updates[k + 1]) / static_cast<double>(updates[k]), share);
    }
    later = here;
  }
  return std::nan("");
}

// Rows of one configuration.
class RowMaker {
 public:
  RowMaker(const Cell& cell, std::size_t c, std::vector<experiment::ResultRow>& rows)
      : cell_(&cell), outcomes_(&cell.outcomes[c]), rows_(&rows) {
    row_.config = cell.experiment.compare[cell.configurations[c]].name;
    row_.grid = cell.grid;
    row_.seeds = cell.has_baseline() ? cell.sketches() : 0;
  }

  void append_all() {
    const auto updates = finite_updates(cell_->experiment);
    for (std::size_t k = 0; k < updates.size(); ++k) {
      row_.updates = updates[k];
      append_pair("average", k, &experiment::Point::average);
      append_pair("last", k, &experiment::Point::last);
      if (cell_->experiment.sgd.tail_average > 0) append_pair("tail", k, &experiment::Point::tail);
    }
    if (updates.size() == cell_->experiment.sgd.updates.size()) return;
    row_.updates = experiment::kPopulation;
    row_.iterate = "limit";
    for (const auto metric : {&risk::RiskPair::clean, &risk::RiskPair::quantized})
      append(metric, [metric](const Outcome& o) -> const risk::RiskParts& { return o.limit.*metric; });
  }

 private:
  void append_pair(const char* iterate, std::size_t k, risk::RiskPair experiment::Point::*member) {
    row_.iterate = iterate;
    for (const auto metric : {&risk::RiskPair::clean, &risk::RiskPair::quantized}) {
      const Select select = [=](const Outcome& o) -> const risk::RiskParts& { return o.points[k].*member.*metric; };
      if (!append(metric, select)) continue;
      experiment::TheoryParts& parts = *rows_->back().theory;
      if (member == &experiment::Point::average && metric == &risk::RiskPair::quantized)
        parts.bound = mean([k](const Outcome& o) { return o.points[k].bound; });
      if (cell_->has_baseline()) parts.data_size = data_size(*cell_, mean_distance(*outcomes_, select, metric), member);
    }
  }

  template <class F>
  double mean(F value) const {
    double sum = 0;
    for (const Outcome& o : *outcomes_) sum += value(o);
    return sum / static_cast<double>(outcomes_->size());
  }

  // Whether there was something to append.
  bool append(risk::RiskParts risk::RiskPair::*metric, const Select& risk) {
    const Outcome& first = outcomes_->front();
    if (metric == &risk::RiskPair::clean && !first.has_clean) return false;
    experiment::ResultRow row = row_;
    row.metric = metric == &risk::RiskPair::clean ? "clean" : "quantized";
    experiment::TheoryParts parts;
    parts.bias = mean([&](const Outcome& o) { return risk(o).bias; });
    parts.variance = mean([&](const Outcome& o) { return risk(o).variance; });
    parts.approximation = mean([&](const Outcome& o) { return risk(o).approximation; });
    parts.model_size = mean([](const Outcome& o) { return o.model_size; });
    parts.method = first.method;
    row.excess_risk = parts.bias + parts.variance + parts.approximation;
    const double n = static_cast<double>(outcomes_->size());
    const double squares = mean([&](const Outcome& o) {
      const double difference = risk(o).total() - row.excess_risk;
      return difference * difference;
    });
    const auto error_of = [&](double square) {
      return !cell_->has_baseline() ? 0 : n > 1 ? std::sqrt(square / (n - 1)) : std::nan("");
    };
    row.standard_error = error_of(squares);
    set_difference(row, row.metric == "clean", risk, error_of);
    row.theory = parts;
    rows_->push_back(row);
    return true;
  }

  // Against the experiment's first configuration, on the same sketches, where it has such a row.
  template <class F>
  void set_difference(experiment::ResultRow& row, bool is_clean, const Select& risk, F error_of) const {
    const std::vector<Outcome>& first = cell_->outcomes.front();
    if (cell_->configurations.front() != 0 || (is_clean && !first.front().has_clean)) return;
    double sum = 0, squares = 0;
    const auto n = static_cast<double>(first.size());
    const auto difference = [&](std::size_t s) { return risk((*outcomes_)[s]).total() - risk(first[s]).total(); };
    for (std::size_t s = 0; s < first.size(); ++s) sum += difference(s) / n;
    for (std::size_t s = 0; s < first.size(); ++s) squares += (difference(s) - sum) * (difference(s) - sum) / n;
    row.difference = sum;
    row.difference_error = error_of(squares);
  }

  const Cell* cell_;
  const std::vector<Outcome>* outcomes_;
  std::vector<experiment::ResultRow>* rows_;
  experiment::ResultRow row_;
};

// The largest stable step of all sketches.
std::string stability_note(const std::string& name, const std::vector<Outcome>& outcomes) {
  const auto least = std::ranges::min_element(outcomes, {}, &Outcome::stable);
  return fmt::format("{}: largest stable step {:.6g} ({:.6g} / tr H){}", name, least->stable,
                     least->stable * least->trace,
                     least->step < least->stable ? "" : fmt::format("; the step {:.6g} is beyond it", least->step));
}

void append_notes(const std::string& name, const Cell& cell, std::size_t c, std::vector<std::string>& notes) {
  const auto& outcomes = cell.outcomes[c];
  notes.push_back(stability_note(name, outcomes));
  const Outcome& first = outcomes.front();
  if (!first.approximations.empty()) notes.push_back(fmt::format("{}: approximate: {}", name, first.approximations));
  if (!first.has_clean)
    notes.push_back(fmt::format(
        "{}: surrogate: normal features with the second moments of the rounded ones; the clean metric is left out",
        name));
  const array::Rounded* data = cell.experiment.compare[cell.configurations[c]].sites.data.rounded();
  const double overflow = std::ranges::max_element(outcomes, {}, &Outcome::overflow)->overflow;
  if (data != nullptr && data->overflow != Overflow::saturate && overflow > kSeenOverflow)
    notes.push_back(
        fmt::format("{}: data beyond the range (probability {:.2g}) is taken for the largest number", name, overflow));
}

}  // namespace

experiment::TheoryResult theory(const Experiment& experiment, unsigned threads, const experiment::Progress& progress) {
  experiment::TheoryResult result;
  auto cells = make_cells(experiment, result.notes);
  if (cells.empty())
    throw Error(fmt::format("theory has nothing to say of this experiment\n{}", fmt::join(result.notes, "\n")));
  if (experiment.problem.data.is_given()) {
    const auto data = experiment::load_dataset(cells.front().experiment);
    result.notes.insert(result.notes.end(), data->notes.begin(), data->notes.end());
  }
  auto tasks = make_tasks(cells);
  run_tasks(tasks, threads, progress);
  for (const Cell& cell : cells)
    for (std::size_t c = 0; c < cell.configurations.size(); ++c) {
      append_notes(cell.name(experiment.run, c), cell, c, result.notes);
      RowMaker(cell, c, result.rows).append_all();
    }
  return result;
}

std::vector<std::string> experiment::unstable_steps(const Experiment& experiment) {
  if (experiment.problem.data.is_given()) return {};
  std::vector<std::string> ignored, notes;
  auto cells = make_cells(experiment, ignored);
  for (Cell& cell : cells) {
    const experiment::Instance instance = experiment::make_instance(cell.experiment, 0);
    for (std::size_t c = 0; c < cell.configurations.size(); ++c) {
      const sgd::Sites& sites = cell.experiment.compare[cell.configurations[c]].sites;
      const Outcome outcome = outcome_of(cell.experiment, sites, instance, {}, [](std::uint64_t) {});
      if (!(outcome.step < outcome.stable)) notes.push_back(stability_note(cell.name(experiment.run, c), {outcome}));
    }
  }
  return notes;
}

}  // namespace lowprec
