// The reference arithmetic computes every operation exactly in integers and rounds once into a format, by any rounding.
// Operands may be of any format. It is slow (about a microsecond) and right by construction: tests compare faster lanes
// with it, and these fall back to it where no proof carries them.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "lowprec/format/events.h"
#include "lowprec/format/format.h"
#include "lowprec/format/rounding.h"
#include "lowprec/format/wide.h"

namespace lowprec {

namespace exact {
struct Real;
}

// A Reference never changes and may be shared between threads. Each operation takes the draw of its rounding, which
// only stochastic roundings use, and adds what it signalled to *flags. Operands need not belong to the format. Results
// are numbers of the format, infinities or NaN, also where the format has no code for those. Under overflow=error,
// operations throw Error for a number beyond the range.
//
// Special cases are those of IEEE 754-2019, clauses 6 and 7. In P3109 formats x / 0 is NaN. The overflow rule decides
// what exact infinities (1 / 0) become.
class Reference {
 public:
  Reference(const Format& f, Rounding r, Overflow o);
  explicit Reference(const Format& f, Rounding r = rne) : Reference(f, r, default_overflow(f)) {}

  const Format& format() const;
  Rounding rounding() const;
  Overflow overflow() const;

  // Rounds x, which may come from any format, integer type or floating-point type.
  Wide convert(const Wide& x, std::uint32_t draw = 0, format::Flags* flags = nullptr) const;
  // Reads a decimal or hexadecimal number of any length, inf or nan, and rounds it once. Throws Error if the text is
  // none of these.
  Wide parse(std::string_view text, std::uint32_t draw = 0, format::Flags* flags = nullptr) const;

  Wide add(const Wide& a, const Wide& b, std::uint32_t draw = 0, format::Flags* flags = nullptr) const;
  Wide sub(const Wide& a, const Wide& b, std::uint32_t draw = 0, format::Flags* flags = nullptr) const;
  Wide mul(const Wide& a, const Wide& b, std::uint32_t draw = 0, format::Flags* flags = nullptr) const;
  Wide div(const Wide& a, const Wide& b, std::uint32_t draw = 0, format::Flags* flags = nullptr) const;
  Wide sqrt(const Wide& a, std::uint32_t draw = 0, format::Flags* flags = nullptr) const;
  // Returns a b + c.
  Wide fma(const Wide& a, const Wide& b, const Wide& c, std::uint32_t draw = 0, format::Flags* flags = nullptr) const;
  // Returns a + b + c (P3109's FAA).
  Wide faa(const Wide& a, const Wide& b, const Wide& c, std::uint32_t draw = 0, format::Flags* flags = nullptr) const;
  // Return a - n b. For remainder, n is the integer nearest to a / b, ties to even (IEEE 754-2019, 5.3.1); for fmod, n
  // is a / b truncated.
  Wide remainder(const Wide& a, const Wide& b, std::uint32_t draw = 0, format::Flags* flags = nullptr) const;
  Wide fmod(const Wide& a, const Wide& b, std::uint32_t draw = 0, format::Flags* flags = nullptr) const;

  // Return s a + t b, s a - t b, (s a) (t b). s and t are the scales of the operands' blocks (P3109's ScaledAdd, ...).
  Wide scaled_add(const Wide& a, const Wide& s, const Wide& b, const Wide& t, std::uint32_t draw = 0,
                  format::Flags* flags = nullptr) const;
  Wide scaled_sub(const Wide& a, const Wide& s, const Wide& b, const Wide& t, std::uint32_t draw = 0,
                  format::Flags* flags = nullptr) const;
  Wide scaled_mul(const Wide& a, const Wide& s, const Wide& b, const Wide& t, std::uint32_t draw = 0,
                  format::Flags* flags = nullptr) const;

  // Rounds a result of functions.h, which is exact or has so many bits that no rounding to a format can tell.
  Wide round(const exact::Real& x, std::uint32_t draw = 0, format::Flags* flags = nullptr) const;

  // Return the least number of the format above x, and the greatest below. Beyond the last number the overflow rule
  // decides.
  Wide next_up(const Wide& x) const;
  Wide next_down(const Wide& x) const;
  // Returns the neighbour of x toward y, or y if they are equal.
  Wide next_after(const Wide& x, const Wide& y) const;

 private:
  struct Grids;
  std::shared_ptr<const Grids> grids_;
};

}  // namespace lowprec

namespace lowprec::exact {

// Adds to `events` what one rounding to f did, as kernels count it. `result` and `flags` are those of the rounding.
void count(const Format& f, Overflow overflow, const Wide& result, const format::Flags& flags, Events& events);

// Return x as an integer, rounded once by r. Throw Error for NaN, infinities, and integers beyond the range.
std::int64_t to_int64(const Wide& x, Rounding r = rz, std::uint32_t draw = 0);
std::uint64_t to_uint64(const Wide& x, Rounding r = rz, std::uint32_t draw = 0);

}  // namespace lowprec::exact
