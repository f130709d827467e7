#include "lowprec/codec.h"

#include <fmt/format.h>

namespace lowprec {
namespace {

template <class In, class Out, class F>
void convert_codes(std::span<const In> in, std::span<Out> out, F convert) {
  if (in.size() != out.size()) throw Error("encode and decode need spans of equal size");
  for (std::size_t i = 0; i < in.size(); ++i) {
    try {
      out[i] = convert(in[i]);
    } catch (const Error& error) {
      throw Error(fmt::format("element {}: {}", i, error.what()));
    }
  }
}

}  // namespace

void decode(const Format& f, std::span<const std::uint64_t> in, std::span<double> out) {
  convert_codes(in, out, [&f](std::uint64_t code) { return decode(f, code); });
}

void encode(const Format& f, std::span<const double> in, std::span<std::uint64_t> out) {
  convert_codes(in, out, [&f](double value) { return encode(f, value); });
}

}  // namespace lowprec
