#include "lowprec/train/theory_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <mutex>
#include <numeric>
#include <optional>

#include "lowprec/train/schedule.h"
#include "lowprec/train/theory.h"
#include "parallel.h"

namespace lowprec {
namespace {

constexpr double kSeenOverflow = 1e-12;  // probability from which on overflow of the data is told
constexpr double kSeenMean = 1e-6;       // E z in deviations of z from which on the recursion is approximate
constexpr std::uint64_t kUpdatesPerReport = 256;

// Why theory has nothing to say of a configuration.
std::optional<std::string> obstacle(const Sites& s) {
  if (s.arithmetic.kind != Quantizer::Kind::none) return "every operation rounded (`arithmetic`) has no closed form";
  const Quantizer& w = s.weights;
  if (w.kind != Quantizer::Kind::none && !(w.is_format() && w.is_random()))
    return "stored weights have a closed form only where they are rounded stochastically to a format";
  return {};
}

double root_mean_square(const std::vector<double>& x) {
  const double sum = std::inner_product(x.begin(), x.end(), x.begin(), 0.0);
  return std::sqrt(sum / static_cast<double>(x.size()));
}

TheoryProblem theory_problem(const Experiment& e, const Sites& sites) {
  TheoryProblem p;
  p.lambda = eigenvalues(e.problem);
  // Results are quadratic in the target: under the prior E w*_i^2 = 1 stands for it.
  p.target = e.problem.target == "prior" ? std::vector<double>(p.lambda.size(), 1.0) : target_vector(e.problem, {});
  p.noise = e.problem.noise;
  p.batch = e.sgd.batch;
  p.data = data_moments(sites.data, p.lambda);
  double signal = 0;
  for (std::size_t i = 0; i < p.lambda.size(); ++i) signal += p.lambda[i] * p.target[i] * p.target[i];
  p.label = site_noise(sites.label, std::sqrt(signal + p.noise));
  p.parameter = site_noise(sites.parameter, root_mean_square(p.target));
  p.activation = site_noise(sites.activation, std::sqrt(signal));
  p.gradient = site_noise(sites.gradient, std::sqrt(p.noise > 0 ? p.noise : signal));
  p.weights = sites.weights;
  return p;
}

bool has_mean(const DataMoments& m) {
  for (std::size_t i = 0; i < m.h.size(); ++i)
    if (std::abs(m.mean[i]) > kSeenMean * std::sqrt(m.h[i])) return true;
  return false;
}

// What is modelled, in words; empty where the result is exact.
std::string approximations(const Sites& s, const DataMoments& data) {
  std::string text;
  const auto add = [&](const std::string& what) { text += (text.empty() ? "" : ", ") + what; };
  if (s.label.is_format()) add("the label's");
  if (s.parameter.is_format()) add("the parameters'");
  if (s.activation.is_format()) add("the activation's");
  if (s.gradient.is_format()) add("the gradient's");
  if (!text.empty()) text = "errors of rounding taken for noise: " + text;
  if (s.weights.is_format()) add("stored weights by the noise of a small step");
  if (has_mean(data)) add("the mean of quantized data is not 0 and left out");
  return text;
}

struct Point {
  RiskPair average, last, tail;
  double bound = 0;
};

// One configuration of one cell of the grid.
class Case {
 public:
  Case(const Experiment& e, const Configuration& c) : e_(&e), c_(&c), problem_(theory_problem(e, c.sites)) {
    const double trace = std::accumulate(problem_.lambda.begin(), problem_.lambda.end(), 0.0);
    step_ = e.sgd.step_size_absolute > 0 ? e.sgd.step_size_absolute : e.sgd.step_size / trace;
    const RiskRecursion start(problem_);
    stable_ = start.largest_stable_step();
    stable_relative_ = stable_ * trace;
    limit_ = start.limit();
  }

  std::vector<std::uint64_t> finite_updates() const {
    std::vector<std::uint64_t> updates = e_->sgd.updates;
    std::erase(updates, kPopulation);
    return updates;
  }
  // Groups of N that one run serves.
  std::vector<std::vector<std::uint64_t>> runs() const {
    const auto updates = finite_updates();
    if (updates.empty()) return {};
    if (!StepSizes(e_->sgd.schedule, 1).depends_on_horizon()) return {updates};
    std::vector<std::vector<std::uint64_t>> each;
    for (const std::uint64_t n : updates) each.push_back({n});
    return each;
  }

