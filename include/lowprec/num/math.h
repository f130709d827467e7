// The functions of <cmath> for Num, found by argument-dependent lookup: `using std::exp; exp(x);` works unchanged.
//
// Every one is the exact result, rounded once by the rounding of the type (functions.h says what is known of that
// beyond 16 bits); domain errors are NaN, poles infinite, and the overflow rule follows. sqrt, fma, remainder, fmod and
// nextafter are in num.h, abs and copysign in min_max.h. Arguments that are no Num are first converted to the type
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
#include "lowprec/num/min_max.h"
#include "lowprec/num/native_operators.h"
#include "lowprec/num/num.h"

namespace lowprec::num {

namespace detail {

// Results rounded to odd in binary64, by code: bits xor `not_yet`, which is no result, so that the array begins as
// zeros.
template <exact::Function kFunction, int kBits, Format F>
inline std::array<std::atomic<std::uint64_t>, std::size_t{1} << kBits> odd_results{};

inline double looked_up(std::atomic<std::uint64_t>& entry, exact::Function f, std::span<const Wide> operands) {
  constexpr std::uint64_t not_yet = 0x7FF8A5A5A5A5A5A5;  // a NaN that no function returns
  const std::uint64_t known = entry.load(std::memory_order_relaxed);
  if (known != 0) return std::bit_cast<double>(known ^ not_yet);
  const double result = exact::evaluate_to_odd(f, operands);
  entry.store(std::bit_cast<std::uint64_t>(result) ^ not_yet, std::memory_order_relaxed);
  return result;
}

template <AnyNum N>
std::uint32_t next_draw() {
  if constexpr (N::rounding.is_stochastic()) return ScopedStream::next();
  return 0;
}

// kFunction of its operands, rounded once.
template <exact::Function kFunction, AnyNum N, std::same_as<N>... M>
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
    return N(exact::evaluate_to_odd(kFunction, operands), draw);
  else
    return N(exact::evaluate(N::reference(), kFunction, operands, draw), 0);
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

}  // namespace lowprec::num

namespace lowprec {

template <num::AnyNum N>
N exp(N x) {
  return num::detail::evaluated<exact::Function::exp>(x);
}
template <num::AnyNum N>
N exp2(N x) {
  return num::detail::evaluated<exact::Function::exp2>(x);
}
template <num::AnyNum N>
N expm1(N x) {
  return num::detail::evaluated<exact::Function::expm1>(x);
}
template <num::AnyNum N>
N log(N x) {
  return num::detail::evaluated<exact::Function::log>(x);
}
template <num::AnyNum N>
N log2(N x) {
  return num::detail::evaluated<exact::Function::log2>(x);
}
template <num::AnyNum N>
N log10(N x) {
  return num::detail::evaluated<exact::Function::log10>(x);
}
template <num::AnyNum N>
N log1p(N x) {
  return num::detail::evaluated<exact::Function::log1p>(x);
}
template <num::AnyNum N>
N sin(N x) {
  return num::detail::evaluated<exact::Function::sin>(x);
}
template <num::AnyNum N>
N cos(N x) {
  return num::detail::evaluated<exact::Function::cos>(x);
}
template <num::AnyNum N>
N tan(N x) {
  return num::detail::evaluated<exact::Function::tan>(x);
}
template <num::AnyNum N>
N asin(N x) {
  return num::detail::evaluated<exact::Function::asin>(x);
}
template <num::AnyNum N>
N acos(N x) {
  return num::detail::evaluated<exact::Function::acos>(x);
}
template <num::AnyNum N>
N atan(N x) {
  return num::detail::evaluated<exact::Function::atan>(x);
}
template <num::AnyNum N>
N sinh(N x) {
  return num::detail::evaluated<exact::Function::sinh>(x);
}
template <num::AnyNum N>
N cosh(N x) {
  return num::detail::evaluated<exact::Function::cosh>(x);
}
template <num::AnyNum N>
N tanh(N x) {
  return num::detail::evaluated<exact::Function::tanh>(x);
}
template <num::AnyNum N>
N asinh(N x) {
  return num::detail::evaluated<exact::Function::asinh>(x);
}
template <num::AnyNum N>
N acosh(N x) {
  return num::detail::evaluated<exact::Function::acosh>(x);
}
template <num::AnyNum N>
N atanh(N x) {
  return num::detail::evaluated<exact::Function::atanh>(x);
}
template <num::AnyNum N>
N cbrt(N x) {
  return num::detail::evaluated<exact::Function::cbrt>(x);
}
template <num::AnyNum N>
N erf(N x) {
  return num::detail::evaluated<exact::Function::erf>(x);
}
template <num::AnyNum N>
N erfc(N x) {
  return num::detail::evaluated<exact::Function::erfc>(x);
}
template <num::AnyNum N>
N tgamma(N x) {
  return num::detail::evaluated<exact::Function::tgamma>(x);
}
template <num::AnyNum N>
N lgamma(N x) {
  return num::detail::evaluated<exact::Function::lgamma>(x);
}

// pow(x, n) with an integer n takes n as it is (IEEE 754-2019's pown), not rounded to the format.
template <num::AnyNum N>
N pow(N x, N y) {
  return num::detail::evaluated<exact::Function::pow>(x, y);
}
template <num::AnyNum N, std::integral I>
N pow(N x, I n) {
  const Wide operands[] = {Wide(x.value()), Wide(n)};
  return N(exact::evaluate(N::reference(), exact::Function::pow, operands, num::detail::next_draw<N>()), 0);
}
template <num::AnyNum N>
N atan2(N y, N x) {
  return num::detail::evaluated<exact::Function::atan2>(y, x);
}
template <num::AnyNum N>
N hypot(N x, N y) {
  return num::detail::evaluated<exact::Function::hypot>(x, y);
}
template <num::AnyNum N>
N hypot(N x, N y, N z) {
  return num::detail::evaluated<exact::Function::hypot3>(x, y, z);
}
// x - y if that is positive, else 0.
template <num::AnyNum N>
N fdim(N x, N y) {
  return x <= y ? N(0.0, 0) : x - y;
}
// (1 - t) a + t b and (a + b) / 2, rounded once.
template <num::AnyNum N>
N lerp(N a, N b, N t) {
  return num::detail::evaluated<exact::Function::lerp>(a, b, t);
}
template <num::AnyNum N>
N midpoint(N a, N b) {
  return num::detail::evaluated<exact::Function::midpoint>(a, b);
}

template <num::AnyNum N>
constexpr N fabs(N x) {
  return abs(x);
}
template <num::AnyNum N>
constexpr N fmin(N x, N y) {
  return minimum_number(x, y);
}
template <num::AnyNum N>
constexpr N fmax(N x, N y) {
  return maximum_number(x, y);
}

template <num::AnyNum N>
constexpr N floor(N x) {
  if constexpr (num::detail::has_double_value<N>)
    return num::detail::with_sign_of(
        x, [=](double m) { return x.is_negative() ? num::detail::ceiling(m) : one_lane::Floor(m); });
  else
    return num::detail::evaluated<exact::Function::floor>(x);
}
template <num::AnyNum N>
constexpr N ceil(N x) {
  if constexpr (num::detail::has_double_value<N>)
    return num::detail::with_sign_of(
        x, [=](double m) { return x.is_negative() ? one_lane::Floor(m) : num::detail::ceiling(m); });
  else
    return num::detail::evaluated<exact::Function::ceil>(x);
}
template <num::AnyNum N>
constexpr N trunc(N x) {
  if constexpr (num::detail::has_double_value<N>)
    return num::detail::with_sign_of(x, [](double m) { return one_lane::Floor(m); });
  else
    return num::detail::evaluated<exact::Function::trunc>(x);
}
// Halves away from zero.
template <num::AnyNum N>
constexpr N round(N x) {
  if constexpr (num::detail::has_double_value<N>)
    return num::detail::with_sign_of(x, [](double m) {
      const double floor = one_lane::Floor(m);
      return m - floor >= 0.5 ? floor + 1 : floor;
    });
  else
    return num::detail::evaluated<exact::Function::round>(x);
}
// By the rounding of the type.
template <num::AnyNum N>
N rint(N x) {
  const Wide operand[] = {Wide(x.value())};
  return N(exact::evaluate(N::reference(), exact::Function::rint, operand, num::detail::next_draw<N>()), 0);
}
template <num::AnyNum N>
N nearbyint(N x) {
  return rint(x);
}
// Error if the type does not reach the integer.
template <num::AnyNum N>
long lround(N x) {
  return x.template to_integer<long>(rna);
}
template <num::AnyNum N>
long long llround(N x) {
  return x.template to_integer<long long>(rna);
}
template <num::AnyNum N>
long lrint(N x) {
  return x.template to_integer<long>(N::rounding, num::detail::next_draw<N>());
}
template <num::AnyNum N>
long long llrint(N x) {
  return x.template to_integer<long long>(N::rounding, num::detail::next_draw<N>());
}

}  // namespace lowprec
