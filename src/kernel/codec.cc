// Encoding and decoding of arrays.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernel/codec.cc"
#include <hwy/foreach_target.h>  // re-includes this file for each target

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

// Highway 1.0.3's TruncateTo bytes is wrong for AVX3_DL, so those are demoted, from signed integers. Codes of bytes are
// below 256; what becomes of other lanes, which are no numbers of the format, does not matter.
template <class D>
HWY_INLINE auto ToBytes(D, Vec<BitsOf<D>> codes) {
  const hn::Rebind<uint8_t, D> bytes;
  const hn::Rebind<int32_t, D> words;
  if constexpr (sizeof(TFromD<D>) == 8)
    return hn::DemoteTo(bytes, BitCast(words, hn::TruncateTo(hn::Rebind<uint32_t, D>(), codes)));
  else
    return hn::DemoteTo(bytes, BitCast(words, codes));
}

template <class D, class Code>
HWY_INLINE void StoreCodes(D d, Vec<BitsOf<D>> codes, Code* to) {
  const hn::Rebind<Code, D> narrow;
  if constexpr (sizeof(Code) == sizeof(TFromD<D>))
    hn::StoreU(codes, narrow, to);
  else if constexpr (sizeof(Code) == 1)
    hn::StoreU(ToBytes(d, codes), narrow, to);
  else
    hn::StoreU(hn::TruncateTo(narrow, codes), narrow, to);
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

// Stores a whole vector of codes where all are codes of numbers; else false.
template <CodeLayout kLayout, class Code, class D, class Store, class T = TFromD<D>>
HWY_INLINE bool EncodeBlock(D d, CodeGrid<T> g, const T* in, Store store) {
  auto valid = Eq(Zero(d), Zero(d));
  const auto codes = JoinCodes<Code>(d, in, [&](auto x) HWY_ATTR {
    auto code = BitCast(BitsOf<D>(), x);
    valid = And(valid, EncodeNumbers<kLayout>(d, g, x, code));
    return code;
  });
  if (HWY_UNLIKELY(!hn::AllTrue(d, valid))) return false;
  store(codes);
  return true;
}

// Vector by vector, infinities and NaN too. Not inlined: each caller would make it anew for every layout and type.
template <CodeLayout kLayout, class T, class Code>
HWY_NOINLINE void EncodeEach(CodeGrid<T> g, const T* in, Code* out, size_t n, bool& all_valid) {
  const hn::ScalableTag<T> d;
  const OneLaneOf<decltype(d)> one;
  const size_t lanes = hn::Lanes(d);
  size_t i = 0;
  for (; i + lanes <= n; i += lanes) StoreCodes(d, Encode<kLayout>(d, g, hn::LoadU(d, in + i), all_valid), out + i);
  for (; i < n; ++i) out[i] = static_cast<Code>(Encode<kLayout>(one, g, in[i], all_valid));
}

template <CodeLayout kLayout, class T, class Code>
HWY_NOINLINE bool EncodeArray(CodeGrid<T> g, const T* in, Code* out, size_t n) {
  const hn::ScalableTag<T> d;
  const hn::ScalableTag<Code> codes;
  const size_t block = hn::Lanes(codes);
  bool all_valid = true;
  size_t i = 0;
  const auto encode_blocks = [&](auto store) HWY_ATTR {
    for (; i + block <= n; i += block)
      if (!EncodeBlock<kLayout, Code>(d, g, in + i, store)) EncodeEach<kLayout>(g, in + i, out + i, block, all_valid);
  };
  if (n * sizeof(Code) >= kStreamingBytes) {
    while (reinterpret_cast<uintptr_t>(out + i) % (block * sizeof(Code)) != 0) ++i;
    EncodeEach<kLayout>(g, in, out, i, all_valid);
    encode_blocks([&](auto v) HWY_ATTR { hn::Stream(v, codes, out + i); });
    hwy::FlushStream();
  }
  encode_blocks([&](auto v) HWY_ATTR { hn::StoreU(v, codes, out + i); });
  EncodeEach<kLayout>(g, in + i, out + i, n - i, all_valid);
  return all_valid;
}

template <CodeLayout kLayout, class T, class Code>
HWY_NOINLINE bool DecodeArray(CodeGrid<T> g, const Code* in, T* out, size_t n) {
  const hn::ScalableTag<T> d;
  const OneLaneOf<decltype(d)> one;
  const size_t lanes = hn::Lanes(d);
  bool all_valid = true;
  size_t i = 0;
  const auto decode_one = [&]() HWY_ATTR {
    out[i] = Decode<kLayout>(one, g, static_cast<typename CodeGrid<T>::Bits>(in[i]), all_valid);
  };
  const auto decode_vectors = [&](auto store) HWY_ATTR {
    for (; i + lanes <= n; i += lanes) store(Decode<kLayout>(d, g, LoadCodes(d, in + i), all_valid));
  };
  if (n * sizeof(T) >= kStreamingBytes) {
    for (; reinterpret_cast<uintptr_t>(out + i) % (lanes * sizeof(T)) != 0; ++i) decode_one();
    decode_vectors([&](auto v) HWY_ATTR { hn::Stream(v, d, out + i); });
    hwy::FlushStream();
  }
  decode_vectors([&](auto v) HWY_ATTR { hn::StoreU(v, d, out + i); });
  for (; i < n; ++i) decode_one();
  return all_valid;
}

// Calls f with the layout as a constant.
template <class F>
HWY_INLINE bool WithLayout(CodeLayout layout, F f) {
  switch (layout) {
    case CodeLayout::fixed_point:
      return f(std::integral_constant<CodeLayout, CodeLayout::fixed_point>());
    case CodeLayout::rebased:
      return f(std::integral_constant<CodeLayout, CodeLayout::rebased>());
    case CodeLayout::same_fields:
      return f(std::integral_constant<CodeLayout, CodeLayout::same_fields>());
    case CodeLayout::none:
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
HWY_INLINE bool EncodeAny(const CodeGrid<T>& g, const T* in, void* out, size_t code_bytes, size_t n) {
  return WithLayout(g.layout, [&](auto layout) HWY_ATTR {
    return WithCodeType<sizeof(T)>(code_bytes, [&](auto* code) HWY_ATTR {
      return EncodeArray<layout()>(g, in, static_cast<decltype(code)>(out), n);
    });
  });
}

template <class T>
HWY_INLINE bool DecodeAny(const CodeGrid<T>& g, const void* in, size_t code_bytes, T* out, size_t n) {
  return WithLayout(g.layout, [&](auto layout) HWY_ATTR {
    return WithCodeType<sizeof(T)>(code_bytes, [&](auto* code) HWY_ATTR {
      return DecodeArray<layout()>(g, static_cast<const std::remove_pointer_t<decltype(code)>*>(in), out, n);
    });
  });
}

bool EncodeFloat(const CodeGrid<float>& g, const float* in, void* out, size_t code_bytes, size_t n) {
  return EncodeAny(g, in, out, code_bytes, n);
}

bool EncodeDouble(const CodeGrid<double>& g, const double* in, void* out, size_t code_bytes, size_t n) {
  return EncodeAny(g, in, out, code_bytes, n);
}

bool DecodeFloat(const CodeGrid<float>& g, const void* in, size_t code_bytes, float* out, size_t n) {
  return DecodeAny(g, in, code_bytes, out, n);
}

bool DecodeDouble(const CodeGrid<double>& g, const void* in, size_t code_bytes, double* out, size_t n) {
  return DecodeAny(g, in, code_bytes, out, n);
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

bool encode(const CodeGrid<float>& grid, const float* in, void* out, std::size_t code_bytes, std::size_t n) {
  return HWY_DYNAMIC_DISPATCH(EncodeFloat)(grid, in, out, code_bytes, n);
}

bool encode(const CodeGrid<double>& grid, const double* in, void* out, std::size_t code_bytes, std::size_t n) {
  return HWY_DYNAMIC_DISPATCH(EncodeDouble)(grid, in, out, code_bytes, n);
}

bool decode(const CodeGrid<float>& grid, const void* in, std::size_t code_bytes, float* out, std::size_t n) {
  return HWY_DYNAMIC_DISPATCH(DecodeFloat)(grid, in, code_bytes, out, n);
}

bool decode(const CodeGrid<double>& grid, const void* in, std::size_t code_bytes, double* out, std::size_t n) {
  return HWY_DYNAMIC_DISPATCH(DecodeDouble)(grid, in, code_bytes, out, n);
}

}  // namespace lowprec::kernel
#endif
