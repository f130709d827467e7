#include "experiment/theory_case.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>

#include "experiment/dataset.h"
#include "lowprec/sgd/step_sizes.h"

namespace lowprec {
namespace {

constexpr double kSeenMean = 1e-6;  // E z in deviations of z from which on the recursion is approximate
constexpr std::uint64_t kUpdatesPerReport = 256;

// Fewer random bits move a stored weight at each update, or leave it where it is.
constexpr int kUnbiasedBits = 20;

bool is_unbiased(Rounding r) { return format::traits(r.kind).has_random_bits() && r.random_bits >= kUnbiasedBits; }

double sum_of(const std::vector<double>& x) { return std::accumulate(x.begin(), x.end(), 0.0); }

double mean_square(const std::vector<double>& x) {
  return std::inner_product(x.begin(), x.end(), x.begin(), 0.0) / static_cast<double>(x.size());
}

bool has_mean(const risk::DataMoments& m) {
  for (std::size_t i = 0; i < m.h.size(); ++i)
    if (std::abs(m.mean[i]) > kSeenMean * std::sqrt(m.h[i])) return true;
  return false;
}

// Whether the axes in which data and weights are rounded are others than those of the covariance, in which the
// recursion runs.
bool is_turned(const Experiment& e, const experiment::Instance& instance) {
  return instance.features || sgd::is_rotated(e.problem);
}

// Whether theory takes the errors of this rounding for noise.
bool rounds(const Quantizer& q) {
  return q.visit([](const array::Identity&) { return false; }, [](const array::Rounded&) { return true; },
                 [](const array::Noise&) { return false; });
}

std::string approximations_of(const sgd::Sites& s, const risk::DataMoments& data, bool turned) {
  std::string text;
  const auto add = [&](std::string_view what) { text.append(text.empty() ? "" : ", ").append(what); };
  for (const sgd::SiteTraits& site : sgd::kSites)
    if (site.theory == sgd::SiteTheory::approximate && site.site != sgd::Site::weights && rounds(s.*site.member))
      add(site.theory_text);
  if (!text.empty()) text = "errors of rounding taken for noise: " + text;
  if (const array::Rounded* p = s.parameter.rounded(); p != nullptr && !p->rounding.is_stochastic())
    add("the errors of parameters rounded deterministically do not average out: what they cost may be wrong by more "
        "than "
        "half");
  if (rounds(s.weights)) add(sgd::traits(sgd::Site::weights).theory_text);
  const bool turns_data = !sgd::is_coordinatewise(s.data) && sgd::has_axes(s.data);
  const bool turns_weights = std::ranges::any_of(sgd::kSites, [&s](const sgd::SiteTraits& site) {
    return site.theory == sgd::SiteTheory::approximate && site.shape == sgd::SiteShape::coordinates &&
           sgd::is_coordinatewise(s.*site.member);
  });
  if (turned && turns_data) add("signs added to data along the eigenvectors of their covariance");
  if (turned && turns_weights) add("weights rounded along the eigenvectors of the data's covariance");
  if (has_mean(data)) add("the mean of quantized data is not 0 and left out");
  return text;
}

// Independent coordinates in place of `features`.
void reduce(experiment::Instance& instance) {
  risk::ReducedProblem reduced = risk::reduced_problem(*instance.features);
  instance.lambda = std::move(reduced.lambda);
  instance.target = std::move(reduced.target);
  instance.beyond = reduced.beyond;
}

// What the reference leaves of the labels is noise.
experiment::Instance data_instance(const Experiment& e) {
  const auto data = experiment::load_dataset(e);
  experiment::Instance instance;
  instance.is_surrogate = true;
  instance.trace = data->trace();
  risk::SketchedFeatures& f = instance.features.emplace();
  f.size = data->dimension;
  f.covariance = data->covariance;
  for (std::size_t i = 0; i < f.size; ++i) f.covariance[i * f.size + i] += data->ridge;
  f.cross = data->cross;
  f.signal = std::inner_product(f.cross.begin(), f.cross.end(), data->reference.begin(), 0.0);
  instance.noise = std::max(data->label_square - f.signal, 0.0);
  reduce(instance);
  instance.beyond = 0;
  return instance;
}

std::vector<double> diagonal(const risk::SketchedFeatures& f) {
  std::vector<double> d(f.size);
  for (std::size_t i = 0; i < f.size; ++i) d[i] = f.covariance[i * f.size + i];
  return d;
}

// Why theory has nothing to say where the site is quantized.
std::optional<std::string> unknown_site(const sgd::Sites& s, sgd::Site which) {
  const sgd::SiteTraits& site = sgd::traits(which);
  if (site.theory != sgd::SiteTheory::none || (s.*site.member).is_none()) return {};
  return std::string(site.theory_text);
}

}  // namespace

std::optional<std::string> experiment::obstacle(const Experiment& e, const sgd::Sites& s) {
  if (e.sgd.epochs > 1) return "several epochs (`epochs`) have no closed form";
  if (e.sgd.momentum > 0) return "momentum has no closed form here";
  if (sgd::student_freedom(e.problem) > 0) return "the recursion is that of normal data, not of `tails`";
  if (sgd::is_rotated(e.problem) && sgd::is_coordinatewise(s.data))
    return "the rounding of rotated data has no closed form";
  if (const auto reason = unknown_site(s, sgd::Site::ambient)) return reason;
  for (const sgd::SiteTraits& site : sgd::kSites)
    if ((s.*site.member).is_scaled()) return "steps chosen from the data (`absmax`) have no closed form";
  const bool rounds_gradient = !s.gradient.is_none() || !s.weights.is_none();
  if (e.sgd.error_feedback && rounds_gradient) return "error feedback has no closed form";
  for (const sgd::SiteTraits& site : sgd::kSites)
    if (const auto reason = unknown_site(s, site.site)) return reason;
  const array::Rounded* w = s.weights.rounded();
  if (!s.weights.is_none() && !(w != nullptr && is_unbiased(w->rounding)))
    return fmt::format("stored weights have a closed form only where they are rounded to a format by sr(N), N >= {}",
                       kUnbiasedBits);
  return {};
}

experiment::Instance experiment::make_instance(const Experiment& e, std::uint64_t seed) {
  if (e.problem.data.is_given()) return data_instance(e);
  experiment::Instance instance;
  instance.noise = e.problem.noise;
  const auto lambda = sgd::eigenvalues(e.problem);
  const bool has_prior = e.problem.target.is_prior();
  const sgd::Sketch& sketch = e.problem.sketch;
  const double tail = sketch.tail ? risk::spectrum_tail(e.problem) : 0;
  instance.trace = sum_of(lambda) + tail;
  if (sketch.size == 0) {
    instance.lambda = lambda;
    // Results are quadratic in the target: under the prior E w*_i^2 = 1 stands for it.
    instance.target = has_prior ? std::vector<double>(lambda.size(), 1.0) : sgd::target_vector(e.problem, {});
    return instance;
  }
  const auto target = has_prior ? std::vector<double>() : sgd::target_vector(e.problem, {});
  instance.features = risk::sketched_features(lambda, target, tail, sketch.size,
                                              experiment::stream_of(e.run, seed, experiment::StreamOf::sketch));
  reduce(instance);
  instance.ambient = lambda;
  return instance;
}

experiment::SiteScales experiment::site_scales(const std::vector<double>& lambda, const std::vector<double>& target,
                                               double noise) {
  double signal = 0;
  for (std::size_t i = 0; i < lambda.size(); ++i) signal += lambda[i] * target[i] * target[i];
  return {std::sqrt(signal + noise), std::sqrt(mean_square(target)), std::sqrt(signal),
          std::sqrt(noise > 0 ? noise : signal)};
}

double experiment::SiteScales::of(sgd::Site site) const {
  switch (site) {
    case sgd::Site::label:
      return label;
    case sgd::Site::parameter:
      return parameter;
    case sgd::Site::activation:
      return activation;
    case sgd::Site::gradient:
      return gradient;
    case sgd::Site::data:
    case sgd::Site::ambient:
    case sgd::Site::weights:
    case sgd::Site::arithmetic:
    case sgd::Site::accumulate:
      return std::nan("");
  }
  return std::nan("");
}

bool experiment::needs_moments(const experiment::Instance& instance, const Quantizer& data) {
  return !(instance.features && sgd::is_coordinatewise(data));
}

experiment::TheoryCase::TheoryCase(const Experiment& e, const sgd::Sites& sites, const experiment::Instance& instance,
                                   const risk::DataMoments* data)
    : schedule_(e.sgd.schedule),
      tail_average_(e.sgd.tail_average),
      step_(experiment::first_step(e, instance.trace)),
      beyond_(instance.beyond),
      is_surrogate_(instance.is_surrogate) {
  problem_.lambda = instance.lambda;
  problem_.target = instance.target;
  problem_.batch = e.sgd.batch;
  if (experiment::needs_moments(instance, sites.data))
    problem_.data = data != nullptr ? *data : risk::data_moments(sites.data, problem_.lambda);
  else
    use_surrogate(*instance.features, sites.data);
  problem_.noise = instance.noise + beyond_;
  const experiment::SiteScales scales = experiment::site_scales(problem_.lambda, problem_.target, problem_.noise);
  for (const sgd::SiteTraits& site : sgd::kSites) set_site(site.site, sites.*site.member, scales);
  approximations_ = approximations_of(sites, problem_.data, is_turned(e, instance));
  if (instance.is_surrogate)
    approximations_ = "normal features with the second moments of the training rows" +
                      (approximations_.empty() ? "" : ", " + approximations_);
  overflow_probability_ = std::max(overflow_probability_, problem_.data.overflow_probability);
  set_model_size(sites.data, instance);
  const risk::RiskRecursion start(problem_);
  stable_ = start.largest_stable_step();
  limit_ = pair(start.limit());
}

// The data's moments are known already; obstacle() refuses the sites without theory.
void experiment::TheoryCase::set_site(sgd::Site site, const Quantizer& q, const experiment::SiteScales& scales) {
  switch (site) {
    case sgd::Site::label:
      problem_.label = risk::site_noise(q, scales.of(site));
      break;
    case sgd::Site::parameter:
      problem_.parameter = risk::site_noise(q, scales.of(site));
      break;
    case sgd::Site::activation:
      problem_.activation = risk::site_noise(q, scales.of(site));
      break;
    case sgd::Site::gradient:
      problem_.gradient = risk::site_noise(q, scales.of(site));
      break;
    case sgd::Site::weights:
      if (q.rounded() != nullptr) problem_.weights = *q.rounded();
      break;
    case sgd::Site::data:
    case sgd::Site::ambient:
    case sgd::Site::arithmetic:
    case sgd::Site::accumulate:
      break;
  }
}

// Normal features with the second moments of the rounded ones, not quantized, stand for them.
void experiment::TheoryCase::use_surrogate(const risk::SketchedFeatures& features, const Quantizer& data) {
  is_surrogate_ = true;
  has_clean_ = false;
  const risk::DataMoments moments = risk::data_moments(data, diagonal(features));
  overflow_probability_ = moments.overflow_probability;
  risk::ReducedProblem reduced = risk::reduced_problem(risk::rounded_features(features, moments));
  problem_.lambda = std::move(reduced.lambda);
  problem_.target = std::move(reduced.target);
  problem_.data = risk::data_moments({}, problem_.lambda);
  beyond_ = reduced.beyond;
}

void experiment::TheoryCase::set_model_size(const Quantizer& data, const experiment::Instance& instance) {
  model_size_ = std::nan("");
  if (instance.ambient.empty()) return;
  double eps = 0;
  if (const auto* noise = data.noise(); noise != nullptr && noise->law == array::Noise::Law::additive)
    eps = noise->epsilon;
  if (sgd::is_coordinatewise(data)) {
    const auto variance = diagonal(*instance.features);
    const risk::DataMoments m = risk::data_moments(data, variance);
    for (std::size_t i = 0; i < variance.size(); ++i) {
      const double gain = m.c[i] / variance[i];
      eps += (m.h[i] / (gain * gain) - variance[i]) / static_cast<double>(variance.size());
    }
  }
  const double tail = std::max(instance.trace - sum_of(instance.ambient), 0.0);
  model_size_ = risk::effective_size(instance.ambient, tail, problem_.lambda.size(), eps).model_size;
}

std::string experiment::TheoryCase::method() const {
  if (is_surrogate_) return "surrogate";
  return approximations_.empty() ? "exact" : "approximate";
}

risk::RiskPair experiment::TheoryCase::pair(risk::RiskPair risk) const {
  if (!has_clean_) risk.quantized = risk.clean;
  risk.clean.approximation += beyond_;
  risk.quantized.approximation += beyond_;
  return risk;
}

std::vector<experiment::Point> experiment::TheoryCase::run(const std::vector<std::uint64_t>& updates,
                                                           const std::function<void(std::uint64_t)>& report) const {
  const sgd::StepSizes steps(schedule_, updates.back());
  risk::RiskRecursion recursion(problem_);
  std::vector<std::size_t> tails(updates.size());
  std::vector<experiment::Point> points;
  for (std::uint64_t t = 0; points.size() < updates.size(); ++t) {
    for (std::size_t k = 0; k < updates.size(); ++k)
      if (tail_average_ > 0 && t + sgd::tail_length(tail_average_, updates[k]) == updates[k])
        tails[k] = recursion.open_window();
    recursion.update(step_ * steps.factor(t));
    if (t % kUpdatesPerReport == kUpdatesPerReport - 1) report(kUpdatesPerReport);
    if (t + 1 != updates[points.size()]) continue;
    const std::size_t k = points.size();
    experiment::Point& point = points.emplace_back();
    point.average = pair(recursion.average(0));
    point.last = pair(recursion.last());
    point.bound = steps.is_constant() ? recursion.bound(step_, updates[k]) + beyond_ : std::nan("");
    if (tail_average_ <= 0) continue;
    point.tail = pair(recursion.average(tails[k]));
    recursion.close_window(tails[k]);
  }
  report(updates.back() % kUpdatesPerReport);
  return points;
}

std::vector<std::vector<std::uint64_t>> experiment::horizons(const experiment::SgdSettings& schedule,
                                                             const std::vector<std::uint64_t>& updates) {
  if (updates.empty()) return {};
  if (!schedule.schedule.depends_on_horizon()) return {updates};
  std::vector<std::vector<std::uint64_t>> each;
  for (const std::uint64_t n : updates) each.push_back({n});
  return each;
}

}  // namespace lowprec
