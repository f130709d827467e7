// Number types that round after each operation.
#pragma once

#include "lowprec/num/num.h"
