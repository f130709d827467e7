// The vector kernels behind array/, linalg/ and sgd/. Each runs on the best SIMD target allowed. Whatever the length
// and the alignment, it gives the bits of its definition over one lane.
#pragma once

#include <cstddef>
#include <cstdint>

#include "lowprec/format/events.h"
#include "lowprec/format/rounding.h"
#include "lowprec/lane/code_constants.h"
#include "lowprec/lane/lane_constants.h"
#include "lowprec/lane/random_bits.h"
#include "lowprec/lane/stream.h"

namespace lowprec::kernel {

// Sets out[i] = round(in[i]). The rounding must be deterministic; `in` may be `out`. Every kernel counts into `events`
// unless it is null.
void round(Rounding::Kind kind, const lane::LaneConstants<float>& grid, const float* in, float* out, std::size_t n,
           Events* events = nullptr);
void round(Rounding::Kind kind, const lane::LaneConstants<double>& grid, const double* in, double* out, std::size_t n,
           Events* events = nullptr);

// Sets out[i] = step * round(in[i] / step), with draw first + i of the stream. The quotient is rounded once, the
// product to nearest in binary64.
void round(Rounding::Kind kind, const lane::LaneConstants<double>& grid, double step, const double* in, double* out,
           std::size_t n, Stream stream, std::uint64_t first, Events* events);

// Constants of stochastic rounding by integer sums. adds_random_bits(format, rounding, overflow) must hold, and all
// constants must be those of the three.
struct Stochastic {
  lane::RandomBitsConstants grid;
  lane::LaneConstants<double> formula;
  Rounding rounding;
};

// Returns round(x) with that draw, by the formula in binary64. This is the definition of the next function. It counts
// everything except `rounded`.
float round_one(const Stochastic& s, float x, std::uint32_t draw, Events* events = nullptr);

// Sets out[i] = round(in[i]), with draw first + i of the stream. `in` may be `out`.
void round(const Stochastic& s, const float* in, float* out, std::size_t n, Stream stream, std::uint64_t first,
           Events* events = nullptr);

// The same in binary64 lanes. adds_wide_random_bits() must hold, and `first` must be a multiple of 4.
struct WideStochastic {
  lane::WideRandomBitsConstants grid;
  lane::LaneConstants<double> formula;
  Rounding rounding;
};
void round(const WideStochastic& s, const double* in, double* out, std::size_t n, Stream stream, std::uint64_t first,
           Events* events);

// Compute with binary64 numbers and round each operation once. dot_in_strands returns the sum of x[k] y[k] in 16
// strands (Summation::strands); n must be at least 16. add_scaled does y[k] += s x[k].
double dot_in_strands(const double* x, const double* y, std::size_t n);
void add_scaled(double s, const double* x, double* y, std::size_t n);

// Write the draws, or the standard normal numbers, first .. first + n - 1 of the stream.
void fill_draws(Stream stream, std::uint64_t first, std::uint32_t* out, std::size_t n);
void fill_gaussian(Stream stream, std::uint64_t first, double* out, std::size_t n);

// How the next functions round each element once. Element k takes draw first + k of the stream.
struct Rounder {
  Rounding::Kind kind;
  lane::LaneConstants<double> grid;
  Stream stream;
};

// Set out[k] to round(x[k] * y[k]), round(s * x[k]) or round(x[k] + y[k]). `out` may be x or y.
void multiply(const Rounder& r, const double* x, const double* y, double* out, std::size_t n, std::uint64_t first,
              Events* events);
void scale(const Rounder& r, double s, const double* x, double* out, std::size_t n, std::uint64_t first,
           Events* events);
void add(const Rounder& r, const double* x, const double* y, double* out, std::size_t n, std::uint64_t first,
         Events* events);

// Returns s after s = round(s + x[k]) for k = 0, 1, ..., n - 1.
double sum(const Rounder& r, double s, const double* x, std::size_t n, std::uint64_t first, Events* events);

// Convert values to codes and back. Codes are unsigned integers of `code_bytes` bytes, which must be at least as wide
// as the format and no wider than the lane. Return false if a value is not a number of the format, or if a code has
// more bits.
bool encode(const lane::CodeConstants<float>& grid, const float* in, void* out, std::size_t code_bytes, std::size_t n);
bool encode(const lane::CodeConstants<double>& grid, const double* in, void* out, std::size_t code_bytes,
            std::size_t n);
// The values are a piece of an array of `whole` elements, or all of it if `whole` is 0. Large arrays are written past
// the caches.
bool decode(const lane::CodeConstants<float>& grid, const void* in, std::size_t code_bytes, float* out, std::size_t n,
            std::size_t whole = 0);
bool decode(const lane::CodeConstants<double>& grid, const void* in, std::size_t code_bytes, double* out, std::size_t n,
            std::size_t whole = 0);

// The same for codes of 4 bits in halves of bytes (array/packed.h). n must be even, and the layout must not be
// same_fields.
bool encode_halves(const lane::CodeConstants<float>& grid, const float* in, std::uint8_t* out, std::size_t n);
bool decode_halves(const lane::CodeConstants<float>& grid, const std::uint8_t* in, float* out, std::size_t n,
                   std::size_t whole);

// Convert n codes of `bits` bits, each in a byte or in 16 bits, to packed ones (array/packed.h) and back. n must be a
// multiple of 8.
void squeeze(const std::uint8_t* in, std::size_t n, int bits, std::uint8_t* out);
void squeeze(const std::uint16_t* in, std::size_t n, int bits, std::uint8_t* out);
void spread(const std::uint8_t* in, std::size_t n, int bits, std::uint8_t* out);
void spread(const std::uint8_t* in, std::size_t n, int bits, std::uint16_t* out);

}  // namespace lowprec::kernel
