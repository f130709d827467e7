// The exact expected risk of quantized SGD.
#pragma once

#include "lowprec/experiment/theory.h"
#include "lowprec/theory/data_moments.h"
#include "lowprec/theory/risk_recursion.h"
#include "lowprec/theory/sketch.h"
