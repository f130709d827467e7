// Stochastic rounding proven without statistics: for one number the decision is monotone in the draw, so a bisection
// counts the N-bit integers r that round up, which the formulas of IEEE P3109 v4.0, 3.4, give exactly:
//   a: floor(d 2^N),  b: floor((floor(d 2^(N+1)) + 1) / 2),  c: d 2^N to the nearest integer, ties to even,
// where d, the distance to the lower neighbour in quanta, is a rational computed in unbounded integers.
#include <array>
#include <cmath>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "lowprec/array/quantize.h"
#include "lowprec/exact/reference.h"
#include "lowprec/format/presets.h"
#include "lowprec/linalg/arithmetic.h"
#include "lowprec/num.h"
#include "support/cases.h"
#include "support/oracle.h"
#include "support/probes.h"
#include "support/proof.h"

using namespace lowprec;
using oracle::cpp_int;
using oracle::Exact;

namespace {

constexpr Rounding::Kind kKinds[] = {Rounding::stochastic_a, Rounding::stochastic_b, Rounding::stochastic_c};

Exact to_exact(const Wide& x) {
  const cpp_int upper = static_cast<std::uint64_t>(x.significand() >> 64);
  const cpp_int lower = static_cast<std::uint64_t>(x.significand());
  return {.negative = x.is_negative(), .num = (upper << 64) + lower, .exponent = x.exponent()};
}

Wide wide(const cpp_int& quanta, int exponent, bool negative) {
  const cpp_int mask = (cpp_int(1) << 64) - 1;
  const auto word = [](const cpp_int& x) { return format::Uint128{static_cast<std::uint64_t>(x)}; };
  return {word(cpp_int(quanta >> 64)) << 64 | word(cpp_int(quanta & mask)), exponent, negative};
}

// The neighbours of an exact number in a format, and d = over / gap.
struct Cell {
  Wide lower, upper;
  cpp_int over, gap;
};

// floor(log2(num / den))
int floor_log2_ratio(const cpp_int& num, const cpp_int& den) {
  const int guess = static_cast<int>(msb(num)) - static_cast<int>(msb(den));
  const bool less = guess >= 0 ? num < (den << guess) : (num << -guess) < den;
  return guess - (less ? 1 : 0);
}

Cell cell(const Format& f, const Exact& x) {
  const int e = x.num == 0 ? f.least_exponent : floor_log2_ratio(x.num, x.den) + x.exponent;
  const int quantum = std::max(e, f.least_exponent) - f.precision + 1, shift = x.exponent - quantum;
  const cpp_int num = shift >= 0 ? cpp_int(x.num << shift) : x.num;
  Cell result;
  result.gap = shift >= 0 ? x.den : cpp_int(x.den << -shift);
  cpp_int quanta;
  boost::multiprecision::divide_qr(num, result.gap, quanta, result.over);
  result.lower = wide(quanta, quantum, x.negative);
  result.upper = wide(quanta + 1, quantum, x.negative);
  if (result.upper.abs() > f.max<Wide>()) result.upper = Wide::infinity(x.negative);
  return result;
}

std::uint64_t formula(Rounding r, const Cell& c) {
  if (r.kind == Rounding::stochastic_equal) return c.over == 0 ? 0 : 1;
  const int n = r.random_bits;
  const cpp_int half_steps = (c.over << (n + 1)) / c.gap;
  if (r.kind == Rounding::stochastic_a) return static_cast<std::uint64_t>(cpp_int(half_steps / 2));
  const bool tie = (c.over << (n + 1)) % c.gap == 0 && half_steps % 4 == 1;
  const bool down = r.kind == Rounding::stochastic_c && tie;
  return static_cast<std::uint64_t>(cpp_int((half_steps + (down ? 0 : 1)) / 2));
}

// Something that rounds one number, given a draw.
using Round = std::function<Wide(std::uint32_t)>;

// Counts the N-bit integers for which the upper neighbour is taken, and holds other results against the cell.
class Counter {
 public:
  Counter(Rounding r, const Round& round, const Cell& c) : bits_(r.random_bits), round_(round), cell_(c) {}

