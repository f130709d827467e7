// Loops over independent pieces on several threads.
#pragma once

#include <algorithm>
#include <cstddef>
#include <functional>

#include "lowprec/system/threads.h"

namespace lowprec::system {

// n, or as many threads as the machine has if n is 0.
unsigned thread_count(unsigned n);

// Calls f(k) for k < pieces on up to `threads` threads. Pieces are begun in ascending order, and none after one has
// thrown; the exception of the least k is rethrown, which is that of a loop on one thread.
void parallel_pieces(std::size_t pieces, unsigned threads, const std::function<void(std::size_t)>& f);

// Calls f(first, last) for the pieces [first, last) of [0, n), of `grain` >= 1 indices but for the last.
template <class F>
void parallel_for(std::size_t n, std::size_t grain, F f) {
  const std::size_t pieces = n / grain + (n % grain != 0 ? 1 : 0);
  parallel_pieces(pieces, threads(), [&](std::size_t k) { f(k * grain, k * grain + std::min(grain, n - k * grain)); });
}

// The grain that shares n indices equally between the threads, but no less than `least`.
inline std::size_t share(std::size_t n, std::size_t least) { return std::max((n - 1) / threads() + 1, least); }

}  // namespace lowprec::system
