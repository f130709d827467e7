// A format, a rounding, an operation and codes of its operands: Dynamic, Num, the reference and the oracle agree, and
// the flags agree with the result.
#include <array>

#include "bytes.h"
#include "lowprec/exact/reference.h"
#include "lowprec/exact/wide_text.h"
#include "lowprec/format/presets.h"
#include "lowprec/linalg/arithmetic.h"
#include "lowprec/num.h"

using namespace lowprec;

namespace {

enum class Op : std::uint8_t { add, sub, mul, div, sqrt, fma, remainder, fmod };
constexpr std::array kNames{"+", "-", "*", "/", "sqrt", "fma", "remainder", "fmod"};

struct Case {
  Format format;
  Rounding rounding;
  Overflow overflow;
  Op op;
  Stream stream;
  Wide a, b, c;

  std::uint32_t draw() const { return rounding.is_stochastic() ? stream.draw(0) : 0; }
  std::string name() const {
    return fuzz::name(format, rounding, overflow) + ' ' + kNames[static_cast<std::size_t>(op)] + ' ' +
           exact::to_hex(a) + ' ' + exact::to_hex(b) + ' ' + exact::to_hex(c);
  }
};

// Of any code but the one that `symmetric` drops.
Wide operand(fuzz::Bytes& in, const Format& f) {
  const Wide x = format::decode_wide(f, fuzz::code(in, f));
  return f.symmetric && x < f.lowest<Wide>() ? f.lowest<Wide>() : x;
}

Case drawn_case(fuzz::Bytes& in, std::optional<Format> known = {}, std::optional<Rounding> rounding = {}) {
  Case c{known ? *known : drawn::format(in), {}, {}, {}, {}, {}, {}, {}};
  c.rounding = rounding ? *rounding : drawn::rounding(in);
  c.overflow = known ? default_overflow(*known) : drawn::overflow(in, c.format);
  c.op = static_cast<Op>(in.below(8));
  c.stream = {in.word<std::uint16_t>(), 0};
  c.a = operand(in, c.format);
  c.b = operand(in, c.format);
  c.c = operand(in, c.format);
  return c;
}

Wide by_reference(const Case& x, const Reference& r, format::Flags* flags) {
  switch (x.op) {
    case Op::add:
      return r.add(x.a, x.b, x.draw(), flags);
    case Op::sub:
      return r.sub(x.a, x.b, x.draw(), flags);
    case Op::mul:
      return r.mul(x.a, x.b, x.draw(), flags);
    case Op::div:
      return r.div(x.a, x.b, x.draw(), flags);
    case Op::sqrt:
      return r.sqrt(x.a, x.draw(), flags);
    case Op::fma:
      return r.fma(x.a, x.b, x.c, x.draw(), flags);
    case Op::remainder:
      return r.remainder(x.a, x.b, x.draw(), flags);
    case Op::fmod:
      return r.fmod(x.a, x.b, x.draw(), flags);
  }
  return {};
}

double by_dynamic(const Case& x) {
  Dynamic d(x.format, x.rounding, x.overflow);
  const auto a = static_cast<double>(x.a), b = static_cast<double>(x.b), c = static_cast<double>(x.c);
  const linalg::Draw draw{x.stream};
  switch (x.op) {
    case Op::add:
      return d.add(a, b, draw);
    case Op::sub:
      return d.sub(a, b, draw);
    case Op::mul:
      return d.mul(a, b, draw);
    case Op::div:
      return d.div(a, b, draw);
    case Op::sqrt:
      return d.sqrt(a, draw);
    case Op::fma:
      return d.fma(a, b, c, draw);
    case Op::remainder:
    case Op::fmod:
      break;
  }
  throw lowprec::Error("Dynamic has no remainders");
}

oracle::Exact by_oracle(const Case& x, const oracle::Table& table) {
  const auto exact = [](const Wide& w) { return oracle::exact(static_cast<double>(w)); };
  const oracle::Exact a = exact(x.a), b = exact(x.b);
  switch (x.op) {
    case Op::sqrt:
      return table.root(a);
    case Op::fma:
      return oracle::fused(a, b, exact(x.c));
    case Op::remainder:
      return oracle::remainder(a, b, oracle::Whole::nearest);
    case Op::fmod:
      return oracle::remainder(a, b, oracle::Whole::truncated);
    case Op::add:
    case Op::sub:
    case Op::mul:
    case Op::div:
      break;
  }
  return table.result(static_cast<oracle::Operation>(x.op), a, b);
}

// `want` is none where overflow=error refuses the result.
void require_same(const Case& x, const std::optional<Wide>& got, const std::optional<Wide>& want, const char* who) {
  fuzz::require(got.has_value() == want.has_value() && (!got || got->is_same(*want)), [&] {
    return x.name() + ": " + who + (got ? " gives " + exact::to_hex(*got) : " refuses") + ", not " +
           (want ? exact::to_hex(*want) : "an Error");
  });
}

void check_dynamic(const Case& x, const std::optional<Wide>& want) {
  if (!lane::fits_lane<double>(x.format) || x.op > Op::fma) return;
  require_same(x, fuzz::attempt([&] { return Wide(by_dynamic(x)); }), want, "Dynamic");
}

void check_oracle(const Case& x, const std::optional<Wide>& got) {
  const oracle::Table* table = fuzz::oracle_of(x.format);
  if (table == nullptr) return;
  const oracle::Expected want = table->round(table->place(by_oracle(x, *table)), x.rounding, x.overflow, x.draw());
  fuzz::require(got ? want.accepts(static_cast<double>(*got)) : want.error,
                [&] { return x.name() + ": the reference, not " + fuzz::number(want.value); });
}

bool is_nan(const Case& x) { return x.a.is_nan() || x.b.is_nan() || x.c.is_nan(); }

// IEEE 754-2019, clause 7. What is not inexact is the same rounded down and up.
void check_flags(const Case& x, const Wide& y, const format::Flags& flags) {
  const auto check = [&](bool ok, const char* what) { fuzz::require(ok, [&] { return x.name() + ": " + what; }); };
  check(flags.inexact || !(flags.overflow || flags.underflow), "overflow or underflow, but not inexact");
  check(!flags.invalid || y.is_nan() || x.overflow == Overflow::saturate, "invalid, but a number");
  check(!y.is_nan() || is_nan(x) || flags.invalid || flags.division_by_zero || flags.overflow, "NaN from nowhere");
  check(!flags.division_by_zero || x.op == Op::div, "x / 0 without a division");
  check(!flags.underflow || y.abs() <= x.format.min_normal<Wide>(), "underflow of a normal number");
  if (flags.inexact || x.overflow == Overflow::error) return;
  for (const Rounding r : {rd, ru, rz})
    check(y == by_reference(x, Reference(x.format, r, x.overflow), nullptr) || y.is_nan(), "inexact is missing");
}

void check(const Case& x) {
  format::Flags flags;
  const Reference reference(x.format, x.rounding, x.overflow);
  const auto y = fuzz::attempt([&] { return by_reference(x, reference, &flags); });
  check_dynamic(x, y);
  check_oracle(x, y);
  if (y) check_flags(x, *y, flags);
}

template <class N>
N by_num(const Case& x) {
  const auto number = [](const Wide& w) { return N(w, 0); };
  const N a = number(x.a), b = number(x.b);
  switch (x.op) {
    case Op::add:
      return N::add(a, b, x.draw());
    case Op::sub:
      return N::sub(a, b, x.draw());
    case Op::mul:
      return N::mul(a, b, x.draw());
    case Op::div:
      return N::div(a, b, x.draw());
    case Op::sqrt:
      return N::sqrt(a, x.draw());
    case Op::fma:
      return N::fma(a, b, number(x.c), x.draw());
    case Op::remainder:
    case Op::fmod:
      break;
  }
  throw lowprec::Error("the remainders of Num are tested elsewhere");
}

template <class N>
void check_num(fuzz::Bytes& in) {
  const Case x = drawn_case(in, N::format, N::rounding);
  check(x);
  if (x.op > Op::fma) return;
  const Wide want = by_reference(x, Reference(x.format, x.rounding, x.overflow), nullptr);
  require_same(x, Wide(by_num<N>(x).value()), want, "Num");
}

// Narrow lanes, odd lanes, the reference's.
void check_some_num(fuzz::Bytes& in) {
  switch (in.below(8)) {
    case 0:
      return check_num<Num<e4m3fn>>(in);
    case 1:
      return check_num<Num<bfloat16>>(in);
    case 2:
      return check_num<Num<binary16, sr>>(in);
    case 3:
      return check_num<Num<binary32, ru>>(in);
    case 4:
      return check_num<Num<binary64>>(in);
    case 5:
      return check_num<Num<binary64, rd>>(in);
    case 6:
      return check_num<Num<p3109(8, 3, true, true), ro>>(in);
    default:
      return check_num<Num<integer(8), rna>>(in);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Bytes in(data, size);
  if (in.below(3) == 0) {
    check_some_num(in);
    return 0;
  }
  const auto x = fuzz::attempt([&] { return drawn_case(in); });
  if (x) check(*x);
  return 0;
}
