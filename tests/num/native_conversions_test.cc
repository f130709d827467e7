// Num: formats without lanes; conversions from and to every type; what is a constant expression.
#include <cmath>
#include <limits>
#include <string>
#include <type_traits>

#include "lowprec/format/names.h"
#include "lowprec/format/presets.h"
#include "lowprec/num.h"
#include "support/cases.h"

using namespace lowprec;

namespace {

using Binary128 = Num<fp(15, 112)>;
using Extended = Num<fp(15, 63)>;
using Zero64 = Num<binary64, rz>;
using Random32 = Num<binary32, sr>;
using Bfloat = Num<bfloat16>;

constexpr double kInf = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr std::uint64_t kMaxU64 = std::numeric_limits<std::uint64_t>::max();
constexpr std::int64_t kMin64 = std::numeric_limits<std::int64_t>::min();

format::Uint128 code128(std::uint64_t upper, std::uint64_t lower) { return format::Uint128{upper} << 64 | lower; }

template <class N>
void check_arithmetic() {
  const ScopedStream scope(Stream{1, 1});
  N x(1.5);
  x += N(0.25), x *= N(3), x -= N(1), x /= N(2);  // 1.75, 5.25, 4.25, 2.125: exact
  CHECK(x == N(2.125));
  CHECK((-x).is_negative());
  CHECK(+x == x);
  CHECK(fma(x, N(2), N(-4)) == N(0.25));
  CHECK(sqrt(N(6.25)) == N(2.5));
  CHECK(remainder(N(5), N(3)) == N(-1));
  CHECK(fmod(N(5), N(3)) == N(2));
  CHECK(next_down(next_up(x)) == x);
  CHECK((next_up(x) > x && nextafter(x, N(0)) == next_down(x)));
  CHECK((N(1) / N(0.0)).is_infinite());
  CHECK((sqrt(N(-1)).is_nan() && !N(kNan).is_finite() && N(-0.0).is_zero() && N(-0.0).is_negative()));
  CHECK(N::from_code(x.code()) == x);
}

// The words of the Error that f throws.
template <class F>
std::string message(F f) {
  try {
    f();
  } catch (const Error& error) {
    return error.what();
  }
  return "accepted";
}
bool has(const std::string& text, const char* words) { return text.find(words) != std::string::npos; }

template <class N, class I>
void check_refused(double x) {
  CHECK_THROWS_AS(static_cast<void>(static_cast<I>(N(x))), Error);
}

}  // namespace

TEST_CASE("operators of formats with lanes and without") {
  check_arithmetic<Binary128>();
  check_arithmetic<Extended>();
  check_arithmetic<Zero64>();
  check_arithmetic<Random32>();
  check_arithmetic<Num<binary64>>();
  check_arithmetic<Num<fp(7, 20), rz>>();
}

TEST_CASE("binary128: codes of 128 bits") {
  static_assert(std::is_same_v<Binary128::code_type, format::Uint128> &&
                std::is_same_v<Extended::code_type, format::Uint128>);
  static_assert(std::is_same_v<Num<binary64>::code_type, std::uint64_t>);
  CHECK(((Binary128(1) / Binary128(3)).code() == code128(0x3FFD555555555555, 0x5555555555555555)));
  CHECK(
      ((Num<fp(15, 112), ru>(1) / Num<fp(15, 112), ru>(3)).code() == code128(0x3FFD555555555555, 0x5555555555555556)));
  CHECK((sqrt(Binary128(2)).code() == code128(0x3FFF6A09E667F3BC, 0xC908B2FB1366EA95)));
  CHECK(Binary128::from_code(1).value().is_same(Wide(1, -16494)));
  CHECK(Binary128::from_code(code128(0x7FFF800000000000, 0)).is_nan());
  CHECK(((-Binary128()).code() == code128(0x8000000000000000, 0)));
  CHECK(((Extended(1) / Extended(3)).code() == (format::Uint128{0x3FFD} << 63 | 0x2AAAAAAAAAAAAAAB)));
  CHECK_THROWS_AS(Extended::from_code(format::Uint128{1} << 79), Error);
}

TEST_CASE("binary64 toward zero and stochastic binary32: neighbours of the exact results") {
  CHECK(static_cast<double>(Zero64(1) / Zero64(10)) == std::nextafter(0.1, 0));
  CHECK(static_cast<double>(Zero64(-2) / Zero64(3)) == -2.0 / 3);
  CHECK(static_cast<double>(Zero64(1) + Zero64(-0x1p-80)) == std::nextafter(1.0, 0));
  CHECK(static_cast<double>(Zero64(1e308) * Zero64(10)) == std::numeric_limits<double>::max());
  const Random32 one(1, 0), three(3, 0);
  CHECK(static_cast<double>(Random32::div(one, three, 0)) == 0x1.555554p-2);
  CHECK(static_cast<double>(Random32::div(one, three, ~0U)) == 0x1.555556p-2);
  CHECK(static_cast<double>(Random32::sqrt(Random32(2, 0), 0)) == 0x1.6a09e6p0);
  CHECK(static_cast<double>(Random32::fma(one, three, Random32(0x1p-60, 0), 0)) == 3);
}

