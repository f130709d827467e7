#include "lowprec/sgd/quantizer_site.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "lowprec/array/fill.h"

namespace lowprec {

sgd::QuantizerSite::QuantizerSite(const Quantizer& q, Stream stream, bool keeps_error, std::string_view name)
    : q_(q), stream_(stream), keeps_error_(keeps_error), name_(name) {
  if (q.noise() != nullptr) noise_law_ = *q.noise();
  noise_scale_ = std::sqrt(noise_law_.epsilon);
}

template <class F>
void sgd::QuantizerSite::named(F f) {
  try {
    f();
  } catch (const Error& error) {
    throw SiteError(fmt::format("{}{}{}", name_, name_.empty() ? "" : ": ", error.what()));
  }
}

double sgd::QuantizerSite::noise_ahead(std::uint64_t index) {
  if (index / kAhead != ahead_) {
    ahead_ = index / kAhead;
    array::fill_noise(noise_law_.distribution, stream_, ahead_ * kAhead, noise_);
  }
  return noise_[index % kAhead];
}

std::uint32_t sgd::QuantizerSite::draw_ahead(std::uint64_t index) {
  if (index / kAhead != ahead_) {
    ahead_ = index / kAhead;
    array::fill_draws(stream_, ahead_ * kAhead, draws_);
  }
  return draws_[index % kAhead];
}

void sgd::QuantizerSite::quantize(std::span<const double> in, std::span<double> out, std::uint64_t v,
                                  std::uint64_t first) {
  if (!noise_law_.is_common()) return named([&] { q_(in, out, stream_, first, &events_); });
  const double factor = 1 + noise_scale_ * noise_ahead(v);
  for (std::size_t i = 0; i < in.size(); ++i) out[i] = in[i] * factor;
}

void sgd::QuantizerSite::quantize_short(std::span<double> numbers, std::uint64_t v, std::uint64_t first) {
  q_.quantizer().visit([](const array::Identity&) {},
                       [&](const array::Rounded& q) {
                         if (q.scale.is_from_data()) return quantize(numbers, numbers, v, first);
                         const bool draws = q.rounding.is_stochastic();
                         named([&] {
                           for (std::size_t i = 0; i < numbers.size(); ++i)
                             numbers[i] = q_.rounded(numbers[i], draws ? draw_ahead(first + i) : 0, &events_);
                         });
                       },
                       [&](const array::Noise&) { add_short_noise(numbers, v, first); });
}

void sgd::QuantizerSite::add_short_noise(std::span<double> numbers, std::uint64_t v, std::uint64_t first) {
  switch (noise_law_.law) {
    case array::Noise::Law::additive:
      for (std::size_t i = 0; i < numbers.size(); ++i) numbers[i] += noise_scale_ * noise_ahead(first + i);
      return;
    case array::Noise::Law::multiplicative:
      return quantize(numbers, numbers, v, first);
    case array::Noise::Law::multiplicative_iid:
      for (std::size_t i = 0; i < numbers.size(); ++i) numbers[i] *= 1 + noise_scale_ * noise_ahead(first + i);
      return;
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
  const array::Rounded* rounded = q_.quantizer().rounded();
  if (rounded != nullptr && rounded->scale.is_from_data() && !rounded->scale.group.is_within_row())
    return named([&] { q_(in, out, stream_, v * stride, &events_); });
  for (std::size_t b = 0; b < in.rows; ++b)
    quantize({in.row(b).data, in.columns}, {out.row(b).data, in.columns}, v + b, (v + b) * stride);
}

}  // namespace lowprec
