// Number types in a plain loop: Num, binary32, and 8-bit codes as array libraries compute with them.
#include <bit>
#include <cstdint>

#include "axpy.h"
#include "lowprec/exact/reference.h"
#include "lowprec/format/error.h"
#include "lowprec/format/presets.h"
#include "lowprec/num.h"
#include "native_loops.h"

namespace lowprec::bench {
namespace {

double exactly_rounded(const Reference& r, double a, double x, double y) {
  return static_cast<double>(r.add(r.mul(a, x), y));
}

template <Format F>
Work axpy_of(const std::string& preset, std::size_t n) {
  using T = Num<F>;
  Work work = axpy_work<T>(
      "Num<" + preset + ">", n, [](double x) { return T(x); },
      [](T a, const T* x, const T* y, T* z, std::size_t m) { native_loop(a, x, y, z, m); },
      [](const T& x) { return x.value(); },
      [](double a, double x, double y) { return exactly_rounded(Reference(F), a, x, y); });
  if (native_target() == std::string("AVX-512") && !has_avx512()) work.missing = "built for AVX-512";
  return work;
}

// A loop over e4m3fn codes in the shape of ml_dtypes (custom_float.h, float8.h, 0.5): a pass an operation, each
// decoding its operands to binary32 and encoding the result, with a branch for each class of numbers.
float decoded(std::uint8_t code) {
  const std::uint32_t sign = std::uint32_t{code} >> 7 << 31, magnitude = code & 0x7FU;
  if (magnitude == 0x7F) return std::bit_cast<float>(sign | 0x7FC00000U);
  if (magnitude == 0) return std::bit_cast<float>(sign);
  if (magnitude >= 8) return std::bit_cast<float>(sign | ((magnitude << 20) + ((127U - 7U) << 23)));
  const unsigned up = static_cast<unsigned>(std::countl_zero(magnitude)) - 28;  // to the bit of a normal number
  return std::bit_cast<float>(sign | ((((magnitude << up) & 7U) << 20) | ((127U - 6U - up) << 23)));
}

// bits >> shift, to nearest, ties to even.
std::uint32_t shifted(std::uint32_t bits, unsigned shift) {
  const std::uint32_t odd = bits >> shift & 1U;
  return (bits + ((1U << (shift - 1)) - 1) + odd) >> shift;
}

std::uint8_t encoded(float x) {
  const std::uint32_t bits = std::bit_cast<std::uint32_t>(x), magnitude = bits & 0x7FFFFFFFU;
  const auto sign = static_cast<std::uint8_t>(bits >> 31 << 7);
  if (magnitude >= 0x7F800000U) return sign | 0x7FU;
  if (magnitude == 0) return sign;
  const int exponent = static_cast<int>(magnitude >> 23) - 127 + 7;
  if (exponent <= 0) {
    const unsigned shift = static_cast<unsigned>(20 + 1 - exponent);
    const std::uint32_t significand = (magnitude & 0x7FFFFFU) | 0x800000U;
    return static_cast<std::uint8_t>(sign | (shift > 25 ? 0U : shifted(significand, shift)));
  }
  const std::uint32_t code = shifted(magnitude, 20) - ((127U - 7U) << 3);
  return static_cast<std::uint8_t>(sign | (code > 0x7E ? 0x7FU : code));
}

template <class F>
void code_pass(const std::uint8_t* a, std::ptrdiff_t step, const std::uint8_t* b, std::uint8_t* out, std::size_t n,
               F operation) {
  for (std::size_t i = 0; i < n; ++i, a += step) out[i] = encoded(operation(decoded(*a), decoded(b[i])));
}

void code_loop(std::uint8_t a, const std::uint8_t* x, const std::uint8_t* y, std::uint8_t* z, std::size_t n) {
  code_pass(&a, 0, x, z, n, [](float p, float q) { return p * q; });
  code_pass(z, 1, y, z, n, [](float p, float q) { return p + q; });
}

}  // namespace

Work num_axpy(const std::string& preset, std::size_t n) {
  if (preset == "e4m3fn") return axpy_of<e4m3fn>(preset, n);
  if (preset == "e5m2") return axpy_of<e5m2>(preset, n);
  if (preset == "binary16") return axpy_of<binary16>(preset, n);
  if (preset == "bfloat16") return axpy_of<bfloat16>(preset, n);
  throw Error("no loop over " + preset + " is compiled: e4m3fn, e5m2, binary16 and bfloat16 are");
}

Work native_axpy(std::size_t n) {
  return axpy_work<float>(
      "float", n, [](double x) { return static_cast<float>(x); },
      [](float a, const float* x, const float* y, float* z, std::size_t m) { native_loop(a, x, y, z, m); },
      [](float x) { return static_cast<double>(x); },
      [](double a, double x, double y) { return exactly_rounded(Reference(binary32), a, x, y); });
}

Work code_axpy(std::size_t n) {
  return axpy_work<std::uint8_t>(
      "e4m3fn codes", n, [](double x) { return static_cast<std::uint8_t>(Num<e4m3fn>(x).code()); }, code_loop,
      [](std::uint8_t code) { return decode(e4m3fn, code); },
      [](double a, double x, double y) { return exactly_rounded(Reference(e4m3fn), a, x, y); });
}

}  // namespace lowprec::bench
