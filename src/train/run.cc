#include "lowprec/train/run.h"

#include <cmath>
#include <map>
#include <memory>
#include <mutex>
#include <numeric>
#include <string_view>

#include "lowprec/train/moments.h"
#include "lowprec/train/schedule.h"
#include "lowprec/train/sgd.h"
#include "parallel.h"

namespace lowprec {
namespace {

constexpr std::uint64_t kUpdatesPerReport = 1024;

// The streams of one seed.
enum StreamOf : std::uint64_t { data_stream = 1, target_stream, quantizer_stream };

// Averages over the iterates that a metric is of; `tail` where it is asked for.
struct Risks {
  double average_clean, average_quantized, last_clean, last_quantized;
  double tail_clean = 0, tail_quantized = 0;
};

// What one configuration shows for one seed, at each listed number of updates.
struct Trajectory {
  std::vector<Risks> risks;
  std::vector<Events> events;
};

// A configuration's trainer, whatever its arithmetic.
class Trainer {
 public:
  virtual ~Trainer() = default;
  virtual void update(std::span<const double> x, std::span<const double> y, double step) = 0;
  virtual std::vector<double> last() const = 0;
  virtual std::vector<double> sum() const = 0;
  virtual Events events() const = 0;
};

template <Arithmetic A>
class TrainerOver final : public Trainer {
 public:
  explicit TrainerOver(Sgd<A> sgd) : sgd_(std::move(sgd)) {}
  void update(std::span<const double> x, std::span<const double> y, double step) override { sgd_.update(x, y, step); }
  std::vector<double> last() const override { return sgd_.last(); }
  std::vector<double> sum() const override { return sgd_.sum(); }
  Events events() const override { return sgd_.events(); }

 private:
  Sgd<A> sgd_;
};

std::unique_ptr<Trainer> make_trainer(const Sites& sites, std::size_t dimension, Stream stream) {
  if (sites.arithmetic.kind == Quantizer::Kind::none)
    return std::make_unique<TrainerOver<Scalarwise<double>>>(Sgd(Scalarwise<double>(), sites, dimension, stream));
  return std::make_unique<TrainerOver<Dynamic>>(
      Sgd(Dynamic(sites.arithmetic, stream.substream(~0ULL)), sites, dimension, stream));
}

// Q(x) of the quantized metric: the data's quantizer, or else what the arithmetic does to data.
const Quantizer& tested_quantizer(const Sites& sites) {
  return sites.data.kind == Quantizer::Kind::none ? sites.arithmetic : sites.data;
}

// (sum - before) / n, the average of n iterates from two of their running sums.
std::vector<double> average(std::vector<double> sum, std::span<const double> before, std::uint64_t n) {
  for (std::size_t i = 0; i < sum.size(); ++i) {
    if (!before.empty()) sum[i] -= before[i];
    sum[i] /= static_cast<double>(n);
  }
  return sum;
}

// All of one cell of the grid that does not depend on the seed.
class Cell {
 public:
  explicit Cell(const Experiment& e) : experiment_(e), lambda_(eigenvalues(e.problem)) {
    for (const auto& configuration : e.compare)
      moments_.push_back(data_moments(tested_quantizer(configuration.sites), lambda_));
    std::erase(experiment_.sgd.updates, kPopulation);
    if (experiment_.sgd.updates.empty()) throw Error("sgd.updates: inf is for theory; train needs a number of updates");
    const double trace = std::accumulate(lambda_.begin(), lambda_.end(), 0.0);
    step_ = e.sgd.step_size_absolute > 0 ? e.sgd.step_size_absolute : e.sgd.step_size / trace;
    const auto& updates = experiment_.sgd.updates;
    if (!StepSizes(e.sgd.schedule, updates.back()).depends_on_horizon()) {
      runs_.push_back(updates);
      return;
    }
    for (const std::uint64_t horizon : updates) runs_.push_back({horizon});
  }

  const Experiment& experiment() const { return experiment_; }
  // Updates of a seed, of each configuration.
  std::uint64_t work() const {
    std::uint64_t sum = 0;
    for (const auto& updates : runs_) sum += updates.back();
    return sum;
  }

  // One trajectory for each configuration, all on the same samples. report(n) after every n updates.
  template <class Report>
  std::vector<Trajectory> run_seed(std::uint64_t index, Report report) const {
    std::vector<Trajectory> trajectories(experiment_.compare.size());
    for (const auto& updates : runs_) run(index, updates, trajectories, report);
    return trajectories;
  }

