#include "exact/real.h"

#include <algorithm>
#include <array>
#include <utility>

namespace lowprec::exact {
namespace {

constexpr int kQuotientBits = 512;
// If the last bit of an operand lies this far above the leading bit of the other, only the sign of the other matters.
constexpr int kMostGap = 700;
// Below the quantum of every format and above the exponent limits of the lanes.
constexpr int kTinyExponent = -10'000'000;

Real invalid(format::Flags& flags) {
  flags.invalid = true;
  return Real::nan();
}

int bits(const Integer& x) { return x == 0 ? 0 : static_cast<int>(msb(x)) + 1; }

// One more or less than x * 2^kMostGap: the last bit is 1 and stands for a smaller number of that sign.
Real sticky(const Real& x, bool away) {
  const Integer shifted = x.significand << kMostGap;
  return {x.negative, away ? Integer(shifted + 1) : Integer(shifted - 1), x.exponent - kMostGap};
}

bool is_far_above(const Real& high, const Real& low) {
  return high.exponent - low.exponent - bits(low.significand) > kMostGap;
}

// Returns a + b of finite numbers other than zero. The sum is exact, or sticky if one operand hardly reaches the other.
Real finite_sum(const Real& a, const Real& b, bool zero_negative) {
  const Real& high = a.exponent >= b.exponent ? a : b;
  const Real& low = a.exponent >= b.exponent ? b : a;
  if (is_far_above(high, low)) return sticky(high, high.negative == low.negative);
  const Integer shifted = high.significand << (high.exponent - low.exponent);
  if (high.negative == low.negative) return {high.negative, Integer(shifted + low.significand), low.exponent};
  if (shifted == low.significand) return {zero_negative, 0, 0};
  if (shifted > low.significand) return {high.negative, Integer(shifted - low.significand), low.exponent};
  return {low.negative, Integer(low.significand - shifted), low.exponent};
}

// The magnitude of a finite number other than zero, less than that of another.
bool is_smaller(const Real& a, const Real& b) {
  const int left = bits(a.significand) + a.exponent, right = bits(b.significand) + b.exponent;
  if (left != right) return left < right;
  const int shift = a.exponent - b.exponent;
  return shift >= 0 ? Integer(a.significand << shift) < b.significand
                    : a.significand < Integer(b.significand << -shift);
}

}  // namespace

Real::Real(const Wide& x) : negative(x.is_negative()), exponent(x.exponent()) {
  kind = x.is_nan() ? Wide::Kind::nan : x.is_infinite() ? Wide::Kind::infinite : Wide::Kind::finite;
  significand = static_cast<std::uint64_t>(x.significand() >> 64);
  significand <<= 64;
  significand |= static_cast<std::uint64_t>(x.significand());
}

Real Real::infinity(bool negative) {
  Real result;
  result.kind = Wide::Kind::infinite;
  result.negative = negative;
  return result;
}

Real Real::nan() {
  Real result;
  result.kind = Wide::Kind::nan;
  return result;
}

Real negated(Real a) {
  a.negative = !a.negative;
  return a;
}

Real sum(const Real& a, const Real& b, bool zero_negative, format::Flags& flags) {
  if (a.is_nan() || b.is_nan()) return Real::nan();
  if (a.is_infinite() && b.is_infinite() && a.negative != b.negative) return invalid(flags);
  if (a.is_infinite()) return a;
  if (b.is_infinite()) return b;
  if (a.is_zero() && b.is_zero()) {
    const bool negative = zero_negative ? a.negative || b.negative : a.negative && b.negative;
    return {negative, 0, 0};
  }
  if (a.is_zero()) return b;
  if (b.is_zero()) return a;
  return finite_sum(a, b, zero_negative);
}

Real product(const Real& a, const Real& b, format::Flags& flags) {
  if ((a.is_infinite() && b.is_zero()) || (a.is_zero() && b.is_infinite())) return invalid(flags);
  if (a.is_nan() || b.is_nan()) return Real::nan();
  const bool negative = a.negative != b.negative;
  if (a.is_infinite() || b.is_infinite()) return Real::infinity(negative);
  return {negative, Integer(a.significand * b.significand), a.exponent + b.exponent};
}

Real quotient(const Real& a, const Real& b, bool zero_divisor_nan, format::Flags& flags) {
  if (a.is_nan() || b.is_nan()) return Real::nan();
  if ((a.is_zero() && b.is_zero()) || (a.is_infinite() && b.is_infinite())) return invalid(flags);
  const bool negative = a.negative != b.negative;
  if (b.is_zero()) {
    flags.division_by_zero = flags.division_by_zero || a.is_finite();
    return zero_divisor_nan ? invalid(flags) : Real::infinity(negative);
  }
  if (a.is_infinite()) return Real::infinity(negative);
  if (b.is_infinite()) return {negative, 0, 0};
  const int shift = kQuotientBits + bits(b.significand) - bits(a.significand);
  Integer digits, rest;
  divide_qr(Integer(a.significand << std::max(shift, 0)), b.significand, digits, rest);
  if (rest != 0) digits |= 1;
  return {negative, std::move(digits), a.exponent - b.exponent - std::max(shift, 0)};
}

Real square_root(const Real& a, format::Flags& flags) {
  if (a.is_nan() || a.is_zero()) return a;
  if (a.negative) return invalid(flags);
  if (a.is_infinite()) return a;
  int shift = std::max(2 * kQuotientBits - bits(a.significand), 0);
  shift += (a.exponent - shift) % 2 != 0 ? 1 : 0;
  Integer rest;
  Integer root = sqrt(Integer(a.significand << shift), rest);
  if (rest != 0) root |= 1;
  return {false, std::move(root), (a.exponent - shift) / 2};
}

Real sum(const Real& a, const Real& b, const Real& c, bool zero_negative, format::Flags& flags) {
  std::array<Real, 3> x{a, b, c};
  if (std::ranges::any_of(x, &Real::is_nan)) return Real::nan();
  const bool all_finite = std::ranges::all_of(x, &Real::is_finite);
  const bool all_zero = std::ranges::all_of(x, &Real::is_zero);
  if (all_zero) {
    const auto is_negative = [](const Real& r) { return r.negative; };
    return {zero_negative ? std::ranges::any_of(x, is_negative) : std::ranges::all_of(x, is_negative), 0, 0};
  }
  if (!all_finite) return sum(sum(a, b, zero_negative, flags), c, zero_negative, flags);
  // The two largest are added first if their sum is exact. Otherwise only the sign of the sum of the others matters for
  // the largest.
  std::ranges::sort(x, [](const Real& l, const Real& r) { return !r.is_zero() && (l.is_zero() || is_smaller(l, r)); });
  if (is_far_above(x[2], x[1])) return sum(x[2], sum(x[1], x[0], zero_negative, flags), zero_negative, flags);
  return sum(sum(x[2], x[1], zero_negative, flags), x[0], zero_negative, flags);
}

Real remainder(const Real& a, const Real& b, Division division, format::Flags& flags) {
  if (a.is_nan() || b.is_nan()) return Real::nan();
  if (a.is_infinite() || b.is_zero()) return invalid(flags);
  if (b.is_infinite() || a.is_zero()) return a;
  if (bits(a.significand) + a.exponent + 1 < bits(b.significand) + b.exponent) return a;  // |a| < |b| / 2
  // In units of the smaller quantum: a modulo 2 b tells a modulo b and whether floor(a / b) is odd.
  const int unit = std::min(a.exponent, b.exponent);
  const Integer divisor = b.significand << (b.exponent - unit);
  const Integer twice = divisor * 2;
  Integer rest = a.significand % twice;
  if (a.exponent > unit) rest = Integer(rest * Integer(powm(Integer(2), Integer(a.exponent - unit), twice))) % twice;
  const bool odd = rest >= divisor;
  if (odd) rest -= divisor;
  const Integer complement = divisor - rest;
  const bool up = division == Division::nearest && (rest > complement || (rest == complement && odd));
  return {up ? !a.negative : a.negative, up ? complement : rest, unit};
}

Real nudged(const Real& x, bool up) {
  if (!x.is_finite()) return x;
  if (x.is_zero()) return {!up, 1, kTinyExponent};
  return sticky(x, x.negative != up);
}

}  // namespace lowprec::exact
