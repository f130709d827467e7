// All operand pairs of a format, for + - x /, against the oracle.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <vector>

#include "lowprec/linalg/arithmetic.h"
#include "support/cases.h"
#include "support/oracle.h"

namespace pairs {

using oracle::Operation;

inline constexpr Operation kOperations[] = {Operation::add, Operation::sub, Operation::mul, Operation::div};

inline char symbol(Operation op) { return "+-*/"[static_cast<int>(op)]; }
inline std::string name(Operation op) {
  static constexpr const char* names[] = {"add", "sub", "mul", "div"};
  return names[static_cast<int>(op)];
}

// The values of all codes, one NaN among them where the format has any.
inline std::vector<double> operands(const oracle::Table& table) {
  std::vector<double> result;
  bool has_nan = false;
  for (std::uint64_t code = 0; code < std::uint64_t{1} << table.bits(); ++code) {
    const double value = table.decode(code);
    if (table.definition().symmetric && value < table.lowest()) continue;
    if (value != value && has_nan) continue;
    has_nan = has_nan || value != value;
    result.push_back(value);
  }
  return result;
}

inline std::vector<oracle::Exact> exact(const std::vector<double>& values) {
  std::vector<oracle::Exact> result;
  for (const double value : values) result.push_back(oracle::exact(value));
  return result;
}

// Calls f(op, a, b, place of the exact result) for every operation and pair, each exact result found once.
template <class F>
void for_each_pair(const oracle::Table& table, F f) {
  const std::vector<double> values = operands(table);
  const std::vector<oracle::Exact> exact = pairs::exact(values);
  for (const Operation op : kOperations)
    for (std::size_t i = 0; i < values.size(); ++i)
      for (std::size_t j = 0; j < values.size(); ++j)
        f(op, values[i], values[j], table.place(table.result(op, exact[i], exact[j])));
}

// An index of the stream whose draw has `wanted` as its top bits.
inline std::uint64_t index_of_draw(lowprec::Stream stream, std::uint32_t wanted, int top_bits) {
  std::uint64_t i = 0;
  while (stream.draw(i) >> (32 - top_bits) != wanted) ++i;
  return i;
}

// Indices of draws for N random bits: all zeros and all ones where a search can find them, and any.
inline std::vector<std::uint64_t> draw_indices(lowprec::Stream stream, lowprec::Rounding r) {
  if (!r.is_stochastic()) return {0};
  std::vector<std::uint64_t> result{0, 1, 2};
  if (r.random_bits > 8) return result;
  const std::uint32_t ones = (1U << r.random_bits) - 1;
  return {index_of_draw(stream, 0, r.random_bits), index_of_draw(stream, ones, r.random_bits), 1, 2};
}

struct Machine {
  lowprec::Dynamic arithmetic;
  lowprec::Rounding rounding;
  lowprec::Overflow overflow;
  std::vector<std::uint64_t> indices;
};

inline double apply(lowprec::Dynamic& a, Operation op, double x, double y, lowprec::linalg::Draw draw) {
  switch (op) {
    case Operation::add:
      return a.add(x, y, draw);
    case Operation::sub:
      return a.sub(x, y, draw);
    case Operation::mul:
      return a.mul(x, y, draw);
    case Operation::div:
      return a.div(x, y, draw);
  }
  return 0;
}

using Tallies = std::array<cases::Tally, 4>;  // by operation

// Dynamic against the oracle, for all pairs, the roundings and the overflow rules given.
inline Tallies tally_dynamic(const cases::Case& c, const std::vector<lowprec::Rounding>& roundings,
                             const std::vector<lowprec::Overflow>& rules) {
  const oracle::Table table(c.definition);
  const lowprec::Stream stream{2026, 7};
  std::vector<Machine> machines;
  for (const auto r : roundings)
    for (const auto o : rules) machines.push_back({lowprec::Dynamic(c.format, r, o), r, o, draw_indices(stream, r)});
  Tallies tallies;
  for_each_pair(table, [&](Operation op, double a, double b, const oracle::Place& place) {
    for (Machine& m : machines) {
      for (const std::uint64_t index : m.indices) {
        const std::uint32_t draw = m.rounding.is_stochastic() ? stream.draw(index) : 0;
        tallies[static_cast<std::size_t>(op)].expect(
            table.round(place, m.rounding, m.overflow, draw), apply(m.arithmetic, op, a, b, {stream, index}), [&] {
              return cases::hex(a) + ' ' + symbol(op) + ' ' + cases::hex(b) + " @" + cases::name(m.rounding) +
                     " overflow=" + cases::name(m.overflow) + " draw " + std::to_string(draw);
            });
      }
    }
  });
  return tallies;
}

inline void check_dynamic(const cases::Case& c, const std::vector<lowprec::Rounding>& roundings,
                          const std::vector<lowprec::Overflow>& rules) {
  const Tallies tallies = tally_dynamic(c, roundings, rules);
  for (const Operation op : kOperations) tallies[static_cast<std::size_t>(op)].report(c.name + ' ' + name(op));
}

}  // namespace pairs
