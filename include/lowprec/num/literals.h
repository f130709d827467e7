// Literals of the named formats, to nearest even: 0.1_bf16 is Num<bfloat16>(0.1L).
#pragma once

#include "lowprec/format/presets.h"
#include "lowprec/num/num.h"

// using namespace lowprec::literals;
//
// The text becomes the nearest long double (or 64-bit integer), and that is rounded once. Beyond the range of the
// format the result is what its overflow rule gives.
namespace lowprec::inline literals {

template <Format F>
using LiteralOf = Num<F, rne, default_overflow(F)>;

constexpr auto operator""_binary16(long double x) { return LiteralOf<binary16>(x); }
constexpr auto operator""_binary16(unsigned long long x) { return LiteralOf<binary16>(x); }
constexpr auto operator""_fp16(long double x) { return LiteralOf<binary16>(x); }
constexpr auto operator""_fp16(unsigned long long x) { return LiteralOf<binary16>(x); }
constexpr auto operator""_bfloat16(long double x) { return LiteralOf<bfloat16>(x); }
constexpr auto operator""_bfloat16(unsigned long long x) { return LiteralOf<bfloat16>(x); }
constexpr auto operator""_bf16(long double x) { return LiteralOf<bfloat16>(x); }
constexpr auto operator""_bf16(unsigned long long x) { return LiteralOf<bfloat16>(x); }
constexpr auto operator""_tf32(long double x) { return LiteralOf<tf32>(x); }
constexpr auto operator""_tf32(unsigned long long x) { return LiteralOf<tf32>(x); }
constexpr auto operator""_binary32(long double x) { return LiteralOf<binary32>(x); }
constexpr auto operator""_binary32(unsigned long long x) { return LiteralOf<binary32>(x); }
constexpr auto operator""_binary64(long double x) { return LiteralOf<binary64>(x); }
constexpr auto operator""_binary64(unsigned long long x) { return LiteralOf<binary64>(x); }
constexpr auto operator""_e5m2(long double x) { return LiteralOf<e5m2>(x); }
constexpr auto operator""_e5m2(unsigned long long x) { return LiteralOf<e5m2>(x); }
constexpr auto operator""_e4m3fn(long double x) { return LiteralOf<e4m3fn>(x); }
constexpr auto operator""_e4m3fn(unsigned long long x) { return LiteralOf<e4m3fn>(x); }
constexpr auto operator""_e4m3(long double x) { return LiteralOf<e4m3fn>(x); }
constexpr auto operator""_e4m3(unsigned long long x) { return LiteralOf<e4m3fn>(x); }
constexpr auto operator""_e4m3ieee(long double x) { return LiteralOf<e4m3ieee>(x); }
constexpr auto operator""_e4m3ieee(unsigned long long x) { return LiteralOf<e4m3ieee>(x); }
constexpr auto operator""_e4m3fnuz(long double x) { return LiteralOf<e4m3fnuz>(x); }
constexpr auto operator""_e4m3fnuz(unsigned long long x) { return LiteralOf<e4m3fnuz>(x); }
constexpr auto operator""_e5m2fnuz(long double x) { return LiteralOf<e5m2fnuz>(x); }
constexpr auto operator""_e5m2fnuz(unsigned long long x) { return LiteralOf<e5m2fnuz>(x); }
constexpr auto operator""_e4m3b11fnuz(long double x) { return LiteralOf<e4m3b11fnuz>(x); }
constexpr auto operator""_e4m3b11fnuz(unsigned long long x) { return LiteralOf<e4m3b11fnuz>(x); }
constexpr auto operator""_e3m4(long double x) { return LiteralOf<e3m4>(x); }
constexpr auto operator""_e3m4(unsigned long long x) { return LiteralOf<e3m4>(x); }
constexpr auto operator""_e3m2(long double x) { return LiteralOf<e3m2>(x); }
constexpr auto operator""_e3m2(unsigned long long x) { return LiteralOf<e3m2>(x); }
constexpr auto operator""_e2m3(long double x) { return LiteralOf<e2m3>(x); }
constexpr auto operator""_e2m3(unsigned long long x) { return LiteralOf<e2m3>(x); }
constexpr auto operator""_e2m1(long double x) { return LiteralOf<e2m1>(x); }
constexpr auto operator""_e2m1(unsigned long long x) { return LiteralOf<e2m1>(x); }
constexpr auto operator""_int4(long double x) { return LiteralOf<integer(4)>(x); }
constexpr auto operator""_int4(unsigned long long x) { return LiteralOf<integer(4)>(x); }
constexpr auto operator""_int8(long double x) { return LiteralOf<integer(8)>(x); }
constexpr auto operator""_int8(unsigned long long x) { return LiteralOf<integer(8)>(x); }
constexpr auto operator""_int16(long double x) { return LiteralOf<integer(16)>(x); }
constexpr auto operator""_int16(unsigned long long x) { return LiteralOf<integer(16)>(x); }

}  // namespace lowprec::inline literals
