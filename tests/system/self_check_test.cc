// Settings that break exact rounding are found by the library call; results of the library show why.
#include "lowprec/system/self_check.h"

#include <doctest/doctest.h>

#include <cfenv>
#include <thread>

#if defined(__x86_64__)
#include <xmmintrin.h>
#endif

using namespace lowprec;

namespace {

// While it lives, a rounding mode of this thread.
class RoundingMode {
 public:
  explicit RoundingMode(int mode) { std::fesetround(mode); }
  ~RoundingMode() { std::fesetround(FE_TONEAREST); }
};

#if defined(__x86_64__)
constexpr unsigned kFlushToZero = 0x8000, kDenormalsAreZero = 0x0040;

// While it lives, bits of MXCSR.
class ControlBits {
 public:
  explicit ControlBits(unsigned bits) : before_(_mm_getcsr()) { _mm_setcsr(before_ | bits); }
  ~ControlBits() { _mm_setcsr(before_); }

 private:
  unsigned before_;
};
#endif

}  // namespace

TEST_CASE("the default environment passes, in this thread and a new one") {
  CHECK_NOTHROW(self_check());
  bool passed = false;
  std::thread([&] {
    self_check();
    passed = true;
  }).join();
  CHECK(passed);
}

TEST_CASE("each rounding mode but to nearest is found") {
  for (const int mode : {FE_UPWARD, FE_DOWNWARD, FE_TOWARDZERO}) {
    const RoundingMode scope(mode);
    CHECK_THROWS_WITH_AS(self_check(), doctest::Contains("rounding mode is not to nearest"), Error);
    CHECK_FALSE(system::detail::Environment<float>::rounds_to_nearest());
    CHECK_FALSE(system::detail::Environment<double>::rounds_to_nearest());
  }
  CHECK_NOTHROW(self_check());
}

#if defined(__x86_64__)
TEST_CASE("flush-to-zero and denormals-are-zero are found, each alone and both; a thread has its own") {
  {
    const ControlBits scope(kFlushToZero);
    CHECK_THROWS_WITH_AS(self_check(), doctest::Contains("FTZ"), Error);
  }
  {
    const ControlBits scope(kDenormalsAreZero);
    CHECK_THROWS_WITH_AS(self_check(), doctest::Contains("DAZ"), Error);
  }
  {
    const ControlBits scope(kFlushToZero | kDenormalsAreZero);
    CHECK_THROWS_WITH_AS(self_check(), doctest::Contains("set_flush_denormal"), Error);
  }
  CHECK_NOTHROW(self_check());
  std::thread([] { _mm_setcsr(_mm_getcsr() | kFlushToZero); }).join();
  CHECK_NOTHROW(self_check());
}
#endif
