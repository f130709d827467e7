#include "study/fit_model.h"

#include <Eigen/QR>
#include <Eigen/SVD>
#include <algorithm>
#include <cmath>
#include <unsupported/Eigen/LevenbergMarquardt>

#include "lane/portable_math.h"

namespace lowprec {
namespace {

// amplitude e^(-exponent (log_size + log_factor)); nothing at infinity.
double term(double amplitude, double exponent, double factor, double log_size) {
  if (amplitude == 0 || log_size == HUGE_VAL) return 0;
  return amplitude * lane::portable_exp(-exponent * (log_size + lane::portable_log(factor)));
}

double risk_at(const study::Law& law, double log_m, double log_n) {
  return term(law.a, law.alpha, law.f, log_m) + term(law.c, law.beta, law.g, log_n) + law.e;
}

// The derivative of the law by a parameter as the problem has it: by the logarithm, but for E.
double derivative(const study::Law& law, double study::Law::*member, const study::LawPoint& p) {
  const double m_term = term(law.a, law.alpha, law.f, p.log_m), n_term = term(law.c, law.beta, law.g, p.log_n);
  if (member == &study::Law::e) return 1;
  if (member == &study::Law::a) return m_term;
  if (member == &study::Law::c) return n_term;
  if (member == &study::Law::f) return -law.alpha * m_term;
  if (member == &study::Law::g) return -law.beta * n_term;
  if (member == &study::Law::alpha)
    return m_term == 0 ? 0 : -law.alpha * (p.log_m + lane::portable_log(law.f)) * m_term;
  return n_term == 0 ? 0 : -law.beta * (p.log_n + lane::portable_log(law.g)) * n_term;
}

// For Eigen: residuals of these risks.
struct Residuals : Eigen::DenseFunctor<double> {
  Residuals(const study::LawModel& m, const Eigen::VectorXd& r)
      : DenseFunctor(static_cast<int>(m.free_count()), static_cast<int>(m.points.size())), model(m), risks(r) {}
  int operator()(const Eigen::VectorXd& theta, Eigen::VectorXd& out) const {
    out = model.fitted(theta) - risks;
    for (Eigen::Index i = 0; i < out.size(); ++i) out[i] /= model.points[static_cast<std::size_t>(i)].unit;
    return 0;
  }
  int df(const Eigen::VectorXd& theta, Eigen::MatrixXd& out) const {
    out = model.jacobian(theta);
    return 0;
  }
  const study::LawModel& model;
  const Eigen::VectorXd& risks;
};

// The value that a parameter is fixed at, or this one.
double fixed_or(const study::LawModel& model, double study::Law::*member, std::size_t config, double otherwise) {
  for (const auto& p : model.parameters)
    if (p.member == member && p.concerns(config) && !p.is_free) return p.value;
  return otherwise;
}

bool has(const study::LawModel& model, double study::Law::*member) {
  return std::ranges::any_of(model.parameters, [&](const auto& p) { return p.member == member; });
}

// The exponents to try.
std::vector<double> exponents(const study::LawModel& model, double study::Law::*member, double study::Law::*amplitude) {
  if (!has(model, amplitude)) return {1};
  const double fixed = fixed_or(model, member, study::LawParameter::shared, 0);
  return fixed > 0 ? std::vector{fixed} : std::vector{0.25, 0.5, 1.0, 2.0};
}

// The best a, c and e of one configuration alone for these exponents.
study::Law linear_fit(const study::LawModel& model, std::size_t config, study::Law law) {
  std::vector<const study::LawPoint*> own;
  for (const auto& p : model.points)
    if (p.config == config) own.push_back(&p);
  const bool m = has(model, &study::Law::a), n = has(model, &study::Law::c), e = has(model, &study::Law::e);
  Eigen::MatrixXd x = Eigen::MatrixXd::Zero(static_cast<Eigen::Index>(own.size()), 3);
  Eigen::VectorXd y(x.rows());
  for (Eigen::Index i = 0; i < x.rows(); ++i) {
    const study::LawPoint& p = *own[static_cast<std::size_t>(i)];
    x.row(i) << (m ? term(1, law.alpha, 1, p.log_m) : 0), (n ? term(1, law.beta, 1, p.log_n) : 0), (e ? 1 : 0);
    x.row(i) /= p.unit;
    y[i] = p.risk / p.unit;
  }
  const Eigen::VectorXd best = x.completeOrthogonalDecomposition().solve(y);
  law.a = best[0];
  law.c = best[1];
  law.e = best[2];
  return law;
}

// A positive amplitude: this one, or that which makes the term a hundredth of the largest risk at its largest.
double positive(const study::LawModel& model, double amplitude, double exponent, double study::LawPoint::*log_size) {
  if (amplitude > 0) return amplitude;
  double risk = 0, least = HUGE_VAL;
  for (const auto& p : model.points) {
    risk = std::max(risk, std::abs(p.risk));
    least = std::min(least, p.*log_size);
  }
  return 0.01 * risk * lane::portable_exp(exponent * least);
}

// The factor of the size that makes one amplitude of the other: (own / reference)^(-1 / exponent), within reason.
double factor(double own, double reference, double exponent) {
  if (!(own > 0)) return 1;
  return std::clamp(lane::portable_exp((lane::portable_log(reference) - lane::portable_log(own)) / exponent), 1e-3,
                    1e3);
}

Eigen::VectorXd start_of(const study::LawModel& model, double alpha, double beta) {
  std::vector<study::Law> laws(model.configs, study::Law{0, alpha, 0, beta, 0, 1, 1});
  for (std::size_t c = 0; c < model.configs; ++c) laws[c] = linear_fit(model, c, laws[c]);
  const double a = fixed_or(model, &study::Law::a, 0, positive(model, laws[0].a, alpha, &study::LawPoint::log_m));
  const double c = fixed_or(model, &study::Law::c, 0, positive(model, laws[0].c, beta, &study::LawPoint::log_n));
  for (study::Law& law : laws) {
    law.f = factor(law.a, a, alpha);
    law.g = factor(law.c, c, beta);
    law.a = a;
    law.c = c;
  }
  return model.theta(laws);
}

}  // namespace

double study::law_risk(const study::Law& law, double m, double n) {
  return risk_at(law, lane::portable_log(m), lane::portable_log(n));
}

std::size_t study::LawModel::free_count() const {
  return static_cast<std::size_t>(std::ranges::count_if(parameters, [](const auto& p) { return p.is_free; }));
}

std::vector<double> study::LawModel::values(const Eigen::VectorXd& theta) const {
  std::vector<double> result;
  Eigen::Index next = 0;
  for (const auto& p : parameters) {
    if (!p.is_free)
      result.push_back(p.value);
    else
      result.push_back(p.is_logarithm() ? lane::portable_exp(theta[next]) : theta[next]), ++next;
  }
  return result;
}

std::vector<study::Law> study::LawModel::laws(const Eigen::VectorXd& theta) const {
  std::vector<study::Law> result(configs);
  const auto numbers = values(theta);
  for (std::size_t i = 0; i < parameters.size(); ++i)
    for (std::size_t c = 0; c < configs; ++c)
      if (parameters[i].concerns(c)) result[c].*parameters[i].member = numbers[i];
  return result;
}

Eigen::VectorXd study::LawModel::theta(const std::vector<study::Law>& laws) const {
  Eigen::VectorXd result(static_cast<Eigen::Index>(free_count()));
  Eigen::Index next = 0;
  for (const auto& p : parameters) {
    if (!p.is_free) continue;
    const double value = laws[p.config == study::LawParameter::shared ? 0 : p.config].*p.member;
    result[next++] = p.is_logarithm() ? lane::portable_log(value) : value;
  }
  return result;
}

Eigen::VectorXd study::LawModel::fitted(const Eigen::VectorXd& theta) const {
  const auto by_config = laws(theta);
  Eigen::VectorXd result(static_cast<Eigen::Index>(points.size()));
  for (std::size_t i = 0; i < points.size(); ++i)
    result[static_cast<Eigen::Index>(i)] = risk_at(by_config[points[i].config], points[i].log_m, points[i].log_n);
  return result;
}

Eigen::MatrixXd study::LawModel::jacobian(const Eigen::VectorXd& theta) const {
  const auto by_config = laws(theta);
  Eigen::MatrixXd result = Eigen::MatrixXd::Zero(static_cast<Eigen::Index>(points.size()), theta.size());
  Eigen::Index column = 0;
  for (const auto& p : parameters) {
    if (!p.is_free) continue;
    for (std::size_t i = 0; i < points.size(); ++i) {
      const study::LawPoint& point = points[i];
      if (p.concerns(point.config))
        result(static_cast<Eigen::Index>(i), column) =
            derivative(by_config[point.config], p.member, point) / point.unit;
    }
    ++column;
  }
  return result;
}

std::vector<Eigen::VectorXd> study::starting_points(const study::LawModel& model) {
  std::vector<Eigen::VectorXd> starts;
  for (const double alpha : exponents(model, &study::Law::alpha, &study::Law::a))
    for (const double beta : exponents(model, &study::Law::beta, &study::Law::c))
      starts.push_back(start_of(model, alpha, beta));
  return starts;
}

study::LawMinimum study::minimize(const study::LawModel& model, const Eigen::VectorXd& risks,
                                  const Eigen::VectorXd& start, double tolerance) {
  constexpr int most_evaluations = 2000;
  study::LawMinimum minimum;
  minimum.theta = start;
  Residuals residuals(model, risks);
  bool small_steps = true;
  if (start.size() > 0) {
    Eigen::LevenbergMarquardt<Residuals> solver(residuals);
    solver.setFtol(tolerance);
    solver.setXtol(tolerance);
    solver.setMaxfev(most_evaluations);
    const auto status = solver.minimize(minimum.theta);
    small_steps = status != Eigen::LevenbergMarquardtSpace::TooManyFunctionEvaluation &&
                  status != Eigen::LevenbergMarquardtSpace::ImproperInputParameters;
  }
  Eigen::VectorXd rest(risks.size());
  residuals(minimum.theta, rest);
  minimum.chi_squared = rest.squaredNorm();
  minimum.settled = small_steps && std::isfinite(minimum.chi_squared);
  return minimum;
}

std::vector<std::size_t> study::untold(const study::LawModel& model, const Eigen::VectorXd& theta) {
  // Of the largest singular value: the Jacobian is good to 1e-13. And of the residuals, of whose units a free parameter
  // should be able to change one.
  constexpr double told = 1e-7;
  Eigen::MatrixXd scaled = model.jacobian(theta);
  std::vector<std::size_t> result;
  for (Eigen::Index j = 0; j < scaled.cols(); ++j) {
    const double norm = scaled.col(j).norm();
    if (norm > told)
      scaled.col(j) /= norm;
    else
      result.push_back(static_cast<std::size_t>(j));
  }
  if (!result.empty() || scaled.cols() == 0) return result;
  const Eigen::JacobiSVD<Eigen::MatrixXd> svd(scaled, Eigen::ComputeThinU | Eigen::ComputeThinV);
  const Eigen::Index last = svd.singularValues().size() - 1;
  if (svd.singularValues()[last] > told * svd.singularValues()[0]) return result;
  for (Eigen::Index j = 0; j < scaled.cols(); ++j)
    if (std::abs(svd.matrixV()(j, last)) > 0.2) result.push_back(static_cast<std::size_t>(j));
  return result;
}

}  // namespace lowprec
