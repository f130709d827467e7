// Operands and results of Reference as the oracle takes them.
#pragma once

#include <cmath>
#include <cstdint>
#include <vector>

#include "lowprec/exact/reference.h"
#include "support/pairs.h"

namespace pairs {

inline lowprec::Wide apply(const lowprec::Reference& f, Operation op, const lowprec::Wide& x, const lowprec::Wide& y) {
  switch (op) {
    case Operation::add:
      return f.add(x, y);
    case Operation::sub:
      return f.sub(x, y);
    case Operation::mul:
      return f.mul(x, y);
    case Operation::div:
      return f.div(x, y);
  }
  return {};
}

// A wide number as a double, without the library's conversion. NaN too where it is no binary64 number, so that no
// comparison accepts it.
inline double to_double(const lowprec::Wide& x) {
  if (x.is_infinite()) return x.is_negative() ? -HUGE_VAL : HUGE_VAL;
  const auto significand = static_cast<std::uint64_t>(x.significand());
  if (x.is_nan() || significand != x.significand() || significand >> 53 != 0) return std::nan("");
  const double magnitude = std::ldexp(static_cast<double>(significand), x.exponent());
  return x.is_negative() ? -magnitude : magnitude;
}

inline std::vector<lowprec::Wide> wide(const std::vector<double>& values) { return {values.begin(), values.end()}; }

struct ReferenceMachine {
  lowprec::Reference arithmetic;
  lowprec::Overflow rule;
};

// One for each rounding and rule.
inline std::vector<ReferenceMachine> references(const lowprec::Format& f,
                                                const std::vector<lowprec::Rounding>& roundings,
                                                const std::vector<lowprec::Overflow>& rules) {
  std::vector<ReferenceMachine> result;
  for (const auto r : roundings)
    for (const auto o : rules) result.push_back({lowprec::Reference(f, r, o), o});
  return result;
}

// Each machine against the oracle: evaluate(arithmetic) gives a Wide, describe() what was computed.
template <class Evaluate, class Describe>
void expect_all(const oracle::Table& table, const oracle::Place& place, const std::vector<ReferenceMachine>& machines,
                cases::Tally& tally, Evaluate evaluate, Describe describe) {
  for (const auto& m : machines)
    tally.expect(table.round(place, m.arithmetic.rounding(), m.rule), to_double(evaluate(m.arithmetic)), [&] {
      return describe() + " @" + cases::name(m.arithmetic.rounding()) + " overflow=" + cases::name(m.rule);
    });
}

}  // namespace pairs
