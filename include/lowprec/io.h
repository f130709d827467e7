// Files of numbers.
#pragma once

#include "lowprec/io/csv.h"
#include "lowprec/io/npy.h"
