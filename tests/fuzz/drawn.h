// Formats, roundings and overflow rules drawn from a source of choices: random draws or the bytes of a fuzzer. A source
// has below(n), a number from 0 to n - 1.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "lowprec/format/format.h"
#include "lowprec/format/presets.h"
#include "lowprec/format/rounding.h"
#include "support/oracle_format.h"

namespace drawn {

using lowprec::Format;
using lowprec::Overflow;
using lowprec::Rounding;

template <class Source>
int between(Source& s, int low, int high) {
  return low + static_cast<int>(s.below(static_cast<std::uint32_t>(high - low + 1)));
}

template <class Source>
Format floating(Source& s, int most_exponent_bits, int most_fraction_bits) {
  const int e = between(s, 1, most_exponent_bits);
  const int m = between(s, 0, most_fraction_bits);
  lowprec::format::FpOptions options{.specials = static_cast<lowprec::Specials>(s.below(4))};
  options.subnormals = s.below(4) != 0;
  options.is_signed = s.below(4) != 0;
  const std::uint32_t kind = s.below(8);
  const int middle = (1 << (e - 1)) - (options.specials == lowprec::Specials::fnuz ? 0 : 1);
  if (kind < 3) options.bias = middle + between(s, -30, 30);
  if (kind == 3) options.bias = between(s, -50000, 50000);
  return lowprec::fp(e, m, options);
}

template <class Source>
Format p3109(Source& s) {
  const int k = between(s, 3, 16);
  const bool is_signed = s.below(2) != 0;
  const int p = between(s, 1, is_signed ? k - 1 : k);
  return lowprec::p3109(k, p, is_signed, s.below(2) != 0);
}

template <class Source>
Format fixed(Source& s) {
  const int k = between(s, 2, s.below(2) != 0 ? 32 : 8);
  const int f = s.below(2) != 0 ? between(s, -300, 300) : 0;
  const std::uint32_t kind = s.below(4);
  return lowprec::fixed(k, f, {.is_signed = kind > 0, .symmetric = kind == 1});
}

// Any format that its constructors make. Error where they refuse the parameters.
template <class Source>
Format format(Source& s) {
  switch (s.below(8)) {
    case 0:
    case 1:
      return floating(s, 5, 4);
    case 2:
      return floating(s, 8, 23);
    case 3:
      return floating(s, 11, 52);
    case 4:
      return floating(s, 15, 112);
    case 5:
      return p3109(s);
    case 6:
      return fixed(s);
    default:
      return s.below(4) != 0 ? p3109(s) : lowprec::e8m0.scaled(between(s, -40, 40));
  }
}

template <class Source>
Rounding rounding(Source& s) {
  const Rounding::Kind kind =
      lowprec::format::rounding_kinds[s.below(std::uint32_t{lowprec::format::rounding_kinds.size()})];
  const lowprec::format::RoundingTraits& traits = lowprec::format::traits(kind);
  return traits.has_random_bits() ? lowprec::stochastic(between(s, 1, 32), kind) : Rounding{kind, traits.random_bits};
}

// A rule that the format can follow.
template <class Source>
Overflow overflow(Source& s, const Format& f) {
  try {
    return lowprec::format::checked(f, static_cast<Overflow>(s.below(6)));
  } catch (const lowprec::Error&) {
    return lowprec::default_overflow(f);
  }
}

// The oracle's definition of a format, none for scaled e8m0.
inline std::optional<oracle::Definition> definition(const Format& f) {
  using D = oracle::Definition;
  if (f.twos_complement) {
    D d = f.is_signed ? oracle::signed_integer(f.bits) : oracle::unsigned_integer(f.bits);
    d.step = f.quantum_exponent();
    d.symmetric = f.symmetric;
    return d;
  }
  if (!f.has_zero) return f == lowprec::e8m0 ? std::optional(oracle::e8m0()) : std::nullopt;
  if (f.is_p3109) return oracle::p3109(f.bits, f.precision, f.is_signed, f.has_infinity);
  static constexpr std::array kinds{D::finite, D::ieee, D::fn, D::fnuz};  // by NanCodes
  D d = oracle::floating(kinds[static_cast<std::size_t>(f.nan)], f.exponent_bits(), f.fraction_bits(), f.bias());
  d.is_signed = f.is_signed;
  d.subnormals = f.has_subnormals;
  return d;
}

}  // namespace drawn
