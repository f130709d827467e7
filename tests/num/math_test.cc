// math.h: the names C++ finds, special cases, and that Num rounds the result once, in every rounding.
#include "lowprec/math.h"
#include "lowprec/format/presets.h"

#include <cmath>
#include <complex>
#include <limits>
#include <numeric>
#include <string>
#include <thread>
#include <valarray>
#include <vector>

#include "lowprec/num.h"
#include "support/cases.h"

using namespace lowprec;

namespace {

using F8 = Num<e4m3fn>;
using Half = Num<binary16>;
using Bfloat = Num<bfloat16>;
using Binary128 = Num<fp(15, 112)>;

constexpr double kInf = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

bool same(double a, double b) { return cases::same_bits(a, b) || (std::isnan(a) && std::isnan(b)); }

// By the names that generic code uses: std:: for native types, argument-dependent lookup for others.
template <class T>
std::vector<T> every_function(T x, T y) {
  using namespace std;
  int exponent = 0, quotient = 0;
  T whole(0);
  return {exp(x),          exp2(x),
          expm1(x),        log(y),
          log2(y),         log10(y),
          log1p(y),        sin(x),
          cos(x),          tan(x),
          asin(x),         acos(x),
          atan(x),         sinh(x),
          cosh(x),         tanh(x),
          asinh(x),        acosh(y),
          atanh(x),        cbrt(x),
          sqrt(y),         erf(x),
          erfc(x),         tgamma(y),
          lgamma(y),       ceil(x),
          floor(x),        trunc(x),
          round(x),        rint(x),
          nearbyint(x),    logb(y),
          pow(y, x),       atan2(x, y),
          hypot(x, y),     hypot(x, y, x),
          fdim(y, x),      fmin(x, y),
          fmax(x, y),      fmod(y, x),
          remainder(y, x), copysign(y, x),
          fabs(x),         abs(x),
          fma(x, y, x),    lerp(x, y, x),
          midpoint(x, y),  scalbn(x, 3),
          ldexp(x, -2),    frexp(y, &exponent),
          modf(y, &whole), remquo(y, x, &quotient),
          T(exponent),     whole,
          T(quotient),     T(ilogb(y)),
          T(lround(y)),    T(lrint(y)),
          T(llround(x)),   T(llrint(x)),
          pow(y, T(2))};
}

// Num's results are those of binary64, which libm has within an ulp, rounded: but for the chance of a tie of one in
// 2^40.
template <class N>
void check_names() {
  const std::vector<double> native = every_function(-0.625, 2.75);
  const std::vector<N> rounded = every_function(N(-0.625), N(2.75));
  REQUIRE(native.size() == rounded.size());
  for (std::size_t i = 0; i < native.size(); ++i) {
    INFO("function " << i);
    CHECK(same(static_cast<double>(rounded[i]), static_cast<double>(N(native[i]))));
  }
}

// Lookups and roundings of Num against the reference, which rounds directly.
template <num::AnyNum N, exact::Function kFunction, class Call>
void check_every_number(Call call) {
  cases::Tally tally;
  for (std::uint64_t code = 0; code < std::uint64_t{1} << N::format.bits; ++code) {
    const N x = N::from_code(code);
    const Wide operand[] = {Wide(x.value())};
    const auto want = static_cast<double>(exact::evaluate(N::reference(), kFunction, operand));
    for (int again = 0; again < 2; ++again)
      tally.expect(same(static_cast<double>(call(x)), want), [&] { return cases::hex(x.value()); });
  }
  tally.report("functions of every number");
}

template <num::AnyNum N>
void check_functions() {
  check_every_number<N, exact::Function::exp>([](N x) { return exp(x); });
  check_every_number<N, exact::Function::log>([](N x) { return log(x); });
  check_every_number<N, exact::Function::sin>([](N x) { return sin(x); });
  check_every_number<N, exact::Function::tanh>([](N x) { return tanh(x); });
  check_every_number<N, exact::Function::floor>([](N x) { return floor(x); });
  check_every_number<N, exact::Function::ceil>([](N x) { return ceil(x); });
  check_every_number<N, exact::Function::trunc>([](N x) { return trunc(x); });
  check_every_number<N, exact::Function::round>([](N x) { return round(x); });
  check_every_number<N, exact::Function::rint>([](N x) { return rint(x); });
}

Wide value_of(exact::Function f, std::initializer_list<double> x, format::Flags* flags = nullptr) {
  std::vector<Wide> operands(x.begin(), x.end());
  return exact::evaluate(Reference(binary64), f, operands, 0, flags);
}

}  // namespace

