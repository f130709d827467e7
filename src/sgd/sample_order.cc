#include "lowprec/sgd/sample_order.h"

namespace lowprec {

sgd::SampleOrder::SampleOrder(std::uint64_t samples, bool reshuffles, Stream stream)
    : samples_(samples), reshuffles_(reshuffles), stream_(stream) {
  while (half_bits_ < 32 && (std::uint64_t{1} << (2 * half_bits_)) < samples) ++half_bits_;
}

std::uint64_t sgd::SampleOrder::operator()(std::uint64_t epoch, std::uint64_t i) {
  if (epoch == 0 || !reshuffles_) return i;
  if (epoch != epoch_) {
    epoch_ = epoch;
    for (int r = 0; r < kRounds; ++r) keys_[r] = stream_.block(epoch * kRounds + r).lower;
  }
  do i = permuted(i);
  while (i >= samples_);
  return i;
}

std::uint64_t sgd::SampleOrder::permuted(std::uint64_t i) const {
  const std::uint64_t mask = (std::uint64_t{1} << half_bits_) - 1;
  std::uint64_t left = i >> half_bits_, right = i & mask;
  for (const std::uint64_t key : keys_) {
    std::uint64_t mixed = (right + 1) * 0x9E3779B97F4A7C15 ^ key;  // a finalizer in Murmur's form, keyed
    mixed = (mixed ^ (mixed >> 32)) * 0xD6E8FEB86659FD93;
    mixed = (mixed ^ (mixed >> 32)) * 0xD6E8FEB86659FD93;
    const std::uint64_t next = left ^ ((mixed ^ (mixed >> 32)) & mask);
    left = right;
    right = next;
  }
  return left << half_bits_ | right;
}

}  // namespace lowprec
