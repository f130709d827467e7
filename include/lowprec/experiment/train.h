// Running an experiment: simulation over seeds, and its table.
#pragma once

#include <cstdint>
#include <vector>

#include "lowprec/experiment/diagnostics.h"
#include "lowprec/experiment/experiment.h"
#include "lowprec/experiment/results.h"

namespace lowprec {

// Rows in the order of cells of the grid, configurations, updates, iterate, metric. The same bits for any number of
// threads (0: one for each processor). All configurations train on the same samples. Memory does not depend on the
// number of updates.
std::vector<experiment::ResultRow> train(const Experiment& experiment, unsigned threads = 0,
                                         const experiment::Progress& progress = {},
                                         experiment::Diagnostics* report = nullptr);

}  // namespace lowprec
