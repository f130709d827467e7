// Every number of one format into another, in every deterministic rounding, through Reference::convert and quantize.
// What becomes of a number does not depend on the format it came from, so each one is converted once for all the
// formats that have it.
#include <bit>
#include <set>
#include <vector>

#include "lowprec/array/quantize.h"
#include "lowprec/exact/reference.h"
#include "lowprec/format/presets.h"
#include "support/cases.h"
#include "support/oracle.h"
#include "support/pairs.h"
#include "support/probes.h"
#include "support/proof.h"
#include "support/wide_pairs.h"

using namespace lowprec;

namespace {

constexpr const char* kTest = "conversion_exhaustive";

std::vector<cases::Case> small_sources() {
  auto result = cases::small_formats();
  for (const auto& c : cases::p3109_formats(3, 8)) result.push_back(c);
  return result;
}

std::vector<cases::Case> named_targets() {
  auto result = cases::small_formats();
  for (const auto& c : cases::medium_formats()) result.push_back(c);
  result.push_back({"tf32", tf32, oracle::floating(oracle::Definition::ieee, 8, 10, 127)});
  return result;
}

// All numbers of the formats, zeros of both signs, infinities and one NaN, each once.
std::vector<double> numbers(const std::vector<cases::Case>& sources) {
  std::set<std::uint64_t> bits;
  for (const auto& c : sources)
    for (const double x : pairs::operands(oracle::Table(c.definition)))
      bits.insert(std::bit_cast<std::uint64_t>(x != x ? std::numeric_limits<double>::quiet_NaN() : x));
  std::vector<double> result;
  for (const std::uint64_t b : bits) result.push_back(std::bit_cast<double>(b));
  return result;
}

std::vector<double> quantized(const Format& f, Rounding r, Overflow o, const std::vector<double>& in) {
  std::vector<double> out(in.size(), 77);
  quantize(probes::quantizer(f, r, o), std::span<const double>(in), std::span<double>(out));
  return out;
}

struct Tallies {
  cases::Tally reference, lanes;
};

struct Machine {
  Reference reference;
  std::vector<double> quantized;
};

std::vector<Machine> machines(const Format& f, const std::vector<double>& in) {
  std::vector<Machine> result;
  for (const Rounding r : cases::deterministic_roundings())
    result.push_back({Reference(f, r), quantized(f, r, default_overflow(f), in)});
  return result;
}

// want(x, rounding) gives what becomes of in[i] = x.
template <class Want>
Tallies tally_conversions(const Format& f, const std::vector<double>& in, Want want) {
  const auto list = machines(f, in);
  Tallies tallies;
  for (std::size_t i = 0; i < in.size(); ++i) {
    const auto expected = want(in[i]);
    const Wide wide = in[i];
    for (const Machine& m : list) {
      const Rounding r = m.reference.rounding();
      const auto describe = [&] { return cases::hex(in[i]) + " @" + cases::name(r); };
      const oracle::Expected result = expected(r);
      tallies.reference.expect(result, pairs::to_double(m.reference.convert(wide)), describe);
      tallies.lanes.expect(result, m.quantized[i], describe);
    }
  }
  return tallies;
}

void record(const std::string& target, const std::string& sources, const Tallies& tallies) {
  const auto roundings = cases::names(cases::deterministic_roundings());
  proof::record(kTest, target, "Reference::convert from " + sources, roundings, tallies.reference);
  proof::record(kTest, target, "quantize from " + sources, roundings, tallies.lanes);
}

void convert_into(const cases::Case& c, const std::string& sources, const std::vector<double>& in) {
  const oracle::Table table(c.definition);
  const Overflow rule = cases::default_rule(table);
  record(c.name, sources, tally_conversions(c.format, in, [&](double x) {
           return [&table, rule, place = table.place(oracle::exact(x))](Rounding r) {
             return table.round(place, r, rule);
           };
         }));
}

// A format that has every number of the sources.
void convert_unchanged(const std::string& name, const Format& f, const std::string& sources,
                       const std::vector<double>& in) {
  record(name, sources,
         tally_conversions(f, in, [](double x) { return [x](Rounding) { return oracle::Expected{x}; }; }));
}

}  // namespace

TEST_CASE("every number of formats of at most 8 bits, IEEE P3109's included, into every other and wider ones") {
  const std::string sources = "all formats of at most 8 bits";
  const auto in = numbers(small_sources());
  for (const auto& list : {named_targets(), cases::p3109_formats(3, 8)})
    for (const auto& c : list) convert_into(c, sources, in);
  convert_unchanged("binary32", binary32, sources, in);
  convert_unchanged("binary64", binary64, sources, in);
}

TEST_CASE("every number of binary16 and bfloat16 into the named formats and IEEE P3109 ones of at most 8 bits") {
  const auto medium = cases::medium_formats();
  for (const auto& source : {medium[0], medium[1]}) {
    const auto in = numbers({source});
    for (const auto& list : {named_targets(), cases::p3109_formats(3, 8)})
      for (const auto& c : list) convert_into(c, source.name, in);
    convert_unchanged("binary32", binary32, source.name, in);
    convert_unchanged("binary64", binary64, source.name, in);
  }
}

TEST_CASE("every number of int16 into the named formats") {
  const auto source = cases::medium_formats()[2];
  const auto in = numbers({source});
  for (const auto& c : named_targets()) convert_into(c, source.name, in);
  convert_unchanged("binary32", binary32, source.name, in);
  convert_unchanged("binary64", binary64, source.name, in);
}
