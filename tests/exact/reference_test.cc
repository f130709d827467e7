// Reference against numbers known by hand, the machine's own binary64 and long double, and the faster lanes.
#include "lowprec/exact/reference.h"
#include "lowprec/format/presets.h"

#include <bit>
#include <cmath>
#include <limits>
#include <thread>
#include <vector>

#include "lowprec/linalg/arithmetic.h"
#include "lowprec/num.h"
#include "support/cases.h"

using namespace lowprec;

namespace {

constexpr Format kBinary128 = fp(15, 112);
constexpr double kInf = std::numeric_limits<double>::infinity();

format::Uint128 code128(std::uint64_t upper, std::uint64_t lower) { return format::Uint128{upper} << 64 | lower; }

std::uint64_t random64(std::uint64_t i) {
  const Stream stream{3, 14};
  return std::uint64_t{stream.draw(2 * i)} << 32 | stream.draw(2 * i + 1);
}
double random_double(std::uint64_t i) { return std::bit_cast<double>(random64(i)); }

// 53 random bits and an exponent from -40 to 40: errors of operations are binary64 numbers.
double moderate_double(std::uint64_t i) {
  const std::uint64_t r = random64(i);
  const double x = std::ldexp(static_cast<double>(r >> 11), static_cast<int>(r % 81) - 93);
  return (r >> 7) % 2 != 0 ? -x : x;
}

bool same(double a, double b) { return cases::same_bits(a, b) || (std::isnan(a) && std::isnan(b)); }

struct Exactly {
  double nearest, error;
};

// The directed neighbours of nearest + error.
void check_directed(const Exactly& x, const Wide& up, const Wide& down, const Wide& zero, cases::Tally& tally) {
  const double above = x.error > 0 ? std::nextafter(x.nearest, kInf) : x.nearest;
  const double below = x.error < 0 ? std::nextafter(x.nearest, -kInf) : x.nearest;
  const auto describe = [&] { return cases::hex(x.nearest) + " + " + cases::hex(x.error); };
  tally.expect(up == above, describe);
  tally.expect(down == below, describe);
  tally.expect(zero == (x.nearest > 0 ? below : above), describe);
}

// Knuth's TwoSum; errors by fma elsewhere.
Exactly two_sum(double a, double b) {
  const double s = a + b, rest = s - a;
  return {s, (a - (s - rest)) + (b - rest)};
}

// An operation of a binary format on operands from `bits` of it, in lanes and by the reference.
void check_dynamic(const Format& f, Rounding r, Overflow o) {
  const Stream operands{2, 71}, draws{8, 28};
  Dynamic fast(f, r, o);
  const Reference slow(f, r, o);
  cases::Tally tally;
  for (std::uint64_t i = 0; i < 400; ++i) {
    const std::uint64_t mask = (std::uint64_t{1} << f.bits) - 1;
    double x[3];
    for (std::uint64_t k = 0; k < 3; ++k)
      x[k] = decode(f, (operands.draw(3 * i + k) * std::uint64_t{0x9E3779B9}) & mask);
    const linalg::Draw draw{draws, i};
    const std::uint32_t d = r.is_stochastic() ? draw() : 0;
    const auto expect = [&](const char* operation, double got, const Wide& want) {
      tally.expect(same(got, static_cast<double>(want)), [&] {
        return std::string(operation) + ' ' + cases::hex(x[0]) + ' ' + cases::hex(x[1]) + ' ' + cases::hex(x[2]);
      });
    };
    expect("+", fast.add(x[0], x[1], draw), slow.add(x[0], x[1], d));
    expect("-", fast.sub(x[0], x[1], draw), slow.sub(x[0], x[1], d));
    expect("*", fast.mul(x[0], x[1], draw), slow.mul(x[0], x[1], d));
    expect("/", fast.div(x[0], x[1], draw), slow.div(x[0], x[1], d));
    expect("sqrt", fast.sqrt(x[0], draw), slow.sqrt(x[0], d));
    expect("fma", fast.fma(x[0], x[1], x[2], draw), slow.fma(x[0], x[1], x[2], d));
  }
  tally.report(cases::name(r));
}

template <Format F, Rounding R>
void check_num() {
  using N = Num<F, R>;
  const Reference slow(F, R);
  cases::Tally tally;
  for (std::uint64_t i = 0; i < 1000; ++i) {
    const N a(moderate_double(2 * i), 0), b(moderate_double(2 * i + 1), 0);
    const auto draw = static_cast<std::uint32_t>(random64(i));
    const auto expect = [&](const N& got, const Wide& want) {
      tally.expect(Wide(got.value()).is_same(want), [&] { return std::to_string(i); });
    };
    expect(N::add(a, b, draw), slow.add(a.value(), b.value(), draw));
    expect(N::mul(a, b, draw), slow.mul(a.value(), b.value(), draw));
    expect(N::div(a, b, draw), slow.div(a.value(), b.value(), draw));
    expect(N::fma(a, b, a, draw), slow.fma(a.value(), b.value(), a.value(), draw));
  }
  tally.report(cases::name(R));
}

}  // namespace

