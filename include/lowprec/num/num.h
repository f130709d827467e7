// Num<F, R>: a number of format F whose every operator rounds its exact result once, by R.
//
// This is the class alone. lowprec/num.h adds the operators with integers and native floating-point numbers,
// std::numeric_limits and std::hash, abs, minimum and the like, and text.
#pragma once

#include <compare>
#include <concepts>
#include <cstdint>
#include <limits>
#include <type_traits>
#include <utility>

#include "lowprec/exact/operations.h"
#include "lowprec/exact/reference.h"
#include "lowprec/format/code.h"
#include "lowprec/format/wide.h"
#include "lowprec/lane/lane_constants.h"
#include "lowprec/lane/one_lane.h"
#include "lowprec/lane/stream.h"
#include "lowprec/num/native_conversions.h"
#include "lowprec/num/operations.h"

namespace lowprec {

// The value is held in a binary32 where that provably suffices for the operators (see Operations), else in a binary64,
// else, for formats beyond binary64, in a Wide. Where binary64 lanes do not suffice either, operators are those of the
// reference arithmetic; they are then not constexpr. Stochastic operators draw from the thread's ScopedStream; the
// static functions take the draw from the caller. A Num always holds a number of its format: Num() is 0.
template <Format F, Rounding R = rne, Overflow O = default_overflow(F)>
class Num {
  static_assert(format::checked(F) == F, "not a format");
  static_assert(format::checked(F, O) == O, "the format cannot follow the overflow rule");
  static constexpr bool is_wide = !lane::fits_lane<double>(F);
  static constexpr bool has_wide_grid =
      lane::has_lane_constants<double>(F, R);  // conversions from binary64 have a lane
  static constexpr bool has_lanes = has_wide_grid && lane::operations<double>(F, R, O) != lane::Operations::unsupported;
  static constexpr bool narrow =
      lane::fits_lane<float>(F) && lane::operations<float>(F, R, O) == lane::Operations::plain;

 public:
  using lane_type = std::conditional_t<is_wide, Wide, std::conditional_t<narrow, float, double>>;
  using code_type = std::conditional_t<(F.bits > 64), format::Uint128, std::uint64_t>;
  static constexpr Format format = F;
  static constexpr Rounding rounding = R;
  static constexpr Overflow overflow = O;

  constexpr Num() = default;

  // x rounded to the format, once. Explicit, as is the way back, so that no number enters or leaves the format unseen.
  constexpr explicit Num(double x) : Num(x, conversion_draw(x)) {}
  constexpr explicit Num(float x) : Num(static_cast<double>(x)) {}
  template <std::integral I>
  constexpr explicit Num(I x) : Num(x, conversion_draw(x)) {}
  constexpr explicit Num(long double x) : Num(x, conversion_draw(x)) {}
  explicit Num(const Wide& x) : Num(x, conversion_draw(x)) {}
  template <Format G, Rounding S, Overflow P>
  requires(G != F || S != R || P != O) constexpr explicit Num(const Num<G, S, P>& x) : Num(x.value()) {}

  constexpr Num(double x, std::uint32_t draw) {
    if constexpr (has_wide_grid)
      lane_ = static_cast<lane_type>(round_lane(wide_grid, x, draw));
    else
      lane_ = static_cast<lane_type>(reference().convert(x, draw));
  }
  Num(const Wide& x, std::uint32_t draw) : lane_(static_cast<lane_type>(reference().convert(x, draw))) {}
  template <std::integral I>
  constexpr Num(I x, std::uint32_t draw) {
    if (takes_odd_integers || Wide(x).abs() <= Wide(std::uint64_t{1} << 53))
      *this = Num(num::detail::odd_binary64(x), draw);
    else
      *this = Num(Wide(x), draw);
  }

  constexpr Num(long double x, std::uint32_t draw) {
    if (lane::is_native<double>(F, R))
      *this = Num(static_cast<double>(x), draw);
    else if (takes_odd_numbers)
      *this = Num(num::detail::odd_binary64(x), draw);
    else
      *this = Num(Wide(x), draw);
  }

