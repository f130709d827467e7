// A progress bar with the time left, on standard error.
#pragma once

#include <chrono>

namespace lowprec::cli {

// Draws nothing unless standard error is a terminal and the work takes more than about two seconds.
class ProgressBar {
 public:
  ProgressBar();
  ~ProgressBar();  // removes the bar
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;

  void show(double share);  // of the work done, 0 to 1

 private:
  using Clock = std::chrono::steady_clock;

  bool is_terminal_;
  bool drawn_ = false;
  Clock::time_point start_ = Clock::now(), last_ = start_;
};

}  // namespace lowprec::cli
