// Predictions of theory for one problem and any formats at its sites.
#pragma once

#include <array>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "experiment/theory_case.h"
#include "lowprec/study/allocate.h"

namespace lowprec::study {

// At the last N of an experiment without a grid: the mean over its sketches, if any.
class Predictor {
 public:
  // `options` lives as long as this.
  Predictor(const Experiment& e, const AllocateOptions& options, unsigned threads);

  const Experiment& experiment() const { return e_; }
  // Root mean square of what each site rounds; of the data: the largest feature's.
  BySite<double> scales() const;
  // Of the iterate and metric that the options name; infinity where it is not a number. done() after each.
  std::vector<double> risks(const std::vector<sgd::Sites>& all, const std::function<void()>& done);
  std::string method(const sgd::Sites& sites) const {
    return experiment::TheoryCase(e_, sites, instances_.front()).method();
  }

 private:
  // Moments of one data format for each instance; none that are not needed.
  using Moments = std::vector<std::optional<risk::DataMoments>>;
  void prepare(const std::vector<sgd::Sites>& all);
  double risk(const sgd::Sites& sites) const;
  double risk_of(const experiment::TheoryCase& c) const;

  Experiment e_;
  const AllocateOptions& options_;
  unsigned threads_;
  std::vector<experiment::Instance> instances_;
  std::map<std::string, Moments> moments_;  // by the data's quantizer
};

// A candidate at a site. Where its text gives no step, formats of up to 8 bits get the least power of two with which
// they reach 4 root mean squares.
SiteChoice choice_of(const std::string& text, double scale);

}  // namespace lowprec::study
