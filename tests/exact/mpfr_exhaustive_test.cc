// A second oracle: MPFR with the exponent range of the format and mpfr_subnormalize (MPFR manual, "Exception related
// functions") against the reference arithmetic, and against Dynamic where binary64 lanes carry the format. MPFR rounds
// to nearest even, toward zero, up and down; for the other roundings its result, truncated with a sticky bit, is
// rounded in integers here.
#include <gmp.h>
#include <mpfr.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "lowprec/exact/reference.h"
#include "lowprec/format/presets.h"
#include "lowprec/linalg/arithmetic.h"
#include "support/cases.h"
#include "support/proof.h"

using namespace lowprec;

namespace {

class Whole {
 public:
  Whole() { mpz_init(value_); }
  ~Whole() { mpz_clear(value_); }
  Whole(const Whole&) = delete;
  Whole& operator=(const Whole&) = delete;
  operator mpz_ptr() { return value_; }
  operator mpz_srcptr() const { return value_; }

 private:
  mpz_t value_;
};

class Real {
 public:
  explicit Real(int precision) { mpfr_init2(value_, precision); }
  ~Real() { mpfr_clear(value_); }
  Real(const Real&) = delete;
  Real& operator=(const Real&) = delete;
  operator mpfr_ptr() { return value_; }
  operator mpfr_srcptr() const { return value_; }

