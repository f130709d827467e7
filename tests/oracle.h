// What lowprec must compute, found the slow way: every value of a format enumerated from the definition of its fields,
// exact rational results in unbounded integers, a search among the neighbours. Shares no code and no formula with the
// library; only the enumerators of Rounding::Kind and Overflow are its.
//
// Sources: IEEE 754-2019, 3.4 (fields), 4.3 (roundings), 6.3 (signs), 7.4 (overflow); OCP 8-bit Floating Point
// Specification 1.0; OCP Microscaling Formats 1.0; IEEE P3109 v4.0, 3.4 (stochastic roundings).
#pragma once

#include <boost/multiprecision/cpp_int.hpp>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "lowprec/rounding.h"

namespace oracle {

using boost::multiprecision::cpp_int;
using lowprec::Overflow;
using lowprec::Rounding;

// A number num / den * 2^exponent with a sign, an infinity or NaN.
struct Exact {
  enum Kind { finite, infinite, nan };
  Kind kind = finite;
  bool negative = false;
  cpp_int num = 0;
  cpp_int den = 1;
  int exponent = 0;
  bool any_sign = false;  // a zero whose sign lowprec does not promise (x - x)

  bool is_zero() const { return kind == finite && num == 0; }
};

inline Exact exact(double x) {
  Exact e;
  e.negative = std::signbit(x);
  if (std::isnan(x)) return {.kind = Exact::nan};
  if (std::isinf(x)) return {.kind = Exact::infinite, .negative = e.negative};
  const double fraction = std::frexp(std::fabs(x), &e.exponent);
  e.num = static_cast<std::uint64_t>(std::ldexp(fraction, 53));
  e.exponent -= 53;
  return e;
}

inline Exact negated(Exact a) {
  a.negative = !a.negative;
  return a;
}

// IEEE 754-2019, 5.4.1, 6.1, 7.2, 7.3.
inline Exact sum(const Exact& a, const Exact& b) {
  if (a.kind == Exact::nan || b.kind == Exact::nan) return {.kind = Exact::nan};
  if (a.kind == Exact::infinite && b.kind == Exact::infinite)
    return a.negative == b.negative ? a : Exact{.kind = Exact::nan};
  if (a.kind == Exact::infinite) return a;
  if (b.kind == Exact::infinite) return b;
  const int exponent = std::min(a.exponent, b.exponent);
  const cpp_int left = (a.num * b.den) << (a.exponent - exponent);
  const cpp_int right = (b.num * a.den) << (b.exponent - exponent);
  Exact result;
  result.den = a.den * b.den;
  result.exponent = exponent;
  if (a.negative == b.negative) {
    result.num = left + right;
    result.negative = a.negative;
  } else {
    result.num = left < right ? right - left : left - right;
    result.negative = left < right ? b.negative : a.negative;
    result.any_sign = left == right;
  }
  return result;
}

inline Exact product(const Exact& a, const Exact& b) {
  const bool invalid = (a.kind == Exact::infinite && b.is_zero()) || (b.kind == Exact::infinite && a.is_zero());
  if (a.kind == Exact::nan || b.kind == Exact::nan || invalid) return {.kind = Exact::nan};
  const bool negative = a.negative != b.negative;
  if (a.kind == Exact::infinite || b.kind == Exact::infinite) return {.kind = Exact::infinite, .negative = negative};
  return {Exact::finite, negative, a.num * b.num, a.den * b.den, a.exponent + b.exponent};
}

inline Exact quotient(const Exact& a, const Exact& b) {
  const bool invalid = (a.is_zero() && b.is_zero()) || (a.kind == Exact::infinite && b.kind == Exact::infinite);
  if (a.kind == Exact::nan || b.kind == Exact::nan || invalid) return {.kind = Exact::nan};
  const bool negative = a.negative != b.negative;
  if (a.kind == Exact::infinite || b.is_zero()) return {.kind = Exact::infinite, .negative = negative};
  if (b.kind == Exact::infinite) return {.kind = Exact::finite, .negative = negative};
  return {Exact::finite, negative, a.num * b.den, a.den * b.num, a.exponent - b.exponent};
}

enum class Operation { add, sub, mul, div };

inline Exact apply(Operation op, const Exact& a, const Exact& b) {
  switch (op) {
    case Operation::add:
      return sum(a, b);
    case Operation::sub:
      return sum(a, negated(b));
    case Operation::mul:
      return product(a, b);
    case Operation::div:
      return quotient(a, b);
  }
  return {.kind = Exact::nan};
}

// The fields of a format as its standard defines them.
struct Definition {
  enum Kind {
    ieee,     // all ones in the exponent: infinity (fraction 0) and NaN
    fn,       // all ones in exponent and fraction: NaN
    fnuz,     // the code of -0: NaN
    finite,   // every code a number
    integer,  // two's complement or unsigned, times 2^step
    scale,    // E8M0: 2^(code - 127), 0xFF NaN
  };
  Kind kind = ieee;
  int exponent_bits = 0;
  int fraction_bits = 0;
  int bias = 0;
  bool is_signed = true;
  bool subnormals = true;
  int width = 0;  // of integers
  int step = 0;
  bool symmetric = false;  // the lowest code of a two's complement integer is no number
};

inline Definition floating(Definition::Kind kind, int e, int m, int bias) {
  return {.kind = kind, .exponent_bits = e, .fraction_bits = m, .bias = bias};
}
inline Definition signed_integer(int width, int step = 0) {
  return {.kind = Definition::integer, .width = width, .step = step};
}
inline Definition unsigned_integer(int width) {
  return {.kind = Definition::integer, .is_signed = false, .width = width};
}
inline Definition e8m0() { return {.kind = Definition::scale, .exponent_bits = 8, .bias = 127, .is_signed = false}; }

// A non-negative number of a format: its code without the sign, and its value in quanta (the unit of the subnormals).
struct Entry {
  std::uint64_t code;
  cpp_int quanta;
  double value;
};

// Where an exact number lies among the values of a table: `over` / `gap` of the way from one neighbour to the next.
struct Place {
  Exact::Kind kind = Exact::finite;
  bool negative = false;
  bool any_sign = false;
  bool below_least = false;  // E8M0: under the least number, zero included
  bool positive = false;
  bool beyond = false;  // at or above the first value beyond the largest number
  std::size_t lower = 0;
  cpp_int floor_quanta;
  bool odd = false;  // the code of the lower neighbour
  cpp_int over = 0;
  cpp_int gap = 1;
};

// What a rounding must give. NaN stands for every NaN.
struct Expected {
  double value = 0;
  bool any_sign = false;
  bool out_of_range = false;  // the overflow rule was applied to a number
  bool error = false;         // overflow=error

