// A quick look at whatever planted.py breaks, in about a second: a handful of formats through Num, quantize, Reference,
// codecs and texts, against the oracle; formats of many significand bits against the reference.
#include <cmath>
#include <string>
#include <vector>

#include "lowprec/array/codec.h"
#include "lowprec/array/quantize.h"
#include "lowprec/exact/reference.h"
#include "lowprec/exact/wide_text.h"
#include "lowprec/format/names.h"
#include "lowprec/format/number_text.h"
#include "lowprec/format/presets.h"
#include "lowprec/num.h"
#include "support/cases.h"
#include "support/pairs.h"
#include "support/probes.h"
#include "support/wide_pairs.h"

using namespace lowprec;

namespace {

using oracle::Definition;

constexpr double kInf = std::numeric_limits<double>::infinity();

Definition flushing() {
  Definition d = oracle::floating(Definition::ieee, 4, 3, 7);
  d.subnormals = false;
  return d;
}
Definition symmetric_int4() {
  Definition d = oracle::signed_integer(4);
  d.symmetric = true;
  return d;
}

const cases::Case kE3m2{"e3m2", e3m2, oracle::floating(Definition::finite, 3, 2, 3)};
const cases::Case kE4m3fn{"e4m3fn", e4m3fn, oracle::floating(Definition::fn, 4, 3, 7)};
const cases::Case kE4m3fnuz{"e4m3fnuz", e4m3fnuz, oracle::floating(Definition::fnuz, 4, 3, 8)};
const cases::Case kE5m2{"e5m2", e5m2, oracle::floating(Definition::ieee, 5, 2, 15)};
const cases::Case kFlushing{"fp(4,3;nosubnormals)", fp(4, 3, {.subnormals = false}), flushing()};
const cases::Case kPowers{"fp(5,0;fn)", fp(5, 0, {.specials = Specials::fn}),
                          oracle::floating(Definition::fn, 5, 0, 15)};
const cases::Case kE8m0{"e8m0", e8m0, oracle::e8m0()};
const cases::Case kP3109{"binary6p3se", p3109(6, 3, true, true), oracle::p3109(6, 3, true, true)};
const cases::Case kInt4{"int4", integer(4), oracle::signed_integer(4)};
const cases::Case kSymmetric{"int(4;symmetric)", integer(4, {.symmetric = true}), symmetric_int4()};

const std::vector<cases::Case>& list() {
  static const std::vector<cases::Case> result{kE3m2,   kE4m3fn, kE4m3fnuz, kE5m2, kFlushing,
                                               kPowers, kE8m0,   kP3109,    kInt4, kSymmetric};
  return result;
}

template <class N>
N apply(pairs::Operation op, N a, N b, std::uint32_t draw) {
  switch (op) {
    case pairs::Operation::add:
      return N::add(a, b, draw);
    case pairs::Operation::sub:
      return N::sub(a, b, draw);
    case pairs::Operation::mul:
      return N::mul(a, b, draw);
    case pairs::Operation::div:
      break;
  }
  return N::div(a, b, draw);
}

// Every `stride`-th pair and hard number through Num.
template <Rounding R, Overflow O, Format F>
void check_num(const cases::Case& c, std::size_t stride) {
  using N = Num<F, R, O>;
  const oracle::Table table(c.definition);
  cases::Tally tally;
  const auto draws = cases::draws(R);
  const auto describe = [&] { return c.name + '@' + cases::name(R); };
  for (const double x : probes::hard_numbers<double>(table, 4))
    for (const std::uint32_t draw : draws)
      tally.expect(table.round(x, R, O, draw), N(x, draw).value(), [&] { return describe() + ' ' + cases::hex(x); });
  const auto values = pairs::operands(table);
  for (std::size_t i = 0; i < values.size() * values.size(); i += stride) {
    const double a = values[i / values.size()], b = values[i % values.size()];
    for (const auto op : pairs::kOperations) {
      const auto place = table.place(table.result(op, oracle::exact(a), oracle::exact(b)));
      tally.expect(table.round(place, R, O, draws.back()), apply(op, N(a, 0), N(b, 0), draws.back()).value(),
                   [&] { return describe() + ' ' + cases::hex(a) + ' ' + pairs::symbol(op) + ' ' + cases::hex(b); });
    }
  }
  tally.report(describe());
}

// A code of N from two draws.
template <class N>
std::uint64_t random_code(Stream stream, std::uint64_t i) {
  return (std::uint64_t{stream.draw(2 * i)} << 32 | stream.draw(2 * i + 1)) >> (64 - N::format.bits);
}

// Each operation of Num against the reference's.
template <class N>
void check_operations(const Reference& r, N a, N b, N c, std::uint32_t draw, cases::Tally& tally) {
  const auto same = [&](N got, const Wide& want, const char* op) {
    tally.expect(want.is_same(Wide(got.value())), [&] {
      return cases::hex(a.value()) + ' ' + op + ' ' + cases::hex(b.value()) + " gives " + cases::hex(got.value());
    });
  };
  same(N::add(a, b, draw), r.add(a.value(), b.value(), draw), "+");
  same(N::mul(a, b, draw), r.mul(a.value(), b.value(), draw), "*");
  same(N::div(a, b, draw), r.div(a.value(), b.value(), draw), "/");
  same(N::sqrt(a, draw), r.sqrt(a.value(), draw), "sqrt");
  same(N::fma(a, b, c, draw), r.fma(a.value(), b.value(), c.value(), draw), "fma");
  same(N::scale(0.3, a, draw), r.mul(0.3, a.value(), draw), "scale");
}

// Random codes, half of the pairs with the same exponent.
template <class N>
void check_wide_num(const char* what) {
  const Reference r(N::format, N::rounding, N::overflow);
  const Stream stream{9, 1};
  const std::uint64_t fractions = (std::uint64_t{1} << N::format.fraction_bits()) - 1;
  cases::Tally tally;
  for (std::uint64_t i = 0; i < 300; ++i) {
    const std::uint64_t first = random_code<N>(stream, 3 * i), second = random_code<N>(stream, 3 * i + 1);
    const std::uint64_t near = (first & ~fractions) | (second & fractions);
    const N a = N::from_code(first), b = N::from_code(i % 2 != 0 ? near : second);
    check_operations(r, a, b, N::from_code(random_code<N>(stream, 3 * i + 2)), stream.draw(5000 + i), tally);
  }
  tally.report(what);
}

}  // namespace

