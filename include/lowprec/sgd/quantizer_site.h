// QuantizerSite is a quantizer at a place of the training loop, with its own draws and its own count of events.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "lowprec/array/quantize.h"
#include "lowprec/format/error.h"
#include "lowprec/format/view.h"

namespace lowprec::sgd {

// An Error of one site, for example of overflow=error. Its text begins with the site's name and a colon.
class SiteError : public Error {
 public:
  using Error::Error;
};

// Quantizes vectors one after the other. Draws, and numbers of a noise, have an index: element i of a vector that
// begins with index f takes number f + i of the stream. The number that a whole vector shares has the number v of that
// vector as its index. So a result is a function of (stream, indices) alone.
class QuantizerSite {
 public:
  QuantizerSite() = default;
  // `name` begins the text of its SiteError. With keeps_error (error feedback) a site gives Q(u + e) in place of Q(u),
  // and then sets e = u + e - Q(u + e), element by element. e is 0 at first.
  QuantizerSite(const Quantizer& q, Stream stream, bool keeps_error = false, std::string_view name = {});

  bool is_none() const { return q_.quantizer().is_none(); }
  const Events& events() const { return events_; }

  // Quantizes vector number v, whose first index is `first`. `in` may be `out`.
  void vector(std::span<const double> in, std::span<double> out, std::uint64_t v, std::uint64_t first);
  // Faster form of vector() for short vectors whose indices continue those of the previous call. The results are
  // identical.
  void short_vector(std::span<double> numbers, std::uint64_t v, std::uint64_t first);
  // Quantizes the rows of a batch. Row b is vector number v + b, and its first index is (v + b) * stride. absmax of a
  // tensor or a column looks at all rows.
  void rows(MatrixView<const double> in, MatrixView<double> out, std::uint64_t v, std::uint64_t stride);

 private:
  static constexpr std::uint64_t kAhead = 64;

  void quantize(std::span<const double> in, std::span<double> out, std::uint64_t v, std::uint64_t first);
  void quantize_short(std::span<double> numbers, std::uint64_t v, std::uint64_t first);
  void add_short_noise(std::span<double> numbers, std::uint64_t v, std::uint64_t first);
  double noise_ahead(std::uint64_t index);
  std::uint32_t draw_ahead(std::uint64_t index);

  // Calls f; an Error becomes a SiteError.
  template <class F>
  void named(F f);

  array::PreparedQuantizer q_;
  Stream stream_;
  array::Noise noise_law_{};  // what q_ is, where it is a noise
  double noise_scale_ = 0;
  bool keeps_error_ = false;
  std::string_view name_;
  std::vector<double> error_;
  Events events_;

  // Numbers kAhead * ahead_ ... of the stream, of one kind or the other.
  std::uint64_t ahead_ = ~std::uint64_t{0};
  std::array<double, kAhead> noise_{};
  std::array<std::uint32_t, kAhead> draws_{};
};

}  // namespace lowprec::sgd
