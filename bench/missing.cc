// What takes the place of the benchmarks in a build without them.
#include "bench.h"
#include "lowprec/format/error.h"

namespace lowprec::bench {
namespace {

[[noreturn]] void fail() {
  throw Error(
      "this program was built without benchmarks: install Google Benchmark and OpenBLAS (Debian: libbenchmark-dev "
      "libopenblas-dev) and build it again with -Dbench=enabled");
}

}  // namespace

std::vector<Goal> goals() { fail(); }
std::vector<Goal> growth() { fail(); }
std::vector<Measurement> measure(std::span<const Goal>, const Effort&, const std::function<void(double)>&) { fail(); }
bool has_avx512() { fail(); }
std::vector<Fact> facts() { fail(); }

}  // namespace lowprec::bench
