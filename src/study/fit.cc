#include "lowprec/study/fit.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/math/distributions/chi_squared.hpp>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>

#include "lowprec/error.h"
#include "lowprec/random.h"
#include "lowprec/text.h"
#include "study/elementary.h"
#include "study/fit_model.h"

namespace lowprec {
namespace {

struct Name {
  const char* text;
  double Law::*member;
};
constexpr Name kNames[] = {{"A", &Law::a}, {"alpha", &Law::alpha}, {"C", &Law::c}, {"beta", &Law::beta},
                           {"E", &Law::e}, {"f", &Law::f},         {"g", &Law::g}};
constexpr std::size_t kShared = LawParameter::shared;

const char* name_of(double Law::*member) {
  return std::ranges::find_if(kNames, [&](const Name& n) { return n.member == member; })->text;
}

bool is_own(double Law::*member) { return member == &Law::e || member == &Law::f || member == &Law::g; }
bool may_be_zero(double Law::*member) { return member == &Law::a || member == &Law::c || member == &Law::e; }

std::size_t index_of(const std::vector<std::string>& configs, const std::string& config) {
  return static_cast<std::size_t>(std::ranges::find(configs, config) - configs.begin());
}

std::vector<std::string> configs_of(const std::vector<FitPoint>& points) {
  std::vector<std::string> configs;
  for (const auto& p : points)
    if (index_of(configs, p.config) == configs.size()) configs.push_back(p.config);
  return configs;
}

void check_point(const FitPoint& p) {
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
bool uses_standard_errors(const std::vector<FitPoint>& points, FitWeights weights) {
  const auto with = std::ranges::count_if(points, [](const auto& p) { return p.standard_error > 0; });
  const bool all = with == std::ssize(points);
  if (weights == FitWeights::standard_error && !all)
    throw Error(fmt::format("{} of {} points have no standard error to weigh them by: weights must be relative",
                            std::ssize(points) - with, points.size()));
  if (weights == FitWeights::automatic && !all && with > 0)
    throw Error(
        fmt::format("{} of {} points have a standard error, the others none: choose the weights (relative), or "
                    "fit them apart",
                    with, points.size()));
  return weights != FitWeights::relative && all;
}

std::vector<LawPoint> law_points(const std::vector<FitPoint>& points, const std::vector<std::string>& configs,
                                 bool standard_errors) {
  std::vector<LawPoint> result;
  for (const auto& p : points) {
    if (!standard_errors && !(p.risk > 0))
      throw Error(fmt::format("the risk is {} at {}, M = {}, N = {}: relative weights need positive risks",
                              to_string(p.risk), p.config, to_string(p.m), to_string(p.n)));
    result.push_back({index_of(configs, p.config), portable_log(p.m), portable_log(p.n), p.risk,
                      standard_errors ? p.standard_error : p.risk});
  }
  return result;
}

// The only value, or NaN if there are several.
double only(const std::vector<FitPoint>& points, double FitPoint::*size) {
  const double first = points.front().*size;
  const bool same = std::ranges::all_of(points, [&](const auto& p) { return p.*size == first; });
  return same ? first : std::nan("");
}

struct Terms {
  bool m = true, n = true;
};

Terms terms_of(ScalingFit& fit, const FitOptions& options) {
  const auto zero = [&](const char* name) {
    return std::ranges::any_of(options.fixed, [&](const auto& x) { return x.name == name && x.value == 0; });
  };
  const auto drop = [&](char size, double value, const char* text) {
    const bool is_zero = value == HUGE_VAL;
    if (!is_zero && options.floor == FitFloor::none)
      throw Error(
          fmt::format("all points have {0} = {1}: {2} is a constant there, and no floor E is allowed that it "
                      "could be part of; allow one, or give points of several {0}",
                      size, to_string(value), text));
    fit.dropped.push_back({size, fmt::format("all points have {} = {}: {} is dropped, {}", size, to_string(value), text,
                                             is_zero ? "being 0 there" : "and is part of E")});
  };
  Terms terms{!zero("A"), !zero("C")};
  if (terms.m && !std::isnan(fit.only_m)) drop('M', fit.only_m, "A (f M)^-alpha"), terms.m = false;
  if (terms.n && !std::isnan(fit.only_n)) drop('N', fit.only_n, "C (g N)^-beta"), terms.n = false;
  if (!terms.m && !terms.n) throw Error("points of several M or of several N are needed: there is no power law to fit");
  return terms;
}

std::vector<LawParameter> law_parameters(Terms terms, FitFloor floor, std::size_t configs) {
  std::vector<LawParameter> result;
  const auto add = [&](double Law::*member, std::size_t config) { result.push_back({member, config}); };
  if (terms.m) add(&Law::a, kShared), add(&Law::alpha, kShared);
  if (terms.n) add(&Law::c, kShared), add(&Law::beta, kShared);
  if (floor == FitFloor::shared) add(&Law::e, kShared);
  for (std::size_t c = 0; c < configs; ++c) {
    if (terms.m && c > 0) add(&Law::f, c);
    if (terms.n && c > 0) add(&Law::g, c);
    if (floor == FitFloor::each) add(&Law::e, c);
  }
  return result;
}

void check_fixed(const FitFixed& fixed, const std::vector<std::string>& configs) {
  const std::string shown = (fixed.config.empty() ? "" : fixed.config + ".") + fixed.name;
  const auto* name = std::ranges::find_if(kNames, [&](const Name& n) { return n.text == fixed.name; });
  if (name == std::end(kNames))
    throw Error(fmt::format("'{}' is not a parameter that can be fixed: A, alpha, C, beta, E, f, g", shown));
  if (!fixed.config.empty() && !is_own(name->member))
    throw Error(fmt::format("{}: {} is one for all configurations", shown, fixed.name));
  if (!fixed.config.empty() && index_of(configs, fixed.config) == configs.size())
    throw Error(fmt::format("{}: no point is of configuration '{}'", shown, fixed.config));
  const bool allowed = std::isfinite(fixed.value) &&
                       (fixed.value > 0 || (fixed.value == 0 && may_be_zero(name->member)) || name->member == &Law::e);
  if (!allowed)
    throw Error(fmt::format("{} = {}: a {} number is needed", shown, to_string(fixed.value),
                            name->member == &Law::e ? "finite" : "finite positive"));
}

void fix(LawModel& model, const FitFixed& fixed, const std::vector<std::string>& configs) {
  check_fixed(fixed, configs);
  bool found = fixed.value == 0 && (fixed.name == "A" || fixed.name == "C");  // its term is not there
  for (auto& p : model.parameters) {
    if (name_of(p.member) != fixed.name || !(fixed.config.empty() || fixed.config == configs[p.config])) continue;
    p.is_free = false;
    p.value = fixed.value;
    found = true;
  }
  if (!found)
    throw Error(fmt::format("{}{} cannot be fixed: this fit has no such parameter",
                            fixed.config.empty() ? "" : fixed.config + ".", fixed.name));
}

std::string label(const LawParameter& p, const std::vector<std::string>& configs) {
  return p.config == kShared ? name_of(p.member) : fmt::format("{}.{}", configs[p.config], name_of(p.member));
}

std::vector<std::string> free_labels(const LawModel& model, const std::vector<std::string>& configs) {
  std::vector<std::string> labels;
  for (const auto& p : model.parameters)
    if (p.is_free) labels.push_back(label(p, configs));
  return labels;
}

void check_counts(const LawModel& model, const std::vector<std::string>& configs) {
  const auto labels = free_labels(model, configs);
  if (model.points.size() <= labels.size())
    throw Error(
        fmt::format("{} points are too few for {} parameters ({}): more points of M or N are needed, or fixed "
                    "parameters, or no floor",
                    model.points.size(), labels.size(), fmt::join(labels, ", ")));
}

LawMinimum best_minimum(const LawModel& model, const std::vector<std::string>& configs) {
  constexpr double tolerance = 1e-15;
  Eigen::VectorXd risks(static_cast<Eigen::Index>(model.points.size()));
  for (std::size_t i = 0; i < model.points.size(); ++i) risks[static_cast<Eigen::Index>(i)] = model.points[i].risk;
  LawMinimum best;
  best.chi_squared = HUGE_VAL;
  for (const auto& start : starting_points(model)) {
    auto minimum = minimize(model, risks, start, tolerance);
    if (std::isfinite(minimum.chi_squared) && minimum.chi_squared < best.chi_squared) best = std::move(minimum);
  }
  if (!std::isfinite(best.chi_squared)) throw Error("no starting point leads to a finite fit");
  const auto labels = free_labels(model, configs);
  std::vector<std::string> names;
  for (const std::size_t i : untold(model, best.theta)) names.push_back(labels[i]);
  if (!names.empty())
    throw Error(
        fmt::format("the points do not tell {}{}: more values of M or N are needed, or one of them fixed, or no "
                    "floor",
                    fmt::join(names, ", "), names.size() > 1 ? " apart" : ""));
  if (!best.settled)
    throw Error("the fit does not settle: the points do not look like a power law; fix an exponent, or allow no floor");
  return best;
}

// Residuals are stretched by what the fit took from them, and for what few of them tell of their own size. Student's
// quantile is cut to 20 bits, so that no bit depends on the machine's libm.
double widening_of(const ScalingFit& fit, double level) {
  const double degrees = static_cast<double>(fit.degrees_of_freedom);
  if (fit.uses_standard_errors) return std::max(1.0, std::sqrt(fit.chi_squared / degrees));
  const double upper = (1 + level) / 2;
  const double ratio = boost::math::quantile(boost::math::students_t(degrees), upper) /
                       boost::math::quantile(boost::math::normal(), upper);
  const double cut = std::floor(ratio * 0x1p20 + 0.5) * 0x1p-20;
  return cut * std::sqrt(static_cast<double>(fit.residuals.size()) / degrees);
}

// The risks of refit `draw`: normal number i of its stream, or with draw 2 i a residual and with draw 2 i + 1 its sign.
Eigen::VectorXd redrawn(const LawModel& model, const ScalingFit& fit, const Eigen::VectorXd& fitted, Stream stream) {
  Eigen::VectorXd risks = fitted;
  const std::uint64_t count = fit.residuals.size();
  for (std::uint64_t i = 0; i < count; ++i) {
    const double residual = fit.uses_standard_errors          ? stream.gaussian(i)
                            : stream.draw(2 * i + 1) % 2 == 0 ? fit.residuals[stream.draw(2 * i) * count >> 32]
                                                              : -fit.residuals[stream.draw(2 * i) * count >> 32];
    risks[static_cast<Eigen::Index>(i)] += fit.widening * residual * model.points[i].unit;
  }
  return risks;
}

std::vector<std::vector<double>> bootstrap(const LawModel& model, const ScalingFit& fit, const Eigen::VectorXd& theta,
                                           const FitOptions& options) {
  constexpr double tolerance = 1e-10;
  const Eigen::VectorXd fitted = model.fitted(theta);
  std::vector<std::vector<double>> refits;
  for (std::uint64_t draw = 0; draw < options.draws; ++draw) {
    const Stream stream = Stream{options.seed, 0}.substream(draw);
    const auto minimum = minimize(model, redrawn(model, fit, fitted, stream), theta, tolerance);
    if (minimum.settled) refits.push_back(model.values(minimum.theta));
  }
  if (refits.size() * 20 < std::size_t{options.draws} * 19)
    throw Error(
        fmt::format("{} of {} refits of redrawn risks do not settle, so there are no intervals: the points "
                    "hardly tell the parameters apart; fix an exponent, or allow no floor",
                    options.draws - refits.size(), options.draws));
  return refits;
}

// Between the two order statistics that are nearest to share (n - 1).
double quantile(const std::vector<double>& sorted, double share) {
  const double place = share * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(place);
  const auto above = std::min(below + 1, sorted.size() - 1);
  return sorted[below] + (place - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}

FitInterval interval(double value, std::vector<double> draws, double level) {
  std::ranges::sort(draws);
  return {value, quantile(draws, (1 - level) / 2), quantile(draws, (1 + level) / 2)};
}

void check_options(const FitOptions& options) {
  if (!(options.level > 0 && options.level < 1)) throw Error("the level of intervals must lie between 0 and 1");
  if (options.draws < 100) throw Error("intervals need 100 refits or more");
}

template <class F>
std::vector<double> over(const std::vector<std::vector<double>>& refits, F value) {
  std::vector<double> result;
  for (const auto& refit : refits) result.push_back(value(refit));
  return result;
}

}  // namespace

FitInterval ScalingFit::risk(const std::string& config, double m, double n) const {
  if (index_of(configs, config) == configs.size()) throw Error("the fit has no configuration '" + config + "'");
  const auto check = [](double& size, double only, const char* name) {
    if (std::isnan(size)) size = only;
    if (std::isnan(size)) throw Error(fmt::format("{} is needed", name));
    if (!std::isnan(only) && size != only)
      throw Error(fmt::format("the fit says nothing about {0} = {1}: all its points have {0} = {2}", name,
                              to_string(size), to_string(only)));
  };
  check(m, only_m, "M");
  check(n, only_n, "N");
  const auto at = [&](const std::vector<double>& values) {
    Law law;
    for (std::size_t i = 0; i < parameters.size(); ++i) {
      const auto& p = parameters[i];
      const auto* name = std::ranges::find_if(kNames, [&](const Name& x) { return x.text == p.name; });
      if (p.config.empty() || p.config == config) law.*name->member = values[i];
    }
    return law_risk(law, m, n);
  };
  std::vector<double> best;
  for (const auto& p : parameters) best.push_back(p.interval.value);
  return interval(at(best), over(refits, at), level);
}

ScalingFit fit_scaling(const std::vector<FitPoint>& points, const FitOptions& options) {
  check_options(options);
  if (points.empty()) throw Error("there are no points to fit");
  for (const auto& p : points) check_point(p);
  ScalingFit fit;
  fit.level = options.level;
  fit.configs = configs_of(points);
  fit.uses_standard_errors = uses_standard_errors(points, options.weights);
  fit.only_m = only(points, &FitPoint::m);
  fit.only_n = only(points, &FitPoint::n);
  LawModel model;
  model.configs = fit.configs.size();
  model.points = law_points(points, fit.configs, fit.uses_standard_errors);
  model.parameters = law_parameters(terms_of(fit, options), options.floor, model.configs);
  for (const auto& fixed : options.fixed) fix(model, fixed, fit.configs);
  check_counts(model, fit.configs);

  const LawMinimum best = best_minimum(model, fit.configs);
  const Eigen::VectorXd fitted = model.fitted(best.theta);
  for (std::size_t i = 0; i < points.size(); ++i)
    fit.residuals.push_back((points[i].risk - fitted[static_cast<Eigen::Index>(i)]) / model.points[i].unit);
  fit.chi_squared = best.chi_squared;
  fit.degrees_of_freedom = points.size() - model.free_count();
  if (fit.uses_standard_errors) {
    const boost::math::chi_squared law(static_cast<double>(fit.degrees_of_freedom));
    fit.p_value = boost::math::cdf(boost::math::complement(law, fit.chi_squared));
  }
  fit.widening = widening_of(fit, options.level);
  fit.refits = bootstrap(model, fit, best.theta, options);

  const auto values = model.values(best.theta);
  for (std::size_t i = 0; i < model.parameters.size(); ++i) {
    const auto& p = model.parameters[i];
    fit.parameters.push_back({p.config == kShared ? "" : fit.configs[p.config], name_of(p.member), !p.is_free,
                              interval(values[i], over(fit.refits, [&](const auto& r) { return r[i]; }), fit.level)});
  }
  return fit;
}

}  // namespace lowprec
