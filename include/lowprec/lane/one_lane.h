// The vocabulary of the texts for one constexpr lane. A lane is a float, a double or an unsigned integer; a mask is a
// bool. Highway supplies the same names for vectors (src/kernel/vector_lanes-inl.h). Both include the same texts, so
// scalar and vector code cannot differ.
#pragma once

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <type_traits>

#include "lowprec/format/events.h"
#include "lowprec/lane/aes.h"
#include "lowprec/lane/lane_constants.h"

namespace lowprec::one_lane {

template <class T>
struct OneLane {};

template <class D>
struct LaneOf;
template <class T>
struct LaneOf<OneLane<T>> {
  using type = T;
};
template <class D>
using TFromD = typename LaneOf<D>::type;
template <class D>
using Vec = TFromD<D>;
template <class D>
using BitsOf = OneLane<typename lane::Lane<TFromD<D>>::Bits>;

template <class To, class From>
constexpr To BitCast(OneLane<To>, From x) {
  return std::bit_cast<To>(x);
}

// Returns the square root of a, rounded to nearest, with kBits significand bits. kBits must be below 63. No root is a
// tie.
template <int kBits>
constexpr double square_root(double a) {
  if (!(a > 0)) return a == 0 ? a : std::numeric_limits<double>::quiet_NaN();
  if (a > std::numeric_limits<double>::max()) return a;
  const format::Magnitude m = format::magnitude_of(a);
  int shift = 126 - format::bit_width(m.significand);  // a root of 63 bits
  shift += (m.exponent - shift) % 2 != 0 ? 1 : 0;
  format::Uint128 rest = m.significand << shift, root = 0;
  for (int bit = (format::bit_width(rest) - 1) / 2; bit >= 0; --bit) {
    const format::Uint128 larger =
        (root << (bit + 1)) + (format::Uint128{1} << (2 * bit));  // (root + 2^bit)^2 - root^2
    if (larger > rest) continue;
    rest -= larger;
    root += format::Uint128{1} << bit;
  }
  const int excess = format::bit_width(root) - kBits;
  const auto rounded = static_cast<std::uint64_t>((root >> excess) + ((root >> (excess - 1)) & 1));
  return format::ldexp_exact(rounded, (m.exponent - shift) / 2 + excess);
}

// Bitwise operations act on the representation of floating-point lanes, and on masks.
template <class T, class Op>
constexpr T Bitwise(T a, T b, Op op) {
  if constexpr (std::is_floating_point_v<T>) {
    using Bits = typename lane::Lane<T>::Bits;
    return std::bit_cast<T>(static_cast<Bits>(op(std::bit_cast<Bits>(a), std::bit_cast<Bits>(b))));
  } else {
    return static_cast<T>(op(a, b));
  }
}
template <class T>
constexpr T And(T a, T b) {
  return Bitwise(a, b, [](auto x, auto y) { return x & y; });
}
template <class T>
constexpr T Or(T a, T b) {
  return Bitwise(a, b, [](auto x, auto y) { return x | y; });
}
template <class T>
constexpr T Xor(T a, T b) {
  return Bitwise(a, b, [](auto x, auto y) { return x ^ y; });
}
// Returns ~a & b.
template <class T>
constexpr T AndNot(T a, T b) {
  return Bitwise(a, b, [](auto x, auto y) { return ~x & y; });
}
constexpr bool AndNot(bool a, bool b) { return !a && b; }
constexpr bool Not(bool mask) { return !mask; }
// Returns the lanes of a mask that have none of the bits.
template <class T>
constexpr bool HasNoneOf(bool mask, T a, T bits) {
  return mask && And(a, bits) == 0;
}
// Returns the mask for lanes of another type.
template <class T>
constexpr bool RebindMask(OneLane<T>, bool mask) {
  return mask;
}

template <class T>
constexpr T Set(OneLane<T>, T x) {
  return x;
}
template <class T>
constexpr T Zero(OneLane<T>) {
  return T{};
}
template <class T>
constexpr T Add(T a, T b) {
  return a + b;
}
template <class T>
constexpr T Sub(T a, T b) {
  return a - b;
}
// Returns a product that no compiler fuses with a sum, whatever its flags, since fusing would change the number of
// roundings. g++ keeps the parentheses of the barrier. Compilers without a barrier find a choice between product and
// sum (NaN + NaN is that NaN). Loops are still vectorised.
template <class T>
constexpr T Mul(T a, T b) {
  const T product = a * b;
  if constexpr (std::is_floating_point_v<T>) {
#if __has_builtin(__builtin_assoc_barrier)
    return __builtin_assoc_barrier(product);
#else
    return product == product ? product : product + product;
#endif
  } else {
    return product;
  }
}
// Return a b + c and c - a b. a b must be a number of the lane: then the bits are the same, fused or not.
template <class T>
constexpr T ExactMulAdd(T a, T b, T c) {
  return a * b + c;
}
template <class T>
constexpr T ExactNegMulAdd(T a, T b, T c) {
  return c - a * b;
}
template <class T>
constexpr T Div(T a, T b) {
  return a / b;
}
// Returns the nearest square root. In constant expressions bits are counted, since std::sqrt is constexpr with g++
// only.
template <class T>
constexpr T Sqrt(T a) {
  if constexpr (std::is_floating_point_v<T>)
    if (std::is_constant_evaluated())
      return static_cast<T>(square_root<lane::Lane<T>::precision>(static_cast<double>(a)));
  return std::sqrt(a);
}
template <class T>
constexpr T Abs(T a) {
  if constexpr (!std::is_floating_point_v<T>)
    return lane::Lane<T>::abs(a);
  else {
    using Bits = typename lane::Lane<T>::Bits;
    return std::bit_cast<T>(static_cast<Bits>(std::bit_cast<Bits>(a) & (static_cast<Bits>(-1) >> 1)));
  }
}
template <class T>
constexpr T CopySignToAbs(T magnitude, T sign) {
  if constexpr (!std::is_floating_point_v<T>)
    return lane::Lane<T>::copy_sign(magnitude, sign);
  else {
    return Or(magnitude, And(sign, T{-0.0}));
  }
}
template <class T>
constexpr T Min(T a, T b) {
  return b < a ? b : a;
}
template <class T>
constexpr T Max(T a, T b) {
  return a < b ? b : a;
}
// The numbers must have no sign and not be NaN. Then their order is that of their bits, whose choice no compiler takes
// apart.
template <class D, class T>
constexpr T MinMagnitude(D, T a, T b) {
  if constexpr (!std::is_floating_point_v<T>)
    return Min(a, b);
  else {
    using Bits = typename lane::Lane<T>::Bits;
    return std::bit_cast<T>(Min(std::bit_cast<Bits>(a), std::bit_cast<Bits>(b)));
  }
}
template <class D, class T>
constexpr T MaxMagnitude(D, T a, T b) {
  if constexpr (!std::is_floating_point_v<T>)
    return Max(a, b);
  else {
    using Bits = typename lane::Lane<T>::Bits;
    return std::bit_cast<T>(Max(std::bit_cast<Bits>(a), std::bit_cast<Bits>(b)));
  }
}
// Returns x, but no less than low and no more than high. NaN stays NaN.
template <class T>
constexpr T ClampNumber(T x, T low, T high) {
  return x < low ? low : high < x ? high : x;
}
// Returns floor(a), exactly. Numbers of 2^(P-1) and more are integers already.
template <class T>
constexpr T Floor(T a) {
  if constexpr (!std::is_floating_point_v<T>)
    return lane::Lane<T>::floor(a);
  else {
    if (!(Abs(a) < T{1} / std::numeric_limits<T>::epsilon())) return a;
    const T truncated = static_cast<T>(static_cast<std::int64_t>(a));
    return a < truncated ? truncated - T{1} : truncated;
  }
}
// Returns 2^floor(log2 a) of a normal number a > 0. For a smaller number the result is at most that of a normal one.
template <class T>
constexpr T Binade(OneLane<T>, T a) {
  if constexpr (!std::is_floating_point_v<T>)
    return lane::Lane<T>::binade(a);
  else
    return And(a, std::numeric_limits<T>::infinity());
}
// Returns whether floor(log2 |a|) of a normal number is odd. The bias of the exponent field is odd.
template <class T>
constexpr bool OddExponent(OneLane<T>, T a) {
  if constexpr (!std::is_floating_point_v<T>)
    return lane::Lane<T>::odd_exponent(a);
  else
    return And(a, std::numeric_limits<T>::min()) == 0;
}
template <class T>
constexpr bool Lt(T a, T b) {
  return a < b;
}
template <class T>
constexpr bool Le(T a, T b) {
  return a <= b;
}
template <class T>
constexpr bool Eq(T a, T b) {
  return a == b;
}
template <class T>
constexpr std::uint64_t CountTrue(OneLane<T>, bool mask) {
  return mask ? 1 : 0;
}
template <class T>
constexpr T IfThenElse(bool mask, T yes, T no) {
  return mask ? yes : no;
}
template <class T>
constexpr T IfThenElseZero(bool mask, T yes) {
  return mask ? yes : T{};
}
template <int kBits, class T>
constexpr T ShiftRight(T a) {
  return static_cast<T>(a >> kBits);
}
template <class T>
constexpr T ShiftRightSame(T a, int bits) {
  return static_cast<T>(a >> bits);
}
template <class T>
constexpr T ShiftLeftSame(T a, int bits) {
  return static_cast<T>(a << bits);
}
template <class T>
constexpr bool AllTrue(OneLane<T>, bool mask) {
  return mask;
}
template <class T>
constexpr T LoadU(OneLane<T>, const T* from) {
  return *from;
}
// 32-bit integers in 64-bit lanes.
constexpr std::uint64_t LoadWords(OneLane<std::uint64_t>, const std::uint32_t* from) { return *from; }

// A 16-byte block as a lane.
constexpr lane::Block DupBlock(OneLane<lane::Block>, const lane::Block& block) { return block; }
constexpr lane::Block Xor(lane::Block a, lane::Block b) { return {a.lower ^ b.lower, a.upper ^ b.upper}; }
constexpr lane::Block AesRound(lane::Block state, lane::Block key) { return lane::aes_round(state, key); }
constexpr lane::Block AesLastRound(lane::Block state, lane::Block key) { return lane::aes_last_round(state, key); }

}  // namespace lowprec::one_lane

#define LOWPREC_LANES one_lane
#define LOWPREC_TEXT constexpr
#include "lowprec/lane/all-inl.h"
#undef LOWPREC_LANES
#undef LOWPREC_TEXT