  std::uint64_t count_up() {
    const std::uint64_t whole = std::uint64_t{1} << bits_;
    std::uint64_t low = 0, high = whole;  // below `low` down, from `high` on up
    while (low < high) {
      const std::uint64_t middle = (low + high) / 2;
      if (goes_up(middle, 0))
        high = middle;
      else
        low = middle + 1;
    }
    if (bits_ <= 5) require_monotone(high);
    if (high > 0 && goes_up(high - 1, ~0U)) ++strange_;
    if (high < whole && !goes_up(high, ~0U)) ++strange_;
    return whole - high;
  }

  // Results that are neither neighbour, or on the wrong side of the threshold.
  int strange() const { return strange_; }

 private:
  bool goes_up(std::uint64_t random, std::uint32_t rest) {
    const std::uint32_t below = bits_ == 32 ? 0 : rest >> bits_;
    const Wide y = round_(static_cast<std::uint32_t>(random << (32 - bits_)) | below);
    const bool up = y.is_same(cell_.upper);
    if (!up && !is_lower(y)) ++strange_;
    return up;
  }
  // A zero may have lost its sign.
  bool is_lower(const Wide& y) const { return y.is_same(cell_.lower) || (y.is_zero() && cell_.lower.is_zero()); }

  void require_monotone(std::uint64_t threshold) {
    for (std::uint64_t random = 0; random < std::uint64_t{1} << bits_; ++random)
      if (goes_up(random, 0) != (random >= threshold)) ++strange_;
  }

