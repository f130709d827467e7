#include "lowprec/study/fit.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/math/distributions/chi_squared.hpp>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>

#include "lowprec/format/error.h"
#include "lowprec/format/names.h"
#include "lowprec/format/number_text.h"
#include "lowprec/lane/stream.h"
#include "study/fit_setup.h"

namespace lowprec {
namespace {

void check_told(const study::LawModel& model, const Eigen::VectorXd& theta, const std::vector<std::string>& configs) {
  constexpr std::size_t most_names = 6;
  const auto labels = study::free_labels(model, configs);
  std::vector<std::string> names;
  for (const std::size_t i : study::untold(model, theta)) names.push_back(labels[i]);
  if (names.empty()) return;
  const bool several = names.size() > 1;
  if (names.size() > most_names) names[most_names - 1] = fmt::format("{} more", names.size() - most_names + 1);
  names.resize(std::min(names.size(), most_names));
  throw Error(
      fmt::format("the points do not tell {}{}: more values of M or N are needed, or one of these fixed, or no "
                  "floor; or the risk does not fall as a power of M and of N",
                  fmt::join(names, "; "), several ? " apart" : ""));
}

study::LawMinimum best_minimum(const study::LawModel& model, const std::vector<std::string>& configs) {
  constexpr double tolerance = 1e-15;
  Eigen::VectorXd risks(static_cast<Eigen::Index>(model.points.size()));
  for (std::size_t i = 0; i < model.points.size(); ++i) risks[static_cast<Eigen::Index>(i)] = model.points[i].risk;
  study::LawMinimum best;
  best.chi_squared = HUGE_VAL;
  for (const auto& start : study::starting_points(model)) {
    auto minimum = study::minimize(model, risks, start, tolerance);
    if (std::isfinite(minimum.chi_squared) && minimum.chi_squared < best.chi_squared) best = std::move(minimum);
  }
  if (!std::isfinite(best.chi_squared)) throw Error("no starting point leads to a finite fit");
  check_told(model, best.theta, configs);
  if (!best.settled)
    throw Error("the fit does not settle: the points do not look like a power law; fix an exponent, or allow no floor");
  return best;
}

// Residuals are stretched by what the fit took from them, and for what few of them tell of their own size. Student's
// quantile is cut to 20 bits, so that no bit depends on the machine's libm.
double widening_of(const study::ScalingFit& fit, double level) {
  const double degrees = static_cast<double>(fit.degrees_of_freedom);
  if (fit.uses_standard_errors) return std::max(1.0, std::sqrt(fit.chi_squared / degrees));
  const double upper = (1 + level) / 2;
  const double ratio = boost::math::quantile(boost::math::students_t(degrees), upper) /
                       boost::math::quantile(boost::math::normal(), upper);
  const double cut = std::floor(ratio * 0x1p20 + 0.5) * 0x1p-20;
  return cut * std::sqrt(static_cast<double>(fit.residuals.size()) / degrees);
}

// The risks of refit `draw`: normal number i of its stream, or with draw 2 i a residual and with draw 2 i + 1 its sign.
Eigen::VectorXd redrawn(const study::LawModel& model, const study::ScalingFit& fit, const Eigen::VectorXd& fitted,
                        Stream stream) {
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

std::vector<std::vector<double>> bootstrap(const study::LawModel& model, const study::ScalingFit& fit,
                                           const Eigen::VectorXd& theta, const study::FitOptions& options,
                                           const std::function<void(double)>& progress) {
  constexpr double tolerance = 1e-10;
  const Eigen::VectorXd fitted = model.fitted(theta);
  std::vector<std::vector<double>> refits;
  for (std::uint64_t draw = 0; draw < options.draws; ++draw) {
    const Stream stream = Stream{options.seed, 0}.substream(draw);
    const auto minimum = study::minimize(model, redrawn(model, fit, fitted, stream), theta, tolerance);
    if (minimum.settled) refits.push_back(model.values(minimum.theta));
    if (progress) progress(static_cast<double>(draw + 1) / options.draws);
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

study::FitInterval interval(double value, std::vector<double> draws, double level) {
  std::ranges::sort(draws);
  return {value, quantile(draws, (1 - level) / 2), quantile(draws, (1 + level) / 2)};
}

void check_options(const study::FitOptions& options) {
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

study::FitInterval study::ScalingFit::risk(const std::string& config, double m, double n) const {
  if (study::index_of(configs, config) == configs.size()) throw Error("the fit has no configuration '" + config + "'");
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
    study::Law law;
    for (std::size_t i = 0; i < parameters.size(); ++i) {
      const auto& p = parameters[i];
      if (p.config.empty() || p.config == config) law.*study::member_of(p.name) = values[i];
    }
    return study::law_risk(law, m, n);
  };
  std::vector<double> best;
  for (const auto& p : parameters) best.push_back(p.interval.value);
  return interval(at(best), over(refits, at), level);
}

study::ScalingFit fit_scaling(const std::vector<study::FitPoint>& points, const study::FitOptions& options,
                              const std::function<void(double)>& progress) {
  check_options(options);
  study::ScalingFit fit;
  fit.level = options.level;
  const study::LawModel model = study::law_model(points, options, fit);

  const study::LawMinimum best = best_minimum(model, fit.configs);
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
  fit.refits = bootstrap(model, fit, best.theta, options, progress);

  const auto values = model.values(best.theta);
  for (std::size_t i = 0; i < model.parameters.size(); ++i) {
    const auto& p = model.parameters[i];
    fit.parameters.push_back({p.config == study::LawParameter::shared ? "" : fit.configs[p.config],
                              study::name_of(p.member), !p.is_free,
                              interval(values[i], over(fit.refits, [&](const auto& r) { return r[i]; }), fit.level)});
  }
  return fit;
}

}  // namespace lowprec