TEST_CASE("Num: conversions and + - x /") {
  check_num<rne, Overflow::saturate, e3m2>(kE3m2, 3);
  check_num<rna, Overflow::saturate, e3m2>(kE3m2, 3);
  check_num<rnz, Overflow::saturate, e3m2>(kE3m2, 3);
  check_num<ru, Overflow::saturate, e3m2>(kE3m2, 3);
  check_num<rd, Overflow::saturate, e3m2>(kE3m2, 3);
  check_num<ro, Overflow::saturate, e3m2>(kE3m2, 3);
  check_num<stochastic(3, Rounding::stochastic_a), Overflow::saturate, e3m2>(kE3m2, 7);
  check_num<stochastic(5, Rounding::stochastic_b), Overflow::saturate, e3m2>(kE3m2, 7);
  check_num<stochastic(4), Overflow::saturate, e3m2>(kE3m2, 7);
}

TEST_CASE("Num: limits and specials") {
  check_num<rne, Overflow::nan, e4m3fn>(kE4m3fn, 61);
  check_num<rne, Overflow::propagate, e4m3fn>(kE4m3fn, 61);
  check_num<rne, Overflow::nan, e4m3fnuz>(kE4m3fnuz, 61);
  check_num<rz, Overflow::infinity, e5m2>(kE5m2, 61);
  check_num<rne, Overflow::infinity, fp(4, 3, {.subnormals = false})>(kFlushing, 61);
  check_num<rne, Overflow::nan, fp(5, 0, {.specials = Specials::fn})>(kPowers, 61);
  check_num<rne, Overflow::nan, e8m0>(kE8m0, 61);
  check_num<rne, Overflow::infinity, p3109(6, 3, true, true)>(kP3109, 3);
  check_num<ro, Overflow::infinity, p3109(6, 3, true, true)>(kP3109, 3);
  check_num<rne, Overflow::wrap, integer(4)>(kInt4, 1);
  check_num<rne, Overflow::saturate, integer(4, {.symmetric = true})>(kSymmetric, 1);
}

