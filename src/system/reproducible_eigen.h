// Makes Eigen's results independent of the machine.
#pragma once

#include <Eigen/Dense>

namespace lowprec::system {

// Tells Eigen fixed sizes of caches. It splits sums by these sizes, so it then splits them the same way everywhere.
inline void fix_summation_order() {
  static const bool done = [] {
    Eigen::setCpuCacheSizes(32 * 1024, 512 * 1024, 4 * 1024 * 1024);
    return true;
  }();
  static_cast<void>(done);
}

}  // namespace lowprec::system
