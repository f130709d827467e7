// The standard normal density and tail, with the same bits on every machine.
#pragma once
namespace lowprec::risk {

struct Normal {
  double density;  // phi(t)
  double tail;     // P(X > t)
};

// For 0 <= t <= 10, absolute error below 1e-15 and relative error below 1e-10: Taylor series from a table whose entries
// are computed to 50 digits and rounded once. Beyond 10 both are 0 (the tail there is below 1e-23).
Normal normal(double t);

}  // namespace lowprec::risk
