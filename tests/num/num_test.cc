// Num<F, R>: every operator of every pair against the oracle; what the type promises at compile time.
#include "lowprec/num.h"
#include "lowprec/format/presets.h"

#include <cmath>
#include <limits>
#include <type_traits>
#include <vector>

#include "support/cases.h"
#include "support/pairs.h"

using namespace lowprec;
using oracle::Operation;

namespace {

using Apply = double (*)(Operation, double, double, std::uint32_t);

struct Machine {
  Apply apply;
  Rounding rounding;
};

template <Format F, Rounding R, Overflow O>
double apply_num(Operation op, double x, double y, std::uint32_t draw) {
  using N = Num<F, R, O>;
  const N a(x, 0), b(y, 0);
  switch (op) {
    case Operation::add:
      return static_cast<double>(N::add(a, b, draw));
    case Operation::sub:
      return static_cast<double>(N::sub(a, b, draw));
    case Operation::mul:
      return static_cast<double>(N::mul(a, b, draw));
    case Operation::div:
      return static_cast<double>(N::div(a, b, draw));
  }
  return 0;
}

template <Format F, Overflow O, Rounding... R>
std::vector<Machine> machines() {
  return {Machine{&apply_num<F, R, O>, R}...};
}

constexpr Rounding sr3a{Rounding::stochastic_a, 3};
constexpr Rounding sr2b{Rounding::stochastic_b, 2};
constexpr Rounding sr8c{Rounding::stochastic_c, 8};

template <Format F, Overflow O = default_overflow(F)>
void check_machines(const cases::Case& c, const std::vector<Machine>& list) {
  REQUIRE(c.format == F);
  const oracle::Table table(c.definition);
  cases::Tally tally;
  pairs::for_each_pair(table, [&](Operation op, double a, double b, const oracle::Place& place) {
    for (const Machine& m : list)
      for (const std::uint32_t draw : cases::draws(m.rounding))
        tally.expect(table.round(place, m.rounding, O, draw), m.apply(op, a, b, draw), [&] {
          return cases::hex(a) + ' ' + pairs::symbol(op) + ' ' + cases::hex(b) + " @" + cases::name(m.rounding) +
                 " draw " + std::to_string(draw);
        });
  });
  tally.report(c.name);
}

template <Format F, Overflow O = default_overflow(F)>
void check(const cases::Case& c) {
  check_machines<F, O>(c, machines<F, O, rne, rna, rnz, rz, ru, rd, ro, sr, sre, sr3a, sr2b, sr8c>());
}

cases::Case find(const std::string& name) {
  for (const auto& list : {cases::small_formats(), cases::p3109_formats(4), cases::p3109_formats(6)})
    for (const auto& c : list)
      if (c.name == name) return c;
  throw Error("no case " + name);
}

}  // namespace

TEST_CASE("all pairs x + - * / x all roundings, draws 0 and 2^32 - 1 too: OCP formats") {
  check<e5m2>(find("e5m2"));
  check<e4m3fn>(find("e4m3fn"));
  check<e4m3fn, Overflow::saturate>(find("e4m3fn"));
  check<e4m3fnuz>(find("e4m3fnuz"));
  check<e3m2>(find("e3m2"));
  check<e2m3>(find("e2m3"));
  check<e2m1>(find("e2m1"));
  check<e8m0>(find("e8m0"));
}

TEST_CASE("all pairs x + - * / x all roundings: integers and fixed point") {
  check<integer(4)>(find("int4"));
  check<integer(4), Overflow::wrap>(find("int4"));
  check<integer(8)>(find("int8"));
  check<integer(8, {.symmetric = true})>(find("int(8;symmetric)"));
  check<integer(4, {.is_signed = false})>(find("uint4"));
  check<fixed(8, 5)>(find("fixed(8,5)"));
}

