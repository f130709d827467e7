// Numbers that are hard to round to a format, and the comparison of whole arrays with the oracle.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "lowprec/array/quantize.h"
#include "support/cases.h"
#include "support/oracle.h"

namespace probes {

template <class T>
void add_with_neighbours(std::vector<T>& out, double x) {
  const T near = static_cast<T>(x);
  if (!std::isfinite(near)) return;
  for (const T y : {near, std::nextafter(near, std::numeric_limits<T>::infinity()), std::nextafter(near, T{0})}) {
    out.push_back(y);
    out.push_back(-y);
  }
}

// Zeros, subnormal and extreme lane values, infinities, quiet and signalling NaNs with odd payloads of both signs.
template <class T>
std::vector<T> specials() {
  using L = std::numeric_limits<T>;
  std::vector<T> result{0, L::denorm_min(), 3 * L::denorm_min(), L::min(), std::nextafter(L::min(), T{0}),
                        1, L::max(),        L::infinity()};
  if constexpr (sizeof(T) == 4) {
    for (const std::uint32_t bits : {0x7FFFFFFFU, 0x7F800001U, 0x7FC00000U, 0x7FBFFFFFU})
      result.push_back(std::bit_cast<T>(bits));
  } else {
    for (const std::uint64_t bits :
         {0x7FFFFFFFFFFFFFFFU, 0x7FF0000000000001U, 0x7FF8000000000000U, 0x7FF7FFFFFFFFFFFFU})
      result.push_back(std::bit_cast<T>(bits));
  }
  const std::size_t n = result.size();
  for (std::size_t i = 0; i < n; ++i) result.push_back(std::copysign(result[i], T{-1}));
  return result;
}

// Every number of the table and every k-th of the way to the next one (the first beyond the largest included), each
// with its neighbours in T and a number one part in 2^36 above it; of both signs.
template <class T>
std::vector<T> hard_numbers(const oracle::Table& table, int parts) {
  std::vector<T> result = specials<T>();
  const auto& entries = table.entries();
  for (std::size_t i = 0; i + 1 < entries.size(); ++i) {
    const double low = entries[i].value;
    const double next = entries[i + 1].value;
    const double gap = std::isfinite(next) ? next - low : low - entries[i - 1].value;
    for (int k = 0; k < parts; ++k) {
      const double x = low + gap * k / parts;
      add_with_neighbours<T>(result, x);
      result.push_back(static_cast<T>(x * (1 + 0x1p-36)));
    }
  }
  const double beyond = entries.back().value;
  for (const double x : {beyond, beyond * 1.25, beyond * 1.5, beyond * 1.75, beyond * 2, beyond * 3, beyond * 100.3}) {
    add_with_neighbours<T>(result, x);
  }
  const double least = entries.front().value == 0 ? entries[1].value : entries.front().value;
  for (const double x : {least / 2, least / 3, least / 4, least / 1024, least * 0x1p-60})
    add_with_neighbours<T>(result, x);
  return result;
}

template <class T>
struct Placed {
  std::vector<T> numbers;
  std::vector<oracle::Place> places;
};

template <class T>
Placed<T> placed(const oracle::Table& table, std::vector<T> numbers) {
  Placed<T> result{std::move(numbers), {}};
  result.places.reserve(result.numbers.size());
  for (const T x : result.numbers) result.places.push_back(table.place(oracle::exact(static_cast<double>(x))));
  return result;
}

inline lowprec::Quantizer quantizer(const lowprec::Format& f, lowprec::Rounding r, lowprec::Overflow o,
                                    double step = 1) {
  return {f, r, o, lowprec::block::Scale::given(step)};
}

// quantize of the whole array against the oracle, element i with draw i; then the same, counted.
template <class T>
void check_array(const cases::Case& c, const oracle::Table& table, const Placed<T>& in, lowprec::Rounding r,
                 lowprec::Overflow o, cases::Tally& tally) {
  const lowprec::Stream stream{11, 5};
  const auto q = quantizer(c.format, r, o);
  std::vector<T> out(in.numbers.size(), T{77}), counted(in.numbers.size(), T{77});
  lowprec::quantize(q, std::span<const T>(in.numbers), std::span<T>(out), stream);
  lowprec::Events events;
  lowprec::quantize(q, std::span<const T>(in.numbers), std::span<T>(counted), stream, &events);
  for (std::size_t i = 0; i < out.size(); ++i) {
    const std::uint32_t draw = r.is_stochastic() ? stream.draw(i) : 0;
    const auto describe = [&] {
      return c.name + ": " + cases::hex(static_cast<double>(in.numbers[i])) + " @" + cases::name(r) +
             " overflow=" + cases::name(o) + " draw " + std::to_string(draw) +
             (sizeof(T) == 4 ? " (float)" : " (double)");
    };
    tally.expect(table.round(in.places[i], r, o, draw), static_cast<double>(out[i]), describe);
    const bool same = cases::same_bits(out[i], counted[i]) || (std::isnan(out[i]) && std::isnan(counted[i]));
    tally.expect(same, [&] { return describe() + ": counted " + cases::hex(static_cast<double>(counted[i])); });
  }
  tally.expect(events.rounded == out.size(), [&] { return c.name + ": rounded " + std::to_string(events.rounded); });
}

template <class T>
void check_format(const cases::Case& c, const std::vector<lowprec::Rounding>& roundings, int parts) {
  const oracle::Table table(c.definition);
  const auto in = placed(table, hard_numbers<T>(table, parts));
  cases::Tally tally;
  for (const auto r : roundings)
    for (const auto o : cases::overflow_rules(table)) check_array(c, table, in, r, o, tally);
  tally.report(c.name);
}

}  // namespace probes
