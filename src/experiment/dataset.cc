#include "experiment/dataset.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <mutex>

#include "experiment/size_check.h"
#include "io/table_file.h"
#include "lowprec/format/names.h"
#include "lowprec/format/number_text.h"
#include "lowprec/sgd/problem.h"
#include "lowprec/sgd/quantizer_site.h"
#include "lowprec/sgd/sample_order.h"
#include "system/reproducible_eigen.h"

namespace lowprec {
namespace {

using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using ConstMatrixMap = Eigen::Map<const Matrix>;
using ConstVectorMap = Eigen::Map<const Eigen::VectorXd>;

Eigen::Index index(std::size_t i) { return static_cast<Eigen::Index>(i); }

double dot(std::span<const double> x, std::span<const double> w) {
  double sum = 0;
  for (std::size_t i = 0; i < x.size(); ++i) sum += x[i] * w[i];
  return sum;
}

// Rows in the order of a random permutation, which puts the training rows first.
experiment::Dataset split_rows(const io::TableFile& table, double test_fraction, Stream stream) {
  experiment::Dataset d;
  d.dimension = table.columns.size();
  if (d.dimension > experiment::kMostNumbers / d.dimension)
    throw Error(fmt::format("{}: the covariance of {} features would have more than {} numbers", table.file,
                            d.dimension, experiment::kMostNumbers));
  d.test_rows = static_cast<std::size_t>(std::llround(test_fraction * static_cast<double>(table.rows)));
  d.test_rows = std::clamp(d.test_rows, std::size_t{1}, table.rows - 1);
  d.train_rows = table.rows - d.test_rows;
  sgd::SampleOrder order(table.rows, true, stream);
  for (std::size_t i = 0; i < table.rows; ++i) {
    const std::size_t from = order(1, i);
    const auto row = table.x.begin() + static_cast<std::ptrdiff_t>(from * d.dimension);
    d.x.insert(d.x.end(), row, row + static_cast<std::ptrdiff_t>(d.dimension));
    d.y.push_back(table.y[from]);
  }
  return d;
}

// Mean and standard deviation (of n, not n - 1) of one feature over the training rows.
struct Spread {
  double mean = 0, deviation = 0;
};
Spread spread_of(const experiment::Dataset& d, std::size_t j) {
  const auto n = static_cast<double>(d.train_rows);
  Spread s;
  for (std::size_t i = 0; i < d.train_rows; ++i) s.mean += d.x[i * d.dimension + j] / n;
  for (std::size_t i = 0; i < d.train_rows; ++i) {
    const double difference = d.x[i * d.dimension + j] - s.mean;
    s.deviation += difference * difference / n;
  }
  s.deviation = std::sqrt(s.deviation);
  return s;
}

bool is_constant(const experiment::Dataset& d, std::size_t j) {
  for (std::size_t i = 1; i < d.train_rows; ++i)
    if (d.x[i * d.dimension + j] != d.x[j]) return false;
  return true;
}

// Leaves the features for which keep[j] holds.
void keep_features(experiment::Dataset& d, const std::vector<bool>& keep) {
  std::size_t to = 0;
  for (std::size_t i = 0; i < d.x.size(); ++i)
    if (keep[i % d.dimension]) d.x[to++] = d.x[i];
  d.x.resize(to);
  d.dimension = static_cast<std::size_t>(std::ranges::count(keep, true));
}

// Features that cannot be standardized, or are all zero, are an error or left out.
void check_constants(experiment::Dataset& d, const io::TableFile& table, const sgd::DataFile& file) {
  std::vector<bool> keep(d.dimension, true);
  for (std::size_t j = 0; j < d.dimension; ++j) {
    const double first = d.x[j];
    if (!is_constant(d, j) || (!file.standardize && first != 0)) continue;
    const std::string what = fmt::format("{}: {} is constant: {} in all {} training rows of {}", table.place,
                                         table.columns[j], to_string(first), d.train_rows, table.rows);
    if (!file.drop_constant)
      throw Error(fmt::format("{}; drop_constant = true leaves such features out{}", what,
                              first == 0 ? "" : ", standardize = false keeps it"));
    keep[j] = false;
  }
  const auto constant = std::ranges::count(keep, false);
  if (constant == 0) return;
  if (static_cast<std::size_t>(constant) == d.dimension)
    throw Error(fmt::format("{}: no feature varies in the {} training rows", table.place, d.train_rows));
  d.notes.push_back(fmt::format("{}: {} of {} features are constant in the {} training rows and are left out",
                                table.place, constant, d.dimension, d.train_rows));
  keep_features(d, keep);
}

void standardize(experiment::Dataset& d) {
  for (std::size_t j = 0; j < d.dimension; ++j) {
    const Spread s = spread_of(d, j);
    for (std::size_t i = 0; i < d.y.size(); ++i) {
      double& x = d.x[i * d.dimension + j];
      x = (x - s.mean) / s.deviation;
    }
  }
  double mean = 0;
  for (std::size_t i = 0; i < d.train_rows; ++i) mean += d.y[i] / static_cast<double>(d.train_rows);
  for (double& y : d.y) y -= mean;
}

void set_moments(experiment::Dataset& d) {
  system::fix_summation_order();
  const auto n = static_cast<double>(d.train_rows);
  const ConstMatrixMap x(d.x.data(), index(d.train_rows), index(d.dimension));
  const ConstVectorMap y(d.y.data(), index(d.train_rows));
  Eigen::MatrixXd sum = Eigen::MatrixXd::Zero(index(d.dimension), index(d.dimension));
  sum.selfadjointView<Eigen::Lower>().rankUpdate(x.transpose(), 1 / n);
  d.covariance.resize(d.dimension * d.dimension);
  Eigen::Map<Matrix>(d.covariance.data(), sum.rows(), sum.cols()) = sum.selfadjointView<Eigen::Lower>();
  const Eigen::VectorXd cross = x.transpose() * y / n;
  d.cross.assign(cross.begin(), cross.end());
  d.label_square = y.squaredNorm() / n;
}

void set_reference(experiment::Dataset& d, double ridge, const std::string& file) {
  d.ridge = ridge * d.trace() / static_cast<double>(d.dimension);
  Eigen::MatrixXd system = ConstMatrixMap(d.covariance.data(), index(d.dimension), index(d.dimension));
  system.diagonal().array() += d.ridge;
  const Eigen::LDLT<Eigen::MatrixXd> solver(system);
  const auto pivots = solver.vectorD();
  if (!(pivots.minCoeff() > 0x1p-50 * pivots.maxCoeff()))
    throw Error(
        fmt::format("{}: features of the {} training rows depend on each other linearly: a `ridge` above {} is "
                    "needed for the reference",
                    file, d.train_rows, to_string(ridge)));
  const Eigen::VectorXd w = solver.solve(ConstVectorMap(d.cross.data(), index(d.dimension)));
  d.reference.assign(w.begin(), w.end());
  for (std::size_t i = d.train_rows; i < d.y.size(); ++i) {
    const double residual = d.y[i] - dot(d.row(i), d.reference);
    d.reference_risk += residual * residual / static_cast<double>(d.test_rows);
  }
}

experiment::Dataset make_dataset(const sgd::DataFile& file, Stream stream) {
  const io::TableFile table = io::read_table(
      file.file, {file.target_column, file.features, file.drop, file.labels, io::parse_header(file.header)});
  experiment::Dataset d = split_rows(table, file.test_fraction, stream);
  d.notes = table.notes;
  check_constants(d, table, file);
  if (file.standardize) standardize(d);
  set_moments(d);
  set_reference(d, file.ridge, file.file);
  return d;
}

}  // namespace

double experiment::Dataset::trace() const {
  double sum = 0;
  for (std::size_t j = 0; j < dimension; ++j) sum += covariance[j * dimension + j];
  return sum;
}

std::shared_ptr<const experiment::Dataset> experiment::load_dataset(const Experiment& e) {
  static std::mutex mutex;
  static std::map<std::string, std::weak_ptr<const experiment::Dataset>> loaded;
  const sgd::DataFile& file = e.problem.data;
  const std::string key =
      fmt::format("{}\n{}\n{}\n{}\n{}\n{}\n{}\n{}\n{}\n{}\n{}", file.file, file.target_column,
                  to_string(file.test_fraction), file.standardize, to_string(file.ridge), e.run.seed, file.labels,
                  file.header, file.drop_constant, fmt::join(file.features, "\t"), fmt::join(file.drop, "\t"));
  const std::lock_guard lock(mutex);
  auto known = loaded[key].lock();
  if (!known) {
    known = std::make_shared<const experiment::Dataset>(
        make_dataset(file, experiment::stream_of(e.run, 0, experiment::StreamOf::split)));
    loaded[key] = known;
  }
  return known;
}

experiment::DataRisk::DataRisk(std::shared_ptr<const experiment::Dataset> data, const Quantizer& q, std::uint64_t batch,
                               Stream stream)
    : data_(std::move(data)) {
  if (q.is_none()) return;
  const std::size_t d = data_->dimension, rows = data_->test_rows;
  rounded_.resize(rows * d);
  sgd::QuantizerSite site(q, stream);
  for (std::size_t first = 0; first < rows; first += batch) {
    const std::size_t count = std::min<std::size_t>(batch, rows - first);
    site.rows({&data_->x[(data_->train_rows + first) * d], count, d}, {&rounded_[first * d], count, d}, first, d);
  }
}

double experiment::DataRisk::clean(std::span<const double> w) const {
  return excess(std::span(data_->x).subspan(data_->train_rows * data_->dimension), w);
}

double experiment::DataRisk::quantized(std::span<const double> w) const {
  return rounded_.empty() ? clean(w) : excess(rounded_, w);
}

double experiment::DataRisk::excess(std::span<const double> rows, std::span<const double> w) const {
  double sum = 0;
  for (std::size_t i = 0; i < data_->test_rows; ++i) {
    const double residual = data_->y[data_->train_rows + i] - dot(rows.subspan(i * w.size(), w.size()), w);
    sum += residual * residual;
  }
  return sum / static_cast<double>(data_->test_rows) - data_->reference_risk;
}

}  // namespace lowprec
