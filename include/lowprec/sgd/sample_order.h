// The order in which an epoch takes its samples.
#pragma once

#include <array>
#include <cstdint>

#include "lowprec/lane/stream.h"

namespace lowprec::sgd {

// Sample i of each epoch, for a number of samples: i itself, or in the epochs after the first a random permutation of
// them, anew for each, of which nothing is stored. Permutations are those of Black and Rogaway's generalized Feistel
// cipher (CT-RSA 2002): a Feistel network on the next power of four, walked along until it is back among the samples.
class SampleOrder {
 public:
  SampleOrder(std::uint64_t samples, bool reshuffles, Stream stream);
  std::uint64_t operator()(std::uint64_t epoch, std::uint64_t i);

 private:
  static constexpr int kRounds = 8;

  std::uint64_t permuted(std::uint64_t i) const;

  std::uint64_t samples_;
  bool reshuffles_;
  Stream stream_;
  int half_bits_ = 1;
  std::uint64_t epoch_ = 0;
  std::array<std::uint64_t, kRounds> keys_{};
};

}  // namespace lowprec::sgd
