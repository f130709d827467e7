// Wide: every number enters exactly and leaves rounded once.
#include "lowprec/format/wide.h"

#include <bit>
#include <cmath>
#include <limits>
#include <type_traits>
#include <vector>

#include "support/cases.h"
#include "support/wide_pairs.h"

using namespace lowprec;

namespace {

constexpr double kInf = std::numeric_limits<double>::infinity();

format::Uint128 code128(std::uint64_t upper, std::uint64_t lower) { return format::Uint128{upper} << 64 | lower; }

format::Uint128 random128(std::uint64_t i) {
  const Stream stream{12, 7};
  format::Uint128 result = 0;
  for (std::uint64_t k = 0; k < 4; ++k) result = result << 32 | stream.draw(4 * i + k);
  return result;
}
std::uint64_t random64(std::uint64_t i) { return static_cast<std::uint64_t>(random128(i)); }

template <class I>
void check_ends() {
  using L = std::numeric_limits<I>;
  CHECK(Wide(L::max()).is_same(Wide((format::Uint128{1} << L::digits) - 1, 0)));
  CHECK(Wide(L::min()).is_same(std::is_signed_v<I> ? Wide(1, L::digits, true) : Wide()));
  CHECK(Wide(static_cast<I>(12)).is_same(Wide(3, 2)));
  CHECK(Wide(I{0}).is_same(Wide()));
}

template <class T>
struct Conversion {
  Wide from;
  T to;
};

template <class T>
void check(const std::vector<Conversion<T>>& table) {
  for (const Conversion<T>& c : table) {
    CAPTURE(cases::hex(static_cast<double>(c.to)));
    const auto plus = static_cast<T>(c.from), minus = static_cast<T>(-c.from);
    CHECK((plus == c.to && !std::signbit(plus)));
    CHECK((minus == -c.to && std::signbit(minus)));
  }
}

}  // namespace

TEST_CASE("the significand is odd, or 0 with exponent 0") {
  const auto members = [](const Wide& x, format::Uint128 significand, int exponent) {
    return x.significand() == significand && x.exponent() == exponent;
  };
  CHECK(members(Wide(12, 0), 3, 2));
  CHECK(members(Wide(0, 55), 0, 0));
  CHECK(members(Wide(format::Uint128{1} << 127, -127), 1, 0));
  CHECK(members(Wide(~format::Uint128{0}, 5), ~format::Uint128{0}, 5));
  CHECK(members(Wide(code128(3, 0), -70000), 3, -69936));
  CHECK(members(Wide(0x1p-1074), 1, -1074));
  CHECK(members(Wide(std::numeric_limits<double>::max()), (format::Uint128{1} << 53) - 1, 971));
  static_assert(Wide(40.0).significand() == 5 && Wide(40.0).exponent() == 3 && Wide(-40).is_negative());
}

TEST_CASE("integers enter exactly: the ends of every type") {
  check_ends<signed char>();
  check_ends<unsigned char>();
  check_ends<short>();
  check_ends<unsigned short>();
  check_ends<int>();
  check_ends<unsigned>();
  check_ends<long>();
  check_ends<unsigned long>();
  check_ends<long long>();
  check_ends<unsigned long long>();
  CHECK((Wide(true).is_same(Wide(1, 0)) && Wide(false).is_same(Wide())));
}

TEST_CASE("floating-point numbers enter exactly and leave as they were") {
  cases::Tally tally;
  const auto text = [](double x) { return [x] { return cases::hex(x); }; };
  for (std::uint64_t i = 0; i < 20000; ++i) {
    const auto x = std::bit_cast<double>(random64(i));
    const auto narrow = std::bit_cast<float>(static_cast<std::uint32_t>(random64(i)));
    tally.expect({x}, pairs::to_double(Wide(x)), text(x));
    tally.expect({x}, static_cast<double>(Wide(x)), text(x));
    tally.expect({static_cast<double>(narrow)}, pairs::to_double(Wide(narrow)), text(narrow));
    tally.expect({static_cast<double>(narrow)}, static_cast<double>(static_cast<float>(Wide(narrow))), text(narrow));
  }
  tally.report("round trips");
  for (const double x : {0.0, 0x1p-1074, 0x1p-1022, 1.0, std::numeric_limits<double>::max(), kInf})
    CHECK(cases::same_bits(static_cast<double>(Wide(-x)), -x));
  CHECK((Wide(std::nan("")).is_nan() && std::isnan(static_cast<double>(Wide::nan()))));
  CHECK((std::isnan(static_cast<float>(Wide::nan())) && std::isnan(static_cast<long double>(Wide::nan()))));
}

TEST_CASE("a long double enters exactly: 64 bits times every power of two") {
  cases::Tally tally;
  for (std::uint64_t i = 0; i < 20000; ++i) {
    const std::uint64_t significand = random64(i) | std::uint64_t{1} << 63;
    const int exponent = static_cast<int>(i) * 32 % 32760 - 16440;
    const long double x = std::ldexp(static_cast<long double>(significand), exponent);
    if (exponent < -16445 || exponent > 16320) continue;
    tally.expect(Wide(-x).is_same(Wide(significand, exponent, true)), [&] { return std::to_string(i); });
    tally.expect(static_cast<long double>(Wide(x)) == x, [&] { return std::to_string(i); });
  }
  tally.report("long double");
  using L = std::numeric_limits<long double>;
  CHECK(Wide(L::denorm_min()).is_same(Wide(1, -16445)));
  CHECK(Wide(L::max()).is_same(Wide(std::numeric_limits<std::uint64_t>::max(), 16320)));
  CHECK(Wide(-0.0L).is_same(-Wide()));
  CHECK(Wide(-L::infinity()).is_same(Wide::infinity(true)));
  CHECK(Wide(L::quiet_NaN()).is_nan());
}

