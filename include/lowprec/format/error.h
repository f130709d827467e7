// What lowprec throws, and what it refuses to be compiled with.
#pragma once

#include <stdexcept>
#include <string>

#include "lowprec/format/language.h"

#if defined(__FAST_MATH__) || defined(__ASSOCIATIVE_MATH__) || defined(__RECIPROCAL_MATH__) || \
    defined(__NO_SIGNED_ZEROS__) || (defined(__FINITE_MATH_ONLY__) && __FINITE_MATH_ONLY__ > 0)
#error "lowprec: -ffast-math (or -Ofast) rewrites the arithmetic that lowprec rounds exactly; compile without it"
#endif
namespace lowprec {

// A parameter, a text or a value that lowprec cannot accept; what() says which and what is allowed.
class Error : public std::invalid_argument {
 public:
  using std::invalid_argument::invalid_argument;
};

}  // namespace lowprec