TEST_CASE("Num: odd lanes of many significand bits, and the fused product and sum") {
  check_wide_num<Num<fp(8, 49)>>("fp(8,49)@rne");
  check_wide_num<Num<fp(8, 49), ru>>("fp(8,49)@ru");
  check_wide_num<Num<fp(8, 20), rd>>("fp(8,20)@rd");
  check_wide_num<Num<fp(8, 20), sr>>("fp(8,20)@sr");
  CHECK(Num<binary32>((std::int64_t{1} << 56) + (std::int64_t{1} << 32) + 1).value() == 0x1.000002p56);
}

TEST_CASE("quantize: arrays of hard numbers") {
  for (const auto& c : list()) {
    const oracle::Table table(c.definition);
    const auto doubles = probes::placed(table, probes::hard_numbers<double>(table, 4));
    const auto floats = probes::placed(table, probes::hard_numbers<float>(table, 4));
    cases::Tally tally;
    for (const Rounding r : {rne, rna, rd, ro, stochastic(3, Rounding::stochastic_a), sr, sre}) {
      for (const Overflow o : cases::overflow_rules(table)) probes::check_array(c, table, doubles, r, o, tally);
      probes::check_array(c, table, floats, r, cases::default_rule(table), tally);
    }
    tally.report(c.name);
  }
}

TEST_CASE("quantize: a step is divided out once, errors and events") {
  const auto stepped = [](double step, double x, Rounding r = rne) {
    return quantize(probes::quantizer(integer(8), r, Overflow::saturate, step), x);
  };
  CHECK(stepped(3, 4.5) == 6);         // 1.5 steps: a tie to even
  CHECK(stepped(0.25, 0.375) == 0.5);  // tie
  CHECK_THROWS_AS(quantize(probes::quantizer(integer(8), rne, Overflow::error), 128), Error);
  Events events;
  quantize(probes::quantizer(e4m3fn, rne, Overflow::nan), 1e9, {}, &events);
  quantize(probes::quantizer(e4m3fn, rne, Overflow::nan), 1e-9, {}, &events);
  CHECK(events == Events{.rounded = 2, .inexact = 2, .overflow = 1, .underflow = 1, .nan = 1, .nan_created = 1});
}

namespace {

// Every `stride`-th pair, + - x / and remainder, through Reference.
void check_reference(const cases::Case& c, std::size_t stride) {
  const oracle::Table table(c.definition);
  const auto machines = pairs::references(c.format, {rne, ru, rd, ro}, {cases::default_rule(table)});
  const auto values = pairs::operands(table);
  cases::Tally tally;
  for (std::size_t i = 0; i < values.size() * values.size(); i += stride) {
    const double a = values[i / values.size()], b = values[i % values.size()];
    const auto x = oracle::exact(a), y = oracle::exact(b);
    const auto describe = [&] { return cases::hex(a) + ' ' + cases::hex(b); };
    const auto expect = [&](const oracle::Exact& exact, auto evaluate) {
      pairs::expect_all(table, table.place(exact), machines, tally, evaluate, describe);
    };
    for (const auto op : pairs::kOperations)
      expect(table.result(op, x, y), [&](const Reference& r) { return pairs::apply(r, op, a, b); });
    expect(oracle::remainder(x, y, oracle::Whole::nearest), [&](const Reference& r) { return r.remainder(a, b); });
    expect(oracle::remainder(x, y, oracle::Whole::truncated), [&](const Reference& r) { return r.fmod(a, b); });
    expect(oracle::fused(x, y, x), [&](const Reference& r) { return r.fma(a, b, a); });
    expect(table.root(x), [&](const Reference& r) { return r.sqrt(a); });
  }
  tally.report(c.name);
}

}  // namespace

TEST_CASE("Reference: operations") {
  check_reference(kE3m2, 3);
  check_reference(kE4m3fnuz, 61);
  check_reference(kP3109, 3);
  check_reference(kInt4, 1);
}