  bool accepts(double got) const {
    if (std::isnan(value)) return std::isnan(got);
    return got == value && (value != 0 || any_sign || std::signbit(got) == std::signbit(value));
  }
};

class Table {
 public:
  explicit Table(const Definition& definition) : d_(definition) {
    if (d_.kind == Definition::integer)
      enumerate_integers();
    else
      enumerate_floating();
  }

  const Definition& definition() const { return d_; }
  int bits() const {
    if (d_.kind == Definition::integer) return d_.width;
    return d_.exponent_bits + d_.fraction_bits + (d_.is_signed ? 1 : 0);
  }
  bool has_infinity() const { return d_.kind == Definition::ieee; }
  bool has_nan() const { return d_.kind != Definition::finite && d_.kind != Definition::integer; }
  bool has_negative_zero() const {
    return d_.is_signed && (d_.kind == Definition::ieee || d_.kind == Definition::fn || d_.kind == Definition::finite);
  }

  // Non-negative numbers in ascending order, then the value the grid would continue with (infinite if no binary64
  // number).
  const std::vector<Entry>& entries() const { return entries_; }
  double max() const { return entries_[entries_.size() - 2].value; }
  double lowest() const {
    if (d_.kind == Definition::integer && d_.is_signed && !d_.symmetric) return -entries_.back().value;
    if (d_.is_signed) return -max();
    return entries_.front().value;
  }

  // The value of a code: a number, an infinity or NaN.
  double decode(std::uint64_t code) const {
    if (d_.kind == Definition::integer) {
      const auto half = std::uint64_t{1} << (d_.width - 1);
      const bool negative = d_.is_signed && code >= half;
      const double steps =
          negative ? static_cast<double>(code) - 2 * static_cast<double>(half) : static_cast<double>(code);
      return std::ldexp(steps, d_.step);
    }
    if (d_.kind == Definition::scale) {
      return code == 255 ? std::numeric_limits<double>::quiet_NaN() : std::ldexp(1.0, static_cast<int>(code) - 127);
    }
    const std::uint64_t magnitudes = std::uint64_t{1} << (d_.exponent_bits + d_.fraction_bits);
    const bool negative = code >= magnitudes;
    const std::uint64_t magnitude = code % magnitudes;
    const std::uint64_t top = ((std::uint64_t{1} << d_.exponent_bits) - 1) << d_.fraction_bits;
    double value = floating_value(magnitude);
    if (d_.kind == Definition::ieee && magnitude == top) value = std::numeric_limits<double>::infinity();
    const bool is_nan = (d_.kind == Definition::ieee && magnitude > top) ||
                        (d_.kind == Definition::fnuz && code == magnitudes) ||
                        (d_.kind == Definition::fn && magnitude == magnitudes - 1);
    if (is_nan) return std::numeric_limits<double>::quiet_NaN();
    return negative ? -value : value;
  }

