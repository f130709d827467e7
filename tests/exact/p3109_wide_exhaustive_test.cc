// Operations of the 16-bit formats of IEEE P3109 v4.0 that lie beyond binary64, through Reference: pairs of each number
// with one that may lie tens of thousands of binades off and one nearby; square roots of all codes.
#include <vector>

#include "lowprec/exact/reference.h"
#include "lowprec/format/wide.h"
#include "lowprec/lane/lane_constants.h"
#include "lowprec/lane/stream.h"
#include "support/cases.h"
#include "support/oracle_exact.h"
#include "support/p3109_shapes.h"
#include "support/pairs.h"
#include "support/proof.h"
#include "support/wide_pairs.h"

using namespace lowprec;
using oracle::cpp_int;
using oracle::Exact;
using shapes::Number;
using shapes::Shape;

namespace {

constexpr const char* kTest = "p3109_wide_exhaustive";

Exact exact(const Number& n) {
  if (n.kind == Number::nan) return {.kind = Exact::nan};
  if (n.kind == Number::infinite) return {.kind = Exact::infinite, .negative = n.negative};
  return {.negative = n.negative, .num = n.significand, .exponent = n.exponent};
}

// The sign of |a| - |b|, both finite.
int compare(const Exact& a, const Exact& b) {
  const auto sides = oracle::aligned(a, b);
  return sides.left.compare(sides.right);
}

// A finite result among the magnitude codes, the one beyond the greatest included.
struct Position {
  std::uint64_t lower = 0;  // the greatest code whose number is not above the result
  int over = 0;             // 0: it is the result
  int half = 0;             // the sign of result - middle of the codes lower and lower + 1
};

// compared(n) is the sign of |result| - n for a number n.
template <class Compared>
Position locate(const Shape& f, Compared compared) {
  std::uint64_t low = 0, high = f.greatest() + 2;
  while (high - low > 1) {
    const std::uint64_t centre = (low + high) / 2;
    (compared(exact(shapes::magnitude(f, centre))) >= 0 ? low : high) = centre;
  }
  return {low, compared(exact(shapes::magnitude(f, low))), compared(exact(shapes::middle(f, low)))};
}

bool goes_up(const Position& p, Rounding::Kind kind, bool negative) {
  const bool odd = p.lower % 2 != 0;
  if (p.over == 0) return false;
  if (format::traits(kind).is_nearest() && p.half != 0) return p.half > 0;
  if (kind == Rounding::nearest_even) return odd;
  if (kind == Rounding::to_odd) return !odd;
  return kind == Rounding::nearest_away || kind == (negative ? Rounding::down : Rounding::up);
}

// The default rule: saturation of finite formats, else infinities, but the limit where the rounding returns to it, and
// NaN for what lies below an unsigned format.
std::uint64_t beyond(const Shape& f, Rounding::Kind kind, bool negative, bool is_number) {
  const std::uint64_t limit = negative && !f.is_signed ? 0 : f.greatest();
  const bool returns = kind == Rounding::toward_zero || kind == (negative ? Rounding::up : Rounding::down) ||
                       (kind == Rounding::to_odd && limit % 2 != 0);
  const bool stays = !f.extended || (is_number && returns);
  if (negative && !f.is_signed) return stays ? 0 : f.nan();
  return (stays ? limit : f.infinity()) + (negative ? f.sign() : 0);
}

std::uint64_t rounded(const Shape& f, const Position& p, Rounding::Kind kind, bool negative) {
  const bool up = goes_up(p, kind, negative);
  const bool is_zero = p.lower == 0 && !up;
  if (negative && !f.is_signed) return is_zero ? 0 : beyond(f, kind, negative, true);
  return p.lower > f.greatest() ? beyond(f, kind, negative, true) : shapes::neighbour(f, p.lower, up, negative);
}

class Bench {
 public:
  explicit Bench(const Shape& f) : f_(f), format_(f.format()) {
    for (const Rounding r : cases::deterministic_roundings()) references_.emplace_back(format_, r);
  }

  const Shape& shape() const { return f_; }

  // evaluate(reference, wide...) against the exact result, for every rounding.
  template <class Evaluate, class Describe>
  void check(const Exact& result, cases::Tally& tally, Evaluate evaluate, Describe describe) const {
    Position p;
    if (result.kind == Exact::finite) p = locate(f_, [&](const Exact& n) { return compare(result, n); });
    check_at(result, p, tally, evaluate, describe);
  }

