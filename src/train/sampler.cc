// Samples: Student variates, rotations, the order of epochs.
#include <algorithm>
#include <cmath>

#include "elementary.h"
#include "lowprec/kernel/one_lane.h"
#include "lowprec/linalg.h"
#include "lowprec/train/problem.h"

namespace lowprec {
namespace {

double student(double nu, const std::uint32_t* draws) {
  const one_lane::OneLane<double> d;
  const double u = ((draws[0] + 0.5) * 0x1p-32 + draws[1]) * 0x1p-32;
  const double turn = (draws[2] * 0x1p-32 + draws[3]) * 0x1p-32 - 0.5;
  double cosine = 0, sine = 0;
  one_lane::CosSinTurn(d, turn, cosine, sine);
  return std::sqrt((nu - 2) * portable_expm1(std::max(-2 / nu * portable_log(u), 0.0))) * cosine;
}

}  // namespace

void fill_student(double nu, Stream stream, std::uint64_t first, std::span<double> out) {
  constexpr std::size_t kPiece = 64;
  std::uint32_t draws[4 * kPiece];
  for (std::size_t i = 0; i < out.size(); i += kPiece) {
    const std::size_t count = std::min(kPiece, out.size() - i);
    fill_draws(stream, 4 * (first + i), {draws, 4 * count});
    for (std::size_t j = 0; j < count; ++j) out[i + j] = student(nu, draws + 4 * j);
  }
}

// From the last two coordinates up, each reflection maps a normal vector of the last m onto an axis; the signs make the
// distribution that of the Q with a positive diagonal in R.
Rotation::Rotation(std::size_t dimension, Stream stream) : dimension_(dimension), columns_(dimension * dimension) {
  const std::size_t d = dimension;
  std::vector<double> v(d), row(d);
  fill_gaussian(stream.substream(0), 0, v);
  columns_[d * d - 1] = v[d - 1] < 0 ? -1 : 1;
  for (std::size_t m = 2; m <= d; ++m) {
    const std::size_t first = d - m;
    fill_gaussian(stream.substream(m), 0, {v.data(), m});
    double squares = 0;
    for (std::size_t i = 0; i < m; ++i) squares += v[i] * v[i];
    const double norm = std::sqrt(squares), sign = v[0] < 0 ? -1 : 1;
    columns_[first * d + first] = -sign;
    v[0] += sign * norm;
    const double factor = 1 / (norm * std::abs(v[0]));  // 2 / <v, v>
    std::fill(row.begin(), row.end(), 0.0);
    for (std::size_t i = 0; i < m; ++i)
      for (std::size_t j = first; j < d; ++j) row[j] += v[i] * columns_[(first + i) * d + j];
    for (std::size_t i = 0; i < m; ++i)
      for (std::size_t j = first; j < d; ++j) columns_[(first + i) * d + j] -= factor * v[i] * row[j];
  }
}

Rotation::Rotation(std::size_t dimension, const std::vector<double>& rows)
    : dimension_(dimension), columns_(dimension * dimension) {
  for (std::size_t i = 0; i < dimension; ++i)
    for (std::size_t j = 0; j < dimension; ++j) columns_[j * dimension + i] = rows[i * dimension + j];
}

void Rotation::apply(std::span<const double> x, std::span<double> out) const {
  const std::size_t d = dimension_;
  std::fill(out.begin(), out.end(), 0.0);
  double* y = out.data();
  std::size_t j = 0;
  for (; j + 4 <= d; j += 4) {
    const double* u = &columns_[j * d];
    const double a = x[j], b = x[j + 1], c = x[j + 2], e = x[j + 3];
    for (std::size_t i = 0; i < d; ++i)
      y[i] = (((y[i] + a * u[i]) + b * u[d + i]) + c * u[2 * d + i]) + e * u[3 * d + i];
  }
  for (; j < d; ++j)
    for (std::size_t i = 0; i < d; ++i) y[i] += x[j] * columns_[j * d + i];
}

std::vector<double> Rotation::back(std::span<const double> w) const {
  std::vector<double> result(dimension_);
  for (std::size_t j = 0; j < dimension_; ++j)
    for (std::size_t i = 0; i < dimension_; ++i) result[j] += column(j)[i] * w[i];
  return result;
}

SampleOrder::SampleOrder(std::uint64_t samples, bool reshuffles, Stream stream)
    : samples_(samples), reshuffles_(reshuffles), stream_(stream) {
  while (half_bits_ < 32 && (std::uint64_t{1} << (2 * half_bits_)) < samples) ++half_bits_;
}

std::uint64_t SampleOrder::operator()(std::uint64_t epoch, std::uint64_t i) {
  if (epoch == 0 || !reshuffles_) return i;
  if (epoch != epoch_) {
    epoch_ = epoch;
    for (int r = 0; r < kRounds; ++r) keys_[r] = stream_.block(epoch * kRounds + r).lower;
  }
  do i = permuted(i);
  while (i >= samples_);
  return i;
}

std::uint64_t SampleOrder::permuted(std::uint64_t i) const {
  const std::uint64_t mask = (std::uint64_t{1} << half_bits_) - 1;
  std::uint64_t left = i >> half_bits_, right = i & mask;
  for (const std::uint64_t key : keys_) {
    std::uint64_t mixed = (right + 1) * 0x9E3779B97F4A7C15 ^ key;  // a finalizer in Murmur's form, keyed
    mixed = (mixed ^ (mixed >> 32)) * 0xD6E8FEB86659FD93;
    mixed = (mixed ^ (mixed >> 32)) * 0xD6E8FEB86659FD93;
    const std::uint64_t next = left ^ ((mixed ^ (mixed >> 32)) & mask);
    left = right;
    right = next;
  }
  return left << half_bits_ | right;
}

Sampler::Sampler(std::span<const double> lambda, std::span<const double> target, double noise, std::uint64_t batch,
                 Stream stream, Features features)
    : scale_(lambda.begin(), lambda.end()),
      target_(target.begin(), target.end()),
      noise_(std::sqrt(noise)),
      batch_(batch),
      stream_(stream),
      features_(features),
      sample_(lambda.size() + 1),
      rows_(batch * lambda.size()),
      unrotated_(features.rotation != nullptr ? rows_.size() : 0),
      labels_(batch) {
  for (double& x : scale_) x = std::sqrt(x);
  stride_ = (sample_.size() + Stream::gaussian_group - 1) / Stream::gaussian_group * Stream::gaussian_group;
}

void Sampler::draw(std::uint64_t t) {
  for (std::uint64_t b = 0; b < batch_; ++b) draw_row(b, t * batch_ + b);
}

void Sampler::draw_row(std::uint64_t b, std::uint64_t s) {
  const std::size_t d = scale_.size();
  fill_gaussian(stream_, s * stride_, sample_);
  if (features_.student > 0) fill_student(features_.student, stream_.substream(0), s * stride_, {sample_.data(), d});
  double* x = features_.rotation != nullptr ? &unrotated_[b * d] : &rows_[b * d];
  for (std::size_t i = 0; i < d; ++i) x[i] = sample_[i] * scale_[i];
  Scalarwise<double> exact;
  const double y = dot(Mixed(exact, strands()), VectorView<const double>(x, d), VectorView<const double>(target_));
  labels_[b] = y + noise_ * sample_[d];
  if (features_.rotation != nullptr) features_.rotation->apply({x, d}, {&rows_[b * d], d});
}

}  // namespace lowprec
