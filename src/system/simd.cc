#include "lowprec/system/simd.h"

#include <hwy/targets.h>

#include <cstdint>

#include "lowprec/format/error.h"

namespace lowprec {
namespace {

// Highway's bits of the runnable targets, as they were before anything was restricted.
const std::vector<std::int64_t>& runnable() {
  static const std::vector<std::int64_t> targets = hwy::SupportedAndGeneratedTargets();
  return targets;
}

std::int64_t target_named(const std::string& name) {
  std::string known;
  for (const auto target : runnable()) {
    if (name == hwy::TargetName(target)) return target;
    known += std::string(" ") + hwy::TargetName(target);
  }
  throw Error("'" + name + "' is not a SIMD target of this machine; those are:" + known);
}

}  // namespace

std::vector<std::string> system::simd_targets() {
  std::vector<std::string> names;
  for (const auto target : runnable()) names.emplace_back(hwy::TargetName(target));
  return names;
}

void system::use_simd_targets(std::span<const std::string> names) {
  std::int64_t mask = 0;
  for (const auto& name : names) mask |= target_named(name);
  if (names.empty()) runnable();
  hwy::SetSupportedTargetsForTest(mask);
  hwy::GetChosenTarget().Update(hwy::SupportedTargets());
}

}  // namespace lowprec
