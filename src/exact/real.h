// Exact arithmetic: what an operation is before it is rounded.
#pragma once

#include <boost/multiprecision/cpp_int.hpp>
#include <cstdint>
#include <string_view>

#include "lowprec/format/events.h"
#include "lowprec/format/wide.h"

namespace lowprec::exact {

// Wide enough for sums of products whose exponents lie `most_gap` apart, and for divisors' numerators.
using Integer = boost::multiprecision::number<
    boost::multiprecision::cpp_int_backend<4096, 4096, boost::multiprecision::unsigned_magnitude,
                                           boost::multiprecision::unchecked, void>,
    boost::multiprecision::et_off>;

// significand * 2^exponent with a sign, an infinity or NaN. Exact, or rounded to odd at no fewer than 300 bits: then
// the last bit is 1 and stands for everything below it (Boldo & Melquiond, inria-00070603), which a rounding to at most
// 298 bits, random ones included, cannot tell from the exact number.
struct Real {
  Wide::Kind kind = Wide::Kind::finite;
  bool negative = false;
  Integer significand = 0;
  int exponent = 0;

  Real() = default;
  explicit Real(const Wide& x);
  Real(bool negative_, Integer significand_, int exponent_)
      : negative(negative_), significand(std::move(significand_)), exponent(exponent_) {}

  bool is_nan() const { return kind == Wide::Kind::nan; }
  bool is_infinite() const { return kind == Wide::Kind::infinite; }
  bool is_finite() const { return kind == Wide::Kind::finite; }
  bool is_zero() const { return is_finite() && significand == 0; }

  static Real infinity(bool negative);
  static Real nan();
};

Real negated(Real a);

// IEEE 754-2019, clauses 5.4, 6 and 7.2-7.3. An exact sum of zero is negative if both operands are, or if
// `zero_negative` and one of them is or they cancel.
Real sum(const Real& a, const Real& b, bool zero_negative, format::Flags& flags);
Real product(const Real& a, const Real& b, format::Flags& flags);
Real quotient(const Real& a, const Real& b, bool zero_divisor_nan, format::Flags& flags);
Real square_root(const Real& a, format::Flags& flags);
// a + b + c, no intermediate result rounded.
Real sum(const Real& a, const Real& b, const Real& c, bool zero_negative, format::Flags& flags);
// a - n b; n the nearest integer to a / b, ties to even, or truncated.
enum class Division { nearest, truncated };
Real remainder(const Real& a, const Real& b, Division division, format::Flags& flags);

// x plus (up) or minus a positive number smaller than any difference between numbers of formats.
Real nudged(const Real& x, bool up);

// A decimal or hexadecimal number, inf or nan. Error if the text is none of these.
Real parse(std::string_view text);

}  // namespace lowprec::exact
