// Quantized SGD on least squares (arXiv 2510.18259, section 2), one text for every arithmetic.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <type_traits>
#include <vector>

#include "lowprec/array/quantize.h"
#include "lowprec/linalg/arithmetic.h"
#include "lowprec/linalg/linalg.h"
#include "lowprec/sgd/quantizer_site.h"
#include "lowprec/sgd/sites.h"

namespace lowprec::sgd {

// How weights follow from gradients.
struct SgdRule {
  double momentum = 0;          // beta: v <- beta v + g, w <- w + step v; 0 <= beta < 1
  bool error_feedback = false;  // of the sites gradient and weights: see QuantizerSite

  bool operator==(const SgdRule&) const = default;
};

// By Site.
using SiteEvents = std::array<Events, kSites.size()>;

// With w_0 = 0 and a batch of B rows x_b and labels y_b, update t does
//   z_b = Qd(x_b);  y' = Ql(y);  p = Qp(w);  a' = Qa(<z_b, p>);  r = Qo(y' - a');  w <- Qw(w + sum over b of (step / B)
//   r_b z_b)
// where each vector (a row, w, a batch of numbers) is quantized as one, and every operation is the arithmetic's: <z_b,
// p> is the dot of Mixed(arithmetic, sums, order), y' - a' is rounded once, and so is step / B times r_b; sums over the
// batch run upwards. With momentum, v <- beta v + sum over b of (1 / B) r_b z_b, then w <- Qw(w + step v); beta v, r_b
// / B and step v are rounded once each. Element i of vector v of a site (v counts the rows of data, and else the
// updates) takes draw v stride + i of the site's stream, stride = d rounded up to a multiple of 16; element b of a
// batch in update t takes t B + b. B is the same in every update.
template <Arithmetic A, Arithmetic S = A>
class Sgd {
 public:
  using T = typename A::value_type;

  Sgd(A arithmetic, const Sites& sites, std::size_t dimension, Stream stream,
      const SgdRule& rule = {}) requires std::same_as<A, S>
      : Sgd(std::move(arithmetic), std::nullopt, sites, dimension, stream, rule) {}

  // `sums` rounds the running sum of <z, p>, `arithmetic` all else.
  Sgd(A arithmetic, std::optional<S> sums, const Sites& sites, std::size_t dimension, Stream stream,
      const SgdRule& rule = {})
      : arithmetic_(std::move(arithmetic)),
        sums_(std::move(sums)),
        order_(sites.order),
        rule_(rule),
        has_master_(sites.master),
        data_site_(sites.data, stream.substream(0), false, traits(Site::data).name),
        label_site_(sites.label, stream.substream(1), false, traits(Site::label).name),
        parameter_site_(sites.parameter, stream.substream(2), false, traits(Site::parameter).name),
        activation_site_(sites.activation, stream.substream(3), false, traits(Site::activation).name),
        gradient_site_(sites.gradient, stream.substream(4), rule.error_feedback, traits(Site::gradient).name),
        weights_site_(sites.weights, stream.substream(5), rule.error_feedback, traits(Site::weights).name),
        stride_((dimension + Stream::gaussian_group - 1) / Stream::gaussian_group * Stream::gaussian_group),
        weights_(dimension, T{}),
        velocity_(rule.momentum != 0 ? dimension : 0, T{}),
        parameter_(dimension, T{}),
        sum_(dimension),
        master_(sites.master ? dimension : 0) {
    arithmetic_.observe(true);
    if (sums_) sums_->observe(true);
  }

  // One update with a batch of y.size() rows. x is row-major.
  void update(std::span<const double> x, std::span<const double> y, double step) {
    accumulate();
    forward(x, y);
    if (velocity_.empty())
      step_weights(step / static_cast<double>(y.size()));
    else
      step_with_momentum(step);
    quantize_weights();
    ++updates_;
  }

  // w_N, N the number of updates so far.
  std::vector<double> last() const {
    if (has_master_) return master_;
    std::vector<double> w(weights_.size());
    std::ranges::transform(weights_, w.begin(), [this](const T& x) { return arithmetic_.to_double(x); });
    return w;
  }

  // w_0 + ... + w_{N-1}, in binary64.
  const std::vector<double>& sum() const { return sum_; }

  // The same over N.
  std::vector<double> average() const {
    std::vector<double> w(sum_);
    for (double& x : w) x /= static_cast<double>(std::max<std::uint64_t>(updates_, 1));
    return w;
  }

