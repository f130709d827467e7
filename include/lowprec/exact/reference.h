// The reference arithmetic: every operation on operands of any format, computed exactly in integers and rounded once
// into a format, by any rounding. Slow (about a microsecond) and right by construction: faster lanes are checked
// against it, and fall back to it where no proof carries them.
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

// Immutable and safe to share between threads. Each operation takes the draw of its rounding (used if that is
// stochastic) and adds what it signalled to *flags. Operands need not belong to the format. Results are numbers of the
// format, infinities or NaN, also where the format has no code for those. Errors: a number beyond the range under
// overflow=error.
//
// Special cases as in IEEE 754-2019, clauses 6 and 7; in P3109 formats x / 0 is NaN. What becomes of exact infinities
// (1 / 0) is the overflow rule's.
class Reference {
 public:
  Reference(const Format& f, Rounding r, Overflow o);
  explicit Reference(const Format& f, Rounding r = rne) : Reference(f, r, default_overflow(f)) {}

  const Format& format() const;
  Rounding rounding() const;
  Overflow overflow() const;

  // x, from any format, integer type or floating-point type.
  Wide convert(const Wide& x, std::uint32_t draw = 0, format::Flags* flags = nullptr) const;
  // A decimal or hexadecimal number of any length, inf or nan, rounded once. Error if the text is none of these.
  Wide parse(std::string_view text, std::uint32_t draw = 0, format::Flags* flags = nullptr) const;

  Wide add(const Wide& a, const Wide& b, std::uint32_t draw = 0, format::Flags* flags = nullptr) const;
  Wide sub(const Wide& a, const Wide& b, std::uint32_t draw = 0, format::Flags* flags = nullptr) const;
  Wide mul(const Wide& a, const Wide& b, std::uint32_t draw = 0, format::Flags* flags = nullptr) const;
  Wide div(const Wide& a, const Wide& b, std::uint32_t draw = 0, format::Flags* flags = nullptr) const;
  Wide sqrt(const Wide& a, std::uint32_t draw = 0, format::Flags* flags = nullptr) const;
  // a b + c
  Wide fma(const Wide& a, const Wide& b, const Wide& c, std::uint32_t draw = 0, format::Flags* flags = nullptr) const;
  // a + b + c (P3109's FAA)
  Wide faa(const Wide& a, const Wide& b, const Wide& c, std::uint32_t draw = 0, format::Flags* flags = nullptr) const;
  // a - n b, n the integer nearest to a / b, ties to even (IEEE 754-2019, 5.3.1); n truncated for fmod.
  Wide remainder(const Wide& a, const Wide& b, std::uint32_t draw = 0, format::Flags* flags = nullptr) const;
  Wide fmod(const Wide& a, const Wide& b, std::uint32_t draw = 0, format::Flags* flags = nullptr) const;

  // s a + t b, s a - t b, (s a) (t b): operands with the scales of their blocks (P3109's ScaledAdd, ...).
  Wide scaled_add(const Wide& a, const Wide& s, const Wide& b, const Wide& t, std::uint32_t draw = 0,
                  format::Flags* flags = nullptr) const;
  Wide scaled_sub(const Wide& a, const Wide& s, const Wide& b, const Wide& t, std::uint32_t draw = 0,
                  format::Flags* flags = nullptr) const;
  Wide scaled_mul(const Wide& a, const Wide& s, const Wide& b, const Wide& t, std::uint32_t draw = 0,
                  format::Flags* flags = nullptr) const;

  // A result that functions.h computed: exact, or of so many bits that no rounding to a format can tell.
  Wide round(const exact::Real& x, std::uint32_t draw = 0, format::Flags* flags = nullptr) const;

  // The least number of the format above x, the greatest below; beyond the last one, what the overflow rule gives.
  Wide next_up(const Wide& x) const;
  Wide next_down(const Wide& x) const;
  // The neighbour of x toward y; y if they are equal.
  Wide next_after(const Wide& x, const Wide& y) const;

 private:
  struct Grids;
  std::shared_ptr<const Grids> grids_;
};

}  // namespace lowprec

namespace lowprec::exact {

// Adds what one rounding to f, of which `result` and `flags` came, did: as the kernels count it.
void count(const Format& f, Overflow overflow, const Wide& result, const format::Flags& flags, Events& events);

// x as an integer of 2 to 64 bits, rounded once; NaN, infinities and integers beyond the range are an Error.
std::int64_t to_int64(const Wide& x, Rounding r = rz, std::uint32_t draw = 0);
std::uint64_t to_uint64(const Wide& x, Rounding r = rz, std::uint32_t draw = 0);

}  // namespace lowprec::exact
