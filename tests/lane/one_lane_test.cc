// The kernel texts over one lane: results rounded to odd against exact rationals, the short form of the rounding
// formula against the general one, constants of grids, and everything at compile time.
#include "lowprec/lane/one_lane.h"
#include "lowprec/format/presets.h"

#include <cmath>
#include <limits>
#include <vector>

#include "lowprec/lane/stream.h"
#include "support/cases.h"
#include "support/oracle.h"
#include "support/probes.h"

using namespace lowprec;
using oracle::Operation;

namespace {

constexpr double kInf = std::numeric_limits<double>::infinity();

// |x| as an exact number, compared.
bool less(const oracle::Exact& a, const oracle::Exact& b) {
  const int exponent = std::min(a.exponent, b.exponent);
  return ((a.num * b.den) << (a.exponent - exponent)) < ((b.num * a.den) << (b.exponent - exponent));
}

// Whether |y| is |exact| rounded to odd: itself, or the odd one of the two neighbours that enclose it.
template <class T>
bool is_rounded_to_odd(const oracle::Exact& exact, T y) {
  if (exact.num == 0) return y == 0;
  if (exact.negative != std::signbit(y)) return false;
  const T magnitude = std::fabs(y);
  const oracle::Exact got = oracle::exact(static_cast<double>(magnitude));
  if (!less(got, exact) && !less(exact, got)) return true;
  const bool odd = (std::bit_cast<typename lane::Lane<T>::Bits>(magnitude) & 1) != 0;
  const T below = std::nextafter(magnitude, T{0}),
          above = std::nextafter(magnitude, std::numeric_limits<T>::infinity());
  return odd && less(oracle::exact(static_cast<double>(below)), exact) &&
         less(exact, oracle::exact(static_cast<double>(above)));
}

// Numbers with few or all significand bits, so that results are exact, ties, or neither.
template <class T>
T random_number(Stream stream, std::uint64_t i, int low, int high) {
  const std::uint32_t draw = stream.draw(3 * i);
  const int kept = 1 + static_cast<int>(draw % std::numeric_limits<T>::digits);
  const std::uint64_t bits = (stream.draw(3 * i + 1) | std::uint64_t{stream.draw(3 * i + 2)} << 32) | std::uint64_t{1}
                                                                                                          << 63;
  const double significand = std::ldexp(static_cast<double>(bits >> (64 - kept)), 1 - kept);
  const int exponent = low + static_cast<int>((draw >> 8) % static_cast<std::uint32_t>(high - low + 1));
  return static_cast<T>(std::ldexp((draw >> 31) != 0 ? -significand : significand, exponent));
}

template <class T>
void check_to_odd(int low, int high, std::uint64_t pairs) {
  const one_lane::OneLane<T> lane;
  const Stream stream{14, 14};
  cases::Tally tally;
  for (std::uint64_t i = 0; i < pairs; ++i) {
    const T a = random_number<T>(stream, 2 * i, low, high), b = random_number<T>(stream, 2 * i + 1, low, high);
    const auto ea = oracle::exact(static_cast<double>(a)), eb = oracle::exact(static_cast<double>(b));
    const auto describe = [&](const char* op, T got) {
      return cases::hex(static_cast<double>(a)) + op + cases::hex(static_cast<double>(b)) + " gives " +
             cases::hex(static_cast<double>(got));
    };
    const T sum = one_lane::SumToOdd(lane, a, b);
    tally.expect(is_rounded_to_odd(oracle::sum(ea, eb), sum), [&] { return describe(" + ", sum); });
    const T difference = one_lane::SumToOdd(lane, a, -b);
    tally.expect(is_rounded_to_odd(oracle::sum(ea, oracle::negated(eb)), difference),
                 [&] { return describe(" - ", difference); });
    const T product = one_lane::ProductToOdd(lane, a, b);
    tally.expect(is_rounded_to_odd(oracle::product(ea, eb), product), [&] { return describe(" * ", product); });
    const T quotient = one_lane::QuotientToOdd(lane, a, b);
    tally.expect(is_rounded_to_odd(oracle::quotient(ea, eb), quotient), [&] { return describe(" / ", quotient); });
  }
  tally.report("to odd");
}

template <Rounding::Kind kKind, bool kGeneral, class T>
T round_lane(const lane::LaneConstants<T>& g, T x) {
  return one_lane::RoundQuietly<kKind, kGeneral>(one_lane::OneLane<T>(), g, x);
}

constexpr double round_constant(const Format& f, double x) {
  return one_lane::RoundQuietly<Rounding::nearest_even, true>(
      one_lane::OneLane<double>(), lane::make_lane_constants<double>(f, rne, default_overflow(f)), x);
}

}  // namespace

TEST_CASE("sums, products and quotients of doubles are rounded to odd: exact, one bit short, far apart") {
  check_to_odd<double>(0, 3, 20000);
  check_to_odd<double>(-60, 60, 20000);
  check_to_odd<double>(-300, 300, 5000);
}

TEST_CASE("sums, products and quotients of floats are rounded to odd") {
  check_to_odd<float>(0, 3, 20000);
  check_to_odd<float>(-20, 20, 20000);
}

