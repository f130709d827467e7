#include "lowprec/quantize.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "kernel/kernels.h"
#include "lowprec/grid.h"
#include "lowprec/reference.h"
#include "lowprec/text.h"

namespace lowprec {
namespace {

constexpr std::size_t kPiece = 1024;  // elements of a temporary

void require_equal_sizes(std::size_t a, std::size_t b) {
  if (a != b) throw Error("quantize needs arrays of equal size");
}

[[noreturn]] void fail_out_of_range(const Quantizer& q, double x, std::size_t index) {
  throw Error(fmt::format("element {}: {} lies beyond the range of {}", index, to_string(x), to_string(q)));
}

// overflow=error: the kernels mark a number out of range by NaN.
template <class T>
void require_in_range(const Quantizer& q, const T* in, const T* out, std::size_t n, std::size_t first) {
  if (q.overflow != Overflow::error) return;
  for (std::size_t i = 0; i < n; ++i)
    if (std::isnan(out[i]) && !std::isnan(in[i])) fail_out_of_range(q, static_cast<double>(in[i]), first + i);
}

// xi of the noises for indices first .. first + n.
void fill_noise(Quantizer::Noise noise, Stream stream, std::uint64_t first, std::span<double> out) {
  if (noise == Quantizer::Noise::gaussian) return fill_gaussian(stream, first, out);
  std::uint32_t draws[kPiece];
  fill_draws(stream, first, {draws, out.size()});
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = (draws[i] >> 31) != 0 ? 1.0 : -1.0;
}

// Calls f(in, out, first) for pieces of the arrays, through a copy where they may overlap or are not of type double.
template <class T, class F>
void for_pieces(std::span<const T> in, std::span<T> out, F f) {
  double from[kPiece], to[kPiece];
  for (std::size_t first = 0; first < in.size(); first += kPiece) {
    const std::size_t n = std::min(kPiece, in.size() - first);
    std::copy_n(in.begin() + static_cast<std::ptrdiff_t>(first), n, from);
    f(std::span<const double>(from, n), std::span<double>(to, n), first);
    std::transform(to, to + n, out.begin() + static_cast<std::ptrdiff_t>(first),
                   [](double x) { return static_cast<T>(x); });
  }
}

template <class T>
void add_noise(const Quantizer& q, std::span<const T> in, std::span<T> out, Stream stream) {
  const double scale = std::sqrt(q.epsilon);
  double common = 0;
  if (q.kind == Quantizer::Kind::multiplicative) fill_noise(q.noise, stream, 0, {&common, 1});
  for_pieces(in, out, [&](std::span<const double> from, std::span<double> to, std::size_t first) {
    if (q.kind == Quantizer::Kind::multiplicative)
      std::fill(to.begin(), to.end(), common);
    else
      fill_noise(q.noise, stream, first, to);
    for (std::size_t i = 0; i < to.size(); ++i)
      to[i] = q.kind == Quantizer::Kind::additive ? from[i] + scale * to[i] : from[i] * (1.0 + scale * to[i]);
  });
}

struct Prepared {
  SteppedFormat stepped;
  Grid<double> grid{};
  bool has_lanes = false;
};

Prepared prepared(const Quantizer& q) {
  const SteppedFormat stepped = stepped_format(q);
  if (!fits_lane<double>(stepped.format))
    throw Error(fmt::format("numbers of {} are not all binary64 numbers: only scalars have this format", to_string(q)));
  checked(stepped.format, q.overflow);
  const bool has_lanes = has_grid<double>(stepped.format, q.rounding) &&
                         (stepped.step == 1 || can_scale(stepped.format, q.rounding, stepped.step));
  if (!has_lanes) return {stepped};
  return {stepped, make_grid<double>(stepped.format, q.rounding, q.overflow), true};
}

// Where binary64 lanes are not wide enough: number by number.
template <class T>
void round_by_reference(const Quantizer& q, const SteppedFormat& stepped, std::span<const T> in, std::span<T> out,
                        Stream stream, Events* events) {
  const Reference reference(stepped.format, q.rounding, q.overflow);
  for (std::size_t i = 0; i < in.size(); ++i) {
    const std::uint32_t draw = q.rounding.is_stochastic() ? stream.draw(i) : 0;
    Flags flags;
    try {
      const auto steps = static_cast<double>(reference.div(in[i], stepped.step, draw, &flags));
      if (events != nullptr) count(steps, flags, *events);
      out[i] = static_cast<T>(steps * stepped.step);
    } catch (const Error&) {
      fail_out_of_range(q, static_cast<double>(in[i]), i);
    }
  }
}

bool is_plain(const Quantizer& q, const SteppedFormat& stepped, const Events* events) {
  return stepped.step == 1 && !q.rounding.is_stochastic() && events == nullptr;
}

void round_to_format(const Quantizer& q, std::span<const double> in, std::span<double> out, Stream stream,
                     Events* events) {
  const Prepared p = prepared(q);
  if (!p.has_lanes) return round_by_reference(q, p.stepped, in, out, stream, events);
  if (q.overflow == Overflow::error) {
    for_pieces(in, out, [&](std::span<const double> from, std::span<double> to, std::size_t first) {
      kernel::round(q.rounding.kind, p.grid, p.stepped.step, from.data(), to.data(), from.size(), stream, first,
                    events);
      require_in_range(q, from.data(), to.data(), from.size(), first);
    });
  } else if (is_plain(q, p.stepped, events)) {
    kernel::round(q.rounding.kind, p.grid, in.data(), out.data(), in.size());
  } else {
    kernel::round(q.rounding.kind, p.grid, p.stepped.step, in.data(), out.data(), in.size(), stream, 0, events);
  }
}

// False, and nothing done, where the integer sum is not enough.
bool round_by_random_bits(const Quantizer& q, std::span<const float> in, std::span<float> out, Stream stream) {
  if (!q.rounding.is_stochastic()) return false;
  const auto [format, step] = stepped_format(q);
  if (step != 1 || !adds_random_bits(format, q.rounding, q.overflow)) return false;
  const auto grid = make_random_bits_grid(format, q.rounding, q.overflow);
  kernel::round({grid, format, q.rounding, q.overflow}, in.data(), out.data(), in.size(), stream);
  return true;
}

void round_to_format(const Quantizer& q, std::span<const float> in, std::span<float> out, Stream stream,
                     Events* events) {
  if (events == nullptr && round_by_random_bits(q, in, out, stream)) return;
  const Prepared p = prepared(q);
  if (!fits_lane<float>(p.stepped.format))
    throw Error(
        fmt::format("not every number of {} is a binary32 number: use arrays of double", to_string(p.stepped.format)));
  if (!p.has_lanes) return round_by_reference(q, p.stepped, in, out, stream, events);
  if (is_plain(q, p.stepped, events) && q.overflow != Overflow::error &&
      has_grid<float>(p.stepped.format, q.rounding)) {
    const auto narrow = make_grid<float>(p.stepped.format, q.rounding, q.overflow);
    return kernel::round(q.rounding.kind, narrow, in.data(), out.data(), in.size());
  }
  for_pieces(in, out, [&](std::span<const double> from, std::span<double> to, std::size_t first) {
    kernel::round(q.rounding.kind, p.grid, p.stepped.step, from.data(), to.data(), from.size(), stream, first, events);
    require_in_range(q, from.data(), to.data(), from.size(), first);
  });
}

template <class T>
void quantize_array(const Quantizer& q, std::span<const T> in, std::span<T> out, Stream stream, Events* events) {
  require_equal_sizes(in.size(), out.size());
  switch (q.kind) {
    case Quantizer::Kind::none:
      std::copy(in.begin(), in.end(), out.begin());
      return;
    case Quantizer::Kind::format:
      return round_to_format(q, in, out, stream, events);
    default:
      return add_noise(q, in, out, stream);
  }
}

}  // namespace

SteppedFormat stepped_format(const Quantizer& q) {
  if (!(q.step > 0) || !std::isfinite(q.step)) throw Error("a step must be positive and finite");
  const int exponent = floor_log2(q.step);
  if (exp2i(exponent) == q.step) return {checked(q.format.scaled(exponent)), 1.0};
  return {q.format, q.step};
}

void quantize(const Quantizer& q, std::span<const double> in, std::span<double> out, Stream stream, Events* events) {
  quantize_array(q, in, out, stream, events);
}

void quantize(const Quantizer& q, std::span<const float> in, std::span<float> out, Stream stream, Events* events) {
  quantize_array(q, in, out, stream, events);
}

double quantize(const Quantizer& q, double x, Stream stream, Events* events) {
  double y = 0;
  quantize(q, {&x, 1}, {&y, 1}, stream, events);
  return y;
}

}  // namespace lowprec
