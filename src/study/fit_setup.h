// From points and options to the least-squares problem of study/fit_model.h.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "lowprec/study/fit.h"
#include "study/fit_model.h"

namespace lowprec::study {

const char* name_of(double Law::*member);
double Law::*member_of(const std::string& name);  // nullptr: no such name

std::size_t index_of(const std::vector<std::string>& configs, const std::string& config);  // size(): not there

// The problem, after all checks of its input; sets what `fit` says of it.
LawModel law_model(const std::vector<FitPoint>& points, const FitOptions& options, ScalingFit& fit);

// The free parameters' names, with those of their configurations.
std::vector<std::string> free_labels(const LawModel& model, const std::vector<std::string>& configs);

}  // namespace lowprec::study
