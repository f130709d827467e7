// Rounds of the Advanced Encryption Standard (FIPS 197) on one block, as the instructions of processors do them, and
// the keys of the generator made of them.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "lowprec/format/language.h"

namespace lowprec::lane {

// 16 bytes as two 64-bit words, little endian: byte 0 is the lowest of `lower`.
struct alignas(16) Block {
  std::uint64_t lower = 0, upper = 0;

  constexpr bool operator==(const Block&) const = default;

  // Returns the 32-bit word i. i must be below 4.
  constexpr std::uint32_t word(std::uint64_t i) const {
    return static_cast<std::uint32_t>((i < 2 ? lower : upper) >> (i % 2 * 32));
  }
};

namespace detail {

// Returns, for each x, the column (2 s, s, s, 3 s), lowest byte first, that MixColumns makes of a first byte s = S(x).
// This is all of SubBytes and MixColumns except rotations. S(x) is an affine function of 1 / x in GF(2^8) modulo
// x^8 + x^4 + x^3 + x + 1. There 3 generates all elements except 0, so x runs through the powers of 3, and `inverse`
// runs through those of 1 / 3 = 0xF6.
constexpr std::array<std::uint32_t, 256> aes_columns() {
  const auto twice = [](unsigned x) { return (x << 1) ^ ((x >> 7) * 0x11BU); };
  const auto column = [&](unsigned inverse) {
    const auto b = static_cast<std::uint8_t>(inverse);
    const unsigned s =
        static_cast<std::uint8_t>(0x63 ^ b ^ std::rotl(b, 1) ^ std::rotl(b, 2) ^ std::rotl(b, 3) ^ std::rotl(b, 4));
    return twice(s) | s << 8 | s << 16 | (twice(s) ^ s) << 24;
  };
  std::array<std::uint32_t, 256> result{};
  result[0] = column(0);
  unsigned x = 1, inverse = 1;
  for (int power = 0; power < 255; ++power) {
    result[x] = column(inverse);
    x ^= twice(x);
    unsigned third = inverse;  // 0xF6 = 2^7 + 2^6 + 2^5 + 2^4 + 2^2 + 2
    unsigned product = 0;
    for (unsigned bits = 0xF6; bits != 0; bits >>= 1) {
      product ^= (bits & 1U) * third;
      third = twice(third);
    }
    inverse = product;
  }
  return result;
}

inline constexpr auto kAesColumns = aes_columns();

// Returns column c of a round: ShiftRows takes byte r from column c + r.
template <class F>
constexpr std::uint32_t aes_column(const Block& state, unsigned c, F of_byte) {
  std::uint32_t result = 0;
  for (unsigned r = 0; r < 4; ++r)
    result ^= std::rotl(of_byte(state.word((c + r) % 4) >> (8 * r) & 0xFFU), static_cast<int>(8 * r));
  return result;
}

template <class F>
constexpr Block aes_round(const Block& state, const Block& key, F of_byte) {
  const auto column = [&](unsigned c) { return std::uint64_t{aes_column(state, c, of_byte)}; };
  return {(column(0) | column(1) << 32) ^ key.lower, (column(2) | column(3) << 32) ^ key.upper};
}

}  // namespace detail

// Returns AddRoundKey(MixColumns(ShiftRows(SubBytes(state)))).
constexpr Block aes_round(const Block& state, const Block& key) {
  return detail::aes_round(state, key, [](std::uint32_t byte) { return detail::kAesColumns[byte]; });
}

// Returns AddRoundKey(ShiftRows(SubBytes(state))).
constexpr Block aes_last_round(const Block& state, const Block& key) {
  return detail::aes_round(state, key, [](std::uint32_t byte) { return detail::kAesColumns[byte] >> 8 & 0xFFU; });
}

// The keys of ARS-5 (Salmon, Moraes, Dror, Shaw: "Parallel Random Numbers: As Easy as 1, 2, 3", SC 2011; ars1xm128i
// with 5 rounds in Random123): AES with additions in place of its key schedule. It passes BigCrush.
struct ArsKeys {
  static constexpr std::size_t rounds = 5;

  std::array<Block, rounds + 1> keys{};

  constexpr explicit ArsKeys(Block key) {
    for (Block& k : keys) {
      k = key;
      key.lower += 0x9E3779B97F4A7C15;  // the golden ratio's fraction
      key.upper += 0xBB67AE8584CAA73B;  // that of sqrt(3)
    }
  }
};

}  // namespace lowprec::lane