  // The draw for a conversion of x. An exact one needs none where the thread has no ScopedStream; an inexact one then
  // throws Error.
  template <class X>
  static constexpr std::uint32_t conversion_draw(const X& x) {
    if constexpr (!R.is_stochastic()) {
      return 0;
    } else {
      if (!std::is_constant_evaluated() && ScopedStream::is_active()) return ScopedStream::next();
      return num::detail::is_same_number(Num(x, 0).value(), x) ? 0 : ScopedStream::next();
    }
  }

  // Whether a real number is rounded as itself if it is first rounded to odd in binary64 (Boldo & Melquiond): two bits
  // are left below the quantum, and overflow does not ask for the low bits.
  static constexpr bool takes_odd_numbers =
      has_wide_grid && O != Overflow::wrap && lane::rounds_odd<double>(F, R) &&
      F.quantum_exponent() - R.random_bits - 2 >= lane::Lane<double>::min_quantum_exponent;

  // 2^exponent, which must be a number of the format.
  static constexpr Num power_of_two(int exponent) {
    if constexpr (is_wide)
      return exactly(Wide(1, exponent));
    else
      return exactly(static_cast<lane_type>(format::exp2i(exponent)));
  }

  static constexpr Num from_code(code_type code) {
    if constexpr (is_wide)
      return exactly(format::decode_wide(F, code));
    else
      return exactly(static_cast<lane_type>(decode(F, code)));
  }
  constexpr code_type code() const {
    if constexpr (is_wide)
      return static_cast<code_type>(format::encode_wide(F, lane_));
    else
      return encode(F, static_cast<double>(lane_));
  }

  // The number itself: a double, or a Wide where that is needed.
  constexpr auto value() const {
    if constexpr (is_wide)
      return lane_;
    else
      return static_cast<double>(lane_);
  }

  // Exact where the type holds the number, else rounded once: to nearest even, toward zero to an integer. Error if an
  // integer type does not reach the number.
  constexpr explicit operator double() const { return static_cast<double>(lane_); }
  constexpr explicit operator float() const { return static_cast<float>(lane_); }
  constexpr explicit operator long double() const { return static_cast<long double>(lane_); }
  template <std::integral I>
  requires(!std::same_as<I, bool>) constexpr explicit operator I() const {
    if constexpr (is_wide)
      return to_integer<I>(rz);
    else
      return num::detail::truncated<I>(value());
  }
  constexpr explicit operator bool() const { return !is_zero(); }

  // As an integer, rounded by r. Error if the type does not reach it, for infinities and NaN.
  template <std::integral I>
  I to_integer(Rounding r, std::uint32_t draw = 0) const {
    using L = std::numeric_limits<I>;
    if constexpr (std::signed_integral<I>) {
      const std::int64_t x = exact::to_int64(value(), r, draw);
      if (x < L::min() || x > L::max()) throw Error("the number lies beyond the range of the integer type");
      return static_cast<I>(x);
    } else {
      const std::uint64_t x = exact::to_uint64(value(), r, draw);
      if (x > L::max()) throw Error("the number lies beyond the range of the integer type");
      return static_cast<I>(x);
    }
  }

  constexpr bool is_nan() const { return lane_ != lane_; }
  constexpr bool is_zero() const { return lane_ == lane_type(0.0); }
  constexpr bool is_infinite() const { return !is_nan() && !is_finite(); }
  constexpr bool is_finite() const {
    if constexpr (is_wide)
      return lane_.is_finite();
    else
      return one_lane::Abs(lane_) < std::numeric_limits<lane_type>::infinity();
  }
  // The sign of zeros, too; NaN, which has one code, has no sign.
  constexpr bool is_negative() const {
    if (is_nan()) return false;
    if constexpr (is_wide)
      return lane_.is_negative();
    else
      return (std::bit_cast<typename lane::Lane<lane_type>::Bits>(lane_) >> (8 * sizeof(lane_type) - 1)) != 0;
  }

