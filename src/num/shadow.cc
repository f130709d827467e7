#include "lowprec/num/shadow.h"

#include <fmt/format.h>

#include <cmath>
#include <vector>

namespace lowprec {
namespace {

num::ShadowLog*& innermost() {
  thread_local num::ShadowLog* log = nullptr;
  return log;
}

bool is_lost(double result, double shadow) {
  if (!std::isfinite(shadow)) return false;
  return !std::isfinite(result) || (result == 0 && shadow != 0);
}

}  // namespace

num::ShadowLog::ShadowLog() : outer_(std::exchange(innermost(), this)) {}
num::ShadowLog::~ShadowLog() { innermost() = outer_; }

num::ShadowLog::Entry& num::ShadowLog::entry(std::string_view operation) {
  ++operations_;
  Entry& e = entries_[{region_, std::string(operation)}];
  ++e.count;
  return e;
}

void num::ShadowLog::record(std::string_view operation, const Worst& what) {
  num::ShadowLog* const log = innermost();
  if (log == nullptr) return;
  Entry& e = log->entry(operation);
  e.lost += is_lost(what.result, what.shadow) ? 1 : 0;
  e.error = std::max(e.error, what.error);
  if (!(what.growth > e.worst.growth)) return;
  e.worst = what;
  e.worst.index = log->operations_ - 1;
}

void num::ShadowLog::record_comparison(std::string_view operation, bool flipped) {
  num::ShadowLog* const log = innermost();
  if (log != nullptr) log->entry(operation).flips += flipped ? 1 : 0;
}

std::string num::ShadowLog::report() const {
  std::vector<std::pair<Key, Entry>> rows(entries_.begin(), entries_.end());
  std::ranges::stable_sort(rows,
                           [](const auto& x, const auto& y) { return x.second.worst.growth > y.second.worst.growth; });
  std::string text = fmt::format("{:<16} {:<5} {:>9} {:>7} {:>6} {:>10} {:>10}  {}\n", "region", "op", "count", "lost",
                                 "flips", "max error", "growth", "grew most at");
  for (const auto& [key, e] : rows) {
    text += fmt::format("{:<16} {:<5} {:>9} {:>7} {:>6} {:>10.3g} {:>10.3g}", key.first.empty() ? "-" : key.first,
                        key.second, e.count, e.lost, e.flips, e.error, e.worst.growth);
    if (e.worst.growth > 0)
      text += fmt::format("  #{}: {:.6g} {} {:.6g} = {:.6g}, not {:.6g}", e.worst.index, e.worst.a, key.second,
                          e.worst.b, e.worst.result, e.worst.shadow);
    text += '\n';
  }
  return text;
}

num::ShadowRegion::ShadowRegion(std::string_view name) : log_(innermost()) {
  if (log_ != nullptr) outer_ = std::exchange(log_->region_, std::string(name));
}
num::ShadowRegion::~ShadowRegion() {
  if (log_ != nullptr) log_->region_ = outer_;
}

}  // namespace lowprec
