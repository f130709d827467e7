#include <cblas.h>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <hwy/targets.h>

#include <ctime>
#include <fstream>

#include "bench.h"
#include "lowprec/system/simd.h"
#include "native_loops.h"

namespace lowprec::bench {
namespace {

std::string processor() {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);)
    if (line.starts_with("model name")) return line.substr(line.find(':') + 2);
  return "unknown";
}

std::string targets() {
  std::string names;
  for (const auto target : hwy::SupportedAndGeneratedTargets())
    names += (names.empty() ? "" : ",") + std::string(hwy::TargetName(target));
  return names;
}

std::string compiler() {
#if defined(__clang__)
  return "clang " __clang_version__;
#else
  return "g++ " __VERSION__;
#endif
}

}  // namespace

bool has_avx512() { return (hwy::SupportedTargets() & (HWY_AVX3 | HWY_AVX3_DL)) != 0; }

std::vector<Fact> facts() {
  return {
      {"processor", processor()},
      {"targets", targets()},
      {"compiler", compiler()},
      {"native loops", native_target()},
      {"OpenBLAS", fmt::format("{} kernel, one thread", openblas_get_corename())},
      {"date", fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::time(nullptr)))},
  };
}

}  // namespace lowprec::bench
