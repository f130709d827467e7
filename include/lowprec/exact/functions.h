// The functions of <cmath>, of numbers of any format, rounded once. The names by which C++ finds them are in math.h.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "lowprec/exact/reference.h"

namespace lowprec::exact {

// Functions of one, two and three numbers.
enum class Function : std::uint8_t {
  exp,
  exp2,
  expm1,
  log,
  log2,
  log10,
  log1p,
  sin,
  cos,
  tan,
  asin,
  acos,
  atan,
  sinh,
  cosh,
  tanh,
  asinh,
  acosh,
  atanh,
  cbrt,
  erf,
  erfc,
  tgamma,
  lgamma,
  ceil,
  floor,
  trunc,
  round,
  rint,
  logb,
  pow,
  atan2,
  hypot,
  fdim,
  midpoint,
  scalbn,
  hypot3,
  lerp,
};

struct FunctionName {
  Function function;
  std::string_view name;
  int operands;
};

// Every function, by the name of <cmath> (hypot3 is hypot of three).
std::span<const FunctionName> function_names();

// The exact result, rounded by r. Special cases as C's Annex F (IEEE 754-2019, 9.2) has them.
//
// Ceil, floor, trunc, round, rint (which rounds by r), logb, hypot, fdim, midpoint ((a + b) / 2), scalbn (a 2^b, b an
// integer) and lerp ((1 - t) a + t b) come from exact integers. The others are computed to 320 bits, of which 280 are
// kept: the result is correctly rounded unless the exact one lies within a relative 2^-280 of a number of the format,
// or of a boundary between two, without being it. No case is known; for formats of at most 16 bits the tests show that
// there is none.
Wide evaluate(const Reference& r, Function f, std::span<const Wide> operands, std::uint32_t draw = 0,
              format::Flags* flags = nullptr);

// The same, rounded to odd in binary64: the first of the two roundings of takes_odd_numbers.
double evaluate_to_odd(Function f, std::span<const Wide> operands);

}  // namespace lowprec::exact
