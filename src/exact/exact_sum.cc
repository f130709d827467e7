#include "lowprec/exact/exact_sum.h"

#include "exact/real.h"
#include "lowprec/lane/lane.h"

namespace lowprec {
namespace {

constexpr int kBinBits = 32;
constexpr int kLeastExponent = lane::Lane<double>::min_quantum_exponent;

// The upper bits of a positive integer, the last of them 1 if anything lies below.
Wide rounded_to_odd(const exact::Integer& magnitude, bool negative) {
  constexpr int kBits = 120;
  const int excess = static_cast<int>(msb(magnitude)) + 1 - kBits;
  if (excess <= 0) return {static_cast<format::Uint128>(magnitude), kLeastExponent, negative};
  const bool is_inexact = static_cast<int>(lsb(magnitude)) < excess;
  const auto upper = static_cast<format::Uint128>(exact::Integer(magnitude >> static_cast<unsigned>(excess)));
  return {upper | (is_inexact ? 1U : 0U), kLeastExponent + excess, negative};
}

}  // namespace

void exact::ExactSum::add(double x) {
  if (x != x)
    has_nan_ = true;
  else if (x - x != 0)
    (x > 0 ? has_plus_infinity_ : has_minus_infinity_) = true;
  else {
    const format::Magnitude m = format::magnitude_of(x);
    const int shift = m.exponent - kLeastExponent;
    const auto term = static_cast<Int128>(m.significand << (shift % kBinBits));
    bins_[static_cast<std::size_t>(shift / kBinBits)] += x < 0 ? -term : term;
  }
}

Wide exact::ExactSum::result() const {
  if (has_nan_ || (has_plus_infinity_ && has_minus_infinity_)) return Wide::nan();
  if (has_plus_infinity_ || has_minus_infinity_) return Wide::infinity(has_minus_infinity_);
  exact::Integer positive = 0, negative = 0;
  for (std::size_t b = 0; b < bins_.size(); ++b) {
    const Int128 bin = bins_[b];
    (bin < 0 ? negative : positive) += exact::Integer(static_cast<format::Uint128>(bin < 0 ? -bin : bin))
                                       << (kBinBits * b);
  }
  if (positive == negative) return {};
  return positive > negative ? rounded_to_odd(positive - negative, false) : rounded_to_odd(negative - positive, true);
}

}  // namespace lowprec
