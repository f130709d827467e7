// What lowprec must compute, found the slow way: every value of a format enumerated from the definition of its fields,
// exact rational results in unbounded integers, a search among the neighbours. Shares no code and no formula with the
// library; only the enumerators of Rounding::Kind and Overflow are its.
//
// Sources: IEEE 754-2019, 4.3 (roundings), 6.3 (signs), 7.4 (overflow); IEEE P3109 v4.0, 3.4 (stochastic
// roundings), 4.7 (saturation).
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <stdexcept>
#include <vector>

#include "lowprec/format/rounding.h"
#include "support/oracle_exact.h"
#include "support/oracle_format.h"

namespace oracle {

using lowprec::Overflow;
using lowprec::Rounding;

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
  bool cancelled = false;
  bool below_least = false;  // E8M0: under the least number, zero included
  bool positive = false;
  bool beyond = false;  // at or above the first value beyond the largest number
  std::size_t lower = 0;
  cpp_int floor_quanta = 0;
  bool odd = false;  // the code of the lower neighbour
  cpp_int over = 0;
  cpp_int gap = 1;
};

// What a rounding must give. NaN stands for every NaN.
struct Expected {
  double value = 0;
  bool any_sign = false;      // of a zero
  bool out_of_range = false;  // the overflow rule was applied to a number
  bool error = false;         // overflow=error

  bool accepts(double got) const {
    if (std::isnan(value)) return std::isnan(got);
    return got == value && (value != 0 || any_sign || std::signbit(got) == std::signbit(value));
  }
};

// Whether the upper neighbour is taken. The formulas of rounding.h, over exact rationals d = over / gap; r is the top N
// bits of the draw.
class Choice {
 public:
  static bool goes_up(const Place& p, Rounding r, std::uint32_t draw) {
    if (p.over == 0) return false;
    const auto half = [&p] { return cpp_int(2 * p.over).compare(p.gap); };
    const int n = r.random_bits;
    const std::uint64_t random = n == 0 ? 0 : draw >> (32 - n), whole = std::uint64_t{1} << n;
    switch (r.kind) {
      case Rounding::nearest_even:
        return half() > 0 || (half() == 0 && p.odd);
      case Rounding::nearest_away:
        return half() >= 0;
      case Rounding::nearest_zero:
        return half() > 0;
      case Rounding::toward_zero:
        return false;
      case Rounding::up:
        return !p.negative;
      case Rounding::down:
        return p.negative;
      case Rounding::to_odd:
        return !p.odd;
      case Rounding::stochastic_a:
        return floor_steps(p, n) + random >= whole;
      case Rounding::stochastic_b:
        return floor_steps(p, n + 1) + 2 * random + 1 >= 2 * whole;
      case Rounding::stochastic_c:
        return nearest_even_steps(p, n) + random >= whole;
      case Rounding::stochastic_equal:
        return draw >> 31 != 0;
    }
    throw std::logic_error("the oracle does not know this rounding");
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
  int bits() const { return d_.bits(); }
  bool has_infinity() const { return d_.has_infinity(); }
  bool has_nan() const { return d_.has_nan(); }
  bool has_negative_zero() const { return d_.has_negative_zero(); }

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
  double decode(std::uint64_t code) const { return oracle::decode(d_, code); }

  // Exact results of operations of the format. P3109: x / 0 is NaN for every x.
  Exact result(Operation op, const Exact& a, const Exact& b) const {
    const bool is_nan = d_.kind == Definition::p3109 && op == Operation::div && b.is_zero();
    return is_nan ? Exact{.kind = Exact::nan} : apply(op, a, b);
  }
  Exact root(const Exact& a) const { return square_root(a, quantum_exponent_); }

  Place place(const Exact& x) const {
    Place p{.kind = x.kind, .negative = x.negative, .cancelled = x.cancelled};
    if (x.kind != Exact::finite) return p;
    p.positive = !x.negative && x.num != 0;
    const int shift = x.exponent - quantum_exponent_;
    const cpp_int num = shift >= 0 ? cpp_int(x.num << shift) : x.num;
    const cpp_int den = shift >= 0 ? x.den : cpp_int(x.den << -shift);
    cpp_int rest;
    boost::multiprecision::divide_qr(num, den, p.floor_quanta, rest);
    p.beyond = p.floor_quanta > entries_.back().quanta || (p.floor_quanta == entries_.back().quanta && !has_lowest(p));
    p.below_least = p.floor_quanta < entries_.front().quanta;
    find_neighbours(p, rest, den);
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
    if (index == entries_.size()) return out_of_range(r.kind, overflow, !p.negative, true);
    const double value = p.negative ? -entries_[index].value : entries_[index].value;
    if (value > max() || value < lowest()) return out_of_range(r.kind, overflow, !p.negative, true);
    return {value == 0 ? zero(p, r) : value};
  }

  Expected round(double x, Rounding r, Overflow overflow, std::uint32_t draw = 0) const {
    return round(place(exact(x)), r, overflow, draw);
  }

  static bool goes_up(const Place& p, Rounding r, std::uint32_t draw) { return Choice::goes_up(p, r, draw); }

 private:
  // Whether the number below zero that has the magnitude of the first beyond the largest is one of the format.
  bool has_lowest(const Place& p) const {
    return d_.kind == Definition::integer && d_.is_signed && !d_.symmetric && p.negative;
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
      if (entries_.empty() || value > entries_.back().value)
        entries_.push_back({code, floating_quanta(d_, code), value});
    }
    const double next = is_scale ? std::ldexp(1.0, static_cast<int>(code) - 127) : floating_value(d_, code);
    entries_.push_back({code, floating_quanta(d_, code), next});
  }

