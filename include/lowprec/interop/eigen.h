// Eigen over number types: Eigen::Matrix<Implicit<Num<F, R>>, …> and what is built on it. Optional; needs Eigen 3.
//
// Eigen's own sources convert native numbers without being asked in many places, so the type to use is Implicit<N>.
// With a plain Num the dense decompositions and most sparse solvers compile, and scalars in expressions are of the
// matrix's type: m * T(2), not m * 2. m.cast<T>() rounds every element once, m.cast<double>() is exact.
//
// Eigen multiplies and adds with two roundings. Large products are summed in blocks whose size Eigen takes from the
// machine's caches: for sums in a declared order use lowprec::gemm, or lazyProduct.
#pragma once

#include <Eigen/Core>
#include <cstdlib>

#include "lowprec/num/classify.h"
#include "lowprec/num/math.h"
#include "lowprec/num/native_operators.h"
#include "lowprec/num/num.h"
#include "lowprec/num/num_limits.h"
#include "lowprec/num/num_text.h"

template <lowprec::num::AnyNum N>
struct Eigen::NumTraits<N> : Eigen::GenericNumTraits<N> {
 private:
  static constexpr lowprec::Format F = N::format;
  using Limits = std::numeric_limits<N>;

 public:
  using Real = N;
  using NonInteger = N;
  using Literal = N;
  using Nested = N;
  enum {
    IsComplex = 0,
    IsInteger = 0,  // integers and fixed point round what they divide
    IsSigned = F.is_signed ? 1 : 0,
    RequireInitialization = 0,
    ReadCost = 1,
    AddCost = 8,
    MulCost = 8
  };

  static constexpr N epsilon() { return F.twos_complement ? N::from_code(1) : Limits::epsilon(); }
  // What isApprox() takes for equal: some units in the last place.
  static constexpr N dummy_precision() { return epsilon() + epsilon() + epsilon() + epsilon(); }
  static constexpr N highest() { return Limits::max(); }
  static constexpr N lowest() { return Limits::lowest(); }
  static constexpr N infinity() { return Limits::infinity(); }
  static constexpr N quiet_NaN() { return Limits::quiet_NaN(); }
  static constexpr int digits() { return Limits::digits; }
  static constexpr int digits10() { return Limits::digits10; }
  static constexpr int max_digits10() { return Limits::max_digits10; }
};

// setRandom(): Eigen's own would divide by RAND_MAX in the format.
template <lowprec::num::AnyNum N>
struct Eigen::internal::random_impl<N> {
  static N run(const N& low, const N& high) {
    const double a = static_cast<double>(low), b = static_cast<double>(high);
    return N(a + (b - a) * (static_cast<double>(std::rand()) / RAND_MAX));
  }
  static N run() { return run(N(N::format.is_signed ? -1 : 0), N(1)); }
};
