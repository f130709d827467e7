// Samples of a problem.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "lowprec/lane/stream.h"
#include "lowprec/sgd/rotation.h"

namespace lowprec::sgd {

// out[i]: a standardized Student variate for index first + i (Bailey 1994: sqrt(nu (u^(-2/nu) - 1)) cos 2 pi v with u
// and v of 64 bits each from block first + i), relative error below 2^-40 but near 0. The same bits on every machine.
void fill_student(double nu, Stream stream, std::uint64_t first, std::span<double> out);

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

}  // namespace lowprec::sgd
