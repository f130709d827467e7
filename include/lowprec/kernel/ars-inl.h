// ARS-5 over the lane vocabulary; see ArsKeys.
// No include guard: included once for each set of lanes.
#include "lowprec/kernel/aes.h"

namespace lowprec::LOWPREC_LANES {

// The random block of each counter block. D has pairs of 64-bit lanes, or one Block.
template <class D, class V = Vec<D>>
LOWPREC_TEXT V Ars5(D d, const ArsKeys& k, V counter) {
  V state = Xor(counter, DupBlock(d, k.keys[0]));
  for (std::size_t round = 1; round < ArsKeys::rounds; ++round) state = AesRound(state, DupBlock(d, k.keys[round]));
  return AesLastRound(state, DupBlock(d, k.keys[ArsKeys::rounds]));
}

}  // namespace lowprec::LOWPREC_LANES
