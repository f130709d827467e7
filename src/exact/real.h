// Exact arithmetic: the results of operations before they are rounded.
#pragma once

#include <boost/multiprecision/cpp_int.hpp>
#include <cstdint>
#include <string_view>

#include "lowprec/format/events.h"
#include "lowprec/format/wide.h"

namespace lowprec::exact {

// An Integer is wide enough for sums of products whose exponents lie `most_gap` apart, and for numerators of quotients.
using Integer = boost::multiprecision::number<
    boost::multiprecision::cpp_int_backend<4096, 4096, boost::multiprecision::unsigned_magnitude,
                                           boost::multiprecision::unchecked, void>,
    boost::multiprecision::et_off>;

// A Real is significand * 2^exponent with a sign, an infinity, or NaN. It is exact, or it is rounded to odd at 300 bits
// or more. Then its last bit is 1 and stands for everything below it (Boldo & Melquiond, inria-00070603). A rounding to
// at most 298 bits, random ones included, cannot tell it from the exact number.
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

// Operations follow IEEE 754-2019, clauses 5.4, 6 and 7.2-7.3. An exact sum of zero is negative if both operands are
// negative. If `zero_negative` holds, it is also negative if one operand is, or if they cancel.
Real sum(const Real& a, const Real& b, bool zero_negative, format::Flags& flags);
Real product(const Real& a, const Real& b, format::Flags& flags);
Real quotient(const Real& a, const Real& b, bool zero_divisor_nan, format::Flags& flags);
Real square_root(const Real& a, format::Flags& flags);
// Returns a + b + c and rounds no intermediate result.
Real sum(const Real& a, const Real& b, const Real& c, bool zero_negative, format::Flags& flags);
// Returns a - n b. n is the integer nearest to a / b, ties to even, or a / b truncated.
enum class Division { nearest, truncated };
Real remainder(const Real& a, const Real& b, Division division, format::Flags& flags);

// Returns x plus (up) or minus a positive number that is smaller than any difference between numbers of formats.
Real nudged(const Real& x, bool up);

// Reads a decimal or hexadecimal number, inf or nan. Throws Error if the text is none of these.
Real parse(std::string_view text);

}  // namespace lowprec::exact
