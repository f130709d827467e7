// The lists of the arithmetic operations, which Reference, Num, the number types around it and calc have in common.
// They are iterated wherever a type has them. (The list of functions is in functions.h.)
#pragma once

#include "lowprec/format/language.h"

// X(operation, operator): the operations of two numbers that are written as operators.
#define LOWPREC_OPERATORS(X) \
  X(add, +)                  \
  X(sub, -)                  \
  X(mul, *)                  \
  X(div, /)

// X(operation, operands): the operations that are written as functions.
#define LOWPREC_NAMED_OPERATIONS(X) \
  X(sqrt, 1)                        \
  X(fma, 3)                         \
  X(remainder, 2)                   \
  X(fmod, 2)

// The parameters of such an operation, each of type T, and the arguments for them.
#define LOWPREC_PARAMETERS_1(T) T a
#define LOWPREC_PARAMETERS_2(T) T a, T b
#define LOWPREC_PARAMETERS_3(T) T a, T b, T c
#define LOWPREC_ARGUMENTS_1 a
#define LOWPREC_ARGUMENTS_2 a, b
#define LOWPREC_ARGUMENTS_3 a, b, c
