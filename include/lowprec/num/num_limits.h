// std::numeric_limits and std::hash of Num: every limit follows from the fields of its format.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>

#include "lowprec/num/num.h"

namespace lowprec::num::detail {

// floor(e log10(2)) for |e| <= 200000: e log10(2) comes no nearer to an integer than 10^-7, but for e = 0.
constexpr int floor_log10_exp2(int e) {
  const double x = e * 0.301029995663981195;
  const int truncated = static_cast<int>(x);
  return x < truncated ? truncated - 1 : truncated;
}

// A positive number as a fraction in [1, 2) times a power of two.
struct Scaled {
  long double fraction;
  int exponent;
};

// 10^n, whose fraction is rounded |n| times.
constexpr Scaled power_of_ten(int n) {
  Scaled x{1, 0};
  for (int i = 0; i < (n < 0 ? -n : n); ++i) {
    x.fraction = n < 0 ? x.fraction / 10 : x.fraction * 10;
    for (; x.fraction >= 2; x.fraction /= 2) ++x.exponent;
    for (; x.fraction < 1; x.fraction *= 2) --x.exponent;
  }
  return x;
}

// The largest n with 10^n <= m, for m > 0.
constexpr int floor_log10(const format::Magnitude& m) {
  const int exponent = m.floor_log2();
  const int low = floor_log10_exp2(exponent), high = floor_log10_exp2(exponent + 1);
  if (low == high) return low;
  const Scaled ten = power_of_ten(high);
  const lowprec::format::Uint128 leading =
      m.significand << (128 - format::bit_width(m.significand)) >> 64;  // 64 bits, cut off
  const long double fraction = static_cast<long double>(static_cast<std::uint64_t>(leading)) / 0x1p63L;
  return ten.exponent < exponent || (ten.exponent == exponent && ten.fraction <= fraction) ? high : low;
}

constexpr std::float_round_style round_style(Rounding r) {
  const format::RoundingTraits& traits = format::traits(r.kind);
  if (traits.is_nearest()) return std::round_to_nearest;
  if (!traits.is_directed()) return std::round_indeterminate;
  const bool is_inward[] = {traits.choice(true) == format::Choice::inward,
                            traits.choice(false) == format::Choice::inward};
  if (is_inward[0] == is_inward[1]) return is_inward[0] ? std::round_toward_zero : std::round_indeterminate;
  return is_inward[0] ? std::round_toward_neg_infinity : std::round_toward_infinity;
}

}  // namespace lowprec::num::detail

// Integers (INT-k and UINT-k) answer as the integers of the language do: digits without the sign, min() the lowest,
// epsilon() 0. Fixed point answers as floating point whose least positive number is its step. Where a format has no
// number for what is asked (1/2 as the rounding error of integers), it is the next larger one.
template <lowprec::Format F, lowprec::Rounding R, lowprec::Overflow O>
struct std::numeric_limits<lowprec::Num<F, R, O>> {
 private:
  using N = lowprec::Num<F, R, O>;
  static constexpr bool is_grid = F.twos_complement;
  // 2^exponent or the least positive number, if that is larger.
  static constexpr N power(int exponent) {
    return N::power_of_two(std::max(exponent, F.template min_positive<lowprec::Wide>().floor_log2()));
  }
  static constexpr N from_code(lowprec::format::Uint128 code) {
    return N::from_code(static_cast<typename N::code_type>(code));
  }
  static constexpr int value_bits = is_grid ? F.magnitude_bits() : F.precision;