// Published binary128 constants; the next bits of 1/3 are 0101, of 1/10 1001, of sqrt(2) 0111 (1.6a09...ea95|7d3e).
TEST_CASE("binary128: 1/3, 1/10, sqrt(2), pi, to nearest and upwards") {
  const Reference nearest(kBinary128), up(kBinary128, ru), down(kBinary128, rd);
  const auto is = [](const Wide& x, std::uint64_t upper, std::uint64_t lower) {
    return format::encode_wide(kBinary128, x) == code128(upper, lower);
  };
  CHECK(is(nearest.div(1, 3), 0x3FFD555555555555, 0x5555555555555555));
  CHECK(is(up.div(1, 3), 0x3FFD555555555555, 0x5555555555555556));
  CHECK(is(up.div(-1, 3), 0xBFFD555555555555, 0x5555555555555555));
  CHECK(is(nearest.div(1, 10), 0x3FFB999999999999, 0x999999999999999A));
  CHECK(is(down.parse("0.1"), 0x3FFB999999999999, 0x9999999999999999));
  CHECK(is(nearest.sqrt(2), 0x3FFF6A09E667F3BC, 0xC908B2FB1366EA95));
  CHECK(is(up.sqrt(2), 0x3FFF6A09E667F3BC, 0xC908B2FB1366EA96));
  CHECK(is(nearest.parse("3.14159265358979323846264338327950288419716939937510582"), 0x4000921FB54442D1,
           0x8469898CC51701B8));
}

// The 64-bit significands of x87: 1/3 ends ...AAAA|AAAA, sqrt(2) ...6484|597D, pi (fldpi) ...C235|....
TEST_CASE("64 explicit bits: 1/3, sqrt(2), pi") {
  const Reference nearest(fp(15, 63)), zero(fp(15, 63), rz);
  CHECK(nearest.div(1, 3).is_same(Wide(0xAAAAAAAAAAAAAAAB, -65)));
  CHECK(zero.div(1, 3).is_same(Wide(0xAAAAAAAAAAAAAAAA, -65)));
  CHECK(nearest.sqrt(2).is_same(Wide(0xB504F333F9DE6484, -63)));
  CHECK(nearest.parse("3.14159265358979323846264338327950288").is_same(Wide(0xC90FDAA22168C235, -62)));
}

TEST_CASE("fp(15,63) is the long double of x87") {
  if (std::numeric_limits<long double>::digits != 64) return;
  const Reference f(fp(15, 63));
  cases::Tally tally;
  for (std::uint64_t i = 0; i < 5000; ++i) {
    const long double a = std::ldexp(static_cast<long double>(random64(2 * i)), static_cast<int>(i) % 61 - 30);
    const long double b = std::ldexp(static_cast<long double>(random64(2 * i + 1)), static_cast<int>(i) % 7 - 3);
    const auto expect = [&](const Wide& got, long double want) {
      tally.expect(got.is_same(Wide(want)), [&] { return std::to_string(i); });
    };
    expect(f.add(a, b), a + b);
    expect(f.sub(a, b), a - b);
    expect(f.mul(a, b), a * b);
    expect(f.div(a, b), a / b);
    expect(f.sqrt(a), std::sqrt(a));
  }
  tally.report("long double");
}

