// What must hold between the fields of an experiment, whoever gives them: a file with settings, or a cell of a grid.
#pragma once

#include <string>
#include <string_view>

#include "lowprec/experiment/experiment.h"

namespace lowprec::experiment {

// The keys by which an experiment is given.
class Keys {
 public:
  virtual bool has(std::string_view key) const = 0;
  [[noreturn]] virtual void fail(const std::string& key, const std::string& reason) const = 0;

 protected:
  ~Keys() = default;
};

// The sites of one configuration.
void check_sites(const Keys& keys, const Configuration& configuration);

// All else. The dimension of a sketched problem becomes the ambient one.
void complete(const Keys& keys, Experiment& e);

}  // namespace lowprec::experiment
