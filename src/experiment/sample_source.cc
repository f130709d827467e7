#include "experiment/sample_source.h"

#include <algorithm>
#include <cmath>

#include "lowprec/array/fill.h"
#include "lowprec/sgd/sample_order.h"
#include "lowprec/sgd/sampler.h"

namespace lowprec {
namespace {

class ReducedSource final : public experiment::Source {
 public:
  ReducedSource(const Experiment& e, std::uint64_t seed, const experiment::SeedProblem& p)
      : sampler_(p.lambda, p.target, p.noise, e.sgd.batch,
                 experiment::stream_of(e.run, seed, experiment::StreamOf::data),
                 {sgd::student_freedom(e.problem), p.rotation ? &*p.rotation : nullptr}) {
    for (const auto& configuration : e.compare)
      needs_coordinates_.push_back(experiment::needs_coordinates(e.problem, configuration.sites));
  }
  void draw_row(std::uint64_t b, std::uint64_t s) override { sampler_.draw_row(b, s); }
  std::span<const double> x(std::size_t c) const override {
    return needs_coordinates_[c] ? sampler_.x() : sampler_.unrotated();
  }
  std::span<const double> y() const override { return sampler_.y(); }

 private:
  sgd::Sampler sampler_;
  std::vector<bool> needs_coordinates_;
};

// S x for x ~ N(0, H) drawn in full.
class AmbientSource final : public experiment::Source {
 public:
  AmbientSource(const Experiment& e, std::uint64_t seed, const experiment::SeedProblem& p)
      : lambda_(sgd::eigenvalues(e.problem)),
        size_(e.problem.sketch.size),
        batch_(e.sgd.batch),
        sketch_(experiment::sketch_matrix(e, seed)),
        sampler_(lambda_, p.ambient_target, e.problem.noise, e.sgd.batch,
                 experiment::stream_of(e.run, seed, experiment::StreamOf::data),
                 {sgd::student_freedom(e.problem), nullptr}),
        plain_(batch_ * size_),
        rounded_(lambda_.size()),
        configurations_(e.compare) {
    const Stream stream =
        experiment::stream_of(e.run, seed, experiment::StreamOf::quantizer).substream(~std::uint64_t{1});
    for (const auto& configuration : e.compare) {
      const Quantizer& q = configuration.sites.ambient;
      const bool rounds = !q.is_none();
      quantizers_.emplace_back(q, stream, false, sgd::traits(sgd::Site::ambient).name);
      rows_.emplace_back(rounds ? batch_ * size_ : 0);
    }
  }

  void draw_row(std::uint64_t b, std::uint64_t s) override {
    const std::size_t d = lambda_.size();
    sampler_.draw_row(b, s);
    const auto x = sampler_.x().subspan(b * d, d);
    apply(x, &plain_[b * size_]);
    for (std::size_t c = 0; c < rows_.size(); ++c) {
      if (rows_[c].empty()) continue;
      experiment::at_configuration(configurations_[c], [&] { quantizers_[c].vector(x, rounded_, s, s * d); });
      apply(rounded_, &rows_[c][b * size_]);
    }
  }
  std::span<const double> x(std::size_t c) const override { return rows_[c].empty() ? plain_ : rows_[c]; }
  std::span<const double> y() const override { return sampler_.y(); }

 private:
  // S x, sums upwards in the index of x.
  void apply(std::span<const double> x, double* out) const {
    std::fill_n(out, size_, 0.0);
    for (std::size_t j = 0; j < x.size(); ++j)
      for (std::size_t i = 0; i < size_; ++i) out[i] += x[j] * sketch_[j * size_ + i];
  }

