// The papers' regression problem: x ~ N(0, H), H diagonal, y = <w*, x> + xi, xi ~ N(0, sigma^2).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "lowprec/lane/stream.h"

namespace lowprec::sgd {

// Features s = S x of a random S with independent N(0, 1 / size) entries in place of x (arXiv 2602.19241).
struct Sketch {
  std::uint64_t size = 0;     // 0: no sketch
  std::uint64_t ambient = 0;  // dimension of x
  bool tail = false;          // add what the spectrum holds beyond `ambient`

  bool operator==(const Sketch&) const = default;
};

// Real data in place of the Gaussian problem: least squares on the rows of a file, tested on rows kept apart.
struct DataFile {
  std::string file;           // .npy, CSV with a header, or LIBSVM; empty: none
  std::string target_column;  // the labels: a name (CSV) or an index from 0 (.npy); empty: the last. LIBSVM: first
  double test_fraction = 0.2;
  bool standardize = true;  // features centred and scaled, labels centred, by the training rows
  double ridge = 1e-8;      // of the reference w*, times the mean variance of the features

  bool is_given() const { return !file.empty(); }
  bool operator==(const DataFile&) const = default;
};

struct Problem {
  std::uint64_t dimension = 200;
  std::string spectrum = "power(2)";  // see eigenvalues()
  double scale = 1;                   // multiplies the spectrum
  std::string target = "ones";        // see target_vector()
  double noise = 1;                   // sigma^2
  std::string rotation = "none";      // see is_rotated()
  std::string tails = "gaussian";     // see student_freedom()
  Sketch sketch{};                    // with it, dimension is the ambient one
  DataFile data{};                    // with it, nothing above says anything

  // Of the features that the model sees.
  std::uint64_t model_dimension() const { return sketch.size > 0 ? sketch.size : dimension; }

  bool operator==(const Problem&) const = default;
};

// lambda_i times scale, i = 1 ... dimension, for the texts power(a): i^-a, exp(r): exp(-i/r), step(k,ratio): 1 for i <=
// k then ratio, isotropic: 1, "[l1, l2, ...]", file:PATH (a number a line). Each value is the nearest binary64. Error
// names what is allowed; the values must be positive.
std::vector<double> eigenvalues(const Problem& problem);

// w*_i for the texts ones, power(a): i^-a, alternating: -1, 1, -1, ..., "[...]", file:PATH; or prior: independent
// standard normal numbers from the stream.
std::vector<double> target_vector(const Problem& problem, Stream stream);

// Whether the features are U x, U a random orthogonal matrix: the texts none, random. Error names what is allowed.
bool is_rotated(const Problem& problem);

// nu where each x_i / sqrt(lambda_i) is an independent Student variate of nu degrees of freedom over its standard
// deviation: the text student(nu), nu > 4, without which SGD has no expected risk, since its second moments depend on
// E x_i^4; 0 for the text gaussian. Error names what is allowed.
double student_freedom(const Problem& problem);

}  // namespace lowprec::sgd
