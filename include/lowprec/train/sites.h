// What is quantized in a configuration.
#pragma once

#include "lowprec/quantize.h"

namespace lowprec {

struct Sites {
  Quantizer data{}, label{}, parameter{}, activation{}, gradient{};  // the papers' five
  Quantizer weights{};                                               // the stored weights, after each update
  Quantizer arithmetic{};  // every multiplication and every addition; a format
  bool master = false;     // with arithmetic: the weights are a binary64 master copy, rounded where products use it

  bool operator==(const Sites&) const = default;
};

}  // namespace lowprec