TEST_CASE("sums to odd where the error lies just beyond the last place, on either side of a power of two") {
  const one_lane::OneLane<double> lane;
  const double ulp = 0x1p-52;
  CHECK(one_lane::SumToOdd(lane, 1.0, 0x1p-80) == 1 + ulp);
  CHECK(one_lane::SumToOdd(lane, 1.0, -0x1p-80) == 1 - ulp / 2);
  CHECK(one_lane::SumToOdd(lane, 1 + ulp, 0x1p-80) == 1 + ulp);
  CHECK(one_lane::SumToOdd(lane, 1 + ulp, -0x1p-80) == 1 + ulp);
  CHECK(one_lane::SumToOdd(lane, 1 + 2 * ulp, -0x1p-80) == 1 + ulp);
  CHECK(one_lane::SumToOdd(lane, -1.0, 0x1p-80) == -(1 - ulp / 2));
  CHECK(one_lane::SumToOdd(lane, 1.0, 1.0) == 2.0);
  CHECK(one_lane::SumToOdd(lane, kInf, 1.0) == kInf);
  CHECK(std::isnan(one_lane::SumToOdd(lane, kInf, -kInf)));
  CHECK(std::isnan(one_lane::ProductToOdd(lane, kInf, 0.0)));
  CHECK(one_lane::ProductToOdd(lane, kInf, -2.0) == -kInf);
  CHECK(one_lane::QuotientToOdd(lane, 1.0, kInf) == 0);
  CHECK(one_lane::QuotientToOdd(lane, 1.0, -0.0) == -kInf);
  CHECK(std::isnan(one_lane::QuotientToOdd(lane, 0.0, 0.0)));
}

TEST_CASE("products of any two numbers that leave the range of the lane are neither zero nor infinite") {
  const one_lane::OneLane<double> lane;
  const double largest = std::numeric_limits<double>::max(), least = std::numeric_limits<double>::denorm_min();
  const auto grid = lane::make_lane_constants<double>(e4m3fn, rne, Overflow::saturate);
  const auto scaled = [&](double a, double b) { return one_lane::Scaling(lane, grid, a, b); };
  CHECK(scaled(largest, 2.0) == largest);
  CHECK(scaled(-largest, largest) == -largest);
  CHECK(scaled(least, 0.25) == least);
  CHECK(scaled(least, -least) == -least);
  CHECK(scaled(0.0, -1.0) == 0);
  CHECK(scaled(kInf, 2.0) == kInf);
  CHECK(std::isnan(scaled(kInf, 0.0)));
  CHECK(std::isnan(scaled(std::nan(""), 1.0)));
  CHECK(scaled(3.0, 0.5) == 1.5);
}

TEST_CASE("the short form of the formula equals the general one where a grid allows it") {
  auto all = cases::small_formats();
  for (const auto& c : cases::medium_formats()) all.push_back(c);
  int short_forms = 0;
  for (const auto& c : all) {
    const oracle::Table table(c.definition);
    for (const Overflow o : cases::overflow_rules(table)) {
      const auto narrow = lane::make_lane_constants<float>(c.format, rne, o);
      const auto wide = lane::make_lane_constants<double>(c.format, rne, o);
      if (narrow.general && wide.general) continue;
      ++short_forms;
      cases::Tally tally;
      for (const float x : probes::hard_numbers<float>(table, 2)) {
        const float a = narrow.general ? 0 : round_lane<Rounding::nearest_even, false>(narrow, x);
        const float b = narrow.general ? 0 : round_lane<Rounding::nearest_even, true>(narrow, x);
        tally.expect((a != a && b != b) || cases::same_bits(a, b), [&] { return cases::hex(x); });
      }
      for (const double x : probes::hard_numbers<double>(table, 2)) {
        const double a = wide.general ? 0 : round_lane<Rounding::nearest_even, false>(wide, x);
        const double b = wide.general ? 0 : round_lane<Rounding::nearest_even, true>(wide, x);
        tally.expect((a != a && b != b) || cases::same_bits(a, b), [&] { return cases::hex(x); });
      }
      tally.report(c.name + " overflow=" + cases::name(o));
    }
  }
  CHECK(short_forms > 10);
}

TEST_CASE("float lanes and double lanes round floats alike") {
  for (const auto& c : cases::small_formats()) {
    const oracle::Table table(c.definition);
    const Overflow o = cases::default_rule(table);
    const auto narrow = lane::make_lane_constants<float>(c.format, ro, o);
    const auto wide = lane::make_lane_constants<double>(c.format, ro, o);
    cases::Tally tally;
    for (const float x : probes::hard_numbers<float>(table, 3)) {
      const float a = round_lane<Rounding::to_odd, true>(narrow, x);
      const auto b = static_cast<float>(round_lane<Rounding::to_odd, true>(wide, static_cast<double>(x)));
      tally.expect((a != a && b != b) || cases::same_bits(a, b), [&] { return cases::hex(x); });
    }
    tally.report(c.name);
  }
}