  std::vector<double> lambda_;
  std::size_t size_, batch_;
  std::vector<double> sketch_;
  sgd::Sampler sampler_;
  std::vector<double> plain_, rounded_;
  const std::vector<experiment::Configuration>& configurations_;
  std::vector<sgd::QuantizerSite> quantizers_;
  std::vector<std::vector<double>> rows_;
};

// The training rows of a file, in a new random order for each seed.
class DataSource final : public experiment::Source {
 public:
  DataSource(const Experiment& e, std::uint64_t seed, std::shared_ptr<const experiment::Dataset> data)
      : data_(std::move(data)),
        order_(data_->train_rows, true, experiment::stream_of(e.run, seed, experiment::StreamOf::rows)),
        rows_(e.sgd.batch * data_->dimension),
        labels_(e.sgd.batch) {}
  void draw_row(std::uint64_t b, std::uint64_t s) override {
    const std::size_t i = order_(1, s);
    std::ranges::copy(data_->row(i), rows_.begin() + static_cast<std::ptrdiff_t>(b * data_->dimension));
    labels_[b] = data_->y[i];
  }
  std::span<const double> x(std::size_t) const override { return rows_; }
  std::span<const double> y() const override { return labels_; }

 private:
  std::shared_ptr<const experiment::Dataset> data_;
  sgd::SampleOrder order_;
  std::vector<double> rows_, labels_;
};

}  // namespace

bool experiment::draws_ambient(const Experiment& e) {
  if (e.problem.sketch.size > 0 && sgd::student_freedom(e.problem) > 0) return true;
  return std::ranges::any_of(e.compare, [](const experiment::Configuration& c) { return !c.sites.ambient.is_none(); });
}

bool experiment::needs_coordinates(const sgd::Problem& problem, const sgd::Sites& s) {
  if (problem.sketch.size == 0) return true;
  return !s.arithmetic.is_none() || sgd::has_axes(s.data) || sgd::has_axes(s.parameter) || sgd::has_axes(s.weights);
}

std::vector<double> experiment::sketch_matrix(const Experiment& e, std::uint64_t seed) {
  std::vector<double> s(e.problem.sketch.size * e.problem.sketch.ambient);
  array::fill_gaussian(experiment::stream_of(e.run, seed, experiment::StreamOf::sketch), 0, s);
  for (double& x : s) x /= std::sqrt(static_cast<double>(e.problem.sketch.size));
  return s;
}

experiment::SeedProblem experiment::make_seed_problem(const Experiment& e, std::uint64_t seed) {
  experiment::SeedProblem p;
  if (e.problem.data.is_given()) {
    p.data = experiment::load_dataset(e);
    p.target = p.data->reference;
    return p;
  }
  const auto lambda = sgd::eigenvalues(e.problem);
  auto target = sgd::target_vector(e.problem, experiment::stream_of(e.run, seed, experiment::StreamOf::target));
  p.noise = e.problem.noise;
  const sgd::Sketch& sketch = e.problem.sketch;
  if (sketch.size == 0) {
    p.lambda = lambda;
    p.target = std::move(target);
    if (sgd::is_rotated(e.problem))
      p.rotation.emplace(p.lambda.size(), experiment::stream_of(e.run, seed, experiment::StreamOf::rotation));
    return p;
  }
  const double tail = sketch.tail ? risk::spectrum_tail(e.problem) : 0;
  risk::ReducedProblem reduced = risk::reduced_problem(risk::sketched_features(
      lambda, target, tail, sketch.size, experiment::stream_of(e.run, seed, experiment::StreamOf::sketch)));
  p.lambda = std::move(reduced.lambda);
  p.target = std::move(reduced.target);
  p.beyond = reduced.beyond;
  p.noise += reduced.beyond;
  p.ambient_target = std::move(target);
  const bool has_ambient = experiment::draws_ambient(e);
  const auto needs = [&](const experiment::Configuration& c) {
    return has_ambient || experiment::needs_coordinates(e.problem, c.sites);
  };
  if (std::ranges::any_of(e.compare, needs)) p.rotation.emplace(sketch.size, std::move(reduced.basis));
  return p;
}

std::unique_ptr<experiment::Source> experiment::make_source(const Experiment& e, std::uint64_t seed,
                                                            const experiment::SeedProblem& problem) {
  if (problem.data) return std::make_unique<DataSource>(e, seed, problem.data);
  if (experiment::draws_ambient(e)) return std::make_unique<AmbientSource>(e, seed, problem);
  return std::make_unique<ReducedSource>(e, seed, problem);
}

}  // namespace lowprec
