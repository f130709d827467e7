// What the programs of this folder share. Each computes something with code of others over a number type of lowprec,
// and compares with double, or with what is known. foreign_test.py compiles and runs them.
#pragma once

#include <lowprec/std_math.h>

#include <cmath>
#include <cstdio>
#include <vector>

namespace foreign {

using Bfloat = lowprec::Implicit<lowprec::Num<lowprec::bfloat16>>;
using Half = lowprec::Implicit<lowprec::Num<lowprec::binary16>>;
using Single = lowprec::Implicit<lowprec::Num<lowprec::binary32>>;

// Returns 0 if the results found are those expected, within `tolerance` times the largest of them; a program exits with
// that. Else prints where they differ and returns 1.
template <class Real>
int compare(double tolerance, const std::vector<Real>& found, const std::vector<double>& expected) {
  double scale = 0;
  for (const double x : expected) scale = std::fmax(scale, std::fabs(x));
  bool is_sane = !expected.empty() && expected.size() == found.size();
  for (std::size_t i = 0; i < expected.size() && i < found.size(); ++i) {
    const double x = static_cast<double>(found[i]);
    if (std::fabs(x - expected[i]) <= tolerance * scale) continue;
    is_sane = false;
    std::printf("result %zu: %g instead of %g\n", i, x, expected[i]);
  }
  return is_sane ? 0 : 1;
}

// The same for a piece of code, piece<T>(), that returns results: over Real they are those over double.
template <class Real, class Piece>
int compare(double tolerance, Piece piece) {
  return compare<Real>(tolerance, piece.template operator()<Real>(), piece.template operator()<double>());
}

}  // namespace foreign
