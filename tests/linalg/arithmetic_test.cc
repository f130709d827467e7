// + - x / of run-time formats against the oracle for all operand pairs; what is refused; the models of Arithmetic.
#include "lowprec/linalg/arithmetic.h"
#include "lowprec/format/presets.h"

#include <boost/multiprecision/cpp_bin_float.hpp>
#include <cmath>
#include <limits>
#include <vector>

#include "lowprec/linalg/linalg.h"
#include "lowprec/num.h"
#include "support/cases.h"
#include "support/pairs.h"

using namespace lowprec;
using Multiprecision = boost::multiprecision::cpp_bin_float_50;

static_assert(Arithmetic<Scalarwise<double>>);
static_assert(Arithmetic<Scalarwise<float>>);
static_assert(Arithmetic<Scalarwise<Multiprecision>>);
static_assert(Arithmetic<Scalarwise<Num<e4m3fn>>>);
static_assert(Arithmetic<Scalarwise<Num<bfloat16, sr>>>);
static_assert(Arithmetic<Dynamic>);

namespace {

constexpr double kInf = std::numeric_limits<double>::infinity();

// A finite binary64 number with random significand and an exponent in [low, high].
double random_double(Stream stream, std::uint64_t i, int low, int high) {
  const double significand = 1 + stream.draw(3 * i) * 0x1p-32 + stream.draw(3 * i + 1) * 0x1p-64;
  const std::uint32_t bits = stream.draw(3 * i + 2);
  const int exponent = low + static_cast<int>(bits % static_cast<std::uint32_t>(high - low + 1));
  return std::ldexp(bits >> 31 != 0 ? -significand : significand, exponent);
}

// Random pairs of numbers of a format against the oracle, exponents of operands in [low, high].
void check_random_pairs(const cases::Case& c, const oracle::Table& table, int low, int high,
                        const std::vector<Rounding>& roundings, std::uint64_t pairs) {
  const Stream stream{17, 1};
  cases::Tally tally;
  const Overflow rule = cases::default_rule(table);
  std::vector<Dynamic> machines;
  for (const Rounding r : roundings) machines.emplace_back(c.format, r, rule);
  for (std::uint64_t i = 0; i < pairs; ++i) {
    const double a = table.round(random_double(stream, 2 * i, low, high), rne, Overflow::saturate).value;
    const double b = table.round(random_double(stream, 2 * i + 1, low, high), rne, Overflow::saturate).value;
    for (const auto op : pairs::kOperations) {
      const auto place = table.place(oracle::apply(op, oracle::exact(a), oracle::exact(b)));
      for (Dynamic& m : machines)
        tally.expect(
            table.round(place, m.rounding(), rule, stream.draw(i)), pairs::apply(m, op, a, b, {stream, i}), [&] {
              return cases::hex(a) + ' ' + pairs::symbol(op) + ' ' + cases::hex(b) + " @" + cases::name(m.rounding());
            });
    }
  }
  tally.report(c.name);
}

bool same(double got, double want) { return std::isnan(want) ? std::isnan(got) : cases::same_bits(got, want); }

// |x| to p bits with unbounded exponents, ties to even: an oracle for formats too wide to enumerate.
double round_to_bits(const oracle::Exact& x, int p) {
  const int digits = static_cast<int>(msb(x.num)) - static_cast<int>(msb(x.den));
  const int shift = std::max(0, 4 * p - digits);  // to many more than p bits, which are then dropped
  oracle::cpp_int quotient, rest;
  divide_qr(oracle::cpp_int(x.num << shift), x.den, quotient, rest);
  const int dropped = static_cast<int>(msb(quotient)) + 1 - p;
  const oracle::cpp_int kept = quotient >> dropped;
  const oracle::cpp_int below = quotient - (kept << dropped);
  const oracle::cpp_int half = oracle::cpp_int(1) << (dropped - 1);
  const bool up = below > half || (below == half && (rest != 0 || kept % 2 != 0));
  const double magnitude =
      std::ldexp(static_cast<double>(oracle::cpp_int(kept + (up ? 1 : 0))), dropped - shift + x.exponent);
  return x.negative ? -magnitude : magnitude;
}

// Sums half a quantum, less or more a hair, above an even and above an odd number; random operands; Dynamic and Num.
template <int e, int m>
void check_once_rounded() {
  constexpr int p = m + 1;
  using N = Float<e, m>;
  Dynamic dynamic(fp(e, m));
  const double ulp = std::ldexp(1.0, -m);
  const double hair = std::ldexp(1.0, 2 - p);
  std::vector<double> left, right;
  for (const double a : {1.0, 1 + ulp, 1.5, 2 - ulp}) {
    for (const double b : {ulp / 2, ulp / 2 * (1 - hair), ulp / 2 * (1 + hair), ulp / 4 * (1 + hair)}) {
      left.push_back(a);
      right.push_back(b);
    }
  }
  const Stream stream{19, 2};
  for (std::uint64_t i = 0; i < 4000; ++i) {
    const auto random = [&](std::uint64_t k) {
      return round_to_bits(oracle::exact(random_double(stream, k, -2, 2)), p);
    };
    left.push_back(random(2 * i));
    right.push_back(random(2 * i + 1));
  }
  cases::Tally tally;
  for (std::size_t i = 0; i < left.size(); ++i) {
    const N a(left[i]), b(right[i]);
    REQUIRE(static_cast<double>(a) == left[i]);
    REQUIRE(static_cast<double>(b) == right[i]);
    const N nums[] = {a + b, a - b, a * b, a / b};
    for (const auto op : pairs::kOperations) {
      const auto exact = oracle::apply(op, oracle::exact(left[i]), oracle::exact(right[i]));
      const double want = exact.is_zero() ? 0 : round_to_bits(exact, p);
      const auto describe = [&] { return cases::hex(left[i]) + ' ' + pairs::symbol(op) + ' ' + cases::hex(right[i]); };
      tally.expect(oracle::Expected{want}, pairs::apply(dynamic, op, left[i], right[i], {}), describe);
      tally.expect(oracle::Expected{want}, static_cast<double>(nums[static_cast<int>(op)]), describe);
    }
  }
  tally.report("p = " + std::to_string(p));
}

}  // namespace

