// The functions' special cases (C11, Annex F; IEEE 754-2019, 9.2.1), and their results rounded.
#include <algorithm>

#include "exact/functions/functions.h"
#include "lowprec/format/presets.h"
#include "lowprec/exact/functions.h"

namespace lowprec {
namespace {

using exact::Integer;
using exact::Real;
using Operands = std::span<const Wide>;

constexpr FunctionName all_functions[] = {
    {Function::exp, "exp", 1},       {Function::exp2, "exp2", 1},         {Function::expm1, "expm1", 1},
    {Function::log, "log", 1},       {Function::log2, "log2", 1},         {Function::log10, "log10", 1},
    {Function::log1p, "log1p", 1},   {Function::sin, "sin", 1},           {Function::cos, "cos", 1},
    {Function::tan, "tan", 1},       {Function::asin, "asin", 1},         {Function::acos, "acos", 1},
    {Function::atan, "atan", 1},     {Function::sinh, "sinh", 1},         {Function::cosh, "cosh", 1},
    {Function::tanh, "tanh", 1},     {Function::asinh, "asinh", 1},       {Function::acosh, "acosh", 1},
    {Function::atanh, "atanh", 1},   {Function::cbrt, "cbrt", 1},         {Function::erf, "erf", 1},
    {Function::erfc, "erfc", 1},     {Function::tgamma, "tgamma", 1},     {Function::lgamma, "lgamma", 1},
    {Function::ceil, "ceil", 1},     {Function::floor, "floor", 1},       {Function::trunc, "trunc", 1},
    {Function::round, "round", 1},   {Function::rint, "rint", 1},         {Function::logb, "logb", 1},
    {Function::pow, "pow", 2},       {Function::atan2, "atan2", 2},       {Function::hypot, "hypot", 2},
    {Function::fdim, "fdim", 2},     {Function::midpoint, "midpoint", 2}, {Function::scalbn, "scalbn", 2},
    {Function::hypot3, "hypot3", 3}, {Function::lerp, "lerp", 3},
};

const Real kZero;
const Real kOne(false, 1, 0);

Real invalid(Flags& flags) {
  flags.invalid = true;
  return Real::nan();
}
Real pole(bool negative, Flags& flags) {
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

Real logarithm_of(const Wide& x, Finite f, Flags& flags) {
  if (x.is_zero()) return pole(true, flags);
  if (x.is_negative()) return invalid(flags);
  if (x.is_infinite()) return Real::infinity(false);
  return x == 1 ? kZero : f(Real(x));
}

Real periodic(const Wide& x, Finite f, const Real& at_zero, Flags& flags) {
  if (x.is_infinite()) return invalid(flags);
  return x.is_zero() ? at_zero : f(Real(x));
}

Real half_pi(bool negative) { return exact::arc_tangent2({negative, 1, 0}, {false, 1, -1000}); }

// For |x| <= 1 only.
bool leaves_unit(const Wide& x) { return x.abs() > Wide(1); }

Real gamma_of(const Wide& x, Flags& flags) {
  if (x.is_zero()) return pole(x.is_negative(), flags);
  if (x.is_infinite()) return x.is_negative() ? invalid(flags) : Real::infinity(false);
  if (x.is_negative() && is_integer(x)) return invalid(flags);
  return exact::gamma(Real(x));
}

Real log_gamma_of(const Wide& x, Flags& flags) {
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

Real logb_of(const Wide& x, Flags& flags) {
  if (x.is_zero()) return pole(true, flags);
  return x.is_infinite() ? Real::infinity(false) : integer(x.floor_log2());
}

Real pow_of(const Wide& x, const Wide& y, Flags& flags) {
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
Real hypot_of(Operands x, Flags& flags) {
  if (std::ranges::any_of(x, &Wide::is_infinite)) return Real::infinity(false);
  if (std::ranges::any_of(x, &Wide::is_nan)) return Real::nan();
  const auto square = [&](const Wide& a) { return exact::product(Real(a), Real(a), flags); };
  const Real third = x.size() > 2 ? square(x[2]) : kZero;
  const Real all = exact::sum(square(x[0]), square(x[1]), third, false, flags);
  // One operand alone is its own root, exactly; square_root would say so too, but for sums that are sticky.
  return exact::square_root(all, flags);
}

Real lerp_of(const Wide& a, const Wide& b, const Wide& t, Flags& flags) {
  const Real weighted = exact::product(Real(t), Real(b), flags), less = exact::product(Real(-t), Real(a), flags);
  return exact::sum(Real(a), weighted, less, false, flags);
}

Real scalbn_of(const Wide& x, const Wide& n, Flags& flags) {
  Real result(x);
  if (!x.is_finite() || x.is_zero()) return result;
  if (!is_integer(n)) return invalid(flags);
  const Wide limit(1'000'000);
  const int shift = n.abs() > limit ? 1'000'000 : static_cast<int>(to_int64(n.abs()));
  result.exponent += n.is_negative() ? -shift : shift;
  return result;
}

Real unary(Function f, const Wide& x, Rounding r, std::uint32_t draw, Flags& flags) {
  const Real infinity = Real::infinity(false);
  switch (f) {
    case Function::exp:
      return exponential_of(x, exact::exponential);
    case Function::exp2:
      return exponential_of(x, exact::exponential2);
    case Function::expm1:
      return x.is_infinite() && x.is_negative() ? integer(-1) : odd_function(x, infinity, exact::exponential_minus_1);
    case Function::log:
      return logarithm_of(x, exact::logarithm, flags);
    case Function::log2:
      return logarithm_of(x, exact::logarithm2, flags);
    case Function::log10:
      return logarithm_of(x, exact::logarithm10, flags);
    case Function::log1p:
      if (x == -1) return pole(true, flags);
      return x < Wide(-1) ? invalid(flags) : odd_function(x, infinity, exact::logarithm_plus_1);
    case Function::sin:
      return periodic(x, exact::sine, Real(x), flags);
    case Function::cos:
      return periodic(x, exact::cosine, kOne, flags);
    case Function::tan:
      return periodic(x, exact::tangent, Real(x), flags);
    case Function::asin:
      return leaves_unit(x) ? invalid(flags) : odd_function(x, infinity, exact::arc_sine);
    case Function::acos:
      if (leaves_unit(x)) return invalid(flags);
      return x == 1 ? kZero : x.is_zero() ? half_pi(false) : exact::arc_cosine(Real(x));
    case Function::atan:
      return odd_function(x, half_pi(false), exact::arc_tangent);
    case Function::sinh:
      return odd_function(x, infinity, exact::hyperbolic_sine);
    case Function::cosh:
      return x.is_infinite() ? infinity : exponential_of(x, exact::hyperbolic_cosine);
    case Function::tanh:
      return odd_function(x, kOne, exact::hyperbolic_tangent);
    case Function::asinh:
      return odd_function(x, infinity, exact::area_sine);
    case Function::acosh:
      if (x < Wide(1)) return invalid(flags);
      return x == 1 ? kZero : x.is_infinite() ? infinity : exact::area_cosine(Real(x));
    case Function::atanh:
      if (is_one(x)) return pole(x.is_negative(), flags);
      return leaves_unit(x) ? invalid(flags) : odd_function(x, infinity, exact::area_tangent);
    case Function::cbrt:
      return odd_function(x, infinity, exact::cube_root);
    case Function::erf:
      return odd_function(x, kOne, exact::error_function);
    case Function::erfc:
      if (x.is_infinite()) return x.is_negative() ? integer(2) : kZero;
      return x.is_zero() ? kOne : exact::complementary_error_function(Real(x));
    case Function::tgamma:
      return gamma_of(x, flags);
    case Function::lgamma:
      return log_gamma_of(x, flags);
    case Function::ceil:
      return integral(x, ru, 0);
    case Function::floor:
      return integral(x, rd, 0);
    case Function::trunc:
      return integral(x, rz, 0);
    case Function::round:
      return integral(x, rna, 0);
    case Function::rint:
      return integral(x, r, draw);
    default:
      return logb_of(x, flags);
  }
}

Real binary(Function f, Operands x, Flags& flags) {
  const Wide &a = x[0], &b = x[1];
  if (f == Function::pow) return pow_of(a, b, flags);
  if (f == Function::hypot) return hypot_of(x, flags);
  if (a.is_nan() || b.is_nan()) return Real::nan();
  switch (f) {
    case Function::atan2:
      return atan2_of(a, b);
    case Function::fdim:
      return a > b ? exact::sum(Real(a), Real(-b), false, flags) : kZero;
    case Function::midpoint: {
      Real sum = exact::sum(Real(a), Real(b), false, flags);
      --sum.exponent;
      return sum;
    }
    default:
      return scalbn_of(a, b, flags);
  }
}

Real exact_result(Function f, Operands x, Rounding r, std::uint32_t draw, Flags& flags) {
  if (x.size() == 1) return x[0].is_nan() ? Real::nan() : unary(f, x[0], r, draw, flags);
  if (x.size() == 2) return binary(f, x, flags);
  return f == Function::hypot3 ? hypot_of(x, flags) : lerp_of(x[0], x[1], x[2], flags);
}

}  // namespace

std::span<const FunctionName> function_names() { return all_functions; }

Wide evaluate(const Reference& r, Function f, Operands operands, std::uint32_t draw, Flags* flags) {
  Flags local = flags == nullptr ? Flags{} : *flags;
  const Wide result = r.round(exact_result(f, operands, r.rounding(), draw, local), draw, &local);
  if (flags != nullptr) *flags = local;
  return result;
}

double evaluate_to_odd(Function f, Operands operands) {
  static const Reference odd(binary64, ro, Overflow::infinity);
  return static_cast<double>(evaluate(odd, f, operands));
}

}  // namespace lowprec