  // Of the site's quantizer. Events of sums count as the arithmetic's, and x before its sketch is rounded elsewhere.
  Events events(Site site) const {
#pragma GCC diagnostic push
#pragma GCC diagnostic error "-Wswitch"
    switch (site) {
      case Site::data:
        return data_site_.events();
      case Site::label:
        return label_site_.events();
      case Site::parameter:
        return parameter_site_.events();
      case Site::activation:
        return activation_site_.events();
      case Site::gradient:
        return gradient_site_.events();
      case Site::weights:
        return weights_site_.events();
      case Site::arithmetic:
        return arithmetic_events();
      case Site::ambient:
      case Site::accumulate:
        return {};
    }
#pragma GCC diagnostic pop
    return {};
  }

  SiteEvents site_events() const {
    SiteEvents all;
    for (const SiteTraits& site : kSites) all[static_cast<std::size_t>(site.site)] = events(site.site);
    return all;
  }

  // Of all quantizers and of the arithmetic.
  Events events() const {
    Events total;
    for (const Events& events : site_events()) total += events;
    return total;
  }

 private:
  static constexpr bool kIsDouble = std::is_same_v<A, Scalarwise<double>>;

  Events arithmetic_events() const {
    Events operations = arithmetic_.events();
    if (sums_) operations += sums_->events();
    return operations;
  }

  linalg::Draw next_draw() { return {arithmetic_.draws().sums, 0}; }
  S& sums() {
    if constexpr (std::same_as<A, S>)
      return sums_ ? *sums_ : arithmetic_;
    else
      return *sums_;
  }

  void accumulate() {
    if constexpr (kIsDouble) {
      axpy(arithmetic_, 1.0, VectorView<const double>(weights_), VectorView<double>(sum_));
    } else {
      for (std::size_t i = 0; i < sum_.size(); ++i)
        sum_[i] += has_master_ ? master_[i] : arithmetic_.to_double(weights_[i]);
    }
  }

  // p, z_b and r_b.
  void forward(std::span<const double> x, std::span<const double> y) {
    const std::size_t d = weights_.size();
    const std::size_t batch = y.size();
    const std::uint64_t first = updates_ * batch;
    const VectorView<const T> parameter = quantized_parameter();
    rows_ = quantized_rows({x.data(), batch, d});

    label_buffer_.assign(y.begin(), y.end());
    label_site_.short_vector(label_buffer_, updates_, first);
    labels_.resize(batch, T{});
    if constexpr (kIsDouble)
      labels_.swap(label_buffer_);
    else
      convert(arithmetic_, std::span<const double>(label_buffer_), VectorView<T>(labels_));

    prediction_.resize(batch, SumType{});
    const Mixed<A, S> products(arithmetic_, sums(), order_);
    for (std::size_t b = 0; b < batch; ++b) prediction_[b] = dot(products, rows_.row(b), parameter);
    quantize_numbers(activation_site_, sums(), prediction_, first);

    residual_.resize(batch, T{});
    for (std::size_t b = 0; b < batch; ++b) residual_[b] = subtract(labels_[b], prediction_[b]);
    quantize_numbers(gradient_site_, arithmetic_, residual_, first);
  }

  T subtract(const T& y, const typename S::value_type& a) {
    if constexpr (std::same_as<A, S>) {
      if (!sums_) return arithmetic_.sub(y, a, next_draw());
    }
    return arithmetic_.add_number(y, -sums().to_double(a), next_draw());
  }

  // s r_b, then the product with z_b added to `to`, for each row.
  void add_gradients(double s, std::vector<T>& to) {
    for (std::size_t b = 0; b < residual_.size(); ++b)
      axpy(arithmetic_, arithmetic_.scale(s, residual_[b], next_draw()), rows_.row(b), VectorView<T>(to));
  }

  void step_weights(double step) {
    if (!has_master_) return add_gradients(step, weights_);
    for (std::size_t b = 0; b < residual_.size(); ++b) {
      const T s = arithmetic_.scale(step, residual_[b], next_draw());
      const linalg::OperationDraws draws = arithmetic_.draws();
      for (std::size_t i = 0; i < master_.size(); ++i)
        master_[i] += arithmetic_.to_double(arithmetic_.mul(s, rows_(b, i), {draws.products, i}));
    }
  }

