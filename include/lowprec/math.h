// The functions of <cmath> for number types.
#pragma once

#include "lowprec/num/math.h"
