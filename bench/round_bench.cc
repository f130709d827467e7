// Rounding of float arrays of 16 KB, 4 MB and 64 MB, out of place and in place: the vectorised kernel and one lane,
// against memcpy of the same array. Each is checked first. Quote the ratios that the program prints, not its times:
// they come from one interleaved run.
#include <benchmark/benchmark.h>

#include <bit>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "lowprec/kernel/one_lane.h"
#include "lowprec/quantize.h"
#include "lowprec/text.h"

namespace {

constexpr const char* kQuantizers[] = {"e4m3",    "e4m3:overflow=saturate", "e5m2", "binary16", "bfloat16",
                                       "fp(6,9)", "int8:step=2^-4"};
constexpr std::int64_t kSizes[] = {std::int64_t{4} << 10, std::int64_t{1} << 20, std::int64_t{16} << 20};  // elements

std::vector<float> sample(std::size_t n) {
  std::vector<double> wide(n);
  lowprec::fill_gaussian({2026, 1}, 0, wide);
  std::vector<float> values(n);
  for (std::size_t i = 0; i < n; ++i) values[i] = static_cast<float>(4 * wide[i]);
  return values;
}

// The definition: the formula over one lane.
void round_one_lane(const lowprec::Grid<float>& grid, const std::vector<float>& in, std::vector<float>& out) {
  const lowprec::one_lane::OneLane<float> lane;
  for (std::size_t i = 0; i < in.size(); ++i)
    out[i] = lowprec::one_lane::RoundQuietly<lowprec::Rounding::nearest_even, true>(lane, grid, in[i]);
}

lowprec::Grid<float> grid_of(const lowprec::Quantizer& q) {
  return lowprec::make_grid<float>(lowprec::stepped_format(q).format, q.rounding, q.overflow);
}

void check(const lowprec::Quantizer& q) {
  const auto in = sample(1 << 16);
  std::vector<float> vectors(in.size()), lanes(in.size());
  lowprec::quantize(q, in, vectors);
  round_one_lane(grid_of(q), in, lanes);
  for (std::size_t i = 0; i < in.size(); ++i) {
    if (std::bit_cast<std::uint32_t>(vectors[i]) == std::bit_cast<std::uint32_t>(lanes[i])) continue;
    std::fprintf(stderr, "%s: %a gives %a, its definition %a\n", to_string(q).c_str(), static_cast<double>(in[i]),
                 static_cast<double>(vectors[i]), static_cast<double>(lanes[i]));
    std::exit(1);
  }
}

// Runs work(in, out) on arrays of the size of the benchmark's argument.
template <class Work>
void run(benchmark::State& state, Work work) {
  const auto in = sample(static_cast<std::size_t>(state.range(0)));
  auto out = in;
  for (auto _ : state) {
    work(in, out);
    benchmark::DoNotOptimize(out.data());
    benchmark::ClobberMemory();
  }
  state.SetBytesProcessed(state.iterations() * state.range(0) * static_cast<std::int64_t>(sizeof(float)));
}

void register_all() {
  const auto add = [](const std::string& name, auto work) {
    auto* b = benchmark::RegisterBenchmark(name.c_str(), [work](benchmark::State& state) { run(state, work); });
    for (const auto size : kSizes) b->Arg(size);
    b->Repetitions(9)->ReportAggregatesOnly()->Unit(benchmark::kMicrosecond);
  };
  add("memcpy", [](const auto& in, auto& out) { std::memcpy(out.data(), in.data(), in.size() * sizeof(float)); });
  for (const char* text : kQuantizers) {
    const auto q = lowprec::parse_quantizer(text);
    check(q);
    add(std::string("simd ") + text, [q](const auto& in, auto& out) { lowprec::quantize(q, in, out); });
    add(std::string("in place ") + text,
        [q](const auto&, auto& out) { lowprec::quantize(q, std::span<const float>(out), out); });
    add(std::string("one_lane ") + text,
        [grid = grid_of(q)](const auto& in, auto& out) { round_one_lane(grid, in, out); });
  }
}

// Prints the medians as ratios to memcpy of the same size.
class Ratios : public benchmark::ConsoleReporter {
 public:
  Ratios() : ConsoleReporter(OO_None) {}
  void ReportRuns(const std::vector<Run>& runs) override {
    for (const Run& run : runs)
      if (run.aggregate_name == "median")
        medians_[std::stoll(run.run_name.args)][run.run_name.function_name] = run.GetAdjustedRealTime();
  }
  void Finalize() override {
    for (const auto& [size, medians] : medians_) {
      std::printf("%lld floats (times memcpy, median of 9)\n", size);
      for (const auto& [name, time] : medians)
        std::printf("  %-34s %8.2f\n", name.c_str(), time / medians.at("memcpy"));
    }
  }

 private:
  std::map<long long, std::map<std::string, double>> medians_;
};

}  // namespace

int main(int argc, char** argv) {
  std::vector<char*> arguments(argv, argv + argc);
  std::string interleaved = "--benchmark_enable_random_interleaving=true";
  arguments.insert(arguments.begin() + 1, interleaved.data());
  int count = static_cast<int>(arguments.size());
  benchmark::Initialize(&count, arguments.data());
  if (benchmark::ReportUnrecognizedArguments(count, arguments.data())) return 2;
  register_all();
  Ratios ratios;
  benchmark::RunSpecifiedBenchmarks(&ratios);
}