  int bits_;
  const Round& round_;
  const Cell& cell_;
  int strange_ = 0;
};

template <class Describe>
void check(Rounding r, const Round& round, const Cell& c, cases::Tally& tally, Describe describe) {
  Counter counter(r, round, c);
  const std::uint64_t got = counter.count_up(), want = formula(r, c);
  tally.expect(got == want && counter.strange() == 0, [&] {
    return describe() + " @" + cases::name(r) + ": " + std::to_string(got) + " integers go up, not " +
           std::to_string(want) + "; " + std::to_string(counter.strange()) + " results are no neighbour";
  });
}

std::vector<Rounding> all_counts() {
  std::vector<Rounding> result{sre};
  for (const auto kind : kKinds)
    for (int n = 1; n <= 32; ++n) result.push_back(stochastic(n, kind));
  return result;
}

constexpr const char* kAllCounts = "sre; sr(1) ... sr(32) of a b c";

std::vector<Rounding> some_counts() {
  std::vector<Rounding> result{sre};
  for (const auto kind : kKinds)
    for (const int n : {1, 2, 3, 8, 31, 32}) result.push_back(stochastic(n, kind));
  return result;
}

// d = numerator / 2^bits: thresholds and ties of N random bits and what is next to them, and numbers next to 0 and 1.
struct Fraction {
  std::uint64_t numerator;
  int bits;
};

std::vector<Fraction> fractions(int n, int most_bits) {
  std::vector<Fraction> result{{0, 0}, {1, 1}, {1, 2}, {3, 2}, {5, 3}};
  const std::uint64_t one = 1;
  for (const int bits : {n, n + 1, n + 2, most_bits}) {
    if (bits > most_bits || bits < 1) continue;
    for (const std::uint64_t k : {one, (one << bits) - 1, (one << bits) / 3, ((one << bits) / 3) | 1})
      result.push_back({k, bits});
  }
  const int fine = most_bits - n - 1;  // next to ties and thresholds
  if (fine > 0)
    for (const std::uint64_t k : {one, one << n, (one << n) + 1})
      for (const std::uint64_t offset : {one, ~std::uint64_t{0}}) result.push_back({(k << fine) + offset, most_bits});
  std::erase_if(result, [](const Fraction& d) { return d.bits > 0 && d.numerator >> d.bits != 0; });
  return result;
}

// Numbers of the format, as multiples of a quantum: zero, subnormal and normal, odd and even, around 1, the largest.
std::vector<Wide> lower_neighbours(const Format& f) {
  const format::Uint128 top = format::Uint128{1} << f.fraction_bits(), last = f.max_code();
  std::vector<Wide> result{Wide(), f.magnitude<Wide>(1), f.magnitude<Wide>(top - 1), f.magnitude<Wide>(top)};
  for (const format::Uint128 code : {last / 2, last / 2 + 1, last - 1, last}) result.push_back(f.magnitude<Wide>(code));
  return result;
}

// lower + d quanta.
std::optional<Wide> number_at(const Format& f, const Wide& lower, const Fraction& d) {
  const int e = lower.is_zero() ? f.least_exponent : std::max(lower.floor_log2(), f.least_exponent);
  const int quantum = e - f.fraction_bits();
  const format::Uint128 quanta = lower.is_zero() ? 0 : lower.significand() << (lower.exponent() - quantum);
  if (format::bit_width(quanta) + d.bits > 128) return std::nullopt;
  return Wide((quanta << d.bits) + d.numerator, quantum - d.bits);
}

// For every count of random bits and every such number of both signs: f(rounding, number, its cell).
template <class F>
void for_each_number(const Format& format, const std::vector<Rounding>& roundings, F f) {
  for (const Rounding r : roundings)
    for (const Wide& lower : lower_neighbours(format))
      for (const Fraction& d : fractions(r.random_bits, std::min(127 - format.precision, 62)))
        if (const auto x = number_at(format, lower, d))
          for (const Wide& number : {*x, -*x}) f(r, number, cell(format, to_exact(number)));
}

Overflow visible_overflow(const Format& f) { return f.has_infinity ? Overflow::infinity : Overflow::saturate; }

// Beyond the largest number of a format without infinity nothing is to be seen.
bool is_visible(const Format& f, const Cell& c) { return f.has_infinity || !c.upper.is_infinite(); }

std::string text(const Wide& x) { return cases::hex(static_cast<double>(x)); }

void check_conversion(const char* name, const Format& f, const std::vector<Rounding>& roundings) {
  cases::Tally tally;
  std::optional<Reference> reference;
  for_each_number(f, roundings, [&](Rounding r, const Wide& x, const Cell& c) {
    if (!is_visible(f, c)) return;
    if (!reference || reference->rounding() != r) reference.emplace(f, r, visible_overflow(f));
    check(
        r, [&](std::uint32_t draw) { return reference->convert(x, draw); }, c, tally,
        [&] { return std::string(name) + ": " + text(x); });
  });
  const std::string which = roundings == all_counts() ? kAllCounts : cases::names(roundings);
  proof::record("stochastic_test", name, "integers that go up: convert", which, tally);
}

// Conversions and operations of Num<F, R, O> for a rounding known at run time.
struct Machine {
  Rounding rounding;
  double (*convert)(double, std::uint32_t);
  double (*apply)(oracle::Operation, double, double, std::uint32_t);
};

template <Format F, Rounding R, Overflow O>
double convert(double x, std::uint32_t draw) {
  return static_cast<double>(Num<F, R, O>(x, draw));
}

template <Format F, Rounding R, Overflow O>
double apply(oracle::Operation op, double x, double y, std::uint32_t draw) {
  using N = Num<F, R, O>;
  const N a(x, 0), b(y, 0);
  switch (op) {
    case oracle::Operation::add:
      return static_cast<double>(N::add(a, b, draw));
    case oracle::Operation::sub:
      return static_cast<double>(N::sub(a, b, draw));
    case oracle::Operation::mul:
      return static_cast<double>(N::mul(a, b, draw));
    case oracle::Operation::div:
      break;
  }
  return static_cast<double>(N::div(a, b, draw));
}

template <Format F, Rounding R, Overflow O = default_overflow(F)>
Machine machine() {
  return {R, &convert<F, R, O>, &apply<F, R, O>};
}

template <Format F, int... n>
std::vector<Machine> machines(std::integer_sequence<int, n...>) {
  return {machine<F, sre>(), machine<F, stochastic(n + 1, Rounding::stochastic_a)>()...,
          machine<F, stochastic(n + 1, Rounding::stochastic_b)>()...,
          machine<F, stochastic(n + 1, Rounding::stochastic_c)>()...};
}

template <Format F>
const std::vector<Machine>& machines() {
  static const std::vector<Machine> list = machines<F>(std::make_integer_sequence<int, 32>());
  return list;
}

const Machine& machine_of(const std::vector<Machine>& list, Rounding r) {
  for (const Machine& m : list)
    if (m.rounding == r) return m;
  throw Error("no machine with that rounding");
}

template <Format F>
void check_num(const char* name) {
  cases::Tally tally;
  for_each_number(F, all_counts(), [&](Rounding r, const Wide& x, const Cell& c) {
    const auto number = static_cast<double>(x);
    if (!is_visible(F, c) || Wide(number) != x) return;
    const Machine& m = machine_of(machines<F>(), r);
    check(
        r, [&](std::uint32_t draw) { return Wide(m.convert(number, draw)); }, c, tally,
        [&] { return std::string(name) + ": " + text(x); });
  });
  proof::record("stochastic_test", name, "integers that go up: convert", kAllCounts, tally);
}

// Pairs of numbers of the format of like exponents, and far apart.
struct Pairs {
  Format format;
  Stream stream;

