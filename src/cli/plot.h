// Pictures of results, drawn by gnuplot.
#pragma once

#include <string>
#include <vector>

#include "lowprec/train/run.h"

namespace lowprec::cli {

// Error, before any work is done, where such a picture could not be drawn: another suffix than .svg and .png, a place
// that cannot be written, no gnuplot.
void check_plot(const std::string& file);

// A string of gnuplot; nothing in it is interpreted.
std::string quoted(const std::string& text);

// Draws what a script of gnuplot plots. The file is written whole or not at all.
void draw(const std::string& file, const std::string& script);

// Excess risk against updates, of the average iterate on clean data: a line for each configuration and cell of the
// grid. The file is written whole or not at all.
void plot_risk(const Experiment& experiment, const std::vector<Row>& rows, const std::string& file);

}  // namespace lowprec::cli