  Place place(const Exact& x) const {
    Place p;
    p.kind = x.kind;
    p.negative = x.negative;
    p.any_sign = x.any_sign;
    if (x.kind != Exact::finite) return p;
    p.positive = !x.negative && x.num != 0;
    const int shift = x.exponent - quantum_exponent_;
    const cpp_int num = shift >= 0 ? cpp_int(x.num << shift) : x.num;
    const cpp_int den = shift >= 0 ? x.den : cpp_int(x.den << -shift);
    cpp_int rest;
    boost::multiprecision::divide_qr(num, den, p.floor_quanta, rest);
    p.beyond = p.floor_quanta >= entries_.back().quanta;
    p.below_least = p.floor_quanta < entries_.front().quanta;
    if (d_.kind == Definition::integer) {  // the grid goes on uniformly, as wrapping needs
      p.lower = p.beyond ? 0 : static_cast<std::size_t>(p.floor_quanta);
      p.odd = p.floor_quanta % 2 != 0;
      p.over = rest;
      p.gap = den;
    } else if (!p.beyond && !p.below_least) {
      p.lower = index_of_floor(p.floor_quanta);
      p.odd = entries_[p.lower].code % 2 != 0;
      p.over = (p.floor_quanta - entries_[p.lower].quanta) * den + rest;
      p.gap = (entries_[p.lower + 1].quanta - entries_[p.lower].quanta) * den;
    }
    return p;
  }

  Expected round(const Place& p, Rounding r, Overflow overflow, std::uint32_t draw = 0) const {
    if (p.kind == Exact::nan) return {std::numeric_limits<double>::quiet_NaN()};
    if (p.kind == Exact::infinite) return out_of_range(r.kind, overflow, !p.negative, false);
    if (p.below_least) return below_the_least(p, r, overflow);
    const bool up = goes_up(p, r, draw);
    if (overflow == Overflow::wrap) return wrapped(p, up);
    if (p.beyond) return out_of_range(r.kind, overflow, !p.negative, true);
    const std::size_t index = p.lower + (up ? 1 : 0);
    const double value = p.negative ? -entries_[index].value : entries_[index].value;
    if (value > max() || value < lowest()) return out_of_range(r.kind, overflow, !p.negative, true);
    if (value == 0) return {p.negative && has_negative_zero() ? -0.0 : 0.0, p.any_sign};
    return {value};
  }

  Expected round(double x, Rounding r, Overflow overflow, std::uint32_t draw = 0) const {
    return round(place(exact(x)), r, overflow, draw);
  }

  // Whether the upper neighbour is taken. The formulas of rounding.h, over exact rationals d = over / gap; r is the top
  // N bits of the draw.
  static bool goes_up(const Place& p, Rounding r, std::uint32_t draw) {
    if (p.over == 0) return false;
    const cpp_int twice = 2 * p.over;
    switch (r.kind) {
      case Rounding::nearest_even:
        return twice > p.gap || (twice == p.gap && p.odd);
      case Rounding::nearest_away:
        return twice >= p.gap;
      case Rounding::nearest_zero:
        return twice > p.gap;
      case Rounding::toward_zero:
        return false;
      case Rounding::up:
        return !p.negative;
      case Rounding::down:
        return p.negative;
      case Rounding::to_odd:
        return !p.odd;
      case Rounding::stochastic_equal:
        return draw >> 31 != 0;
      default:
        break;
    }
    const int n = r.random_bits;
    const std::uint64_t random = draw >> (32 - n);
    const std::uint64_t whole = std::uint64_t{1} << n;
    if (r.kind == Rounding::stochastic_a) return floor_steps(p, n) + random >= whole;
    if (r.kind == Rounding::stochastic_b) return floor_steps(p, n + 1) + 2 * random + 1 >= 2 * whole;
    return nearest_even_steps(p, n) + random >= whole;
  }

 private:
  // floor(d 2^n)
  static std::uint64_t floor_steps(const Place& p, int n) {
    return static_cast<std::uint64_t>(cpp_int((p.over << n) / p.gap));
  }
  // d 2^n to the nearest integer, ties to even
  static std::uint64_t nearest_even_steps(const Place& p, int n) {
    cpp_int whole, rest;
    boost::multiprecision::divide_qr(cpp_int(p.over << n), p.gap, whole, rest);
    const cpp_int twice = 2 * rest;
    const bool up = twice > p.gap || (twice == p.gap && whole % 2 != 0);
    return static_cast<std::uint64_t>(whole) + (up ? 1 : 0);
  }

  double floating_value(std::uint64_t magnitude) const {
    const std::uint64_t hidden = std::uint64_t{1} << d_.fraction_bits;
    const auto exponent = static_cast<int>(magnitude / hidden);
    const auto fraction = static_cast<double>(magnitude % hidden) / static_cast<double>(hidden);
    if (exponent > 0) return std::ldexp(1 + fraction, exponent - d_.bias);
    return d_.subnormals ? std::ldexp(fraction, 1 - d_.bias) : 0;
  }

