// A format and a code: decoding and encoding are inverse and agree with the oracle, for Wide and binary64 alike; a
// number that the format lacks is refused.
#include "lowprec/array/codec.h"
#include "bytes.h"
#include "lowprec/exact/wide_text.h"
#include "lowprec/format/wide.h"

using namespace lowprec;

namespace {

struct Case {
  Format format;
  format::Uint128 code;

  std::string name() const {
    return to_string(format) + " code 0x" + exact::to_hex(Wide(code, 0)) + ": " +
           exact::to_hex(format::decode_wide(format, code));
  }
};

// Codes that are read but never written: the second codes of zero, all but one of NaN, the one that `symmetric` drops.
bool is_written(const Case& c, const Wide& x) {
  const Format& f = c.format;
  const format::Uint128 magnitude = f.is_signed ? c.code & ~(format::Uint128{1} << (f.bits - 1)) : c.code;
  const bool flushed = x.is_zero() && !f.has_subnormals && magnitude != 0;
  return !(x.is_nan() || flushed || (f.symmetric && x < f.lowest<Wide>()));
}

format::CodeClass class_of(const Format& f, const Wide& x) {
  if (x.is_nan()) return format::CodeClass::nan;
  if (x.is_infinite()) return format::CodeClass::infinity;
  if (x.is_zero()) return format::CodeClass::zero;
  const bool below = !f.twos_complement && x.floor_log2() < f.least_exponent;
  return below ? format::CodeClass::subnormal : format::CodeClass::normal;
}

void check_wide(const Case& c) {
  const Wide x = format::decode_wide(c.format, c.code);
  fuzz::require(format::classify(c.format, c.code) == class_of(c.format, x), [&] { return c.name() + ", class"; });
  if (is_written(c, x))
    fuzz::require(format::encode_wide(c.format, x) == c.code, [&] { return c.name() + ", encoded"; });
  if (x.is_nan())
    fuzz::require(format::decode_wide(c.format, format::encode_wide(c.format, x)).is_nan(),
                  [&] { return c.name() + ", NaN"; });
}

void check_binary64(const Case& c) {
  if (!lane::fits_lane<double>(c.format) || c.format.bits > 64) return;
  const auto code = static_cast<std::uint64_t>(c.code);
  const Wide x = format::decode_wide(c.format, c.code);
  const double y = decode(c.format, code);
  fuzz::require(x.is_same(y), [&] { return c.name() + ", but " + fuzz::number(y); });
  fuzz::require(format::classify(c.format, code) == format::classify(c.format, c.code),
                [&] { return c.name() + ", classes"; });
  if (is_written(c, x)) fuzz::require(encode(c.format, y) == code, [&] { return c.name() + ", encoded as binary64"; });
}

void check_oracle(const Case& c) {
  const auto definition = drawn::definition(c.format);
  if (c.format.bits > 16 || !lane::fits_lane<double>(c.format) || !definition) return;
  const double want = oracle::decode(*definition, static_cast<std::uint64_t>(c.code));
  fuzz::require(format::decode_wide(c.format, c.code).is_same(want),
                [&] { return c.name() + ", not " + fuzz::number(want); });
}

// Half a quantum above a number of the format, which is none.
void check_refused(const Case& c) {
  const Wide x = format::decode_wide(c.format, c.code);
  if (!x.is_finite()) return;
  const format::Magnitude m =
      c.format.number(format::encode_wide(c.format, x.is_zero() ? Wide(0.0) : x) % (c.format.max_code() + 1));
  const Wide between(2 * m.significand + 1, m.exponent - 1);
  fuzz::require(!fuzz::attempt([&] { return format::encode_wide(c.format, between); }),
                [&] { return c.name() + ", between"; });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Bytes in(data, size);
  const auto f = fuzz::attempt([&] { return drawn::format(in); });
  if (!f) return 0;
  const Case c{*f, fuzz::code(in, *f)};
  check_wide(c);
  check_binary64(c);
  check_oracle(c);
  if (f->has_zero && !f->symmetric) check_refused(c);
  return 0;
}
