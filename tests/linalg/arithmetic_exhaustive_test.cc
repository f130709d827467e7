// All operand pairs of small formats under every overflow rule, and many random pairs of 16-bit formats.
#include <cmath>
#include <vector>

#include "lowprec/format/presets.h"
#include "lowprec/linalg/arithmetic.h"
#include "support/cases.h"
#include "support/pairs.h"

using namespace lowprec;

TEST_CASE("all pairs x + - * / x all roundings x every overflow rule, formats of at most 8 bits") {
  for (const auto& c : cases::small_formats()) {
    const oracle::Table table(c.definition);
    pairs::check_dynamic(c, cases::all_roundings(), cases::overflow_rules(table));
  }
}

TEST_CASE("every number of 16-bit formats with a few others: sums, differences, products, quotients") {
  auto formats = cases::medium_formats();
  formats.push_back({"tf32", tf32, oracle::floating(oracle::Definition::ieee, 8, 10, 127)});
  const Stream stream{4, 40};
  for (const auto& c : formats) {
    const oracle::Table table(c.definition);
    const Overflow rule = cases::default_rule(table);
    std::vector<Dynamic> machines;
    for (const Rounding r : {rne, rna, rz, ru, rd, ro, sr, stochastic(6, Rounding::stochastic_b)})
      machines.emplace_back(c.format, r, rule);
    const std::uint64_t codes = std::uint64_t{1} << table.bits();
    cases::Tally tally;
    for (std::uint64_t i = 0; i < codes; ++i) {
      const double a = table.decode(i);
      const double b = table.decode(stream.draw(2 * i) % codes);
      // One more whose exponent lies near that of a, so that sums cancel and quotients lie near 1.
      const double near = table.decode((i + stream.draw(2 * i + 1) % 4096) % codes);
      for (const double other : {b, near}) {
        for (const auto op : pairs::kOperations) {
          const auto place = table.place(oracle::apply(op, oracle::exact(a), oracle::exact(other)));
          for (Dynamic& m : machines)
            tally.expect(table.round(place, m.rounding(), rule, stream.draw(i)),
                         pairs::apply(m, op, a, other, {stream, i}), [&] {
                           return cases::hex(a) + ' ' + pairs::symbol(op) + ' ' + cases::hex(other) + " @" +
                                  cases::name(m.rounding());
                         });
        }
      }
    }
    tally.report(c.name);
  }
}
