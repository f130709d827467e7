// Moments of a rounded normal number over one side of zero: sums over the cells between neighbouring numbers of a
// format.
#pragma once

#include "lowprec/format/format.h"
#include "lowprec/format/rounding.h"

namespace lowprec::risk {

// E z, E z^2, E x z, E x z^3, E x^2 z^2, E z^4 for z = Q(x), over a part of the half line x > 0.
struct CellSums {
  double mean = 0, h = 0, c = 0, a = 0, b = 0, q = 0;
};

// Where x ~ N(0, sigma^2) is positive. Its neighbours are the magnitudes of f up to `limit`, which numbers beyond
// become. `positive`: which side of zero f is rounded on. Exact but for binary64's rounding; where more than 4096 cells
// of one width lie in a row, the error is taken to be uniform in its cell (cells below 0.005 sigma), and random bits
// whose steps are below sigma / 128 are summed by Euler and Maclaurin's formula (relative error below 1e-10).
CellSums half_moments(const Format& f, Rounding r, bool positive, double limit, double sigma);

// P(x > from), x ~ N(0, sigma^2).
double mass_beyond(double from, double sigma);

}  // namespace lowprec::risk
