// Converts codes between bytes or 16-bit words and packed codes (array/packed.h), eight codes at a time.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernel/packed.cc"
#include <hwy/foreach_target.h>  // re-includes this file for each target

#include <algorithm>
#include <cstring>

#include "kernel/halves-inl.h"
#include "kernel/kernels.h"

HWY_BEFORE_NAMESPACE();
namespace lowprec::HWY_NAMESPACE {
namespace {

using Words = hn::ScalableTag<uint64_t>;

// The lowest `used` bits of every field of 2 `width` bits.
uint64_t LowFields(int width, int used) {
  const uint64_t field = (uint64_t{1} << used) - 1;
  return width == 32 ? field : LowFields(2 * width, used) * ((uint64_t{1} << (2 * width)) + 1);
}

// Brings codes in fields of kWidth bits of 64-bit lanes together at the lower end: pairs of fields become one, and so
// on.
template <int kWidth>
HWY_INLINE Vec<Words> Squeeze(int bits, Vec<Words> codes) {
  const Words d;
  int used = bits;
  for (int width = kWidth; width < 64; width *= 2, used *= 2) {
    const auto low = Set(d, LowFields(width, used));
    const auto upper = And(ShiftRightSame(codes, width - used), ShiftLeftSame(low, used));
    codes = Or(And(codes, low), upper);
  }
  return codes;
}

// Does the opposite. Bits above the codes do not matter.
template <int kWidth>
HWY_INLINE Vec<Words> Spread(int bits, Vec<Words> codes) {
  const Words d;
  int used = bits * (32 / kWidth);
  for (int width = 32; width >= kWidth; width /= 2, used /= 2) {
    const auto low = Set(d, LowFields(width, used));
    const auto upper = And(ShiftLeftSame(codes, width - used), ShiftLeftSame(low, width));
    codes = Or(And(codes, low), upper);
  }
  return codes;
}

// Eight codes take `bits` bytes: one squeezed word of 8-bit codes, or two of 4 bits each of 16-bit ones. Groups are
// written in ascending order, eight bytes at a time where there is room: what is too much, the next one overwrites.
template <class Code>
HWY_INLINE void StoreGroup(const uint64_t* words, size_t bits, uint8_t* out, size_t room) {
  uint64_t bytes[2] = {words[0], words[sizeof(Code) - 1]};
  if (sizeof(Code) == 2 && bits < 16) {
    bytes[0] |= words[1] << (4 * bits);
    bytes[1] = words[1] >> (64 - 4 * bits);
  }
  const size_t size = 8 * sizeof(Code);
  std::memcpy(out, bytes, room >= size ? size : bits);
}

template <class Code>
HWY_INLINE void LoadGroup(const uint8_t* in, size_t bits, size_t room, uint64_t* words) {
  const size_t size = 8 * sizeof(Code);
  uint8_t group[16] = {};
  std::memcpy(group, in, room >= size ? size : bits);
  std::memcpy(words, group, 8);
  if constexpr (sizeof(Code) == 2) {
    std::memcpy(words + 1, group + bits / 2, 8);
    words[1] >>= bits % 2 * 4;
  }
}

// n must be a multiple of 8.
template <class Code>
HWY_INLINE void SqueezeCodes(const Code* in, size_t n, int code_bits, uint8_t* out) {
  const Words d;
  const size_t bits = static_cast<size_t>(code_bits);
  constexpr size_t kWords = sizeof(Code);  // of a group
  HWY_ALIGN uint64_t words[HWY_MAX(hn::MaxLanes(d), 2)];
  const size_t lanes = HWY_MAX(hn::Lanes(d), 2);
  const size_t total = n / 8 * bits;
  for (size_t group = 0; group < n / 8;) {
    const size_t count = std::min(n / 8 - group, lanes / kWords);
    if (count < lanes / kWords) std::fill_n(words, lanes, uint64_t{0});
    std::memcpy(words, in + 8 * group, count < lanes / kWords ? count * 8 * sizeof(Code) : lanes * 8);
    for (size_t i = 0; i < lanes; i += hn::Lanes(d))
      hn::Store(Squeeze<8 * sizeof(Code)>(code_bits, hn::Load(d, words + i)), d, words + i);
    for (size_t k = 0; k < count; ++k, ++group)
      StoreGroup<Code>(words + k * kWords, bits, out + group * bits, total - group * bits);
  }
}

template <class Code>
HWY_INLINE void SpreadCodes(const uint8_t* in, size_t n, int code_bits, Code* out) {
  const Words d;
  const size_t bits = static_cast<size_t>(code_bits);
  constexpr size_t kWords = sizeof(Code);
  HWY_ALIGN uint64_t words[HWY_MAX(hn::MaxLanes(d), 2)] = {};
  const size_t lanes = HWY_MAX(hn::Lanes(d), 2);
  const size_t total = n / 8 * bits;
  for (size_t group = 0; group < n / 8;) {
    const size_t count = std::min(n / 8 - group, lanes / kWords);
    for (size_t k = 0; k < count; ++k)
      LoadGroup<Code>(in + (group + k) * bits, bits, total - (group + k) * bits, words + k * kWords);
    for (size_t i = 0; i < lanes; i += hn::Lanes(d))
      hn::Store(Spread<8 * sizeof(Code)>(code_bits, hn::Load(d, words + i)), d, words + i);
    std::memcpy(out + 8 * group, words, count * 8 * sizeof(Code));
    group += count;
  }
}

void Squeeze8(const uint8_t* in, size_t n, int bits, uint8_t* out) {
  bits == 4 ? SqueezeHalves(in, n, out) : SqueezeCodes(in, n, bits, out);
}
void Squeeze16(const uint16_t* in, size_t n, int bits, uint8_t* out) { SqueezeCodes(in, n, bits, out); }
void Spread8(const uint8_t* in, size_t n, int bits, uint8_t* out) {
  bits == 4 ? SpreadHalves(in, n, out) : SpreadCodes(in, n, bits, out);
}
void Spread16(const uint8_t* in, size_t n, int bits, uint16_t* out) { SpreadCodes(in, n, bits, out); }

}  // namespace
}  // namespace lowprec::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace lowprec::kernel {

HWY_EXPORT(Squeeze8);
HWY_EXPORT(Squeeze16);
HWY_EXPORT(Spread8);
HWY_EXPORT(Spread16);

void squeeze(const std::uint8_t* in, std::size_t n, int bits, std::uint8_t* out) {
  HWY_DYNAMIC_DISPATCH(Squeeze8)(in, n, bits, out);
}
void squeeze(const std::uint16_t* in, std::size_t n, int bits, std::uint8_t* out) {
  HWY_DYNAMIC_DISPATCH(Squeeze16)(in, n, bits, out);
}
void spread(const std::uint8_t* in, std::size_t n, int bits, std::uint8_t* out) {
  HWY_DYNAMIC_DISPATCH(Spread8)(in, n, bits, out);
}
void spread(const std::uint8_t* in, std::size_t n, int bits, std::uint16_t* out) {
  HWY_DYNAMIC_DISPATCH(Spread16)(in, n, bits, out);
}

}  // namespace lowprec::kernel
#endif
