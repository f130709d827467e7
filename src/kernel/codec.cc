// Encoding and decoding of arrays.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernel/codec.cc"
#include <hwy/foreach_target.h>  // re-includes this file for each target

#include <algorithm>

#include "kernel/halves-inl.h"
#include "kernel/loops-inl.h"

HWY_BEFORE_NAMESPACE();
namespace lowprec::HWY_NAMESPACE {
namespace {

// Codes in memory to and from lanes as wide as those of D.
template <class D, class Code>
HWY_INLINE Vec<BitsOf<D>> LoadCodes(D, const Code* from) {
  const BitsOf<D> bits;
  const auto codes = hn::LoadU(hn::Rebind<Code, D>(), from);
  if constexpr (sizeof(Code) == sizeof(TFromD<D>))
    return codes;
  else if constexpr (sizeof(TFromD<D>) == 8 && sizeof(Code) < 4)
    return hn::PromoteTo(bits, hn::PromoteTo(hn::Rebind<uint32_t, D>(), codes));
  else
    return hn::PromoteTo(bits, codes);
}

// A whole vector of codes: those that f gives to the vectors of numbers from `in` on.
template <class Code, class D, class F, class T = TFromD<D>>
HWY_INLINE auto JoinCodes(D d, const T* in, F f) {
  if constexpr (sizeof(Code) == sizeof(T)) {
    return f(hn::LoadU(d, in));
  } else {
    const hn::Repartition<Code, D> codes;
    const auto lower = BitCast(codes, JoinCodes<hwy::MakeWide<Code>>(d, in, f));
    const auto upper = BitCast(codes, JoinCodes<hwy::MakeWide<Code>>(d, in + hn::Lanes(codes) / 2, f));
    return hn::ConcatEven(codes, upper, lower);
  }
}

// Infinities and NaN too: the codes, in lanes, of whole vectors of numbers. Not inlined: each caller would make it anew
// for every layout and type.
template <lane::CodeLayout kLayout, class T>
HWY_NOINLINE void EncodeLanes(lane::CodeConstants<T> g, const T* in, size_t n, T* codes, bool& all_valid) {
  const hn::ScalableTag<T> d;
  for (size_t i = 0; i < n; i += hn::Lanes(d))
    hn::Store(BitCast(d, Encode<kLayout>(d, g, hn::LoadU(d, in + i), all_valid)), d, codes + i);
}

template <lane::CodeLayout kLayout, class T>
HWY_NOINLINE Vec<hn::ScalableTag<T>> DecodeLanes(lane::CodeConstants<T> g, Vec<BitsOf<hn::ScalableTag<T>>> codes,
                                                 bool& all_valid) {
  return Decode<kLayout>(hn::ScalableTag<T>(), g, codes, all_valid);
}

template <lane::CodeLayout kLayout, class Code, class D, class T = TFromD<D>>
HWY_INLINE auto EncodeBlock(D d, lane::CodeConstants<T> g, const T* in, bool& all_valid) {
  constexpr hn::ScalableTag<Code> code_lanes;
  auto valid = Eq(Zero(d), Zero(d));
  const auto codes = JoinCodes<Code>(d, in, [&](auto x) HWY_ATTR {
    auto code = BitCast(BitsOf<D>(), x);
    valid = And(valid, EncodeNumbers<kLayout>(d, g, x, code));
    return code;
  });
  if (HWY_LIKELY(hn::AllTrue(d, valid))) return codes;
  HWY_ALIGN T lanes[hn::MaxLanes(code_lanes)];
  EncodeLanes<kLayout>(g, in, hn::Lanes(code_lanes), lanes, all_valid);
  return JoinCodes<Code>(d, lanes, [](auto x) HWY_ATTR { return BitCast(BitsOf<D>(), x); });
}

template <lane::CodeLayout kLayout, class Code, class D, class T = TFromD<D>>
HWY_INLINE auto DecodeBlock(D d, lane::CodeConstants<T> g, const Code* in, bool& all_valid) {
  const auto codes = LoadCodes(d, in);
  auto value = BitCast(d, codes);
  const auto valid = DecodeNumbers<kLayout>(d, g, codes, value);
  return HWY_LIKELY(hn::AllTrue(BitsOf<D>(), valid)) ? value : DecodeLanes<kLayout>(g, codes, all_valid);
}

template <lane::CodeLayout kLayout, class T, class Code>
HWY_NOINLINE bool EncodeArray(lane::CodeConstants<T> g, const T* in, Code* out, size_t n) {
  const hn::ScalableTag<T> d;
  bool all_valid = true;
  MapCompactly(in, out, n, [&, d, g](const T* x) HWY_ATTR { return EncodeBlock<kLayout, Code>(d, g, x, all_valid); });
  return all_valid;
}

template <lane::CodeLayout kLayout, class T, class Code>
HWY_NOINLINE bool DecodeArray(lane::CodeConstants<T> g, const Code* in, T* out, size_t n, size_t whole) {
  const hn::ScalableTag<T> d;
  bool all_valid = true;
  MapCompactly(
      in, out, n, [&, d, g](const Code* x) HWY_ATTR { return DecodeBlock<kLayout>(d, g, x, all_valid); },
      static_cast<const Code*>(nullptr), whole);
  return all_valid;
}

// Codes of 4 bits, brought together or apart a few vectors at a time: a pass of its own keeps memory waiting.
struct HalfCodes {
  static constexpr size_t size = 4 * hn::MaxLanes(hn::ScalableTag<uint8_t>());
  HWY_ALIGN uint8_t codes[size] = {};
};

template <lane::CodeLayout kLayout>
HWY_NOINLINE bool EncodeHalvesInLayout(lane::CodeConstants<float> g, const float* in, uint8_t* out, size_t n) {
  const hn::ScalableTag<float> d;
  const hn::ScalableTag<uint8_t> code_lanes;
  const size_t lanes = hn::Lanes(code_lanes);
  HalfCodes piece;
  HWY_ALIGN float part[hn::MaxLanes(code_lanes)];
  bool all_valid = true;
  for (size_t i = 0, count = 0; i < n; i += count) {
    count = std::min(n - i, HalfCodes::size);
    for (size_t k = 0; k < count; k += lanes) {
      const size_t rest = count - k;
      const float* from = in + i + k;
      if (HWY_UNLIKELY(rest < lanes)) {
        std::fill(std::copy_n(from, rest, part), part + lanes, from[rest - 1]);
        from = part;
      }
      hn::Store(EncodeBlock<kLayout, uint8_t>(d, g, from, all_valid), code_lanes, piece.codes + k);
    }
    SqueezeHalves(piece.codes, count, out + i / 2);
  }
  return all_valid;
}

// What lies before the vectors that are written past the caches is a piece.
template <lane::CodeLayout kLayout>
HWY_NOINLINE bool DecodeHalvesInLayout(lane::CodeConstants<float> g, const uint8_t* in, float* out, size_t n,
                                       size_t whole) {
  const hn::ScalableTag<float> d;
  const size_t lanes = hn::Lanes(d);
  const size_t head = (0 - reinterpret_cast<uintptr_t>(out) / sizeof(float)) % lanes;
  const bool streams = std::max(n, whole) * sizeof(float) >= kStreamingBytes && head % 2 == 0;
  HalfCodes piece;
  HWY_ALIGN float part[hn::MaxLanes(d)];
  bool all_valid = true;
  for (size_t i = 0, count = 0; i < n; i += count) {
    count = std::min(n - i, streams && i < head ? head : HalfCodes::size);
    SpreadHalves(in + i / 2, count, piece.codes);
    for (size_t k = 0; k < count; k += lanes) {
      const bool is_part = count - k < lanes;
      const auto y = DecodeBlock<kLayout>(d, g, piece.codes + k, all_valid);
      if (streams && !is_part)
        hn::Stream(y, d, out + i + k);
      else
        hn::StoreU(y, d, is_part ? part : out + i + k);
      if (HWY_UNLIKELY(is_part)) std::copy_n(part, count - k, out + i + k);
    }
  }
  if (streams) hwy::FlushStream();
  return all_valid;
}

bool EncodeHalves(const lane::CodeConstants<float>& g, const float* in, uint8_t* out, size_t n) {
  return g.layout == lane::CodeLayout::fixed_point ? EncodeHalvesInLayout<lane::CodeLayout::fixed_point>(g, in, out, n)
                                                   : EncodeHalvesInLayout<lane::CodeLayout::rebased>(g, in, out, n);
}

bool DecodeHalves(const lane::CodeConstants<float>& g, const uint8_t* in, float* out, size_t n, size_t whole) {
  return g.layout == lane::CodeLayout::fixed_point
             ? DecodeHalvesInLayout<lane::CodeLayout::fixed_point>(g, in, out, n, whole)
             : DecodeHalvesInLayout<lane::CodeLayout::rebased>(g, in, out, n, whole);
}

// Calls f with the layout as a constant.
template <class F>
HWY_INLINE bool WithLayout(lane::CodeLayout layout, F f) {
  switch (layout) {
    case lane::CodeLayout::fixed_point:
      return f(std::integral_constant<lane::CodeLayout, lane::CodeLayout::fixed_point>());
    case lane::CodeLayout::rebased:
      return f(std::integral_constant<lane::CodeLayout, lane::CodeLayout::rebased>());
    case lane::CodeLayout::same_fields:
      return f(std::integral_constant<lane::CodeLayout, lane::CodeLayout::same_fields>());
    case lane::CodeLayout::none:
      break;
  }
  return false;
}

// Calls f with a null pointer to unsigned integers of that many bytes, no more than `kMost`.
template <size_t kMost, class F>
HWY_INLINE bool WithCodeType(size_t bytes, F f) {
  if constexpr (kMost >= 8) {
    if (bytes == 8) return f(static_cast<uint64_t*>(nullptr));
  }
  if (bytes == 4) return f(static_cast<uint32_t*>(nullptr));
  if (bytes == 2) return f(static_cast<uint16_t*>(nullptr));
  return f(static_cast<uint8_t*>(nullptr));
}

template <class T>
HWY_INLINE bool EncodeAny(const lane::CodeConstants<T>& g, const T* in, void* out, size_t code_bytes, size_t n) {
  return WithLayout(g.layout, [&](auto layout) HWY_ATTR {
    return WithCodeType<sizeof(T)>(code_bytes, [&](auto* code) HWY_ATTR {
      return EncodeArray<layout()>(g, in, static_cast<decltype(code)>(out), n);
    });
  });
}

template <class T>
HWY_INLINE bool DecodeAny(const lane::CodeConstants<T>& g, const void* in, size_t code_bytes, T* out, size_t n,
                          size_t whole) {
  return WithLayout(g.layout, [&](auto layout) HWY_ATTR {
    return WithCodeType<sizeof(T)>(code_bytes, [&](auto* code) HWY_ATTR {
      return DecodeArray<layout()>(g, static_cast<const std::remove_pointer_t<decltype(code)>*>(in), out, n, whole);
    });
  });
}

bool EncodeFloat(const lane::CodeConstants<float>& g, const float* in, void* out, size_t code_bytes, size_t n) {
  return EncodeAny(g, in, out, code_bytes, n);
}

bool EncodeDouble(const lane::CodeConstants<double>& g, const double* in, void* out, size_t code_bytes, size_t n) {
  return EncodeAny(g, in, out, code_bytes, n);
}

bool DecodeFloat(const lane::CodeConstants<float>& g, const void* in, size_t code_bytes, float* out, size_t n,
                 size_t whole) {
  return DecodeAny(g, in, code_bytes, out, n, whole);
}

bool DecodeDouble(const lane::CodeConstants<double>& g, const void* in, size_t code_bytes, double* out, size_t n,
                  size_t whole) {
  return DecodeAny(g, in, code_bytes, out, n, whole);
}

}  // namespace
}  // namespace lowprec::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace lowprec::kernel {