TEST_CASE("all pairs x + - * / x all roundings: options and corners of fp(e,m)") {
  check<fp(4, 3, {.subnormals = false})>(find("fp(4,3;nosubnormals)"));
  check<fp(2, 3, {.is_signed = false})>(find("fp(2,3;unsigned)"));
  check<fp(5, 0, {.specials = Specials::fn})>(find("fp(5,0;fn)"));
  check<fp(1, 2)>(find("fp(1,2)"));
}

TEST_CASE("all pairs x + - * / x every number of random bits at its ends: formats of 4 and 6 bits") {
  constexpr Rounding sr1a{Rounding::stochastic_a, 1}, sr32a{Rounding::stochastic_a, 32};
  constexpr Rounding sr1b{Rounding::stochastic_b, 1}, sr32b{Rounding::stochastic_b, 32};
  constexpr Rounding sr1c{Rounding::stochastic_c, 1};
  const auto check_bits = [&]<Format F>(const cases::Case& c) {
    check_machines<F>(c, machines<F, default_overflow(F), sr1a, sr32a, sr1b, sr32b, sr1c, sr, sre>());
  };
  check_bits.operator()<e2m1>(find("e2m1"));
  check_bits.operator()<e3m2>(find("e3m2"));
  check_bits.operator()<p3109(4, 2, true, true)>(find("binary4p2se"));
  check_bits.operator()<p3109(6, 3, true, false)>(find("binary6p3sf"));
}

TEST_CASE("a number is kept in a binary32 where that suffices, else in a binary64") {
  CHECK(std::is_same_v<Num<e4m3fn>::lane_type, float>);
  CHECK(std::is_same_v<Num<binary32>::lane_type, float>);
  CHECK(std::is_same_v<Num<tf32>::lane_type, double>);        // its products underflow in binary32
  CHECK(std::is_same_v<Num<e4m3fn, rz>::lane_type, double>);  // a nearest result in between would round twice
  CHECK(std::is_same_v<Num<binary64>::lane_type, double>);
}

// Its products near 2^-134 are subnormal in binary32, which then rounds their 22 bits before the format does.
TEST_CASE("a narrow format whose products are subnormal in binary32 is kept in a binary64: fp(6,10;bias=126)") {
  constexpr Format f = fp(6, 10, {.bias = 126});
  using N = Num<f>;
  CHECK(std::is_same_v<N::lane_type, double>);
  const oracle::Table table(oracle::floating(oracle::Definition::ieee, 6, 10, 126));
  cases::Tally tally;
  const Stream stream{15, 3};
  for (std::uint64_t i = 0; i < 30000; ++i) {
    const auto random = [&](std::uint64_t k) {
      const std::uint32_t draw = stream.draw(k);
      return std::ldexp(1024 + draw % 1024, -77 - static_cast<int>((draw >> 16) % 3));
    };
    const double a = random(2 * i), b = random(2 * i + 1);
    const auto place = table.place(oracle::product(oracle::exact(a), oracle::exact(b)));
    tally.expect(table.round(place, rne, Overflow::infinity), static_cast<double>(N(a) * N(b)),
                 [&] { return cases::hex(a) + " * " + cases::hex(b); });
  }
  tally.report("fp(6,10;bias=126)");
}

TEST_CASE("operators round each result: static_assert at compile time") {
  using F8 = Num<e4m3fn>;
  static_assert(static_cast<double>(F8(1.0625)) == 1.0);
  static_assert(static_cast<double>(F8(16) + F8(1)) == 16.0);  // a tie: 16, 17, 18
  static_assert(static_cast<double>(F8(18) + F8(1)) == 20.0);
  static_assert(static_cast<double>(F8(1) / F8(3)) == 0.34375);
  static_assert(static_cast<double>(Num<integer(8)>(100) + Num<integer(8)>(100)) == 127);
  static_assert(static_cast<double>(Num<integer(8), rne, Overflow::wrap>(100) +
                                    Num<integer(8), rne, Overflow::wrap>(100)) == -56);
  static_assert(static_cast<double>(Float<5, 2>(1e9)) == std::numeric_limits<double>::infinity());
  static_assert(static_cast<double>(Fixed<8, 4>(1.03125)) == 1.0);
  static_assert(static_cast<double>(Int<8>(-129)) == -128);
  static_assert(F8(1).code() == 0x38);
  static_assert(F8::from_code(0x7E) == F8(448));
  static_assert(!std::is_convertible_v<double, F8>);
  static_assert(!std::is_convertible_v<F8, double>);
  F8 x(1.5);
  x += F8(0.25);
  x *= F8(3);
  x -= F8(1);
  x /= F8(2);
  CHECK(static_cast<double>(x) == 2.0);  // 1.75, 5.25 -> 5 (a tie), 4, 2
}

