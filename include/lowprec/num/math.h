// The functions of <cmath> for Num, found by argument-dependent lookup: `using std::exp; exp(x);` works unchanged.
//
// Every one is the exact result, rounded once by the rounding of the type (functions.h says what is known of that
// beyond 16 bits); domain errors are NaN, poles infinite, and the overflow rule follows. sqrt, fma, remainder, fmod and
// nextafter are in num.h, abs and copysign in min_max.h. Arguments that are no Num are first converted to the type
// of the one that is, but for the integer exponents of pow, ldexp and scalbn.
//
// The list in exact/functions.h declares them; `computed` below is what each does for a Num. The wrappers of Num
// (wrapper.h) come by here, too, and do what they do around an operation.
//
// For formats of at most 16 bits each argument is computed once in a program, and then looked up: some 10 ns instead of
// 10 to 300 microseconds, for 8 bytes a code and function. Safe in any number of threads.
#pragma once

#include <array>
#include <atomic>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numeric>
#include <span>
#include <string_view>

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

// An integer made from |x| by `to_integer`, with the sign of x. It is a number of the format, or leaves its range.
template <AnyNum N, class ToInteger>
constexpr N with_sign_of(N x, ToInteger to_integer) {
  const double magnitude = one_lane::Abs(x.value());
  return N(one_lane::CopySignToAbs(to_integer(magnitude), x.value()), 0);
}
constexpr double floor_of(double magnitude) { return one_lane::Floor(magnitude); }
constexpr double ceiling_of(double magnitude) {
  const double floor = one_lane::Floor(magnitude);
  return floor < magnitude ? floor + 1 : floor;
}
// Halves go up.
constexpr double nearest_of(double magnitude) {
  const double floor = one_lane::Floor(magnitude);
  return magnitude - floor >= 0.5 ? floor + 1 : floor;
}
template <AnyNum N>
inline constexpr bool has_double_value = std::same_as<decltype(N().value()), double>;

// By the table of known results, else by the exact one.
template <exact::Function kFunction, AnyNum N, std::same_as<N>... M>
N looked_up(N x, M... y) {
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
// By the reference arithmetic. Further operands are integers, taken as they are.
template <exact::Function kFunction, AnyNum N, std::integral... I>
N referred(N x, I... n) {
  const Wide operands[] = {Wide(x.value()), Wide(n)...};
  return N(exact::evaluate(N::reference(), kFunction, operands, next_draw<N>()), 0);
}

template <AnyNum N>
constexpr N scaled_by_power(N x, int n) {
  if constexpr (has_double_value<N>) {  // the product is exact in binary64, if exponents allow
    const int exponent = x.is_finite() && !x.is_zero() ? format::floor_log2(x.value()) : 0;
    const long result_exponent = static_cast<long>(exponent) + n;
    if (exponent > -1022 && result_exponent > -1022 + 52 && result_exponent < 1023 && n > -1022 && n < 1023)
      return N(x.value() * format::exp2i(n), next_draw<N>());
  }
  return referred<exact::Function::scalbn>(x, n);
}

// kFunction of its operands, rounded once.
template <exact::Function kFunction, AnyNum N, class... T>
constexpr N computed(N x, T... y) {
  using exact::Function;
  if constexpr (kFunction == Function::fdim)
    return (x <= ... <= y) ? N(0.0, 0) : (x - ... - y);
  else if constexpr (kFunction == Function::scalbn)
    return scaled_by_power(x, y...);
  else if constexpr (kFunction == Function::rint || (std::integral<T> || ...))
    return referred<kFunction>(x, y...);
  else if constexpr (!has_double_value<N>)
    return looked_up<kFunction>(x, y...);
  else if constexpr (kFunction == Function::ceil)
    return with_sign_of(x, [=](double m) { return x.is_negative() ? floor_of(m) : ceiling_of(m); });
  else if constexpr (kFunction == Function::floor)
    return with_sign_of(x, [=](double m) { return x.is_negative() ? ceiling_of(m) : floor_of(m); });
  else if constexpr (kFunction == Function::trunc)
    return with_sign_of(x, [](double m) { return floor_of(m); });
  else if constexpr (kFunction == Function::round)
    return with_sign_of(x, [](double m) { return nearest_of(m); });
  else
    return looked_up<kFunction>(x, y...);
}

// An operation of operation::…, of a Num as it is, of a wrapper with what that does around it.
template <class Operation, AnyNum N, class... T>
constexpr N performed(N x, T... y) {
  if constexpr (requires { typename N::number_type; })
    return N::template around<Operation>(x, y...);
  else
    return computed<Operation::function>(x, y...);
}

}  // namespace detail

// Each function as a type: see num/operations.h.
namespace operation {

#define LOWPREC_FUNCTION(enumerator, name, operands)                                                           \
  struct enumerator {                                                                                          \
    static constexpr exact::Function function = exact::Function::enumerator;                                   \
    static constexpr std::string_view label = #name;                                                           \
    template <class T, class... U>                                                                             \
    static constexpr T of(const T& x, const U&... y) {                                                         \
      using std::name;                                                                                         \
      return name(x, y...);                                                                                    \
    }                                                                                                          \
    static Wide exact(const Reference& r, std::span<const Wide> x, std::uint32_t draw, format::Flags* flags) { \
      return exact::evaluate(r, function, x, draw, flags);                                                     \
    }                                                                                                          \
  };
LOWPREC_FUNCTIONS(LOWPREC_FUNCTION)
#undef LOWPREC_FUNCTION

}  // namespace operation

}  // namespace lowprec::num

namespace lowprec {

#define LOWPREC_FUNCTION(enumerator, name, operands)                                                             \
  template <num::AnyNum N, std::same_as<N>... M>                                                                 \
  requires(sizeof...(M) == operands - 1 && !exact::takes_integer(exact::Function::enumerator)) constexpr N name( \
      N x, M... y) {                                                                                             \
    return num::detail::performed<num::operation::enumerator>(x, y...);                                          \
  }
LOWPREC_FUNCTIONS(LOWPREC_FUNCTION)
#undef LOWPREC_FUNCTION

// pow(x, n) with an integer n takes n as it is (IEEE 754-2019's pown), not rounded to the format.
template <num::AnyNum N, std::integral I>
N pow(N x, I n) {
  return num::detail::performed<num::operation::pow>(x, n);
}
// x 2^n, rounded once.
template <num::AnyNum N>
N scalbn(N x, int n) {
  return num::detail::performed<num::operation::scalbn>(x, n);
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