HWY_EXPORT(EncodeFloat);
HWY_EXPORT(EncodeDouble);
HWY_EXPORT(DecodeFloat);
HWY_EXPORT(DecodeDouble);
HWY_EXPORT(EncodeHalves);
HWY_EXPORT(DecodeHalves);

bool encode_halves(const lane::CodeConstants<float>& grid, const float* in, std::uint8_t* out, std::size_t n) {
  return HWY_DYNAMIC_DISPATCH(EncodeHalves)(grid, in, out, n);
}

bool decode_halves(const lane::CodeConstants<float>& grid, const std::uint8_t* in, float* out, std::size_t n,
                   std::size_t whole) {
  return HWY_DYNAMIC_DISPATCH(DecodeHalves)(grid, in, out, n, whole);
}

bool encode(const lane::CodeConstants<float>& grid, const float* in, void* out, std::size_t code_bytes, std::size_t n) {
  return HWY_DYNAMIC_DISPATCH(EncodeFloat)(grid, in, out, code_bytes, n);
}

bool encode(const lane::CodeConstants<double>& grid, const double* in, void* out, std::size_t code_bytes,
            std::size_t n) {
  return HWY_DYNAMIC_DISPATCH(EncodeDouble)(grid, in, out, code_bytes, n);
}

bool decode(const lane::CodeConstants<float>& grid, const void* in, std::size_t code_bytes, float* out, std::size_t n,
            std::size_t whole) {
  return HWY_DYNAMIC_DISPATCH(DecodeFloat)(grid, in, code_bytes, out, n, whole);
}

bool decode(const lane::CodeConstants<double>& grid, const void* in, std::size_t code_bytes, double* out, std::size_t n,
            std::size_t whole) {
  return HWY_DYNAMIC_DISPATCH(DecodeDouble)(grid, in, code_bytes, out, n, whole);
}

}  // namespace lowprec::kernel
#endif
