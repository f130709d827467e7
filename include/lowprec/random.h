// Counter-based randomness: draw i is a pure function of (seed, stream, i), so results depend on no order of
// evaluation.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "lowprec/kernel/one_lane.h"

namespace lowprec {

// One block of Philox4x32-10.
constexpr std::array<std::uint32_t, 4> philox(std::array<std::uint32_t, 4> counter, std::array<std::uint32_t, 2> key) {
  std::uint64_t c0 = counter[0], c1 = counter[1], c2 = counter[2], c3 = counter[3];
  one_lane::Philox(one_lane::OneLane<std::uint64_t>(), c0, c1, c2, c3, key[0], key[1]);
  const auto word = [](std::uint64_t c) { return static_cast<std::uint32_t>(c); };
  return {word(c0), word(c1), word(c2), word(c3)};
}

// An endless sequence of independent 32-bit draws. Draws come in pages of 64, made of 16 blocks: word w of block b of
// page n is draw 64 n + 16 w + b, so that vectors of up to 16 lanes read consecutive draws without a shuffle.
struct Stream {
  static constexpr std::uint64_t page_size = 64;
  static constexpr std::uint64_t page_blocks = 16;

  std::uint64_t seed = 0;
  std::uint64_t id = 0;

  // The four words of block b of page n.
  constexpr std::array<std::uint32_t, 4> block(std::uint64_t page, std::uint64_t b) const {
    const std::uint64_t counter = page * page_blocks + b;
    return philox({lower(counter), upper(counter), lower(id), upper(id)}, {lower(seed), upper(seed)});
  }

  constexpr std::uint32_t draw(std::uint64_t i) const {
    return block(i / page_size, i % page_blocks)[(i / page_blocks) % 4];
  }

  // A standard normal number for index i (Box & Muller 1958 on draws of the page of i; |value| < 6.8).
  constexpr double gaussian(std::uint64_t i) const {
    const std::uint64_t word = (i / page_blocks) % 4;
    const auto words = block(i / page_size, i % page_blocks);
    const std::uint64_t odd = word % 2;
    double cosine = 0, sine = 0;
    one_lane::BoxMuller(one_lane::OneLane<double>(), std::uint64_t{words[word - odd]},
                        std::uint64_t{words[word - odd + 1]}, cosine, sine);
    return odd != 0 ? sine : cosine;
  }

  // An independent stream for each k.
  constexpr Stream substream(std::uint64_t k) const {
    const auto words = philox({lower(k), upper(k), lower(id), upper(id)}, {~lower(seed), upper(seed)});
    return {seed, words[0] | std::uint64_t{words[1]} << 32};
  }

  constexpr bool operator==(const Stream&) const = default;

 private:
  static constexpr std::uint32_t lower(std::uint64_t x) { return static_cast<std::uint32_t>(x); }
  static constexpr std::uint32_t upper(std::uint64_t x) { return static_cast<std::uint32_t>(x >> 32); }
};

// out[i] = stream.draw(first + i), vectorised.
void fill_draws(Stream stream, std::uint64_t first, std::span<std::uint32_t> out);

// out[i] = stream.gaussian(first + i), vectorised, the same bits.
void fill_gaussian(Stream stream, std::uint64_t first, std::span<double> out);

// While it lives, the operators of stochastically rounded Num in this thread take their draws from its stream, in the
// order in which they are evaluated. Scopes nest; without one such an operator throws Error.
class ScopedStream {
 public:
  explicit ScopedStream(Stream stream) : stream_(stream), outer_(current()) { current() = this; }
  ~ScopedStream() { current() = outer_; }
  ScopedStream(const ScopedStream&) = delete;
  ScopedStream& operator=(const ScopedStream&) = delete;

  // The next draw of this thread's innermost scope.
  static std::uint32_t next() {
    ScopedStream* scope = current();
    if (scope == nullptr) throw Error("stochastic rounding needs a lowprec::ScopedStream in this thread");
    return scope->stream_.draw(scope->used_++);
  }

 private:
  static ScopedStream*& current() {
    thread_local ScopedStream* innermost = nullptr;
    return innermost;
  }

  Stream stream_;
  std::uint64_t used_ = 0;
  ScopedStream* outer_;
};

}  // namespace lowprec
