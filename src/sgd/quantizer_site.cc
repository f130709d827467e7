#include "lowprec/sgd/quantizer_site.h"

#include <algorithm>
#include <cmath>

#include "lowprec/array/fill.h"

namespace lowprec {

sgd::QuantizerSite::QuantizerSite(const Quantizer& q, Stream stream, bool keeps_error)
    : q_(q), stream_(stream), noise_scale_(std::sqrt(q.epsilon)), keeps_error_(keeps_error) {}

double sgd::QuantizerSite::noise_ahead(std::uint64_t index) {
  if (index / kAhead != ahead_) {
    ahead_ = index / kAhead;
    array::fill_noise(q_.quantizer().noise, stream_, ahead_ * kAhead, noise_);
  }
  return noise_[index % kAhead];
}

std::uint32_t sgd::QuantizerSite::draw_ahead(std::uint64_t index) {
  if (!q_.quantizer().is_random()) return 0;
  if (index / kAhead != ahead_) {
    ahead_ = index / kAhead;
    array::fill_draws(stream_, ahead_ * kAhead, draws_);
  }
  return draws_[index % kAhead];
}

void sgd::QuantizerSite::quantize(std::span<const double> in, std::span<double> out, std::uint64_t v,
                                  std::uint64_t first) {
  if (q_.quantizer().kind != Quantizer::Kind::multiplicative) return q_(in, out, stream_, first, &events_);
  const double factor = 1 + noise_scale_ * noise_ahead(v);
  for (std::size_t i = 0; i < in.size(); ++i) out[i] = in[i] * factor;
}

void sgd::QuantizerSite::quantize_short(std::span<double> numbers, std::uint64_t v, std::uint64_t first) {
  const Quantizer& q = q_.quantizer();
  if (q.kind == Quantizer::Kind::multiplicative || q.is_scaled()) return quantize(numbers, numbers, v, first);
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    double& x = numbers[i];
    if (q.is_format())
      x = q_.rounded(x, draw_ahead(first + i), &events_);
    else if (q.kind == Quantizer::Kind::additive)
      x += noise_scale_ * noise_ahead(first + i);
    else
      x *= 1 + noise_scale_ * noise_ahead(first + i);
  }
}

void sgd::QuantizerSite::vector(std::span<const double> in, std::span<double> out, std::uint64_t v,
                                std::uint64_t first) {
  if (is_none() || !keeps_error_) return quantize(in, out, v, first);
  error_.resize(in.size());
  for (std::size_t i = 0; i < in.size(); ++i) error_[i] += in[i];
  quantize(error_, out, v, first);
  for (std::size_t i = 0; i < in.size(); ++i) error_[i] -= out[i];
}

void sgd::QuantizerSite::short_vector(std::span<double> numbers, std::uint64_t v, std::uint64_t first) {
  if (is_none()) return;
  if (!keeps_error_) return quantize_short(numbers, v, first);
  error_.resize(numbers.size());
  for (std::size_t i = 0; i < numbers.size(); ++i) error_[i] = numbers[i] += error_[i];
  quantize_short(numbers, v, first);
  for (std::size_t i = 0; i < numbers.size(); ++i) error_[i] -= numbers[i];
}

void sgd::QuantizerSite::rows(MatrixView<const double> in, MatrixView<double> out, std::uint64_t v,
                              std::uint64_t stride) {
  using Scaling = Quantizer::Scaling;
  const Scaling scaling = q_.quantizer().scaling;
  if (scaling == Scaling::column || (scaling == Scaling::tensor && in.rows > 1))
    return q_(in, out, stream_, v * stride, &events_);
  for (std::size_t b = 0; b < in.rows; ++b)
    quantize({in.row(b).data, in.columns}, {out.row(b).data, in.columns}, v + b, (v + b) * stride);
}

}  // namespace lowprec
