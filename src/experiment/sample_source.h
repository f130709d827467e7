// Where the samples of one seed come from, whatever the features are.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "experiment/dataset.h"
#include "experiment/key_text.h"
#include "lowprec/experiment/experiment.h"
#include "lowprec/sgd/problem.h"
#include "lowprec/sgd/quantizer_site.h"
#include "lowprec/sgd/rotation.h"
#include "lowprec/theory/sketch.h"

namespace lowprec::experiment {

// The regression of one seed: a file's, or one in the basis of its features' covariance.
struct SeedProblem {
  std::vector<double> lambda, target;
  double noise = 0;                       // sigma^2, and what the features cannot express
  double beyond = 0;                      // the latter alone
  std::optional<sgd::Rotation> rotation;  // from that basis to the coordinates that are rounded
  std::vector<double> ambient_target;     // with a sketch: w*
  std::shared_ptr<const Dataset> data;    // of a file; of the above then only the target, its reference
};
SeedProblem make_seed_problem(const Experiment& e, std::uint64_t seed);

// Whether it matters to a configuration which coordinates are rounded. Where it does not, a sketch's features are used
// in the basis of their covariance: noise that is independent of direction has the same law there.
bool needs_coordinates(const sgd::Problem& problem, const sgd::Sites& sites);

// Calls f, which works for one configuration. An Error names the configuration and the site, or else the arithmetic.
template <class F>
void at_configuration(const Configuration& configuration, F f) {
  try {
    f();
  } catch (const sgd::SiteError& error) {
    throw Error(joined_key({"compare", configuration.name}) + "." + error.what());
  } catch (const Error& error) {
    throw Error(joined_key({"compare", configuration.name, "arithmetic"}) + ": " + error.what());
  }
}

// Samples for every configuration: sample s is a pure function of the seed and s, the same for all.
class Source {
 public:
  virtual ~Source() = default;
  // Draws sample s as row b of the batch.
  virtual void draw_row(std::uint64_t b, std::uint64_t s) = 0;
  // The batch that configuration c sees, row-major.
  virtual std::span<const double> x(std::size_t c) const = 0;
  virtual std::span<const double> y() const = 0;
};

// Draws in the basis of the covariance; or, where draws_ambient(e), x itself before its sketch, which costs
// size times ambient operations a sample. Objects named live as long as the source.
std::unique_ptr<Source> make_source(const Experiment& e, std::uint64_t seed, const SeedProblem& problem);

// The sketch of a seed, size x ambient: entry (i, j) at j size + i.
std::vector<double> sketch_matrix(const Experiment& e, std::uint64_t seed);

// Whether x is drawn in full before its sketch: where some configuration rounds it there, and where it is not normal,
// as then the sketch's features are no independent numbers along the eigenvectors of their covariance.
bool draws_ambient(const Experiment& e);

}  // namespace lowprec::experiment