 private:
  mpfr_t value_;
};

// The exponent range of a format, where significands are in [1/2, 1), while it lives.
class Range {
 public:
  explicit Range(const Format& f) {
    mpfr_set_emin(f.quantum_exponent() + 1);
    mpfr_set_emax(f.max_exponent() + 1);
  }
  ~Range() {
    mpfr_set_emin(mpfr_get_emin_min());
    mpfr_set_emax(mpfr_get_emax_max());
  }
  Range(const Range&) = delete;
  Range& operator=(const Range&) = delete;
};

void set_whole(mpz_ptr z, format::Uint128 x) {
  const std::uint64_t words[] = {static_cast<std::uint64_t>(x), static_cast<std::uint64_t>(x >> 64)};
  mpz_import(z, 2, -1, sizeof words[0], 0, 0, words);
}

format::Uint128 whole_bits(mpz_srcptr z) {
  std::uint64_t words[2] = {0, 0};
  std::size_t count = 0;
  if (mpz_sizeinbase(z, 2) > 128) throw Error("more than 128 bits");
  mpz_export(words, &count, -1, sizeof words[0], 0, 0, z);
  return format::Uint128{words[1]} << 64 | words[0];
}

void set_real(mpfr_ptr y, const Wide& x) {
  if (x.is_nan()) return mpfr_set_nan(y);
  if (x.is_infinite()) return mpfr_set_inf(y, x.is_negative() ? -1 : 1);
  if (x.is_zero()) return mpfr_set_zero(y, x.is_negative() ? -1 : 1);
  Whole z;
  set_whole(z, x.significand());
  if (mpfr_set_z_2exp(y, z, x.exponent(), MPFR_RNDZ) != 0) throw Error("an operand does not fit MPFR's number");
  mpfr_setsign(y, y, x.is_negative() ? 1 : 0, MPFR_RNDZ);
}

Wide wide(mpfr_srcptr x) {
  const bool negative = mpfr_signbit(x) != 0;
  if (mpfr_nan_p(x) != 0) return Wide::nan();
  if (mpfr_inf_p(x) != 0) return Wide::infinity(negative);
  if (mpfr_zero_p(x) != 0) return {0, 0, negative};
  Whole z;
  const auto exponent = static_cast<int>(mpfr_get_z_2exp(z, x));
  return {whole_bits(z), exponent, negative};
}

struct Outcome {
  Wide value;
  format::Flags flags;
};

// Any computation of a correctly rounded y: writes it and returns MPFR's ternary value.
template <class F>
concept Computation = requires(F f, mpfr_ptr y) {
  { f(y, MPFR_RNDN) } -> std::convertible_to<int>;
};

// Tiny after rounding (IEEE 754-2019, 7.5): y as it is rounded with unbounded exponents.
bool is_tiny(const Format& f, mpfr_srcptr y) {
  return mpfr_zero_p(y) == 0 && mpfr_number_p(y) != 0 && mpfr_get_exp(y) <= f.least_exponent;
}

template <Computation F>
Outcome rounded_by_mpfr(const Format& f, mpfr_rnd_t rounding, F compute) {
  Real y(f.precision);
  mpfr_clear_flags();
  int ternary = compute(y, rounding);
  Outcome result;
  result.flags.division_by_zero = mpfr_divby0_p() != 0;
  const bool tiny = is_tiny(f, y);
  result.flags.overflow = mpfr_number_p(y) != 0 && mpfr_zero_p(y) == 0 && mpfr_get_exp(y) > f.max_exponent() + 1;
  const Range range(f);
  ternary = mpfr_check_range(y, ternary, rounding);
  ternary = mpfr_subnormalize(y, ternary, rounding);
  result.flags.inexact = ternary != 0;
  result.flags.underflow = tiny && ternary != 0;
  result.value = wide(y);
  return result;
}

// |y| = z 2^exponent, rounded to a multiple of 2^quantum.
struct Multiple {
  Whole whole;
  bool inexact = false;
};

void round_to_multiple(mpz_srcptr z, int shift, Rounding::Kind kind, Multiple& out) {
  if (shift <= 0) return mpz_mul_2exp(out.whole, z, static_cast<mp_bitcnt_t>(-shift));
  Whole rest, half;
  mpz_fdiv_q_2exp(out.whole, z, static_cast<mp_bitcnt_t>(shift));
  mpz_fdiv_r_2exp(rest, z, static_cast<mp_bitcnt_t>(shift));
  mpz_setbit(half, static_cast<mp_bitcnt_t>(shift - 1));
  const int side = mpz_cmp(rest, half);
  out.inexact = mpz_divisible_2exp_p(z, static_cast<mp_bitcnt_t>(shift)) == 0;
  const bool up = kind == Rounding::nearest_away   ? side >= 0
                  : kind == Rounding::nearest_zero ? side > 0
                                                   : out.inexact && mpz_tstbit(out.whole, 0) == 0;
  if (up) mpz_add_ui(out.whole, out.whole, 1);
}

// Roundings that MPFR lacks: truncated to eight bits more, a bit for the rest appended, rounded in integers.
template <Computation F>
Outcome rounded_in_integers(const Format& f, Rounding::Kind kind, F compute) {
  Real y(f.precision + 8);
  mpfr_clear_flags();
  const bool sticky = compute(y, MPFR_RNDZ) != 0;
  Outcome result{wide(y), {.division_by_zero = mpfr_divby0_p() != 0}};
  if (!result.value.is_finite() || result.value.is_zero()) return result;
  Whole z;
  int exponent = static_cast<int>(mpfr_get_z_2exp(z, y)) - 1;
  mpz_abs(z, z);
  mpz_mul_2exp(z, z, 1);
  if (sticky) mpz_setbit(z, 0);
  const int finest = static_cast<int>(mpfr_get_exp(y)) - f.precision, quantum = std::max(finest, f.quantum_exponent());
  Multiple given, unbounded;
  round_to_multiple(z, quantum - exponent, kind, given);
  round_to_multiple(z, finest - exponent, kind, unbounded);
  const bool negative = result.value.is_negative();
  result.value = Wide(whole_bits(given.whole), quantum, negative);
  const bool tiny = Wide(whole_bits(unbounded.whole), finest) < f.min_normal<Wide>();
  result.flags.overflow = result.value.abs() > f.max<Wide>();
  result.flags.inexact = given.inexact || result.flags.overflow;
  result.flags.underflow = tiny && given.inexact;
  const Wide beyond = kind == Rounding::to_odd ? f.max<Wide>() : Wide::infinity();
  if (result.flags.overflow) result.value = negative ? -beyond : beyond;
  return result;
}

// The result of IEEE 754-2019 under overflow=infinity.
template <Computation F>
Outcome expected(const Format& f, Rounding r, bool nan_operand, F compute) {
  const mpfr_rnd_t modes[] = {MPFR_RNDN, MPFR_RNDN, MPFR_RNDN, MPFR_RNDZ, MPFR_RNDU, MPFR_RNDD};
  const bool in_integers = r == rna || r == rnz || r == ro;
  Outcome result = in_integers ? rounded_in_integers(f, r.kind, compute) : rounded_by_mpfr(f, modes[r.kind], compute);
  result.flags.invalid = result.value.is_nan() && !nan_operand;
  return result;
}

enum class Operation { convert, add, sub, mul, div, sqrt, fma, remainder };
constexpr const char* kNames[] = {"convert", "add", "sub", "mul", "div", "sqrt", "fma", "remainder"};
constexpr int kOperations = 8;

struct Operands {
  Wide a, b, c;
  bool foreign = false;  // not all are numbers of the format
};

int apply(Operation op, mpfr_ptr y, const Real& a, const Real& b, const Real& c, mpfr_rnd_t rounding) {
  switch (op) {
    case Operation::convert:
      return mpfr_set(y, a, rounding);
    case Operation::add:
      return mpfr_add(y, a, b, rounding);
    case Operation::sub:
      return mpfr_sub(y, a, b, rounding);
    case Operation::mul:
      return mpfr_mul(y, a, b, rounding);
    case Operation::div:
      return mpfr_div(y, a, b, rounding);
    case Operation::sqrt:
      return mpfr_sqrt(y, a, rounding);
    case Operation::fma:
      return mpfr_fma(y, a, b, c, rounding);
    case Operation::remainder:
      return mpfr_remainder(y, a, b, rounding);
  }
  return 0;
}

Wide apply(Operation op, const Reference& r, const Operands& x, format::Flags& flags) {
  switch (op) {
    case Operation::convert:
      return r.convert(x.a, 0, &flags);
    case Operation::add:
      return r.add(x.a, x.b, 0, &flags);
    case Operation::sub:
      return r.sub(x.a, x.b, 0, &flags);
    case Operation::mul:
      return r.mul(x.a, x.b, 0, &flags);
    case Operation::div:
      return r.div(x.a, x.b, 0, &flags);
    case Operation::sqrt:
      return r.sqrt(x.a, 0, &flags);
    case Operation::fma:
      return r.fma(x.a, x.b, x.c, 0, &flags);
    case Operation::remainder:
      return r.remainder(x.a, x.b, 0, &flags);
  }
  return {};
}

double apply(Operation op, Dynamic& d, const Operands& x) {
  const auto a = static_cast<double>(x.a), b = static_cast<double>(x.b), c = static_cast<double>(x.c);
  switch (op) {
    case Operation::add:
      return d.add(a, b, {});
    case Operation::sub:
      return d.sub(a, b, {});
    case Operation::mul:
      return d.mul(a, b, {});
    case Operation::div:
      return d.div(a, b, {});
    case Operation::sqrt:
      return d.sqrt(a, {});
    case Operation::fma:
      return d.fma(a, b, c, {});
    case Operation::convert:
    case Operation::remainder:
      break;
  }
  return d.from(a, {});
}

bool reads_b(Operation op) { return op != Operation::convert && op != Operation::sqrt; }

std::string text(const Wide& x) {
  if (x.is_nan()) return "nan";
  const std::string sign = x.is_negative() ? "-" : "";
  if (x.is_infinite()) return sign + "inf";
  Whole z;
  set_whole(z, x.significand());
  const std::unique_ptr<char, void (*)(void*)> digits(mpz_get_str(nullptr, 16, z), std::free);
  return sign + "0x" + digits.get() + "p" + std::to_string(x.exponent());
}

// 0 * infinity signals in a fused operation even if NaN is added (IEEE 754-2019, 7.2, leaves that open; MPFR does not).
bool is_zero_times_infinity(const Wide& a, const Wide& b) {
  return (a.is_zero() && b.is_infinite()) || (a.is_infinite() && b.is_zero());
}

std::string text(const format::Flags& f) {
  return std::string(f.inexact ? " inexact" : "") + (f.overflow ? " overflow" : "") +
         (f.underflow ? " underflow" : "") + (f.division_by_zero ? " division_by_zero" : "") +
         (f.invalid ? " invalid" : "");
}

// Hard numbers, from draws of a fixed stream.
class Source {
 public:
  Source(const Format& f, std::uint64_t id) : f_(f), stream_{2026, id} {}

