// The functions of <cmath> for number types under their names in namespace std, for code that says std::sqrt(x).
//
// Such code names std itself, so a compiler does not look for functions of lowprec: it must find them in std where it
// reads that code. Include this header before the code's headers. The functions are those of lowprec/math.h. C++ does
// not provide for additions to namespace std; these are overloads that take number types of lowprec only, which no
// other code has.
#pragma once

#include <algorithm>
#include <cmath>
#include <numeric>

#include "lowprec/math.h"
#include "lowprec/num/implicit.h"

namespace std {

// NOLINTBEGIN(cert-dcl58-cpp): what this header is for.
#define LOWPREC_FUNCTION(enumerator, name, operands) using lowprec::name;
LOWPREC_FUNCTIONS(LOWPREC_FUNCTION)
#undef LOWPREC_FUNCTION
#define LOWPREC_OPERATION(name, operands) using lowprec::name;
LOWPREC_NAMED_OPERATIONS(LOWPREC_OPERATION)
#undef LOWPREC_OPERATION

using lowprec::abs, lowprec::fabs, lowprec::copysign, lowprec::fmin, lowprec::fmax;
using lowprec::fpclassify, lowprec::isfinite, lowprec::isinf, lowprec::isnan, lowprec::isnormal, lowprec::signbit;
using lowprec::frexp, lowprec::ilogb, lowprec::ldexp, lowprec::modf, lowprec::remquo, lowprec::scalbln;
using lowprec::isgreater, lowprec::isgreaterequal, lowprec::isless, lowprec::islessequal;
using lowprec::islessgreater, lowprec::isunordered;
using lowprec::llrint, lowprec::llround, lowprec::lrint, lowprec::lround, lowprec::nearbyint;
using lowprec::nextafter, lowprec::nexttoward;

// std::max(x, 0.0) and the like: the native number is first converted, as in arithmetic. They return a copy.
template <lowprec::num::AnyNum N, lowprec::num::NativeNumber T>
constexpr N max(const N& a, T b) {
  return std::max<N>(a, N(b));
}
template <lowprec::num::AnyNum N, lowprec::num::NativeNumber T>
constexpr N max(T a, const N& b) {
  return std::max<N>(N(a), b);
}
template <lowprec::num::AnyNum N, lowprec::num::NativeNumber T>
constexpr N min(const N& a, T b) {
  return std::min<N>(a, N(b));
}
template <lowprec::num::AnyNum N, lowprec::num::NativeNumber T>
constexpr N min(T a, const N& b) {
  return std::min<N>(N(a), b);
}
// NOLINTEND(cert-dcl58-cpp)

}  // namespace std
