// The functions of <cmath>, of numbers of any format, rounded once. The names by which C++ finds them are in math.h.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "lowprec/exact/reference.h"

namespace lowprec::exact {

// The list of all functions. This enumeration, num/math.h, the number types, calc and the tests iterate it:
// X(enumerator, name in <cmath>, operands). The exact results stand in src/exact/functions/special_cases.cc, which does
// not compile while one is missing.
#define LOWPREC_FUNCTIONS(X) \
  X(exp, exp, 1)             \
  X(exp2, exp2, 1)           \
  X(expm1, expm1, 1)         \
  X(log, log, 1)             \
  X(log2, log2, 1)           \
  X(log10, log10, 1)         \
  X(log1p, log1p, 1)         \
  X(sin, sin, 1)             \
  X(cos, cos, 1)             \
  X(tan, tan, 1)             \
  X(asin, asin, 1)           \
  X(acos, acos, 1)           \
  X(atan, atan, 1)           \
  X(sinh, sinh, 1)           \
  X(cosh, cosh, 1)           \
  X(tanh, tanh, 1)           \
  X(asinh, asinh, 1)         \
  X(acosh, acosh, 1)         \
  X(atanh, atanh, 1)         \
  X(cbrt, cbrt, 1)           \
  X(erf, erf, 1)             \
  X(erfc, erfc, 1)           \
  X(tgamma, tgamma, 1)       \
  X(lgamma, lgamma, 1)       \
  X(ceil, ceil, 1)           \
  X(floor, floor, 1)         \
  X(trunc, trunc, 1)         \
  X(round, round, 1)         \
  X(rint, rint, 1)           \
  X(logb, logb, 1)           \
  X(pow, pow, 2)             \
  X(atan2, atan2, 2)         \
  X(hypot, hypot, 2)         \
  X(fdim, fdim, 2)           \
  X(midpoint, midpoint, 2)   \
  X(scalbn, scalbn, 2)       \
  X(hypot3, hypot, 3)        \
  X(lerp, lerp, 3)

enum class Function : std::uint8_t {
#define LOWPREC_ENUMERATOR(function, name, operands) function,
  LOWPREC_FUNCTIONS(LOWPREC_ENUMERATOR)
#undef LOWPREC_ENUMERATOR
};

struct FunctionName {
  Function function;
  std::string_view name;  // of the enumerator: hypot3 is <cmath>'s hypot of three
  int operands;
};

inline constexpr FunctionName all_functions[] = {
#define LOWPREC_ROW(function, name, operands) {Function::function, #function, operands},
    LOWPREC_FUNCTIONS(LOWPREC_ROW)
#undef LOWPREC_ROW
};

// Every function, in the order of the list.
constexpr std::span<const FunctionName> function_names() { return all_functions; }

// Whether the last operand is an integer of the language, not a number of the format.
constexpr bool takes_integer(Function f) { return f == Function::scalbn; }

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
