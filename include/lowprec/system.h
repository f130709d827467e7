// The machine: threads, SIMD targets, and whether this thread computes as the library relies on.
#pragma once

#include "lowprec/system/self_check.h"
#include "lowprec/system/simd.h"
#include "lowprec/system/threads.h"
