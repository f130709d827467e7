// Counter-based randomness: draw i is a pure function of (seed, stream, i), so results depend on no order of
// evaluation.
#pragma once

#include <cstdint>

#include "lowprec/lane/one_lane.h"

namespace lowprec::lane {

// Returns one block of ARS-5.
constexpr Block ars5(Block counter, Block key) {
  one_lane::Ars5(one_lane::OneLane<Block>(), ArsKeys(key), counter);
  return counter;
}

}  // namespace lowprec::lane

namespace lowprec {

// An endless sequence of independent 32-bit draws: draw i is word i % 4 of block i / 4.
struct Stream {
  // Normal numbers come in groups, so that vectors of up to 8 binary64 lanes store them without a shuffle. With
  // i = 16 g + 8 s + j and 0 <= j < 8, draws 16 g + 2 j and 16 g + 2 j + 1 make a pair. Number i is its cosine if s = 0
  // and its sine if s = 1.
  static constexpr std::uint64_t gaussian_group = 16;

  std::uint64_t seed = 0;
  std::uint64_t id = 0;

  // Returns block b, which holds four draws.
  constexpr lane::Block block(std::uint64_t b) const { return lane::ars5({b, id}, {seed, 0}); }

  constexpr std::uint32_t draw(std::uint64_t i) const { return block(i / 4).word(i % 4); }

  // Returns the standard normal number of index i (Box & Muller 1958). Its magnitude is below 6.8.
  constexpr double gaussian(std::uint64_t i) const {
    const std::uint64_t half = gaussian_group / 2;
    const std::uint64_t first_draw = i / gaussian_group * gaussian_group + i % half * 2;
    const lane::Block draws = block(first_draw / 4);
    double cosine = 0, sine = 0;
    one_lane::BoxMuller(one_lane::OneLane<double>(), first_draw % 4 == 0 ? draws.lower : draws.upper, cosine, sine);
    return i % gaussian_group < half ? cosine : sine;
  }

  // Returns an independent stream for each k. Its id comes from a block of another key.
  constexpr Stream substream(std::uint64_t k) const { return {seed, lane::ars5({k, id}, {seed, 1}).lower}; }

  constexpr bool operator==(const Stream&) const = default;
};

// While a ScopedStream lives, the operators of stochastically rounded Num in its thread take their draws from its
// stream, in the order of evaluation. C++ leaves open which operand of a * b + c * d is computed first: give one of
// them a name if every compiler must give the same bits. Scopes nest. Each conversion and each result takes one draw,
// exact ones too. Without a scope, as for constants at namespace scope and in other threads, a conversion that is exact
// needs no draw, and everything else throws Error.
class ScopedStream {
 public:
  explicit ScopedStream(Stream stream) : stream_(stream), outer_(current()) { current() = this; }
  ~ScopedStream() { current() = outer_; }
  ScopedStream(const ScopedStream&) = delete;
  ScopedStream& operator=(const ScopedStream&) = delete;

  // Whether this thread has a scope.
  static bool is_active() { return current() != nullptr; }

  // Returns the next draw of this thread's innermost scope. Throws Error if there is none.
  static std::uint32_t next() {
    ScopedStream* scope = current();
    if (scope == nullptr)
      throw Error(
          "stochastic rounding needs a lowprec::ScopedStream in this thread (only exact conversions do without one)");
    return scope->next_draw();
  }

  // What next() will return, without taking it; 0 if the thread has no scope.
  static std::uint32_t peek() {
    const ScopedStream* const scope = current();
    return scope == nullptr ? 0 : scope->stream_.draw(scope->used_);
  }

 private:
  static ScopedStream*& current() {
    thread_local ScopedStream* innermost = nullptr;
    return innermost;
  }

  std::uint32_t next_draw() {
    if (used_ % 4 == 0) block_ = stream_.block(used_ / 4);
    return block_.word(used_++ % 4);
  }

  Stream stream_;
  lane::Block block_;
  std::uint64_t used_ = 0;
  ScopedStream* outer_;
};

}  // namespace lowprec
