// The operations of the lists in exact/operations.h as types, for code that does something around any operation.
//
// Each has `label`, what a log calls it; `of`, the operation itself on numbers of one type, native or of this library;
// and `exact`, the same by the reference arithmetic, with flags. (Those of the functions are in math.h.)
#pragma once

#include <cmath>
#include <span>
#include <string_view>

#include "lowprec/exact/operations.h"
#include "lowprec/exact/reference.h"

namespace lowprec::num::operation {

using Operands = std::span<const Wide>;

#define LOWPREC_OPERATOR(operation, symbol)                                                       \
  struct operation {                                                                              \
    static constexpr std::string_view label = #symbol;                                            \
    template <class T>                                                                            \
    static constexpr T of(const T& a, const T& b) {                                               \
      return a symbol b;                                                                          \
    }                                                                                             \
    static Wide exact(const Reference& r, Operands x, std::uint32_t draw, format::Flags* flags) { \
      return r.operation(x[0], x[1], draw, flags);                                                \
    }                                                                                             \
  };
LOWPREC_OPERATORS(LOWPREC_OPERATOR)
#undef LOWPREC_OPERATOR

#define LOWPREC_WIDE_1 x[0]
#define LOWPREC_WIDE_2 x[0], x[1]
#define LOWPREC_WIDE_3 x[0], x[1], x[2]
#define LOWPREC_OPERATION(name, operands)                                                         \
  struct name {                                                                                   \
    static constexpr std::string_view label = #name;                                              \
    template <class T>                                                                            \
    static constexpr T of(LOWPREC_PARAMETERS_##operands(const T&)) {                              \
      using std::name;                                                                            \
      return name(LOWPREC_ARGUMENTS_##operands);                                                  \
    }                                                                                             \
    static Wide exact(const Reference& r, Operands x, std::uint32_t draw, format::Flags* flags) { \
      return r.name(LOWPREC_WIDE_##operands, draw, flags);                                        \
    }                                                                                             \
  };
LOWPREC_NAMED_OPERATIONS(LOWPREC_OPERATION)
#undef LOWPREC_OPERATION
#undef LOWPREC_WIDE_1
#undef LOWPREC_WIDE_2
#undef LOWPREC_WIDE_3

// -x, which rounds only where the format lacks the number.
struct negation {
  static constexpr std::string_view label = "neg";
  template <class T>
  static constexpr T of(const T& a) {
    return -a;
  }
  static Wide exact(const Reference& r, Operands x, std::uint32_t draw, format::Flags* flags) {
    return r.convert(-x[0], draw, flags);
  }
};

// The entry of a number into the format.
struct conversion {
  static Wide exact(const Reference& r, Operands x, std::uint32_t draw, format::Flags* flags) {
    return r.convert(x[0], draw, flags);
  }
};

}  // namespace lowprec::num::operation
