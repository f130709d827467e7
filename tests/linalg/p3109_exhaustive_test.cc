// Every format of IEEE P3109 v4.0 of 3 to 8 bits: all pairs of numbers and all square roots, through Dynamic.
#include <vector>

#include "lowprec/linalg/arithmetic.h"
#include "support/cases.h"
#include "support/pairs.h"
#include "support/proof.h"

using namespace lowprec;

namespace {

constexpr const char* kTest = "p3109_exhaustive";

void record_pairs(const cases::Case& c, const std::vector<Overflow>& rules, const std::string& suffix) {
  const auto roundings = cases::deterministic_roundings();
  const auto tallies = pairs::tally_dynamic(c, roundings, rules);
  for (const auto op : pairs::kOperations)
    proof::record(kTest, c.name, pairs::name(op) + suffix, cases::names(roundings),
                  tallies[static_cast<std::size_t>(op)]);
}

void check_roots(const oracle::Table& table, Dynamic& dynamic, Overflow rule, cases::Tally& tally) {
  for (const double x : pairs::operands(table))
    tally.expect(table.round(table.place(table.root(oracle::exact(x))), dynamic.rounding(), rule), dynamic.sqrt(x, {}),
                 [&] { return "sqrt " + cases::hex(x) + " @" + cases::name(dynamic.rounding()); });
}

}  // namespace

TEST_CASE("all pairs x + - * / x deterministic roundings x every overflow rule") {
  for (const auto& c : cases::p3109_formats(3, 8)) {
    const oracle::Table table(c.definition);
    record_pairs(c, {cases::default_rule(table)}, "");
    record_pairs(c, cases::overflow_rules(table), " (every overflow rule)");
  }
}

TEST_CASE("the default rule: infinity in extended formats, saturation in finite ones") {
  for (const auto& c : cases::p3109_formats(3, 8))
    CHECK(default_overflow(c.format) == cases::default_rule(oracle::Table(c.definition)));
}

TEST_CASE("square roots of all codes x deterministic roundings, 3 to 8 bits") {
  for (const auto& c : cases::p3109_formats(3, 8)) {
    const oracle::Table table(c.definition);
    cases::Tally tally;
    for (const Rounding r : cases::deterministic_roundings()) {
      Dynamic dynamic(c.format, r);
      check_roots(table, dynamic, cases::default_rule(table), tally);
    }
    proof::record(kTest, c.name, "sqrt", cases::names(cases::deterministic_roundings()), tally);
  }
}
