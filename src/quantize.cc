#include "lowprec/quantize.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <mutex>
#include <type_traits>

#include "kernel/kernels.h"
#include "lowprec/grid.h"
#include "lowprec/overlap.h"
#include "lowprec/reference.h"
#include "lowprec/text.h"
#include "parallel.h"
#include "quantized_pieces.h"

namespace lowprec {
namespace {

constexpr std::size_t kPiece = 1024;  // elements of a temporary

[[noreturn]] void fail_out_of_range(const Quantizer& q, double x, std::uint64_t index) {
  throw Error(fmt::format("element {}: {} lies beyond the range of {}", index, to_string(x), to_string(q)));
}

// What arrays need of a quantizer.
struct Plan {
  Quantizer q;
  SteppedFormat stepped{};
  Grid<double> wide{};
  Grid<float> narrow{};
  bool has_wide = false;    // binary64 lanes are wide enough; else it goes number by number
  bool has_narrow = false;  // arrays of floats are rounded in float lanes
  bool is_plain = false;    // nothing but a deterministic rounding
  bool adds_bits = false;   // arrays of floats are rounded by adding random bits
  kernel::Stochastic random{};

  template <class T>
  const Grid<T>& grid() const {
    if constexpr (std::is_same_v<T, float>)
      return narrow;
    else
      return wide;
  }
  template <class T>
  bool has_grid() const {
    return std::is_same_v<T, float> ? has_narrow : has_wide;
  }
};

Plan make_plan(const Quantizer& q) {
  Plan plan{.q = q};
  if (!q.is_format()) return plan;
  plan.stepped = stepped_format(q);
  const auto& [format, step] = plan.stepped;
  if (!fits_lane<double>(format))
    throw Error(fmt::format("numbers of {} are not all binary64 numbers: only scalars have this format", to_string(q)));
  checked(format, q.overflow);
  plan.is_plain = step == 1 && !q.rounding.is_stochastic();
  plan.has_wide = has_grid<double>(format, q.rounding) && (step == 1 || can_scale(format, q.rounding, step));
  plan.has_narrow = plan.has_wide && plan.is_plain && has_grid<float>(format, q.rounding);
  if (plan.has_wide) plan.wide = make_grid<double>(format, q.rounding, q.overflow);
  if (plan.has_narrow) plan.narrow = make_grid<float>(format, q.rounding, q.overflow);
  plan.adds_bits = step == 1 && adds_random_bits(format, q.rounding, q.overflow);
  if (plan.adds_bits) plan.random = {make_random_bits_grid(format, q.rounding, q.overflow), plan.wide, q.rounding};
  return plan;
}

// Kept for the next call of this thread: short arrays are often quantized alike, one after the other.
const Plan& plan_of(const Quantizer& q) {
  thread_local Plan last = make_plan(Quantizer{});
  if (last.q != q) last = make_plan(q);
  return last;
}

// xi of the noises for indices first .. first + n.
void fill_noise(Quantizer::Noise noise, Stream stream, std::uint64_t first, std::span<double> out) {
  if (noise == Quantizer::Noise::gaussian) return fill_gaussian(stream, first, out);
  std::uint32_t draws[kPiece];
  fill_draws(stream, first, {draws, out.size()});
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = (draws[i] >> 31) != 0 ? 1.0 : -1.0;
}

// Calls f(i, n) for pieces i .. i + n of a whole.
template <class F>
void for_pieces(std::size_t whole, F f) {
  for (std::size_t i = 0; i < whole; i += kPiece) f(i, std::min(kPiece, whole - i));
}

template <class To, class From>
void convert(const From* in, To* out, std::size_t n) {
  std::transform(in, in + n, out, [](From x) { return static_cast<To>(x); });
}

// One call of quantize: runs of consecutive elements, the first of which has index `first`, in any order.
class Call {
 public:
  Call(const Quantizer& q, Stream stream, Events* events) : plan_(plan_of(q)), stream_(stream), events_(events) {
    if (q.kind == Quantizer::Kind::multiplicative) fill_noise(q.noise, stream, 0, {&common_, 1});
  }

  template <class T>
  void require_type() const {
    if (q().is_format() && std::is_same_v<T, float> && !fits_lane<float>(plan_.stepped.format))
      throw Error(fmt::format("not every number of {} is a binary32 number: use arrays of double",
                              to_string(plan_.stepped.format)));
  }

