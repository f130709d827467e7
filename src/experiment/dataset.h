// Least squares on real data: rows that train, rows that test, and the reference that risks are in excess of.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "lowprec/array/quantize.h"
#include "lowprec/experiment/experiment.h"

namespace lowprec::experiment {

struct Dataset {
  std::size_t dimension = 0, train_rows = 0, test_rows = 0;
  std::vector<double> x, y;        // training rows first
  std::vector<double> covariance;  // E x x' over the training rows, dimension x dimension
  std::vector<double> cross;       // E x y over the training rows
  double label_square = 0;         // E y^2 over the training rows
  double ridge = 0;                // added to the diagonal of the covariance
  std::vector<double> reference;   // w*: (covariance + ridge I)^-1 cross
  double reference_risk = 0;       // mean of (y - <w*, x>)^2 over the test rows
  std::vector<std::string> notes;  // on how the file was read

  std::span<const double> row(std::size_t i) const { return {&x[i * dimension], dimension}; }
  double trace() const;
};

// The problem's file, split by a random permutation of its rows that run.seed decides, standardized where asked for.
// Error for features that do not vary in the training rows (not standardized: that are all zero), or with ridge 0
// depend on each other linearly. A file that some Dataset in use was made of in the same way is not read again.
std::shared_ptr<const Dataset> load_dataset(const Experiment& e);

// Mean of (y - <w, x>)^2 over the test rows, less that of w*: on x, and on z = Q(x).
class DataRisk {
 public:
  // Test rows are rounded once, in groups of `batch` as in training.
  DataRisk(std::shared_ptr<const Dataset> data, const Quantizer& q, std::uint64_t batch, Stream stream);

  double clean(std::span<const double> w) const;
  double quantized(std::span<const double> w) const;

 private:
  double excess(std::span<const double> rows, std::span<const double> w) const;

  std::shared_ptr<const Dataset> data_;
  std::vector<double> rounded_;  // test rows; none where nothing is rounded
};

}  // namespace lowprec::experiment
