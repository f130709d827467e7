// Arbitrary bytes as a text: each parser throws Error, or gives a value whose text reads back as the same.
#include <bit>
#include <limits>
#include <string_view>

#include "bytes.h"
#include "lowprec/array/quantize.h"
#include "lowprec/exact/reference.h"
#include "lowprec/exact/wide_text.h"
#include "lowprec/format/number_text.h"
#include "lowprec/format/presets.h"

using namespace lowprec;

namespace {

template <class Parse, class Same>
void require_inverse(std::string_view text, Parse parse, Same same) {
  const auto value = fuzz::attempt([&] { return parse(text); });
  if (!value) return;
  const std::string printed = to_string(*value);
  const auto again = fuzz::attempt([&] { return parse(std::string_view(printed)); });
  fuzz::require(again && same(*value, *again),
                [&] { return "'" + std::string(text) + "' printed as '" + printed + "'"; });
}

bool is_same_number(double a, double b) {
  return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b) || (std::isnan(a) && std::isnan(b));
}

// Rounded to odd: the nearest number if that is exact, or the odd one of the two around the text's number.
void check_odd(std::string_view text) {
  const auto odd = fuzz::attempt([&] { return exact::parse_number_to_odd(text); });
  const auto nearest = fuzz::attempt([&] { return format::parse_number(text); });
  fuzz::require(odd || !nearest, [&] { return "only parse_number takes '" + std::string(text) + "'"; });
  if (!nearest || is_same_number(*odd, *nearest)) return;
  const bool is_odd = (std::bit_cast<std::uint64_t>(*odd) & 1) != 0;
  fuzz::require(is_odd && std::nextafter(*nearest, *odd) == *odd,
                [&] { return "'" + std::string(text) + "' to odd is " + fuzz::number(*odd); });
}

// Rounded once: what the text's number gives is between what it gives down and up, and reads back from its own text.
void check_reference(std::string_view text, const Format& f) {
  const Reference nearest(f), down(f, rd), up(f, ru);
  const auto x = fuzz::attempt([&] { return nearest.parse(text); });
  if (!x || x->is_nan()) return;
  const auto describe = [&] { return "'" + std::string(text) + "' in " + to_string(f) + " is " + exact::to_hex(*x); };
  fuzz::require(!(*x < down.parse(text)) && !(up.parse(text) < *x), describe);
  fuzz::require(nearest.parse(to_string(*x, f)).is_same(*x), describe);
  fuzz::require(nearest.parse(exact::to_hex(*x)).is_same(*x), describe);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto equal = [](const auto& a, const auto& b) { return a == b; };
  require_inverse(
      text, [](std::string_view t) { return parse_format(t); }, equal);
  require_inverse(
      text, [](std::string_view t) { return format::parse_rounding(t); }, equal);
  require_inverse(
      text, [](std::string_view t) { return format::parse_overflow(t); }, equal);
  require_inverse(
      text, [](std::string_view t) { return parse_quantizer(t); }, equal);
  require_inverse(
      text, [](std::string_view t) { return format::parse_number(t); }, is_same_number);
  check_odd(text);
  for (const Format& f : {binary16, binary64, fp(15, 112)}) check_reference(text, f);
  return 0;
}
