// Counters of events: those of every path equal a count by brute force, from the exact reference, on every target.
#include "lowprec/format/events.h"
#include "lowprec/array/fill.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "lowprec/array/quantize.h"
#include "lowprec/exact/reference.h"
#include "lowprec/linalg/arithmetic.h"
#include "lowprec/system/threads.h"
#include "support/cases.h"
#include "support/probes.h"

using namespace lowprec;
using probes::quantizer;

namespace {

// By the words of events.h, element by element, from the exact result. A finite number overflows where the rule `error`
// refuses it, an infinity where it does not stay.
struct BruteForce {
  explicit BruteForce(const Quantizer& quantizer)
      : q(*quantizer.rounded()),
        stepped(array::stepped_format(q)),
        reference(stepped.format, q.rounding, q.overflow),
        refusing(stepped.format, q.rounding, Overflow::error) {}

  bool overflows(double x, std::uint32_t draw) const {
    if (std::isinf(x)) return true;
    try {
      refusing.div(x, stepped.step, draw);
      return false;
    } catch (const Error&) {
      return true;
    }
  }

  void add(double x, std::uint32_t draw) {
    const Wide y = reference.div(x, stepped.step, draw);
    ++events.rounded;
    if (std::isnan(x) || y.is_nan()) {
      ++events.nan;
      if (!std::isnan(x)) ++events.nan_created, ++events.inexact, ++events.overflow;
      return;
    }
    const Format& f = stepped.format;
    if (y == Wide(x)) return;  // with a step other than 1, x is no multiple of it
    ++events.inexact;
    const Wide magnitude = y.abs();
    if (overflows(x, draw)) {
      ++events.overflow;
      if (q.overflow != Overflow::wrap && (y == f.max<Wide>() || y == f.lowest<Wide>())) ++events.saturated;
    } else if (y.is_zero()) {
      ++events.underflow;
    } else if (!f.twos_complement && magnitude < f.min_normal<Wide>()) {
      ++events.subnormal;
    }
  }

  array::Rounded q;
  array::SteppedFormat stepped;
  Reference reference, refusing;
  Events events;
};

std::string described(const Events& events) {
  std::string text;
  Events::for_each(
      [&](const char* name, auto member) { text += std::string(" ") + name + " " + std::to_string(events.*member); });
  return text;
}

const Stream kStream{7, 9};

template <class T>
Events brute_force(const Quantizer& q, const std::vector<T>& in) {
  BruteForce count(q);
  for (std::size_t i = 0; i < in.size(); ++i)
    count.add(static_cast<double>(in[i]), q.is_random() ? kStream.draw(i) : 0);
  return count.events;
}

template <class T>
void check(const Quantizer& q, const std::vector<T>& in, const Events& want, cases::Tally& tally,
           const std::string& what) {
  std::vector<T> out(in.size(), T{77}), plain(in.size(), T{78});
  Events events;
  quantize(q, std::span<const T>(in), std::span<T>(out), kStream, &events);
  quantize(q, std::span<const T>(in), std::span<T>(plain), kStream);
  tally.expect(events == want, [&] { return what + ":" + described(events) + ", not" + described(want); });
  const auto same = [](T a, T b) { return (a != a && b != b) || cases::same_bits(a, b); };
  tally.expect(std::equal(out.begin(), out.end(), plain.begin(), same), [&] { return what + ": another result"; });
}

template <class T>
void check_all(const std::vector<cases::Case>& formats, const std::vector<Rounding>& roundings) {
  struct Setting {
    Quantizer q;
    std::vector<T> in;
    Events want;
    std::string what;
  };
  std::vector<Setting> settings;
  for (const auto& c : formats) {
    const oracle::Table table(c.definition);
    const auto in = probes::hard_numbers<T>(table, 3);
    for (const Rounding r : roundings)
      for (const Overflow o : cases::overflow_rules(table)) {
        if (o == Overflow::error) continue;
        const auto q = quantizer(c.format, r, o);
        settings.push_back({q, in, brute_force(q, in), c.name + " @" + cases::name(r) + " " + cases::name(o)});
      }
  }
  cases::for_each_target([&](const std::string& target) {
    cases::Tally tally;
    for (const auto& s : settings) check(s.q, s.in, s.want, tally, s.what);
    tally.report(target);
  });
}

}  // namespace

TEST_CASE("counters equal a count by brute force: a step that is no power of two, random draws, lengths and threads") {
  const Stream numbers{1, 2};
  for (const char* text : {"e4m3:step=0.1", "int8:step=0.03@sr", "bf16@sr", "e5m2@sr(5,a)", "binary16"}) {
    const Quantizer q = parse_quantizer(text);
    for (const std::size_t n : {0UL, 1UL, 15UL, 33UL, 70000UL}) {
      std::vector<double> wide(n);
      array::fill_gaussian(numbers, 0, wide);
      for (std::size_t i = 0; i < n; i += 7) wide[i] *= 0x1p-20;
      for (std::size_t i = 3; i < n; i += 11) wide[i] *= 0x1p20;
      const std::vector<float> narrow(wide.begin(), wide.end());
      cases::Tally tally;
      check(q, narrow, brute_force(q, narrow), tally, text);
      use_threads(3);
      check(q, wide, brute_force(q, wide), tally, text);
      use_threads(1);
      tally.report(text);
    }
  }
}

TEST_CASE("counters equal a count by brute force on every target: small formats, all roundings and overflow rules") {
  check_all<float>(cases::small_formats(), {rne, rz, ru, ro, sr, stochastic(3, Rounding::stochastic_a)});
  check_all<double>(cases::small_presets(), {rne, rna, rd, sre});
}