  Wide operand(std::uint64_t i) const {
    const format::Uint128 bits = format::Uint128{stream.draw(4 * i)} << 96 |
                                 format::Uint128{stream.draw(4 * i + 1)} << 64 |
                                 format::Uint128{stream.draw(4 * i + 2)} << 32 | stream.draw(4 * i + 3);
    const format::Uint128 code = 1 + bits % format.max_code();
    return i % 3 == 0 ? format.magnitude<Wide>(code)
                      : format.magnitude<Wide>(format.max_code() / 2 +
                                               code % (format::Uint128{8} << format.fraction_bits()) / 8);
  }
  Wide left(std::uint64_t i) const { return i % 4 == 0 ? -operand(2 * i) : operand(2 * i); }
  Wide right(std::uint64_t i) const { return operand(2 * i + 1); }
};

Wide apply(const Reference& r, oracle::Operation op, const Wide& a, const Wide& b, std::uint32_t draw) {
  switch (op) {
    case oracle::Operation::add:
      return r.add(a, b, draw);
    case oracle::Operation::sub:
      return r.sub(a, b, draw);
    case oracle::Operation::mul:
      return r.mul(a, b, draw);
    case oracle::Operation::div:
      break;
  }
  return r.div(a, b, draw);
}

constexpr oracle::Operation kOperations[] = {oracle::Operation::add, oracle::Operation::sub, oracle::Operation::mul,
                                             oracle::Operation::div};

// f(operation, a, b, cell of the exact result) for pairs whose result lies within the range.
template <class F>
void for_each_result(const Format& f, int count, F use) {
  const Pairs pairs{f, {77, 3}};
  for (int i = 0; i < count; ++i) {
    const Wide a = pairs.left(i), b = pairs.right(i);
    for (const auto op : kOperations) {
      const Exact result = oracle::apply(op, to_exact(a), to_exact(b));
      if (result.num == 0) continue;
      const Cell c = cell(f, result);
      if (c.lower.abs() < f.max<Wide>()) use(op, a, b, c);
    }
  }
}

std::string describe(const char* name, oracle::Operation op, const Wide& a, const Wide& b) {
  return std::string(name) + ": " + text(a) + ' ' + "+-*/"[static_cast<int>(op)] + ' ' + text(b);
}

void check_operations(const char* name, const Format& f, int count) {
  cases::Tally tally;
  for (const Rounding r : some_counts()) {
    const Reference reference(f, r, visible_overflow(f));
    for_each_result(f, count, [&](oracle::Operation op, const Wide& a, const Wide& b, const Cell& c) {
      check(
          r, [&](std::uint32_t draw) { return apply(reference, op, a, b, draw); }, c, tally,
          [&] { return describe(name, op, a, b); });
    });
  }
  proof::record("stochastic_test", name, "integers that go up: + - x /", cases::names(some_counts()), tally);
}

template <Format F>
void check_num_operations(const char* name, int count) {
  cases::Tally tally;
  for (const Machine& m : machines<F>()) {
    for_each_result(F, count, [&](oracle::Operation op, const Wide& a, const Wide& b, const Cell& c) {
      const auto x = static_cast<double>(a), y = static_cast<double>(b);
      check(
          m.rounding, [&](std::uint32_t draw) { return Wide(m.apply(op, x, y, draw)); }, c, tally,
          [&] { return describe(name, op, a, b); });
    });
  }
  proof::record("stochastic_test", name, "integers that go up: + - x /", kAllCounts, tally);
}

// For each n-bit integer an index of the stream whose draw has it as its top bits.
std::vector<std::uint64_t> indices(Stream stream, int n) {
  std::vector<std::uint64_t> result(std::size_t{1} << n, ~std::uint64_t{0});
  std::size_t missing = result.size();
  for (std::uint64_t i = 0; missing > 0; ++i) {
    std::uint64_t& slot = result[stream.draw(i) >> (32 - n)];
    if (slot == ~std::uint64_t{0}) slot = i, --missing;
  }
  return result;
}

Wide apply(Dynamic& d, oracle::Operation op, const Wide& a, const Wide& b, linalg::Draw draw) {
  const auto x = static_cast<double>(a), y = static_cast<double>(b);
  switch (op) {
    case oracle::Operation::add:
      return d.add(x, y, draw);
    case oracle::Operation::sub:
      return d.sub(x, y, draw);
    case oracle::Operation::mul:
      return d.mul(x, y, draw);
    case oracle::Operation::div:
      break;
  }
  return d.div(x, y, draw);
}

void check_dynamic(const char* name, const Format& f, int count) {
  cases::Tally tally;
  const Stream stream{4, 9};
  for (const auto kind : kKinds) {
    for (int n = 1; n <= 6; ++n) {
      const Rounding r = stochastic(n, kind);
      Dynamic dynamic(f, r, visible_overflow(f));
      const auto index = indices(stream, n);
      for_each_result(f, count, [&](oracle::Operation op, const Wide& a, const Wide& b, const Cell& c) {
        const auto round = [&](std::uint32_t draw) {
          return apply(dynamic, op, a, b, {stream, index[draw >> (32 - n)]});
        };
        check(r, round, c, tally, [&] { return describe(name, op, a, b); });
      });
    }
  }
  proof::record("stochastic_test", name, "integers that go up: + - x /", "sr(1) ... sr(6) of a b c", tally);
}

// Error of the probability to go up over all residues k 2^-(N+j), in units of 2^-(N+j): its sum, and the largest.
struct Errors {
  std::int64_t sum = 0, largest = 0;
};

Errors errors(Rounding r, int j, const Wide& lower, const Format& f) {
  const Reference reference(f, r);
  Errors result;
  const int n = r.random_bits;
  for (std::uint64_t k = 0; k < std::uint64_t{1} << (n + j); ++k) {
    const Wide x = *number_at(f, lower, {k, n + j});
    const Cell c = cell(f, to_exact(x));
    const Round round = [&](std::uint32_t draw) { return reference.convert(x, draw); };
    const auto up = static_cast<std::int64_t>(Counter(r, round, c).count_up());
    const std::int64_t error = (up << j) - static_cast<std::int64_t>(k);
    result.sum += error;
    result.largest = std::max(result.largest, std::abs(error));
  }
  return result;
}

}  // namespace

