#include "experiment/simulated_cell.h"

#include <fmt/format.h>

#include <memory>
#include <set>

#include "experiment/sample_source.h"
#include "lowprec/sgd/sample_order.h"
#include "lowprec/sgd/step_sizes.h"
#include "lowprec/theory/data_moments.h"
#include "theory/rotated_risk.h"

namespace lowprec {
namespace {

constexpr std::uint64_t kUpdatesPerReport = 1024;

// A configuration's trainer, whatever its arithmetic.
class Trainer {
 public:
  virtual ~Trainer() = default;
  virtual void update(std::span<const double> x, std::span<const double> y, double step) = 0;
  virtual std::vector<double> last() const = 0;
  virtual const std::vector<double>& sum() const = 0;
  virtual sgd::SiteEvents events() const = 0;
};

template <Arithmetic A>
class TrainerOver final : public Trainer {
 public:
  explicit TrainerOver(sgd::Sgd<A> sgd) : sgd_(std::move(sgd)) {}
  void update(std::span<const double> x, std::span<const double> y, double step) override { sgd_.update(x, y, step); }
  std::vector<double> last() const override { return sgd_.last(); }
  const std::vector<double>& sum() const override { return sgd_.sum(); }
  sgd::SiteEvents events() const override { return sgd_.site_events(); }

 private:
  sgd::Sgd<A> sgd_;
};

std::unique_ptr<Trainer> make_trainer(sgd::Sites sites, std::size_t dimension, Stream stream,
                                      const sgd::SgdRule& rule) {
  if (sites.arithmetic.is_none()) {
    using Exact = Scalarwise<double>;
    sites.order = strands();
    return std::make_unique<TrainerOver<Exact>>(sgd::Sgd<Exact>(Exact(), sites, dimension, stream, rule));
  }
  const Stream operations = stream.substream(~0ULL);
  std::optional<Dynamic> sums;
  if (!sites.accumulate.is_none()) sums.emplace(sites.accumulate, operations.substream(~0ULL));
  return std::make_unique<TrainerOver<Dynamic>>(
      sgd::Sgd<Dynamic>(Dynamic(sites.arithmetic, operations), sums, sites, dimension, stream, rule));
}

// The risk on S Q(x): that of the weights S' w on Q(x).
class AmbientRisk {
 public:
  AmbientRisk(const Experiment& e, std::uint64_t seed, std::span<const double> target, const Quantizer& q)
      : sketch_(std::make_shared<const std::vector<double>>(experiment::sketch_matrix(e, seed))),
        risk_(sgd::eigenvalues(e.problem), target, risk::data_moments(q, sgd::eigenvalues(e.problem))) {}
  double quantized(std::span<const double> w) const {
    std::vector<double> v(sketch_->size() / w.size());
    for (std::size_t j = 0; j < v.size(); ++j)
      for (std::size_t i = 0; i < w.size(); ++i) v[j] += (*sketch_)[j * w.size() + i] * w[i];
    return risk_.quantized(v);
  }

 private:
  std::shared_ptr<const std::vector<double>> sketch_;
  risk::ExcessRisk risk_;
};

// (sum - before) / n, the average of n iterates from two of their running sums.
std::vector<double> average(std::vector<double> sum, std::span<const double> before, std::uint64_t n) {
  for (std::size_t i = 0; i < sum.size(); ++i) {
    if (!before.empty()) sum[i] -= before[i];
    sum[i] /= static_cast<double>(n);
  }
  return sum;
}

using Trainers = std::vector<std::unique_ptr<Trainer>>;
using Tests = std::vector<std::function<experiment::MetricRisks(std::span<const double>)>>;  // by configuration

// Looks at trainers after each listed number of updates, and where its tail begins.
class Watch {
 public:
  Watch(const experiment::SgdSettings& sgd, std::span<const std::uint64_t> updates) {
    for (const std::uint64_t listed : updates) {
      const std::uint64_t n = listed * sgd.epochs;
      const std::uint64_t length = sgd.tail_average > 0 ? sgd::tail_length(sgd.tail_average, n) : 0;
      windows_.push_back({n, length, {}});
      due_.insert(n);
      if (length > 0) due_.insert(n - length);
    }
  }

  // When to look.
  std::uint64_t next() const { return due_.empty() ? ~std::uint64_t{0} : *due_.begin(); }