TEST_CASE("order: every pair of an ascending list; zeros are equal; NaN is unordered") {
  const Wide all_ones(~format::Uint128{0}, 0), one_more(1, 128);
  const std::vector<Wide> positive{
      Wide(1, -70000), 0x1p-1074,       1, 1.5, Wide(~format::Uint128{0}, -127), 2, all_ones, one_more,
      Wide(1, 70000),  Wide::infinity()};
  std::vector<Wide> list = positive;
  for (const Wide& x : positive) list.insert(list.begin(), -x);
  const std::size_t n = list.size();
  for (std::size_t i = 0; i < n; ++i) {
    CHECK(list[i] == list[i]);
    CHECK((list[i] <=> Wide::nan()) == std::partial_ordering::unordered);
    for (std::size_t j = i + 1; j < n; ++j) CHECK((list[i] < list[j] && list[j] > list[i] && list[i] != list[j]));
  }
  CHECK(Wide(0.0) == Wide(-0.0));
  CHECK_FALSE(Wide(0.0).is_same(Wide(-0.0)));
  CHECK_FALSE(Wide::nan() == Wide::nan());
  CHECK(Wide::nan().is_same(-Wide::nan()));
  CHECK((Wide(-0.0) < Wide(1, -70000) && Wide(1, -70000, true) < Wide(0.0)));
}

TEST_CASE("leaving rounds once, ties to even: double") {
  constexpr format::Uint128 half = format::Uint128{1} << 53;
  check<double>({{Wide(half + 1, 0), 0x1p53},
                 {Wide(half + 3, 0), 0x1p53 + 4},
                 {Wide(((half + 1) << 20) + 1, 0), 0x1p73 + 0x1p21},
                 {Wide(1, -1075), 0},
                 {Wide((format::Uint128{1} << 100) + 1, -1175), 0x1p-1074},
                 {Wide((format::Uint128{1} << 100) - 1, -1175), 0},
                 {Wide(3, -1075), 0x1p-1073},
                 {Wide(half * 2 - 1, -1075 - 1), 0x1p-1022},  // just below the least normal number
                 {Wide(half * 2 - 1, 970), kInf},
                 {Wide(((half * 2 - 1) << 40) - 1, 930), std::numeric_limits<double>::max()},
                 {Wide(1, 1024), kInf},
                 {Wide(1, 70000), kInf},
                 {Wide(1, -70000), 0}});
}

TEST_CASE("leaving rounds once, ties to even: float, not through double") {
  constexpr format::Uint128 half = format::Uint128{1} << 24;
  check<float>({{Wide(half + 1, 0), 0x1p24F},
                {Wide(half + 3, 0), 0x1p24F + 4},
                {Wide(((half + 1) << 40) + 1, -64), 0x1.000002p0F},  // in binary64 a tie
                {Wide(((half + 3) << 40) - 1, -64), 0x1.000002p0F},
                {Wide(1, -150), 0},
                {Wide((format::Uint128{1} << 60) + 1, -210), 0x1p-149F},
                {Wide(3, -150), 0x1p-148F},
                {Wide(half * 2 - 1, 103), std::numeric_limits<float>::infinity()},
                {Wide(((half * 2 - 1) << 60) - 1, 43), std::numeric_limits<float>::max()}});
}

TEST_CASE("leaving rounds once, ties to even: long double") {
  using L = std::numeric_limits<long double>;
  constexpr format::Uint128 half = format::Uint128{1} << 64;
  check<long double>({{Wide(half + 1, 0), 0x1p64L},
                      {Wide(half + 3, 0), 0x1p64L + 4},
                      {Wide(((half + 1) << 40) + 1, 0), 0x1p104L + 0x1p41L},
                      {Wide(1, -16446), 0},
                      {Wide((format::Uint128{1} << 100) + 1, -16546), L::denorm_min()},
                      {Wide(3, -16446), 2 * L::denorm_min()},
                      {Wide(half * 2 - 1, 16319), L::infinity()},
                      {Wide(((half * 2 - 1) << 40) - 1, 16279), L::max()}});
}

TEST_CASE("128-bit integers leave as the compiler converts them") {
  cases::Tally tally;
  for (std::uint64_t i = 0; i < 30000; ++i) {
    const format::Uint128 n = random128(i) >> (i % 128);
    const Wide x(n, 0);
    const auto describe = [&] { return std::to_string(i); };
    tally.expect(static_cast<double>(x) == static_cast<double>(n), describe);
    tally.expect(static_cast<float>(x) == static_cast<float>(n), describe);
    tally.expect(static_cast<long double>(x) == static_cast<long double>(n), describe);
  }
  tally.report("integers");
}