TEST_CASE("codes and values are inverse") {
  const auto round_trip = [](auto zero) {
    using N = decltype(zero);
    for (std::uint64_t code = 0; code < std::uint64_t{1} << N::format.bits; ++code) {
      const N x = N::from_code(code);
      if (x == x) CHECK(x.code() == code);
    }
  };
  round_trip(Num<e4m3fn>());
  round_trip(Num<e5m2>());
  round_trip(Num<e4m3fnuz>());
  round_trip(Num<integer(8)>());
  round_trip(Num<fixed(8, 5)>());
  round_trip(Num<e8m0>());
}

TEST_CASE("negation is exact, but for the lowest integer and -0") {
  CHECK(static_cast<double>(-Num<e4m3fn>(448)) == -448);
  CHECK(std::signbit(static_cast<double>(-Num<e4m3fn>(0))));
  CHECK_FALSE(std::signbit(static_cast<double>(-Num<e4m3fnuz>(0))));
  CHECK((-Num<e4m3fnuz>(0)).code() == 0);
  CHECK_FALSE(std::signbit(static_cast<double>(-Num<integer(8)>(0))));
  CHECK(static_cast<double>(-Num<integer(8)>(-128)) == 127);
  CHECK(static_cast<double>(-Num<integer(8), rne, Overflow::wrap>(-128)) == -128);
  CHECK(static_cast<double>(+Num<integer(8)>(-128)) == -128);
  CHECK(static_cast<double>(-Num<e4m3fn, sr>(3, 0)) == -3);  // takes no draw
}

TEST_CASE("comparisons are those of the values; NaN is unordered") {
  using F8 = Num<e4m3fn>;
  CHECK(F8(1) < F8(1.125));
  CHECK(F8(0) == F8(-0.0));
  const F8 nan(std::nan(""));
  CHECK_FALSE(nan == nan);
  CHECK((nan <=> F8(1)) == std::partial_ordering::unordered);
}

TEST_CASE("stochastic operators take the draws of the innermost ScopedStream in order of evaluation") {
  using N = Num<e4m3fn, sr>;
  const Stream outer{1, 2}, inner{3, 4};
  CHECK_THROWS_AS(N(1.03), Error);
  {
    const ScopedStream scope(outer);
    const N a(1.03);
    CHECK(a == N(1.03, outer.draw(0)));
    N b, c;
    {
      const ScopedStream nested(inner);
      b = a / N(3, 0);
      c = a * b;
      CHECK(b == N::div(a, N(3, 0), inner.draw(0)));
      CHECK(c == N::mul(a, b, inner.draw(1)));
    }
    CHECK(b + c == N::add(b, c, outer.draw(1)));
    CHECK(b - c == N::sub(b, c, outer.draw(2)));
  }
  CHECK_THROWS_AS(N(1.0, 0) + N(1.0, 0), Error);
}

TEST_CASE("overflow=error throws; NaN does not") {
  using N = Num<e4m3fn, rne, Overflow::error>;
  CHECK_THROWS_AS(N(465), Error);
  CHECK_THROWS_AS(N(448) + N(448), Error);
  CHECK(static_cast<double>(N(464)) == 448);
  CHECK_NOTHROW(N(std::nan("")));
}