  void look(std::uint64_t t, const Trainers& trainers, const Tests& tests, experiment::Trajectories& trajectories) {
    due_.erase(t);
    for (Window& window : windows_) {
      if (window.length > 0 && t == window.n - window.length)
        for (const auto& trainer : trainers) window.before.push_back(trainer->sum());
      if (t != window.n) continue;
      for (std::size_t c = 0; c < trainers.size(); ++c) {
        experiment::Checkpoint& checkpoint = trajectories[c].emplace_back();
        checkpoint.average = tests[c](average(trainers[c]->sum(), {}, t));
        checkpoint.last = tests[c](trainers[c]->last());
        if (window.length > 0) checkpoint.tail = tests[c](average(trainers[c]->sum(), window.before[c], window.length));
        checkpoint.events = trainers[c]->events();
      }
      window.before.clear();
    }
  }

 private:
  struct Window {
    std::uint64_t n, length;                  // the last `length` of n iterates
    std::vector<std::vector<double>> before;  // by configuration: the sum of the others
  };
  std::vector<Window> windows_;
  std::set<std::uint64_t> due_;
};

}  // namespace

const Quantizer& experiment::tested_quantizer(const sgd::Sites& sites) {
  return sites.data.is_none() ? sites.arithmetic : sites.data;
}

std::optional<std::string> experiment::missing_metric(const sgd::Problem& problem, const sgd::Sites& sites) {
  if (problem.data.is_given()) return std::nullopt;  // measured on rounded test rows
  const Quantizer& q = experiment::tested_quantizer(sites);
  if (!sites.ambient.is_none()) {
    if (!q.is_none()) return "roundings before and after the sketch";
    if (sites.ambient.rounded() != nullptr && sgd::student_freedom(problem) > 0) return "a format and Student tails";
    return std::nullopt;
  }
  using Reason = std::optional<std::string>;
  return q.visit([](const array::Identity&) { return Reason(); },
                 [&](const array::Rounded& r) {
                   if (r.scale.is_from_data()) return Reason("a step chosen from the data");
                   return sgd::student_freedom(problem) > 0 ? Reason("a format and Student tails") : Reason();
                 },
                 [](const array::Noise&) { return Reason(); });
}

experiment::Cell::Cell(const Experiment& e) : experiment_(e) {
  auto& updates = experiment_.sgd.updates;
  std::erase(updates, experiment::kPopulation);
  if (updates.empty()) throw Error("sgd.updates: inf is for theory; train needs a number of updates");
  if (e.problem.data.is_given())
    use_data();
  else
    step_ = experiment::first_step(e);
  if (!e.problem.data.is_given() && e.problem.sketch.size == 0 && !sgd::is_rotated(e.problem))
    for (std::size_t c = 0; c < e.compare.size(); ++c)
      moments_.push_back(risk::data_moments(tested(c), sgd::eigenvalues(e.problem)));
  const bool one_run = e.sgd.epochs == 1 && !e.sgd.schedule.depends_on_horizon();
  if (one_run) runs_.push_back(updates);
  for (const std::uint64_t n : updates)
    if (!one_run) runs_.push_back({n});
}

void experiment::Cell::use_data() {
  const Experiment& e = experiment_;
  data_ = experiment::load_dataset(e);
  step_ = experiment::first_step(e, data_->trace());
  const std::uint64_t updates = e.sgd.updates.back(), rows = data_->train_rows;
  if (updates > rows / e.sgd.batch)
    throw Error(
        fmt::format("sgd.updates: {} updates of {} need {} training rows, but {} has {} (of {}): allowed are up "
                    "to {} updates; more come from several epochs (sgd.epochs)",
                    updates, e.sgd.batch == 1 ? "1 row" : fmt::format("{} rows", e.sgd.batch),
                    static_cast<double>(updates) * static_cast<double>(e.sgd.batch), e.problem.data.file, rows,
                    rows + data_->test_rows, rows / e.sgd.batch));
  for (const auto& configuration : e.compare)
    data_risks_.emplace_back(data_, experiment::tested_quantizer(configuration.sites), e.sgd.batch,
                             experiment::stream_of(e.run, 0, experiment::StreamOf::test));
}

std::uint64_t experiment::Cell::work() const {
  std::uint64_t sum = 0;
  for (const auto& updates : runs_) sum += updates.back() * experiment_.sgd.epochs;
  return sum;
}

bool experiment::Cell::has_quantized(std::size_t c) const {
  return !experiment::missing_metric(experiment_.problem, experiment_.compare[c].sites);
}

// What data_moments is asked about; none where the quantized risk is not known.
Quantizer experiment::Cell::tested(std::size_t c) const {
  return has_quantized(c) ? experiment::tested_quantizer(experiment_.compare[c].sites) : Quantizer{};
}

// One seed: its problem, and how weights are tested.
struct experiment::Cell::Seed {
  std::uint64_t index;
  experiment::SeedProblem problem;
  Tests tests{};
  experiment::Trajectories trajectories{};
};

// Risks of configuration c, on features in the coordinates that it sees.
void experiment::Cell::add_test(Seed& seed, std::size_t c) const {
  const Experiment& e = experiment_;
  const experiment::SeedProblem& p = seed.problem;
  if (p.data) {
    seed.tests.emplace_back([&risk = data_risks_[c]](std::span<const double> w) {
      return experiment::MetricRisks{risk.clean(w), risk.quantized(w)};
    });
    return;
  }
  const sgd::Sites& sites = e.compare[c].sites;
  const bool known = has_quantized(c);
  const auto both = [known, beyond = p.beyond](auto risk) {
    return [risk = std::move(risk), known, beyond](std::span<const double> w) {
      return experiment::MetricRisks{risk.clean(w) + beyond, known ? risk.quantized(w) + beyond : 0};
    };
  };
  const Quantizer q = tested(c);
  if (!sites.ambient.is_none())
    seed.tests.emplace_back(
        [clean = risk::RotatedRisk(p.lambda, p.target, *p.rotation, {}), beyond = p.beyond, known,
         ambient = AmbientRisk(e, seed.index, p.ambient_target, sites.ambient)](std::span<const double> w) {
          return experiment::MetricRisks{clean.clean(w) + beyond, known ? ambient.quantized(w) : 0};
        });
  else if (p.rotation && (experiment::draws_ambient(e) || experiment::needs_coordinates(e.problem, sites)))
    seed.tests.emplace_back(both(risk::RotatedRisk(p.lambda, p.target, *p.rotation, q)));
  else
    seed.tests.emplace_back(
        both(risk::ExcessRisk(p.lambda, p.target, moments_.empty() ? risk::data_moments(q, p.lambda) : moments_[c])));
}

experiment::Trajectories experiment::Cell::run_seed(std::uint64_t index, const Diagnostics& report) const {
  Seed seed{index, experiment::make_seed_problem(experiment_, index)};
  for (std::size_t c = 0; c < experiment_.compare.size(); ++c) add_test(seed, c);
  seed.trajectories.resize(experiment_.compare.size());
  for (const auto& updates : runs_) run(seed, updates, report);
  return std::move(seed.trajectories);
}

// From w = 0 on, `epochs` times over the samples of the last of `updates`.
void experiment::Cell::run(Seed& seed, std::span<const std::uint64_t> updates, const Diagnostics& report) const {
  const experiment::SgdSettings& sgd = experiment_.sgd;
  const std::uint64_t epoch = updates.back(), horizon = epoch * sgd.epochs;
  const sgd::StepSizes sizes(sgd.schedule, horizon);
  const experiment::RunSettings& streams = experiment_.run;
  const auto source = experiment::make_source(experiment_, seed.index, seed.problem);
  sgd::SampleOrder order(epoch * sgd.batch, sgd.reshuffle,
                         experiment::stream_of(streams, seed.index, experiment::StreamOf::order));
  Trainers trainers;
  for (const auto& configuration : experiment_.compare)
    trainers.push_back(make_trainer(configuration.sites, seed.problem.target.size(),
                                    experiment::stream_of(streams, seed.index, experiment::StreamOf::quantizer),
                                    {sgd.momentum, sgd.error_feedback}));

  Watch watch(sgd, updates);
  for (std::uint64_t t = 0;; ++t) {
    if (t == watch.next()) watch.look(t, trainers, seed.tests, seed.trajectories);
    if (t == horizon) break;
    for (std::uint64_t b = 0; b < sgd.batch; ++b) source->draw_row(b, order(t / epoch, t % epoch * sgd.batch + b));
    const double step = step_ * sizes.factor(t);
    for (std::size_t c = 0; c < trainers.size(); ++c)
      experiment::at_configuration(experiment_.compare[c],
                                   [&] { trainers[c]->update(source->x(c), source->y(), step); });
    if (t % kUpdatesPerReport == kUpdatesPerReport - 1) report(kUpdatesPerReport);
  }
  report(horizon % kUpdatesPerReport);
}

}  // namespace lowprec