  // report(n) after every n updates.
  template <class Report>
  std::vector<Point> run(const std::vector<std::uint64_t>& updates, Report report) const {
    const StepSizes steps(e_->sgd.schedule, updates.back());
    const bool has_tail = e_->sgd.tail_average > 0;
    RiskRecursion recursion(problem_);
    std::vector<std::size_t> tails(updates.size());
    std::vector<Point> points;
    for (std::uint64_t t = 0; points.size() < updates.size(); ++t) {
      for (std::size_t k = 0; k < updates.size(); ++k) {
        if (has_tail && t + tail_length(e_->sgd.tail_average, updates[k]) == updates[k])
          tails[k] = recursion.open_window();
      }
      recursion.update(step_ * steps.factor(t));
      if (t % kUpdatesPerReport == kUpdatesPerReport - 1) report(kUpdatesPerReport);
      if (t + 1 != updates[points.size()]) continue;
      const std::size_t k = points.size();
      Point& point = points.emplace_back(Point{recursion.average(0), recursion.last(), {}, std::nan("")});
      if (steps.is_constant()) point.bound = recursion.bound(step_, updates[k]);
      if (!has_tail) continue;
      point.tail = recursion.average(tails[k]);
      recursion.close_window(tails[k]);
    }
    report(updates.back() % kUpdatesPerReport);
    return points;
  }

  void append_rows(const std::vector<std::string>& cell, const std::vector<Point>& points,
                   std::vector<Row>& rows) const {
    std::vector<std::string> grid;
    std::ranges::transform(cell, std::back_inserter(grid), plain_text);
    const auto updates = finite_updates();
    for (std::size_t k = 0; k < updates.size(); ++k) {
      append_pair(row(grid, updates[k], "average"), points[k].average, points[k].bound, rows);
      append_pair(row(grid, updates[k], "last"), points[k].last, std::nan(""), rows);
      if (e_->sgd.tail_average > 0) append_pair(row(grid, updates[k], "tail"), points[k].tail, std::nan(""), rows);
    }
    if (updates.size() < e_->sgd.updates.size())
      append_pair(row(grid, kPopulation, "limit"), limit_, std::nan(""), rows);
  }

  bool is_stable() const { return step_ < stable_; }
  std::string stability(const std::string& name) const {
    return fmt::format("{}: largest stable step {:.6g} ({:.6g} / tr H){}", name, stable_, stable_relative_,
                       is_stable() ? "" : fmt::format("; the step {:.6g} is beyond it", step_));
  }

  void append_notes(const std::string& name, std::vector<std::string>& notes) const {
    notes.push_back(stability(name));
    if (const auto what = approximations(c_->sites, problem_.data); !what.empty())
      notes.push_back(fmt::format("{}: approximate: {}", name, what));
    const bool saturates = c_->sites.data.overflow == Overflow::saturate;
    if (!saturates && problem_.data.overflow_probability > kSeenOverflow)
      notes.push_back(fmt::format("{}: data beyond the range (probability {:.2g}) is taken for the largest number",
                                  name, problem_.data.overflow_probability));
  }

 private:
  Row row(const std::vector<std::string>& grid, std::uint64_t updates, const char* iterate) const {
    Row row;
    row.config = c_->name;
    row.grid = grid;
    row.updates = updates;
    row.iterate = iterate;
    return row;
  }

  void append_pair(Row row, const RiskPair& pair, double bound, std::vector<Row>& rows) const {
    const std::string method = approximations(c_->sites, problem_.data).empty() ? "exact" : "approximate";
    const auto append = [&](const char* metric, const RiskParts& risk, double its_bound) {
      row.metric = metric;
      row.excess_risk = risk.total();
      row.saturated = row.underflow = row.nan = std::nan("");
      row.theory = TheoryParts{risk.bias, risk.variance, risk.approximation, its_bound, method};
      rows.push_back(row);
    };
    append("clean", pair.clean, std::nan(""));
    append("quantized", pair.quantized, bound);
  }

