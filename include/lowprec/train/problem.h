// The papers' regression problem: x ~ N(0, H), H diagonal, y = <w*, x> + xi, xi ~ N(0, sigma^2).
#pragma once

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

struct Problem {
  std::uint64_t dimension = 200;
  std::string spectrum = "power(2)";  // see eigenvalues()
  double scale = 1;                   // multiplies the spectrum
  std::string target = "ones";        // see target_vector()
  double noise = 1;                   // sigma^2
  Sketch sketch;                      // with it, dimension is the ambient one

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

// Fresh samples of a problem: batch t is a pure function of (stream, t).
class Sampler {
 public:
  Sampler(std::span<const double> lambda, std::span<const double> target, double noise, std::uint64_t batch,
          Stream stream);

  // Draws batch t: then x() is batch x dimension, row-major, y() has one label a row.
  void draw(std::uint64_t t);
  std::span<const double> x() const { return {sample_.data(), batch_ * scale_.size()}; }
  std::span<const double> y() const { return labels_; }

 private:
  std::vector<double> scale_, target_;
  double noise_;  // standard deviation
  std::uint64_t batch_, stride_;
  Stream stream_;
  std::vector<double> sample_, labels_;
};

}  // namespace lowprec
