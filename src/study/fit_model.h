// The law of study/fit.h as a least-squares problem in its free parameters.
#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <string>
#include <vector>

#include "lowprec/study/fit.h"

namespace lowprec::study {

// The law of one configuration. With a = 0 or c = 0 the term is absent.
struct Law {
  double a = 0, alpha = 1, c = 0, beta = 1, e = 0, f = 1, g = 1;
};

double law_risk(const Law& law, double m, double n);

// One number of the law. Free ones enter as logarithms, but for E.
struct LawParameter {
  double Law::*member;
  std::size_t config;  // its configuration, or `shared`
  bool is_free = true;
  double value = 0;  // where it is not free

  static constexpr std::size_t shared = static_cast<std::size_t>(-1);
  bool concerns(std::size_t c) const { return config == shared || config == c; }
  bool is_logarithm() const { return member != &Law::e; }
};

// A point of which logarithms are taken once.
struct LawPoint {
  std::size_t config;
  double log_m, log_n, risk, unit;  // residual = (risk - law) / unit
};

struct LawModel {
  std::size_t configs = 1;
  std::vector<LawParameter> parameters;
  std::vector<LawPoint> points;

  std::size_t free_count() const;
  // The laws, one a configuration, for these values of the free parameters (in the order of `parameters`).
  std::vector<Law> laws(const Eigen::VectorXd& theta) const;
  // The value of each parameter, fixed ones included, and back.
  std::vector<double> values(const Eigen::VectorXd& theta) const;
  Eigen::VectorXd theta(const std::vector<Law>& laws) const;

  Eigen::VectorXd fitted(const Eigen::VectorXd& theta) const;    // the law's risk at each point
  Eigen::MatrixXd jacobian(const Eigen::VectorXd& theta) const;  // of fitted / unit
};

// Where least squares begin: for each pair of exponents of a grid, the amplitudes and floors that are best for each
// configuration alone, which is linear, moved to where all are positive.
std::vector<Eigen::VectorXd> starting_points(const LawModel& model);

struct LawMinimum {
  Eigen::VectorXd theta;
  double chi_squared = 0;
  bool settled = false;  // finite, and the steps became small before their number ran out
};

// Least squares of (risks - law) / unit from this start; `tolerance` is the relative change at which it ends.
LawMinimum minimize(const LawModel& model, const Eigen::VectorXd& risks, const Eigen::VectorXd& start,
                    double tolerance);

// The free parameters (their indices) that the points do not tell apart at theta: those of a direction in which the
// law does not change to first order. Empty if all are told.
std::vector<std::size_t> untold(const LawModel& model, const Eigen::VectorXd& theta);

}  // namespace lowprec::study
