// Sketched regression (arXiv 2602.19241): the model sees s = S x, S of independent N(0, 1 / size) entries, x ~ N(0, H)
// of the ambient dimension. (s, y) is jointly normal, so a regression in `size` dimensions takes its place exactly.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "lowprec/lane/stream.h"
#include "lowprec/sgd/problem.h"
#include "lowprec/theory/data_moments.h"

namespace lowprec::risk {

// Whether the sum of all eigenvalues is known: of power(a), a > 1, and exp(r).
bool has_tail(const sgd::Spectrum& spectrum);
// Sum of the eigenvalues beyond the problem's dimension, times scale: the zeta function's tail for power(a), a
// geometric series for exp(r). Error for a spectrum without has_tail.
double spectrum_tail(const sgd::Problem& problem);

// What a linear model on features s needs to know, in the coordinates in which they are rounded.
struct SketchedFeatures {
  std::size_t size = 0;
  std::vector<double> covariance;  // E s s', size x size, row-major
  // E s y, for the given target; or, under a prior on it, the mean of (E s y)(E s y)', size x size.
  std::vector<double> cross;
  bool has_prior = false;
  double signal = 0;  // E y^2 without the label's noise
};

// S H S' and S H w* for the S that the stream draws: entry (i, j) is number j size + i over sqrt(size). Eigenvalues
// that sum to `tail` beyond the ambient dimension add tail / size to the diagonal (their own sketch, exact in the limit
// of many small ones) and tail to the signal, as a target with E w*_i^2 = 1 there does. An empty target: the prior E w*
// w*' = I. Needs 3 size^2 numbers and a part of S at a time.
SketchedFeatures sketched_features(std::span<const double> lambda, std::span<const double> target, double tail,
                                   std::size_t size, Stream stream);

// The features Q(s) of coordinatewise rounding, to second moments: each coordinate has gain c / lambda and variance h
// (Bussgang's theorem: E s_i Q(s_j) = gain_j E s_i s_j, and E Q(s_i) Q(s_j) = gain_i gain_j E s_i s_j to first order in
// the correlation). `moments` are those of the diagonal of the covariance.
SketchedFeatures rounded_features(const SketchedFeatures& features, const DataMoments& moments);

// The same regression with independent coordinates: eigenvalues descending, the target in their basis (roots of
// E v_k^2 under the prior), and the part of the signal that no weights express. basis: column k is eigenvector k,
// row-major.
struct ReducedProblem {
  std::vector<double> lambda, target, basis;
  double beyond = 0;
};
// Error where an eigenvalue is not above 2^-45 of the largest: the features are linearly dependent. Needs 2 size^2
// numbers besides the features; size^2 where the covariance, which the basis takes the place of, may go.
ReducedProblem reduced_problem(const SketchedFeatures& features);
ReducedProblem reduced_problem(SketchedFeatures&& features);

// What a model of `size` sketched features and `eps` of additive noise on each feature can express of a spectrum, to
// the deterministic equivalent of random matrix theory: kappa > 0 with kappa (1 - df(kappa) / size) = eps, df(k) = sum
// of lambda / (lambda + k). Then df(kappa) is the number of weights that count, and sum of lambda kappa / (lambda +
// kappa) the risk that is left with w* = 1. A tail counts as one eigenvalue too small to be reached.
struct EffectiveSize {
  double kappa = 0, model_size = 0, risk = 0;
};
EffectiveSize effective_size(std::span<const double> lambda, double tail, std::size_t size, double eps);

}  // namespace lowprec::risk