TEST_CASE("all pairs x + - * / x all kinds of roundings, small formats") {
  for (const auto& c : cases::small_formats()) {
    const oracle::Table table(c.definition);
    pairs::check_dynamic(c, cases::main_roundings(), {cases::default_rule(table)});
  }
}

TEST_CASE("all pairs x + - * / x every overflow rule, formats of at most 6 bits") {
  for (const auto& c : cases::small_formats()) {
    const oracle::Table table(c.definition);
    if (table.bits() <= 6) pairs::check_dynamic(c, cases::all_roundings(), cases::overflow_rules(table));
  }
}

TEST_CASE("int8 wraps sums, differences and products modulo 2^8") {
  pairs::check_dynamic(cases::small_integers()[6], cases::deterministic_roundings(), {Overflow::wrap});
}

TEST_CASE("random pairs of 16-bit formats: the middle of the range, and where products and quotients are subnormal") {
  for (const auto& c : cases::medium_formats()) {
    const oracle::Table table(c.definition);
    check_random_pairs(c, table, -8, 8, {rne, rna, rz, ru, rd, ro, sr}, 3000);
    check_random_pairs(c, table, -14, -2, {rne, rnz, rz, ru, rd, ro, sr}, 3000);
    check_random_pairs(c, table, -70, -60, {rne, rz, ru, ro, stochastic(8, Rounding::stochastic_a)}, 3000);
  }
}

