// Shadow<N> and its log.
#include "lowprec/num/shadow.h"
#include "lowprec/format/presets.h"

#include <cmath>
#include <string>

#include "support/cases.h"

using namespace lowprec;

namespace {

using S = Shadow<Num<bfloat16>>;
using Key = num::ShadowLog::Key;

bool has(const std::string& text, const char* words) { return text.find(words) != std::string::npos; }

}  // namespace

TEST_CASE("numbers go through the format, shadows through binary64") {
  const S x(0.1), y = x * 3 + S(1);
  CHECK((x.number() == Num<bfloat16>(0.1) && x.shadow() == 0.1));
  CHECK((y.number() == Num<bfloat16>(0.1) * 3 + 1 && y.shadow() == 0.1 * 3 + 1));
  CHECK(std::abs(x.relative_error() - (0.10009765625 - 0.1) / 0.1) < 1e-12);
  CHECK((sqrt(S(2)).shadow() == std::sqrt(2.0) && exp(S(1)).number() == exp(Num<bfloat16>(1)) &&
         abs(-y).number() == y.number()));
  CHECK((pow(S(2), S(0.5)).number() == sqrt(Num<bfloat16>(2)) && -(x - x) == 0));
  CHECK(S(0).relative_error() == 0);
  CHECK(S(Num<bfloat16>(1), 0).relative_error() == std::numeric_limits<double>::infinity());
}

TEST_CASE("cancellation is found: where, between what, and by how much") {
  num::ShadowLog log;
  S difference;
  {
    const num::ShadowRegion region("difference");
    const S big = S(1) + S(0.01);  // 1.0078125
    difference = big - S(1);
  }
  S(2) * S(3);
  const auto& entry = log.entries().at(Key{"difference", "-"});
  CHECK((entry.count == 1 && entry.worst.index == 1 && entry.worst.a == 1.0078125 && entry.worst.b == 1));
  CHECK((entry.worst.result == 0.0078125 && std::abs(entry.worst.shadow - 0.01) < 1e-15));
  CHECK(std::abs(entry.error - 0.21875) < 1e-12);
  CHECK(entry.worst.growth > 50);
  CHECK(log.entries().at(Key{"", "*"}).worst.growth == 0);
  CHECK((has(log.report(), "difference") && has(log.report(), "1.00781 - 1 = 0.0078125, not 0.01")));
}

TEST_CASE("numbers lost to overflow and underflow, and comparisons that the shadow decides otherwise") {
  using H = Shadow<Num<binary16>>;
  num::ShadowLog log;
  H(300) * H(300);
  H(0x1p-20) * H(0x1p-20);
  H(2) * H(0);
  CHECK(log.entries().at(Key{"", "*"}).lost == 2);
  const H sum = H(2048) + H(1);  // 2048
  CHECK((sum == H(2048) && !(sum > H(2048))));
  CHECK(log.entries().at(Key{"", "=="}).flips == 1);
  CHECK(log.entries().at(Key{"", "<=>"}).flips == 1);
}

TEST_CASE("logs nest; without one nothing is kept") {
  S(1) + S(1);
  num::ShadowLog outer;
  {
    num::ShadowLog inner;
    S(1) + S(1);
    CHECK(inner.entries().size() == 1);
  }
  CHECK(outer.entries().empty());
  S(1) + S(2);
  CHECK(outer.entries().at(Key{"", "+"}).count == 1);
}
