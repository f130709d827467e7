#include "cli/terminal/progress.h"

#include <fmt/format.h>
#include <unistd.h>

#include "cli/terminal/diagnostics.h"

namespace lowprec::cli {
namespace {

constexpr double shortest = 2;  // seconds of work that deserve a bar

std::string time_text(double seconds) {
  const auto whole = static_cast<long>(seconds + 0.5);
  if (whole >= 3600) return fmt::format("{} h {:02} min", whole / 3600, whole / 60 % 60);
  if (whole >= 60) return fmt::format("{} min {:02} s", whole / 60, whole % 60);
  return fmt::format("{} s", whole);
}

}  // namespace

ProgressBar::ProgressBar() : is_terminal_(isatty(STDERR_FILENO) == 1) {}

ProgressBar::~ProgressBar() {
  if (drawn_) say("\r\x1b[K");
}

void ProgressBar::show(double share) {
  using Seconds = std::chrono::duration<double>;
  const auto now = Clock::now();
  const double elapsed = Seconds(now - start_).count();
  if (!is_terminal_ || elapsed < 1 || share <= 0 || elapsed / share < shortest || Seconds(now - last_).count() < 0.1)
    return;
  last_ = now;
  drawn_ = true;
  constexpr int width = 30;
  const int filled = static_cast<int>(width * share);
  const double left = elapsed / share - elapsed;
  say(fmt::format("\r[{:#>{}}{:.>{}}] {:3.0f} %, {} left\x1b[K", "", filled, "", width - filled, 100 * share,
                  time_text(left)));
}

}  // namespace lowprec::cli
