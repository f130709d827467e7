// A format, a rounding, an overflow rule, a number and a draw: quantize, Reference::convert and the oracle agree.
#include <bit>

#include "bytes.h"
#include "lowprec/array/quantize.h"
#include "lowprec/exact/reference.h"

using namespace lowprec;

namespace {

struct Case {
  Format format;
  Rounding rounding;
  Overflow overflow;
  Stream stream;
  double x;

  std::uint32_t draw() const { return rounding.is_stochastic() ? stream.draw(0) : 0; }
  std::string name() const { return fuzz::name(format, rounding, overflow) + ' ' + fuzz::number(x); }
};

// A number near those of the format: one of them, and parts of its quantum.
double nearby(fuzz::Bytes& in, const Format& f) {
  const format::Uint128 code = fuzz::code(in, f) % (f.max_code() + 2);
  const format::Magnitude m = f.number(code);
  const Wide x((m.significand << 13) + in.word<std::uint16_t>() % (1U << 13), m.exponent - 13, in.below(2) != 0);
  return static_cast<double>(x);
}

Case drawn_case(fuzz::Bytes& in) {
  const Format f = drawn::format(in);
  const Rounding r = drawn::rounding(in);
  const Overflow o = drawn::overflow(in, f);
  const Stream stream{in.word<std::uint16_t>(), 0};
  return {f, r, o, stream, in.below(2) != 0 ? nearby(in, f) : std::bit_cast<double>(in.word<std::uint64_t>())};
}

void check_quantize(const Case& c, const std::optional<Wide>& want) {
  const Quantizer q(c.format, c.rounding, c.overflow);
  const auto got = fuzz::attempt([&] { return quantize(q, c.x, c.stream); });
  fuzz::require(got.has_value() == want.has_value() && (!got || want->is_same(*got)),
                [&] { return c.name() + (got ? " gives " + fuzz::number(*got) : std::string(" is refused")); });
}

void check_oracle(const Case& c, const std::optional<Wide>& got) {
  const oracle::Table* table = fuzz::oracle_of(c.format);
  if (table == nullptr) return;
  const oracle::Expected want = table->round(c.x, c.rounding, c.overflow, c.draw());
  const bool same = got ? want.accepts(static_cast<double>(*got)) : want.error;
  fuzz::require(same, [&] { return c.name() + ": the reference, not " + fuzz::number(want.value); });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Bytes in(data, size);
  const auto c = fuzz::attempt([&] { return drawn_case(in); });
  if (!c) return 0;
  const auto y = fuzz::attempt([&] { return Reference(c->format, c->rounding, c->overflow).convert(c->x, c->draw()); });
  if (lane::fits_lane<double>(c->format)) check_quantize(*c, y);
  check_oracle(*c, y);
  return 0;
}
