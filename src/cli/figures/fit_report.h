// What `lowprec fit` says of its fits: a text for readers, CSV, JSON, a picture.
#pragma once

#include <string>
#include <vector>

#include "cli/figures/fit_data.h"
#include "lowprec/study/fit.h"

namespace lowprec::cli {

// The law's risk at a point of interest.
struct Prediction {
  std::string config;
  double m = 0, n = 0;  // NaN: the one value that the data hold
  study::FitInterval risk;
  bool is_extrapolated = false;
};

struct FitReport {
  FitData data;
  study::FitOptions options;
  std::vector<study::ScalingFit>
      fits;  // one, or one for each configuration; their residuals are those of data.points in order
  std::vector<Prediction> predictions;
};

// What was seen: of all points, or of one configuration's.
Span seen(const std::vector<study::FitPoint>& points, double study::FitPoint::*size, const std::string& config = "");

std::string to_text(const FitReport& report);
std::string to_csv(const FitReport& report);  // the facts as lines with '#', then parameters and predictions
std::string to_json(const FitReport& report);

// Residuals against M and against N, where there are several of them.
void plot_residuals(const FitReport& report, const std::string& file);

}  // namespace lowprec::cli