  template <class Evaluate, class Describe>
  void check_at(const Exact& result, const Position& p, cases::Tally& tally, Evaluate evaluate,
                Describe describe) const {
    for (const Reference& r : references_) {
      const auto kind = r.rounding().kind;
      const std::uint64_t want = result.kind == Exact::nan        ? f_.nan()
                                 : result.kind == Exact::infinite ? beyond(f_, kind, result.negative, false)
                                                                  : rounded(f_, p, kind, result.negative);
      const format::Uint128 got = format::encode_wide(format_, evaluate(r));
      tally.expect(got == want, [&] {
        return shapes::name(f_) + ": " + describe() + " @" + cases::name(r.rounding()) + " gives code " +
               std::to_string(static_cast<std::uint64_t>(got)) + ", not " + std::to_string(want);
      });
    }
  }

 private:
  Shape f_;
  Format format_;
  std::vector<Reference> references_;
};

struct Operand {
  std::uint64_t code;
  Exact exact;
  Wide wide;
};

Operand operand(const Shape& f, std::uint64_t code) {
  return {code, exact(shapes::decoded(f, code)), format::decode_wide(f.format(), code)};
}

Exact result_of(pairs::Operation op, const Exact& a, const Exact& b) {
  const bool is_nan = op == pairs::Operation::div && b.is_zero();
  return is_nan ? Exact{.kind = Exact::nan} : oracle::apply(op, a, b);
}

void check_pair(const Bench& b, const Operand& x, const Operand& y, pairs::Tallies& tallies) {
  for (const auto op : pairs::kOperations)
    b.check(
        result_of(op, x.exact, y.exact), tallies[static_cast<std::size_t>(op)],
        [&](const Reference& r) { return pairs::apply(r, op, x.wide, y.wide); },
        [&] { return "code " + std::to_string(x.code) + ' ' + pairs::symbol(op) + " code " + std::to_string(y.code); });
}

void check_fused(const Bench& b, const Operand& x, const Operand& y, const Operand& z, cases::Tally& tally) {
  b.check(
      oracle::fused(x.exact, y.exact, z.exact), tally,
      [&](const Reference& r) { return r.fma(x.wide, y.wide, z.wide); },
      [&] {
        return "fma codes " + std::to_string(x.code) + ' ' + std::to_string(y.code) + ' ' + std::to_string(z.code);
      });
}

// x against the squares of numbers: negative and NaN where the root is NaN.
void check_root(const Bench& b, const Operand& x, cases::Tally& tally) {
  const auto evaluate = [&](const Reference& r) { return r.sqrt(x.wide); };
  const auto describe = [&] { return "sqrt code " + std::to_string(x.code); };
  if (x.exact.kind == Exact::nan || x.exact.negative) return b.check({.kind = Exact::nan}, tally, evaluate, describe);
  if (x.exact.kind == Exact::infinite) return b.check(x.exact, tally, evaluate, describe);
  const auto p = locate(b.shape(), [&](const Exact& n) { return compare(x.exact, oracle::product(n, n)); });
  b.check_at(Exact{}, p, tally, evaluate, describe);
}

std::vector<Shape> wide_shapes() {
  std::vector<Shape> result;
  for (const Shape& f : shapes::of_bits(16))
    if (!lane::fits_lane<double>(f.format())) result.push_back(f);
  return result;
}

void record(const std::string& group, const std::string& operation, const cases::Tally& tally) {
  proof::record(kTest, group, operation, cases::names(cases::deterministic_roundings()), tally);
}

}  // namespace

TEST_CASE("sums, differences, products, quotients, fused sums: every 31st code with a random one and one nearby") {
  const Stream stream{31, 9};
  for (const Shape& f : wide_shapes()) {
    const Bench b(f);
    pairs::Tallies tallies;
    cases::Tally fused;
    for (std::uint64_t code = 0; code < f.codes(); code += 31) {
      const Operand x = operand(f, code), y = operand(f, stream.draw(2 * code) % f.codes());
      const Operand z = operand(f, (code + stream.draw(2 * code + 1) % 256) % f.codes());
      check_pair(b, x, y, tallies);
      check_pair(b, x, z, tallies);
      check_fused(b, x, y, z, fused);
    }
    for (const auto op : pairs::kOperations)
      record(shapes::name(f), pairs::name(op), tallies[static_cast<std::size_t>(op)]);
    record(shapes::name(f), "fma", fused);
  }
}

TEST_CASE("square roots of every third code") {
  for (const Shape& f : wide_shapes()) {
    const Bench b(f);
    cases::Tally tally;
    for (std::uint64_t code = 0; code < f.codes(); code += 3) check_root(b, operand(f, code), tally);
    record(shapes::name(f), "sqrt", tally);
  }
}
