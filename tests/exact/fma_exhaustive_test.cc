// a b + c for all triples of numbers of formats of at most 6 bits, through Dynamic and Reference; a + b + c of IEEE
// P3109 formats.
#include <cmath>
#include <vector>

#include "lowprec/exact/reference.h"
#include "lowprec/linalg/arithmetic.h"
#include "support/cases.h"
#include "support/oracle.h"
#include "support/pairs.h"
#include "support/proof.h"
#include "support/wide_pairs.h"

using namespace lowprec;

namespace {

constexpr const char* kTest = "fma_exhaustive";

// Calls f(i, j, k) for all triples of indices below n, and before each c = k its pair(i, j).
template <class Pair, class F>
void for_each_triple(std::size_t n, Pair pair, F f) {
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < n; ++j) {
      const oracle::Exact both = pair(i, j);
      for (std::size_t k = 0; k < n; ++k) f(both, i, j, k);
    }
  }
}

std::string triple(double a, double b, double c) { return cases::hex(a) + ", " + cases::hex(b) + ", " + cases::hex(c); }

// The lanes and the reference of one rounding and rule.
struct Machine {
  Dynamic dynamic;
  Reference reference;
};

std::vector<Machine> machines(const Format& f, const std::vector<Overflow>& rules) {
  std::vector<Machine> result;
  for (const Rounding r : cases::deterministic_roundings())
    for (const Overflow o : rules) result.push_back({Dynamic(f, r, o), Reference(f, r, o)});
  return result;
}

struct Tallies {
  cases::Tally dynamic, reference;
};

Tallies tally_fma(const cases::Case& c, const std::vector<Overflow>& rules) {
  const oracle::Table table(c.definition);
  auto list = machines(c.format, rules);
  const auto values = pairs::operands(table);
  const auto exact = pairs::exact(values);
  const auto wide = pairs::wide(values);
  Tallies tallies;
  const auto product = [&](std::size_t i, std::size_t j) { return oracle::product(exact[i], exact[j]); };
  for_each_triple(values.size(), product, [&](const oracle::Exact& ab, std::size_t i, std::size_t j, std::size_t k) {
    const auto place = table.place(oracle::sum(ab, exact[k]));
    for (Machine& m : list) {
      const auto want = table.round(place, m.reference.rounding(), m.reference.overflow());
      const auto describe = [&] {
        return "fma " + triple(values[i], values[j], values[k]) + " @" + cases::name(m.reference.rounding()) +
               " overflow=" + cases::name(m.reference.overflow());
      };
      tallies.dynamic.expect(want, m.dynamic.fma(values[i], values[j], values[k], {}), describe);
      tallies.reference.expect(want, pairs::to_double(m.reference.fma(wide[i], wide[j], wide[k])), describe);
    }
  });
  return tallies;
}

void check_fma(const cases::Case& c, const std::vector<Overflow>& rules, const std::string& suffix) {
  const Tallies tallies = tally_fma(c, rules);
  const auto roundings = cases::names(cases::deterministic_roundings());
  proof::record(kTest, c.name, "fma Dynamic" + suffix, roundings, tallies.dynamic);
  proof::record(kTest, c.name, "fma Reference" + suffix, roundings, tallies.reference);
}

void check_faa(const cases::Case& c) {
  const oracle::Table table(c.definition);
  const auto list = pairs::references(c.format, cases::deterministic_roundings(), {default_overflow(c.format)});
  const auto values = pairs::operands(table);
  const auto exact = pairs::exact(values);
  const auto wide = pairs::wide(values);
  cases::Tally tally;
  const auto sum = [&](std::size_t i, std::size_t j) { return oracle::sum(exact[i], exact[j]); };
  for_each_triple(values.size(), sum, [&](const oracle::Exact& ab, std::size_t i, std::size_t j, std::size_t k) {
    pairs::expect_all(
        table, table.place(oracle::sum(ab, exact[k])), list, tally,
        [&](const Reference& f) { return f.faa(wide[i], wide[j], wide[k]); },
        [&] { return "faa " + triple(values[i], values[j], values[k]); });
  });
  proof::record(kTest, c.name, "faa Reference", cases::names(cases::deterministic_roundings()), tally);
}

}  // namespace

TEST_CASE("fma of all triples x deterministic roundings, formats of at most 6 bits") {
  for (const auto& c : cases::tiny_formats()) check_fma(c, {default_overflow(c.format)}, "");
}

TEST_CASE("fma of all triples x deterministic roundings x every overflow rule, formats of at most 4 bits") {
  for (const auto& c : cases::tiny_formats())
    if (c.definition.bits() <= 4)
      check_fma(c, cases::overflow_rules(oracle::Table(c.definition)), " (every overflow rule)");
}

TEST_CASE("faa of all triples x deterministic roundings, IEEE P3109 formats of 3 to 5 bits") {
  for (const auto& c : cases::p3109_formats(3, 5)) check_faa(c);
}
