// Num with integers and native floating-point numbers, in std:: templates, at compile time.
#include "lowprec/num/native_operators.h"
#include "lowprec/format/presets.h"

#include <cmath>
#include <complex>
#include <numeric>
#include <string>
#include <type_traits>
#include <unordered_set>
#include <valarray>
#include <vector>

#include "lowprec/num.h"
#include "lowprec/num/literals.h"
#include "support/cases.h"

using namespace lowprec;

namespace {

using F8 = Num<e4m3fn>;
using Bfloat = Num<bfloat16>;
using Half = Num<binary16>;
using Binary128 = Num<fp(15, 112)>;

// Whether a + b and the like compile.
template <class A, class B>
concept Adds = requires(A a, B b) {
  a + b;
};
template <class A, class B>
concept Computes = requires(A a, B b) {
  a + b;
  a - b;
  a* b;
  a / b;
  a += b;
  a -= b;
  a *= b;
  a /= b;
  a == b;
  a < b;
};

// The operand of type T is converted first, then the operation rounds.
template <class N, class T>
void check_conversion_first(T y) {
  const N converted(y);
  for (const double v : {0.0, -1.0, 1.5, 6.0, 100.0}) {
    const N x(v);
    static_assert(std::is_same_v<decltype(x * y), N> && std::is_same_v<decltype(y - x), N>);
    const auto same = [](N a, N b) { return a == b || (a.is_nan() && b.is_nan()); };
    CHECK((same(x + y, x + converted) && same(y + x, converted + x)));
    CHECK((same(x - y, x - converted) && same(y - x, converted - x)));
    CHECK((same(x * y, x * converted) && same(y * x, converted * x)));
    CHECK((same(x / y, x / converted) && same(y / x, converted / x)));
    N z = x;
    z += y, z -= y, z *= y, z /= y;
    CHECK(same(z, (x + converted - converted) * converted / converted));
  }
}

template <class N>
void check_conversions_first() {
  check_conversion_first<N>(0.3);
  check_conversion_first<N>(1.0625F);
  check_conversion_first<N>(1 + 0x1p-11L + 0x1p-63L);
  check_conversion_first<N>(17);
  check_conversion_first<N>(std::int64_t{-100});
  check_conversion_first<N>(static_cast<unsigned char>(3));
  check_conversion_first<N>(true);
}

// One step of one-sample gradient descent, rounded in every operation.
template <class T>
constexpr T training_step() {
  T w[2] = {T(0), T(0.5)};
  const T x[2] = {T(1.5), T(-0.75)}, label(2), rate(0.125);
  T prediction(0);
  for (int i = 0; i < 2; ++i) prediction += w[i] * x[i];
  const T error = label - prediction;
  for (int i = 0; i < 2; ++i) w[i] += rate * (error * x[i]);
  return sqrt(fma(w[0], w[0], w[1] * w[1]));
}

}  // namespace

TEST_CASE("x + y of a native y is x + Num(y), on either side, in every type") {
  check_conversions_first<F8>();
  check_conversions_first<Half>();
  check_conversions_first<Num<integer(8)>>();
  check_conversions_first<Num<binary64, rz>>();
  check_conversions_first<Binary128>();
}

TEST_CASE("a literal is rounded to the format before it takes part") {
  CHECK(F8(2) * 1.0625 == 2);                 // 1.0625 is a tie that goes to 1; in binary64 2.125
  CHECK(F8(16) * 17 == 256);                  // 17 is a tie that goes to 16
  CHECK((F8(1) * 500.0).is_nan());            // 500 lies beyond the range
  CHECK(Num<e4m3fn, rz>(1) * 1.99 == 1.875);  // by the rounding of the type
  CHECK(1.0 / F8(3) == 0.34375);
  const ScopedStream scope(Stream{7, 7});
  using S = Num<e4m3fn, sr>;
  const S sum = S(1, 0) + 0.03;
  const Stream draws{7, 7};
  CHECK(sum == S::add(S(1, 0), S(0.03, draws.draw(0)), draws.draw(1)));
}

TEST_CASE("comparisons with native numbers are exact") {
  CHECK((F8(448) < 1e9 && F8(448) > -1e9 && F8(0) > -1e-300));
  CHECK((F8(0.1) != 0.1 && F8(0.1) == 0.1015625 && F8(0.1) > 0.1));
  CHECK((Bfloat(16777216) < 16777217 && 16777217 > Bfloat(16777216)));
  CHECK((Num<binary64>(0x1p63) != std::int64_t{0x7FFFFFFFFFFFFFFF} && Num<binary64>(0x1p63) == std::uint64_t{1} << 63));
  CHECK((Num<binary64>(1) < 1 + 0x1p-63L && Binary128(1) / 3 > 1.0 / 3));
  CHECK_FALSE(F8(std::nan("")) == 0);
  CHECK((F8(std::nan("")) <=> 0) == std::partial_ordering::unordered);
  static_assert(F8(3) == 3 && 2.5F < F8(3) && F8(3) <= 3U);
}

TEST_CASE("two formats, two roundings or two overflow rules do not mix; the compiler shows what to write") {
  static_assert(Computes<F8, F8> && Computes<F8, double> && Computes<F8, int>);
  static_assert(!Adds<F8, Half> && !Adds<F8, Num<e4m3fn, rz>> && !Adds<Int<8>, Num<integer(8), rne, Overflow::wrap>>);
  static_assert(Adds<F8, decltype(F8(Half(1)))>);
  static_assert(!std::is_convertible_v<Half, F8> && std::is_constructible_v<F8, Half>);
  CHECK(F8(Half(17.5)) + F8(1) == 20);
}