 public:
  static constexpr bool is_specialized = true;
  static constexpr bool is_signed = F.is_signed;
  static constexpr bool is_integer = is_grid && F.quantum_exponent() == 0;
  static constexpr bool is_exact = is_integer;
  static constexpr bool is_bounded = true;
  static constexpr bool is_modulo = O == lowprec::Overflow::wrap;
  static constexpr bool has_infinity = F.has_infinity;
  static constexpr bool has_quiet_NaN = F.has_nan();
  static constexpr bool has_signaling_NaN = false;
  static constexpr bool has_denorm_loss = false;
  static constexpr bool is_iec559 = F.has_infinity && F.exponent_bits() > 1 &&
                                    F.exponent_bits() <= 15 && F.precision > 1 &&
                                    F == lowprec::fp(std::clamp(F.exponent_bits(), 1, 15),
                                                     std::max(F.fraction_bits(), 1)) &&
                                    O == lowprec::Overflow::infinity &&
                                    (lowprec::format::traits(R.kind).is_nearest() ||
                                     lowprec::format::traits(R.kind).is_directed());
  static constexpr std::float_denorm_style has_denorm =
      !is_grid && F.has_zero && F.has_subnormals && F.precision > 1 ? std::denorm_present : std::denorm_absent;
  static constexpr bool traps = O == lowprec::Overflow::error;
  static constexpr bool tinyness_before = false;
  static constexpr std::float_round_style round_style = lowprec::num::detail::round_style(R);

  static constexpr int radix = 2;
  static constexpr int digits = value_bits;
  static constexpr int digits10 = lowprec::num::detail::floor_log10_exp2(is_integer ? value_bits : value_bits - 1);
  static constexpr int max_digits10 = is_integer ? 0 : lowprec::num::detail::floor_log10_exp2(value_bits) + 2;
  static constexpr int max_exponent = is_integer ? 0 : F.max_exponent() + 1;
  static constexpr int max_exponent10 = is_integer ? 0 : lowprec::num::detail::floor_log10(F.number(F.max_code()));

 private:
  static constexpr int least_exponent = is_grid ? F.quantum_exponent() : F.least_exponent;

 public:
  static constexpr int min_exponent = is_integer ? 0 : least_exponent + 1;
  static constexpr int min_exponent10 = is_integer ? 0 : -lowprec::num::detail::floor_log10_exp2(-least_exponent);

  static constexpr N max() { return from_code(F.max_code()); }
  static constexpr N lowest() {
    if (!F.is_signed) return F.has_zero ? N() : min();
    const lowprec::format::Uint128 sign = lowprec::format::Uint128{1} << (F.bits - 1);
    return from_code(is_grid ? sign + (F.symmetric ? 1U : 0U) : sign + F.max_code());
  }
  static constexpr N min() { return is_integer ? lowest() : N::power_of_two(least_exponent); }
  static constexpr N denorm_min() {
    if (is_integer) return N();
    return N::power_of_two(F.template min_positive<lowprec::Wide>().floor_log2());
  }
  // The distance from 1 to the next larger number.
  static constexpr N epsilon() { return is_integer ? N() : power(std::max(0, F.least_exponent) + 1 - F.precision); }
  static constexpr N round_error() { return is_integer ? N() : power(round_style == std::round_to_nearest ? -1 : 0); }
  static constexpr N infinity() { return has_infinity ? from_code(F.infinity_code()) : N(); }
  static constexpr N quiet_NaN() {
    if constexpr (F.has_nan())
      return from_code(lowprec::format::detail::nan_code(F));
    else
      return N();
  }
  static constexpr N signaling_NaN() { return quiet_NaN(); }
};

// Equal numbers have equal hashes: +0 and -0.
template <lowprec::Format F, lowprec::Rounding R, lowprec::Overflow O>
struct std::hash<lowprec::Num<F, R, O>> {
  std::size_t operator()(lowprec::Num<F, R, O> x) const noexcept {
    if constexpr (std::is_same_v<decltype(x.value()), double>) {
      return std::hash<double>()(x.value() + 0.0);
    } else {
      const lowprec::Wide wide = x.value();
      const auto fold = [](std::size_t seed, std::uint64_t word) {
        return seed * 0x9E3779B97F4A7C15U + std::hash<std::uint64_t>()(word);
      };
      const std::size_t sign = wide.is_zero() || wide.is_nan() ? 0 : wide.is_negative() ? 2 : 1;
      const std::size_t significand =
          fold(fold(sign + (wide.is_finite() ? 0 : 4), static_cast<std::uint64_t>(wide.significand())),
               static_cast<std::uint64_t>(wide.significand() >> 64));
      return fold(significand, static_cast<std::uint64_t>(wide.exponent()));
    }
  }
};
