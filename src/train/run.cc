#include "lowprec/train/run.h"

#include <fmt/format.h>

#include <cmath>
#include <memory>
#include <mutex>
#include <numeric>
#include <sstream>

#include "lowprec/text.h"
#include "lowprec/train/moments.h"
#include "parallel.h"

namespace lowprec {
namespace {

constexpr std::uint64_t kUpdatesPerReport = 1024;

// The streams of one seed.
enum StreamOf : std::uint64_t { data_stream = 1, target_stream, quantizer_stream };

struct Risks {
  double average_clean, average_quantized, last_clean, last_quantized;
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
  virtual Risks risks(const ExcessRisk& risk) const = 0;
  virtual Events events() const = 0;
};

template <Arithmetic A>
class TrainerOver final : public Trainer {
 public:
  explicit TrainerOver(Sgd<A> sgd) : sgd_(std::move(sgd)) {}
  void update(std::span<const double> x, std::span<const double> y, double step) override { sgd_.update(x, y, step); }
  Risks risks(const ExcessRisk& risk) const override {
    const auto average = sgd_.average(), last = sgd_.last();
    return {risk.clean(average), risk.quantized(average), risk.clean(last), risk.quantized(last)};
  }
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

// All of one cell of the grid that does not depend on the seed.
class Cell {
 public:
  explicit Cell(const Experiment& e) : experiment_(e), lambda_(eigenvalues(e.problem)) {
    for (const auto& configuration : e.compare)
      moments_.push_back(data_moments(tested_quantizer(configuration.sites), lambda_));
    const double trace = std::accumulate(lambda_.begin(), lambda_.end(), 0.0);
    step_ = e.sgd.step_size_absolute > 0 ? e.sgd.step_size_absolute : e.sgd.step_size / trace;
  }

  const Experiment& experiment() const { return experiment_; }
  std::uint64_t horizon() const { return experiment_.sgd.updates.back(); }

  // One trajectory for each configuration, all on the same samples. report(n) after every n updates.
  template <class Report>
  std::vector<Trajectory> run_seed(std::uint64_t index, Report report) const {
    const Stream root = Stream{experiment_.run.seed, 0}.substream(index);
    const auto target = target_vector(experiment_.problem, root.substream(target_stream));
    Sampler sampler(lambda_, target, experiment_.problem.noise, experiment_.sgd.batch, root.substream(data_stream));
    std::vector<std::unique_ptr<Trainer>> trainers;
    std::vector<ExcessRisk> risks;
    for (std::size_t c = 0; c < experiment_.compare.size(); ++c) {
      trainers.push_back(make_trainer(experiment_.compare[c].sites, lambda_.size(), root.substream(quantizer_stream)));
      risks.emplace_back(lambda_, target, moments_[c]);
    }
    std::vector<Trajectory> trajectories(trainers.size());
    std::uint64_t done = 0;
    for (const std::uint64_t updates : experiment_.sgd.updates) {
      for (; done < updates; ++done) {
        sampler.draw(done);
        for (auto& trainer : trainers) trainer->update(sampler.x(), sampler.y(), step_);
        if (done % kUpdatesPerReport == kUpdatesPerReport - 1) report(kUpdatesPerReport);
      }
      for (std::size_t c = 0; c < trainers.size(); ++c) {
        trajectories[c].risks.push_back(trainers[c]->risks(risks[c]));
        trajectories[c].events.push_back(trainers[c]->events());
      }
    }
    report(done % kUpdatesPerReport);
    return trajectories;
  }

 private:
  Experiment experiment_;
  std::vector<double> lambda_;
  std::vector<DataMoments> moments_;
  double step_ = 0;
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
  row.saturated = static_cast<double>(events.overflow) / rounded;
  row.underflow = static_cast<double>(events.underflow) / rounded;
  row.nan = static_cast<double>(events.nan) / rounded;
}

struct Metric {
  const char* iterate;
  const char* name;
  double Risks::*member;
};
constexpr Metric kMetrics[] = {{"average", "clean", &Risks::average_clean},
                               {"average", "quantized", &Risks::average_quantized},
                               {"last", "clean", &Risks::last_clean},
                               {"last", "quantized", &Risks::last_quantized}};

// A value of the grid without the quotes of a TOML string.
std::string plain_text(const std::string& toml) {
  const bool quoted = toml.size() >= 2 && (toml.front() == '"' || toml.front() == '\'');
  return quoted ? toml.substr(1, toml.size() - 2) : toml;
}

using Trajectories = std::vector<std::vector<Trajectory>>;  // by seed, by configuration

void append_rows(const Cell& cell, const std::vector<std::string>& grid, const Trajectories& seeds,
                 std::vector<Row>& rows) {
  const Experiment& e = cell.experiment();
  for (std::size_t c = 0; c < e.compare.size(); ++c)
    for (std::size_t k = 0; k < e.sgd.updates.size(); ++k) {
      Events events;
      for (const auto& seed : seeds) events += seed[c].events[k];
      for (const Metric& metric : kMetrics) {
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
    work += static_cast<double>(cells.back().horizon() * experiment.run.seeds);
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

std::string csv_cell(const std::string& cell) {
  if (cell.find_first_of(",\"\n\r") == std::string::npos) return cell;
  std::string quoted = "\"";
  for (const char c : cell) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + "\"";
}

std::string to_csv(const Experiment& experiment, const std::vector<Row>& rows) {
  std::string csv = "# lowprec experiment\n";
  std::istringstream toml(to_string(experiment));
  for (std::string line; std::getline(toml, line);) csv += fmt::format("#{}{}\n", line.empty() ? "" : " ", line);
  csv += "config";
  for (const auto& entry : experiment.run.grid) csv += "," + csv_cell(entry.first);
  csv += ",updates,iterate,metric,excess_risk,stderr,seeds,saturated,underflow,nan\n";
  for (const Row& row : rows) {
    csv += csv_cell(row.config);
    for (const auto& value : row.grid) csv += "," + csv_cell(value);
    csv += fmt::format(",{},{},{},{},{},{},{},{},{}\n", row.updates, row.iterate, row.metric,
                       to_string(row.excess_risk), to_string(row.standard_error), row.seeds, to_string(row.saturated),
                       to_string(row.underflow), to_string(row.nan));
  }
  return csv;
}

}  // namespace lowprec
