// One interleaved run of Google Benchmark for each yardstick: its repetitions and those of all works held against it
// come in random order, so that what disturbs the machine disturbs all of them.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "bench.h"

namespace lowprec::bench {
namespace {

using Times = std::vector<double>;  // nanoseconds a run, one a repetition

// Keeps the repetitions' times by name.
class Collector : public benchmark::BenchmarkReporter {
 public:
  bool ReportContext(const Context&) override { return true; }
  void ReportRuns(const std::vector<Run>& runs) override {
    for (const Run& run : runs)
      if (run.run_type == Run::RT_Iteration) times[run.run_name.function_name].push_back(time(run));
  }

  std::map<std::string, Times> times;

 private:
  // What other programs do on this processor is not counted, unless there are threads to wait for.
  static double time(const Run& run) {
    return run.run_name.time_type.empty() ? run.GetAdjustedCPUTime() : run.GetAdjustedRealTime();
  }
};

void initialize() {
  std::vector<std::string> arguments{"lowprec", "--benchmark_enable_random_interleaving=true"};
  std::vector<char*> pointers;
  for (auto& argument : arguments) pointers.push_back(argument.data());
  int count = static_cast<int>(pointers.size());
  benchmark::Initialize(&count, pointers.data());
}

void add(const Work& work, const Effort& effort) {
  auto* registered = benchmark::RegisterBenchmark(work.name.c_str(), work.prepare());
  registered->MinTime(effort.seconds)->Repetitions(effort.repetitions);
  if (work.threads > 1) registered->UseRealTime();
}

// The share q of the times lies below.
double quantile(Times times, double q) {
  std::ranges::sort(times);
  return times[static_cast<std::size_t>(std::lround(q * static_cast<double>(times.size() - 1)))];
}

// Half the middle of the times, relative to their median.
double spread(const Times& times) { return (quantile(times, 0.75) - quantile(times, 0.25)) / quantile(times, 0.5) / 2; }

// The least times: what else runs on the machine only adds to a time, and their ratio is twice as steady as that of
// medians.
Measurement compared(const Goal& goal, const Times& work, const Times& yardstick) {
  const double w = quantile(work, 0) / goal.work.units, y = quantile(yardstick, 0) / goal.yardstick.units;
  return {w, y, w / y, spread(work) + spread(yardstick)};
}

constexpr double kNothing = std::numeric_limits<double>::quiet_NaN();

// A miss by so little that more repetitions may show another ratio.
bool is_near_miss(const Goal& goal, const Measurement& m) {
  return m.ratio > goal.ratio && m.ratio < 1.25 * goal.ratio;
}

// Goals of one yardstick.
void measure_group(std::span<const Goal> goals, const std::vector<std::size_t>& group, const Effort& effort,
                   std::vector<Measurement>& results) {
  const Work& yardstick = goals[group.front()].yardstick;
  add(yardstick, effort);
  for (const std::size_t i : group) add(goals[i].work, effort);
  Collector collector;
  constexpr int most_runs = 3;
  bool again = true;
  for (int runs = 0; again && runs < most_runs; ++runs) {
    benchmark::RunSpecifiedBenchmarks(&collector);
    again = false;
    for (const std::size_t i : group) {
      results[i] = compared(goals[i], collector.times[goals[i].work.name], collector.times[yardstick.name]);
      again = again || is_near_miss(goals[i], results[i]);
    }
  }
  benchmark::ClearRegisteredBenchmarks();
}

}  // namespace

std::vector<Measurement> measure(std::span<const Goal> goals, const Effort& effort,
                                 const std::function<void(double)>& progress) {
  std::vector<std::vector<std::size_t>> groups;
  std::map<std::string, std::size_t> group_of;
  std::size_t there = 0, done = 0;
  for (std::size_t i = 0; i < goals.size(); ++i) {
    if (!goals[i].work.missing.empty() || !goals[i].yardstick.missing.empty()) continue;
    const auto [it, is_new] = group_of.try_emplace(goals[i].yardstick.name, groups.size());
    if (is_new) groups.emplace_back();
    groups[it->second].push_back(i);
    ++there;
  }
  initialize();
  std::vector<Measurement> results(goals.size(), {kNothing, kNothing, kNothing, kNothing});
  for (const auto& group : groups) {
    measure_group(goals, group, effort, results);
    done += group.size();
    progress(static_cast<double>(done) / static_cast<double>(there));
  }
  return results;
}

}  // namespace lowprec::bench
