// ARS-5 over the lane vocabulary; see ArsKeys.
// No include guard: included once for each set of lanes.
#include "lowprec/lane/aes.h"

namespace lowprec::LOWPREC_LANES {

// Counter blocks become their random blocks, several vectors round by round: an AES round is long, but two begin in a
// cycle. D has pairs of 64-bit lanes, or one Block.
template <class D, class... V>
LOWPREC_TEXT void Ars5(D d, const lane::ArsKeys& k, V&... states) {
  ((states = Xor(states, DupBlock(d, k.keys[0]))), ...);
  for (std::size_t round = 1; round < lane::ArsKeys::rounds; ++round)
    ((states = AesRound(states, DupBlock(d, k.keys[round]))), ...);
  ((states = AesLastRound(states, DupBlock(d, k.keys[lane::ArsKeys::rounds]))), ...);
}

}  // namespace lowprec::LOWPREC_LANES
