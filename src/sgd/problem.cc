#include "lowprec/sgd/problem.h"

#include <fmt/format.h>

#include <cmath>

#include "format/text_parts.h"
#include "lowprec/format/error.h"

namespace lowprec {

std::vector<double> sgd::eigenvalues(const sgd::Problem& problem) {
  std::vector<double> values = problem.spectrum.values(problem.dimension);
  for (double& value : values) {
    value *= problem.scale;
    if (!(value > 0) || !std::isfinite(value))
      throw Error(fmt::format("spectrum '{}': every eigenvalue must be positive and finite, not {}",
                              to_string(problem.spectrum), value));
  }
  return values;
}

std::vector<double> sgd::target_vector(const sgd::Problem& problem, Stream stream) {
  return problem.target.values(problem.dimension, stream);
}

bool sgd::is_rotated(const sgd::Problem& problem) {
  const std::string_view text = format::trimmed(problem.rotation);
  if (text != "none" && text != "random")
    throw Error(fmt::format("rotation '{}': allowed are none, random", problem.rotation));
  return text == "random";
}

double sgd::student_freedom(const sgd::Problem& problem) { return problem.tails.freedom(); }

}  // namespace lowprec