// Binary32 has room for tf32 products but not below its own subnormal range: rounded there first, these are wrong.
TEST_CASE("tf32 products in the subnormal range: 0x1.c6p-67 * 0x1.32cp-67 and a scan") {
  const cases::Case c{"tf32", tf32, oracle::floating(oracle::Definition::ieee, 8, 10, 127)};
  const oracle::Table table(c.definition);
  const double a = 0x1.c6p-67, b = 0x1.32cp-67;
  const auto want =
      table.round(table.place(oracle::product(oracle::exact(a), oracle::exact(b))), rne, Overflow::infinity);
  Dynamic dynamic(tf32);
  CHECK(dynamic.mul(a, b, {}) == want.value);
  CHECK(static_cast<double>(Num<tf32>(a) * Num<tf32>(b)) == want.value);
  check_random_pairs(c, table, -68, -63, {rne, rna, rz, ru, rd, ro}, 5000);
  check_random_pairs(c, table, 60, 64, {rne, rz, ru, rd, ro}, 1000);
}

TEST_CASE("binary32 rne equals float: random numbers of all exponents") {
  Dynamic dynamic(binary32);
  const Stream stream{5, 5};
  cases::Tally tally;
  for (std::uint64_t i = 0; i < 100000; ++i) {
    const auto a = std::bit_cast<float>(stream.draw(2 * i)), b = std::bit_cast<float>(stream.draw(2 * i + 1));
    const float want[] = {a + b, a - b, a * b, a / b};
    for (const auto op : pairs::kOperations)
      tally.expect(same(pairs::apply(dynamic, op, a, b, {}), want[static_cast<int>(op)]),
                   [&] { return cases::hex(a) + pairs::symbol(op) + cases::hex(b); });
  }
  tally.report("binary32");
}

TEST_CASE("binary64 rne equals double: random numbers of all exponents") {
  Dynamic dynamic(binary64);
  const Stream stream{6, 5};
  cases::Tally tally;
  const auto random = [&](std::uint64_t i) {
    return std::bit_cast<double>(stream.draw(i) | std::uint64_t{stream.draw(i + 1)} << 32);
  };
  for (std::uint64_t i = 0; i < 100000; ++i) {
    const double a = random(4 * i), b = random(4 * i + 2);
    const double want[] = {a + b, a - b, a * b, a / b};
    for (const auto op : pairs::kOperations)
      tally.expect(same(pairs::apply(dynamic, op, a, b, {}), want[static_cast<int>(op)]),
                   [&] { return cases::hex(a) + pairs::symbol(op) + cases::hex(b); });
  }
  tally.report("binary64");
}

TEST_CASE("scale rounds s * x once for a binary64 s of 53 bits, of any exponent") {
  const Stream stream{8, 8};
  for (const auto& c : {cases::small_presets()[1], cases::small_presets()[0], cases::small_presets()[3],
                        cases::small_integers()[6], cases::medium_formats()[0], cases::medium_formats()[1]}) {
    const oracle::Table table(c.definition);
    const Overflow rule = cases::default_rule(table);
    const auto& entries = table.entries();
    std::vector<double> scales{0,   -0.0, 1, -1, 0.1, 1.0 / 3, 0x1p-1074, 0x1p-1022, std::numeric_limits<double>::max(),
                               kInf};
    for (std::uint64_t i = 0; i < 2000; ++i) scales.push_back(random_double(stream, i, -12, 12));
    cases::Tally tally;
    for (const Rounding r : {rne, rna, rz, ru, rd, ro, sr}) {
      Dynamic dynamic(c.format, r, rule);
      for (std::size_t i = 0; i < scales.size(); ++i) {
        const std::size_t last = entries.size() - 2;
        for (const double x :
             {entries[1].value, entries[1 + i * 7919 % last].value, -entries[last].value, entries[0].value}) {
          const auto place = table.place(oracle::product(oracle::exact(scales[i]), oracle::exact(x)));
          tally.expect(table.round(place, r, rule, stream.draw(i)), dynamic.scale(scales[i], x, {stream, i}),
                       [&] { return cases::hex(scales[i]) + " * " + cases::hex(x) + " @" + cases::name(r); });
        }
      }
    }
    tally.report(c.name);
  }
}

TEST_CASE("from rounds into the format") {
  Dynamic dynamic(e4m3fn, ru, Overflow::saturate);
  CHECK(dynamic.from(1.01, {}) == 1.125);
  CHECK(dynamic.from(1e9, {}) == 448);
  CHECK(dynamic.to_double(dynamic.from(-0x1p-50, {})) == 0);
}

