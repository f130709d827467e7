// Quantized SGD on least squares (arXiv 2510.18259, section 2), one text for every arithmetic.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <type_traits>
#include <vector>

#include "lowprec/arithmetic.h"
#include "lowprec/linalg.h"
#include "lowprec/quantize.h"
#include "lowprec/train/sites.h"

namespace lowprec {

// With w_0 = 0 and a batch of B rows x_b and labels y_b, update t does
//   z_b = Qd(x_b);  y' = Ql(y);  p = Qp(w);  a' = Qa(<z_b, p>);  r = Qo(y' - a');  w <- Qw(w + sum over b of (step / B)
//   r_b z_b)
// where each vector (a row, w, a batch of numbers) is quantized as one, and every operation is the arithmetic's: sums
// run upwards in k, then in b; step / B times r_b is rounded once. The draws of each quantizer are a function of
// (stream, t).
template <Arithmetic A>
class Sgd {
 public:
  using T = typename A::value_type;

  Sgd(A arithmetic, const Sites& sites, std::size_t dimension, Stream stream)
      : arithmetic_(std::move(arithmetic)),
        sites_(sites),
        stream_(stream),
        weights_(dimension, T{}),
        sum_(dimension),
        master_(sites.master ? dimension : 0),
        parameter_(dimension, T{}) {
    arithmetic_.observe(true);
  }

  // One update with a batch of y.size() rows. x is row-major.
  void update(std::span<const double> x, std::span<const double> y, double step) {
    accumulate();
    forward(x, y);
    step_weights(step / static_cast<double>(y.size()));
    quantize_numbers(sites_.weights, weights_, weights_site);
    ++updates_;
  }

  // w_N, N the number of updates so far.
  std::vector<double> last() const {
    if (sites_.master) return master_;
    std::vector<double> w(weights_.size());
    std::ranges::transform(weights_, w.begin(), [this](const T& x) { return arithmetic_.to_double(x); });
    return w;
  }

  // w_0 + ... + w_{N-1}, in binary64.
  std::vector<double> sum() const { return sum_; }

  // The same over N.
  std::vector<double> average() const {
    std::vector<double> w(sum_);
    for (double& x : w) x /= static_cast<double>(std::max<std::uint64_t>(updates_, 1));
    return w;
  }

  // Of all quantizers and of the arithmetic.
  Events events() const {
    Events total = events_;
    return total += arithmetic_.events();
  }

 private:
  enum Site : std::uint64_t {
    data_site,
    label_site,
    parameter_site,
    activation_site,
    gradient_site,
    weights_site,
    sites
  };

  Stream site_stream(Site site) const { return stream_.substream(updates_ * sites + site); }
  Draw next_draw() { return {arithmetic_.draws().sums, 0}; }

  void accumulate() {
    for (std::size_t i = 0; i < sum_.size(); ++i)
      sum_[i] += sites_.master ? master_[i] : arithmetic_.to_double(weights_[i]);
  }

  // p, z_b and r_b.
  void forward(std::span<const double> x, std::span<const double> y) {
    const std::size_t d = weights_.size();
    const std::size_t batch = y.size();
    if (sites_.master)
      convert(arithmetic_, std::span<const double>(master_), VectorView<T>(parameter_));
    else
      std::ranges::copy(weights_, parameter_.begin());
    quantize_numbers(sites_.parameter, parameter_, parameter_site);

    data_.resize(batch * d, T{});
    quantize_rows(x, d);
    for (std::size_t b = 0; b < batch; ++b)
      convert(arithmetic_, VectorView<const double>(&row_buffer_[b * d], d), row(b));

    label_buffer_.assign(y.begin(), y.end());
    quantize(sites_.label, label_buffer_, label_buffer_, site_stream(label_site), &events_);
    labels_.resize(batch, T{});
    convert(arithmetic_, std::span<const double>(label_buffer_), VectorView<T>(labels_));

    residual_.resize(batch, T{});
    for (std::size_t b = 0; b < batch; ++b) residual_[b] = dot(arithmetic_, row(b), VectorView<const T>(parameter_));
    quantize_numbers(sites_.activation, residual_, activation_site);
    for (std::size_t b = 0; b < batch; ++b) residual_[b] = arithmetic_.sub(labels_[b], residual_[b], next_draw());
    quantize_numbers(sites_.gradient, residual_, gradient_site);
  }

  void step_weights(double step) {
    for (std::size_t b = 0; b < residual_.size(); ++b) {
      const T s = arithmetic_.scale(step, residual_[b], next_draw());
      if (!sites_.master) {
        axpy(arithmetic_, s, row(b), VectorView<T>(weights_));
        continue;
      }
      const OperationDraws draws = arithmetic_.draws();
      for (std::size_t i = 0; i < master_.size(); ++i)
        master_[i] += arithmetic_.to_double(arithmetic_.mul(s, row(b)[i], {draws.products, i}));
    }
  }

  VectorView<T> row(std::size_t b) { return {&data_[b * weights_.size()], weights_.size()}; }

  // Each row of x is a vector of its own.
  void quantize_rows(std::span<const double> x, std::size_t d) {
    row_buffer_.assign(x.begin(), x.end());
    const Stream stream = sites_.data.is_random() ? site_stream(data_site) : Stream{};
    for (std::size_t b = 0; b * d < x.size() && sites_.data.kind != Quantizer::Kind::none; ++b) {
      const std::span<double> z(&row_buffer_[b * d], d);
      quantize(sites_.data, z, z, sites_.data.is_random() ? stream.substream(b) : stream, &events_);
    }
  }

  // Numbers of the arithmetic as one vector.
  void quantize_numbers(const Quantizer& q, std::vector<T>& numbers, Site site) {
    if (q.kind == Quantizer::Kind::none) return;
    const Stream stream = q.is_random() ? site_stream(site) : Stream{};
    if constexpr (std::is_same_v<T, double>) {
      quantize(q, numbers, numbers, stream, &events_);
    } else {
      number_buffer_.resize(numbers.size());
      std::ranges::transform(numbers, number_buffer_.begin(), [this](const T& x) { return arithmetic_.to_double(x); });
      quantize(q, number_buffer_, number_buffer_, stream, &events_);
      std::ranges::transform(number_buffer_, numbers.begin(),
                             [this](double x) { return arithmetic_.from(x, next_draw()); });
    }
  }

  A arithmetic_;
  Sites sites_;
  Stream stream_;
  std::uint64_t updates_ = 0;
  Events events_;
  std::vector<T> weights_;
  std::vector<double> sum_, master_;
  std::vector<T> parameter_, data_, labels_, residual_;
  std::vector<double> row_buffer_, label_buffer_, number_buffer_;
};

}  // namespace lowprec