TEST_CASE("Reference: operands far apart, texts, flags, integers, neighbours") {
  const Reference up(fp(15, 112), ru), nearest(fp(15, 112));
  const Wide one(1), next(up.next_up(one));
  for (const int gap : {120, 300, 600, 690, 710, 5000}) CHECK(up.add(one, Wide(1, -gap)) == next);
  for (const int gap : {120, 600, 5000}) CHECK(up.fma(one, one, Wide(1, -gap)) == next);
  CHECK(nearest.faa(Wide(1, 200), Wide(1, -200), Wide(1, 200, true)) == Wide(1, -200));
  CHECK(nearest.faa(Wide(1, 3000), one, Wide(1, 3000, true)) == one);
  CHECK(up.parse("1." + std::string(800, '0') + '1') == next);
  CHECK(Reference(binary32).parse("1.000000059604644775390625000000000001") == 1 + 0x1p-23);
  CHECK(exact::parse_number_to_odd("0.1") == 0x1.9999999999999p-4);
  CHECK(exact::to_int64(Wide(0x1p53), rz) == std::int64_t{1} << 53);
  CHECK(exact::to_int64(Wide((std::int64_t{1} << 53) + 1)) == (std::int64_t{1} << 53) + 1);
  CHECK(exact::to_uint64(Wide(~std::uint64_t{0})) == ~std::uint64_t{0});
  CHECK(exact::to_int64(Wide(-2.5), rne) == -2);
  format::Flags flags;
  Reference(binary16).convert(0x1p-14 - 0x1p-26, 0, &flags);  // rounds up to the least normal number
  CHECK(flags == format::Flags{.inexact = true});
  flags = {};
  Reference(binary16).convert(0x1p-14 - 0x1p-25, 0, &flags);  // a tie of subnormals, with 11 bits still exact
  CHECK(flags == format::Flags{.inexact = true, .underflow = true});
  flags = {};
  Reference(binary16).div(1, 0, 0, &flags);
  CHECK(flags == format::Flags{.division_by_zero = true});
  CHECK(Reference(binary16).next_up(-0x1p-24).is_negative());
  CHECK(Reference(binary16).next_down(Wide(kInf)) == 65504);
  CHECK(static_cast<double>(Wide(0x1p-1074).abs()) == 0x1p-1074);
  CHECK(static_cast<double>(Wide((format::Uint128{1} << 100) + (format::Uint128{1} << 47) + 1, 0)) == 0x1p100 + 0x1p48);
}

TEST_CASE("codes: every code of each format, alone, in spans and as Wide") {
  for (const auto& c : list()) {
    cases::Tally tally;
    std::vector<std::uint64_t> codes(std::size_t{1} << c.format.bits);
    for (std::size_t i = 0; i < codes.size(); ++i) codes[i] = i;
    std::vector<double> values(codes.size());
    decode(c.format, codes, values);
    for (const std::uint64_t code : codes) {
      const oracle::Expected want{oracle::decode(c.definition, code)};
      const auto describe = [&] { return c.name + " code " + std::to_string(code); };
      tally.expect(want, decode(c.format, code), describe);
      tally.expect(want, values[code], describe);
      tally.expect(want, static_cast<double>(format::decode_wide(c.format, code)), describe);
    }
    tally.report(c.name);
  }
}

TEST_CASE("codes: every number of each format encodes to its code, and what is none is refused") {
  for (const auto& c : list()) {
    const oracle::Table table(c.definition);
    std::vector<double> values;
    std::vector<std::uint64_t> want;
    for (std::size_t i = 0; i + 1 < table.entries().size(); ++i) {
      const auto& [code, quanta, value] = table.entries()[i];
      values.push_back(value);
      want.push_back(code);
      const double between = value + (table.entries()[i + 1].value - value) / 2;
      CHECK_THROWS_AS(encode(c.format, between), Error);
      CHECK_THROWS_AS(format::encode_wide(c.format, between), Error);
      CHECK(encode(c.format, value) == code);
      CHECK((format::encode_wide(c.format, value) == code));
    }
    std::vector<std::uint64_t> codes(values.size());
    encode(c.format, values, codes);
    CHECK(codes == want);
  }
  CHECK_THROWS_AS(encode(kSymmetric.format, -8), Error);
  CHECK_THROWS_AS(encode(kFlushing.format, 0x1p-8), Error);
  CHECK(encode(integer(4), -8) == 8);
  CHECK(encode(e4m3fnuz, std::nan("")) == 0x80);
  CHECK(encode(e4m3fnuz, -0.0) == 0);
  CHECK(encode(e5m2, -kInf) == 0xFC);
}

TEST_CASE("texts read back") {
  for (const auto& c : list()) CHECK(parse_format(to_string(c.format)) == c.format);
  for (const Rounding r : cases::all_roundings()) CHECK(format::parse_rounding(to_string(r)) == r);
  const Quantizer q = parse_quantizer("int8:step=2^-5,symmetric,overflow=saturate@sr(8,b)");
  CHECK(parse_quantizer(to_string(q)) == q);
  CHECK(q.rounded()->scale.step == 0x1p-5);
}
