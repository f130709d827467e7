// Studies of results: scaling laws, allocation of formats.
#pragma once

#include "lowprec/study/allocate.h"
#include "lowprec/study/fit.h"
