// The figure that results of train and theory make.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "cli/figures/figure.h"
#include "cli/terminal/csv.h"

namespace lowprec::cli {

// What to draw of results. An empty text or list: chosen from the data.
struct PlotSelection {
  std::string title;
  std::string x;                  // a column; updates, else the one key of the grid, else config
  std::string y = "excess_risk";  // a column
  std::string iterate, metric;
  std::vector<std::string> configs;                        // and the order of the lines
  std::vector<std::pair<std::string, std::string>> where;  // column, value
  bool bound = false;                                      // dotted lines of the column `bound`
};

// Rows of theory (those of a file with a column `method`) make lines. Simulated rows make points with their standard
// errors, which thin lines join where no row of theory has their configuration. Where x is not `updates`, the rows of
// the largest number of updates are drawn. A value of y that is not positive and finite is left out. Error names
// file, line, column and what to change: nothing to draw, two rows for one point.
Figure make_figure(const std::vector<io::Csv>& tables, const PlotSelection& selection);

// What is drawn, as CSV with 4 digits: label,kind,x,y,error.
std::string to_csv(const Figure& figure);

}  // namespace lowprec::cli
