// Every binary32 number through quantize, to nearest even, for each preset of at most 16 bits. Between two boundaries
// the rounded number is constant, so the oracle is asked once a piece: boundaries are its numbers' midpoints, exact in
// binary64. LOWPREC_PRESET=NAME picks one format; without it all are scanned.
#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "lowprec/array/quantize.h"
#include "support/cases.h"
#include "support/oracle.h"
#include "support/probes.h"
#include "support/proof.h"

using namespace lowprec;

namespace {

constexpr std::uint32_t kInfinity = 0x7F800000;  // binary32 numbers of one sign are ordered as their bits
constexpr std::uint32_t kSign = 0x80000000;
constexpr std::uint32_t kBlock = 1U << 14;

// Bits of the least non-negative binary32 number that is at least x, for x >= 0.
std::uint32_t ceiling_bits(double x) {
  auto y = static_cast<float>(x);
  if (static_cast<double>(y) < x) y = std::nextafter(y, std::numeric_limits<float>::infinity());
  return std::bit_cast<std::uint32_t>(y);
}

// Bits of the non-negative numbers at which the rounded number may change, in ascending order, and then that of NaN.
std::vector<std::uint32_t> piece_starts(const oracle::Table& table) {
  std::vector<std::uint32_t> starts{0, 1, kInfinity, kInfinity + 1};
  const auto& entries = table.entries();
  for (std::size_t i = 0; i + 1 < entries.size(); ++i) {
    const double middle = entries[i].value + (entries[i + 1].value - entries[i].value) / 2;
    const std::uint32_t at = ceiling_bits(middle);
    starts.push_back(at);
    if (static_cast<double>(std::bit_cast<float>(at)) == middle) starts.push_back(at + 1);
  }
  std::ranges::sort(starts);
  starts.erase(std::unique(starts.begin(), starts.end()), starts.end());
  std::erase_if(starts, [](std::uint32_t start) { return start > kInfinity + 1; });
  return starts;
}

void fill_numbers(std::uint32_t first, std::span<float> out) {
  for (std::uint32_t i = 0; i < out.size(); ++i) out[i] = std::bit_cast<float>(first + i);
}

std::uint32_t count_other_than(float want, const float* got, std::size_t n) {
  std::uint32_t others = 0;
  const auto bits = std::bit_cast<std::uint32_t>(want);
  for (std::size_t i = 0; i < n; ++i) others += std::bit_cast<std::uint32_t>(got[i]) != bits ? 1 : 0;
  return others;
}

std::uint32_t count_numbers(const float* got, std::size_t n) {
  std::uint32_t numbers = 0;
  for (std::size_t i = 0; i < n; ++i) numbers += got[i] == got[i] ? 1 : 0;
  return numbers;
}

class Scan {
 public:
  explicit Scan(const cases::Case& c)
      : case_(c),
        table_(c.definition),
        rule_(cases::default_rule(table_)),
        quantizer_(probes::quantizer(c.format, rne, rule_)),
        starts_(piece_starts(table_)) {}

  void run() {
    for (const std::uint32_t sign : {0U, kSign}) {
      piece_ = 0;
      for (std::uint32_t first = 0; first < kSign; first += kBlock) check_block(sign, first);
    }
    proof::append("floats_exhaustive_test", proof::cell(case_.name) + ",quantize all binary32 numbers," +
                                                cases::name(rne) + ',' + std::to_string(compared_) + ',' +
                                                std::to_string(different_));
    INFO(case_.name << ": " << different_ << " of " << compared_ << " differ, the first is " << first_different_);
    CHECK(different_ == 0);
    CHECK(compared_ == std::uint64_t{1} << 32);
  }

 private:
  void check_block(std::uint32_t sign, std::uint32_t first) {
    fill_numbers(sign | first, in_);
    quantize(quantizer_, std::span<const float>(in_), std::span<float>(out_));
    for (std::uint32_t at = first; at < first + kBlock;) {
      while (piece_ + 1 < starts_.size() && starts_[piece_ + 1] <= at) ++piece_;
      const std::uint32_t end = piece_ + 1 < starts_.size() ? starts_[piece_ + 1] : kSign;
      const std::uint32_t stop = std::min(end, first + kBlock);
      check_piece(sign, at, std::span<const float>(out_).subspan(at - first, stop - at));
      at = stop;
    }
  }

  void check_piece(std::uint32_t sign, std::uint32_t at, std::span<const float> got) {
    const auto x = static_cast<double>(std::bit_cast<float>(sign | starts_[piece_]));
    if (starts_[piece_] == at || got.data() == out_.data())
      want_ = static_cast<float>(table_.round(x, rne, rule_).value);
    const std::uint32_t different =
        std::isnan(want_) ? count_numbers(got.data(), got.size()) : count_other_than(want_, got.data(), got.size());
    if (different != 0 && different_ == 0)
      first_different_ = "after " + cases::hex(static_cast<double>(std::bit_cast<float>(sign | at)));
    different_ += different;
    compared_ += got.size();
  }

  const cases::Case& case_;
  oracle::Table table_;
  Overflow rule_;
  Quantizer quantizer_;
  std::vector<std::uint32_t> starts_;
  std::size_t piece_ = 0;
  float want_ = 0;
  std::vector<float> in_ = std::vector<float>(kBlock), out_ = std::vector<float>(kBlock);
  std::uint64_t compared_ = 0, different_ = 0;
  std::string first_different_;
};

std::vector<cases::Case> presets() {
  auto result = cases::small_presets();
  for (const auto& c : cases::medium_formats())
    if (c.name == "binary16" || c.name == "bfloat16") result.push_back(c);
  return result;
}

}  // namespace

TEST_CASE("all 2^32 binary32 numbers, rounded to nearest even") {
  const char* chosen = std::getenv("LOWPREC_PRESET");
  int scanned = 0;
  for (const auto& c : presets()) {
    if (chosen != nullptr && c.name != chosen) continue;
    Scan(c).run();
    ++scanned;
  }
  CHECK(scanned == (chosen != nullptr ? 1 : 13));
}
