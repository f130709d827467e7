// The vectorised kernels behind quantize.h, linalg.h and random.h: each runs on the best SIMD target allowed and gives
// the bits of its definition over one lane, whatever the length and alignment.
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

// out[i] = round(in[i]) for deterministic roundings; in may equal out. Counts into events where not null.
void round(Rounding::Kind kind, const lane::LaneConstants<float>& grid, const float* in, float* out, std::size_t n,
           Events* events = nullptr);
void round(Rounding::Kind kind, const lane::LaneConstants<double>& grid, const double* in, double* out, std::size_t n,
           Events* events = nullptr);

// out[i] = step * round(in[i] / step) with draw first + i of the stream; the quotient is rounded once, the product to
// nearest in binary64. Counts into events where not null.
void round(Rounding::Kind kind, const lane::LaneConstants<double>& grid, double step, const double* in, double* out,
           std::size_t n, Stream stream, std::uint64_t first, Events* events);

// Stochastic rounding where adds_random_bits(format, rounding, overflow), the grids being those of the three.
struct Stochastic {
  lane::RandomBitsConstants grid;
  lane::LaneConstants<double> formula;
  Rounding rounding;
};

// The definition: round(x) with that draw, by the formula in binary64. Counts into events, but for `rounded`, where not
// null.
float round_one(const Stochastic& s, float x, std::uint32_t draw, Events* events = nullptr);

// out[i] = round(in[i]) with draw first + i of the stream; in may equal out. Counts into events where not null.
void round(const Stochastic& s, const float* in, float* out, std::size_t n, Stream stream, std::uint64_t first,
           Events* events = nullptr);

// The same in binary64 lanes, where adds_wide_random_bits; first is a multiple of 4. Counts into events where not null.
struct WideStochastic {
  lane::WideRandomBitsConstants grid;
  lane::LaneConstants<double> formula;
  Rounding rounding;
};
void round(const WideStochastic& s, const double* in, double* out, std::size_t n, Stream stream, std::uint64_t first,
           Events* events);

// Sums and products of binary64 numbers, each rounded once: the sum of x[k] y[k] in 16 strands (Summation::strands), n
// >= 16; y[k] += s x[k].
double dot_in_strands(const double* x, const double* y, std::size_t n);
void add_scaled(double s, const double* x, double* y, std::size_t n);

// Draws and standard normal numbers first .. first + n of the stream.
void fill_draws(Stream stream, std::uint64_t first, std::uint32_t* out, std::size_t n);
void fill_gaussian(Stream stream, std::uint64_t first, double* out, std::size_t n);

// One rounding of each element: index k takes draw first + k of the stream. Counts into events where not null.
struct Rounder {
  Rounding::Kind kind;
  lane::LaneConstants<double> grid;
  Stream stream;
};

// out[k] = round(x[k] * y[k]), round(s * x[k]), round(x[k] + y[k]); out may be x or y.
void multiply(const Rounder& r, const double* x, const double* y, double* out, std::size_t n, std::uint64_t first,
              Events* events);
void scale(const Rounder& r, double s, const double* x, double* out, std::size_t n, std::uint64_t first,
           Events* events);
void add(const Rounder& r, const double* x, const double* y, double* out, std::size_t n, std::uint64_t first,
         Events* events);

// For k = 0, 1, ...: s = round(s + x[k]).
double sum(const Rounder& r, double s, const double* x, std::size_t n, std::uint64_t first, Events* events);

// Values to codes and back; the codes are unsigned integers of `code_bytes` bytes, at least f.bits wide and no wider
// than the lane. False if a value is not a number of the format, or a code has more bits.
bool encode(const lane::CodeConstants<float>& grid, const float* in, void* out, std::size_t code_bytes, std::size_t n);
bool encode(const lane::CodeConstants<double>& grid, const double* in, void* out, std::size_t code_bytes,
            std::size_t n);
// The values are a piece of an array of `whole`, or all of it where 0: large arrays are written past the caches.
bool decode(const lane::CodeConstants<float>& grid, const void* in, std::size_t code_bytes, float* out, std::size_t n,
            std::size_t whole = 0);
bool decode(const lane::CodeConstants<double>& grid, const void* in, std::size_t code_bytes, double* out, std::size_t n,
            std::size_t whole = 0);

// The same for n codes of 4 bits, an even number, and halves of bytes (packed.h), in a layout other than same_fields.
bool encode_halves(const lane::CodeConstants<float>& grid, const float* in, std::uint8_t* out, std::size_t n);
bool decode_halves(const lane::CodeConstants<float>& grid, const std::uint8_t* in, float* out, std::size_t n,
                   std::size_t whole);

// Codes of `bits` bits, n of them, a multiple of 8, each in a byte or in 16 bits, to packed ones (packed.h) and back.
void squeeze(const std::uint8_t* in, std::size_t n, int bits, std::uint8_t* out);
void squeeze(const std::uint16_t* in, std::size_t n, int bits, std::uint8_t* out);
void spread(const std::uint8_t* in, std::size_t n, int bits, std::uint8_t* out);
void spread(const std::uint8_t* in, std::size_t n, int bits, std::uint16_t* out);

}  // namespace lowprec::kernel