  // Elements whose work is worth a thread. Plain roundings wait for memory, which one thread nearly uses up as long as
  // the caches hold the arrays.
  std::size_t grain() const {
    const bool is_plain = plan_.is_plain || q().kind == Quantizer::Kind::none;
    return std::size_t{1} << (is_plain && events_ == nullptr ? 21 : 16);
  }

  template <class T>
  void run(const T* in, T* out, std::size_t n, std::uint64_t first) {
    Events events;
    if (q().is_format())
      round(in, out, n, first, events_ != nullptr ? &events : nullptr);
    else if (q().kind == Quantizer::Kind::none)
      std::copy_n(in, n, out);
    else
      add_noise(in, out, n, first);
    if (events_ == nullptr) return;
    const std::lock_guard lock(mutex_);
    *events_ += events;
  }

 private:
  const Quantizer& q() const { return plan_.q; }

  template <class T>
  void round(const T* in, T* out, std::size_t n, std::uint64_t first, Events* events) const {
    if (!plan_.has_wide) return round_by_reference(in, out, n, first, events);
    const bool is_plain = plan_.is_plain && plan_.has_grid<T>();
    if (is_plain && q().overflow != Overflow::error)
      return kernel::round(q().rounding.kind, plan_.grid<T>(), in, out, n, events);
    if constexpr (std::is_same_v<T, double>) {
      if (q().overflow != Overflow::error) return round_lanes(in, out, n, first, events);
    } else if (plan_.adds_bits) {
      return kernel::round(plan_.random, in, out, n, stream_, first, events);
    }
    for_pieces(n, [&](std::size_t i, std::size_t count) {
      if (is_plain) return round_checked<T>(in + i, out + i, count, first + i, events);
      round_checked<double>(in + i, out + i, count, first + i, events);
    });
  }

  void round_lanes(const double* in, double* out, std::size_t n, std::uint64_t first, Events* events) const {
    kernel::round(q().rounding.kind, plan_.wide, plan_.stepped.step, in, out, n, stream_, first, events);
  }
  void round_lanes(const float* in, float* out, std::size_t n, std::uint64_t, Events* events) const {
    kernel::round(q().rounding.kind, plan_.narrow, in, out, n, events);
  }

  // A piece through copies in lanes of L: under overflow=error the kernels mark a number out of range by NaN.
  template <class L, class T>
  void round_checked(const T* in, T* out, std::size_t n, std::uint64_t first, Events* events) const {
    L from[kPiece], to[kPiece];
    convert(in, from, n);
    round_lanes(from, to, n, first, events);
    for (std::size_t i = 0; i < n && q().overflow == Overflow::error; ++i)
      if (std::isnan(to[i]) && !std::isnan(from[i])) fail_out_of_range(q(), static_cast<double>(from[i]), first + i);
    convert(to, out, n);
  }

  // Where binary64 lanes are not wide enough: number by number.
  template <class T>
  void round_by_reference(const T* in, T* out, std::size_t n, std::uint64_t first, Events* events) const {
    const auto& [format, step] = plan_.stepped;
    const Reference reference(format, q().rounding, q().overflow);
    for (std::size_t i = 0; i < n; ++i) {
      const std::uint32_t draw = q().rounding.is_stochastic() ? stream_.draw(first + i) : 0;
      Flags flags;
      try {
        const auto steps = static_cast<double>(reference.div(in[i], step, draw, &flags));
        if (events != nullptr) count(format, q().overflow, steps, flags, *events);
        out[i] = static_cast<T>(steps * step);
      } catch (const Error&) {
        fail_out_of_range(q(), static_cast<double>(in[i]), first + i);
      }
    }
  }

  template <class T>
  void add_noise(const T* in, T* out, std::size_t n, std::uint64_t first) const {
    const double scale = std::sqrt(q().epsilon);
    double noise[kPiece];
    for_pieces(n, [&](std::size_t i, std::size_t count) {
      if (q().kind == Quantizer::Kind::multiplicative)
        std::fill_n(noise, count, common_);
      else
        fill_noise(q().noise, stream_, first + i, {noise, count});
      for (std::size_t j = 0; j < count; ++j) {
        const auto x = static_cast<double>(in[i + j]);
        const bool adds = q().kind == Quantizer::Kind::additive;
        out[i + j] = static_cast<T>(adds ? x + scale * noise[j] : x * (1.0 + scale * noise[j]));
      }
    });
  }

