// Pictures of results, drawn by gnuplot.
#pragma once

#include <string>
#include <vector>

#include "lowprec/train/rows.h"

namespace lowprec::cli {

// Error, before any work is done, where such a picture could not be drawn: another suffix than .svg and .png, a place
// that cannot be written, no gnuplot.
void check_plot(const std::string& file);

// Excess risk against updates, of the average iterate on clean data: a line for each configuration and cell of the
// grid. The file is written whole or not at all.
void plot_risk(const Experiment& experiment, const std::vector<Row>& rows, const std::string& file);

}  // namespace lowprec::cli