TEST_CASE("every name is found, and rounds") {
  check_names<Half>();
  check_names<Bfloat>();
  check_names<F8>();
  check_names<Num<binary32>>();
}

TEST_CASE("every number: what Num looks up is what the reference rounds") {
  check_functions<F8>();
  check_functions<Num<e5m2, rz>>();
  check_functions<Num<e4m3fnuz, ru, Overflow::saturate>>();
  check_functions<Num<fixed(8, 5), rd>>();
  check_functions<Num<integer(8), rne, Overflow::wrap>>();
  check_functions<Num<p3109(8, 3, true, true), ro>>();
}

TEST_CASE("stochastic functions take one draw and go to either neighbour") {
  using S = Num<e4m3fn, sr>;
  const ScopedStream scope(Stream{3, 4});
  int up = 0;
  for (int i = 0; i < 4000; ++i) {
    const S y = exp(S(1, 0));  // 2.71828 between 2.5 and 2.75
    CHECK((y == 2.5 || y == 2.75));
    up += y == 2.75 ? 1 : 0;
  }
  CHECK(std::abs(up - 4000 * (2.718281828 - 2.5) / 0.25) < 5 * std::sqrt(4000 * 0.873 * 0.127));
  const Stream draws{3, 4};
  CHECK(floor(S(1.5, 0)) == 1);  // exact: takes none
  CHECK(log(S(3, 0)) == S(1.0986122886681098, draws.draw(4000)));
}

TEST_CASE("special cases of C's Annex F") {
  CHECK((exp(Half(-kInf)) == 0 && exp(Half(kInf)).is_infinite() && exp(Half(0)) == 1 && exp(Half(20)).is_infinite()));
  CHECK((log(Half(0)) == -kInf && log(Half(-1)).is_nan() && log(Half(1)) == 0 && log1p(Half(-1)) == -kInf));
  CHECK((sin(Half(kInf)).is_nan() && sin(Half(-0.0)).is_negative() && tan(Half(-0.0)).is_negative()));
  CHECK((atan2(Half(0), Half(-1)) == Half(3.140625) && atan2(Half(-0.0), Half(1)).is_negative()));
  CHECK((atan2(Half(1), Half(0)) == Half(1.5703125) && atan2(Half(-kInf), Half(-kInf)) == Half(-2.35619)));
  CHECK((atan2(Half(-1), Half(-kInf)) == Half(-3.140625) && atan2(Half(1), Half(kInf)) == 0));
  CHECK((pow(Half(kNan), Half(0)) == 1 && pow(Half(1), Half(kNan)) == 1 && pow(Half(-8), Half(1) / 3).is_nan()));
  CHECK((pow(Half(-2), 3) == -8 && pow(Half(-2), -1) == -0.5 && pow(Half(-0.0), -3) == -kInf &&
         pow(Half(0), -2) == kInf));
  CHECK((pow(Half(-1), kInf) == 1 && pow(Half(0.5), -kInf) == kInf && pow(Half(-kInf), 3) == -kInf));
  CHECK((hypot(Half(kInf), Half(kNan)).is_infinite() && hypot(Half(3), Half(4)) == 5 &&
         hypot(Half(2), Half(3), Half(6)) == 7));
  CHECK((tgamma(Half(0)) == kInf && tgamma(Half(-0.0)) == -kInf && tgamma(Half(-3)).is_nan() && tgamma(Half(5)) == 24));
  CHECK((lgamma(Half(-3)) == kInf && lgamma(Half(1)) == 0 && lgamma(Half(2)) == 0));
  CHECK((asin(Half(2)).is_nan() && acosh(Half(0.5)).is_nan() && atanh(Half(1)) == kInf && atanh(Half(-2)).is_nan()));
  CHECK((cbrt(Half(-27)) == -3 && erf(Half(kInf)) == 1 && erfc(Half(-kInf)) == 2 && expm1(Half(-kInf)) == -1));
  CHECK((fmin(Half(kNan), 2) == 2 && fmax(Half(1), Half(kNan)) == 1 && fdim(Half(1), 3) == 0 && fdim(Half(3), 1) == 2));
}

