#include "lowprec/array/packed.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "kernel/kernels.h"
#include "system/parallel.h"

namespace lowprec {
namespace {

constexpr std::size_t kPiece = std::size_t{1} << 13;  // codes of a temporary; a multiple of 8
constexpr std::size_t kGrain = std::size_t{1} << 21;  // as in codec.cc

void require_bytes(const Format& f, std::size_t n, std::size_t bytes) {
  const std::size_t needed = array::packed_bytes(f.bits, n);
  if (bytes != needed) throw Error(fmt::format("{} codes of {} bits take {} bytes, not {}", n, f.bits, needed, bytes));
}

// Calls call(code, first, n) for pieces first .. first + n of n codes, `first` multiples of 8, `code` of the type of a
// byte or of 16 bits, but for the codes that `at_once`(first, n) says to have done: the first so many of those,
// multiples of 8.
template <class AtOnce, class F>
void for_pieces(const Format& f, std::size_t n, AtOnce at_once, F call) {
  const std::size_t grain = (system::share(std::max<std::size_t>(n, 1), kGrain) + 7) / 8 * 8;
  system::parallel_for(n, grain, [&](std::size_t begin, std::size_t end) {
    for (std::size_t first = begin + at_once(begin, end - begin); first < end; first += kPiece) {
      const std::size_t count = std::min(kPiece, end - first);
      f.bits <= 8 ? call(std::uint8_t{}, first, count) : call(std::uint16_t{}, first, count);
    }
  });
}

// n codes, with room for 8 n / 8 rounded up, to `out`.
template <class Code>
void squeeze(Code* codes, std::size_t n, int bits, std::uint8_t* out) {
  const std::size_t whole = n / 8 * 8, width = static_cast<std::size_t>(bits);
  kernel::squeeze(codes, whole, bits, out);
  if (whole == n) return;
  std::fill(codes + n, codes + whole + 8, Code{0});
  std::uint8_t group[array::max_packed_bits];
  kernel::squeeze(codes + whole, 8, bits, group);
  std::copy_n(group, array::packed_bytes(bits, n - whole), out + whole / 8 * width);
}

template <class Code>
void spread(const std::uint8_t* in, std::size_t n, int bits, Code* codes) {
  const std::size_t whole = n / 8 * 8, width = static_cast<std::size_t>(bits);
  kernel::spread(in, whole, bits, codes);
  if (whole == n) return;
  std::uint8_t group[array::max_packed_bits] = {};
  std::copy_n(in + whole / 8 * width, array::packed_bytes(bits, n - whole), group);
  kernel::spread(group, 8, bits, codes + whole);
}

// Whether kernels bring 4-bit codes of Ts together and apart themselves.
template <class T>
bool has_halves(const Format& f) {
  if (f.bits != 4 || !std::is_same_v<T, float>) return false;
  const lane::CodeLayout layout = lane::code_layout<T>(f);
  return layout == lane::CodeLayout::fixed_point || layout == lane::CodeLayout::rebased;
}

// The error of the first value of a piece that has no code.
template <class T>
[[noreturn]] void refuse(const Format& f, std::span<const T> values, format::NanPolicy policy, std::size_t first,
                         const Error& error) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    try {
      encode(f, static_cast<double>(values[i]), policy);
    } catch (const Error& reason) {
      throw Error(fmt::format("element {}: {}: {}", first + i, values[i], reason.what()));
    }
  }
  throw error;
}