  static constexpr Num add(Num a, Num b, std::uint32_t draw) {
    if constexpr (has_lanes)
      return rounded(one_lane::Sum(lane, grid, a.lane_, b.lane_), draw);
    else
      return referred(reference().add(a.lane_, b.lane_, draw));
  }
  // round(a + b) for a binary64 b that need not be a number of the format.
  static constexpr Num add_number(Num a, double b, std::uint32_t draw) {
    if constexpr (has_wide_grid && lane::adds_numbers<double>(F, R, O))
      return Num(one_lane::Sum(wide, lane::for_any_numbers(wide_grid), a.value(), b), draw);
    else
      return referred(reference().add(a.lane_, b, draw));
  }
  static constexpr Num sub(Num a, Num b, std::uint32_t draw) { return add(a, exactly(-b.lane_), draw); }
  static constexpr Num mul(Num a, Num b, std::uint32_t draw) {
    if constexpr (has_lanes)
      return rounded(one_lane::Product(lane, grid, a.lane_, b.lane_), draw);
    else
      return referred(reference().mul(a.lane_, b.lane_, draw));
  }
  static constexpr Num div(Num a, Num b, std::uint32_t draw) {
    if constexpr (has_lanes)
      return rounded(one_lane::Quotient(lane, grid, a.lane_, b.lane_), draw);
    else
      return referred(reference().div(a.lane_, b.lane_, draw));
  }
  static constexpr Num sqrt(Num a, std::uint32_t draw) {
    if constexpr (has_lanes)
      return rounded(one_lane::SquareRoot(lane, grid, a.lane_), draw);
    else
      return referred(reference().sqrt(a.lane_, draw));
  }
  // a b + c, rounded once.
  static constexpr Num fma(Num a, Num b, Num c, std::uint32_t draw) {
    if constexpr (has_lanes && lane::fuses<double>(F, R, O))
      return Num(one_lane::FusedMultiplyAdd(wide, wide_grid, a.value(), b.value(), c.value()), draw);
    else
      return referred(reference().fma(a.lane_, b.lane_, c.lane_, draw));
  }
  // a - n b, n the integer nearest to a / b, ties to even (IEEE 754-2019, 5.3.1): a number of any format with
  // subnormals.
  static Num remainder(Num a, Num b, std::uint32_t draw) {
    return referred(reference().remainder(a.lane_, b.lane_, draw));
  }
  // The same, n truncated.
  static Num fmod(Num a, Num b, std::uint32_t draw) { return referred(reference().fmod(a.lane_, b.lane_, draw)); }

