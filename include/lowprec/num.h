// Num<F, R>: a number of format F whose every operator rounds its exact result once, by R.
#pragma once

#include <compare>
#include <cstdint>
#include <type_traits>

#include "lowprec/codec.h"
#include "lowprec/grid.h"
#include "lowprec/kernel/one_lane.h"
#include "lowprec/random.h"

namespace lowprec {

// The value is held in a binary32 where that provably suffices for the operators (see Operations), else in a binary64.
// Stochastic operators draw from the thread's ScopedStream; the static functions take the draw from the caller.
template <Format F, Rounding R = rne, Overflow O = default_overflow(F)>
class Num {
  static_assert(checked(F) == F, "not a format");
  static_assert(
      operations<double>(F, R, O) != Operations::unsupported,
      "operators of this format and rounding need lanes wider than binary64: fewer significand or random bits");
  static constexpr bool narrow = fits_lane<float>(F) && operations<float>(F, R, O) == Operations::plain;

 public:
  using lane_type = std::conditional_t<narrow, float, double>;
  static constexpr Format format = F;
  static constexpr Rounding rounding = R;

  constexpr Num() = default;

  // x rounded to the format. Explicit, as is the way back, so that no number enters or leaves the format unseen.
  constexpr explicit Num(double x) : Num(x, next_draw()) {}
  constexpr Num(double x, std::uint32_t draw) : lane_(static_cast<lane_type>(round_wide(x, draw))) {}

  static constexpr Num from_code(std::uint64_t code) { return exactly(static_cast<lane_type>(decode(F, code))); }
  constexpr std::uint64_t code() const { return encode(F, static_cast<double>(lane_)); }

  constexpr explicit operator double() const { return static_cast<double>(lane_); }

  static constexpr Num add(Num a, Num b, std::uint32_t draw) {
    return rounded(one_lane::Sum(lane, grid, a.lane_, b.lane_), draw);
  }
  static constexpr Num sub(Num a, Num b, std::uint32_t draw) {
    return rounded(one_lane::Sum(lane, grid, a.lane_, -b.lane_), draw);
  }
  static constexpr Num mul(Num a, Num b, std::uint32_t draw) {
    return rounded(one_lane::Product(lane, grid, a.lane_, b.lane_), draw);
  }
  static constexpr Num div(Num a, Num b, std::uint32_t draw) {
    return rounded(one_lane::Quotient(lane, grid, a.lane_, b.lane_), draw);
  }

  // round(s * a) for a binary64 s of any precision.
  static constexpr Num scale(double s, Num a, std::uint32_t draw) {
    return Num(one_lane::Scaling(wide, wide_grid, s, static_cast<double>(a.lane_)), draw);
  }

  friend constexpr Num operator+(Num a, Num b) { return add(a, b, next_draw()); }
  friend constexpr Num operator-(Num a, Num b) { return sub(a, b, next_draw()); }
  friend constexpr Num operator*(Num a, Num b) { return mul(a, b, next_draw()); }
  friend constexpr Num operator/(Num a, Num b) { return div(a, b, next_draw()); }
  friend constexpr Num operator+(Num a) { return a; }
  // Exact, but for the lowest two's complement number, which overflows, and -0 where the format has none.
  friend constexpr Num operator-(Num a) { return rounded(-a.lane_, 0); }

  constexpr Num& operator+=(Num b) { return *this = *this + b; }
  constexpr Num& operator-=(Num b) { return *this = *this - b; }
  constexpr Num& operator*=(Num b) { return *this = *this * b; }
  constexpr Num& operator/=(Num b) { return *this = *this / b; }

  friend constexpr bool operator==(Num a, Num b) { return a.lane_ == b.lane_; }
  friend constexpr std::partial_ordering operator<=>(Num a, Num b) { return a.lane_ <=> b.lane_; }

 private:
  static constexpr one_lane::OneLane<lane_type> lane{};
  static constexpr one_lane::OneLane<double> wide{};
  static constexpr Grid<lane_type> grid = make_grid<lane_type>(F, R, O);
  static constexpr Grid<double> wide_grid = make_grid<double>(F, R, O);

  static constexpr Num exactly(lane_type x) {
    Num result;
    result.lane_ = x;
    return result;
  }

  template <class T>
  static constexpr T round_lane(const Grid<T>& g, T x, std::uint32_t draw) {
    one_lane::NoEvents observer;
    const T random = R.is_stochastic() ? static_cast<T>(draw >> g.random_shift) : T{0};
    constexpr bool general = grid.general || wide_grid.general;
    const T y = one_lane::Round<R.kind, general>(one_lane::OneLane<T>(), g, x, random, observer);
    if constexpr (O == Overflow::error) {
      if (y != y && x == x) throw Error("a number lies beyond the range of its format");
    }
    return y;
  }
  static constexpr Num rounded(lane_type x, std::uint32_t draw) { return exactly(round_lane(grid, x, draw)); }
  static constexpr double round_wide(double x, std::uint32_t draw) { return round_lane(wide_grid, x, draw); }
  static constexpr std::uint32_t next_draw() {
    if constexpr (R.is_stochastic()) return ScopedStream::next();
    return 0;
  }

  lane_type lane_ = 0;
};

// The overflow rule is written out because g++ 12 crashes on a default argument that depends on an alias' parameters.
template <int e, int m>
using Float = Num<fp(e, m), rne, default_overflow(fp(e, m))>;
template <int k>
using Int = Num<integer(k), rne, Overflow::saturate>;
template <int k, int f>
using Fixed = Num<fixed(k, f), rne, Overflow::saturate>;

}  // namespace lowprec
