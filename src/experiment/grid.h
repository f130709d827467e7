// The cells of a grid as experiments.
#pragma once

#include <string_view>

#include "lowprec/experiment/experiment.h"

namespace lowprec::experiment {

inline constexpr std::string_view kAllAndOne = "all five sites are given by `all` already: give either";

// Error, with the key, if some cell's experiment is not a valid one.
void check_grid(const Experiment& e);

}  // namespace lowprec::experiment
