// Step sizes over a run.
#pragma once

#include <cstdint>
#include <string_view>

namespace lowprec::sgd {

// gamma_t for t = 0 ... N-1, N the horizon, as a text:
//   constant       gamma_t = gamma
//   geometric      gamma_t = gamma 2^-floor(t / (N / log2 N)); N / log2 N is not rounded (arXiv 2602.19241, section 3)
//   polynomial(p)  gamma_t = gamma (1 + t)^-p, p >= 0, relative error below 2^-45
// The same bits on every machine: a function of the text, gamma, N and t alone.
class StepSizes {
 public:
  // Error for other texts, naming what is allowed. The horizon is at least 1.
  StepSizes(std::string_view text, std::uint64_t horizon);

  // Whether gamma_t depends on the horizon, so that each needs a run of its own.
  bool depends_on_horizon() const { return kind_ == Kind::geometric; }
  bool is_constant() const { return kind_ == Kind::constant; }

  // gamma_t / gamma.
  double factor(std::uint64_t t) const;

 private:
  enum class Kind : std::uint8_t { constant, geometric, polynomial };

  Kind kind_ = Kind::constant;
  double halvings_ = 0;  // a step: log2 N / N
  double power_ = 0;
};

// How many of the last iterates w_0 ... w_{N-1} the tail average of a share of the end takes: the nearest integer to
// share N, at least 1.
std::uint64_t tail_length(double share, std::uint64_t horizon);

}  // namespace lowprec::sgd
