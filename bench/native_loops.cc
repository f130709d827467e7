// Compiled with -O3 -march=native. Only native_loop() may leave this file as code: an inline function of a header that
// is emitted here could become the copy that the whole program uses, and stop it on lesser processors. So the loops
// call nothing that is not inlined, which tests/repository/native_loops_test.py sees to.
#include "native_loops.h"
#include "lowprec/format/presets.h"

namespace lowprec::bench {
namespace {

template <class T>
inline void loop(T a, const T* __restrict x, const T* __restrict y, T* __restrict z, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) z[i] = a * x[i] + y[i];
}

}  // namespace

const char* native_target() {
#if defined(__AVX512F__)
  return "AVX-512";
#elif defined(__AVX2__)
  return "AVX2";
#else
  return "";
#endif
}

void native_loop(float a, const float* x, const float* y, float* z, std::size_t n) { loop(a, x, y, z, n); }
void native_loop(Num<e4m3fn> a, const Num<e4m3fn>* x, const Num<e4m3fn>* y, Num<e4m3fn>* z, std::size_t n) {
  loop(a, x, y, z, n);
}
void native_loop(Num<e5m2> a, const Num<e5m2>* x, const Num<e5m2>* y, Num<e5m2>* z, std::size_t n) {
  loop(a, x, y, z, n);
}
void native_loop(Num<binary16> a, const Num<binary16>* x, const Num<binary16>* y, Num<binary16>* z, std::size_t n) {
  loop(a, x, y, z, n);
}
void native_loop(Num<bfloat16> a, const Num<bfloat16>* x, const Num<bfloat16>* y, Num<bfloat16>* z, std::size_t n) {
  loop(a, x, y, z, n);
}

}  // namespace lowprec::bench
