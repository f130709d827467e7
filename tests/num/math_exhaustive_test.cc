// The functions of <cmath> against MPFR, rounded to odd in binary64: what every rounding to a format of at most 16 bits
// follows from. One argument: every number of the presets of at most 16 bits; two: every pair of those of at most 8.
// For the latter, every rounding of the results too, by the oracle.
#include <mpfr.h>

#include <cmath>
#include <string>
#include <vector>

#include "lowprec/exact/functions.h"
#include "lowprec/format/names.h"
#include "lowprec/format/presets.h"
#include "lowprec/math.h"
#include "support/cases.h"
#include "support/proof.h"

using namespace lowprec;

namespace {

class Real {
 public:
  explicit Real(double x) {
    mpfr_init2(value_, 53);
    mpfr_set_d(value_, x, MPFR_RNDN);
  }
  ~Real() { mpfr_clear(value_); }
  Real(const Real&) = delete;
  Real& operator=(const Real&) = delete;
  operator mpfr_ptr() { return value_; }

 private:
  mpfr_t value_;
};

// The exponents of binary64, while it lives.
struct Binary64Range {
  Binary64Range() {
    mpfr_set_emin(-1073);
    mpfr_set_emax(1024);
  }
  ~Binary64Range() {
    mpfr_set_emin(mpfr_get_emin_min());
    mpfr_set_emax(mpfr_get_emax_max());
  }
};

// A result toward zero, its last bit set if anything was cut off.
double odd(mpfr_ptr y, int ternary) {
  ternary = mpfr_subnormalize(y, ternary, MPFR_RNDZ);
  const double truncated = mpfr_get_d(y, MPFR_RNDZ);
  if (ternary == 0 || !std::isfinite(truncated)) return truncated;
  return std::bit_cast<double>(std::bit_cast<std::uint64_t>(truncated) | 1);
}

using Unary = int (*)(mpfr_ptr, mpfr_srcptr, mpfr_rnd_t);
using Binary = int (*)(mpfr_ptr, mpfr_srcptr, mpfr_srcptr, mpfr_rnd_t);

int log_gamma(mpfr_ptr y, mpfr_srcptr x, mpfr_rnd_t rounding) {
  int sign = 0;
  return mpfr_lgamma(y, &sign, x, rounding);
}

const struct {
  exact::Function function;
  Unary mpfr;
} kUnary[] = {
    {exact::Function::exp, mpfr_exp},     {exact::Function::exp2, mpfr_exp2},    {exact::Function::expm1, mpfr_expm1},
    {exact::Function::log, mpfr_log},     {exact::Function::log2, mpfr_log2},    {exact::Function::log10, mpfr_log10},
    {exact::Function::log1p, mpfr_log1p}, {exact::Function::sin, mpfr_sin},      {exact::Function::cos, mpfr_cos},
    {exact::Function::tan, mpfr_tan},     {exact::Function::asin, mpfr_asin},    {exact::Function::acos, mpfr_acos},
    {exact::Function::atan, mpfr_atan},   {exact::Function::sinh, mpfr_sinh},    {exact::Function::cosh, mpfr_cosh},
    {exact::Function::tanh, mpfr_tanh},   {exact::Function::asinh, mpfr_asinh},  {exact::Function::acosh, mpfr_acosh},
    {exact::Function::atanh, mpfr_atanh}, {exact::Function::cbrt, mpfr_cbrt},    {exact::Function::erf, mpfr_erf},
    {exact::Function::erfc, mpfr_erfc},   {exact::Function::tgamma, mpfr_gamma}, {exact::Function::lgamma, log_gamma},
};

const struct {
  exact::Function function;
  Binary mpfr;
} kBinary[] = {
    {exact::Function::pow, mpfr_pow},
    {exact::Function::atan2, mpfr_atan2},
    {exact::Function::hypot, mpfr_hypot},
    {exact::Function::fdim, mpfr_dim},
};

std::string name_of(exact::Function f) {
  for (const exact::FunctionName& n : exact::function_names())
    if (n.function == f) return std::string(n.name);
  return "?";
}

double expected(Unary f, double x) {
  Real a(x), y(0);
  const Binary64Range range;
  return odd(y, f(y, a, MPFR_RNDZ));
}
double expected(Binary f, double x, double z) {
  Real a(x), b(z), y(0);
  const Binary64Range range;
  return odd(y, f(y, a, b, MPFR_RNDZ));
}

bool same(double a, double b) { return cases::same_bits(a, b) || (std::isnan(a) && std::isnan(b)); }

// Every number of a format, and NaN.
std::vector<double> numbers(const Format& f) {
  std::vector<double> result;
  const format::Uint128 lowest = format::Uint128{1} << (f.bits - 1);
  for (format::Uint128 code = 0; code < format::Uint128{1} << f.bits; ++code)
    if (!(f.symmetric && code == lowest)) result.push_back(static_cast<double>(format::decode_wide(f, code)));
  return result;
}

std::vector<format::NamedFormat> presets(int least_bits, int most_bits) {
  std::vector<format::NamedFormat> result;
  for (const format::NamedFormat& named : format::named_formats())
    if (named.format.bits >= least_bits && named.format.bits <= most_bits) result.push_back(named);
  return result;
}

void check_unary(const format::NamedFormat& named) {
  for (const auto& [its_function, mpfr] : kUnary) {
    const auto function = its_function;  // clang 14 captures no structured binding
    cases::Tally tally;
    for (const double x : numbers(named.format)) {
      const Wide operand[] = {Wide(x)};
      const double got = exact::evaluate_to_odd(function, operand), want = expected(mpfr, x);
      tally.expect(same(got, want), [&] {
        return name_of(function) + ' ' + cases::hex(x) + " gives " + cases::hex(got) + ", not " + cases::hex(want);
      });
    }
    proof::record("math_exhaustive_test", std::string(named.names[0]), name_of(function), "ro in binary64", tally);
  }
}

// Every rounding of what MPFR gives, by the oracle.
void check_roundings(const cases::Case& c) {
  const oracle::Table table(c.definition);
  for (const auto& [its_function, mpfr] : kUnary) {
    const auto function = its_function;  // clang 14 captures no structured binding
    cases::Tally tally;
    for (const Rounding r : cases::deterministic_roundings()) {
      const Reference reference(c.format, r);
      for (const double x : numbers(c.format)) {
        const Wide operand[] = {Wide(x)};
        const auto got = static_cast<double>(exact::evaluate(reference, function, operand));
        const auto want = table.round(table.place(oracle::exact(expected(mpfr, x))), r, cases::default_rule(table));
        tally.expect(want, got, [&] { return name_of(function) + ' ' + cases::hex(x) + " @" + cases::name(r); });
      }
    }
    proof::record("math_exhaustive_test", c.name, name_of(function) + " rounded",
                  cases::names(cases::deterministic_roundings()), tally);
  }
}

void check_binary(const format::NamedFormat& named) {
  const std::vector<double> all = numbers(named.format);
  for (const auto& [its_function, mpfr] : kBinary) {
    const auto function = its_function;
    cases::Tally tally;
    for (const double x : all)
      for (const double y : all) {
        const Wide operands[] = {Wide(x), Wide(y)};
        const double got = exact::evaluate_to_odd(function, operands), want = expected(mpfr, x, y);
        tally.expect(same(got, want), [&] {
          return name_of(function) + ' ' + cases::hex(x) + ' ' + cases::hex(y) + " gives " + cases::hex(got) +
                 ", not " + cases::hex(want);
        });
      }
    proof::record("math_exhaustive_test", std::string(named.names[0]), name_of(function), "ro in binary64", tally);
  }
}

}  // namespace

