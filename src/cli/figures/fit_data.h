// The rows of CSV files that `lowprec fit` fits.
#pragma once

#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "lowprec/study/fit.h"

namespace lowprec::cli {

struct Span {
  double low = 0, high = std::numeric_limits<double>::infinity();
  bool holds(double x) const { return low <= x && x <= high; }
};

// Which rows are meant. An empty text or list: chosen from the data.
struct Selection {
  std::string m, n = "updates";  // columns
  std::string iterate, metric, baseline;
  std::vector<std::string> configs;
  std::vector<std::pair<std::string, std::string>> where;  // column, value
  Span m_range, n_range;
  bool skip_diverged = false;
  bool needs_errors = true;  // a column stderr must be there
};

struct FitData {
  std::vector<study::FitPoint> points;  // by configuration, the baseline first
  std::string m, n;                     // columns; m is empty where there is none
  std::string iterate, metric;
  std::vector<std::string> other_iterates, other_metrics;
  std::size_t diverged = 0;  // rows left out for it
};

// Error names file, line, column and what to change: a missing column, text where a number belongs, a risk that is not
// finite, a negative standard error, two rows for one point, a column of the grid that varies and is neither M nor N.
FitData read_fit_data(const std::vector<std::string>& files, const Selection& selection);

}  // namespace lowprec::cli
