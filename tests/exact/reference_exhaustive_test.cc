// All pairs of numbers of formats of at most 8 bits through Reference: + - x / and remainders, every deterministic
// rounding of each exact result; all square roots.
#include <cmath>
#include <vector>

#include "lowprec/exact/reference.h"
#include "support/cases.h"
#include "support/oracle.h"
#include "support/pairs.h"
#include "support/proof.h"
#include "support/wide_pairs.h"

using namespace lowprec;

namespace {

constexpr const char* kTest = "reference_exhaustive";

std::vector<Overflow> default_rules(const cases::Case& c) { return {default_overflow(c.format)}; }
std::vector<Overflow> every_rule(const cases::Case& c) { return cases::overflow_rules(oracle::Table(c.definition)); }

std::vector<pairs::ReferenceMachine> machines(const cases::Case& c, const std::vector<Overflow>& rules) {
  return pairs::references(c.format, cases::deterministic_roundings(), rules);
}

void record(const cases::Case& c, const std::string& operation, const cases::Tally& tally) {
  proof::record(kTest, c.name, operation, cases::names(cases::deterministic_roundings()), tally);
}

void check_pairs(const cases::Case& c, const std::vector<Overflow>& rules, const std::string& suffix) {
  const oracle::Table table(c.definition);
  const auto list = machines(c, rules);
  pairs::Tallies tallies;
  pairs::for_each_pair(table, [&](pairs::Operation op, double a, double b, const oracle::Place& place) {
    const Wide x = a, y = b;
    pairs::expect_all(
        table, place, list, tallies[static_cast<std::size_t>(op)],
        [&](const Reference& f) { return pairs::apply(f, op, x, y); },
        [&] { return cases::hex(a) + ' ' + pairs::symbol(op) + ' ' + cases::hex(b); });
  });
  for (const auto op : pairs::kOperations) record(c, pairs::name(op) + suffix, tallies[static_cast<std::size_t>(op)]);
}

void check_remainders(const cases::Case& c, oracle::Whole whole) {
  const oracle::Table table(c.definition);
  const auto list = machines(c, default_rules(c));
  const auto values = pairs::operands(table);
  const auto exact = pairs::exact(values);
  const auto wide = pairs::wide(values);
  const bool nearest = whole == oracle::Whole::nearest;
  cases::Tally tally;
  for (std::size_t i = 0; i < values.size(); ++i)
    for (std::size_t j = 0; j < values.size(); ++j)
      pairs::expect_all(
          table, table.place(oracle::remainder(exact[i], exact[j], whole)), list, tally,
          [&](const Reference& f) { return nearest ? f.remainder(wide[i], wide[j]) : f.fmod(wide[i], wide[j]); },
          [&] { return cases::hex(values[i]) + " rem " + cases::hex(values[j]); });
  record(c, nearest ? "remainder" : "fmod", tally);
}

void check_roots(const cases::Case& c) {
  const oracle::Table table(c.definition);
  const auto list = machines(c, every_rule(c));
  cases::Tally tally;
  for (const double x : pairs::operands(table))
    pairs::expect_all(
        table, table.place(table.root(oracle::exact(x))), list, tally,
        [&](const Reference& f) { return f.sqrt(Wide(x)); }, [&] { return "sqrt " + cases::hex(x); });
  record(c, "sqrt (every overflow rule)", tally);
}

// (m + 1/2)^2 or m^2 against x, all in units of the quantum: the other way to place a root, by squares alone.
bool squares_enclose(const oracle::Table& table, const oracle::Exact& x, const oracle::Place& p) {
  const auto& entries = table.entries();
  const auto square_exceeds = [&](double a, double b) {
    const auto middle = oracle::product(oracle::exact(0.5), oracle::sum(oracle::exact(a), oracle::exact(b)));
    const auto difference = oracle::sum(oracle::product(middle, middle), oracle::negated(x));
    return difference.num == 0 ? 0 : difference.negative ? -1 : 1;
  };
  const double low = entries[p.lower].value, high = entries[p.lower + 1].value;
  const int half = -square_exceeds(low, high);
  return square_exceeds(low, low) == (p.over == 0 ? 0 : -1) && square_exceeds(high, high) > 0 &&
         half == oracle::cpp_int(2 * p.over).compare(p.gap);
}

}  // namespace

TEST_CASE("the oracle's square roots lie where squares of neighbours and of their midpoints say") {
  cases::Tally tally;
  for (const auto& list : {cases::small_formats(), cases::p3109_formats(3, 8)}) {
    for (const auto& c : list) {
      const oracle::Table table(c.definition);
      for (const auto& entry : table.entries()) {
        const auto x = oracle::exact(entry.value);
        const auto place = table.place(table.root(x));
        if (place.beyond || place.below_least) continue;
        tally.expect(squares_enclose(table, x, place), [&] { return c.name + ": sqrt " + cases::hex(entry.value); });
      }
    }
  }
  tally.report("roots");
}

TEST_CASE("all pairs x + - * / x deterministic roundings, formats of at most 8 bits") {
  for (const auto& c : cases::small_formats()) check_pairs(c, default_rules(c), "");
}

TEST_CASE(
    "all pairs x + - * / x deterministic roundings x every overflow rule, formats of at most 5 bits, int8 wrapped") {
  for (const auto& c : cases::tiny_formats())
    if (c.definition.bits() <= 5) check_pairs(c, every_rule(c), " (every overflow rule)");
  check_pairs(cases::small_integers()[6], {Overflow::wrap}, " (wrap)");
}

TEST_CASE("all pairs x + - * / x deterministic roundings, IEEE P3109 formats of 6 and 7 bits") {
  for (const auto& c : cases::p3109_formats(6, 7)) check_pairs(c, default_rules(c), "");
}

TEST_CASE("remainders of all pairs x deterministic roundings, formats of at most 8 bits") {
  for (const auto& c : cases::small_formats())
    for (const auto whole : {oracle::Whole::nearest, oracle::Whole::truncated}) check_remainders(c, whole);
}

TEST_CASE("remainders of all pairs x deterministic roundings, IEEE P3109 formats of 3 to 6 bits") {
  for (const auto& c : cases::p3109_formats(3, 6))
    for (const auto whole : {oracle::Whole::nearest, oracle::Whole::truncated}) check_remainders(c, whole);
}

TEST_CASE("square roots of all codes x deterministic roundings x every overflow rule, formats of at most 8 bits") {
  for (const auto& list : {cases::small_formats(), cases::p3109_formats(3, 8)})
    for (const auto& c : list) check_roots(c);
}