TEST_CASE("one argument: every number of binary16") {
  for (const format::NamedFormat& named : presets(9, 16))
    if (named.format == binary16) check_unary(named);
}

TEST_CASE("one argument: every number of bfloat16") {
  for (const format::NamedFormat& named : presets(9, 16))
    if (named.format != binary16) check_unary(named);
}

TEST_CASE("one argument: every number of the presets of at most 8 bits, in every rounding") {
  for (const format::NamedFormat& named : presets(1, 8)) check_unary(named);
  for (const cases::Case& c : cases::small_presets()) check_roundings(c);
  for (const cases::Case& c : cases::small_integers()) check_roundings(c);
}

TEST_CASE("two arguments: every pair of the presets of at most 8 bits") {
  for (const format::NamedFormat& named : presets(1, 8)) check_binary(named);
}

// Formats wider than 16 bits, and binary64 near the worst places known: the ends of ranges, multiples of pi / 2, 1.
TEST_CASE("binary64: random numbers, and next to where functions are flat, zero or exact") {
  const Stream stream{6, 6};
  std::vector<double> all{6381956970095103.0 * 0x1p797,
                          0x1.921fb54442d18p0,
                          0x1.921fb54442d18p1,
                          0x1p-1074,
                          0x1p1023,
                          0x1.fffffffffffffp-1,
                          0x1.0000000000001p0,
                          0x1p-300,
                          0x1p-150,
                          0x1p-101,
                          0x1p-99,
                          40.0,
                          700.5,
                          -0x1p-60,
                          -0.5,
                          -1.5,
                          -100.5,
                          -0x1.3a7fc9600f86cp1,
                          1.4616321449683623,
                          3.0,
                          170.5,
                          26.5,
                          6.5};
  for (std::uint64_t i = 0; i < 300; ++i) {
    const double x =
        static_cast<double>(static_cast<std::int32_t>(stream.draw(2 * i))) * 0x1p-31 + stream.draw(2 * i + 1) * 0x1p-65;
    all.push_back(std::ldexp(x, static_cast<int>(i % 40) - 30));
  }
  cases::Tally tally;
  for (const auto& [its_function, mpfr] : kUnary)
    for (const double x : all) {
      const auto function = its_function;
      const Wide operand[] = {Wide(x)};
      const double got = exact::evaluate_to_odd(function, operand), want = expected(mpfr, x);
      tally.expect(same(got, want), [&] {
        return name_of(function) + ' ' + cases::hex(x) + " gives " + cases::hex(got) + ", not " + cases::hex(want);
      });
    }
  for (const auto& [its_function, mpfr] : kBinary)
    for (std::size_t i = 0; i < all.size(); ++i) {
      const auto function = its_function;
      const double x = std::abs(all[i]), y = all[(7 * i + 3) % all.size()];
      const Wide operands[] = {Wide(x), Wide(y)};
      const double got = exact::evaluate_to_odd(function, operands), want = expected(mpfr, x, y);
      tally.expect(same(got, want), [&] {
        return name_of(function) + ' ' + cases::hex(x) + ' ' + cases::hex(y) + " gives " + cases::hex(got) + ", not " +
               cases::hex(want);
      });
    }
  proof::record("math_exhaustive_test", "binary64", "functions, sampled", "ro in binary64", tally);
}
