// The kernel texts in the order in which they use each other.
// No include guard: included once for each set of lanes.

#include "lowprec/kernel/ars-inl.h"
//
#include "lowprec/kernel/gaussian-inl.h"
//
#include "lowprec/kernel/round-inl.h"
//
#include "lowprec/kernel/stochastic-inl.h"
//
#include "lowprec/kernel/operations-inl.h"
//
#include "lowprec/kernel/steps-inl.h"
//
#include "lowprec/kernel/codec-inl.h"