  void step_with_momentum(double step) {
    const linalg::OperationDraws decay = arithmetic_.draws();
    for (std::size_t i = 0; i < velocity_.size(); ++i)
      velocity_[i] = arithmetic_.scale(rule_.momentum, velocity_[i], {decay.products, i});
    add_gradients(1 / static_cast<double>(residual_.size()), velocity_);
    const linalg::OperationDraws draws = arithmetic_.draws();
    for (std::size_t i = 0; i < velocity_.size(); ++i) {
      const T change = arithmetic_.scale(step, velocity_[i], {draws.products, i});
      if (has_master_)
        master_[i] += arithmetic_.to_double(change);
      else
        weights_[i] = arithmetic_.add(weights_[i], change, {draws.sums, i});
    }
  }

  VectorView<const T> quantized_parameter() {
    if (has_master_) {
      convert(arithmetic_, std::span<const double>(master_), VectorView<T>(parameter_));
    } else if (kIsDouble && parameter_site_.is_none()) {
      return weights_;
    } else if constexpr (kIsDouble) {
      parameter_site_.vector(weights_, parameter_, updates_, updates_ * stride_);
      return parameter_;
    } else {
      std::ranges::copy(weights_, parameter_.begin());
    }
    quantize_vector(parameter_site_, parameter_);
    return parameter_;
  }

  // Each row of x is a vector of its own.
  MatrixView<const T> quantized_rows(MatrixView<const double> x) {
    const std::uint64_t first = updates_ * x.rows;
    if constexpr (kIsDouble) {
      if (data_site_.is_none()) return x;
      data_.resize(x.rows * x.columns);
      data_site_.rows(x, {data_.data(), x.rows, x.columns}, first, stride_);
    } else {
      MatrixView<const double> z = x;
      if (!data_site_.is_none()) {
        number_buffer_.resize(x.rows * x.columns);
        data_site_.rows(x, {number_buffer_.data(), x.rows, x.columns}, first, stride_);
        z = {number_buffer_.data(), x.rows, x.columns};
      }
      data_.resize(x.rows * x.columns, T{});
      const MatrixView<T> converted(data_.data(), x.rows, x.columns);
      for (std::size_t b = 0; b < x.rows; ++b) convert(arithmetic_, z.row(b), converted.row(b));
    }
    return {data_.data(), x.rows, x.columns};
  }

  void quantize_weights() {
    if (weights_site_.is_none()) return;
    if (has_master_)
      weights_site_.vector(master_, master_, updates_, updates_ * stride_);
    else
      quantize_vector(weights_site_, weights_);
  }

  // A vector of d numbers of the arithmetic.
  void quantize_vector(QuantizerSite& site, std::vector<T>& numbers) {
    if (site.is_none()) return;
    through_doubles(arithmetic_, numbers,
                    [&](std::span<double> x) { site.vector(x, x, updates_, updates_ * stride_); });
  }
  // A number for each row of the batch.
  template <class B, class U>
  void quantize_numbers(QuantizerSite& site, B& arithmetic, std::vector<U>& numbers, std::uint64_t first) {
    if (site.is_none()) return;
    through_doubles(arithmetic, numbers, [&](std::span<double> x) { site.short_vector(x, updates_, first); });
  }

  template <class B, class U, class F>
  void through_doubles(B& arithmetic, std::vector<U>& numbers, F quantize) {
    if constexpr (std::is_same_v<U, double>) {
      quantize(numbers);
      if constexpr (std::is_same_v<B, Scalarwise<double>>) return;
      for (double& x : numbers) x = arithmetic.from(x, {arithmetic.draws().sums, 0});
    } else {
      number_buffer_.resize(numbers.size());
      std::ranges::transform(numbers, number_buffer_.begin(), [&](const U& x) { return arithmetic.to_double(x); });
      quantize(number_buffer_);
      std::ranges::transform(number_buffer_, numbers.begin(), [&](double x) {
        return arithmetic.from(x, {arithmetic.draws().sums, 0});
      });
    }
  }

  using SumType = typename S::value_type;

  A arithmetic_;
  std::optional<S> sums_;
  Summation order_;
  SgdRule rule_;
  bool has_master_;
  QuantizerSite data_site_, label_site_, parameter_site_, activation_site_, gradient_site_, weights_site_;
  std::uint64_t stride_;
  std::uint64_t updates_ = 0;
  std::vector<T> weights_, velocity_, parameter_, data_, labels_, residual_;
  std::vector<SumType> prediction_;
  std::vector<double> sum_, master_, label_buffer_, number_buffer_;
  MatrixView<const T> rows_{nullptr, 0, 0};
};

}  // namespace lowprec::sgd