  std::uint32_t next() { return stream_.draw(index_++); }
  int below(int n) { return static_cast<int>(next() % static_cast<std::uint32_t>(n)); }
  bool coin() { return next() % 2 != 0; }

  // An integer of exactly n bits: random, or nearly a power of two, or with half of its bits.
  format::Uint128 bits(int n) {
    const format::Uint128 top = format::Uint128{1} << (n - 1);
    const format::Uint128 random =
        format::Uint128{next()} << 96 | format::Uint128{next()} << 64 | format::Uint128{next()} << 32 | next();
    switch (below(8)) {
      case 0:
        return top;
      case 1:
        return top | 1;
      case 2:
        return top | (top - 1);
      case 3:
        return top | ((top - 1) ^ 1);
      case 4:
        return top | (format::Uint128{1} << below(n));
      case 5:
        return top | ((random & (top - 1)) >> (n / 2) << (n / 2));
      default:
        return top | (random & (top - 1));
    }
  }

  int exponent() {
    const int lowest = f_.quantum_exponent(), highest = f_.max_exponent();
    switch (below(6)) {
      case 0:
        return f_.least_exponent - 2 + below(4);
      case 1:
        return highest - below(3);
      case 2:
        return below(2 * f_.precision) - f_.precision;
      case 3:
        return (coin() ? lowest : highest) / 2 + below(5) - 2;
      case 4:
        return lowest + below(f_.precision);
      default:
        return lowest + below(highest - lowest + 1);
    }
  }

