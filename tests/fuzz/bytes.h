// What the fuzz targets share: the bytes of an input as a source of choices, and a check that stops the program.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>

#include "drawn.h"
#include "lowprec/exact/wide_text.h"
#include "lowprec/format/names.h"
#include "lowprec/format/number_text.h"
#include "lowprec/format/wide.h"
#include "lowprec/lane/lane_constants.h"
#include "support/oracle.h"

namespace fuzz {

// Zeros after the last byte.
class Bytes {
 public:
  Bytes(const std::uint8_t* data, std::size_t size) : data_(data), end_(data + size) {}

  std::uint8_t byte() { return data_ != end_ ? *data_++ : std::uint8_t{0}; }
  // Little-endian, as many bytes as T has.
  template <class T>
  T word() {
    T result = 0;
    for (std::size_t i = 0; i < sizeof(T); ++i) result |= static_cast<T>(static_cast<T>(byte()) << (8 * i));
    return result;
  }
  std::uint32_t below(std::uint32_t n) { return (n <= 256 ? byte() : word<std::uint32_t>()) % n; }

 private:
  const std::uint8_t* data_;
  const std::uint8_t* end_;
};

template <class Describe>
void require(bool ok, Describe describe) {
  if (ok) return;
  std::fprintf(stderr, "%s\n", std::string(describe()).c_str());
  std::abort();
}

// What f() gives, none where it throws Error. Any other exception ends the program.
template <class F>
auto attempt(F f) -> std::optional<decltype(f())> {
  try {
    return f();
  } catch (const lowprec::Error&) {
    return std::nullopt;
  }
}

// The oracle's table of the last format asked for; none for formats of more than 16 bits or beyond binary64.
inline const oracle::Table* oracle_of(const lowprec::Format& f) {
  static lowprec::Format last;
  static std::optional<oracle::Table> table;
  const auto definition = drawn::definition(f);
  if (f.bits > 16 || !lowprec::lane::fits_lane<double>(f) || !definition) return nullptr;
  if (!(last == f)) table.emplace(*definition);
  last = f;
  return &*table;
}

// A code of the format from 16 bytes.
inline lowprec::format::Uint128 code(Bytes& in, const lowprec::Format& f) {
  return in.word<lowprec::format::Uint128>() & (~lowprec::format::Uint128{0} >> (128 - f.bits));
}

inline std::string name(const lowprec::Format& f, lowprec::Rounding r, lowprec::Overflow o) {
  return to_string(f) + '@' + to_string(r) + " overflow=" + to_string(o);
}

inline std::string number(double x) { return lowprec::exact::to_hex(x); }

}  // namespace fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
