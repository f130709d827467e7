// Running an experiment: simulation over seeds, and its table.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "lowprec/train/experiment.h"
#include "lowprec/train/report.h"
#include "lowprec/train/rows.h"

namespace lowprec {

// Called with the share of the work done, 0 to 1, from one thread at a time.
using Progress = std::function<void(double)>;

// Rows in the order of cells of the grid, configurations, updates, iterate, metric. The same bits for any number of
// threads (0: one for each processor). All configurations train on the same samples. Memory does not depend on the
// number of updates.
std::vector<Row> train(const Experiment& experiment, unsigned threads = 0, const Progress& progress = {},
                       Report* report = nullptr);

}  // namespace lowprec