  // The number of the format with that exponent, brought into its range, and as many of these bits as it has.
  Wide number(int exponent, format::Uint128 significand) {
    const int e = std::clamp(exponent, f_.quantum_exponent(), f_.max_exponent());
    const int lost = std::max(f_.quantum_exponent() - (e - f_.fraction_bits()), 0);
    return {significand >> lost, e - f_.fraction_bits() + lost, coin()};
  }
  Wide number() { return number(exponent(), bits(f_.precision)); }

  Wide special() {
    const Wide list[] = {Wide(),
                         -Wide(),
                         Wide::infinity(),
                         Wide::nan(),
                         f_.max<Wide>(),
                         f_.min_positive<Wide>(),
                         f_.min_normal<Wide>(),
                         Wide(1.0)};
    const Wide x = list[below(8)];
    return coin() ? -x : x;
  }

  // Of more bits than the format has; in particular the middle between two of its numbers and what is next to it.
  Wide foreign() {
    const Wide x = number();
    if (!x.is_finite() || x.is_zero()) return x;
    const int finest = std::max(x.floor_log2() - f_.fraction_bits(), f_.quantum_exponent());
    const int room = 128 - f_.precision - 1, extra = 1 + below(room);
    const format::Uint128 middle = format::Uint128{1} << (extra - 1);
    const int offset = extra > 2 ? below(3) - 1 : 0;
    const format::Uint128 rest = coin() ? middle + static_cast<format::Uint128>(offset) : bits(extra);
    return {((x.significand() << (x.exponent() - finest)) << extra) + rest, finest - extra, x.is_negative()};
  }

  // A partner of a: a few units from -a or a, at a distance of about p bits, or such that product or quotient lie at
  // an end of the range.
  Wide partner(const Wide& a) {
    if (!a.is_finite() || a.is_zero()) return number();
    const int e = a.floor_log2(), p = f_.precision;
    const int target = coin() ? f_.least_exponent - below(p + 2) + 1 : f_.max_exponent() - below(3) + 1;
    switch (below(6)) {
      case 0:
        return neighbour(a);
      case 1:
        return number(coin() ? e - p + below(5) - 2 : e + p + below(5) - 2, bits(p));
      case 2:
        return number(target - e, bits(p));
      case 3:
        return number(e - target, bits(p));
      case 4:
        return number(e, bits(p));
      default:
        return number();
    }
  }