  // round(s * a) for a binary64 s of any precision.
  static constexpr Num scale(double s, Num a, std::uint32_t draw) {
    if constexpr (has_wide_grid) {
      if (s == 0 || lane::can_scale(F, R, s < 0 ? -s : s))
        return Num(one_lane::Scaling(wide, wide_grid, s, a.value()), draw);
    }
    return referred(reference().mul(s, a.lane_, draw));
  }

#define LOWPREC_OPERATOR(operation, symbol)                                                   \
  friend constexpr Num operator symbol(Num a, Num b) { return operation(a, b, next_draw()); } \
  constexpr Num& operator symbol##=(Num b) { return *this = *this symbol b; }
  LOWPREC_OPERATORS(LOWPREC_OPERATOR)
#undef LOWPREC_OPERATOR
  friend constexpr Num operator+(Num a) { return a; }
  // Exact, but for the lowest two's complement number, which overflows, and -0 where the format has none.
  friend constexpr Num operator-(Num a) {
    if constexpr (has_lanes)
      return rounded(-a.lane_, 0);
    else
      return referred(reference().convert(-a.lane_, 0));
  }

#define LOWPREC_OPERATION(name, operands)                         \
  friend constexpr Num name(LOWPREC_PARAMETERS_##operands(Num)) { \
    return name(LOWPREC_ARGUMENTS_##operands, next_draw());       \
  }
  LOWPREC_NAMED_OPERATIONS(LOWPREC_OPERATION)
#undef LOWPREC_OPERATION
  // The neighbours in the format; beyond its largest numbers, what the overflow rule gives.
  friend Num next_up(Num a) { return referred(reference().next_up(a.lane_)); }
  friend Num next_down(Num a) { return referred(reference().next_down(a.lane_)); }
  friend Num nextafter(Num a, Num b) { return referred(reference().next_after(a.lane_, b.lane_)); }

  // x = 0.5 rounds as Num(0.5) does.
  template <class T>
  requires(std::integral<T> || std::floating_point<T>) constexpr Num& operator=(T x) { return *this = Num(x); }
  // x + 1 and x - 1, rounded.
  constexpr Num& operator++() { return *this += Num(1); }
  constexpr Num& operator--() { return *this -= Num(1); }
  constexpr Num operator++(int) { return std::exchange(*this, *this + Num(1)); }
  constexpr Num operator--(int) { return std::exchange(*this, *this - Num(1)); }

  friend constexpr bool operator==(Num a, Num b) { return a.lane_ == b.lane_; }
  friend constexpr std::partial_ordering operator<=>(Num a, Num b) { return a.lane_ <=> b.lane_; }

  // The arithmetic that every operator is defined by.
  static const Reference& reference() {
    static const Reference instance(F, R, O);
    return instance;
  }

 private:
  // An integer rounded to odd in binary64 is rounded as itself where two bits more than these remain; wrapping sees
  // all.
  static constexpr bool takes_odd_integers = has_wide_grid && O != Overflow::wrap && lane::rounds_odd<double>(F, R);

  template <class T, bool kHas>
  static constexpr lane::LaneConstants<T> grid_if() {
    if constexpr (kHas)
      return lane::make_lane_constants<T>(F, R, O);
    else
      return {};
  }
  using grid_type = std::conditional_t<narrow, float, double>;
  static constexpr one_lane::OneLane<grid_type> lane{};
  static constexpr one_lane::OneLane<double> wide{};
  static constexpr lane::LaneConstants<grid_type> grid = grid_if<grid_type, has_lanes>();
  static constexpr lane::LaneConstants<double> wide_grid = grid_if<double, has_wide_grid>();

  static constexpr Num exactly(lane_type x) {
    Num result;
    result.lane_ = x;
    return result;
  }
  static Num referred(const Wide& x) { return exactly(static_cast<lane_type>(x)); }

  template <class T>
  static constexpr T round_lane(const lane::LaneConstants<T>& g, T x, std::uint32_t draw) {
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
  static constexpr std::uint32_t next_draw() {
    if constexpr (R.is_stochastic()) return ScopedStream::next();
    return 0;
  }

  lane_type lane_ = lane_type(0.0);
};

// The overflow rule is written out because g++ 12 crashes on a default argument that depends on an alias' parameters.
template <int e, int m>
using Float = Num<fp(e, m), rne, default_overflow(fp(e, m))>;
template <int k>
using Int = Num<integer(k), rne, Overflow::saturate>;
template <int k, int f>
using Fixed = Num<fixed(k, f), rne, Overflow::saturate>;

}  // namespace lowprec

namespace lowprec::num {

namespace detail {
template <class T>
inline constexpr bool is_num = false;
template <Format F, Rounding R, Overflow O>
inline constexpr bool is_num<Num<F, R, O>> = true;
}  // namespace detail

// Any Num<F, R, O>.
template <class T>
concept AnyNum = detail::is_num<T>;

// Integer and floating-point types of the language.
template <class T>
concept NativeNumber = std::integral<T> || std::floating_point<T>;

}  // namespace lowprec::num

namespace lowprec {

// sqrt, fma, remainder and fmod as members of the namespace, as the functions of math.h are: lowprec::sqrt(x).
#define LOWPREC_OPERATION(name, operands)                                              \
  template <num::AnyNum N, std::same_as<N>... M>                                       \
  requires(sizeof...(M) == operands - 1) constexpr N name(const N& x, const M&... y) { \
    return num::operation::name::of(x, y...);                                          \
  }
LOWPREC_NAMED_OPERATIONS(LOWPREC_OPERATION)
#undef LOWPREC_OPERATION

template <num::AnyNum N, std::same_as<N> M>
N nextafter(const N& x, const M& y) {
  return nextafter(x, y);  // the friend of N, which is no template and so comes first
}

}  // namespace lowprec