TEST_CASE("++ and --") {
  F8 x(14);
  CHECK((x++ == 14 && x == 15 && ++x == 16 && ++x == 16));  // 17 is a tie: counting stops
  CHECK((x-- == 16 && x == 15 && --x == 14));
}

TEST_CASE("literals are numbers of their formats") {
  static_assert(std::is_same_v<decltype(1.5_bf16), Bfloat> && std::is_same_v<decltype(3_e4m3), F8>);
  static_assert(0.1_e4m3fn == 0.1015625 && 0.1_fp16 == 0x1.998p-4 && 1000_int8 == 127 && 3_e2m1 == 3);
  static_assert(1.0009765625_fp16 == 1.0009765625 && 0.1_binary64 == 0.1);
  static_assert(16973823_bfloat16 == 0x1020000);
  CHECK(-0.5_e5m2 == -0.5);
}

TEST_CASE("from a long double, rounded once, as a constant too") {
  static_assert(Half(1 + 0x1p-11L + 0x1p-63L) == 1 + 0x1p-10);  // in binary64 a tie
  static_assert(Half(1 + 0x1p-11L) == 1 && Half(-(1 + 0x1p-11L - 0x1p-63L)) == -1);
  static_assert(Half(0x1p-16445L) == 0 && Half(-0x1p-16445L).is_negative() && Half(0x1p16000L).is_infinite());
  CHECK(Num<binary16, ru>(0x1p-16445L) == 0x1p-24);
  CHECK(Num<binary16, rz>(0x1p16000L) == 65504);
  CHECK(Num<binary64, rz>(0.1L) < 0.1);
}

TEST_CASE("to integers at compile time, and refused beyond them") {
  static_assert(static_cast<int>(Bfloat(-2.75)) == -2 && static_cast<signed char>(Bfloat(-128.5)) == -128);
  static_assert(static_cast<std::int64_t>(Num<binary64>(-0x1p63)) == std::numeric_limits<std::int64_t>::min());
  CHECK_THROWS_AS(static_cast<void>(static_cast<std::int64_t>(Num<binary64>(0x1p63))), Error);
  CHECK_THROWS_AS(static_cast<void>(static_cast<unsigned>(Bfloat(-1))), Error);
  CHECK_THROWS_AS(static_cast<void>(static_cast<int>(Bfloat(std::nan("")))), Error);
  CHECK(static_cast<unsigned>(Bfloat(-0.75)) == 0);
}

TEST_CASE("a training step is a constant expression") {
  static_assert(training_step<F8>() == 0.5);
  static_assert(training_step<Half>() == 0x1.0c8p-1);
  static_assert(training_step<Num<bfloat16, ru>>().value() >= training_step<Num<bfloat16, rd>>().value());
}

TEST_CASE("sqrt as a constant equals sqrt at run time: every number of binary16, some of binary64") {
  static_assert(sqrt(Num<binary64>(2.0)) == 0x1.6a09e667f3bcdp0 && sqrt(Num<binary64>(0x1p-1074)) == 0x1p-537);
  static_assert(sqrt(Half(-0.0)).is_negative() && sqrt(Half(0x1p-24)) == 0x1p-12);
  CHECK((sqrt(Half(-1)).is_nan() && sqrt(Half(1e9)).is_infinite()));  // NaN is no constant with clang
  cases::Tally tally;
  for (unsigned code = 0; code < 0x8000; ++code) {
    const double x = Half::from_code(code).value();
    const auto f = static_cast<float>(x);
    tally.expect(cases::same_bits(static_cast<float>(one_lane::square_root<24>(f)), std::sqrt(f)) || x != x,
                 [&] { return "binary32 sqrt " + cases::hex(x); });
    tally.expect(cases::same_bits(one_lane::square_root<53>(x), std::sqrt(x)) || x != x,
                 [&] { return "binary64 sqrt " + cases::hex(x); });
  }
  const Stream stream{5, 5};
  for (std::uint64_t i = 0; i < 100000; ++i) {
    const double x = std::bit_cast<double>((std::uint64_t{stream.draw(2 * i)} << 32 | stream.draw(2 * i + 1)) >> 1);
    tally.expect(cases::same_bits(one_lane::square_root<53>(x), std::sqrt(x)) || x != x,
                 [&] { return "sqrt " + cases::hex(x); });
  }
  tally.report("square roots");
}

TEST_CASE("trivially copyable, as small as its lane") {
  static_assert(std::is_trivially_copyable_v<F8> && std::is_standard_layout_v<F8> && sizeof(F8) == sizeof(float));
  static_assert(sizeof(Num<tf32>) == sizeof(double) && std::is_trivially_copyable_v<Binary128>);
  static_assert(std::is_nothrow_default_constructible_v<F8> && F8() == 0);
}

TEST_CASE("std::complex, std::valarray and <numeric> over Num") {
  const std::complex<Bfloat> z(Bfloat(3), Bfloat(4)), one(Bfloat(1));
  CHECK((z * z == std::complex<Bfloat>(Bfloat(-7), Bfloat(24)) && abs(z) == 5 && norm(z) == 25));
  CHECK((sqrt(z) == std::complex<Bfloat>(Bfloat(2), Bfloat(1)) && z / z == one && conj(z).imag() == -4));
  std::valarray<Bfloat> v(Bfloat(2), 4);
  v[0] = Bfloat(-2);
  v *= Bfloat(3);
  CHECK((v.sum() == 12 && abs(v).min() == 6 && sqrt(abs(v))[1] == Bfloat(2.453125) && v.max() == 6));
  const std::vector<F8> tens(30, F8(10));
  CHECK(std::accumulate(tens.begin(), tens.end(), F8(0)) == 256);  // 256 + 10: less than half a quantum of 32
  CHECK(std::inner_product(tens.begin(), tens.begin() + 3, tens.begin(), F8(0)) == 288);
}
