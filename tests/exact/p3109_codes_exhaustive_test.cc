// Every code of every format of IEEE P3109 v4.0 of 3 to 16 bits (504 formats), in integers of p3109_shapes.h, for
// formats beyond binary64 too: decoding and encoding, conversion to binary32, binary64 and long double, conversion back
// of numbers and of the midpoints between them.
#include <bit>
#include <cmath>
#include <limits>
#include <vector>

#include "lowprec/array/codec.h"
#include "lowprec/array/quantize.h"
#include "lowprec/exact/reference.h"
#include "lowprec/format/presets.h"
#include "lowprec/format/wide.h"
#include "lowprec/lane/lane_constants.h"
#include "support/cases.h"
#include "support/p3109_shapes.h"
#include "support/probes.h"
#include "support/proof.h"
#include "support/wide_pairs.h"

using namespace lowprec;
using shapes::Number;
using shapes::Shape;

namespace {

format::CodeClass class_of(const Shape& f, std::uint64_t x) {
  const Number n = shapes::decoded(f, x);
  if (n.kind == Number::nan) return format::CodeClass::nan;
  if (n.kind == Number::infinite) return format::CodeClass::infinity;
  if (n.significand == 0) return format::CodeClass::zero;
  return n.significand >> (f.p - 1) == 0 ? format::CodeClass::subnormal : format::CodeClass::normal;
}

bool same(const Wide& got, const Number& want) {
  if (want.kind == Number::nan) return got.is_nan();
  if (want.kind == Number::infinite) return got.is_infinite() && got.is_negative() == want.negative;
  if (want.significand == 0) return got.is_zero() && !got.is_negative();
  const int zeros = std::countr_zero(want.significand);
  return got.is_finite() && got.is_negative() == want.negative && got.significand() == want.significand >> zeros &&
         got.exponent() == want.exponent + zeros;
}

template <class T>
bool same_float(T got, T want) {
  return want != want ? got != got : got == want && std::signbit(got) == std::signbit(want);
}

struct Tallies {
  cases::Tally decode, encode, classify, codec, to_float, to_double, to_long_double, back, between, lanes;
};

// One format: what stands beside its codes.
struct Bench {
  Shape shape;
  Format format;
  Reference own, binary32, binary64;
  std::vector<Reference> roundings;
};

Bench bench(const Shape& f) {
  Bench b{f, f.format(), Reference(f.format()), Reference(binary32), Reference(binary64), {}};
  for (const Rounding r : cases::deterministic_roundings()) b.roundings.emplace_back(b.format, r);
  return b;
}

void check_code(const Bench& b, std::uint64_t x, Tallies& t) {
  const Number want = shapes::decoded(b.shape, x);
  const Wide got = format::decode_wide(b.format, x);
  const auto describe = [&] { return name(b.shape) + " code " + std::to_string(x); };
  t.decode.expect(same(got, want), describe);
  t.encode.expect(format::encode_wide(b.format, got) == x, describe);
  t.classify.expect(format::classify(b.format, x) == class_of(b.shape, x), describe);
  if (!lane::fits_lane<double>(b.format)) return;
  t.codec.expect(same_float(decode(b.format, x), want.as<double>()), describe);
  t.codec.expect(encode(b.format, want.as<double>()) == x, describe);
  t.codec.expect(format::classify(b.format, x) == class_of(b.shape, x), describe);
}

// To binary32 and binary64, to nearest even.
void check_widened(const Bench& b, std::uint64_t x, Tallies& t) {
  const Number n = shapes::decoded(b.shape, x);
  const Wide wide = format::decode_wide(b.format, x);
  const auto describe = [&] { return name(b.shape) + " code " + std::to_string(x); };
  const auto single = n.as<float>();
  const auto twice = n.as<double>();
  t.to_float.expect(same_float(static_cast<float>(wide), single), describe);
  t.to_float.expect(same_float(pairs::to_double(b.binary32.convert(wide)), static_cast<double>(single)), describe);
  t.to_double.expect(same_float(static_cast<double>(wide), twice), describe);
  t.to_double.expect(same_float(pairs::to_double(b.binary64.convert(wide)), twice), describe);
  t.to_long_double.expect(same_float(static_cast<long double>(wide), n.as<long double>()), describe);
}

bool is_exactly(const Number& n, double x) { return n.kind != Number::finite || same(Wide(x), n); }

// From binary32 and binary64, where they have the number.
void check_back(const Bench& b, std::uint64_t x, Tallies& t) {
  const Number n = shapes::decoded(b.shape, x);
  const auto describe = [&] { return name(b.shape) + " code " + std::to_string(x); };
  const auto expect = [&](const Wide& from) {
    t.back.expect(format::encode_wide(b.format, b.own.convert(from)) == x, describe);
  };
  if (is_exactly(n, static_cast<double>(n.as<float>()))) expect(Wide(n.as<float>()));
  if (is_exactly(n, n.as<double>())) expect(Wide(n.as<double>()));
  expect(Wide(format::decode_wide(b.format, x)));
}

bool goes_up(Rounding::Kind kind, bool odd, bool negative) {
  if (kind == Rounding::nearest_even) return odd;
  if (kind == Rounding::to_odd) return !odd;
  if (kind == Rounding::nearest_away) return true;
  return kind == (negative ? Rounding::down : Rounding::up);
}

void check_between(const Bench& b, std::uint64_t x, bool negative, Tallies& t) {
  const Wide exact = negative ? -shapes::middle(b.shape, x).wide() : shapes::middle(b.shape, x).wide();
  for (const Reference& r : b.roundings) {
    const bool up = goes_up(r.rounding().kind, x % 2 != 0, negative);
    t.between.expect(format::encode_wide(b.format, r.convert(exact)) == shapes::neighbour(b.shape, x, up, negative),
                     [&] {
                       return name(b.shape) + (negative ? " -" : " ") + "middle above code " + std::to_string(x) +
                              " @" + cases::name(r.rounding());
                     });
  }
  for (const int hair : {-1, 1}) {
    const Wide near = negative ? -shapes::middle(b.shape, x, hair).wide() : shapes::middle(b.shape, x, hair).wide();
    t.between.expect(
        format::encode_wide(b.format, b.own.convert(near)) == shapes::neighbour(b.shape, x, hair > 0, negative),
        [&] { return name(b.shape) + " a hair beside the middle above code " + std::to_string(x); });
  }
}

// quantize to nearest even of all numbers and midpoints that binary64 has.
void check_lanes(const Shape& f, Tallies& t) {
  std::vector<double> in, want;
  const auto add = [&](const Number& from, const Number& to) {
    if (!is_exactly(from, from.as<double>())) return;
    in.push_back(from.as<double>());
    want.push_back(to.as<double>());
  };
  for (std::uint64_t x = 0; x < f.codes(); ++x) add(shapes::decoded(f, x), shapes::decoded(f, x));
  for (std::uint64_t x = 0; x <= f.greatest(); ++x) {
    add(shapes::middle(f, x), shapes::decoded(f, shapes::neighbour(f, x, x % 2 != 0, false)));
    if (f.is_signed) add(negated(shapes::middle(f, x)), shapes::decoded(f, shapes::neighbour(f, x, x % 2 != 0, true)));
  }
  std::vector<double> out(in.size(), 77);
  quantize(probes::quantizer(f.format(), rne, default_overflow(f.format())), std::span<const double>(in),
           std::span(out));
  for (std::size_t i = 0; i < in.size(); ++i)
    t.lanes.expect(same_float(out[i], want[i]), [&] { return name(f) + ' ' + cases::hex(in[i]); });
}

void check(const Shape& f, Tallies& t) {
  const Bench b = bench(f);
  for (std::uint64_t x = 0; x < f.codes(); ++x) {
    check_code(b, x, t);
    check_widened(b, x, t);
    check_back(b, x, t);
  }
  for (std::uint64_t x = 0; x <= f.greatest(); ++x) {
    check_between(b, x, false, t);
    if (f.is_signed) check_between(b, x, true, t);
  }
  if (lane::has_lane_constants<double>(b.format, rne)) check_lanes(f, t);
}

void record(int k, std::size_t formats, const Tallies& t) {
  const std::string group = "binary" + std::to_string(k) + " (" + std::to_string(formats) + " formats)";
  const auto add = [&](const char* operation, const char* roundings, const cases::Tally& tally) {
    proof::record("p3109_codes_exhaustive", group, operation, roundings, tally);
  };
  add("decode_wide", "", t.decode);
  add("encode_wide", "", t.encode);
  add("classify", "", t.classify);
  add("decode encode classify", "", t.codec);
  add("to binary32", "rne", t.to_float);
  add("to binary64", "rne", t.to_double);
  add("to long double", "rne", t.to_long_double);
  add("numbers from binary32 and binary64", "rne", t.back);
  add("Reference::convert of midpoints", cases::names(cases::deterministic_roundings()).c_str(), t.between);
  add("quantize of numbers and midpoints", "rne", t.lanes);
}

void check_all(int low, int high) {
  for (int k = low; k <= high; ++k) {
    Tallies tallies;
    for (const Shape& f : shapes::of_bits(k)) check(f, tallies);
    record(k, shapes::of_bits(k).size(), tallies);
  }
}

}  // namespace

TEST_CASE("codes of all formats of 3 to 12 bits") { check_all(3, 12); }
TEST_CASE("codes of all formats of 13 and 14 bits") { check_all(13, 14); }
TEST_CASE("codes of all formats of 15 bits") { check_all(15, 15); }
TEST_CASE("codes of all formats of 16 bits") { check_all(16, 16); }
