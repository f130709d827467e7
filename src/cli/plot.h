// Pictures of results, drawn by gnuplot.
#pragma once

#include <string>
#include <vector>

#include "gnuplot.h"
#include "lowprec/train/rows.h"

namespace lowprec::cli {

// Excess risk against updates, of the average iterate on clean data: a line for each configuration and cell of the
// grid. The file is written whole or not at all.
void plot_risk(const Experiment& experiment, const std::vector<Row>& rows, const std::string& file);

}  // namespace lowprec::cli
