// Loops that a user compiles with -O3 -march=native: plain C++ over number types, nothing of the library's kernels.
#pragma once

#include <cstddef>

#include "lowprec/format/presets.h"
#include "lowprec/num.h"

namespace lowprec::bench {

// What native_loops.cc was compiled for: "AVX-512", "AVX2", or nothing where any machine will do.
const char* native_target();

// z_i = a x_i + y_i for i < n; x, y and z do not overlap.
void native_loop(float a, const float* x, const float* y, float* z, std::size_t n);
void native_loop(Num<e4m3fn> a, const Num<e4m3fn>* x, const Num<e4m3fn>* y, Num<e4m3fn>* z, std::size_t n);
void native_loop(Num<e5m2> a, const Num<e5m2>* x, const Num<e5m2>* y, Num<e5m2>* z, std::size_t n);
void native_loop(Num<binary16> a, const Num<binary16>* x, const Num<binary16>* y, Num<binary16>* z, std::size_t n);
void native_loop(Num<bfloat16> a, const Num<bfloat16>* x, const Num<bfloat16>* y, Num<bfloat16>* z, std::size_t n);

}  // namespace lowprec::bench
