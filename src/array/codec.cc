#include "lowprec/array/codec.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <optional>
#include <type_traits>

#include "kernel/kernels.h"
#include "system/parallel.h"

namespace lowprec {
namespace {

constexpr std::size_t kPiece = 1024;                  // elements of a temporary
constexpr std::size_t kGrain = std::size_t{1} << 21;  // elements that are worth a thread: see quantize.cc

// Throws Error unless each code fits in a Code, each value in a T, and the spans are of equal size.
template <class Code, class T>
void require_fit(const Format& f, std::size_t in, std::size_t out) {
  const int code_bits = 8 * static_cast<int>(sizeof(Code));
  if (in != out) throw Error("encode and decode need spans of equal size");
  if (f.bits > code_bits) throw Error(fmt::format("a code of {} bits does not fit in {} bits", f.bits, code_bits));
  if (std::is_same_v<T, float> && !lane::fits_lane<float>(f))
    throw Error("not every number of the format is a binary32 number: use spans of double");
}

// The definitions, element by element; an Error names the first that has no value or code. The first of all is element
// `first` of the caller's.
template <class Code, class T>
void decode_each(const Format& f, std::span<const Code> in, std::span<T> out, std::size_t first) {
  for (std::size_t i = 0; i < in.size(); ++i) {
    if (f.bits < 64 && std::uint64_t{in[i]} >> f.bits != 0)
      throw Error(fmt::format("element {}: the code {:#x} has more bits than the format", first + i, in[i]));
    out[i] = static_cast<T>(decode(f, in[i]));
  }
}

template <class T, class Code>
void encode_each(const Format& f, std::span<const T> in, std::span<Code> out, format::NanPolicy policy,
                 std::size_t first) {
  for (std::size_t i = 0; i < in.size(); ++i) {
    try {
      out[i] = static_cast<Code>(encode(f, static_cast<double>(in[i]), policy));
    } catch (const Error& error) {
      if (in[i] != in[i]) throw Error(fmt::format("element {}: {}", first + i, error.what()));
      throw Error(fmt::format("element {}: {} is not a number of the format", first + i, in[i]));
    }
  }
}

template <class T>
std::optional<lane::CodeConstants<T>> code_grid(const Format& f, format::NanPolicy policy = {}) {
  if (lane::code_layout<T>(f) == lane::CodeLayout::none) return std::nullopt;
  return lane::make_code_constants<T>(f, policy);
}

// Calls step(first, n) for pieces of a whole until it returns false; whether it never did.
template <class F>
bool for_pieces(std::size_t whole, F step) {
  for (std::size_t first = 0; first < whole; first += kPiece)
    if (!step(first, std::min(kPiece, whole - first))) return false;
  return true;
}

template <class To, class From>
void convert(const From* in, To* out, std::size_t n) {
  std::transform(in, in + n, out, [](From x) { return static_cast<To>(x); });
}

template <class Narrow, class Code>
bool has_wider_than(const Code* codes, std::size_t n) {
  Code all = 0;
  for (std::size_t i = 0; i < n; ++i) all |= codes[i];
  return all > std::numeric_limits<Narrow>::max();
}

// By a kernel in lanes of L, with temporaries for codes wider than the lanes and for values of another type. False if
// an element has no value or code.
template <class L, class Code, class T>
bool decode_in_lanes(const lane::CodeConstants<L>& grid, std::span<const Code> in, std::span<T> out) {
  using Narrow = std::conditional_t<(sizeof(Code) > sizeof(L)), std::uint32_t, Code>;
  if constexpr (std::is_same_v<L, T> && std::is_same_v<Narrow, Code>)
    return kernel::decode(grid, in.data(), sizeof(Code), out.data(), in.size());
  Narrow codes[kPiece];
  L values[kPiece];
  return for_pieces(in.size(), [&](std::size_t first, std::size_t n) {
    convert(in.data() + first, codes, n);
    if (has_wider_than<Narrow>(in.data() + first, n)) return false;
    if (!kernel::decode(grid, codes, sizeof(Narrow), values, n)) return false;
    convert(values, out.data() + first, n);
    return true;
  });
}

template <class L, class T, class Code>
bool encode_in_lanes(const lane::CodeConstants<L>& grid, std::span<const T> in, std::span<Code> out) {
  using Narrow = std::conditional_t<(sizeof(Code) > sizeof(L)), std::uint32_t, Code>;
  if constexpr (std::is_same_v<L, T> && std::is_same_v<Narrow, Code>)
    return kernel::encode(grid, in.data(), out.data(), sizeof(Code), in.size());
  Narrow codes[kPiece];
  L values[kPiece];
  return for_pieces(in.size(), [&](std::size_t first, std::size_t n) {
    convert(in.data() + first, values, n);
    if (!kernel::encode(grid, values, codes, sizeof(Narrow), n)) return false;
    convert(codes, out.data() + first, n);
    return true;
  });
}

// In the lanes that have a layout for the codes; false if none has.
template <class Code, class T>
bool decode_by_kernel(const Format& f, std::span<const Code> in, std::span<T> out) {
  if (const auto grid = code_grid<T>(f)) return decode_in_lanes(*grid, in, out);
  const auto grid = code_grid<double>(f);
  return grid && decode_in_lanes(*grid, in, out);
}

template <class T, class Code>
bool encode_by_kernel(const Format& f, std::span<const T> in, std::span<Code> out, format::NanPolicy policy) {
  if (const auto grid = code_grid<T>(f, policy)) return encode_in_lanes(*grid, in, out);
  const auto grid = code_grid<double>(f, policy);
  return grid && encode_in_lanes(*grid, in, out);
}

// Calls f(in, out, first) for the shares of the threads in both arrays, of which element `first` is the first.
template <class In, class Out, class F>
void for_shares(std::span<const In> in, std::span<Out> out, F f) {
  if (in.size() <= kGrain) return f(in, out, 0);
  system::parallel_for(in.size(), system::share(in.size(), kGrain), [&](std::size_t first, std::size_t last) {
    f(in.subspan(first, last - first), out.subspan(first, last - first), first);
  });
}

template <class Code, class T>
void decode_span(const Format& f, std::span<const Code> in, std::span<T> out) {
  require_fit<Code, T>(f, in.size(), out.size());
  for_shares(in, out, [&](std::span<const Code> codes, std::span<T> values, std::size_t first) {
    if (!decode_by_kernel(f, codes, values)) decode_each(f, codes, values, first);
  });
}

template <class T, class Code>
void encode_span(const Format& f, std::span<const T> in, std::span<Code> out, format::NanPolicy policy,
                 Events* events) {
  require_fit<Code, T>(f, in.size(), out.size());
  if (policy.is_replaced) format::detail::nan_code(f, policy);  // throws if that is no code
  for_shares(in, out, [&](std::span<const T> values, std::span<Code> codes, std::size_t first) {
    if (!encode_by_kernel(f, values, codes, policy)) encode_each(f, values, codes, policy, first);
  });
  if (events == nullptr || f.has_nan()) return;
  events->nan += static_cast<std::uint64_t>(std::ranges::count_if(in, [](T x) { return x != x; }));
}

}  // namespace

void decode(const Format& f, std::span<const std::uint8_t> in, std::span<float> out) { decode_span(f, in, out); }

void decode(const Format& f, std::span<const std::uint16_t> in, std::span<float> out) { decode_span(f, in, out); }

void decode(const Format& f, std::span<const std::uint32_t> in, std::span<float> out) { decode_span(f, in, out); }

void decode(const Format& f, std::span<const std::uint64_t> in, std::span<float> out) { decode_span(f, in, out); }

void decode(const Format& f, std::span<const std::uint8_t> in, std::span<double> out) { decode_span(f, in, out); }

void decode(const Format& f, std::span<const std::uint16_t> in, std::span<double> out) { decode_span(f, in, out); }

void decode(const Format& f, std::span<const std::uint32_t> in, std::span<double> out) { decode_span(f, in, out); }

void decode(const Format& f, std::span<const std::uint64_t> in, std::span<double> out) { decode_span(f, in, out); }

void encode(const Format& f, std::span<const float> in, std::span<std::uint8_t> out, format::NanPolicy policy,
            Events* events) {
  encode_span(f, in, out, policy, events);
}

void encode(const Format& f, std::span<const float> in, std::span<std::uint16_t> out, format::NanPolicy policy,
            Events* events) {
  encode_span(f, in, out, policy, events);
}

void encode(const Format& f, std::span<const float> in, std::span<std::uint32_t> out, format::NanPolicy policy,
            Events* events) {
  encode_span(f, in, out, policy, events);
}

void encode(const Format& f, std::span<const float> in, std::span<std::uint64_t> out, format::NanPolicy policy,
            Events* events) {
  encode_span(f, in, out, policy, events);
}

void encode(const Format& f, std::span<const double> in, std::span<std::uint8_t> out, format::NanPolicy policy,
            Events* events) {
  encode_span(f, in, out, policy, events);
}

void encode(const Format& f, std::span<const double> in, std::span<std::uint16_t> out, format::NanPolicy policy,
            Events* events) {
  encode_span(f, in, out, policy, events);
}

void encode(const Format& f, std::span<const double> in, std::span<std::uint32_t> out, format::NanPolicy policy,
            Events* events) {
  encode_span(f, in, out, policy, events);
}

void encode(const Format& f, std::span<const double> in, std::span<std::uint64_t> out, format::NanPolicy policy,
            Events* events) {
  encode_span(f, in, out, policy, events);
}

}  // namespace lowprec
