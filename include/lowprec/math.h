// The functions of <cmath> for number types.
#pragma once

#include "lowprec/num.h"
#include "lowprec/num/classify.h"
#include "lowprec/num/math.h"