TEST_CASE("conversion goes up for exactly as many N-bit integers as its formula says, N = 1 ... 32: reference") {
  check_conversion("e5m2", e5m2, all_counts());
  check_conversion("fp(15,112)", fp(15, 112), all_counts());
  const auto some = some_counts();
  check_conversion("e4m3fn", e4m3fn, some);
  check_conversion("binary16", binary16, some);
  check_conversion("bfloat16", bfloat16, some);
  check_conversion("binary32", binary32, some);
  check_conversion("binary64", binary64, some);
  check_conversion("fp(15,63)", fp(15, 63), some);
  check_conversion("int8", integer(8), some);
  check_conversion("fixed(16,12)", fixed(16, 12), some);
}

TEST_CASE("conversion goes up for exactly as many N-bit integers as its formula says, N = 1 ... 32: Num") {
  check_num<e5m2>("Num e5m2");
  check_num<bfloat16>("Num bfloat16");
  check_num<integer(8)>("Num int8");
}

TEST_CASE("so do + - x /, whose results have endless fractions or parts far below the quantum: reference") {
  check_operations("e5m2", e5m2, 40);
  check_operations("binary16", binary16, 40);
  check_operations("binary64", binary64, 40);
  check_operations("fp(15,112)", fp(15, 112), 40);
  check_operations("int8", integer(8), 40);
}

TEST_CASE("so do + - x /: Num") {
  check_num_operations<e5m2>("Num e5m2", 100);
  check_num_operations<bfloat16>("Num bfloat16", 100);
  check_num_operations<integer(8)>("Num int8", 100);
}

TEST_CASE("so do + - x /, by all draws of N = 1 ... 6 bits: Dynamic") {
  check_dynamic("Dynamic e5m2", e5m2, 60);
  check_dynamic("Dynamic binary16", binary16, 60);
  check_dynamic("Dynamic fixed(8,5)", fixed(8, 5), 60);
}