TEST_CASE("from integers of every size, rounded once") {
  CHECK(static_cast<double>(Bfloat(16973823)) == 0x1020000);  // through binary32 0x1040000
  CHECK(static_cast<double>(Num<bfloat16, ru>(16973823)) == 0x1040000);
  CHECK(static_cast<double>(Bfloat(kMaxU64)) == 0x1p64);
  CHECK(static_cast<double>(Num<bfloat16, rz>(kMaxU64)) == 0x1.FEp63);
  CHECK(static_cast<double>(Bfloat(kMin64)) == -0x1p63);
  CHECK(static_cast<double>(Num<binary64, rd>(kMin64 + 1)) == -0x1p63);
  CHECK(Num<binary64, rz>(kMaxU64).value() == 0x1.FFFFFFFFFFFFFp63);
  CHECK(Binary128(kMaxU64).value().is_same(kMaxU64));
  CHECK(Extended(kMin64 + 1).value().is_same(kMin64 + 1));
  CHECK(static_cast<double>(Num<integer(8)>(kMin64)) == -128);
  CHECK(static_cast<double>(Num<e4m3fn>(static_cast<signed char>(-100))) == -96);
  static_assert(static_cast<double>(Bfloat(16973823)) == 0x1020000);
}

TEST_CASE("wrapped integers keep the low bits of 64") {
  const std::int64_t x = 0x123456789ABCDEF1;
  CHECK(static_cast<double>(Num<integer(8), rne, Overflow::wrap>(x)) == -15);
  CHECK(static_cast<double>(Num<integer(8), rne, Overflow::wrap>(-x)) == 15);
  CHECK(static_cast<double>(Num<integer(16, {.is_signed = false}), rz, Overflow::wrap>(x)) == 0xDEF1);
  CHECK(static_cast<double>(Num<integer(32), rne, Overflow::wrap>(kMaxU64)) == -1);
  CHECK(static_cast<double>(Num<integer(8), rne, Overflow::wrap>(kMin64)) == 0);
  CHECK(Reference(integer(8), rne, Overflow::wrap).convert(x).is_same(-15));
}

TEST_CASE("from float, long double and other Nums, rounded once") {
  static_assert(static_cast<double>(Num<e4m3fn>(1.0625F)) == 1);
  CHECK(static_cast<double>(Num<binary16>(1 + 0x1p-11L + 0x1p-63L)) == 1 + 0x1p-10);  // in binary64 a tie
  CHECK(Num<binary16>(-0x1p-16445L).is_negative());
  CHECK(Extended(1 + 0x1p-63L).value().is_same(Wide((format::Uint128{1} << 63) + 1, -63)));
  CHECK(static_cast<double>(Num<binary16>(Binary128(Wide((format::Uint128{1} << 100) + 1, -111)))) == 0x1p-11);
  CHECK(static_cast<double>(Num<binary16>(Binary128(1) + Binary128(0x1p-11) + Binary128(0x1p-100))) == 1 + 0x1p-10);
  CHECK(Binary128(Num<e4m3fn>(448)).value().is_same(448));
  CHECK(Num<e4m3fn>(Binary128(kInf)).is_nan());
  static_assert(static_cast<double>(Num<e4m3fn>(Num<binary16>(17.5))) == 18);
  static_assert(!std::is_convertible_v<int, Bfloat> && !std::is_convertible_v<Binary128, Wide>);
}

TEST_CASE("to double, float, long double and bool") {
  const Binary128 third = Binary128(1) / Binary128(3),
                  tie(Wide((format::Uint128{1} << 60) + (format::Uint128{1} << 36) + 1, -60));
  CHECK(static_cast<double>(third) == 1.0 / 3);
  CHECK(static_cast<float>(third) == 1.0F / 3);
  CHECK(static_cast<long double>(third) == 1.0L / 3);
  CHECK(static_cast<float>(tie) == 1 + 0x1p-23F);  // 1 + 2^-24 + 2^-60: a tie in binary64
  CHECK(static_cast<float>(Num<binary64>(1 + 0x1p-24)) == 1);
  CHECK(static_cast<double>(Binary128(Wide(1, 5000))) == kInf);
  CHECK(static_cast<long double>(Binary128(Wide(1, 5000))) == std::ldexp(1.0L, 5000));
  CHECK((static_cast<bool>(third) && !static_cast<bool>(Binary128(-0.0)) && static_cast<bool>(Bfloat(kNan))));
}