  // floor_quanta + rest / den lies between two entries; an integer grid goes on uniformly, as wrapping needs.
  void find_neighbours(Place& p, const cpp_int& rest, const cpp_int& den) const {
    if (d_.kind == Definition::integer) {
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
  }

  std::size_t index_of_floor(const cpp_int& quanta) const {
    std::size_t low = 0, high = entries_.size();  // entries_[low] <= quanta < entries_[high]
    while (high - low > 1) {
      const std::size_t middle = (low + high) / 2;
      (entries_[middle].quanta <= quanta ? low : high) = middle;
    }
    return low;
  }

  double zero(const Place& p, Rounding r) const {
    const bool negative = p.cancelled ? r.kind == Rounding::down : p.negative;
    return negative && has_negative_zero() ? -0.0 : 0.0;
  }

  // Roundings that come back from beyond the limit: toward zero, the directed one of that side, to odd. P3109: to odd
  // only where the code of the limit is odd; the lowest of an unsigned format has the code 0.
  bool returns(Rounding::Kind kind, bool positive) const {
    const std::uint64_t limit = positive || d_.is_signed ? entries_[entries_.size() - 2].code : 0;
    if (kind == Rounding::to_odd) return d_.kind != Definition::p3109 || limit % 2 != 0;
    return kind == Rounding::toward_zero || kind == (positive ? Rounding::down : Rounding::up);
  }

  // `propagate`: NaN takes the place of infinities where there are none, but not in P3109.
  bool propagates(bool positive) const {
    const bool can_be_infinite = has_infinity() && (positive || d_.is_signed);
    return can_be_infinite || (has_nan() && d_.kind != Definition::p3109);
  }

  double beyond_limit(Rounding::Kind kind, Overflow overflow, bool positive, bool is_number) const {
    const double nan = std::numeric_limits<double>::quiet_NaN();
    const double limit = positive ? max() : lowest();
    const double infinity = !has_infinity() ? nan : positive ? HUGE_VAL : d_.is_signed ? -HUGE_VAL : nan;
    if (overflow == Overflow::saturate) return limit;
    if (overflow == Overflow::propagate) return is_number || !propagates(positive) ? limit : infinity;
    if (overflow == Overflow::infinity) return is_number && returns(kind, positive) ? limit : infinity;
    if (overflow == Overflow::nan) return is_number && returns(kind, positive) ? limit : nan;
    return nan;
  }

  Expected out_of_range(Rounding::Kind kind, Overflow overflow, bool positive, bool is_number) const {
    return {.value = beyond_limit(kind, overflow, positive, is_number),
            .out_of_range = is_number,
            .error = overflow == Overflow::error};
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