TEST_CASE("domain errors, poles and overflow follow the format's convention") {
  CHECK((log(F8(0)).is_nan() && exp(F8(10)).is_nan()));  // no infinity: NaN
  CHECK((exp(Int<8>(10)) == 127 && log(Int<8>(0)) == -128 && exp(Num<e2m1>(6)) == 6));
  CHECK_THROWS_AS((exp(Num<e4m3fn, rne, Overflow::error>(10))), Error);
  format::Flags flags;
  value_of(exact::Function::log, {0}, &flags);
  CHECK((flags.division_by_zero && !flags.inexact && !flags.invalid));
  flags = {};
  value_of(exact::Function::acos, {2}, &flags);
  CHECK((flags.invalid && !flags.inexact));
  flags = {};
  value_of(exact::Function::exp, {1000}, &flags);
  CHECK((flags.overflow && flags.inexact));
  flags = {};
  value_of(exact::Function::log2, {1024}, &flags);
  CHECK(flags == format::Flags{});
  flags = {};
  value_of(exact::Function::sin, {0x1p-1000}, &flags);
  CHECK((flags.inexact && !flags.underflow));
}

TEST_CASE("what lies next to an exact number is rounded to its side: tiny and huge arguments") {
  using Up = Num<binary64, ru>;
  using Down = Num<binary64, rd>;
  for (const double x : {0x1p-500, 0x1p-120, 0x1p-300}) {
    CHECK((sin(Down(x)) < x && sin(Up(x)) == x && tan(Down(x)) == x && tan(Up(x)) > x && sin(Up(-x)) > -x));
    CHECK((expm1(Up(x)) > x && expm1(Up(-x)) > -x && log1p(Down(x)) < x && log1p(Down(-x)) < -x));
    CHECK((exp(Up(x)) == 1 + 0x1p-52 && exp(Down(-x)) == 1 - 0x1p-53 && cos(Down(x)) == 1 - 0x1p-53));
    CHECK((cosh(Up(x)) > 1 && cosh(Down(x)) == 1 && erfc(Down(x)) < 1 && erfc(Up(-x)) > 1));
    CHECK((pow(Up(1.5), x) > 1 && pow(Down(0.5), x) < 1 && atan2(Down(x), Down(1)) < x));
    CHECK((tgamma(Down(x)) < 1 / x && tgamma(Up(x)) == 1 / x && tgamma(Down(-x)) < -1 / x));
  }
  CHECK(
      (tanh(Down(300)) < 1 && tanh(Up(300)) == 1 && erf(Down(40)) < 1 && erfc(Down(-40)) < 2 && expm1(Up(-200)) > -1));
  CHECK((hypot(Up(1), Up(0x1p-600)) > 1 && hypot(Down(1), Down(0x1p-600)) == 1));
  CHECK((exp(Num<binary64, ru>(-1e300)) == 0x1p-1074 && exp(Num<binary64, rd>(1e300)).is_finite()));
}

