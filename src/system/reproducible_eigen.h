// Eigen with results that do not depend on the machine.
#pragma once

#include <Eigen/Dense>

namespace lowprec::system {

// Eigen splits sums by the sizes of the caches that it finds; these make it the same everywhere.
inline void fix_summation_order() {
  static const bool done = [] {
    Eigen::setCpuCacheSizes(32 * 1024, 512 * 1024, 4 * 1024 * 1024);
    return true;
  }();
  static_cast<void>(done);
}

}  // namespace lowprec::system
