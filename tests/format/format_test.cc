// Limits of the presets against the literal numbers of their standards; what constructors refuse.
#include "lowprec/format/format.h"
#include "lowprec/format/presets.h"

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "support/cases.h"
#include "support/oracle.h"

using namespace lowprec;

namespace {

// The limits as IEEE 754-2019, the OCP specifications and the makers of the FNUZ formats state them.
struct Limits {
  const char* name;
  Format format;
  int bits, precision, bias, max_exponent;
  double max, min_normal, min_positive;
  std::uint64_t max_code;
};

constexpr Limits kLimits[] = {
    {"binary16", binary16, 16, 11, 15, 15, 65504, 0x1p-14, 0x1p-24, 0x7BFF},
    {"bfloat16", bfloat16, 16, 8, 127, 127, 0x1.FEp127, 0x1p-126, 0x1p-133, 0x7F7F},
    {"tf32", tf32, 19, 11, 127, 127, 0x1.FFCp127, 0x1p-126, 0x1p-136, 0x3FBFF},
    {"binary32", binary32, 32, 24, 127, 127, 0x1.FFFFFEp127, 0x1p-126, 0x1p-149, 0x7F7FFFFF},
    {"binary64", binary64, 64, 53, 1023, 1023, 0x1.FFFFFFFFFFFFFp1023, 0x1p-1022, 0x1p-1074, 0x7FEFFFFFFFFFFFFF},
    {"e5m2", e5m2, 8, 3, 15, 15, 57344, 0x1p-14, 0x1p-16, 0x7B},
    {"e4m3fn", e4m3fn, 8, 4, 7, 8, 448, 0x1p-6, 0x1p-9, 0x7E},
    {"e4m3ieee", e4m3ieee, 8, 4, 7, 7, 240, 0x1p-6, 0x1p-9, 0x77},
    {"e4m3fnuz", e4m3fnuz, 8, 4, 8, 7, 240, 0x1p-7, 0x1p-10, 0x7F},
    {"e5m2fnuz", e5m2fnuz, 8, 3, 16, 15, 57344, 0x1p-15, 0x1p-17, 0x7F},
    {"e4m3b11fnuz", e4m3b11fnuz, 8, 4, 11, 4, 30, 0x1p-10, 0x1p-13, 0x7F},
    {"e3m4", e3m4, 8, 5, 3, 3, 15.5, 0x1p-2, 0x1p-6, 0x6F},
    {"e3m2", e3m2, 6, 3, 3, 4, 28, 0x1p-2, 0x1p-4, 0x1F},
    {"e2m3", e2m3, 6, 4, 1, 2, 7.5, 1, 0.125, 0x1F},
    {"e2m1", e2m1, 4, 2, 1, 2, 6, 1, 0.5, 0x7},
    {"e8m0", e8m0, 8, 1, 127, 127, 0x1p127, 0x1p-127, 0x1p-127, 0xFE},
};

template <class F>
void check_refused(F make, const std::string& what) {
  CAPTURE(what);
  try {
    make();
    FAIL("accepted");
  } catch (const Error& error) {
    CHECK(std::string(error.what()).size() > 10);
  }
}

}  // namespace

TEST_CASE("limits of every preset: bits, precision, bias, largest, least normal and least positive number") {
  for (const Limits& l : kLimits) {
    CAPTURE(l.name);
    CHECK(l.format.bits == l.bits);
    CHECK(l.format.precision == l.precision);
    CHECK(l.format.bias() == l.bias);
    CHECK(l.format.max_exponent() == l.max_exponent);
    CHECK(l.format.max() == l.max);
    CHECK(l.format.lowest() == (l.format.is_signed ? -l.max : 0x1p-127));
    CHECK(l.format.min_normal() == l.min_normal);
    CHECK(l.format.min_positive() == l.min_positive);
    CHECK(l.format.max_code() == l.max_code);
  }
}

TEST_CASE("limits are constant expressions") {
  static_assert(e4m3fn.max() == 448);
  static_assert(e4m3fnuz.max() == 240);
  static_assert(e5m2.max() == 57344);
  static_assert(binary16.max() == 65504);
  static_assert(binary64.max() == std::numeric_limits<double>::max());
  static_assert(binary64.min_positive() == std::numeric_limits<double>::denorm_min());
  static_assert(binary32.max() == std::numeric_limits<float>::max());
  static_assert(e8m0.min_positive() == 0x1p-127);
  static_assert(integer(8).max() == 127 && integer(8).lowest() == -128);
  static_assert(integer(8, {.symmetric = true}).lowest() == -127);
  static_assert(integer(4, {.is_signed = false}).max() == 15 && integer(4, {.is_signed = false}).lowest() == 0);
  static_assert(fixed(8, 5).max() == 127.0 / 32 && fixed(8, 5).min_positive() == 0x1p-5);
  static_assert(integer(32).max() == 2147483647.0 && integer(2).lowest() == -2);
  static_assert(fp(4, 3, {.specials = Specials::fn}) == e4m3fn);
  static_assert(fp(2, 1, {.specials = Specials::finite}) == e2m1);
  CHECK(e4m3fn.max() == 448);
}

