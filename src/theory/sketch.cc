#include "lowprec/theory/sketch.h"

#include <fmt/format.h>
#include <boost/multiprecision/cpp_bin_float.hpp>

#include <algorithm>
#include <cmath>
#include <utility>

#include "format/text_parts.h"
#include "lowprec/array/fill.h"
#include "lowprec/format/error.h"
#include "lowprec/format/names.h"
#include "lowprec/format/number_text.h"
#include "system/reproducible_eigen.h"

namespace lowprec {
namespace {

using Digits50 = boost::multiprecision::cpp_bin_float_50;
using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using MatrixMap = Eigen::Map<Matrix>;
using ConstMatrixMap = Eigen::Map<const Matrix>;
using ConstVectorMap = Eigen::Map<const Eigen::VectorXd>;

constexpr std::size_t kColumns = 256;         // of S at a time
constexpr double kLeastEigenvalue = 0x1p-45;  // of the largest

Eigen::Index index(std::size_t i) { return static_cast<Eigen::Index>(i); }

ConstMatrixMap square(const std::vector<double>& numbers, std::size_t size) {
  return {numbers.data(), index(size), index(size)};
}
MatrixMap square(std::vector<double>& numbers, std::size_t size) { return {numbers.data(), index(size), index(size)}; }

// Makes a matrix of which the lower half is known symmetric.
void fill_upper(MatrixMap m) { m.triangularView<Eigen::StrictlyUpper>() = m.transpose(); }

// Sum of i^-a over i > n, a > 1, by Euler and Maclaurin at n + 1: with x = n + 1, x^(1-a) / (a-1) + x^-a / 2 + a
// x^(-a-1) / 12 - ...; for x >= 64, which smaller n reach by adding terms, and a <= 3 relative error below 1e-14.
double zeta_tail(double a, std::uint64_t n) {
  Digits50 sum = 0;
  std::uint64_t first = n + 1;
  for (; first < 64; ++first) sum += pow(Digits50(first), Digits50(-a));
  const Digits50 x = first, s = a, power = pow(x, -s);
  sum += x * power / (s - 1) + power / 2 + s * power / (12 * x) - s * (s + 1) * (s + 2) * power / (720 * x * x * x) +
         s * (s + 1) * (s + 2) * (s + 3) * (s + 4) * power / (30240 * x * x * x * x * x);
  return static_cast<double>(sum);
}

}  // namespace

bool risk::has_tail(const sgd::Spectrum& spectrum) {
  using Kind = sgd::Spectrum::Kind;
  return spectrum.kind() == Kind::exponential || (spectrum.kind() == Kind::power && spectrum.parameter() > 1);
}

double risk::spectrum_tail(const sgd::Problem& problem) {
  const sgd::Spectrum& spectrum = problem.spectrum;
  if (!risk::has_tail(spectrum))
    throw Error(fmt::format("spectrum '{}': a tail beyond the ambient dimension needs power(a) with a > 1 or exp(r)",
                            format::trimmed(to_string(spectrum))));
  if (spectrum.kind() == sgd::Spectrum::Kind::power)
    return problem.scale * zeta_tail(spectrum.parameter(), problem.dimension);
  const Digits50 ratio = exp(-1 / Digits50(spectrum.parameter()));
  return problem.scale * static_cast<double>(pow(ratio, Digits50(problem.dimension + 1)) / (1 - ratio));
}

risk::SketchedFeatures risk::sketched_features(std::span<const double> lambda, std::span<const double> target,
                                               double tail, std::size_t size, Stream stream) {
  system::fix_summation_order();
  risk::SketchedFeatures f;
  f.size = size;
  f.has_prior = target.empty();
  f.covariance.assign(size * size, 0);
  f.cross.assign(f.has_prior ? size * size : size, 0);
  MatrixMap covariance = square(f.covariance, size);
  std::vector<double> numbers;
  for (std::size_t first = 0; first < lambda.size(); first += kColumns) {
    const std::size_t columns = std::min(kColumns, lambda.size() - first);
    numbers.resize(columns * size);
    array::fill_gaussian(stream, first * size, numbers);
    Eigen::Map<Eigen::MatrixXd> s(numbers.data(), index(size), index(columns));  // a column for each x_j
    s /= std::sqrt(static_cast<double>(size));
    const ConstVectorMap l(&lambda[first], index(columns));
    if (f.has_prior)
      f.signal += l.sum();
    else {
      const ConstVectorMap w(&target[first], index(columns));
      f.signal += l.cwiseProduct(w).dot(w);
      Eigen::Map<Eigen::VectorXd>(f.cross.data(), index(size)) += s * l.cwiseProduct(w);
    }
    const Eigen::MatrixXd scaled = s * l.cwiseSqrt().asDiagonal();
    covariance.selfadjointView<Eigen::Lower>().rankUpdate(scaled);
    if (f.has_prior) {
      const Eigen::MatrixXd twice = s * l.asDiagonal();
      square(f.cross, size).selfadjointView<Eigen::Lower>().rankUpdate(twice);
    }
  }
  covariance.diagonal().array() += tail / static_cast<double>(size);
  f.signal += tail;
  fill_upper(covariance);
  if (f.has_prior) fill_upper(square(f.cross, size));
  return f;
}

risk::SketchedFeatures risk::rounded_features(const risk::SketchedFeatures& features,
                                              const risk::DataMoments& moments) {
  risk::SketchedFeatures rounded = features;
  const std::size_t m = features.size;
  std::vector<double> gain(m);
  for (std::size_t i = 0; i < m; ++i) gain[i] = moments.c[i] / features.covariance[i * m + i];
  for (std::size_t i = 0; i < m; ++i)
    for (std::size_t j = 0; j < m; ++j)
      rounded.covariance[i * m + j] = i == j ? moments.h[i] : gain[i] * gain[j] * features.covariance[i * m + j];
  for (std::size_t i = 0; i < rounded.cross.size(); ++i)
    rounded.cross[i] *= features.has_prior ? gain[i / m] * gain[i % m] : gain[i];
  return rounded;
}

namespace {

// reduced.basis, the covariance at first, becomes that of its eigenvectors.
void set_eigenvectors(std::size_t m, risk::ReducedProblem& reduced) {
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(square(std::as_const(reduced.basis), m));
  if (solver.info() != Eigen::Success) throw Error("the eigenvalues of the features' covariance did not converge");
  const Eigen::VectorXd& mu = solver.eigenvalues();  // ascending
  if (!(mu[0] > kLeastEigenvalue * mu[index(m) - 1]))
    throw Error(
        fmt::format("the features' covariance has rank below {} (eigenvalues from {:.3g} to {:.3g}): take fewer "
                    "features, a larger ambient dimension or its tail",
                    m, mu[0], mu[index(m) - 1]));
  const auto descending = mu.reverse();
  reduced.lambda.assign(descending.begin(), descending.end());
  square(reduced.basis, m) = solver.eigenvectors().rowwise().reverse();
}

// Element k: b_k' X b_k of the columns of the basis, for the prior's X.
Eigen::VectorXd squares_along(ConstMatrixMap cross, ConstMatrixMap basis) {
  Eigen::VectorXd squares = Eigen::VectorXd::Zero(cross.rows());
  for (Eigen::Index first = 0; first < cross.rows(); first += index(kColumns)) {
    const Eigen::Index rows = std::min(index(kColumns), cross.rows() - first);
    squares +=
        (cross.middleRows(first, rows) * basis).cwiseProduct(basis.middleRows(first, rows)).colwise().sum().transpose();
  }
  return squares;
}

// With the covariance of `f` moved or copied to reduced.basis.
void reduce(const risk::SketchedFeatures& f, risk::ReducedProblem& reduced) {
  system::fix_summation_order();
  const std::size_t m = f.size;
  set_eigenvectors(m, reduced);
  const ConstMatrixMap basis = square(std::as_const(reduced.basis), m);
  reduced.target.resize(m);
  Eigen::Map<Eigen::VectorXd> target(reduced.target.data(), index(m));
  if (f.has_prior)
    target = squares_along(square(f.cross, m), basis).cwiseMax(0).cwiseSqrt();
  else
    target = basis.transpose() * ConstVectorMap(f.cross.data(), index(m));
  double expressed = 0;
  for (std::size_t k = 0; k < m; ++k) {
    expressed += reduced.target[k] * reduced.target[k] / reduced.lambda[k];
    reduced.target[k] /= reduced.lambda[k];
  }
  reduced.beyond = std::max(f.signal - expressed, 0.0);
}

}  // namespace

risk::ReducedProblem risk::reduced_problem(const risk::SketchedFeatures& f) {
  risk::ReducedProblem reduced;
  reduced.basis = f.covariance;
  reduce(f, reduced);
  return reduced;
}

risk::ReducedProblem risk::reduced_problem(risk::SketchedFeatures&& f) {
  risk::ReducedProblem reduced;
  reduced.basis = std::move(f.covariance);
  reduce(f, reduced);
  return reduced;
}

risk::EffectiveSize risk::effective_size(std::span<const double> lambda, double tail, std::size_t size, double eps) {
  risk::EffectiveSize e;
  const auto freedom = [&](double kappa) {
    double sum = tail / kappa;
    for (const double l : lambda) sum += l / (l + kappa);
    return sum;
  };
  const auto missing = [&](double kappa) { return kappa * (1 - freedom(kappa) / static_cast<double>(size)) - eps; };
  double low = 0, high = eps + tail;
  for (const double l : lambda) high += l;
  while (true) {
    const double middle = low + (high - low) / 2;
    if (middle <= low || middle >= high) break;
    (missing(middle) < 0 ? low : high) = middle;
  }
  e.kappa = high;
  e.model_size = freedom(high);
  e.risk = tail;
  for (const double l : lambda) e.risk += l * high / (l + high);
  return e;
}

}  // namespace lowprec