TEST_CASE("the formula is a constant expression") {
  static_assert(round_constant(e4m3fn, 464) == 448);
  static_assert(round_constant(e4m3fn, 0x1p-10) == 0);
  static_assert(round_constant(e2m1, 2.5) == 2);
  static_assert(round_constant(integer(8), 126.5) == 126);
  static_assert(round_constant(binary16, 65520) == kInf);
  static_assert(round_constant(e8m0, 3) == 2);
  CHECK(round_constant(bfloat16, 1 + 0x1p-8) == 1);
}

TEST_CASE("floor of numbers with and without fractions, negative ones, and beyond 2^63") {
  for (const double x :
       {0.0, -0.0, 0.5, -0.5, 1.0, -1.0, 2.75, -2.75, 0x1p52 + 0.5, -0x1p51 - 0.5, 0x1p53 + 2, 0x1p70, -0x1p70, 1e300})
    CHECK(one_lane::Floor(x) == std::floor(x));
  CHECK(one_lane::Floor(kInf) == kInf);
  CHECK(std::isnan(one_lane::Floor(std::nan(""))));
  for (const float x : {0.5F, -0.5F, 0x1p22F + 0.5F, -0x1p22F - 0.5F, 0x1p24F, 0x1p90F})
    CHECK(one_lane::Floor(x) == std::floor(x));
}

TEST_CASE("which operations a lane can do: widths that the double rounding theorems allow") {
  static_assert(lane::operations<float>(e4m3fn, rne) == lane::Operations::plain);
  static_assert(lane::operations<float>(binary16, rne) == lane::Operations::plain);  // 24 = 2 * 11 + 2
  static_assert(lane::operations<float>(tf32, rne) != lane::Operations::plain);
  static_assert(lane::operations<float>(bfloat16, rne) != lane::Operations::plain);  // products underflow in binary32
  static_assert(lane::operations<float>(binary32, rne) == lane::Operations::plain);
  static_assert(lane::operations<float>(binary32, rz) == lane::Operations::unsupported);
  static_assert(lane::operations<double>(binary32, rne) == lane::Operations::plain);  // 53 >= 2 * 24 + 2
  static_assert(lane::operations<double>(binary32, rz) == lane::Operations::odd);
  static_assert(lane::operations<double>(binary64, rne) == lane::Operations::plain);
  static_assert(lane::operations<double>(binary64, rna) == lane::Operations::unsupported);
  static_assert(lane::operations<double>(fp(8, 25), rne) == lane::Operations::odd);
  static_assert(lane::operations<double>(bfloat16, sr) == lane::Operations::odd);
  static_assert(lane::operations<double>(binary32, sr) == lane::Operations::unsupported);
  CHECK(lane::operations<double>(e4m3fn, rd) == lane::Operations::odd);
}

TEST_CASE("which formats a lane holds") {
  for (const Format& f : {e4m3fn, bfloat16, tf32, binary32, e8m0, integer(24)}) CHECK(lane::fits_lane<float>(f));
  for (const Format& f :
       {binary64, integer(25), fixed(8, 200), fixed(8, -200), fp(8, 24), fp(9, 3), fp(8, 23, {.bias = 128})})
    CHECK_FALSE(lane::fits_lane<float>(f));
  for (const Format& f : {binary64, integer(32), fixed(8, 300), fixed(8, -300)}) CHECK(lane::fits_lane<double>(f));
}

TEST_CASE(
    "formats at the edges of their lanes: least normal number 2^-127 or 2^-1023, least quantum 2^-149, near the top") {
  using oracle::Definition;
  const auto ieee = [](const std::string& name, int e, int m, int bias) {
    return cases::Case{name, fp(e, m, {.bias = bias}), oracle::floating(Definition::ieee, e, m, bias)};
  };
  for (const auto& c : {ieee("fp(5,7;bias=128)", 5, 7, 128), ieee("fp(3,10;bias=127)", 3, 10, 127),
                        ieee("fp(5,2;bias=-37)", 5, 2, -37)}) {
    CHECK(lane::fits_lane<float>(c.format));
    probes::check_format<float>(c, {rne, rna, rz, ru, ro}, 4);
    probes::check_format<double>(c, cases::all_roundings(), 4);
  }
  for (const auto& c :
       {ieee("fp(5,3;bias=1024)", 5, 3, 1024), ieee("fp(9,3;bias=-398)", 9, 3, -398), ieee("fp(11,3)", 11, 3, 1023)})
    probes::check_format<double>(c, cases::deterministic_roundings(), 4);
}

TEST_CASE("a least normal number below 2^-127, in the subnormal range of binary32, needs double lanes") {
  const cases::Case c{"fp(5,7;bias=143)", fp(5, 7, {.bias = 143}),
                      oracle::floating(oracle::Definition::ieee, 5, 7, 143)};
  CHECK_FALSE(lane::fits_lane<float>(c.format));
  probes::check_format<double>(c, cases::all_roundings(), 4);
  CHECK_FALSE(lane::fits_lane<double>(fp(5, 3, {.bias = 1025})));
}
