// The kernel texts in the order in which they use each other.
// No include guard: included once for each set of lanes.

#include "lowprec/lane/ars-inl.h"
//
#include "lowprec/lane/gaussian-inl.h"
//
#include "lowprec/lane/round-inl.h"
//
#include "lowprec/lane/random_bits-inl.h"
//
#include "lowprec/lane/operations-inl.h"
//
#include "lowprec/lane/nearest_steps-inl.h"
//
#include "lowprec/lane/code-inl.h"
