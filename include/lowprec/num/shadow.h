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

// number() is computed in N, shadow() in binary64, by the same operations. Comparisons, and so the course of the
// program, are those of the numbers.
template <num::AnyNum N>
class Shadow {
 public:
  using number_type = N;

  constexpr Shadow() = default;
  template <num::NativeNumber T>
  explicit Shadow(T x) : number_(x), shadow_(static_cast<double>(x)) {}
  explicit Shadow(N x) : number_(x), shadow_(static_cast<double>(x)) {}
  Shadow(N number, double shadow) : number_(number), shadow_(shadow) {}
  template <num::NativeNumber T>
  Shadow& operator=(T x) {
    return *this = Shadow(x);
  }

  N number() const { return number_; }
  double shadow() const { return shadow_; }
  // |number - shadow| / |shadow|: 0 where both are equal, NaN or the same infinity; infinite where only one is.
  double relative_error() const {
    const double x = static_cast<double>(number_);
    if (x == shadow_ || (x != x && shadow_ != shadow_)) return 0;
    const double error = (x < shadow_ ? shadow_ - x : x - shadow_) / (shadow_ < 0 ? -shadow_ : shadow_);
    return error == error ? error : std::numeric_limits<double>::infinity();
  }
  template <num::NativeNumber T>
  explicit operator T() const {
    return static_cast<T>(number_);
  }

  friend Shadow operator+(Shadow a, Shadow b) { return log("+", a, b, {a.number_ + b.number_, a.shadow_ + b.shadow_}); }
  friend Shadow operator-(Shadow a, Shadow b) { return log("-", a, b, {a.number_ - b.number_, a.shadow_ - b.shadow_}); }
  friend Shadow operator*(Shadow a, Shadow b) { return log("*", a, b, {a.number_ * b.number_, a.shadow_ * b.shadow_}); }
  friend Shadow operator/(Shadow a, Shadow b) { return log("/", a, b, {a.number_ / b.number_, a.shadow_ / b.shadow_}); }
  friend Shadow operator+(Shadow a) { return a; }
  friend Shadow operator-(Shadow a) { return {-a.number_, -a.shadow_}; }
  template <class T>
  Shadow& operator+=(const T& b) {
    return *this = *this + b;
  }
  template <class T>
  Shadow& operator-=(const T& b) {
    return *this = *this - b;
  }
  template <class T>
  Shadow& operator*=(const T& b) {
    return *this = *this * b;
  }
  template <class T>
  Shadow& operator/=(const T& b) {
    return *this = *this / b;
  }

  friend bool operator==(Shadow a, Shadow b) { return compared("==", a.number_ == b.number_, a.shadow_ == b.shadow_); }
  friend std::partial_ordering operator<=>(Shadow a, Shadow b) {
    const auto order = a.number_ <=> b.number_;
    compared("<=>", true, order == (a.shadow_ <=> b.shadow_));
    return order;
  }

  // f of this type: N's f beside that of double.
  template <class F>
  static Shadow apply(std::string_view name, Shadow a, F f) {
    return log(name, a, a, {f(a.number_), f(a.shadow_)});
  }
  template <class F>
  static Shadow apply(std::string_view name, Shadow a, Shadow b, F f) {
    return log(name, a, b, {f(a.number_, b.number_), f(a.shadow_, b.shadow_)});
  }

 private:
  static Shadow log(std::string_view operation, Shadow a, Shadow b, Shadow result) {
    const double unit = static_cast<double>(std::numeric_limits<N>::epsilon()) / 2;
    const double before = std::max({a.relative_error(), b.relative_error(), unit}), after = result.relative_error();
    num::ShadowLog::record(operation,
                           {after / before, after, static_cast<double>(a.number_), static_cast<double>(b.number_),
                            static_cast<double>(result.number_), result.shadow_});
    return result;
  }
  static bool compared(std::string_view operation, bool number, bool shadow) {
    num::ShadowLog::record_comparison(operation, number != shadow);
    return number;
  }

  N number_;
  double shadow_ = 0;
};

}  // namespace lowprec

namespace lowprec::num {

namespace detail {
template <class T>
inline constexpr bool is_shadow = false;
template <AnyNum N>
inline constexpr bool is_shadow<Shadow<N>> = true;
}  // namespace detail

template <class T>
concept AnyShadow = detail::is_shadow<T>;

}  // namespace lowprec::num

namespace lowprec {

// With native numbers, which both sides take: N rounds them, the shadow does not.
template <num::AnyShadow S, num::NativeNumber T>
S operator+(S a, T b) {
  return a + S(b);
}
template <num::AnyShadow S, num::NativeNumber T>
S operator+(T a, S b) {
  return S(a) + b;
}
template <num::AnyShadow S, num::NativeNumber T>
S operator-(S a, T b) {
  return a - S(b);
}
template <num::AnyShadow S, num::NativeNumber T>
S operator-(T a, S b) {
  return S(a) - b;
}
template <num::AnyShadow S, num::NativeNumber T>
S operator*(S a, T b) {
  return a * S(b);
}
template <num::AnyShadow S, num::NativeNumber T>
S operator*(T a, S b) {
  return S(a) * b;
}
template <num::AnyShadow S, num::NativeNumber T>
S operator/(S a, T b) {
  return a / S(b);
}
template <num::AnyShadow S, num::NativeNumber T>
S operator/(T a, S b) {
  return S(a) / b;
}
template <num::AnyShadow S, num::NativeNumber T>
bool operator==(S a, T b) {
  return a.number() == b;
}
template <num::AnyShadow S, num::NativeNumber T>
std::partial_ordering operator<=>(S a, T b) {
  return a.number() <=> b;
}

// Functions; any other goes by Shadow<N>::apply.
template <num::AnyShadow S>
S sqrt(S x) {
  return S::apply("sqrt", x, [](auto y) {
    using std::sqrt;
    return sqrt(y);
  });
}
template <num::AnyShadow S>
S exp(S x) {
  return S::apply("exp", x, [](auto y) {
    using std::exp;
    return exp(y);
  });
}
template <num::AnyShadow S>
S log(S x) {
  return S::apply("log", x, [](auto y) {
    using std::log;
    return log(y);
  });
}
template <num::AnyShadow S>
S sin(S x) {
  return S::apply("sin", x, [](auto y) {
    using std::sin;
    return sin(y);
  });
}
template <num::AnyShadow S>
S cos(S x) {
  return S::apply("cos", x, [](auto y) {
    using std::cos;
    return cos(y);
  });
}
template <num::AnyShadow S>
S tanh(S x) {
  return S::apply("tanh", x, [](auto y) {
    using std::tanh;
    return tanh(y);
  });
}
template <num::AnyShadow S>
S pow(S x, S y) {
  return S::apply("pow", x, y, [](auto a, auto b) {
    using std::pow;
    return pow(a, b);
  });
}
template <num::AnyShadow S>
S abs(S x) {
  return x.number().is_negative() ? -x : x;
}

}  // namespace lowprec
