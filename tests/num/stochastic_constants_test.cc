// Stochastic number types without a ScopedStream: constants at namespace scope, and other threads.
#include "lowprec/format/presets.h"
#include "lowprec/num.h"
#include "lowprec/num/counted.h"
#include "lowprec/num/implicit.h"
#include "lowprec/num/shadow.h"

#include <string>
#include <thread>
#include <vector>

#include "support/cases.h"

using namespace lowprec;

namespace {

using Stochastic = Num<bfloat16, sr>;

// Made before main, and at compile time.
const Stochastic kHalf(0.5), kThree(3), kLong(-2.5L), kOther(Num<binary16>(1.5));
const Implicit<Stochastic> kImplicit = 0.25;
const Counted<Stochastic> kCounted(4.0F);
const Shadow<Stochastic> kShadow(8);
constexpr Stochastic kConstant(1.25), kInteger(7);
constexpr Implicit<Stochastic> kImplicitConstant = 0.125;
static_assert(kConstant == 1.25 && kInteger == 7 && kImplicitConstant == 0.125);

template <class T, class X>
bool needs_stream(const X& x) {
  try {
    T rounded(x);
    return false;
  } catch (const Error& error) {
    return std::string(error.what()).find("ScopedStream") != std::string::npos;
  }
}

// Every number of the format, and a number between each and the next: which conversions go without a stream.
template <class T>
void check_every_number() {
  constexpr Format f = T::format;
  int exact = 0;
  for (std::uint64_t code = 0; code < (std::uint64_t{1} << f.bits); ++code) {
    const double x = decode(f, code);
    if (x - x != 0) continue;
    const T number(x);
    CHECK(number.value() == x);
    ++exact;
    if (x != 0 && f.precision < 20) CHECK(needs_stream<T>(x * (1 + 0x1p-40)));
  }
  CHECK(exact > 100);
}

}  // namespace

TEST_CASE("without a ScopedStream exact conversions need no draw, and others name what they need") {
  CHECK((kHalf == 0.5 && kThree == 3 && kLong == -2.5 && kOther == 1.5));
  CHECK((kImplicit == 0.25 && kCounted == 4 && kShadow.number() == 8 && kShadow.shadow() == 8));
  check_every_number<Num<e4m3fn, sr>>();
  check_every_number<Num<e5m2, stochastic(8, Rounding::stochastic_b), Overflow::saturate>>();
  check_every_number<Num<integer(8), sr>>();
  check_every_number<Counted<Num<e4m3fn, sre>>>();
  check_every_number<Implicit<Num<e4m3fn, stochastic(3, Rounding::stochastic_a)>>>();
  CHECK(needs_stream<Stochastic>(0.1L));
  CHECK(needs_stream<Stochastic>((std::int64_t{1} << 40) + 1));
  CHECK(needs_stream<Stochastic>(Wide(3, -200)));
  CHECK(needs_stream<Stochastic>(Num<binary32>(0.1)));
  CHECK((needs_stream<Shadow<Stochastic>>(0.1) && needs_stream<Counted<Stochastic>>(0.1)));
  CHECK(Stochastic(std::numeric_limits<double>::quiet_NaN()).is_nan());
  CHECK(Stochastic(std::numeric_limits<double>::infinity()).is_infinite());
}

TEST_CASE("the same in another thread; the results of operators need a stream there") {
  bool converts = false, refuses = false;
  std::thread([&] {
    converts = Stochastic(0.75) == 0.75 && Implicit<Stochastic>(2) == 2;
    try {
      static_cast<void>(kHalf + kThree);
    } catch (const Error& error) {
      refuses = std::string(error.what()).find("ScopedStream") != std::string::npos;
    }
  }).join();
  CHECK((converts && refuses));
}

TEST_CASE("with a ScopedStream every conversion takes a draw, exact ones too") {
  const Stream stream{5, 6};
  const ScopedStream scope(stream);
  CHECK(Stochastic(0.5) == 0.5);
  CHECK(Counted<Stochastic>(0.25) == 0.25);
  CHECK(ScopedStream::next() == stream.draw(2));
}
