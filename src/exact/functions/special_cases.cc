// The special cases of the functions (C11, Annex F; IEEE 754-2019, 9.2.1), and the rounding of their results.
#include <algorithm>

#include "exact/functions/functions.h"
#include "lowprec/exact/functions.h"
#include "lowprec/format/presets.h"

namespace lowprec {
namespace {

using exact::Integer;
using exact::Real;
using Operands = std::span<const Wide>;

const Real kZero;
const Real kOne(false, 1, 0);

Real invalid(format::Flags& flags) {
  flags.invalid = true;
  return Real::nan();
}
Real pole(bool negative, format::Flags& flags) {
  flags.division_by_zero = true;
  return Real::infinity(negative);
}
Real zero(bool negative) { return {negative, 0, 0}; }
Real integer(int n) { return {n < 0, Integer(std::abs(n)), 0}; }

bool is_one(const Wide& x) { return x.abs() == 1; }
bool is_integer(const Wide& x) { return x.is_finite() && x.exponent() >= 0; }
bool is_odd(const Wide& x) { return x.is_finite() && x.exponent() == 0 && !x.is_zero(); }

// Functions that are monotone with f(0) = 0, odd or not: their value at infinity.
using Finite = Real (*)(const Real&);
Real odd_function(const Wide& x, const Real& limit, Finite f) {
  if (x.is_zero()) return zero(x.is_negative());
  if (x.is_infinite()) return x.is_negative() ? exact::negated(limit) : limit;
  return f(Real(x));
}

Real exponential_of(const Wide& x, Finite f) {
  if (x.is_zero()) return kOne;
  if (x.is_infinite()) return x.is_negative() ? kZero : Real::infinity(false);
  return f(Real(x));
}

Real logarithm_of(const Wide& x, Finite f, format::Flags& flags) {
  if (x.is_zero()) return pole(true, flags);
  if (x.is_negative()) return invalid(flags);
  if (x.is_infinite()) return Real::infinity(false);
  return x == 1 ? kZero : f(Real(x));
}

Real periodic(const Wide& x, Finite f, const Real& at_zero, format::Flags& flags) {
  if (x.is_infinite()) return invalid(flags);
  return x.is_zero() ? at_zero : f(Real(x));
}

Real half_pi(bool negative) { return exact::arc_tangent2({negative, 1, 0}, {false, 1, -1000}); }

// For |x| <= 1 only.
bool leaves_unit(const Wide& x) { return x.abs() > Wide(1); }

Real gamma_of(const Wide& x, format::Flags& flags) {
  if (x.is_zero()) return pole(x.is_negative(), flags);
  if (x.is_infinite()) return x.is_negative() ? invalid(flags) : Real::infinity(false);
  if (x.is_negative() && is_integer(x)) return invalid(flags);
  return exact::gamma(Real(x));
}

Real log_gamma_of(const Wide& x, format::Flags& flags) {
  if (x.is_infinite()) return Real::infinity(false);
  if (x.is_zero() || (x.is_negative() && is_integer(x))) return pole(false, flags);
  return x == 1 || x == 2 ? kZero : exact::log_gamma(Real(x));
}

// To an integer by a rounding, in 113 bits; numbers of more bits than these before the point are integers.
Real integral(const Wide& x, Rounding r, std::uint32_t draw) {
  Format integers;
  integers.bits = 128;
  integers.precision = 113;
  integers.least_exponent = 112;
  integers.twos_complement = true;
  integers.has_negative_zero = true;
  if (!x.is_finite() || is_integer(x)) return Real(x);
  return Real(Reference(integers, r, Overflow::saturate).convert(x, draw));
}

Real logb_of(const Wide& x, format::Flags& flags) {
  if (x.is_zero()) return pole(true, flags);
  return x.is_infinite() ? Real::infinity(false) : integer(x.floor_log2());
}

Real pow_of(const Wide& x, const Wide& y, format::Flags& flags) {
  if (y.is_zero() || x == 1) return kOne;
  if (x.is_nan() || y.is_nan()) return Real::nan();
  const bool negative = x.is_negative() && is_odd(y);
  if (x.is_zero()) {
    if (!y.is_negative()) return zero(negative);
    return y.is_infinite() ? Real::infinity(false) : pole(negative, flags);
  }
  if (y.is_infinite()) {
    if (is_one(x)) return kOne;
    return (x.abs() > Wide(1)) == !y.is_negative() ? Real::infinity(false) : kZero;
  }
  if (x.is_infinite()) return y.is_negative() ? zero(negative) : Real::infinity(negative);
  if (x.is_negative() && !is_integer(y)) return invalid(flags);
  Real result = is_one(x) ? kOne : exact::power(Real(x.abs()), Real(y));
  result.negative = negative;
  return result;
}

// Multiples of pi / 4 at the ends.
Real atan2_of(const Wide& y, const Wide& x) {
  const auto end = [](const Wide& a) { return a.is_infinite() ? Real(a.is_negative(), 1, 0) : kZero; };
  if (y.is_infinite() || x.is_infinite()) {
    if (!y.is_infinite())
      return x.is_negative() ? exact::arc_tangent2({y.is_negative(), 1, -1000}, end(x)) : zero(y.is_negative());
    if (!x.is_infinite()) return half_pi(y.is_negative());
    return exact::arc_tangent2(end(y), end(x));
  }
  if (y.is_zero())
    return x.is_negative() ? exact::arc_tangent2({y.is_negative(), 1, -1000}, {true, 1, 0}) : zero(y.is_negative());
  return x.is_zero() ? half_pi(y.is_negative()) : exact::arc_tangent2(Real(y), Real(x));
}

// Squares and their sum are exact, or sticky; the root is rounded to odd.
Real hypot_of(Operands x, format::Flags& flags) {
  if (std::ranges::any_of(x, &Wide::is_infinite)) return Real::infinity(false);
  if (std::ranges::any_of(x, &Wide::is_nan)) return Real::nan();
  const auto square = [&](const Wide& a) { return exact::product(Real(a), Real(a), flags); };
  const Real third = x.size() > 2 ? square(x[2]) : kZero;
  const Real all = exact::sum(square(x[0]), square(x[1]), third, false, flags);
  // One operand alone is its own root, exactly; square_root would say so too, but for sums that are sticky.
  return exact::square_root(all, flags);
}

Real lerp_of(const Wide& a, const Wide& b, const Wide& t, format::Flags& flags) {
  const Real weighted = exact::product(Real(t), Real(b), flags), less = exact::product(Real(-t), Real(a), flags);
  return exact::sum(Real(a), weighted, less, false, flags);
}

Real scalbn_of(const Wide& x, const Wide& n, format::Flags& flags) {
  Real result(x);
  if (!x.is_finite() || x.is_zero()) return result;
  if (!is_integer(n)) return invalid(flags);
  const Wide limit(1'000'000);
  const int shift = n.abs() > limit ? 1'000'000 : static_cast<int>(exact::to_int64(n.abs()));
  result.exponent += n.is_negative() ? -shift : shift;
  return result;
}

Real midpoint_of(const Wide& a, const Wide& b, format::Flags& flags) {
  Real sum = exact::sum(Real(a), Real(b), false, flags);
  --sum.exponent;
  return sum;
}

// Whether a NaN operand does not yet make the result NaN: pow(1, NaN) = 1, hypot(inf, NaN) = inf, and lerp signals 0 *
// infinity.
bool looks_at_nan(exact::Function f) {
  using exact::Function;
  return f == Function::pow || f == Function::hypot || f == Function::hypot3 || f == Function::lerp;
}

Real exact_result(exact::Function f, Operands operands, Rounding r, std::uint32_t draw, format::Flags& flags) {
  if (!looks_at_nan(f) && std::ranges::any_of(operands, &Wide::is_nan)) return Real::nan();
  const Wide& x = operands[0];
  const Real infinity = Real::infinity(false);
  switch (f) {
    case exact::Function::exp:
      return exponential_of(x, exact::exponential);
    case exact::Function::exp2:
      return exponential_of(x, exact::exponential2);
    case exact::Function::expm1:
      return x.is_infinite() && x.is_negative() ? integer(-1) : odd_function(x, infinity, exact::exponential_minus_1);
    case exact::Function::log:
      return logarithm_of(x, exact::logarithm, flags);
    case exact::Function::log2:
      return logarithm_of(x, exact::logarithm2, flags);
    case exact::Function::log10:
      return logarithm_of(x, exact::logarithm10, flags);
    case exact::Function::log1p:
      if (x == -1) return pole(true, flags);
      return x < Wide(-1) ? invalid(flags) : odd_function(x, infinity, exact::logarithm_plus_1);
    case exact::Function::sin:
      return periodic(x, exact::sine, Real(x), flags);
    case exact::Function::cos:
      return periodic(x, exact::cosine, kOne, flags);
    case exact::Function::tan:
      return periodic(x, exact::tangent, Real(x), flags);
    case exact::Function::asin:
      return leaves_unit(x) ? invalid(flags) : odd_function(x, infinity, exact::arc_sine);
    case exact::Function::acos:
      if (leaves_unit(x)) return invalid(flags);
      return x == 1 ? kZero : x.is_zero() ? half_pi(false) : exact::arc_cosine(Real(x));
    case exact::Function::atan:
      return odd_function(x, half_pi(false), exact::arc_tangent);
    case exact::Function::sinh:
      return odd_function(x, infinity, exact::hyperbolic_sine);
    case exact::Function::cosh:
      return x.is_infinite() ? infinity : exponential_of(x, exact::hyperbolic_cosine);
    case exact::Function::tanh:
      return odd_function(x, kOne, exact::hyperbolic_tangent);
    case exact::Function::asinh:
      return odd_function(x, infinity, exact::area_sine);
    case exact::Function::acosh:
      if (x < Wide(1)) return invalid(flags);
      return x == 1 ? kZero : x.is_infinite() ? infinity : exact::area_cosine(Real(x));
    case exact::Function::atanh:
      if (is_one(x)) return pole(x.is_negative(), flags);
      return leaves_unit(x) ? invalid(flags) : odd_function(x, infinity, exact::area_tangent);
    case exact::Function::cbrt:
      return odd_function(x, infinity, exact::cube_root);
    case exact::Function::erf:
      return odd_function(x, kOne, exact::error_function);
    case exact::Function::erfc:
      if (x.is_infinite()) return x.is_negative() ? integer(2) : kZero;
      return x.is_zero() ? kOne : exact::complementary_error_function(Real(x));
    case exact::Function::tgamma:
      return gamma_of(x, flags);
    case exact::Function::lgamma:
      return log_gamma_of(x, flags);
    case exact::Function::ceil:
      return integral(x, ru, 0);
    case exact::Function::floor:
      return integral(x, rd, 0);
    case exact::Function::trunc:
      return integral(x, rz, 0);
    case exact::Function::round:
      return integral(x, rna, 0);
    case exact::Function::rint:
      return integral(x, r, draw);
    case exact::Function::logb:
      return logb_of(x, flags);
    case exact::Function::pow:
      return pow_of(x, operands[1], flags);
    case exact::Function::atan2:
      return atan2_of(x, operands[1]);
    case exact::Function::fdim:
      return x > operands[1] ? exact::sum(Real(x), Real(-operands[1]), false, flags) : kZero;
    case exact::Function::midpoint:
      return midpoint_of(x, operands[1], flags);
    case exact::Function::scalbn:
      return scalbn_of(x, operands[1], flags);
    case exact::Function::hypot:
    case exact::Function::hypot3:
      return hypot_of(operands, flags);
    case exact::Function::lerp:
      return lerp_of(x, operands[1], operands[2], flags);
  }
  return Real::nan();  // f is no Function
}

}  // namespace

Wide exact::evaluate(const Reference& r, exact::Function f, Operands operands, std::uint32_t draw,
                     format::Flags* flags) {
  format::Flags local = flags == nullptr ? format::Flags{} : *flags;
  const Wide result = r.round(exact_result(f, operands, r.rounding(), draw, local), draw, &local);
  if (flags != nullptr) *flags = local;
  return result;
}

double exact::evaluate_to_odd(exact::Function f, Operands operands) {
  static const Reference odd(binary64, ro, Overflow::infinity);
  return static_cast<double>(exact::evaluate(odd, f, operands));
}

}  // namespace lowprec
