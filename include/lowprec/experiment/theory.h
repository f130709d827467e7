// An experiment computed in place of simulated: the exact expected risk where theory knows it.
#pragma once

#include <string>
#include <vector>

#include "lowprec/experiment/experiment.h"
#include "lowprec/experiment/results.h"

namespace lowprec::experiment {

struct TheoryResult {
  std::vector<ResultRow> rows;     // in the order of train()
  std::vector<std::string> notes;  // what was left out and why, largest stable steps, what is approximate
};

}  // namespace lowprec::experiment

namespace lowprec {

// The rows that train() estimates, without its error: standard_error 0, seeds 0, and no shares of events (NaN). What
// theory cannot do is left out and named in the notes; Error if nothing is left. With a prior on the target the
// expectation is over it, too. The same bits for any number of threads (0: one for each processor).
experiment::TheoryResult theory(const Experiment& experiment, unsigned threads = 0,
                                const experiment::Progress& progress = {});

}  // namespace lowprec

namespace lowprec::experiment {

// A line for each configuration whose step is beyond the largest stable one, so that its expected risk grows without
// bound; nothing is said of configurations that theory cannot compute, nor of data in files.
std::vector<std::string> unstable_steps(const Experiment& experiment);

}  // namespace lowprec::experiment