// A result rounded to nearest in a lane of P < 2p + 2 bits lands on ties that it does not lie on.
TEST_CASE("formats wider than half their lanes round once: sums a hair off a tie, random operands, p = 12 ... 51") {
  check_once_rounded<6, 11>();
  check_once_rounded<6, 13>();
  check_once_rounded<6, 20>();
  check_once_rounded<6, 25>();
  check_once_rounded<8, 30>();
  check_once_rounded<8, 40>();
  check_once_rounded<8, 50>();
}

TEST_CASE("where binary64 lanes end, and what the reference does from there on") {
  for (const Rounding r : {rz, ru, rd, ro, rna, rnz, sr, sre}) CHECK_FALSE(Dynamic(binary64, r).has_lanes());
  CHECK_FALSE(Dynamic(fp(11, 51)).has_lanes());
  CHECK_FALSE(Dynamic(fp(11, 30), rz).has_lanes());
  CHECK_FALSE(Dynamic(binary32, sr).has_lanes());  // 24 + 32 + 2 > 53
  CHECK(Dynamic(fp(8, 50), rz).has_lanes());
  CHECK_FALSE(Dynamic(fp(8, 51), rz).has_lanes());
  CHECK(Dynamic{binary64}.has_lanes());
  CHECK(Dynamic(binary32, rz).has_lanes());
  CHECK(Dynamic(binary32, stochastic(27)).has_lanes());
  CHECK_FALSE(Dynamic(binary32, stochastic(28)).has_lanes());
  Dynamic down(binary64, rd), up(binary64, ru);
  CHECK(down.div(1, 3, {}) == 0x1.5555555555555p-2);
  CHECK(up.div(1, 3, {}) == 0x1.5555555555556p-2);
  CHECK(up.add(1, 0x1p-1074, {}) == std::nextafter(1.0, 2.0));
  CHECK(down.mul(0x1p-600, 0x1p-600, {}) == 0);
  CHECK(up.mul(0x1p-600, 0x1p-600, {}) == 0x1p-1074);
  CHECK_THROWS_AS(Dynamic(fp(15, 112)), Error);
  CHECK_THROWS_AS(Dynamic(p3109(16, 1, true, true)), Error);
  CHECK_THROWS_AS(Dynamic(e4m3fn, rne, Overflow::infinity), Error);
  CHECK_THROWS_AS(Dynamic(e4m3fn, rne, Overflow::wrap), Error);
}

TEST_CASE("wrapped products of wide integers are exact, or refused") {
  for (const int k : {16, 24, 26, 27, 28, 32}) {
    const auto top = static_cast<double>((std::int64_t{1} << (k - 1)) -
                                         1);  // -1 - 2^(k-1) modulo 2^k; its square is 1 - 2^k + ... = 1
    double square = 1;
    try {
      Dynamic dynamic(integer(k), rne, Overflow::wrap);
      square = dynamic.mul(top, top, {});
    } catch (const Error&) {
    }
    CHECK(square == 1);
  }
}

TEST_CASE("an arithmetic from a quantizer: the step is part of the grid if it is a power of two, else refused") {
  const auto stepped = [](double step) {
    return Quantizer(integer(8), rne, Overflow::saturate, block::Scale::given(step));
  };
  Dynamic dynamic(stepped(0x1p-5));
  CHECK(dynamic.format() == fixed(8, 5));
  CHECK(dynamic.mul(1.5, 1.53125, {}) == 2.3125);  // 73.5 steps: a tie
  CHECK_THROWS_AS(Dynamic{stepped(0.05)}, Error);
  CHECK_THROWS_AS(Dynamic{parse_quantizer("int8:absmax")}, Error);
  CHECK_THROWS_AS(Dynamic{Quantizer{}}, Error);
}

