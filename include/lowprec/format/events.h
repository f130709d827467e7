// What happened while numbers were rounded.
#pragma once

#include <cstdint>

#include "lowprec/format/language.h"

namespace lowprec {

// Counts what roundings did. A rounding takes an exact result x to a result y; x may be NaN or infinite.
struct Events {
  std::uint64_t rounded = 0;      // roundings performed
  std::uint64_t inexact = 0;      // y is not x, and x is not NaN
  std::uint64_t overflow = 0;     // x, rounded as if exponents went on, lay beyond the range, and y is not x
  std::uint64_t saturated = 0;    // of these: y is an end of the range (never by wrapping)
  std::uint64_t underflow = 0;    // x within the range and not zero, y zero
  std::uint64_t subnormal = 0;    // inexact, x within the range, y a subnormal number; never in integer formats
  std::uint64_t nan = 0;          // y is NaN
  std::uint64_t nan_created = 0;  // of these: no operand was NaN, or 0 * infinity is added to one

  // Calls f(name, member) for each counter.
  template <class F>
  static constexpr void for_each(F f) {
    f("rounded", &Events::rounded);
    f("inexact", &Events::inexact);
    f("overflow", &Events::overflow);
    f("saturated", &Events::saturated);
    f("underflow", &Events::underflow);
    f("subnormal", &Events::subnormal);
    f("nan", &Events::nan);
    f("nan_created", &Events::nan_created);
  }

  constexpr Events& operator+=(const Events& other) {
    for_each([&](const char*, auto member) { this->*member += other.*member; });
    return *this;
  }
  constexpr bool operator==(const Events&) const = default;
};

// While a ScopedEvents lives, the operators of Counted<Num> (num/counted.h) in its thread count into it. Scopes nest:
// an inner scope adds its counts to the outer one when it ends. Num itself never looks for a scope, so it costs
// nothing.
class ScopedEvents {
 public:
  ScopedEvents() : outer_(current()) { current() = this; }
  ~ScopedEvents() {
    current() = outer_;
    if (outer_ != nullptr) outer_->events_ += events_;
  }
  ScopedEvents(const ScopedEvents&) = delete;
  ScopedEvents& operator=(const ScopedEvents&) = delete;

  const Events& events() const { return events_; }

  // Returns the counters of this thread's innermost scope, or null if there is no scope.
  static Events* counters() { return current() == nullptr ? nullptr : &current()->events_; }

 private:
  static ScopedEvents*& current() {
    thread_local ScopedEvents* innermost = nullptr;
    return innermost;
  }

  Events events_;
  ScopedEvents* outer_;
};

}  // namespace lowprec

namespace lowprec::format {

// The exceptions of one operation (IEEE 754-2019, clause 7). Tininess is detected after rounding.
struct Flags {
  bool inexact = false;  // the result is not the exact one
  bool overflow =
      false;  // the rounded result, or an exact infinity, lay beyond the range: the overflow rule was applied
  bool underflow = false;         // inexact, and below the least normal number; never in integer formats
  bool division_by_zero = false;  // a finite number other than zero was divided by zero
  bool invalid = false;  // NaN, not by overflow, from operands that were none; 0 * infinity, whatever is added to it

  constexpr bool operator==(const Flags&) const = default;
};

}  // namespace lowprec::format