  Wide neighbour(const Wide& a) {
    const int finest = std::max(a.floor_log2() - f_.fraction_bits(), f_.quantum_exponent());
    if (finest > a.exponent()) return number(a.floor_log2(), bits(f_.precision));
    const format::Uint128 quanta = a.significand() << (a.exponent() - finest);
    const format::Uint128 moved = quanta + static_cast<format::Uint128>(below(3)) - (quanta > 2 ? 1 : 0);
    const int width = format::bit_width(moved), surplus = width - f_.precision;
    return number(finest + width - 1, surplus > 0 ? moved >> surplus : moved << -surplus);
  }

  // x rounded to the format by MPFR.
  template <class F>
  Wide rounded(F compute) {
    return expected(f_, rne, false, compute).value;
  }

  Operands operands() {
    Operands x;
    x.foreign = below(8) == 0;
    const auto any = [&] { return below(16) == 0 ? special() : x.foreign && coin() ? foreign() : number(); };
    x.a = any();
    x.b = below(4) == 0 ? any() : partner(x.a);
    x.c = any();
    const int shape = below(8);
    if (shape == 0) whole_multiple(x);
    if (shape == 1) square(x);
    if (shape < 5) near_product(x);
    return x;
  }

 private:
  // a = b n / 2: a tie of the remainder, an exact quotient.
  void whole_multiple(Operands& x) {
    const int half = std::max(f_.precision / 2, 1);
    const format::Uint128 b = bits(half), n = bits(half);
    const int e = exponent();
    x.b = number(e, b << (f_.precision - half));
    const Wide product(b * n, 0);
    const int width = product.floor_log2() + 1;
    if (width > f_.precision) return;
    x.a = number(e + width - half - below(2), product.significand()
                                                  << (f_.precision - format::bit_width(product.significand())));
  }

  // a next to the square of a number of p + 1 bits or fewer.
  void square(Operands& x) {
    Real root(128);
    set_real(root, Wide(bits(coin() ? f_.precision + 1 : std::max(f_.precision / 2, 1)), exponent() / 2));
    x.a = rounded([&](mpfr_ptr y, mpfr_rnd_t r) { return mpfr_sqr(y, root, r); });
  }

  // c next to -a b, or far below it.
  void near_product(Operands& x) {
    Real a(128), b(128);
    set_real(a, x.a);
    set_real(b, x.b);
    const Wide product = rounded([&](mpfr_ptr y, mpfr_rnd_t r) { return mpfr_mul(y, a, b, r); });
    if (!product.is_finite() || product.is_zero()) return;
    const int e = product.floor_log2(), p = f_.precision;
    x.c = below(3) == 0 ? -product : coin() ? -neighbour(product) : number(e - p + below(4) - 2, bits(p));
  }

  Format f_;
  Stream stream_;
  std::uint64_t index_ = 0;
};

struct Machine {
  Rounding rounding;
  Reference reference;
  std::optional<Dynamic> dynamic;
};

std::vector<Machine> machines(const Format& f) {
  std::vector<Machine> result;
  for (const Rounding r : cases::deterministic_roundings()) {
    std::optional<Dynamic> dynamic;
    if (lane::fits_lane<double>(f)) dynamic.emplace(f, r);
    result.push_back({r, Reference(f, r), dynamic});
  }
  return result;
}

struct Named {
  const char* name;
  Format format;
};

class Comparison {
 public:
  explicit Comparison(const Named& named) : named_(named), machines_(machines(named.format)) {}

  void operations(const Operands& x) {
    Real a(128), b(128), c(128);
    set_real(a, x.a);
    set_real(b, x.b);
    set_real(c, x.c);
    for (int k = 0; k < kOperations; ++k) {
      const auto op = static_cast<Operation>(k);
      const bool nan = x.a.is_nan() || (reads_b(op) && x.b.is_nan()) || (op == Operation::fma && x.c.is_nan());
      const auto compute = [&](mpfr_ptr y, mpfr_rnd_t r) { return apply(op, y, a, b, c, r); };
      for (Machine& m : machines_) compare(m, op, x, expected(named_.format, m.rounding, nan, compute));
    }
  }

