#include "lowprec/sgd/sampler.h"

#include <algorithm>
#include <cmath>

#include "lane/portable_math.h"
#include "lowprec/array/fill.h"
#include "lowprec/lane/one_lane.h"
#include "lowprec/linalg/linalg.h"

namespace lowprec {
namespace {

double student(double nu, const std::uint32_t* draws) {
  const one_lane::OneLane<double> d;
  const double u = ((draws[0] + 0.5) * 0x1p-32 + draws[1]) * 0x1p-32;
  const double turn = (draws[2] * 0x1p-32 + draws[3]) * 0x1p-32 - 0.5;
  double cosine = 0, sine = 0;
  one_lane::CosSinTurn(d, turn, cosine, sine);
  return std::sqrt((nu - 2) * lane::portable_expm1(std::max(-2 / nu * lane::portable_log(u), 0.0))) * cosine;
}

}  // namespace

void sgd::fill_student(double nu, Stream stream, std::uint64_t first, std::span<double> out) {
  constexpr std::size_t kPiece = 64;
  std::uint32_t draws[4 * kPiece];
  for (std::size_t i = 0; i < out.size(); i += kPiece) {
    const std::size_t count = std::min(kPiece, out.size() - i);
    array::fill_draws(stream, 4 * (first + i), {draws, 4 * count});
    for (std::size_t j = 0; j < count; ++j) out[i + j] = student(nu, draws + 4 * j);
  }
}

sgd::Sampler::Sampler(std::span<const double> lambda, std::span<const double> target, double noise, std::uint64_t batch,
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

void sgd::Sampler::draw(std::uint64_t t) {
  for (std::uint64_t b = 0; b < batch_; ++b) draw_row(b, t * batch_ + b);
}

void sgd::Sampler::draw_row(std::uint64_t b, std::uint64_t s) {
  const std::size_t d = scale_.size();
  array::fill_gaussian(stream_, s * stride_, sample_);
  if (features_.student > 0)
    sgd::fill_student(features_.student, stream_.substream(0), s * stride_, {sample_.data(), d});
  double* x = features_.rotation != nullptr ? &unrotated_[b * d] : &rows_[b * d];
  for (std::size_t i = 0; i < d; ++i) x[i] = sample_[i] * scale_[i];
  Scalarwise<double> exact;
  const double y = dot(Mixed(exact, strands()), VectorView<const double>(x, d), VectorView<const double>(target_));
  labels_[b] = y + noise_ * sample_[d];
  if (features_.rotation != nullptr) features_.rotation->apply({x, d}, {&rows_[b * d], d});
}

}  // namespace lowprec
