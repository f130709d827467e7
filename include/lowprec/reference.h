// The reference arithmetic: exact in integers, rounded once.
#pragma once

#include "lowprec/exact/exact_sum.h"
#include "lowprec/exact/functions.h"
#include "lowprec/exact/reference.h"
#include "lowprec/exact/wide_text.h"
