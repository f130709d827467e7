// What is quantized in a configuration.
#pragma once

#include "lowprec/array/quantize.h"
#include "lowprec/linalg/summation.h"

namespace lowprec::sgd {

// Whether Q acts on coordinates one by one, so that E[Q(u) Q(u)' | u] depends on which coordinates these are.
constexpr bool is_coordinatewise(const Quantizer& q) {
  return q.visit([](const array::Identity&) { return false; }, [](const array::Rounded&) { return true; },
                 [](const array::Noise& n) { return n.law == array::Noise::Law::multiplicative_iid; });
}

// Whether the law of Q(u) does. Noise of independent signs has the covariance of normal noise, but only normal noise is
// the same in every orthonormal basis.
constexpr bool has_axes(const Quantizer& q) {
  const array::Noise* noise = q.noise();
  return is_coordinatewise(q) || (noise != nullptr && noise->law == array::Noise::Law::additive &&
                                  noise->distribution == array::Noise::Distribution::rademacher);
}

struct Sites {
  Quantizer data{}, label{}, parameter{}, activation{}, gradient{};  // the papers' five
  Quantizer ambient{};                                               // x before its sketch
  Quantizer weights{};                                               // the stored weights, after each update
  Quantizer arithmetic{};  // every multiplication and every addition; a format
  bool master = false;     // with arithmetic: the weights are a binary64 master copy, rounded where products use it
  Quantizer accumulate{};  // with arithmetic: the format of the running sum of <z, p>, where it is another
  Summation order{};       // with arithmetic: of that sum

  bool operator==(const Sites&) const = default;
};

}  // namespace lowprec::sgd
