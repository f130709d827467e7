// One configuration of one experiment without a grid, computed: what lies between the recursion and the table.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "lowprec/experiment/experiment.h"
#include "lowprec/sgd/step_sizes.h"
#include "lowprec/theory/risk_recursion.h"
#include "lowprec/theory/sketch.h"

namespace lowprec::experiment {

// Why theory has nothing to say of a configuration.
std::optional<std::string> obstacle(const Experiment& e, const sgd::Sites& s);

// The regression that the model sees, in coordinates that are independent: of one sketch where there is one.
struct Instance {
  std::vector<double> lambda, target;
  double beyond = 0;                               // risk that no weights reach
  double trace = 0;                                // of H, a tail included
  std::vector<double> ambient;                     // eigenvalues of H, with a sketch
  std::optional<risk::SketchedFeatures> features;  // with a sketch or a file
  double noise = 0;                                // sigma^2; of a file: the training rows' mean square residual
  // Of a file: normal features with the second moments of its training rows, and independent noise, stand for it.
  bool is_surrogate = false;
};

// Root mean squares of what sites round near the optimum, u ~ N(0, scale^2) in site_noise; gradient: the label's noise,
// or the signal where there is none.
struct SiteScales {
  double label = 0, parameter = 0, activation = 0, gradient = 0;

  // NaN for sites that have none.
  double of(sgd::Site site) const;
};
SiteScales site_scales(const std::vector<double>& lambda, const std::vector<double>& target, double noise);

Instance make_instance(const Experiment& e, std::uint64_t seed);

// The risks of one instance at one N. A part that is not known is absent.
struct Point {
  risk::RiskPair average, last, tail;
  double bound = 0;
};

// Whether theory needs data_moments(data, instance.lambda); they are most of its work for formats of many codes.
bool needs_moments(const Instance& instance, const Quantizer& data);

class TheoryCase {
 public:
  // data_moments(sites.data, instance.lambda) need not be given.
  TheoryCase(const Experiment& e, const sgd::Sites& sites, const Instance& instance,
             const risk::DataMoments* data = nullptr);

  // At each of `updates`, increasing, all of one horizon where steps depend on it; report(n) after every n updates.
  std::vector<Point> run(const std::vector<std::uint64_t>& updates,
                         const std::function<void(std::uint64_t)>& report) const;

  risk::RiskPair limit() const { return limit_; }
  double step() const { return step_; }
  double largest_stable_step() const { return stable_; }
  double overflow_probability() const { return overflow_probability_; }
  double model_size() const { return model_size_; }
  // Whether the risk on unquantized data is known.
  bool has_clean() const { return has_clean_; }
  // What is modelled, in words; empty where the result is exact.
  const std::string& approximations() const { return approximations_; }
  // exact, approximate or surrogate
  std::string method() const;

 private:
  void use_surrogate(const risk::SketchedFeatures& features, const Quantizer& data);
  void set_site(sgd::Site site, const Quantizer& q, const SiteScales& scales);
  void set_model_size(const Quantizer& data, const Instance& instance);
  risk::RiskPair pair(risk::RiskPair risk) const;

  sgd::Schedule schedule_;
  double tail_average_ = 0, step_ = 0, stable_ = 0, overflow_probability_ = 0, beyond_ = 0, model_size_ = 0;
  bool is_surrogate_ = false, has_clean_ = true;
  std::string approximations_;
  risk::TheoryProblem problem_;
  risk::RiskPair limit_;
};

// Groups of N that one run serves: all, or each where steps depend on the horizon.
std::vector<std::vector<std::uint64_t>> horizons(const SgdSettings& schedule,
                                                 const std::vector<std::uint64_t>& updates);

}  // namespace lowprec::experiment