TEST_CASE("overflow=error throws from the operation that overflows, and only from it") {
  Dynamic dynamic(e4m3fn, rne, Overflow::error);
  CHECK(dynamic.add(440, 8, {}) == 448);
  CHECK_THROWS_AS(dynamic.add(448, 32, {}), Error);
  CHECK_THROWS_AS(dynamic.div(1, 0, {}), Error);
  CHECK(std::isnan(dynamic.mul(std::nan(""), 1, {})));
}

TEST_CASE("the sign of a sum of zero: -0 rounding down unless both operands are +0, +0 otherwise (IEEE 754-2019 6.3)") {
  for (const Rounding r : cases::main_roundings()) {
    CAPTURE(r.kind);
    Dynamic dynamic(e5m2, r, Overflow::infinity);
    const bool down = r == rd;
    CHECK(std::signbit(dynamic.sub(1.5, 1.5, {})) == down);
    CHECK(std::signbit(dynamic.add(-0.25, 0.25, {})) == down);
    CHECK(std::signbit(dynamic.add(0.0, -0.0, {})) == down);
    CHECK(!std::signbit(dynamic.add(0.0, 0.0, {})));
    CHECK(std::signbit(dynamic.add(-0.0, -0.0, {})));
    Dynamic unsigned_zero(e5m2fnuz, r, Overflow::saturate);
    CHECK(!std::signbit(unsigned_zero.sub(1.5, 1.5, {})));
  }
}

TEST_CASE("a run-time arithmetic counts its roundings") {
  Dynamic dynamic(e4m3fn, rne, Overflow::saturate);
  dynamic.observe(true);
  dynamic.add(448, 448, {});
  dynamic.mul(0x1p-9, 0x1p-9, {});
  dynamic.div(0, 0, {});
  dynamic.sub(3, 1, {});
  CHECK(dynamic.events() ==
        Events{.rounded = 4, .inexact = 2, .overflow = 1, .saturated = 1, .underflow = 1, .nan = 1, .nan_created = 1});
}

TEST_CASE("draws come from substreams 2c and 2c + 1 of operation c, in every model") {
  const Stream stream{12, 34};
  Dynamic dynamic(bfloat16, sr, stream);
  Scalarwise<Num<bfloat16, sr>> scalarwise(stream);
  for (std::uint64_t c = 0; c < 3; ++c) {
    const linalg::OperationDraws a = dynamic.draws();
    const linalg::OperationDraws b = scalarwise.draws();
    CHECK(a.products == stream.substream(2 * c));
    CHECK(a.sums == stream.substream(2 * c + 1));
    CHECK(b.products == a.products);
    CHECK(b.sums == a.sums);
  }
}

TEST_CASE("models agree where everything is exact: double, Num, cpp_bin_float_50, Dynamic") {
  std::vector<double> x, y;
  for (int k = 0; k < 21; ++k) {
    x.push_back(k - 9);
    y.push_back(k % 5 - 2);
  }
  double want = 0;
  for (std::size_t k = 0; k < x.size(); ++k) want += x[k] * y[k];
  const auto run = [&](auto arithmetic) {
    using A = decltype(arithmetic);
    std::vector<typename A::value_type> xs(x.size()), ys(y.size());
    convert(arithmetic, VectorView<const double>(x), VectorView<typename A::value_type>(xs));
    convert(arithmetic, VectorView<const double>(y), VectorView<typename A::value_type>(ys));
    return arithmetic.to_double(
        dot(arithmetic, VectorView<const typename A::value_type>(xs), VectorView<const typename A::value_type>(ys)));
  };
  CHECK(want != 0);
  CHECK(run(Scalarwise<double>()) == want);
  CHECK(run(Scalarwise<float>()) == want);
  CHECK(run(Scalarwise<Multiprecision>()) == want);
  CHECK(run(Scalarwise<Num<bfloat16>>()) == want);
  CHECK(run(Scalarwise<Num<binary16, sr>>()) == want);
  CHECK(run(Dynamic(bfloat16)) == want);
  CHECK(run(Dynamic(integer(12), sr, Stream{1, 1})) == want);
  CHECK(run(Dynamic(binary64)) == want);
}
