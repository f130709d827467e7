// Step sizes over a run.
#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>

#include "lowprec/format/language.h"

namespace lowprec::sgd {

// gamma_t for t = 0 ... N-1, N the horizon, as a text:
//   constant       gamma_t = gamma
//   geometric      gamma_t = gamma 2^-floor(t / (N / log2 N)); N / log2 N is not rounded (arXiv 2602.19241, section 3)
//   polynomial(p)  gamma_t = gamma (1 + t)^-p, p >= 0, relative error below 2^-45
class Schedule {
 public:
  enum class Kind : std::uint8_t { constant, geometric, polynomial };

  Schedule() = default;  // constant
  // Error for a text of another form, naming what is allowed.
  template <std::convertible_to<std::string_view> Text>
  Schedule(const Text& text) : Schedule(std::string_view(text), Parse{}) {}

  Kind kind() const { return kind_; }
  double power() const { return power_; }
  // Whether gamma_t depends on the horizon, so that each needs a run of its own.
  bool depends_on_horizon() const { return kind_ == Kind::geometric; }

  // The text as it was typed.
  friend const std::string& to_string(const Schedule& schedule) { return schedule.text_; }
  bool operator==(const Schedule& other) const { return text_ == other.text_; }

 private:
  struct Parse {};
  Schedule(std::string_view text, Parse);

  std::string text_ = "constant";
  Kind kind_ = Kind::constant;
  double power_ = 0;
};

// The step sizes of a schedule: the same bits on every machine, a function of the schedule, gamma, N and t alone.
class StepSizes {
 public:
  // The horizon is at least 1.
  StepSizes(const Schedule& schedule, std::uint64_t horizon);

  bool depends_on_horizon() const { return kind_ == Schedule::Kind::geometric; }
  bool is_constant() const { return kind_ == Schedule::Kind::constant; }

  // gamma_t / gamma.
  double factor(std::uint64_t t) const;

 private:
  Schedule::Kind kind_;
  double halvings_ = 0;  // a step: log2 N / N
  double power_ = 0;
};

// How many of the last iterates w_0 ... w_{N-1} the tail average of a share of the end takes: the nearest integer to
// share N, at least 1.
std::uint64_t tail_length(double share, std::uint64_t horizon);

}  // namespace lowprec::sgd
