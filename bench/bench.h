// Benchmarks: how long a work takes, as a ratio to the time of a yardstick that is measured in the same interleaved
// run, and the goal that the ratio is held against. docs/performance.md has the method.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

namespace benchmark {
class State;
}

namespace lowprec::bench {

// Runs a work once in each iteration of Google Benchmark.
using Loop = std::function<void(benchmark::State&)>;

// Something to be timed.
struct Work {
  std::string name;
  double units = 1;               // elements, multiply-adds, ... in one run
  std::function<Loop()> prepare;  // compares the work with its definition, Error where they differ; what to time
  std::string missing{};          // what this machine or build lacks to run it; empty: nothing
  unsigned threads = 1;
};

// The time of a unit of the work is to be at most `ratio` times that of a unit of the yardstick.
struct Goal {
  Work work;
  Work yardstick;
  double ratio = 0;           // 0: no goal, for information
  bool needs_avx512 = false;  // the goal was set for machines with AVX-512
  double stretch = 0;         // what would be better still
  const std::string& name() const { return work.name; }
};

// What `lowprec bench` measures: the goals and the peers, and how cost grows. Names are unique.
std::vector<Goal> goals();
std::vector<Goal> growth();

struct Effort {
  double seconds = 0.01;  // of one repetition, at least
  int repetitions = 15;
};

// NaN where nothing was measured.
struct Measurement {
  double work, yardstick;  // nanoseconds a unit, the least of all repetitions
  double ratio;
  double spread;  // the sum of half the quartile ranges of both, relative to their medians
};

// Measures those of the goals whose works are there; progress is told the share done.
std::vector<Measurement> measure(std::span<const Goal> goals, const Effort& effort,
                                 const std::function<void(double)>& progress);

// Whether the kernels of the library may use AVX-512 here.
bool has_avx512();

// What the numbers depend on beside the sources: processor, targets, compiler, OpenBLAS, date.
struct Fact {
  std::string name, value;
};
std::vector<Fact> facts();

}  // namespace lowprec::bench
