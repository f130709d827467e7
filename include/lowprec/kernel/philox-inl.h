// Philox4x32-10 (Salmon, Moraes, Dror, Shaw: "Parallel Random Numbers: As Easy as 1, 2, 3", SC 2011) over the lane
// vocabulary: each 64-bit lane holds one 32-bit word of one block.
// No include guard: included once for each set of lanes.

namespace lowprec::LOWPREC_LANES {

// Replaces the counter words c0..c3 of each block by four random words, for the key (k0, k1).
template <class D, class V = Vec<D>>
LOWPREC_TEXT void Philox(D d, V& c0, V& c1, V& c2, V& c3, std::uint32_t k0, std::uint32_t k1) {
  const V lower = Set(d, std::uint64_t{0xFFFFFFFFU});
  const V multiplier0 = Set(d, std::uint64_t{0xD2511F53U});
  const V multiplier1 = Set(d, std::uint64_t{0xCD9E8D57U});
  for (int round = 0; round < 10; ++round) {
    const V product0 = MulLower32(multiplier0, c0);
    const V product1 = MulLower32(multiplier1, c2);
    c0 = Xor(Xor(ShiftRight<32>(product1), c1), Set(d, std::uint64_t{k0}));
    c2 = Xor(Xor(ShiftRight<32>(product0), c3), Set(d, std::uint64_t{k1}));
    c1 = And(product1, lower);
    c3 = And(product0, lower);
    k0 += 0x9E3779B9U;
    k1 += 0xBB67AE85U;
  }
}

}  // namespace lowprec::LOWPREC_LANES
