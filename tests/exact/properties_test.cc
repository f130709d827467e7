// What holds for every format and rounding, over formats, numbers and draws taken at random from a fixed seed: formats
// of all families, a quarter of them wider than binary64. No oracle: the properties are relations between results.
//
// Sources: IEEE 754-2019, 4.3 (roundings), 5.3.1 (neighbours, remainder), 5.4.1, 7 (flags); Boldo & Melquiond,
// inria-00070603 (to odd).
#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "fuzz/drawn.h"
#include "lowprec/array/codec.h"
#include "lowprec/array/quantize.h"
#include "lowprec/exact/reference.h"
#include "lowprec/exact/wide_text.h"
#include "lowprec/format/names.h"
#include "lowprec/format/number_text.h"
#include "lowprec/format/wide.h"
#include "lowprec/linalg/arithmetic.h"
#include "support/cases.h"

using namespace lowprec;

namespace {

constexpr int kFormats = 400;

class Dice {
 public:
  explicit Dice(std::uint64_t id) : stream_{20260, id} {}

  std::uint32_t next() { return stream_.draw(used_++); }
  std::uint32_t below(std::uint32_t n) { return next() % n; }
  format::Uint128 wide_below(format::Uint128 n) {
    format::Uint128 x = 0;
    for (int i = 0; i < 4; ++i) x = x << 32 | next();
    return x % n;
  }

