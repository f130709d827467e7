// Encoding and decoding of float arrays, against quantize() of the same array. Each is checked first. Quote the ratios
// that the program prints, not its times: they come from one interleaved run.
#include <benchmark/benchmark.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "lowprec/codec.h"
#include "lowprec/quantize.h"
#include "lowprec/text.h"

namespace {

constexpr std::int64_t kSizes[] = {std::int64_t{4} << 10, std::int64_t{16} << 20};  // elements

// n numbers of the format, every 2^16 the same.
std::vector<float> sample(const lowprec::Quantizer& q, std::size_t n) {
  std::vector<double> wide(std::size_t{1} << 16);
  lowprec::fill_gaussian({2026, 1}, 0, wide);
  std::vector<float> values(n);
  for (std::size_t i = 0; i < n; ++i) values[i] = static_cast<float>(2 * wide[i % wide.size()]);
  lowprec::quantize(q, values, values);
  return values;
}

template <class Code>
void check(const std::string& name, const lowprec::Quantizer& q) {
  const auto values = sample(q, 1 << 16);
  std::vector<Code> codes(values.size());
  std::vector<float> back(values.size());
  lowprec::encode(q.format, values, codes);
  lowprec::decode(q.format, codes, back);
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (codes[i] == lowprec::encode(q.format, values[i]) && back[i] == values[i]) continue;
    std::fprintf(stderr, "%s: %a has the code %llx and comes back as %a\n", name.c_str(),
                 static_cast<double>(values[i]), static_cast<unsigned long long>(codes[i]),
                 static_cast<double>(back[i]));
    std::exit(1);
  }
}

// Runs work(values, codes, out) on arrays of the size of the benchmark's argument.
template <class Code, class Work>
void run(benchmark::State& state, const lowprec::Quantizer& q, Work work) {
  const auto values = sample(q, static_cast<std::size_t>(state.range(0)));
  std::vector<Code> codes(values.size());
  std::vector<float> out(values.size());
  lowprec::encode(q.format, values, codes);
  for (auto _ : state) {
    work(values, codes, out);
    benchmark::DoNotOptimize(out.data());
    benchmark::DoNotOptimize(codes.data());
    benchmark::ClobberMemory();
  }
}

template <class Code>
void register_format(const std::string& name) {
  const auto q = lowprec::parse_quantizer(name);
  check<Code>(name, q);
  const auto add = [&](const std::string& what, auto work) {
    auto* b = benchmark::RegisterBenchmark((name + " " + what).c_str(),
                                           [q, work](benchmark::State& state) { run<Code>(state, q, work); });
    for (const auto size : kSizes) b->Arg(size);
    b->Repetitions(9)->ReportAggregatesOnly()->Unit(benchmark::kMicrosecond);
  };
  add("quantize", [q](const auto& values, auto&, auto& out) { lowprec::quantize(q, values, out); });
  add("encode", [q](const auto& values, auto& codes, auto&) { lowprec::encode(q.format, values, codes); });
  add("decode", [q](const auto&, const auto& codes, auto& out) { lowprec::decode(q.format, codes, out); });
}

// Prints the medians as ratios to quantize() of the same format and size.
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
      std::printf("%lld floats (times quantize, median of 9)\n", size);
      for (const auto& [name, time] : medians) {
        const double reference = medians.at(name.substr(0, name.find(' ')) + " quantize");
        std::printf("  %-24s %8.2f\n", name.c_str(), time / reference);
      }
    }
  }

 private:
  std::map<long long, std::map<std::string, double>> medians_;
};

}  // namespace

int main(int argc, char** argv) {
  std::vector<char*> arguments(argv, argv + argc);
  std::string interleaved = "--benchmark_enable_random_interleaving=true", short_runs = "--benchmark_min_time=0.05";
  arguments.insert(arguments.begin() + 1, {interleaved.data(), short_runs.data()});
  int count = static_cast<int>(arguments.size());
  benchmark::Initialize(&count, arguments.data());
  if (benchmark::ReportUnrecognizedArguments(count, arguments.data())) return 2;
  register_format<std::uint8_t>("e4m3");
  register_format<std::uint16_t>("binary16");
  register_format<std::uint16_t>("bfloat16");
  register_format<std::uint8_t>("int8");
  register_format<std::uint8_t>("e2m1");
  Ratios ratios;
  benchmark::RunSpecifiedBenchmarks(&ratios);
}
