// Everything that needs no library of others (for these: lowprec/interop/).
#pragma once

#include "lowprec/array.h"
#include "lowprec/format.h"
#include "lowprec/io.h"
#include "lowprec/linalg.h"
#include "lowprec/math.h"
#include "lowprec/num.h"
#include "lowprec/num/counted.h"
#include "lowprec/num/implicit.h"
#include "lowprec/num/literals.h"
#include "lowprec/num/shadow.h"
#include "lowprec/reference.h"
#include "lowprec/study.h"
#include "lowprec/system.h"
#include "lowprec/theory.h"
#include "lowprec/train.h"