  const Experiment* e_;
  const Configuration* c_;
  TheoryProblem problem_;
  double step_ = 0, stable_ = 0, stable_relative_ = 0;
  RiskPair limit_;
};

// A run to do: the case and the numbers of updates it serves.
struct Task {
  std::size_t which;
  std::vector<std::uint64_t> updates;
  std::vector<Point> points;
};

std::vector<Experiment> cell_experiments(const Experiment& experiment) {
  std::vector<Experiment> cells;
  for (const auto& values : grid_cells(experiment.run)) cells.push_back(cell_experiment(experiment, values));
  return cells;
}

// What can be computed of an experiment, cell by cell.
class Cases {
 public:
  explicit Cases(const Experiment& experiment)
      : grid_(grid_cells(experiment.run)), cells_(cell_experiments(experiment)) {
    for (std::size_t i = 0; i < cells_.size(); ++i) {
      for (const auto& configuration : cells_[i].compare) {
        const std::string name = configuration.name + grid_label(experiment.run, grid_[i]);
        if (const auto reason = obstacle(configuration.sites)) {
          left_out_.push_back(fmt::format("{}: left out: {}", name, *reason));
          continue;
        }
        cases_.emplace_back(cells_[i], configuration);
        names_.push_back(name);
        cell_of_.push_back(i);
      }
    }
  }

  std::size_t size() const { return cases_.size(); }
  const Case& operator[](std::size_t i) const { return cases_[i]; }
  const std::string& name(std::size_t i) const { return names_[i]; }
  const std::vector<std::string>& grid(std::size_t i) const { return grid_[cell_of_[i]]; }
  const std::vector<std::string>& left_out() const { return left_out_; }

  std::vector<Task> tasks() const {
    std::vector<Task> tasks;
    for (std::size_t i = 0; i < cases_.size(); ++i)
      for (auto& updates : cases_[i].runs()) tasks.push_back({i, std::move(updates), {}});
    return tasks;
  }

 private:
  std::vector<std::vector<std::string>> grid_;
  std::vector<Experiment> cells_;
  std::vector<Case> cases_;  // refer to cells_
  std::vector<std::string> names_, left_out_;
  std::vector<std::size_t> cell_of_;
};

void run_all(std::vector<Task>& tasks, const Cases& cases, unsigned threads, const Progress& progress) {
  double work = 0, done = 0;
  for (const Task& task : tasks) work += static_cast<double>(task.updates.back());
  std::mutex mutex;
  const auto report = [&](std::uint64_t updates) {
    if (!progress) return;
    const std::lock_guard lock(mutex);
    done += static_cast<double>(updates);
    progress(done / work);
  };
  parallel_pieces(tasks.size(), thread_count(threads),
                  [&](std::size_t i) { tasks[i].points = cases[tasks[i].which].run(tasks[i].updates, report); });
}

}  // namespace

TheoryResult theory(const Experiment& experiment, unsigned threads, const Progress& progress) {
  const Cases cases(experiment);
  TheoryResult result{{}, cases.left_out()};
  if (cases.size() == 0)
    throw Error(fmt::format("theory has nothing to say of this experiment\n{}", fmt::join(result.notes, "\n")));
  for (std::size_t i = 0; i < cases.size(); ++i) cases[i].append_notes(cases.name(i), result.notes);
  auto tasks = cases.tasks();
  run_all(tasks, cases, threads, progress);
  std::vector<std::vector<Point>> points(cases.size());
  for (const Task& task : tasks) std::ranges::copy(task.points, std::back_inserter(points[task.which]));
  for (std::size_t i = 0; i < cases.size(); ++i) cases[i].append_rows(cases.grid(i), points[i], result.rows);
  return result;
}

std::vector<std::string> unstable_steps(const Experiment& experiment) {
  const Cases cases(experiment);
  std::vector<std::string> notes;
  for (std::size_t i = 0; i < cases.size(); ++i)
    if (!cases[i].is_stable()) notes.push_back(cases[i].stability(cases.name(i)));
  return notes;
}

}  // namespace lowprec