  void parse(const std::string& digits) {
    const bool is_hex = digits.find('x') != std::string::npos;
    const auto compute = [&](mpfr_ptr y, mpfr_rnd_t r) {
      return mpfr_strtofr(y, digits.c_str(), nullptr, is_hex ? 16 : 10, r);
    };
    for (Machine& m : machines_) {
      format::Flags flags;
      const Wide got = m.reference.parse(digits, 0, &flags);
      expect(expected(named_.format, m.rounding, false, compute), got, flags,
             [&] { return "parse(" + digits + ") @" + cases::name(m.rounding); });
    }
  }

  void record(const std::string& operations) const {
    proof::record("mpfr_exhaustive_test", named_.name, operations, cases::names(cases::deterministic_roundings()),
                  tally_);
  }

 private:
  void compare(Machine& m, Operation op, const Operands& x, const Outcome& want) {
    const auto describe = [&] {
      return std::string(kNames[static_cast<int>(op)]) + "(" + text(x.a) + (reads_b(op) ? ", " + text(x.b) : "") +
             (op == Operation::fma ? ", " + text(x.c) : "") + ") @" + cases::name(m.rounding);
    };
    format::Flags flags;
    const Wide got = apply(op, m.reference, x, flags);
    Outcome signalled = want;
    signalled.flags.invalid = want.flags.invalid || (op == Operation::fma && is_zero_times_infinity(x.a, x.b));
    expect(signalled, got, flags, describe);
    if (!m.dynamic || x.foreign || op == Operation::remainder) return;
    const Wide dynamic(apply(op, *m.dynamic, x));
    tally_.expect(want.value.is_same(dynamic),
                  [&] { return "Dynamic " + describe() + " gives " + text(dynamic) + ", not " + text(want.value); });
  }

  template <class Describe>
  void expect(const Outcome& want, const Wide& got, const format::Flags& flags, Describe describe) {
    tally_.expect(want.value.is_same(got),
                  [&] { return describe() + " gives " + text(got) + ", not " + text(want.value); });
    tally_.expect(want.flags == flags,
                  [&] { return describe() + " signals" + text(flags) + ", not" + text(want.flags); });
  }

