// Shadow execution: a number that carries the binary64 value of the same computation along, and a log of where the two
// grew apart.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "lowprec/num/classify.h"
#include "lowprec/num/math.h"
#include "lowprec/num/min_max.h"
#include "lowprec/num/native_operators.h"
#include "lowprec/num/num.h"
#include "lowprec/num/num_limits.h"
#include "lowprec/num/wrapper.h"

namespace lowprec::num {

// What the operations of Shadow numbers in this thread did to errors, by region and operation, while it lives. Logs
// nest; the innermost one listens.
class ShadowLog {
 public:
  // The operation after which an error had grown most: by what factor, and from what.
  struct Worst {
    double growth = 0;  // relative error of the result / the larger one of the operands', at least one rounding's
    double error = 0;   // relative error of the result
    double a = 0, b = 0, result = 0, shadow = 0;
    std::uint64_t index = 0;  // the index of this operation in the log, from 0
  };
  struct Entry {
    std::uint64_t count = 0;
    std::uint64_t lost = 0;   // results infinite or NaN, or zero, where the shadow is not
    std::uint64_t flips = 0;  // comparisons that the shadow decides otherwise
    double error = 0;         // the largest relative error of a result
    Worst worst;
  };
  // Region and operation.
  using Key = std::pair<std::string, std::string>;

  ShadowLog();
  ~ShadowLog();
  ShadowLog(const ShadowLog&) = delete;
  ShadowLog& operator=(const ShadowLog&) = delete;

  const std::map<Key, Entry>& entries() const { return entries_; }
  // A table, the largest growth first.
  std::string report() const;

  // Of this thread's log, if there is one.
  static void record(std::string_view operation, const Worst& what);
  static void record_comparison(std::string_view operation, bool flipped);

 private:
  friend class ShadowRegion;
  Entry& entry(std::string_view operation);

  std::map<Key, Entry> entries_;
  std::string region_;
  std::uint64_t operations_ = 0;
  ShadowLog* outer_;
};

// Names the part of the program that runs while it lives.
class ShadowRegion {
 public:
  explicit ShadowRegion(std::string_view name);
  ~ShadowRegion();
  ShadowRegion(const ShadowRegion&) = delete;
  ShadowRegion& operator=(const ShadowRegion&) = delete;

 private:
  ShadowLog* log_;
  std::string outer_;
};

}  // namespace lowprec::num

namespace lowprec {

// number() is computed in N, shadow() in binary64, by the same operations and functions. Comparisons, selections and
// classes, and so the course of the program, are those of the numbers.
template <num::AnyNum N>
class Shadow : public num::Holder<Shadow<N>, N> {
  using Holder = num::Holder<Shadow, N>;

 public:
  constexpr Shadow() = default;
  // Native numbers and Wide, which both sides take: N rounds them, the shadow only where binary64 must.
  template <num::NativeNumber T>
  explicit Shadow(T x) : Holder(N(x)), shadow_(static_cast<double>(x)) {}
  explicit Shadow(const Wide& x) : Holder(N(x)), shadow_(static_cast<double>(x)) {}
  template <class T>
  requires(num::NativeNumber<T> || std::same_as<T, Wide>) Shadow(const T& x, std::uint32_t draw)
      : Holder(N(x, draw)), shadow_(static_cast<double>(x)) {}
  explicit Shadow(N x) : Holder(x), shadow_(static_cast<double>(x)) {}
  Shadow(N number, double shadow) : Holder(number), shadow_(shadow) {}
  // A number of another format, with its shadow.
  template <class M>
  explicit Shadow(const Shadow<M>& x) : Holder(N(x.number())), shadow_(x.shadow()) {}
  template <num::NativeNumber T>
  Shadow& operator=(T x) {
    return *this = Shadow(x);
  }

  double shadow() const { return shadow_; }
  // |number - shadow| / |shadow|: 0 where both are equal, NaN or the same infinity; infinite where only one is.
  double relative_error() const {
    const double x = native(*this);
    if (x == shadow_ || (x != x && shadow_ != shadow_)) return 0;
    const double error = (x < shadow_ ? shadow_ - x : x - shadow_) / (shadow_ < 0 ? -shadow_ : shadow_);
    return error == error ? error : std::numeric_limits<double>::infinity();
  }

  friend bool operator==(const Shadow& a, const Shadow& b) {
    return compared("==", a.number() == b.number(), a.shadow_ == b.shadow_);
  }
  friend std::partial_ordering operator<=>(const Shadow& a, const Shadow& b) {
    const auto order = a.number() <=> b.number();
    compared("<=>", true, order == (a.shadow_ <=> b.shadow_));
    return order;
  }

  // f of this type: N's f beside that of double.
  template <class F>
  static Shadow apply(std::string_view name, Shadow a, F f) {
    return log(name, beside(f, a), a, a);
  }
  template <class F>
  static Shadow apply(std::string_view name, Shadow a, Shadow b, F f) {
    return log(name, beside(f, a, b), a, b);
  }

  // An operation of the lists. Negation is no step of an error, and is not logged.
  template <class Operation, class... T>
  static Shadow around(const T&... x) {
    const Shadow result = beside([](const auto&... y) { return Operation::of(y...); }, x...);
    if constexpr (std::same_as<Operation, num::operation::negation>)
      return result;
    else
      return log(Operation::label, result, x...);
  }
  template <class F>
  static Shadow beside(F f, const auto&... x) {
    return {f(number_of(x)...), f(shadow_of(x)...)};
  }

 private:
  static N number_of(const Shadow& x) { return x.number(); }
  static double shadow_of(const Shadow& x) { return x.shadow_; }
  static double native(const Shadow& x) { return static_cast<double>(x.number()); }
  // The integer operands of pow and scalbn are exact.
  template <std::integral I>
  static I number_of(I x) {
    return x;
  }
  template <std::integral I>
  static I shadow_of(I x) {
    return x;
  }
  template <std::integral I>
  static double native(I x) {
    return static_cast<double>(x);
  }
  static double error_of(const Shadow& x) { return x.relative_error(); }
  static double error_of(std::integral auto) { return 0; }

  // The log names the first two operands; one operand counts twice.
  template <class A>
  static Shadow log(std::string_view operation, const Shadow& result, const A& a) {
    return log(operation, result, a, a);
  }
  template <class A, class B, class... C>
  static Shadow log(std::string_view operation, const Shadow& result, const A& a, const B& b, const C&... c) {
    const double unit = static_cast<double>(std::numeric_limits<N>::epsilon()) / 2;
    const double before = std::max({error_of(a), error_of(b), error_of(c)..., unit}), after = result.relative_error();
    num::ShadowLog::record(operation, {after / before, after, native(a), native(b), native(result), result.shadow_});
    return result;
  }
  static bool compared(std::string_view operation, bool number, bool shadow) {
    num::ShadowLog::record_comparison(operation, number != shadow);
    return number;
  }

  double shadow_ = 0;
};

}  // namespace lowprec

namespace lowprec::num {

namespace detail {
template <AnyNum N>
inline constexpr bool is_num<Shadow<N>> = true;
template <class T>
inline constexpr bool is_shadow = false;
template <AnyNum N>
inline constexpr bool is_shadow<Shadow<N>> = true;
}  // namespace detail

template <class T>
concept AnyShadow = detail::is_shadow<T>;

}  // namespace lowprec::num
