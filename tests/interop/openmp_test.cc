// Reductions of OpenMP over number types.
#include "lowprec/interop/openmp.h"
#include "lowprec/format/presets.h"
#include "lowprec/num/implicit.h"

#include <doctest/doctest.h>

using Half = lowprec::Num<lowprec::binary16>;
using Implicit = lowprec::Implicit<lowprec::Num<lowprec::bfloat16>>;
using Finite = lowprec::Num<lowprec::e2m1>;
LOWPREC_OPENMP_REDUCTIONS(Half)
LOWPREC_OPENMP_REDUCTIONS(Implicit)
LOWPREC_OPENMP_REDUCTIONS(Finite)

TEST_CASE_TEMPLATE("reductions begin at their neutral element in every thread", T, Half, Implicit) {
  T sum(0), difference(0), product(1), least(100), greatest(-100);
#pragma omp parallel for reduction(+ : sum) reduction(- : difference) reduction(* : product) \
    reduction(min : least) reduction(max : greatest) num_threads(3)
  for (int i = 1; i <= 5; ++i) {
    sum += T(i);
    difference -= T(i);
    product *= T(i);
    least = least < T(i) ? least : T(i);
    greatest = greatest < T(i) ? T(i) : greatest;
  }
  CHECK((sum == 15 && difference == -15 && product == 120 && least == 1 && greatest == 5));
}

TEST_CASE("the extremes of a format without infinities") {
  Finite least(6), greatest(-6);
#pragma omp parallel for reduction(min : least) reduction(max : greatest) num_threads(2)
  for (int i = -3; i <= 2; ++i) {
    least = least < Finite(i) ? least : Finite(i);
    greatest = greatest < Finite(i) ? Finite(i) : greatest;
  }
  CHECK((least == -3 && greatest == 2));
}
