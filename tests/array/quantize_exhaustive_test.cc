// 16-bit formats under all roundings and overflow rules, and dense scans of all binary32 numbers.
#include <cmath>
#include <vector>

#include "lowprec/format/presets.h"
#include "support/cases.h"
#include "support/probes.h"

using namespace lowprec;

namespace {

// Binary32 numbers `stride` apart, in pieces that fit into memory.
void scan_floats(const cases::Case& c, std::uint64_t stride) {
  const oracle::Table table(c.definition);
  cases::Tally tally;
  std::uint64_t bits = 0;
  while (bits < std::uint64_t{1} << 32) {
    std::vector<float> numbers;
    for (; bits < std::uint64_t{1} << 32 && numbers.size() < 200000; bits += stride)
      numbers.push_back(std::bit_cast<float>(static_cast<std::uint32_t>(bits)));
    const auto in = probes::placed(table, std::move(numbers));
    for (const Rounding r : cases::deterministic_roundings())
      probes::check_array(c, table, in, r, cases::default_rule(table), tally);
    probes::check_array(c, table, in, sr, cases::default_rule(table), tally);
  }
  tally.report(c.name);
}

}  // namespace

TEST_CASE("every number, quarter point and neighbour of 16-bit formats, all roundings, all overflow rules") {
  for (const auto& c : cases::medium_formats()) {
    probes::check_format<double>(c, cases::all_roundings(), 4);
    probes::check_format<float>(c, cases::all_roundings(), 4);
  }
}

TEST_CASE("sixteenths between the numbers of small formats, all roundings, all overflow rules") {
  for (const auto& c : cases::small_formats()) {
    probes::check_format<double>(c, cases::all_roundings(), 16);
    probes::check_format<float>(c, cases::all_roundings(), 16);
  }
}

TEST_CASE("binary32 numbers of all exponents to bfloat16, tf32, binary16, e4m3fn, e5m2, int8") {
  scan_floats(cases::medium_formats()[1], 307);
  scan_floats({"tf32", tf32, oracle::floating(oracle::Definition::ieee, 8, 10, 127)}, 311);
  scan_floats(cases::medium_formats()[0], 1009);
  scan_floats(cases::small_presets()[1], 1013);
  scan_floats(cases::small_presets()[0], 1019);
  scan_floats(cases::small_integers()[6], 1021);
}
