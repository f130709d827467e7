#include "verdict.h"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>

#include "lowprec/format/error.h"

namespace lowprec::bench {
namespace {

[[noreturn]] void fail(const std::string& file, const toml::source_region& where, const std::string& reason) {
  throw Error(fmt::format("{}:{}: {}", file, where.begin.line, reason));
}

Limit parse_limit(const std::string& file, const std::string& name, const toml::node& node) {
  const toml::table* table = node.as_table();
  if (table == nullptr) fail(file, node.source(), "'" + name + "' must be a table");
  for (const auto& [key, value] : *table)
    if (key != "best" && key != "analysis")
      fail(file, key.source(), fmt::format("'{}' is not a key of a limit; those are: best analysis", key.str()));
  const auto best = (*table)["best"].value<double>();
  if (!best || !(*best > 0)) fail(file, node.source(), name + ": best must be the least ratio reached, above 0");
  const auto analysis = (*table)["analysis"].value<std::string>();
  if (!analysis || analysis->empty()) fail(file, node.source(), name + ": analysis must say what bounds the ratio");
  return {*best, *analysis};
}

}  // namespace

std::string_view built_in_limits() {
  return
#include "built_in_limits.inc"
      ;
}

Limits parse_limits(std::string_view text, const std::string& file, std::span<const Goal> goals) {
  toml::table root;
  try {
    root = toml::parse(text, file);
  } catch (const toml::parse_error& error) {
    fail(file, error.source(), std::string(error.description()));
  }
  Limits limits;
  for (const auto& [key, node] : root) {
    const std::string name(key.str());
    const auto is_it = [&](const Goal& goal) { return goal.name() == name && goal.ratio > 0; };
    if (std::ranges::none_of(goals, is_it))
      fail(file, key.source(), "'" + name + "' is not the name of a goal; lowprec bench --list shows them");
    limits[name] = parse_limit(file, name, node);
  }
  return limits;
}

Verdict verdict(const Goal& goal, const Measurement& measured, const Limits& limits) {
  if (goal.ratio == 0) return Verdict::none;
  if (goal.needs_avx512 && !has_avx512()) return Verdict::inapplicable;
  if (!(measured.ratio > 0)) return Verdict::unmeasured;
  const bool is_met = measured.ratio <= goal.ratio, is_listed = limits.contains(goal.name());
  if (is_met) return is_listed ? Verdict::obsolete : Verdict::met;
  return is_listed ? Verdict::explained : Verdict::missed;
}

std::string text(Verdict verdict, const Goal& goal, const Measurement& measured) {
  const std::string stretch =
      goal.stretch == 0 ? ""
                        : fmt::format(", stretch {} {}", goal.stretch, measured.ratio <= goal.stretch ? "too" : "not");
  switch (verdict) {
    case Verdict::met:
      return "met" + stretch;
    case Verdict::missed:
      return "MISSED";
    case Verdict::explained:
      return "limit";
    case Verdict::obsolete:
      return "met: remove its limit";
    case Verdict::inapplicable:
      return "n/a";
    case Verdict::none:
    case Verdict::unmeasured:
      break;
  }
  const std::string& missing = goal.work.missing.empty() ? goal.yardstick.missing : goal.work.missing;
  return missing.empty() ? "" : "not measured: " + missing;
}

bool is_failure(Verdict verdict) { return verdict == Verdict::missed || verdict == Verdict::unmeasured; }

}  // namespace lowprec::bench
