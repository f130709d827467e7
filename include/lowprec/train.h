// Quantized SGD on least squares: experiments, their simulation and their results.
#pragma once

#include "lowprec/experiment/diagnostics.h"
#include "lowprec/experiment/experiment.h"
#include "lowprec/experiment/results.h"
#include "lowprec/experiment/train.h"
#include "lowprec/sgd/problem.h"
#include "lowprec/sgd/quantizer_site.h"
#include "lowprec/sgd/sampler.h"
#include "lowprec/sgd/sgd.h"
#include "lowprec/sgd/sites.h"
#include "lowprec/sgd/step_sizes.h"