TEST_CASE("to integers: truncated, or by a rounding; Error beyond the type") {
  CHECK(static_cast<int>(Bfloat(-2.75)) == -2);
  CHECK(static_cast<unsigned char>(Bfloat(255)) == 255);
  CHECK(static_cast<std::uint64_t>(Binary128(kMaxU64)) == kMaxU64);
  CHECK(static_cast<std::int64_t>(Binary128(kMin64)) == kMin64);
  CHECK(Bfloat(2.5).to_integer<int>(rne) == 2);
  CHECK(Bfloat(2.5).to_integer<int>(ru) == 3);
  CHECK(Bfloat(-2.5).to_integer<signed char>(rna) == -3);
  CHECK(Bfloat(2.25).to_integer<short>(sr, ~0U) == 3);
  CHECK(Bfloat(-0.75).to_integer<unsigned>(rz) == 0);
  check_refused<Bfloat, signed char>(128);
  check_refused<Bfloat, unsigned char>(256);
  check_refused<Bfloat, unsigned>(-1);
  check_refused<Bfloat, std::int64_t>(0x1p63);
  check_refused<Bfloat, std::uint64_t>(0x1p64);
  for (const double x : {kNan, kInf, -kInf}) check_refused<Bfloat, int>(x);
  check_refused<Binary128, short>(32768);
}

TEST_CASE("remainder, fmod and neighbours of narrow formats") {
  using F8 = Num<e4m3fn>;
  CHECK(static_cast<double>(remainder(F8(448), F8(0.3125))) == -0.125);  // 1433.6: 1434 times 0.3125 is 448.125
  CHECK(static_cast<double>(fmod(F8(448), F8(0.3125))) == 0.1875);
  CHECK(remainder(F8(1), F8(0.0)).is_nan());
  CHECK(static_cast<double>(next_up(F8(1))) == 1.125);
  CHECK(static_cast<double>(next_down(F8(0.0))) == -0x1p-9);
  CHECK(next_up(F8(448)).is_nan());
  CHECK(static_cast<double>(next_up(Num<e4m3fn, rz, Overflow::saturate>(448))) == 448);
  CHECK(nextafter(F8(3), F8(3)) == F8(3));
}

TEST_CASE("with lanes, arithmetic is a constant expression") {
  using F8 = Num<e4m3fn>;
  static_assert(F8(3) + F8(0.25) == F8(3.25) && F8(18) - F8(1) == F8(16) && F8(3) * F8(7) == F8(20));
  static_assert(F8(1) / F8(3) == F8(0.34375) && fma(F8(3), F8(7), F8(-20)) == F8(1) && -F8(2) == F8(-2));
  static_assert(Num<binary16, rd>(1) / Num<binary16, rd>(3) == Num<binary16, rd>(0x555 * 0x1p-12));
  static_assert(Num<binary64>(1.0) + Num<binary64>(0x1p-53) == Num<binary64>(1.0));
  static_assert(Num<integer(8), rne, Overflow::wrap>(100) * Num<integer(8), rne, Overflow::wrap>(3) ==
                Num<integer(8), rne, Overflow::wrap>(44));
  static_assert(F8(3).value() == 3 && F8(-1).is_negative() && F8(0.0).is_zero());
  CHECK(F8::sqrt(F8(2), 0) == F8(1.375));
}

TEST_CASE("impossible formats, overflow rules and scopes are refused in words that name the field") {
  const auto changed = [](auto change) {
    return message([change] {
      Format f = binary16;
      change(f);
      format::checked(f);
    });
  };
  CHECK(has(changed([](Format& f) { f.precision = 114; }), "113 significand bits"));
  CHECK(has(changed([](Format& f) { f.precision = 0; }), "significand bits"));
  CHECK(has(changed([](Format& f) { f.bits = 129; }), "code of 1 to 128 bits"));
  CHECK(has(changed([](Format& f) { f.bits = 64; }), "17 exponent bits"));
  CHECK(has(changed([](Format& f) { f.least_exponent = -100001; }), "least normal number"));
  CHECK(has(message([] { format::checked(e4m3fn, Overflow::infinity); }), "infinities"));
  CHECK(has(message([] { format::checked(e2m1, Overflow::nan); }), "NaN"));
  CHECK(has(message([] { format::checked(e4m3fn, Overflow::wrap); }), "wrap"));
  CHECK(has(message([] { p3109(17, 3, true, true); }), "K from 3 to 16"));
  CHECK(has(message([] { p3109(8, 8, true, true); }), "P from 1 to K - 1"));
  CHECK(has(message([] { fp(4, 3, {.bias = 60000}); }), "bias"));
  CHECK(has(message([] { integer(33); }), "2 to 32 bits"));
  CHECK(has(message([] { fixed(8, 301); }), "step 2^-f"));
  CHECK(has(message([] { Num<bfloat16, sr>(1.03); }), "ScopedStream"));
  CHECK_THROWS_AS((Num<fp(15, 112), rne, Overflow::error>(Wide(1, 20000))), Error);
}
