// ARS-5 (Salmon, Moraes, Dror, Shaw: "Parallel Random Numbers: As Easy as 1, 2, 3", SC 2011; ars1xm128i with 5 rounds
// in Random123): AES with a key schedule of additions. It passes BigCrush.
// No include guard: included once for each set of lanes.

namespace lowprec::LOWPREC_LANES {

// The random block of each counter block, for the 128-bit key (lower, upper). D has pairs of 64-bit lanes, or one
// Block.
template <class D, class V = Vec<D>>
LOWPREC_TEXT V Ars5(D d, V counter, std::uint64_t lower, std::uint64_t upper) {
  constexpr std::uint64_t kLower = 0x9E3779B97F4A7C15, kUpper = 0xBB67AE8584CAA73B;  // golden ratio, sqrt(3) - 1
  V state = Xor(counter, Blocks(d, lower, upper));
  for (std::uint64_t round = 1; round < 5; ++round)
    state = AesRound(state, Blocks(d, lower + round * kLower, upper + round * kUpper));
  return AesLastRound(state, Blocks(d, lower + 5 * kLower, upper + 5 * kUpper));
}

}  // namespace lowprec::LOWPREC_LANES
