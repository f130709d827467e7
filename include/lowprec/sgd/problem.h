// The papers' regression problem: x ~ N(0, H), H diagonal, y = <w*, x> + xi, xi ~ N(0, sigma^2).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "lowprec/lane/stream.h"
#include "lowprec/sgd/spectrum.h"
#include "lowprec/sgd/tails.h"
#include "lowprec/sgd/target.h"

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
  std::string file;           // .npy, ARCHIVE.npz#NAME, CSV or LIBSVM; empty: none
  std::string target_column;  // the labels: a name (CSV) or an index from 0 (.npy); empty: the last. LIBSVM: first
  std::vector<std::string> features;  // the columns that are features; empty: all but the target
  std::vector<std::string> drop;      // columns that are no features
  std::string labels;                 // a file of the labels; empty: they are a column
  std::string header = "auto";        // whether the first line of a CSV names columns: auto, yes or no
  bool drop_constant = false;         // leave features out that do not vary in the training rows
  double test_fraction = 0.2;
  bool standardize = true;  // features centred and scaled, labels centred, by the training rows
  double ridge = 1e-8;      // of the reference w*, times the mean variance of the features

  bool is_given() const { return !file.empty(); }
  bool operator==(const DataFile&) const = default;
};

struct Problem {
  std::uint64_t dimension = 200;
  Spectrum spectrum{};
  double scale = 1;  // multiplies the spectrum
  Target target{};
  double noise = 1;               // sigma^2
  std::string rotation = "none";  // see is_rotated()
  Tails tails{};
  Sketch sketch{};  // with it, dimension is the ambient one
  DataFile data{};  // with it, nothing above says anything

  // Of the features that the model sees.
  std::uint64_t model_dimension() const { return sketch.size > 0 ? sketch.size : dimension; }

  bool operator==(const Problem&) const = default;
};

// The spectrum's values times scale. Error if one of them is not positive and finite.
std::vector<double> eigenvalues(const Problem& problem);

// The target's values; a prior draws from the stream.
std::vector<double> target_vector(const Problem& problem, Stream stream);

// Whether the features are U x, U a random orthogonal matrix: the texts none, random. Error names what is allowed.
bool is_rotated(const Problem& problem);

// nu of Tails, 0 where features are normal.
double student_freedom(const Problem& problem);

}  // namespace lowprec::sgd