template <class T>
void encode_all(const Format& f, std::span<const T> in, std::span<std::uint8_t> out, format::NanPolicy policy,
                Events* events) {
  require_bytes(f, in.size(), out.size());
  const auto at_once = [&, in_halves = has_halves<T>(f)](std::size_t first, std::size_t n) -> std::size_t {
    if constexpr (std::is_same_v<T, float>) {
      const std::size_t whole = n / 8 * 8;
      if (in_halves && kernel::encode_halves(lane::make_code_constants<T>(f, policy), in.data() + first,
                                             out.data() + first / 2, whole))
        return whole;
    }
    return 0;  // if one has no code, the general way says which
  };
  for_pieces(f, in.size(), at_once, [&](auto code, std::size_t first, std::size_t n) {
    decltype(code) codes[kPiece];
    const auto values = in.subspan(first, n);
    try {
      encode(f, values, std::span(codes, n), policy);
    } catch (const Error& error) {
      refuse(f, values, policy, first, error);
    }
    squeeze(codes, n, f.bits, out.data() + first / 8 * static_cast<std::size_t>(f.bits));
  });
  if (events == nullptr || f.has_nan()) return;
  events->nan += static_cast<std::uint64_t>(std::ranges::count_if(in, [](T x) { return x != x; }));
}

template <class T>
void decode_all(const Format& f, std::span<const std::uint8_t> in, std::span<T> out) {
  require_bytes(f, out.size(), in.size());
  const bool has_kernel = lane::code_layout<T>(f) != lane::CodeLayout::none;
  const lane::CodeConstants<T> grid = has_kernel ? lane::make_code_constants<T>(f) : lane::CodeConstants<T>{};
  const auto at_once = [&, in_halves = has_halves<T>(f)](std::size_t first, std::size_t n) -> std::size_t {
    if constexpr (std::is_same_v<T, float>) {
      const std::size_t whole = n / 8 * 8;
      if (in_halves && kernel::decode_halves(grid, in.data() + first / 2, out.data() + first, whole, out.size()))
        return whole;
    }
    return 0;
  };
  for_pieces(f, out.size(), at_once, [&](auto code, std::size_t first, std::size_t n) {
    decltype(code) codes[kPiece];
    spread(in.data() + first / 8 * static_cast<std::size_t>(f.bits), n, f.bits, codes);
    if (has_kernel)
      kernel::decode(grid, codes, sizeof code, out.data() + first, n, out.size());
    else
      decode(f, std::span<const decltype(code)>(codes, n), out.subspan(first, n));
  });
}

}  // namespace

std::size_t array::packed_bytes(int bits, std::size_t n) {
  if (bits < 1 || bits > array::max_packed_bits)
    throw Error(fmt::format("packed storage holds codes of 1 to {} bits, not {}", array::max_packed_bits, bits));
  const std::size_t width = static_cast<std::size_t>(bits), groups = n / 8, rest = (n % 8 * width + 7) / 8;
  std::size_t bytes = 0;
  if (__builtin_mul_overflow(groups, width, &bytes) || __builtin_add_overflow(bytes, rest, &bytes))
    throw Error(fmt::format("{} codes of {} bits are more than memory can hold", n, bits));
  return bytes;
}

void array::encode_packed(const Format& f, std::span<const float> in, std::span<std::uint8_t> out,
                          format::NanPolicy policy, Events* events) {
  encode_all(f, in, out, policy, events);
}
void array::encode_packed(const Format& f, std::span<const double> in, std::span<std::uint8_t> out,
                          format::NanPolicy policy, Events* events) {
  encode_all(f, in, out, policy, events);
}
void array::decode_packed(const Format& f, std::span<const std::uint8_t> in, std::span<float> out) {
  decode_all(f, in, out);
}
void array::decode_packed(const Format& f, std::span<const std::uint8_t> in, std::span<double> out) {
  decode_all(f, in, out);
}

Packed Packed::from_bytes(const Format& f, std::size_t n, std::span<const std::uint8_t> bytes) {
  require_bytes(f, n, bytes.size());
  Packed result(f, n);
  std::ranges::copy(bytes, result.bytes_.begin());
  const std::size_t used = n % 8 * static_cast<std::size_t>(f.bits) % 8;
  if (used != 0 && bytes.back() >> used != 0)
    throw Error(fmt::format("byte {}: a bit after the last of {} codes is not 0", bytes.size() - 1, n));
  return result;
}

}  // namespace lowprec
