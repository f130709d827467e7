// An experiment as TOML.
#pragma once

#include <string_view>

#include "lowprec/experiment/experiment.h"

namespace lowprec::experiment {

// Whether to_string prints a key that is no site's, or keys of a table: of several ways to give an experiment, it takes
// one.
bool is_printed(const Experiment& e, std::string_view key);

}  // namespace lowprec::experiment