  const Plan& plan_;
  Stream stream_;
  double common_ = 0;  // xi of the multiplicative noise
  Events* events_;
  std::mutex mutex_;
};

template <class T>
void quantize_span(const Quantizer& q, std::span<const T> in, std::span<T> out, Stream stream, Events* events) {
  if (in.size() != out.size()) throw Error("quantize needs arrays of equal size");
  detail::require_same_or_apart(VectorView<const T>(in), VectorView<T>(out));
  Call call(q, stream, events);
  call.require_type<T>();
  const std::size_t n = in.size();
  if (n <= call.grain()) return call.run(in.data(), out.data(), n, 0);
  parallel_for(n, share(n, call.grain()), [&](std::size_t first, std::size_t last) {
    call.run(in.data() + first, out.data() + first, last - first, first);
  });
}

// Row i of a matrix, through copies where its elements do not lie one after the other.
template <class T>
void quantize_row(Call& call, VectorView<const T> in, VectorView<T> out, std::uint64_t first) {
  if (in.stride == 1 && out.stride == 1) return call.run(in.data, out.data, in.size, first);
  T piece[kPiece];
  for_pieces(in.size, [&](std::size_t i, std::size_t count) {
    for (std::size_t j = 0; j < count; ++j) piece[j] = in[i + j];
    call.run<T>(piece, piece, count, first + i);
    for (std::size_t j = 0; j < count; ++j) out[i + j] = piece[j];
  });
}

template <class T>
void quantize_matrix(const Quantizer& q, MatrixView<const T> in, MatrixView<T> out, Stream stream, Events* events) {
  if (in.rows != out.rows || in.columns != out.columns) throw Error("quantize needs matrices of equal shape");
  if (detail::meets_itself(out)) throw Error("two elements of a matrix that quantize writes to lie at the same place");
  detail::require_same_or_apart(in, out);
  Call call(q, stream, events);
  call.require_type<T>();
  if (in.columns == 0) return;
  const std::size_t rows = share(in.rows, call.grain() / in.columns + 1);
  parallel_for(in.rows, rows, [&](std::size_t first, std::size_t last) {
    for (std::size_t i = first; i < last; ++i) quantize_row(call, in.row(i), out.row(i), std::uint64_t{i} * in.columns);
  });
}

}  // namespace

template <class T>
void for_quantized_pieces(const Quantizer& q, std::span<const T> in, Stream stream, Events* events,
                          const std::function<void(std::size_t, std::span<const T>, std::span<const T>)>& see) {
  Call call(q, stream, events);
  call.require_type<T>();
  T out[kPiece];
  for_pieces(in.size(), [&](std::size_t first, std::size_t n) {
    call.run(in.data() + first, out, n, first);
    see(first, in.subspan(first, n), {out, n});
  });
}
template void for_quantized_pieces(
    const Quantizer&, std::span<const double>, Stream, Events*,
    const std::function<void(std::size_t, std::span<const double>, std::span<const double>)>&);
template void for_quantized_pieces(
    const Quantizer&, std::span<const float>, Stream, Events*,
    const std::function<void(std::size_t, std::span<const float>, std::span<const float>)>&);

SteppedFormat stepped_format(const Quantizer& q) {
  if (!(q.step > 0) || !std::isfinite(q.step)) throw Error("a step must be positive and finite");
  const int exponent = floor_log2(q.step);
  if (exp2i(exponent) == q.step) return {checked(q.format.scaled(exponent)), 1.0};
  return {q.format, q.step};
}

void quantize(const Quantizer& q, std::span<const double> in, std::span<double> out, Stream stream, Events* events) {
  quantize_span(q, in, out, stream, events);
}

void quantize(const Quantizer& q, std::span<const float> in, std::span<float> out, Stream stream, Events* events) {
  quantize_span(q, in, out, stream, events);
}

void quantize(const Quantizer& q, MatrixView<const double> in, MatrixView<double> out, Stream stream, Events* events) {
  quantize_matrix(q, in, out, stream, events);
}

void quantize(const Quantizer& q, MatrixView<const float> in, MatrixView<float> out, Stream stream, Events* events) {
  quantize_matrix(q, in, out, stream, events);
}

double quantize(const Quantizer& q, double x, Stream stream, Events* events) {
  double y = 0;
  quantize(q, {&x, 1}, {&y, 1}, stream, events);
  return y;
}

}  // namespace lowprec
