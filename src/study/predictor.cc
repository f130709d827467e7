#include "study/predictor.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "lowprec/format/error.h"
#include "lowprec/format/names.h"
#include "lowprec/format/number_text.h"
#include "system/parallel.h"

namespace lowprec {
namespace {

constexpr double kReach = 4;       // a site's step lets its format reach this many root mean squares
constexpr int kWidestStepped = 8;  // bits up to which a step is chosen

}  // namespace

namespace {

double largest_variance(const experiment::Instance& i) {
  if (!i.features) return std::ranges::max(i.lambda);
  double variance = 0;
  for (std::size_t k = 0; k < i.features->size; ++k)
    variance = std::max(variance, i.features->covariance[k * (i.features->size + 1)]);
  return variance;
}

}  // namespace

study::Predictor::Predictor(const Experiment& e, const study::AllocateOptions& options, unsigned threads)
    : e_(e), options_(options), threads_(threads) {
  std::vector<std::uint64_t> updates = e.sgd.updates;
  std::erase(updates, experiment::kPopulation);
  if (updates.empty()) throw Error("sgd.updates: allocate needs a number of updates");
  e_.sgd.updates = {updates.back()};
  const std::uint64_t sketches = e.problem.sketch.size > 0 ? e.run.seeds : 1;
  for (std::uint64_t s = 0; s < sketches; ++s) instances_.push_back(experiment::make_instance(e_, s));
}

study::BySite<double> study::Predictor::scales() const {
  const experiment::Instance& i = instances_.front();
  const experiment::SiteScales s = experiment::site_scales(i.lambda, i.target, i.noise + i.beyond);
  study::BySite<double> scales;
  std::ranges::transform(study::kAllocatedSites, scales.begin(), [&](const sgd::SiteTraits& site) {
    return site.site == sgd::Site::data ? std::sqrt(largest_variance(i)) : s.of(site.site);
  });
  return scales;
}

void study::Predictor::prepare(const std::vector<sgd::Sites>& all) {
  std::map<std::string, Quantizer> missing;
  for (const sgd::Sites& sites : all)
    if (const std::string text = to_string(sites.data); !moments_.contains(text)) missing[text] = sites.data;
  std::vector<std::pair<const Quantizer*, Moments*>> tasks;
  for (const auto& [text, q] : missing) tasks.emplace_back(&q, &moments_[text]);
  system::parallel_pieces(tasks.size(), threads_, [&](std::size_t i) {
    const auto [q, moments] = tasks[i];
    moments->resize(instances_.size());
    for (std::size_t k = 0; k < instances_.size(); ++k)
      if (experiment::needs_moments(instances_[k], *q)) (*moments)[k] = risk::data_moments(*q, instances_[k].lambda);
  });
}

double study::Predictor::risk(const sgd::Sites& sites) const {
  const Moments& moments = moments_.at(to_string(sites.data));
  double sum = 0;
  for (std::size_t k = 0; k < instances_.size(); ++k)
    sum += risk_of(experiment::TheoryCase(e_, sites, instances_[k], moments[k] ? &*moments[k] : nullptr));
  return sum / static_cast<double>(instances_.size());
}

std::vector<double> study::Predictor::risks(const std::vector<sgd::Sites>& all, const std::function<void()>& done) {
  prepare(all);
  std::vector<double> result(all.size());
  system::parallel_pieces(all.size(), threads_, [&](std::size_t i) {
    result[i] = risk(all[i]);
    done();
  });
  return result;
}

double study::Predictor::risk_of(const experiment::TheoryCase& c) const {
  const bool clean = options_.metric == "clean";
  if (clean && !c.has_clean())
    throw Error(
        "the clean risk of rounded features that depend on each other has no closed form: take the metric "
        "`quantized`");
  const experiment::Point point = c.run(e_.sgd.updates, [](std::uint64_t) {}).back();
  const risk::RiskPair& pair = options_.iterate == "last"   ? point.last
                               : options_.iterate == "tail" ? point.tail
                                                            : point.average;
  const double total = (clean ? pair.clean : pair.quantized).total();
  return std::isnan(total) ? HUGE_VAL : total;
}

study::SiteChoice study::choice_of(const std::string& text, double scale) {
  study::SiteChoice choice;
  choice.quantizer = parse_quantizer(text);
  if (choice.quantizer.rounded() == nullptr)
    throw Error(fmt::format("'{}' is no format: ideal noise has no bits", text));
  array::Rounded q = *choice.quantizer.rounded();
  if (q.scale.is_from_data())
    throw Error(fmt::format("'{}': theory has no steps that are chosen from the data (absmax)", text));
  choice.bits = q.format.bits;
  if (text.find("step=") != std::string::npos || choice.bits > kWidestStepped || !(scale > 0)) return choice;
  int exponent = 0;
  const bool is_power = std::frexp(kReach * scale / q.format.max<double>(), &exponent) == 0.5;
  q.scale = block::Scale::given(std::ldexp(1.0, is_power ? exponent - 1 : exponent));
  choice.quantizer = q;
  return choice;
}

}  // namespace lowprec