  // The value of a magnitude code in quanta of the subnormal numbers.
  cpp_int floating_quanta(std::uint64_t magnitude) const {
    if (d_.kind == Definition::scale) return cpp_int(1) << static_cast<unsigned>(magnitude);
    const std::uint64_t hidden = std::uint64_t{1} << d_.fraction_bits;
    const auto exponent = static_cast<unsigned>(magnitude / hidden);
    if (exponent > 0) return cpp_int(hidden + magnitude % hidden) << (exponent - 1);
    return d_.subnormals ? magnitude : 0;
  }

  void enumerate_integers() {
    quantum_exponent_ = d_.step;
    const std::uint64_t last = std::uint64_t{1} << (d_.is_signed ? d_.width - 1 : d_.width);
    for (std::uint64_t code = 0; code <= last; ++code)
      entries_.push_back({code, code, std::ldexp(static_cast<double>(code), d_.step)});
  }

  void enumerate_floating() {
    const bool is_scale = d_.kind == Definition::scale;
    quantum_exponent_ = is_scale ? -127 : 1 - d_.bias - d_.fraction_bits;
    const std::uint64_t magnitudes = std::uint64_t{1} << (d_.exponent_bits + d_.fraction_bits);
    std::uint64_t code = 0;
    for (; code < magnitudes && std::isfinite(decode(code)); ++code) {
      const double value = decode(code);
      if (entries_.empty() || value > entries_.back().value) entries_.push_back({code, floating_quanta(code), value});
    }
    const double next = is_scale ? std::ldexp(1.0, static_cast<int>(code) - 127) : floating_value(code);
    entries_.push_back({code, floating_quanta(code), next});
  }

  std::size_t index_of_floor(const cpp_int& quanta) const {
    std::size_t low = 0, high = entries_.size();  // entries_[low] <= quanta < entries_[high]
    while (high - low > 1) {
      const std::size_t middle = (low + high) / 2;
      (entries_[middle].quanta <= quanta ? low : high) = middle;
    }
    return low;
  }

  // Roundings that come back from beyond the largest number: toward zero, to odd, and the directed one of that side.
  static bool returns(Rounding::Kind kind, bool positive) {
    if (kind == Rounding::toward_zero || kind == Rounding::to_odd) return true;
    return kind == (positive ? Rounding::down : Rounding::up);
  }

  Expected out_of_range(Rounding::Kind kind, Overflow overflow, bool positive, bool is_number) const {
    const double nan = std::numeric_limits<double>::quiet_NaN();
    const double limit = positive ? max() : lowest();
    const bool can_be_infinite = has_infinity() && (positive || d_.is_signed);
    const double infinity = can_be_infinite ? std::copysign(HUGE_VAL, positive ? 1.0 : -1.0) : nan;
    Expected result{.out_of_range = is_number};
    switch (overflow) {
      case Overflow::infinity:
        result.value = is_number && returns(kind, positive) ? limit : infinity;
        break;
      case Overflow::nan:
        result.value = is_number && returns(kind, positive) ? limit : nan;
        break;
      case Overflow::saturate:
        result.value = limit;
        break;
      case Overflow::propagate:
        result.value = is_number || !(can_be_infinite || has_nan()) ? limit : infinity;
        break;
      case Overflow::wrap:
        result.value = nan;
        break;
      case Overflow::error:
        result.value = nan;
        result.error = true;
    }
    return result;
  }

  // E8M0: a positive number rises to the least one unless the rounding forbids; zero and negative ones are out of
  // range.
  Expected below_the_least(const Place& p, Rounding r, Overflow overflow) const {
    const bool forbids = r.kind == Rounding::toward_zero || r.kind == Rounding::down;
    if (p.positive && !forbids) return {entries_.front().value};
    return out_of_range(r.kind, overflow, false, true);
  }

  // Modulo 2^width quanta, into the range.
  Expected wrapped(const Place& p, bool up) const {
    cpp_int quanta = p.floor_quanta + (up ? 1 : 0);
    if (p.negative) quanta = -quanta;
    const cpp_int modulus = cpp_int(1) << d_.width;
    cpp_int code = quanta % modulus;
    if (code < 0) code += modulus;
    const double value = decode(static_cast<std::uint64_t>(code));
    const double unwrapped = std::ldexp(static_cast<double>(quanta), quantum_exponent_);
    return {.value = value, .out_of_range = unwrapped > max() || unwrapped < lowest()};
  }

  Definition d_;
  int quantum_exponent_ = 0;
  std::vector<Entry> entries_;
};

}  // namespace oracle
