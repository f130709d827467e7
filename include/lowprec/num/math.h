// The functions of <cmath> for Num, found by argument-dependent lookup: `using std::exp; exp(x);` works unchanged.
//
// Every one is the exact result, rounded once by the rounding of the type (functions.h says what is known of that
// beyond 16 bits); domain errors are NaN, poles infinite, and the overflow rule follows. sqrt, fma, remainder, fmod and
// nextafter are in num.h, abs and copysign in selection.h. Arguments that are no Num are first converted to the type
// of the one that is, but for the integer exponents of pow, ldexp and scalbn.
//
// For formats of at most 16 bits each argument is computed once in a program, and then looked up: some 10 ns instead of
// 10 to 300 microseconds, for 8 bytes a code and function. Safe in any number of threads.
#pragma once

#include <array>
#include <atomic>
#include <cmath>
#include <cstdint>
#include <limits>

#include "lowprec/exact/functions.h"
#include "lowprec/num/num.h"

namespace lowprec {

namespace detail {

// Results rounded to odd in binary64, by code: bits xor `not_yet`, which is no result, so that the array begins as
// zeros.
template <Function kFunction, int kBits, Format F>
inline std::array<std::atomic<std::uint64_t>, std::size_t{1} << kBits> odd_results{};

inline double looked_up(std::atomic<std::uint64_t>& entry, Function f, std::span<const Wide> operands) {
  constexpr std::uint64_t not_yet = 0x7FF8A5A5A5A5A5A5;  // a NaN that no function returns
  const std::uint64_t known = entry.load(std::memory_order_relaxed);
  if (known != 0) return std::bit_cast<double>(known ^ not_yet);
  const double result = evaluate_to_odd(f, operands);
  entry.store(std::bit_cast<std::uint64_t>(result) ^ not_yet, std::memory_order_relaxed);
  return result;
}

template <AnyNum N>
std::uint32_t next_draw() {
  if constexpr (N::rounding.is_stochastic()) return ScopedStream::next();
  return 0;
}

// kFunction of its operands, rounded once.
template <Function kFunction, AnyNum N, std::same_as<N>... M>
N evaluated(N x, M... y) {
  constexpr Format f = N::format;
  constexpr int index_bits = f.bits * (1 + static_cast<int>(sizeof...(y)));
  const std::uint32_t draw = next_draw<N>();
  const Wide operands[] = {Wide(x.value()), Wide(y.value())...};
  if constexpr (N::takes_odd_numbers && index_bits <= 16) {
    if (!(x.is_nan() || ... || y.is_nan())) {
      std::uint64_t index = x.code();
      ((index = index << f.bits | y.code()), ...);
      return N(looked_up(odd_results<kFunction, index_bits, f>[index], kFunction, operands), draw);
    }
  }
  if constexpr (N::takes_odd_numbers)
    return N(evaluate_to_odd(kFunction, operands), draw);
  else
    return N(evaluate(N::reference(), kFunction, operands, draw), 0);
}

// An integer made from |x| by `to_integer`, with the sign of x. It is a number of the format, or leaves its range.
template <AnyNum N, class ToInteger>
constexpr N with_sign_of(N x, ToInteger to_integer) {
  const double magnitude = one_lane::Abs(x.value());
  return N(one_lane::CopySignToAbs(to_integer(magnitude), x.value()), 0);
}
constexpr double ceiling(double magnitude) {
  const double floor = one_lane::Floor(magnitude);
  return floor < magnitude ? floor + 1 : floor;
}
template <AnyNum N>
inline constexpr bool has_double_value = std::same_as<decltype(N().value()), double>;

}  // namespace detail

template <AnyNum N>
N exp(N x) {
  return detail::evaluated<Function::exp>(x);
}
template <AnyNum N>
N exp2(N x) {
  return detail::evaluated<Function::exp2>(x);
}
template <AnyNum N>
N expm1(N x) {
  return detail::evaluated<Function::expm1>(x);
}
template <AnyNum N>
N log(N x) {
  return detail::evaluated<Function::log>(x);
}
template <AnyNum N>
N log2(N x) {
  return detail::evaluated<Function::log2>(x);
}
template <AnyNum N>
N log10(N x) {
  return detail::evaluated<Function::log10>(x);
}
template <AnyNum N>
N log1p(N x) {
  return detail::evaluated<Function::log1p>(x);
}
template <AnyNum N>
N sin(N x) {
  return detail::evaluated<Function::sin>(x);
}
template <AnyNum N>
N cos(N x) {
  return detail::evaluated<Function::cos>(x);
}
template <AnyNum N>
N tan(N x) {
  return detail::evaluated<Function::tan>(x);
}
template <AnyNum N>
N asin(N x) {
  return detail::evaluated<Function::asin>(x);
}
template <AnyNum N>
N acos(N x) {
  return detail::evaluated<Function::acos>(x);
}
template <AnyNum N>
N atan(N x) {
  return detail::evaluated<Function::atan>(x);
}
template <AnyNum N>
N sinh(N x) {
  return detail::evaluated<Function::sinh>(x);
}
template <AnyNum N>
N cosh(N x) {
  return detail::evaluated<Function::cosh>(x);
}
template <AnyNum N>
N tanh(N x) {
  return detail::evaluated<Function::tanh>(x);
}
template <AnyNum N>
N asinh(N x) {
  return detail::evaluated<Function::asinh>(x);
}
template <AnyNum N>
N acosh(N x) {
  return detail::evaluated<Function::acosh>(x);
}
template <AnyNum N>
N atanh(N x) {
  return detail::evaluated<Function::atanh>(x);
}
template <AnyNum N>
N cbrt(N x) {
  return detail::evaluated<Function::cbrt>(x);
}
template <AnyNum N>
N erf(N x) {
  return detail::evaluated<Function::erf>(x);
}
template <AnyNum N>
N erfc(N x) {
  return detail::evaluated<Function::erfc>(x);
}
template <AnyNum N>
N tgamma(N x) {
  return detail::evaluated<Function::tgamma>(x);
}
template <AnyNum N>
N lgamma(N x) {
  return detail::evaluated<Function::lgamma>(x);
}

// pow(x, n) with an integer n takes n as it is (IEEE 754-2019's pown), not rounded to the format.
template <AnyNum N>
N pow(N x, N y) {
  return detail::evaluated<Function::pow>(x, y);
}
template <AnyNum N, std::integral I>
N pow(N x, I n) {
  const Wide operands[] = {Wide(x.value()), Wide(n)};
  return N(evaluate(N::reference(), Function::pow, operands, detail::next_draw<N>()), 0);
}
template <AnyNum N>
N atan2(N y, N x) {
  return detail::evaluated<Function::atan2>(y, x);
}
template <AnyNum N>
N hypot(N x, N y) {
  return detail::evaluated<Function::hypot>(x, y);
}
template <AnyNum N>
N hypot(N x, N y, N z) {
  return detail::evaluated<Function::hypot3>(x, y, z);
}
// x - y if that is positive, else 0.
template <AnyNum N>
N fdim(N x, N y) {
  return x <= y ? N(0.0, 0) : x - y;
}
// (1 - t) a + t b and (a + b) / 2, rounded once.
template <AnyNum N>
N lerp(N a, N b, N t) {
  return detail::evaluated<Function::lerp>(a, b, t);
}
template <AnyNum N>
N midpoint(N a, N b) {
  return detail::evaluated<Function::midpoint>(a, b);
}

template <AnyNum N>
constexpr N fabs(N x) {
  return abs(x);
}
template <AnyNum N>
constexpr N fmin(N x, N y) {
  return minimum_number(x, y);
}
template <AnyNum N>
constexpr N fmax(N x, N y) {
  return maximum_number(x, y);
}

template <AnyNum N>
constexpr N floor(N x) {
  if constexpr (detail::has_double_value<N>)
    return detail::with_sign_of(x, [=](double m) { return x.is_negative() ? detail::ceiling(m) : one_lane::Floor(m); });
  else
    return detail::evaluated<Function::floor>(x);
}
template <AnyNum N>
constexpr N ceil(N x) {
  if constexpr (detail::has_double_value<N>)
    return detail::with_sign_of(x, [=](double m) { return x.is_negative() ? one_lane::Floor(m) : detail::ceiling(m); });
  else
    return detail::evaluated<Function::ceil>(x);
}
template <AnyNum N>
constexpr N trunc(N x) {
  if constexpr (detail::has_double_value<N>)
    return detail::with_sign_of(x, [](double m) { return one_lane::Floor(m); });
  else
    return detail::evaluated<Function::trunc>(x);
}
// Halves away from zero.
template <AnyNum N>
constexpr N round(N x) {
  if constexpr (detail::has_double_value<N>)
    return detail::with_sign_of(x, [](double m) {
      const double floor = one_lane::Floor(m);
      return m - floor >= 0.5 ? floor + 1 : floor;
    });
  else
    return detail::evaluated<Function::round>(x);
}
// By the rounding of the type.
template <AnyNum N>
N rint(N x) {
  const Wide operand[] = {Wide(x.value())};
  return N(evaluate(N::reference(), Function::rint, operand, detail::next_draw<N>()), 0);
}
template <AnyNum N>
N nearbyint(N x) {
  return rint(x);
}
// Error if the type does not reach the integer.
template <AnyNum N>
long lround(N x) {
  return x.template to_integer<long>(rna);
}
template <AnyNum N>
long long llround(N x) {
  return x.template to_integer<long long>(rna);
}
template <AnyNum N>
long lrint(N x) {
  return x.template to_integer<long>(N::rounding, detail::next_draw<N>());
}
template <AnyNum N>
long long llrint(N x) {
  return x.template to_integer<long long>(N::rounding, detail::next_draw<N>());
}

}  // namespace lowprec

#include "lowprec/num/classify.h"
