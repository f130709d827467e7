#include "study/fit_setup.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <unordered_map>
#include <unordered_set>

#include "lane/portable_math.h"
#include "lowprec/format/error.h"
#include "lowprec/format/names.h"
#include "lowprec/format/number_text.h"

namespace lowprec {
namespace {

struct Name {
  const char* text;
  double study::Law::*member;
};
constexpr Name kNames[] = {{"A", &study::Law::a},       {"alpha", &study::Law::alpha}, {"C", &study::Law::c},
                           {"beta", &study::Law::beta}, {"E", &study::Law::e},         {"f", &study::Law::f},
                           {"g", &study::Law::g}};
constexpr std::size_t kShared = study::LawParameter::shared;

bool is_own(double study::Law::*member) {
  return member == &study::Law::e || member == &study::Law::f || member == &study::Law::g;
}
bool may_be_zero(double study::Law::*member) {
  return member == &study::Law::a || member == &study::Law::c || member == &study::Law::e;
}

std::vector<std::string> configs_of(const std::vector<study::FitPoint>& points) {
  std::vector<std::string> configs;
  std::unordered_set<std::string> seen;
  for (const auto& p : points)
    if (seen.insert(p.config).second) configs.push_back(p.config);
  return configs;
}

void check_point(const study::FitPoint& p) {
  const auto fail = [&](const char* what, double value, const char* allowed) {
    return Error(fmt::format("{} is {} at {}, M = {}, N = {}: {}", what, to_string(value), p.config, to_string(p.m),
                             to_string(p.n), allowed));
  };
  if (!(p.m > 0) || !std::isfinite(p.m)) throw fail("M", p.m, "a positive number is needed");
  if (!(p.n > 0)) throw fail("N", p.n, "a positive number or inf is needed");
  if (!std::isfinite(p.risk)) throw fail("the risk", p.risk, "only finite risks can be fitted");
  if (p.standard_error < 0 || std::isinf(p.standard_error))
    throw fail("the standard error", p.standard_error, "a finite number from 0 is needed");
}

// Whether residuals are in units of standard errors.
bool uses_standard_errors(const std::vector<study::FitPoint>& points, study::FitWeights weights) {
  const auto with = std::ranges::count_if(points, [](const auto& p) { return p.standard_error > 0; });
  const bool all = with == std::ssize(points);
  if (weights == study::FitWeights::standard_error && !all)
    throw Error(fmt::format("{} of {} points have no standard error to weigh them by: weights must be relative",
                            std::ssize(points) - with, points.size()));
  if (weights == study::FitWeights::automatic && !all && with > 0)
    throw Error(
        fmt::format("{} of {} points have a standard error, the others none: choose the weights (relative), or "
                    "fit them apart",
                    with, points.size()));
  return weights != study::FitWeights::relative && all;
}

std::vector<study::LawPoint> law_points(const std::vector<study::FitPoint>& points,
                                        const std::vector<std::string>& configs, bool standard_errors) {
  std::vector<study::LawPoint> result;
  std::unordered_map<std::string, std::size_t> numbers;
  for (const auto& config : configs) numbers.insert({config, numbers.size()});
  for (const auto& p : points) {
    if (!standard_errors && !(p.risk > 0))
      throw Error(fmt::format("the risk is {} at {}, M = {}, N = {}: relative weights need positive risks",
                              to_string(p.risk), p.config, to_string(p.m), to_string(p.n)));
    result.push_back({numbers.at(p.config), lane::portable_log(p.m), lane::portable_log(p.n), p.risk,
                      standard_errors ? p.standard_error : p.risk});
  }
  return result;
}

// The only value, or NaN if there are several.
double only(const std::vector<study::FitPoint>& points, double study::FitPoint::*size) {
  const double first = points.front().*size;
  const bool same = std::ranges::all_of(points, [&](const auto& p) { return p.*size == first; });
  return same ? first : std::nan("");
}

struct Terms {
  bool m = true, n = true;
};

Terms terms_of(study::ScalingFit& fit, const study::FitOptions& options) {
  const auto zero = [&](const char* name) {
    return std::ranges::any_of(options.fixed, [&](const auto& x) { return x.name == name && x.value == 0; });
  };
  const auto drop = [&](char size, double value, const char* text) {
    const bool is_zero = value == HUGE_VAL;
    if (!is_zero && options.floor == study::FitFloor::none)
      throw Error(
          fmt::format("all points have {0} = {1}: {2} is a constant there, and no floor E is allowed that it "
                      "could be part of; allow one, give points of several {0}, or fix {3} = 0",
                      size, to_string(value), text, size == 'M' ? "A" : "C"));
    fit.dropped.push_back({size, fmt::format("all points have {} = {}: {} is dropped, {}", size, to_string(value), text,
                                             is_zero ? "being 0 there" : "and is part of E")});
  };
  Terms terms{!zero("A"), !zero("C")};
  if (terms.m && !std::isnan(fit.only_m)) drop('M', fit.only_m, "A (f M)^-alpha"), terms.m = false;
  if (terms.n && !std::isnan(fit.only_n)) drop('N', fit.only_n, "C (g N)^-beta"), terms.n = false;
  if (!terms.m && !terms.n) throw Error("points of several M or of several N are needed: there is no power law to fit");
  return terms;
}

std::vector<study::LawParameter> law_parameters(Terms terms, study::FitFloor floor, std::size_t configs) {
  std::vector<study::LawParameter> result;
  const auto add = [&](double study::Law::*member, std::size_t config) { result.push_back({member, config}); };
  if (terms.m) add(&study::Law::a, kShared), add(&study::Law::alpha, kShared);
  if (terms.n) add(&study::Law::c, kShared), add(&study::Law::beta, kShared);
  if (floor == study::FitFloor::shared) add(&study::Law::e, kShared);
  for (std::size_t c = 0; c < configs; ++c) {
    if (terms.m && c > 0) add(&study::Law::f, c);
    if (terms.n && c > 0) add(&study::Law::g, c);
    if (floor == study::FitFloor::each) add(&study::Law::e, c);
  }
  return result;
}

void check_fixed(const study::FitFixed& fixed, const std::vector<std::string>& configs) {
  const std::string shown = (fixed.config.empty() ? "" : fixed.config + ".") + fixed.name;
  const auto member = study::member_of(fixed.name);
  if (member == nullptr)
    throw Error(fmt::format("'{}' is not a parameter that can be fixed: A, alpha, C, beta, E, f, g", shown));
  if (!fixed.config.empty() && !is_own(member))
    throw Error(fmt::format("{}: {} is one for all configurations", shown, fixed.name));
  if (!fixed.config.empty() && study::index_of(configs, fixed.config) == configs.size())
    throw Error(fmt::format("{}: no point is of configuration '{}'", shown, fixed.config));
  const bool allowed = std::isfinite(fixed.value) &&
                       (fixed.value > 0 || (fixed.value == 0 && may_be_zero(member)) || member == &study::Law::e);
  if (!allowed)
    throw Error(fmt::format("{} = {}: a {} number is needed", shown, to_string(fixed.value),
                            member == &study::Law::e ? "finite" : "finite positive"));
}

void fix(study::LawModel& model, const study::FitFixed& fixed, const std::vector<std::string>& configs) {
  check_fixed(fixed, configs);
  bool found = fixed.value == 0 && (fixed.name == "A" || fixed.name == "C");  // its term is not there
  for (auto& p : model.parameters) {
    if (study::name_of(p.member) != fixed.name || !(fixed.config.empty() || fixed.config == configs[p.config]))
      continue;
    p.is_free = false;
    p.value = fixed.value;
    found = true;
  }
  if (!found)
    throw Error(fmt::format("{}{} cannot be fixed: this fit has no such parameter",
                            fixed.config.empty() ? "" : fixed.config + ".", fixed.name));
}

std::string label(const study::LawParameter& p, const std::vector<std::string>& configs) {
  return p.config == kShared ? study::name_of(p.member)
                             : fmt::format("{}.{}", configs[p.config], study::name_of(p.member));
}

constexpr std::size_t kMostDerivatives = std::size_t{1} << 26;  // of all points by all parameters: 512 MiB

void check_counts(const study::LawModel& model, const std::vector<std::string>& configs) {
  const auto is_free =
      static_cast<std::size_t>(std::ranges::count(model.parameters, true, &study::LawParameter::is_free));
  if (is_free > 0 && model.points.size() > kMostDerivatives / is_free)
    throw Error(
        fmt::format("one fit of {} points with {} parameters is too large: at most {} derivatives are allowed; "
                    "fit each configuration alone (--separate), or fewer of them",
                    model.points.size(), is_free, kMostDerivatives));
  const auto labels = study::free_labels(model, configs);
  if (model.points.size() <= labels.size())
    throw Error(
        fmt::format("{} points are too few for {} parameters ({}): more points of M or N are needed, or fixed "
                    "parameters, or no floor",
                    model.points.size(), labels.size(), fmt::join(labels, ", ")));
}

}  // namespace

const char* study::name_of(double study::Law::*member) {
  return std::ranges::find_if(kNames, [&](const Name& n) { return n.member == member; })->text;
}

double study::Law::*study::member_of(const std::string& name) {
  const auto* found = std::ranges::find_if(kNames, [&](const Name& n) { return n.text == name; });
  return found == std::end(kNames) ? nullptr : found->member;
}

std::size_t study::index_of(const std::vector<std::string>& configs, const std::string& config) {
  return static_cast<std::size_t>(std::ranges::find(configs, config) - configs.begin());
}

std::vector<std::string> study::free_labels(const study::LawModel& model, const std::vector<std::string>& configs) {
  std::vector<std::string> labels;
  for (const auto& p : model.parameters)
    if (p.is_free) labels.push_back(label(p, configs));
  return labels;
}

study::LawModel study::law_model(const std::vector<study::FitPoint>& points, const study::FitOptions& options,
                                 study::ScalingFit& fit) {
  if (points.empty()) throw Error("there are no points to fit");
  for (const auto& p : points) check_point(p);
  fit.configs = configs_of(points);
  fit.uses_standard_errors = uses_standard_errors(points, options.weights);
  fit.only_m = only(points, &study::FitPoint::m);
  fit.only_n = only(points, &study::FitPoint::n);
  study::LawModel model;
  model.configs = fit.configs.size();
  model.points = law_points(points, fit.configs, fit.uses_standard_errors);
  model.parameters = law_parameters(terms_of(fit, options), options.floor, model.configs);
  for (const auto& fixed : options.fixed) fix(model, fixed, fit.configs);
  check_counts(model, fit.configs);
  return model;
}

}  // namespace lowprec