TEST_CASE("infinities, NaN and signed zeros are where the standards put them") {
  CHECK((binary16.has_infinity && binary16.infinity_code() == 0x7C00));
  CHECK((bfloat16.has_infinity && bfloat16.infinity_code() == 0x7F80));
  CHECK((e5m2.has_infinity && e5m2.infinity_code() == 0x7C));
  CHECK((e4m3ieee.has_infinity && e4m3ieee.infinity_code() == 0x78));
  CHECK((e3m4.has_infinity && e3m4.infinity_code() == 0x70));
  for (const Format& f : {e4m3fn, e4m3fnuz, e5m2fnuz, e4m3b11fnuz, e8m0}) CHECK((!f.has_infinity && f.has_nan()));
  for (const Format& f : {e3m2, e2m3, e2m1, integer(8)}) CHECK((!f.has_infinity && !f.has_nan()));
  for (const Format& f : {binary16, e5m2, e4m3fn, e2m1}) CHECK(f.has_negative_zero);
  for (const Format& f : {e4m3fnuz, e8m0, integer(8), fp(2, 3, {.is_signed = false})}) CHECK_FALSE(f.has_negative_zero);
}

TEST_CASE("limits follow from enumerated codes, for every small and 16-bit format") {
  auto all = cases::small_formats();
  for (const auto& c : cases::medium_formats()) all.push_back(c);
  for (const auto& c : all) {
    const oracle::Table table(c.definition);
    CAPTURE(c.name);
    CHECK(c.format.bits == table.bits());
    CHECK(c.format.max() == table.max());
    CHECK(c.format.lowest() == table.lowest());
    const auto& entries = table.entries();
    CHECK(c.format.min_positive() == (entries[0].value > 0 ? entries[0].value : entries[1].value));
    CHECK(c.format.max_code() == entries[entries.size() - 2].code);
    CHECK(c.format.has_infinity == table.has_infinity());
    CHECK(c.format.has_nan() == table.has_nan());
    CHECK(c.format.has_negative_zero == table.has_negative_zero());
    std::size_t wrong = 0;
    for (std::size_t i = 0; i + 1 < entries.size(); ++i)
      wrong += c.format.magnitude(entries[i].code) != entries[i].value ? 1 : 0;
    CHECK(wrong == 0);
  }
}

TEST_CASE("a scaled format is the same grid times a power of two") {
  for (const auto& c : cases::small_presets()) {
    for (const int exponent : {-5, 0, 3}) {
      const Format f = c.format.scaled(exponent);
      for (std::uint64_t code = 0; code <= f.max_code(); ++code)
        CHECK(f.magnitude(code) == std::ldexp(c.format.magnitude(code), exponent));
    }
  }
  CHECK(integer(8).scaled(-5) == fixed(8, 5));
}

TEST_CASE("exp2i, ldexp_exact and floor_log2 at the ends of binary64 and just below powers of two") {
  for (int e = -1074; e <= 1023; ++e) {
    CHECK(format::exp2i(e) == std::ldexp(1.0, e));
    CHECK(format::floor_log2(std::ldexp(1.0, e)) == e);
    if (e > -1074) CHECK(format::floor_log2(std::nextafter(std::ldexp(1.0, e), 0)) == e - 1);
    CHECK(format::floor_log2(-std::ldexp(1.0, e)) == e);
  }
  CHECK(format::floor_log2(std::numeric_limits<double>::max()) == 1023);
  CHECK(format::ldexp_exact(3, -1074) == 3 * std::numeric_limits<double>::denorm_min());
  CHECK(format::ldexp_exact((std::uint64_t{1} << 53) - 1, 971) == std::numeric_limits<double>::max());
  CHECK(format::ldexp_exact(5, 0) == 5);
  CHECK(format::ldexp_exact(0, 100) == 0);
}

TEST_CASE("impossible floating-point parameters are refused with a reason") {
  for (const int e : {-1, 0, 16, 100}) check_refused([e] { return fp(e, 3); }, "fp(" + std::to_string(e) + ",3)");
  for (const int m : {-1, 113, 1000}) check_refused([m] { return fp(4, m); }, "fp(4," + std::to_string(m) + ")");
  check_refused([] { return fp(5, 0); }, "fp(5,0) has no room for NaN");
  check_refused([] { return fp(3, 2, {.specials = Specials::fnuz, .is_signed = false}); }, "unsigned fnuz");
  check_refused([] { return fp(1, 3, {.subnormals = false}); }, "fp(1,3;nosubnormals)");
  check_refused([] { return fp(8, 23, {.bias = 50001}); }, "bias of 50001");
  check_refused([] { return fp(8, 23, {.bias = -50001}); }, "bias of -50001");
  check_refused([] { return fp(4, 3, {.bias = std::numeric_limits<int>::max()}); }, "bias of 2^31 - 1");
  check_refused([] { return fp(4, 3, {.bias = std::numeric_limits<int>::min() + 1}); }, "bias of 1 - 2^31");
  CHECK_NOTHROW(fp(1, 1));
  CHECK_NOTHROW(fp(11, 52));
  CHECK_NOTHROW(fp(15, 112));
  for (const int bias : {-50000, -5000, 5000, 50000}) CHECK_NOTHROW(fp(8, 23, {.bias = bias}));
  CHECK_NOTHROW(fp(1, 0, {.specials = Specials::finite}));
}

TEST_CASE("impossible integer parameters are refused with a reason") {
  for (const int k : {-8, 0, 1, 33, 64}) check_refused([k] { return integer(k); }, "int" + std::to_string(k));
  for (const int f : {-301, 301, 100000})
    check_refused([f] { return fixed(8, f); }, "fixed(8," + std::to_string(f) + ")");
  check_refused([] { return integer(8, {.is_signed = false, .symmetric = true}); }, "unsigned symmetric");
  CHECK_NOTHROW(integer(2));
  CHECK_NOTHROW(integer(32));
  CHECK_NOTHROW(fixed(8, 300));
  CHECK_NOTHROW(fixed(8, -300));
}
