// One call of a quantizer on arrays.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <mutex>
#include <type_traits>

#include "array/quantizer_plan.h"
#include "lowprec/format/names.h"
#include "lowprec/format/number_text.h"

namespace lowprec::array {

inline constexpr std::size_t kPiece = 1024;  // elements of a temporary

// Calls f(i, n) for pieces i .. i + n of a whole.
template <class F>
void for_pieces(std::size_t whole, F f) {
  for (std::size_t i = 0; i < whole; i += kPiece) f(i, std::min(kPiece, whole - i));
}

}  // namespace lowprec::array

namespace lowprec {

template <class To, class From>
void convert(const From* in, To* out, std::size_t n) {
  std::transform(in, in + n, out, [](From x) { return static_cast<To>(x); });
}

}  // namespace lowprec

namespace lowprec::array {

// One call of quantize: runs of consecutive elements, the first of which has index `first`, in any order.
class QuantizerCall {
 public:
  // Element i takes draw, or number of a noise, offset + i.
  QuantizerCall(const QuantizerPlan& plan, Stream stream, std::uint64_t offset, Events* events)
      : plan_(plan), stream_(stream), offset_(offset), events_(events) {
    const Noise* noise = plan.q.noise();
    if (noise != nullptr && noise->is_common()) fill_noise(noise->distribution, stream, offset, {&common_, 1});
  }

  // What the quantizer is, where its results are rounded.
  const Rounded& rounded() const { return plan_.rounded; }
  double step() const { return plan_.stepped.step; }

  template <class T>
  void require_type() const {
    if (plan_.q.rounded() != nullptr && std::is_same_v<T, float> && !lane::fits_lane<float>(plan_.stepped.format))
      throw Error(fmt::format("not every number of {} is a binary32 number: use arrays of double",
                              to_string(plan_.stepped.format)));
  }

  // Elements whose work is worth a thread. Plain roundings wait for memory, which one thread nearly uses up as long as
  // the caches hold the arrays.
  std::size_t grain() const {
    const bool is_plain = plan_.is_plain || plan_.q.is_none();
    return std::size_t{1} << (is_plain && events_ == nullptr ? 21 : 16);
  }

  template <class T>
  void run(const T* in, T* out, std::size_t n, std::uint64_t first) {
    run(in, out, n, first, step());
  }
  // By the one thread that makes this call.
  template <class T>
  void run_alone(const T* in, T* out, std::size_t n) const {
    apply(in, out, n, 0, step(), events_);
  }
  // With another step.
  template <class T>
  void run(const T* in, T* out, std::size_t n, std::uint64_t first, double step) {
    Events events;
    apply(in, out, n, first, step, events_ != nullptr ? &events : nullptr);
    if (events_ == nullptr) return;
    const std::lock_guard lock(mutex_);
    *events_ += events;
  }

  // The step that absmax gives elements of largest magnitude m.
  double scaled_step(double m) const { return m > 0 ? absmax_step(plan_.stepped.format, m) : 1; }

 private:
  template <class T>
  void apply(const T* in, T* out, std::size_t n, std::uint64_t first, double step, Events* events) const {
    plan_.q.visit([&](const Identity&) { std::copy_n(in, n, out); },
                  [&](const Rounded&) { round(in, out, n, first, step, events); },
                  [&](const Noise& noise) { add_noise(noise, in, out, n, first); });
  }

  template <class T>
  void round(const T* in, T* out, std::size_t n, std::uint64_t first, double step, Events* events) const {
    if (!plan_.has_lanes(step)) return round_one_by_one(in, out, n, first, step, events);
    const bool is_plain = plan_.is_plain && plan_.has_lane_constants<T>();
    if (is_plain && rounded().overflow != Overflow::error)
      return kernel::round(rounded().rounding.kind, plan_.grid<T>(), in, out, n, events);
    if constexpr (std::is_same_v<T, double>) {
      if (plan_.adds_wide_bits && (offset_ + first) % 4 == 0)
        return kernel::round(plan_.wide_random, in, out, n, stream_, offset_ + first, events);
      if (rounded().overflow != Overflow::error) return round_lanes(in, out, n, first, step, events);
    } else if (plan_.adds_bits) {
      return kernel::round(plan_.random, in, out, n, stream_, offset_ + first, events);
    }
    for_pieces(n, [&](std::size_t i, std::size_t count) {
      if (is_plain) return round_checked<T>(in + i, out + i, count, first + i, step, events);
      round_checked<double>(in + i, out + i, count, first + i, step, events);
    });
  }

  void round_lanes(const double* in, double* out, std::size_t n, std::uint64_t first, double step,
                   Events* events) const {
    kernel::round(rounded().rounding.kind, plan_.wide, step, in, out, n, stream_, offset_ + first, events);
  }
  void round_lanes(const float* in, float* out, std::size_t n, std::uint64_t, double, Events* events) const {
    kernel::round(rounded().rounding.kind, plan_.narrow, in, out, n, events);
  }

  // A piece through copies in lanes of L: under overflow=error the kernels mark a number out of range by NaN.
  template <class L, class T>
  void round_checked(const T* in, T* out, std::size_t n, std::uint64_t first, double step, Events* events) const {
    L from[kPiece], to[kPiece];
    convert(in, from, n);
    round_lanes(from, to, n, first, step, events);
    for (std::size_t i = 0; i < n && rounded().overflow == Overflow::error; ++i)
      if (std::isnan(to[i]) && !std::isnan(from[i]))
        fail_out_of_range(rounded(), static_cast<double>(from[i]), first + i);
    convert(to, out, n);
  }

  // Where binary64 lanes are not wide enough: number by number.
  template <class T>
  void round_one_by_one(const T* in, T* out, std::size_t n, std::uint64_t first, double step, Events* events) const {
    for (std::size_t i = 0; i < n; ++i) {
      const std::uint32_t draw = rounded().rounding.is_stochastic() ? stream_.draw(offset_ + first + i) : 0;
      try {
        out[i] = static_cast<T>(round_by_reference(plan_, step, in[i], draw, events));
      } catch (const Error&) {
        fail_out_of_range(rounded(), static_cast<double>(in[i]), first + i);
      }
    }
  }

  template <class T>
  void add_noise(const Noise& law, const T* in, T* out, std::size_t n, std::uint64_t first) const {
    const double scale = plan_.noise_scale;
    const bool adds = law.law == Noise::Law::additive;
    double noise[kPiece];
    for_pieces(n, [&](std::size_t i, std::size_t count) {
      if (law.is_common())
        std::fill_n(noise, count, common_);
      else
        fill_noise(law.distribution, stream_, offset_ + first + i, {noise, count});
      for (std::size_t j = 0; j < count; ++j) {
        const auto x = static_cast<double>(in[i + j]);
        out[i + j] = static_cast<T>(adds ? x + scale * noise[j] : x * (1.0 + scale * noise[j]));
      }
    });
  }

  const QuantizerPlan& plan_;
  Stream stream_;
  std::uint64_t offset_;
  double common_ = 0;  // xi of the multiplicative noise
  Events* events_;
  std::mutex mutex_;
};

}  // namespace lowprec::array