  Named named_;
  std::vector<Machine> machines_;
  cases::Tally tally_;
};

constexpr Named kSmall[] = {
    {"e5m2", e5m2},
    {"e4m3ieee", e4m3ieee},
    {"e3m4", e3m4},
    {"fp(3,2)", fp(3, 2)},
    {"fp(2,1)", fp(2, 1)},
    {"fp(6,9)", fp(6, 9)},
    {"fp(2,6)", fp(2, 6)},
    {"binary16", binary16},
    {"bfloat16", bfloat16},
    {"tf32", tf32},
    {"fp(5,2;bias=30)", fp(5, 2, {.bias = 30})},
};
constexpr Named kWide[] = {
    {"binary32", binary32},    {"binary64", binary64},    {"fp(15,112)", fp(15, 112)},
    {"fp(15,63)", fp(15, 63)}, {"fp(11,40)", fp(11, 40)}, {"fp(4,100)", fp(4, 100)},
};

void check_operations(const Named& named, int count) {
  Comparison comparison(named);
  Source source(named.format, 1);
  for (int i = 0; i < count; ++i) comparison.operations(source.operands());
  comparison.record("convert + - x / sqrt fma remainder, flags");
}

// Every triple of zeros, infinities, NaN and limits of both signs.
void check_specials(const Named& named) {
  const Format& f = named.format;
  std::vector<Wide> values{Wide(), Wide::infinity(), f.max<Wide>(), f.min_positive<Wide>(), f.min_normal<Wide>(), 1.0};
  for (std::size_t i = 0, n = values.size(); i < n; ++i) values.push_back(-values[i]);
  values.push_back(Wide::nan());
  Comparison comparison(named);
  for (const Wide& a : values)
    for (const Wide& b : values)
      for (const Wide& c : values) comparison.operations({a, b, c});
  comparison.record("special operands, flags");
}

// z 2^exponent in decimal digits: z 5^-exponent 10^exponent below one.
struct Decimal {
  std::string digits;
  int exponent = 0;
};

Decimal decimal(const Wide& x) {
  Whole z, power;
  set_whole(z, x.significand());
  const auto shift = static_cast<unsigned long>(std::abs(x.exponent()));
  mpz_ui_pow_ui(power, x.exponent() < 0 ? 5 : 2, shift);
  mpz_mul(z, z, power);
  const std::unique_ptr<char, void (*)(void*)> digits(mpz_get_str(nullptr, 10, z), std::free);
  return {digits.get(), std::min(x.exponent(), 0)};
}

std::string with_exponent(const std::string& digits, int exponent) {
  return exponent == 0 ? digits : digits + "e" + std::to_string(exponent);
}

// A number of more bits than the format has, exact, and less or more by a unit far behind.
std::vector<std::string> exact_texts(const Wide& x) {
  if (!x.is_finite()) return {};
  const std::string sign = x.is_negative() ? "-" : "";
  const auto [digits, exponent] = decimal(x);
  std::vector<std::string> result{sign + with_exponent(digits, exponent),
                                  sign + with_exponent(digits + std::string(20, '0') + "1", exponent - 21)};
  const std::size_t last = digits.find_last_not_of('0');
  if (last == std::string::npos) return result;
  std::string less = digits;
  less[last] = static_cast<char>(less[last] - 1);
  std::fill(less.begin() + static_cast<std::ptrdiff_t>(last) + 1, less.end(), '9');
  result.push_back(sign + with_exponent(less + std::string(20, '9'), exponent - 20));
  return result;
}

std::string random_decimal(Source& source, const Format& f) {
  std::string digits(1, static_cast<char>('1' + source.below(9)));
  for (int n = source.below(30); n > 0; --n) digits += static_cast<char>('0' + source.below(10));
  const int exponent = static_cast<int>(source.exponent() * 0.30103) - source.below(2) * (f.precision / 3);
  const std::string sign = source.coin() ? "-" : "";
  const std::string point = digits.size() > 1 && source.coin() ? "." : "";
  return sign + digits.substr(0, 1) + point + digits.substr(1) + "e" + std::to_string(exponent);
}

std::string random_hexadecimal(Source& source, const Format& f) {
  std::string digits(1, '1');
  for (int n = f.precision / 4 + source.below(8); n > 0; --n) digits += "0123456789abcdef"[source.below(16)];
  return (source.coin() ? "-0x" : "0x") + digits.substr(0, 1) + "." + digits.substr(1) + "p" +
         std::to_string(source.exponent());
}

void check_texts(const Named& named, int count) {
  Comparison comparison(named);
  Source source(named.format, 2);
  for (int i = 0; i < count; ++i) {
    comparison.parse(random_decimal(source, named.format));
    comparison.parse(random_hexadecimal(source, named.format));
    const Wide x = source.foreign();
    const bool is_long = x.is_finite() && std::abs(x.exponent()) > 600;
    if (is_long && i % 64 != 0) continue;
    for (const std::string& exact : exact_texts(x)) comparison.parse(exact);
  }
  comparison.record("parse, flags");
}

}  // namespace

TEST_CASE("+ - x / sqrt fma remainder and conversion of formats up to 19 bits, with flags") {
  for (const Named& named : kSmall) check_operations(named, 6000);
}

TEST_CASE("+ - x / sqrt fma remainder and conversion of formats from 32 to 128 bits, with flags") {
  for (const Named& named : kWide) check_operations(named, 6000);
}

TEST_CASE("zeros, infinities, NaN, largest and least numbers in every combination") {
  check_specials(kSmall[0]);
  check_specials({"binary16", binary16});
  check_specials({"binary64", binary64});
  check_specials({"fp(15,112)", fp(15, 112)});
}

TEST_CASE("decimal and hexadecimal texts: random, and on and next to the middle between two numbers") {
  for (const Named& named : kSmall) check_texts(named, 4000);
  for (const Named& named : kWide) check_texts(named, 1000);
}
