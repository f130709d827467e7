// The papers' regression problem: x ~ N(0, H), H diagonal, y = <w*, x> + xi, xi ~ N(0, sigma^2).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "lowprec/random.h"

namespace lowprec {

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

// out[i]: a standardized Student variate for index first + i (Bailey 1994: sqrt(nu (u^(-2/nu) - 1)) cos 2 pi v with u
// and v of 64 bits each from block first + i), relative error below 2^-40 but near 0. The same bits on every machine.
void fill_student(double nu, Stream stream, std::uint64_t first, std::span<double> out);

// A uniformly distributed orthogonal matrix U (Stewart, SIAM J. Numer. Anal. 17, 1980: a product of reflections by
// normal vectors), a function of the stream.
class Rotation {
 public:
  Rotation(std::size_t dimension, Stream stream);
  // A given orthogonal matrix, row-major.
  Rotation(std::size_t dimension, const std::vector<double>& rows);
  std::size_t dimension() const { return dimension_; }

  // Column j.
  std::span<const double> column(std::size_t j) const { return {&columns_[j * dimension_], dimension_}; }
  // out = U x, sums upwards in the index of x; out is not x.
  void apply(std::span<const double> x, std::span<double> out) const;
  // U^T w.
  std::vector<double> back(std::span<const double> w) const;

 private:
  std::size_t dimension_;
  std::vector<double> columns_;
};

// Sample i of each epoch, for a number of samples: i itself, or in the epochs after the first a random permutation of
// them, anew for each, of which nothing is stored. Permutations are those of Black and Rogaway's generalized Feistel
// cipher (CT-RSA 2002): a Feistel network on the next power of four, walked along until it is back among the samples.
class SampleOrder {
 public:
  SampleOrder(std::uint64_t samples, bool reshuffles, Stream stream);
  std::uint64_t operator()(std::uint64_t epoch, std::uint64_t i);

 private:
  static constexpr int kRounds = 8;

  std::uint64_t permuted(std::uint64_t i) const;

  std::uint64_t samples_;
  bool reshuffles_;
  Stream stream_;
  int half_bits_ = 1;
  std::uint64_t epoch_ = 0;
  std::array<std::uint64_t, kRounds> keys_{};
};

// Samples of a problem: sample s is a pure function of (stream, s).
class Sampler {
 public:
  struct Features {
    double student = 0;                  // nu of the tails; 0: normal
    const Rotation* rotation = nullptr;  // of x, if any; labels are those of x before it
  };
  Sampler(std::span<const double> lambda, std::span<const double> target, double noise, std::uint64_t batch,
          Stream stream, Features features);
  Sampler(std::span<const double> lambda, std::span<const double> target, double noise, std::uint64_t batch,
          Stream stream)
      : Sampler(lambda, target, noise, batch, stream, Features()) {}

  // Draws samples t batch ... t batch + batch - 1: then x() is batch x dimension, row-major, y() has one label a row.
  void draw(std::uint64_t t);
  // Draws sample s as row b.
  void draw_row(std::uint64_t b, std::uint64_t s);
  std::span<const double> x() const { return rows_; }
  // The same batch before the rotation.
  std::span<const double> unrotated() const { return features_.rotation != nullptr ? unrotated_ : rows_; }
  std::span<const double> y() const { return labels_; }

 private:
  std::vector<double> scale_, target_;
  double noise_;  // standard deviation
  std::uint64_t batch_, stride_;
  Stream stream_;
  Features features_;
  std::vector<double> sample_, rows_, unrotated_, labels_;
};

}  // namespace lowprec
