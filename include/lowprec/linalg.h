// Linear algebra with every operation rounded.
#pragma once

#include "lowprec/linalg/arithmetic.h"
#include "lowprec/linalg/linalg.h"
#include "lowprec/linalg/mixed.h"
#include "lowprec/linalg/summation.h"
