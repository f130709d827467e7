#include "lowprec/sgd/step_sizes.h"

#include <doctest/doctest.h>

#include <cmath>

#include "lowprec/format/error.h"

using namespace lowprec;

TEST_CASE("geometric steps halve every N / log2 N updates, which is not rounded") {
  const sgd::StepSizes steps("geometric", 1000);  // N / log2 N = 100.34
  CHECK(steps.depends_on_horizon());
  CHECK(steps.factor(0) == 1);
  CHECK(steps.factor(100) == 1);
  CHECK(steps.factor(101) == 0.5);
  CHECK(steps.factor(301) == 0.25);  // 3 x 100 would have halved again
  CHECK(steps.factor(302) == 0.125);
  CHECK(steps.factor(999) == std::exp2(-9));
  const sgd::StepSizes power("geometric", 4096);  // N / log2 N = 341 + 1/3: the third halving at 1024 exactly
  CHECK(power.factor(1023) == 0.25);
  CHECK(power.factor(1024) == 0.125);
  CHECK(sgd::StepSizes("geometric", 1).factor(0) == 1);
}

TEST_CASE("polynomial steps") {
  const sgd::StepSizes half("polynomial(0.5)", 10), none("polynomial(0)", 10), fast("polynomial(3)", 10);
  CHECK_FALSE(half.depends_on_horizon());
  for (const std::uint64_t t : {0, 1, 2, 9, 1000, 123456789}) {
    const double n = static_cast<double>(t) + 1;
    CHECK(std::abs(half.factor(t) * std::sqrt(n) - 1) < 0x1p-44);
    CHECK(std::abs(fast.factor(t) * n * n * n - 1) < 0x1p-42);
    CHECK(none.factor(t) == 1);
  }
  CHECK(sgd::StepSizes("polynomial(300)", 10).factor(99) == 0);
}

TEST_CASE("constant steps, and texts that are refused") {
  CHECK(sgd::StepSizes("constant", 5).factor(4) == 1);
  CHECK(sgd::StepSizes("constant", 5).is_constant());
  for (const char* text :
       {"", "linear", "geometric(2)", "polynomial", "polynomial(-1)", "polynomial(x)", "constant(1)"})
    CHECK_THROWS_AS(sgd::StepSizes(text, 5), Error);
}

TEST_CASE("the tail is the nearest integer to its share of N, and never empty") {
  CHECK(sgd::tail_length(0.5, 1000) == 500);
  CHECK(sgd::tail_length(0.1, 14) == 1);
  CHECK(sgd::tail_length(0.001, 10) == 1);
  CHECK(sgd::tail_length(1, 10) == 10);
}