TEST_CASE("quantize gives element i draw i") {
  const Stream stream{5, 6};
  std::vector<double> in(1000), out(in.size());
  for (std::size_t i = 0; i < in.size(); ++i) in[i] = std::ldexp(stream.gaussian(i), static_cast<int>(i % 40) - 20);
  for (const Rounding r : {sr, sre, stochastic(1, kKinds[0]), stochastic(7, kKinds[1]), stochastic(3, kKinds[2])}) {
    const Reference reference(binary16, r);
    cases::Tally tally;
    quantize(probes::quantizer(binary16, r, Overflow::infinity), std::span<const double>(in), std::span<double>(out),
             stream);
    for (std::size_t i = 0; i < in.size(); ++i)
      tally.expect(reference.convert(in[i], stream.draw(i)).is_same(out[i]),
                   [&] { return "element " + std::to_string(i) + " @" + cases::name(r); });
    tally.report("binary16");
  }
}

TEST_CASE("numbers of the format never move") {
  cases::Tally tally;
  for (const Rounding r : all_counts()) {
    for (const Format& f : {e5m2, bfloat16, fp(15, 112), integer(8)}) {
      const Reference reference(f, r, visible_overflow(f));
      const format::Uint128 last = f.max_code(), stride = last / 61 + 1;
      for (format::Uint128 code = 0; code <= last; code += std::min(stride, std::max(last - code, format::Uint128{1})))
        for (const Wide& x : {f.magnitude<Wide>(code), -f.magnitude<Wide>(code)})
          for (const std::uint32_t draw : {0U, 0x80000000U, 0xFFFFFFFFU})
            tally.expect(reference.convert(x, draw) == x, [&] { return text(x) + " @" + cases::name(r); });
    }
  }
  tally.report("numbers of the format");
}

TEST_CASE("the middle goes up for exactly half of the integers") {
  for (const Rounding r : all_counts()) {
    const Reference reference(bfloat16, r);
    for (const Wide& x : {Wide(1 + 0x1p-8), Wide(-0x1.03p50), Wide(0x3p-134)}) {
      const Cell c = cell(bfloat16, to_exact(x));
      CHECK(Counter(
                r, [&](std::uint32_t draw) { return reference.convert(x, draw); }, c)
                .count_up() == std::uint64_t{1} << (r.random_bits - 1));
    }
  }
}

// Over all 2^(N+j) residues: a errs by -(1 - 2^-j) 2^-(N+1) on average and (1 - 2^-j) 2^-N at most; b, whose ties go
// up, by 2^-(N+j+1) and 2^-(N+1); c by 0 and 2^-(N+1). For fine residues, j large: -2^-(N+1), 0, 0.
TEST_CASE("mean and largest error of the probability over uniform residues, exactly") {
  for (int n = 1; n <= 5; ++n) {
    for (const int j : {1, 2, 4}) {
      for (const Wide& lower : {Wide(1.0), Wide(0x1p-133), Wide(0x1.fep60)}) {
        const auto measure = [&](Rounding::Kind kind) { return errors(stochastic(n, kind), j, lower, bfloat16); };
        const std::int64_t residues = std::int64_t{1} << (n + j), step = std::int64_t{1} << j;
        const Errors a = measure(kKinds[0]), b = measure(kKinds[1]), c = measure(kKinds[2]);
        CAPTURE(n);
        CAPTURE(j);
        CHECK(2 * a.sum == -(step - 1) * residues);
        CHECK(2 * b.sum == residues);
        CHECK(c.sum == 0);
        CHECK(a.largest == step - 1);
        CHECK(2 * b.largest == step);
        CHECK(2 * c.largest == step);
      }
    }
  }
}

TEST_CASE("two bits discarded, one random: bias -1/8 for a, +1/8 for b, none for c") {
  const auto bias = [](Rounding::Kind kind) {
    return static_cast<double>(errors(stochastic(1, kind), 1, Wide(1.0), e5m2).sum) / 16;  // of 4 residues, in quarters
  };
  CHECK(bias(Rounding::stochastic_a) == -0.125);
  CHECK(bias(Rounding::stochastic_b) == 0.125);
  CHECK(bias(Rounding::stochastic_c) == 0);
}
