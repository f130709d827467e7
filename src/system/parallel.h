// Loops over independent pieces, on several threads.
#pragma once

#include <algorithm>
#include <cstddef>
#include <functional>

#include "lowprec/system/threads.h"

namespace lowprec::system {

// Returns n or, if n is 0, the number of threads that the machine has.
unsigned thread_count(unsigned n);

// Calls f(k) for k < pieces on up to `threads` threads. Pieces begin in ascending order, and none begins after one has
// thrown. The exception of the least k is rethrown: the one that a loop on one thread would throw.
void parallel_pieces(std::size_t pieces, unsigned threads, const std::function<void(std::size_t)>& f);

// Calls f(first, last) for the pieces [first, last) of [0, n). A piece has `grain` indices, the last one may have
// fewer. grain must be at least 1.
template <class F>
void parallel_for(std::size_t n, std::size_t grain, F f) {
  const std::size_t pieces = n / grain + (n % grain != 0 ? 1 : 0);
  parallel_pieces(pieces, threads(), [&](std::size_t k) { f(k * grain, k * grain + std::min(grain, n - k * grain)); });
}

// Returns the grain that shares n indices equally between the threads, but at least `least`.
inline std::size_t share(std::size_t n, std::size_t least) { return std::max((n - 1) / threads() + 1, least); }

}  // namespace lowprec::system