 private:
  Stream stream_;
  std::uint64_t used_ = 0;
};

// A number between the least and the greatest of a format, and what rounding down and up make of it.
struct Bracket {
  Wide x, low, high;
};

// A format, magnitude codes of it (all of a tiny one), and numbers that are hard to round to it, in ascending order.
struct Subject {
  Format format;
  std::vector<format::Uint128> codes;
  std::vector<Wide> numbers;  // of the format, both signs
  std::vector<Wide> inputs;
  std::vector<Bracket> brackets;  // of the inputs inside
};

std::vector<format::Uint128> magnitude_codes(const Format& f, Dice& dice) {
  const format::Uint128 last = f.max_code();
  std::vector<format::Uint128> result;
  if (last < 12) {
    for (format::Uint128 code = 0; code <= last; ++code) result.push_back(code);
    return result;
  }
  const format::Uint128 hidden = format::Uint128{1} << f.fraction_bits();
  for (const format::Uint128 code : {format::Uint128{0}, format::Uint128{1}, hidden - 1, hidden, last - 1, last})
    if (code <= last) result.push_back(code);
  while (result.size() < 11) result.push_back(dice.wide_below(last));
  std::ranges::sort(result);
  result.erase(std::unique(result.begin(), result.end()), result.end());
  return result;
}

// Parts of the quantum above a number: none, quarters, ties, and 2^-13 beside them.
void add_parts(std::vector<Wide>& out, const format::Magnitude& number) {
  for (const int part : {0, 1, 0x800, 0xFFF, 0x1000, 0x1001, 0x1800, 0x1FFF})
    out.emplace_back((number.significand << 13) + static_cast<format::Uint128>(part), number.exponent - 13);
}

std::vector<Wide> magnitudes(const Format& f, const std::vector<format::Uint128>& codes) {
  std::vector<Wide> result;
  for (const format::Uint128 code : codes) add_parts(result, f.number(code));
  add_parts(result, {1, f.least_exponent - 1});  // the tie below the least normal number
  const int top = f.max_exponent();
  for (const Wide& x : {Wide(1, top + 1), Wide(3, top + 1), Wide(5, top + 100), Wide(1, 200'000), Wide::infinity(),
                        Wide(1, f.quantum_exponent() - 60), Wide(1, -200'000)})
    result.push_back(x);
  return result;
}

bool is_lower(const Wide& a, const Wide& b) { return a < b || (a == b && a.is_negative() && !b.is_negative()); }

void add_negatives(std::vector<Wide>& numbers) {
  const std::size_t n = numbers.size();
  for (std::size_t i = 0; i < n; ++i) numbers.push_back(-numbers[i]);
}

void add_brackets(Subject& s) {
  const Reference down(s.format, rd, Overflow::saturate), up(s.format, ru, Overflow::saturate);
  for (const Wide& x : s.inputs)
    if (s.format.lowest<Wide>() <= x && x <= s.format.max<Wide>())
      s.brackets.push_back({x, down.convert(x), up.convert(x)});
}

Subject subject(const Format& f, Dice& dice) {
  Subject s{f, magnitude_codes(f, dice), {}, {}, {}};
  for (const format::Uint128 code : s.codes) s.numbers.push_back(f.magnitude<Wide>(code));
  if (f.is_signed) add_negatives(s.numbers);
  s.inputs = magnitudes(f, s.codes);
  add_negatives(s.inputs);
  std::ranges::sort(s.inputs, is_lower);
  add_brackets(s);
  return s;
}

std::optional<Format> drawn_format(Dice& dice) {
  try {
    return drawn::format(dice);
  } catch (const Error&) {
    return std::nullopt;  // parameters that go ill together
  }
}

std::vector<Subject> make_subjects() {
  Dice dice(1);
  std::vector<Subject> result;
  while (result.size() < kFormats)
    if (const auto f = drawn_format(dice)) result.push_back(subject(*f, dice));
  return result;
}

const std::vector<Subject>& subjects() {
  static const std::vector<Subject> result = make_subjects();
  return result;
}

std::string text(const Format& f, const Wide& x) { return to_string(f) + ' ' + exact::to_hex(x); }
std::string text(const Reference& r, const Wide& x) { return text(r.format(), x) + " @" + to_string(r.rounding()); }
std::string text(const Reference& r, const Wide& x, const Wide& y) { return text(r, x) + ", " + exact::to_hex(y); }

bool is_number(const Format& f, const Wide& x) {
  try {
    format::encode_wide(f, x);
    return !x.is_nan();
  } catch (const Error&) {
    return false;
  }
}

bool is_symmetric(const Format& f) { return f.is_signed && (!f.twos_complement || f.symmetric); }

// Equal up to the sign of a zero.
bool is_equal(const Wide& a, const Wide& b) { return a == b || (a.is_nan() && b.is_nan()); }

// (a + b) / 2; exact for neighbours.
Wide middle(const Wide& a, const Wide& b) {
  if (a.is_zero()) return {b.significand(), b.exponent() - 1, b.is_negative()};
  if (b.is_zero()) return middle(b, a);
  const int unit = std::min(a.exponent(), b.exponent());
  const format::Uint128 left = a.significand() << (a.exponent() - unit), right = b.significand()
                                                                                 << (b.exponent() - unit);
  if (a.is_negative() != b.is_negative())
    return {left > right ? left - right : right - left, unit - 1, left > right ? a.is_negative() : b.is_negative()};
  return {left + right, unit - 1, a.is_negative()};
}

// Calls f(subject, reference) for each format and deterministic rounding.
template <class F>
void for_each_rounding(Overflow (*rule)(const Format&), F f) {
  for (const Subject& s : subjects())
    for (const Rounding r : cases::deterministic_roundings()) f(s, Reference(s.format, r, rule(s.format)));
}

Overflow saturating(const Format&) { return Overflow::saturate; }

// The products of odd significands of at most 64 bits are exact.
Wide exact_product(const Wide& a, const Wide& b) {
  return {a.significand() * b.significand(), a.exponent() + b.exponent(), a.is_negative() != b.is_negative()};
}

struct Pair {
  Wide a, b;
};

// Pairs of numbers of the format, zeros among them.
std::vector<Pair> number_pairs(const Subject& s, Dice& dice, int n) {
  const auto any = [&] { return s.numbers[dice.below(static_cast<std::uint32_t>(s.numbers.size()))]; };
  std::vector<Pair> result;
  for (int i = 0; i < n; ++i) result.push_back({any(), any()});
  return result;
}

// Calls f(reference, a, b) for some pairs of each format and rounding.
template <class F>
void for_each_pair(Overflow (*rule)(const Format&), F f) {
  Dice dice(2);
  for_each_rounding(rule, [&](const Subject& s, const Reference& r) {
    for (const Pair& p : number_pairs(s, dice, 10)) f(r, p.a, p.b);
  });
}

}  // namespace

TEST_CASE("the drawn formats cover the families and reach beyond binary64") {
  const auto count = [](auto is) { return std::ranges::count_if(subjects(), is, &Subject::format); };
  CHECK(count([](const Format& f) { return f.is_p3109; }) > 40);
  CHECK(count([](const Format& f) { return f.twos_complement; }) > 20);
  CHECK(count([](const Format& f) { return !f.has_zero; }) > 2);
  CHECK(count([](const Format& f) { return !f.has_subnormals; }) > 20);
  CHECK(count([](const Format& f) { return !f.is_signed; }) > 40);
  CHECK(count([](const Format& f) { return !lane::fits_lane<double>(f); }) > 40);
  for (int nan = 0; nan < 4; ++nan) CHECK(count([&](const Format& f) { return static_cast<int>(f.nan) == nan; }) > 20);
}

TEST_CASE("rounding is idempotent and monotone") {
  cases::Tally tally;
  for_each_rounding(saturating, [&](const Subject& s, const Reference& r) {
    Wide last = -Wide::infinity();
    for (const Wide& x : s.inputs) {
      const Wide y = r.convert(x);
      tally.expect(r.convert(y).is_same(y), [&] { return text(r, x) + " is not idempotent"; });
      tally.expect(last <= y,
                   [&] { return text(r, x) + " gives " + exact::to_hex(y) + " after " + exact::to_hex(last); });
      last = y;
    }
  });
  tally.report("rounding");
}

TEST_CASE("numbers of the format, infinities and NaN never move, and raise no flag") {
  cases::Tally tally;
  for_each_rounding(default_overflow, [&](const Subject& s, const Reference& r) {
    std::vector<Wide> fixed = s.numbers;
    if (s.format.has_infinity) fixed.push_back(Wide::infinity());
    for (const Wide& x : fixed) {
      format::Flags flags;
      const Wide y = r.convert(x, 0, &flags);
      tally.expect(is_equal(y, x) && flags == format::Flags{},
                   [&] { return text(r, x) + " gives " + exact::to_hex(y); });
    }
    tally.expect(r.convert(Wide::nan()).is_nan(), [&] { return text(r, Wide::nan()); });
  });
  tally.report("numbers");
}

TEST_CASE("round(-x) = -round(x), and up of -x is -down of x, in symmetric formats") {
  cases::Tally tally;
  for_each_rounding(default_overflow, [&](const Subject& s, const Reference& r) {
    if (!is_symmetric(s.format)) return;
    const Rounding::Kind kind = r.rounding().kind;
    const Rounding mirror = kind == Rounding::up ? rd : kind == Rounding::down ? ru : r.rounding();
    const Reference mirrored(s.format, mirror, r.overflow());
    for (std::size_t i = 0; i < s.inputs.size(); i += 3) {
      const Wide& x = s.inputs[i];
      const Wide y = r.convert(x), z = -mirrored.convert(-x);
      tally.expect(s.format.has_negative_zero ? y.is_same(z) : is_equal(y, z),
                   [&] { return text(r, x) + " gives " + exact::to_hex(y) + ", mirrored " + exact::to_hex(z); });
    }
  });
  tally.report("symmetry");
}

TEST_CASE("down(x) <= x <= up(x), equal exactly where x is a number of the format; roundings give one of the two") {
  cases::Tally tally;
  for (const Subject& s : subjects())
    for (const auto& [x, low, high] : s.brackets) {
      const auto describe = [&, &left = x] { return text(s.format, left) + " and its neighbours"; };
      tally.expect(low <= x && x <= high, describe);
      tally.expect((low == high) == is_number(s.format, x), describe);
    }
  for_each_rounding(saturating, [&](const Subject& s, const Reference& r) {
    for (const auto& [x, low, high] : s.brackets) {
      const Wide y = r.convert(x);
      tally.expect(y == low || y == high, [&, &left = x] { return text(r, left) + " gives " + exact::to_hex(y); });
    }
  });
  tally.report("neighbours");
}

namespace {

// What a nearest rounding gives: of two as near the even code, the greater or the lesser magnitude.
Wide nearest(const Format& f, Rounding r, const Bracket& b) {
  const Wide tie = middle(b.low, b.high);
  if (b.x != tie) return b.x < tie ? b.low : b.high;
  const Wide away = b.x.is_negative() ? b.low : b.high, inward = b.x.is_negative() ? b.high : b.low;
  if (r == rne) return (format::encode_wide(f, inward) & 1) == 0 ? inward : away;
  return r == rna ? away : inward;
}

}  // namespace

TEST_CASE("nearest roundings give the nearer neighbour, and of two as near the one they are named after") {
  cases::Tally tally;
  for (const Subject& s : subjects())
    for (const Rounding rounding : {rne, rna, rnz}) {
      const Reference r(s.format, rounding, Overflow::saturate);
      for (const Bracket& b : s.brackets)
        tally.expect(r.convert(b.x) == nearest(s.format, rounding, b),
                     [&] { return text(r, b.x) + " gives " + exact::to_hex(r.convert(b.x)); });
    }
  tally.report("nearest");
}

TEST_CASE("rounding to odd is exact or gives an odd code") {
  cases::Tally tally;
  for (const Subject& s : subjects()) {
    const Reference odd(s.format, ro, Overflow::saturate);
    for (const Bracket& b : s.brackets) {
      const Wide& x = b.x;
      if (!s.format.has_subnormals && x.abs() < s.format.min_normal<Wide>()) continue;  // both codes may be even
      const Wide y = odd.convert(x);
      tally.expect(y == x || (format::encode_wide(s.format, y) & 1) == 1,
                   [&] { return text(odd, x) + " gives " + exact::to_hex(y); });
    }
  }
  tally.report("odd");
}

TEST_CASE("inexact where the result differs; overflow, underflow imply it; NaN from a number is an overflow") {
  cases::Tally tally;
  for_each_rounding(default_overflow, [&](const Subject& s, const Reference& r) {
    for (const Wide& x : s.inputs) {
      format::Flags flags;
      const Wide y = r.convert(x, 0, &flags);
      const bool tiny = !s.format.twos_complement && x.abs() < s.format.min_normal<Wide>();
      tally.expect(flags.inexact == !(x == y), [&] { return text(r, x) + ": inexact"; });
      tally.expect(flags.inexact || !(flags.overflow || flags.underflow), [&] { return text(r, x) + ": flags"; });
      tally.expect(!flags.underflow || tiny, [&] { return text(r, x) + ": underflow"; });
      tally.expect(!y.is_nan() || flags.overflow, [&] { return text(r, x) + ": overflow"; });
    }
  });
  tally.report("flags");
}

TEST_CASE("next_up and next_down are inverse inside, strict, with no number between") {
  cases::Tally tally;
  for (const Subject& s : subjects()) {
    const Reference r(s.format, rne, Overflow::saturate), down(s.format, rd, Overflow::saturate);
    for (const Wide& x : s.numbers) {
      if (x == s.format.max<Wide>()) continue;
      const Wide above = r.next_up(x);
      tally.expect(x < above && is_number(s.format, above), [&] { return text(r, x) + ": next_up"; });
      tally.expect(r.next_down(above) == x, [&] { return text(r, x) + ": next_down after next_up"; });
      tally.expect(r.next_after(x, above) == above && r.next_after(above, x) == x, [&] { return text(r, x); });
      tally.expect(down.convert(middle(x, above)) == x, [&] { return text(r, x) + ": a number below the next"; });
    }
  }
  tally.report("neighbours");
}

TEST_CASE("encode and decode are inverse, for Wide and binary64 alike") {
  cases::Tally tally;
  for (const Subject& s : subjects()) {
    const Format& f = s.format;
    const bool narrow = lane::fits_lane<double>(f) && f.bits < 64;
    for (const Wide& x : s.numbers) {
      const format::Uint128 code = format::encode_wide(f, x);
      tally.expect(is_equal(format::decode_wide(f, code), x), [&] { return text(f, x); });
      if (!narrow) continue;
      const auto value = static_cast<double>(x);
      tally.expect(encode(f, value) == code, [&] { return text(f, x) + ": encode"; });
      tally.expect(decode(f, static_cast<std::uint64_t>(code)) == value, [&] { return text(f, x) + ": decode"; });
    }
  }
  tally.report("codes");
}

TEST_CASE("magnitude codes count the numbers upwards") {
  cases::Tally tally;
  for (const Subject& s : subjects()) {
    for (std::size_t i = 1; i < s.codes.size(); ++i) {
      const Wide low = s.format.magnitude<Wide>(s.codes[i - 1]), high = s.format.magnitude<Wide>(s.codes[i]);
      tally.expect(low < high || (high.is_zero() && !s.format.has_subnormals), [&] { return text(s.format, low); });
    }
    if (s.format.has_nan())
      tally.expect(format::decode_wide(s.format, format::encode_wide(s.format, Wide::nan())).is_nan(),
                   [&] { return text(s.format, Wide::nan()); });
  }
  tally.report("order");
}

TEST_CASE("the texts of formats and of their numbers read back") {
  cases::Tally tally;
  for (const Subject& s : subjects()) {
    const Format& f = s.format;
    if (f.has_zero) tally.expect(parse_format(to_string(f)) == f, [&] { return to_string(f); });
    const Reference r(f);
    for (std::size_t i = 0; i < s.numbers.size(); ++i) {
      const Wide& x = s.numbers[i];
      tally.expect(is_equal(r.parse(to_string(x, f)), x), [&] { return text(f, x) + ": decimal"; });
      tally.expect(is_equal(r.parse(exact::to_hex(x)), x), [&] { return text(f, x) + ": hexadecimal"; });
    }
  }
  tally.report("texts");
}

namespace {

// Any rule but `error`, which throws.
Overflow returning_rule(Dice& dice, const Format& f) {
  const Overflow o = drawn::overflow(dice, f);
  return o == Overflow::error ? default_overflow(f) : o;
}

// quantize of an array against Reference::convert with the same draws, bit by bit; NaN is NaN.
template <class T>
void expect_same_conversion(const Subject& s, Rounding r, Overflow o, cases::Tally& tally) {
  std::vector<T> in, out;
  for (const Wide& x : s.inputs) in.push_back(static_cast<T>(x));
  in.push_back(std::numeric_limits<T>::quiet_NaN());
  out.resize(in.size());
  const Stream stream{5, 6};
  const Quantizer q(s.format, r, o);
  quantize(q, std::span<const T>(in), std::span<T>(out), stream);
  const Reference reference(s.format, r, o);
  for (std::size_t i = 0; i < in.size(); ++i) {
    const Wide want = reference.convert(in[i], r.is_stochastic() ? stream.draw(i) : 0);
    tally.expect(want.is_same(Wide(out[i])), [&] {
      return to_string(q) + ' ' + cases::hex(static_cast<double>(in[i])) + " gives " +
             cases::hex(static_cast<double>(out[i])) + ", not " + exact::to_hex(want);
    });
  }
}

}  // namespace

TEST_CASE("quantize is Reference::convert, bit by bit, for double and float arrays, any rounding and overflow rule") {
  cases::Tally tally;
  Dice dice(3);
  for (const Subject& s : subjects()) {
    if (!lane::fits_lane<double>(s.format)) continue;
    for (int i = 0; i < 4; ++i) {
      const Rounding r = drawn::rounding(dice);
      const Overflow o = returning_rule(dice, s.format);
      expect_same_conversion<double>(s, r, o, tally);
      if (lane::fits_lane<float>(s.format)) expect_same_conversion<float>(s, r, o, tally);
    }
  }
  tally.report("quantize");
}

TEST_CASE("sums and products commute; a + b = fma(a, 1, b) = a - (-b) = faa(a, b, 0); a b = fma(a, b, 0)") {
  cases::Tally tally;
  for_each_pair(default_overflow, [&](const Reference& r, const Wide& a, const Wide& b) {
    const Wide sum = r.add(a, b), product = r.mul(a, b);
    const auto same = [&](const Wide& x, const Wide& y, const char* what) {
      tally.expect(x.is_same(y), [&] { return text(r, a, b) + ": " + what; });
    };
    same(r.add(b, a), sum, "b + a");
    same(r.mul(b, a), product, "b a");
    same(r.fma(a, 1, b), sum, "fma(a, 1, b)");
    same(r.sub(a, -b), sum, "a - (-b)");
    same(r.scaled_add(a, 1, b, 1), sum, "1 a + 1 b");
    same(r.scaled_mul(a, 1, b, 1), product, "(1 a) (1 b)");
    tally.expect(is_equal(r.faa(a, b, 0), sum), [&] { return text(r, a, b) + ": faa(a, b, 0)"; });
    tally.expect(is_equal(r.fma(a, b, 0), product), [&] { return text(r, a, b) + ": fma(a, b, 0)"; });
  });
  tally.report("identities");
}

TEST_CASE("x - x is 0, -0 rounding down; x / x is 1; x / 1, x 1 and x + 0 are x") {
  cases::Tally tally;
  for_each_pair(default_overflow, [&](const Reference& r, const Wide& a, const Wide&) {
    const Format& f = r.format();
    const Wide difference = r.sub(a, a);
    if (f.has_zero)
      tally.expect(difference.is_zero() && difference.is_negative() == (f.has_negative_zero && r.rounding() == rd),
                   [&] { return text(r, a) + ": x - x is " + exact::to_hex(difference); });
    const Wide quotient = r.div(a, a);
    if (!a.is_zero()) tally.expect(quotient.is_same(r.convert(1)), [&] { return text(r, a) + ": x / x"; });
    for (const Wide& y : {r.div(a, 1), r.mul(a, 1), r.add(a, 0)})
      tally.expect(y == a, [&] { return text(r, a) + " became " + exact::to_hex(y); });
  });
  tally.report("units");
}

TEST_CASE("sqrt(x x) is |x| and (x y) / y is x, without a flag, of exact products") {
  cases::Tally tally;
  for_each_pair(default_overflow, [&](const Reference& r, const Wide& a, const Wide& b) {
    if (r.format().precision > 64 || a.is_zero() || b.is_zero()) return;
    format::Flags flags;
    const Wide root = r.sqrt(exact_product(a, a), 0, &flags), quotient = r.div(exact_product(a, b), b, 0, &flags);
    tally.expect(root == a.abs(), [&] { return text(r, a) + ": the root is " + exact::to_hex(root); });
    tally.expect(quotient == a, [&] { return text(r, a, b) + ": the quotient is " + exact::to_hex(quotient); });
    tally.expect(flags == format::Flags{}, [&] { return text(r, a, b) + ": flags"; });
  });
  tally.report("inverses");
}

TEST_CASE("remainders are exact: |remainder| <= |b| / 2, |fmod| < |b| with the sign of a") {
  cases::Tally tally;
  for_each_pair(saturating, [&](const Reference& r, const Wide& a, const Wide& b) {
    const Format& f = r.format();
    if (b.is_zero() || !f.has_zero || !f.has_subnormals || !f.is_signed) return;
    format::Flags flags;
    const Wide nearest = r.remainder(a, b, 0, &flags), truncated = r.fmod(a, b, 0, &flags);
    const Wide half{b.significand(), b.exponent() - 1};
    tally.expect(flags == format::Flags{}, [&] { return text(r, a, b) + ": a remainder raises a flag"; });
    tally.expect(nearest.abs() <= half, [&] { return text(r, a, b) + ": remainder"; });
    tally.expect(truncated.abs() < b.abs(), [&] { return text(r, a, b) + ": fmod"; });
    tally.expect(truncated.is_zero() || truncated.is_negative() == a.is_negative(),
                 [&] { return text(r, a, b) + ": the sign of fmod"; });
  });
  tally.report("remainders");
}

TEST_CASE("what is not inexact is the same rounded up and down; what is lies between the two") {
  cases::Tally tally;
  for_each_pair(saturating, [&](const Reference& r, const Wide& a, const Wide& b) {
    const Format& f = r.format();
    const Reference down(f, rd, Overflow::saturate), up(f, ru, Overflow::saturate);
    const auto check = [&](auto operation) {
      format::Flags flags;
      const Wide y = operation(r, &flags), low = operation(down, nullptr), high = operation(up, nullptr);
      if (y.is_nan()) return;
      const bool is_limit = y == f.max<Wide>() || y == f.lowest<Wide>();
      tally.expect(low <= y && y <= high, [&] { return text(r, a, b) + ": not between its neighbours"; });
      tally.expect(flags.inexact ? low < high || is_limit : low == high, [&] { return text(r, a, b) + ": inexact"; });
    };
    check([&](const Reference& m, format::Flags* flags) { return m.add(a, b, 0, flags); });
    check([&](const Reference& m, format::Flags* flags) { return m.mul(a, b, 0, flags); });
    check([&](const Reference& m, format::Flags* flags) { return m.div(a, b, 0, flags); });
    check([&](const Reference& m, format::Flags* flags) { return m.fma(a, b, a, 0, flags); });
  });
  tally.report("bounds");
}

namespace {

// A format known at run time, the reference, and the draws of both.
struct Machines {
  Dynamic lanes;
  Reference reference;
  Stream stream{7, 8};
  cases::Tally& tally;

  void expect(double got, const Wide& want, const Pair& p, const char* op) {
    tally.expect(want.is_same(got), [&] { return text(reference, p.a, p.b) + ": " + op + ' ' + cases::hex(got); });
  }

  void compare(const Pair& p, std::uint64_t i) {
    const auto a = static_cast<double>(p.a), b = static_cast<double>(p.b);
    const std::uint32_t bits = reference.rounding().is_stochastic() ? stream.draw(i) : 0;
    const linalg::Draw draw{stream, i};
    expect(lanes.add(a, b, draw), reference.add(a, b, bits), p, "+");
    expect(lanes.sub(a, b, draw), reference.sub(a, b, bits), p, "-");
    expect(lanes.mul(a, b, draw), reference.mul(a, b, bits), p, "*");
    expect(lanes.div(a, b, draw), reference.div(a, b, bits), p, "/");
    expect(lanes.sqrt(a, draw), reference.sqrt(a, bits), p, "sqrt");
    expect(lanes.fma(a, b, b, draw), reference.fma(a, b, b, bits), p, "fma(a, b, b)");
    expect(lanes.scale(0.3, a, draw), reference.mul(0.3, a, bits), p, "0.3 a");
  }
};

}  // namespace

TEST_CASE("Dynamic is Reference, bit by bit, any rounding and overflow rule") {
  cases::Tally tally;
  Dice dice(4);
  for (const Subject& s : subjects()) {
    if (!lane::fits_lane<double>(s.format)) continue;
    const Rounding r = drawn::rounding(dice);
    const Overflow o = returning_rule(dice, s.format);
    Machines machines{Dynamic(s.format, r, o), Reference(s.format, r, o), {7, 8}, tally};
    std::uint64_t i = 0;
    for (const Pair& p : number_pairs(s, dice, 40)) machines.compare(p, i++);
  }
  tally.report("operations");
}