 private:
  // From w = 0 to the last of `updates`, the horizon of the step sizes.
  template <class Report>
  void run(std::uint64_t index, std::span<const std::uint64_t> updates, std::vector<Trajectory>& trajectories,
           Report report) const {
    const Schedule& sgd = experiment_.sgd;
    const StepSizes sizes(sgd.schedule, updates.back());
    const Stream root = Stream{experiment_.run.seed, 0}.substream(index);
    const auto target = target_vector(experiment_.problem, root.substream(target_stream));
    Sampler sampler(lambda_, target, experiment_.problem.noise, sgd.batch, root.substream(data_stream));
    std::vector<std::unique_ptr<Trainer>> trainers;
    for (const auto& configuration : experiment_.compare)
      trainers.push_back(make_trainer(configuration.sites, lambda_.size(), root.substream(quantizer_stream)));

    Tails tails;
    for (std::uint64_t t = 0; t <= updates.back(); ++t) {
      for (const std::uint64_t n : updates) {
        const std::uint64_t length = sgd.tail_average > 0 ? tail_length(sgd.tail_average, n) : 0;
        if (length > 0 && t == n - length)
          for (const auto& trainer : trainers) tails[n].push_back(trainer->sum());
        if (t != n) continue;
        for (std::size_t c = 0; c < trainers.size(); ++c) {
          const ExcessRisk risk(lambda_, target, moments_[c]);
          trajectories[c].risks.push_back(risks(*trainers[c], risk, n, length > 0 ? &tails[n][c] : nullptr, length));
          trajectories[c].events.push_back(trainers[c]->events());
        }
        tails.erase(n);
      }
      if (t == updates.back()) break;
      sampler.draw(t);
      const double step = step_ * sizes.factor(t);
      for (auto& trainer : trainers) trainer->update(sampler.x(), sampler.y(), step);
      if (t % kUpdatesPerReport == kUpdatesPerReport - 1) report(kUpdatesPerReport);
    }
    report(updates.back() % kUpdatesPerReport);
  }

  // By N: the sum of the iterates before its tail, for each configuration.
  using Tails = std::map<std::uint64_t, std::vector<std::vector<double>>>;

  static Risks risks(const Trainer& trainer, const ExcessRisk& risk, std::uint64_t n,
                     const std::vector<double>* before_tail, std::uint64_t length) {
    const auto whole = average(trainer.sum(), {}, n), last = trainer.last();
    Risks result{risk.clean(whole), risk.quantized(whole), risk.clean(last), risk.quantized(last)};
    if (before_tail == nullptr) return result;
    const auto tail = average(trainer.sum(), *before_tail, length);
    result.tail_clean = risk.clean(tail);
    result.tail_quantized = risk.quantized(tail);
    return result;
  }

  Experiment experiment_;
  std::vector<double> lambda_;
  std::vector<DataMoments> moments_;
  double step_ = 0;
  std::vector<std::vector<std::uint64_t>> runs_;  // the updates at which each run reports, its horizon the last
};

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
  row.saturated = static_cast<double>(events.saturated) / rounded;
  row.underflow = static_cast<double>(events.underflow) / rounded;
  row.nan = static_cast<double>(events.nan) / rounded;
}

struct Metric {
  const char* iterate;
  const char* name;
  double Risks::*member;
};
constexpr Metric kMetrics[] = {
    {"average", "clean", &Risks::average_clean}, {"average", "quantized", &Risks::average_quantized},
    {"last", "clean", &Risks::last_clean},       {"last", "quantized", &Risks::last_quantized},
    {"tail", "clean", &Risks::tail_clean},       {"tail", "quantized", &Risks::tail_quantized}};

using Trajectories = std::vector<std::vector<Trajectory>>;  // by seed, by configuration

void append_rows(const Cell& cell, const std::vector<std::string>& grid, const Trajectories& seeds,
                 std::vector<Row>& rows) {
  const Experiment& e = cell.experiment();
  for (std::size_t c = 0; c < e.compare.size(); ++c)
    for (std::size_t k = 0; k < e.sgd.updates.size(); ++k) {
      Events events;
      for (const auto& seed : seeds) events += seed[c].events[k];
      for (const Metric& metric : kMetrics) {
        if (std::string_view(metric.iterate) == "tail" && !(e.sgd.tail_average > 0)) continue;
        Row& row = rows.emplace_back();
        row.config = e.compare[c].name;
        for (const auto& value : grid) row.grid.push_back(plain_text(value));
        row.updates = e.sgd.updates[k];
        row.iterate = metric.iterate;
        row.metric = metric.name;
        set_mean(row, seeds.size(), [&](std::size_t s) { return seeds[s][c].risks[k].*metric.member; });
        set_shares(row, events);
      }
    }
}

}  // namespace

std::vector<Row> train(const Experiment& experiment, unsigned threads, const Progress& progress) {
  const auto grid = grid_cells(experiment.run);
  std::vector<Cell> cells;
  double work = 0;
  for (const auto& values : grid) {
    cells.emplace_back(cell_experiment(experiment, values));
    work += static_cast<double>(cells.back().work() * experiment.run.seeds);
  }
  std::mutex mutex;
  double done = 0;
  const auto report = [&](std::uint64_t updates) {
    if (!progress) return;
    const std::lock_guard lock(mutex);
    done += static_cast<double>(updates);
    progress(done / work);
  };
  const std::size_t seeds = experiment.run.seeds;
  std::vector<Trajectories> results(cells.size(), Trajectories(seeds));
  parallel_pieces(cells.size() * seeds, thread_count(threads),
                  [&](std::size_t i) { results[i / seeds][i % seeds] = cells[i / seeds].run_seed(i % seeds, report); });
  std::vector<Row> rows;
  for (std::size_t i = 0; i < cells.size(); ++i) append_rows(cells[i], grid[i], results[i], rows);
  return rows;
}

}  // namespace lowprec
