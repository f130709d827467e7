// What a simulation shows beside its table.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "lowprec/experiment/experiment.h"
#include "lowprec/experiment/results.h"
#include "lowprec/sgd/sgd.h"

namespace lowprec::experiment {

// The events of one site of a configuration, over all seeds and the updates of a row.
struct SiteRow {
  std::string config;
  std::vector<std::string> grid;
  std::uint64_t updates = 0;
  std::string site;  // a name of sgd::kSites
  Events events;
};

// One run of a row: the risk of one seed.
struct RunRow {
  std::string config;
  std::vector<std::string> grid;
  std::uint64_t updates = 0;
  std::string iterate, metric;
  std::uint64_t seed = 0;  // from 0
  double excess_risk = kUnknown;
};

struct Diagnostics {
  bool wants_runs = false;         // whether `runs` is filled in: seeds times the rows of the table
  std::vector<RunRow> runs;        // in the order of the table's rows, then of seeds
  std::vector<SiteRow> sites;      // of sites that rounded something
  std::vector<std::string> notes;  // what a reader must know: rows left out, divergence, too few seeds
};

// Lines config, grid keys, updates, site, rounded, saturated, underflow, nan: a count, and shares of it.
std::string sites_to_csv(const Experiment& experiment, const std::vector<SiteRow>& rows);

// Lines config, grid keys, updates, iterate, metric, seed, excess_risk.
std::string runs_to_csv(const Experiment& experiment, const std::vector<RunRow>& rows);

// For each configuration, grid cell and coordinate i, as CSV: lambda, the variance of x_i that is quantized; h = E
// z_i^2 and c = E x_i z_i in closed form for z = Q(x), Q the data's quantizer or else the arithmetic; and h_measured,
// c_measured, eigenvalue, the i-th largest eigenvalue of the covariance E z z^T, from `samples` samples of seed 0 (0:
// 50 d). What has no closed form is left empty.
std::string data_spectrum_csv(const Experiment& experiment, std::uint64_t samples = 0);

// Notes on a finished table: rows whose mean is not finite, and standard errors above a tenth of their mean.
std::vector<std::string> notes_on(const std::vector<ResultRow>& rows);

}  // namespace lowprec::experiment