TEST_CASE("exponents: frexp, ldexp, scalbn, ilogb, logb, modf, remquo, classes") {
  int e = 0, q = 0;
  CHECK((frexp(Half(0x1p-24), &e) == 0.5 && e == -23));
  CHECK((frexp(Half(-6), &e) == -0.75 && e == 3 && frexp(Half(0), &e) == 0 && e == 0));
  CHECK((ldexp(Half(1), -26) == 0 && ldexp(Half(0x1.8p0), -25) == 0x1p-24 && ldexp(Half(1), 16).is_infinite()));
  CHECK((scalbn(Num<binary64>(0x1.0000000000001p0), -1074) == 0x1p-1074 && scalbn(Half(1), 1 << 30).is_infinite()));
  CHECK((scalbn(Num<binary64>(0x1p-1074), 2000) == 0x1p926 && scalbln(Half(4), -2L) == 1));
  CHECK((ilogb(Half(0x1p-24)) == -24 && ilogb(Half(0)) == FP_ILOGB0 && logb(Half(9)) == 3 && logb(Half(0)) == -kInf));
  Half whole;
  CHECK((modf(Half(-2.75), &whole) == -0.75 && whole == -2 && modf(Half(-kInf), &whole) == 0 && whole == -kInf));
  CHECK((remquo(Half(29), Half(3), &q) == -1 && q == (10 & 7) && remquo(Half(-7), Half(2), &q) == 1 && q == -4));
  CHECK((isnan(F8(kNan)) && isinf(Half(kInf)) && isfinite(F8(448)) && signbit(F8(-0.0)) && !isnormal(F8(0x1p-9))));
  CHECK((fpclassify(F8(0x1p-9)) == FP_SUBNORMAL && fpclassify(F8(0)) == FP_ZERO && fpclassify(F8(1)) == FP_NORMAL));
  CHECK((nexttoward(Half(1), 1.0001L) == 1 + 0x1p-10 && nexttoward(Half(1), 1.0L) == 1 && nextafter(Half(1), 0) < 1));
  CHECK((isunordered(F8(kNan), F8(1)) && isless(F8(1), F8(2)) && lround(Half(2.5)) == 3 && lrint(Half(2.5)) == 2));
  static_assert(floor(Half(-0.5)) == -1 && ceil(Half(-0.5)).is_negative() && round(Half(2.5)) == 3 &&
                trunc(F8(-1.5)) == -1);
  CHECK(round(Num<binary64>(0.49999999999999994)) == 0);
}

TEST_CASE("lerp, midpoint and hypot round once") {
  CHECK(midpoint(F8(448), F8(448)) == 448);  // the sum overflows, the midpoint does not
  CHECK(midpoint(F8(1), F8(1.125)) == 1);    // a tie
  CHECK(lerp(Half(1), Half(3), Half(0.25)) == 1.5);
  CHECK(lerp(Half(60000), Half(-60000), Half(0.5)) == 0);  // b - a overflows
  CHECK(hypot(Half(60000), Half(0.1)) == 60000);
  CHECK(hypot(F8(400), F8(400)).is_nan());
}

TEST_CASE("beyond binary64: binary128") {
  CHECK(exp(Binary128(1)).value().is_same(Wide((format::Uint128{0x15bf0a8b14576} << 64 | 0x95355fb8ac404e7a), -111)));
  CHECK((log(exp2(Binary128(-16000))) == Binary128(-16000) * log(Binary128(2))));
  CHECK(
      (floor(Binary128(-1) / 3) == -1 && ceil(Binary128(1) / 3) == 1 && sqrt(Binary128(2)) == pow(Binary128(2), 0.5)));
}

TEST_CASE("threads that look up the same results agree") {
  std::vector<std::vector<Half>> results(4);
  std::vector<std::thread> threads;
  for (auto& result : results)
    threads.emplace_back([&result] {
      for (unsigned code = 0; code < 0x7C00; code += 7) result.push_back(atan(Half::from_code(code)));
    });
  for (auto& thread : threads) thread.join();
  CHECK((results[0] == results[1] && results[1] == results[2] && results[2] == results[3]));
}

TEST_CASE("std::complex and std::valarray use them") {
  const std::complex<Bfloat> i(Bfloat(0), Bfloat(1));
  CHECK((exp(i * Bfloat(3.140625)).real() == -1 && std::arg(i) == Bfloat(1.5703125) &&
         std::polar(Bfloat(2), Bfloat(0)).real() == 2));
  CHECK((std::log(i).imag() == Bfloat(1.5703125) && std::pow(i, i).real() == Bfloat(0.2078796)));
  const std::valarray<Bfloat> v(Bfloat(1), 3);
  CHECK((exp(v)[2] == Bfloat(2.718281828) && pow(v + v, Bfloat(0.5))[0] == Bfloat(1.414213562)));
}