TEST_CASE("binary64 to nearest is the machine's, over all its numbers") {
  const Reference f(binary64);
  cases::Tally tally;
  for (std::uint64_t i = 0; i < 10000; ++i) {
    const double a = random_double(3 * i), b = random_double(3 * i + 1), c = random_double(3 * i + 2);
    const double near = -std::nextafter(a * 1.5, b);  // sums that cancel
    const auto expect = [&](const Wide& got, double want) {
      tally.expect(same(static_cast<double>(got), want), [&] { return cases::hex(a) + ' ' + cases::hex(b); });
    };
    expect(f.add(a, near), a + near);
    expect(f.sub(a, b), a - b);
    expect(f.mul(a, b), a * b);
    expect(f.div(a, b), a / b);
    expect(f.sqrt(a), std::sqrt(a));
    expect(f.fma(a, b, c), std::fma(a, b, c));
    expect(f.fma(a, b, -(a * b)), std::fma(a, b, -(a * b)));
  }
  tally.report("binary64");
}

TEST_CASE("binary64 in directed roundings: the nearest number and the sign of its error tell") {
  const Reference up(binary64, ru), down(binary64, rd), zero(binary64, rz);
  cases::Tally tally;
  for (std::uint64_t i = 0; i < 5000; ++i) {
    const double a = moderate_double(2 * i), b = moderate_double(2 * i + 1), root = std::sqrt(std::fabs(a)), q = a / b;
    check_directed(two_sum(a, b), up.add(a, b), down.add(a, b), zero.add(a, b), tally);
    check_directed({a * b, std::fma(a, b, -(a * b))}, up.mul(a, b), down.mul(a, b), zero.mul(a, b), tally);
    check_directed({q, std::fma(-q, b, a) / b}, up.div(a, b), down.div(a, b), zero.div(a, b), tally);
    check_directed({root, std::fma(-root, root, std::fabs(a))}, up.sqrt(std::fabs(a)), down.sqrt(std::fabs(a)),
                   zero.sqrt(std::fabs(a)), tally);
  }
  tally.report("directed");
}

TEST_CASE("Dynamic gives the same bits") {
  for (const Rounding r : cases::main_roundings()) {
    for (const Format& f :
         {e5m2, e4m3fn, bfloat16, binary16, binary32, p3109(8, 3, true, true), integer(8), fixed(16, 12)})
      check_dynamic(f, r, default_overflow(f));
    check_dynamic(integer(8), r, Overflow::wrap);
    check_dynamic(binary16, r, Overflow::saturate);
  }
}

TEST_CASE("Num gives the same bits, with lanes and without") {
  check_num<bfloat16, sr>();
  check_num<binary32, rne>();
  check_num<binary32, sr>();
  check_num<binary64, rne>();
  check_num<binary64, rz>();
  check_num<fp(15, 63), rne>();
  check_num<kBinary128, ro>();
}

// Remainders are exact: every library's have the same bits.
TEST_CASE("remainder and fmod of random binary64 numbers are those of libm") {
  const Reference f(binary64);
  cases::Tally tally;
  for (std::uint64_t i = 0; i < 10000; ++i) {
    const double a = random_double(2 * i);
    const double b = i % 3 == 0 ? moderate_double(i) : random_double(2 * i + 1);
    const auto describe = [&] { return cases::hex(a) + " rem " + cases::hex(b); };
    tally.expect(same(static_cast<double>(f.remainder(a, b)), std::remainder(a, b)), describe);
    tally.expect(same(static_cast<double>(f.fmod(a, b)), std::fmod(a, b)), describe);
    for (const double k : {1.0, 3.0, 5.0, 7.0})  // ties, to the even quotient
      tally.expect(same(static_cast<double>(f.remainder(k * b, 2 * b)), std::remainder(k * b, 2 * b)), describe);
  }
  tally.report("remainders");
}

TEST_CASE("one Reference serves two threads") {
  const Reference f(kBinary128, sr);
  const auto sum = [&f] {
    Wide total;
    for (std::uint32_t i = 1; i < 3000; ++i) total = f.add(total, f.div(1, i, i * 77777U), i * 99991U);
    return total;
  };
  Wide first, second;
  std::thread left([&] { first = sum(); }), right([&] { second = sum(); });
  left.join();
  right.join();
  CHECK(first.is_same(sum()));
  CHECK(second.is_same(first));
}
