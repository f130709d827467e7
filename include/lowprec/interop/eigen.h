// Eigen over Num: Eigen::Matrix<Num<F, R>, …> and what is built on it. Optional; needs Eigen 3.
//
// Scalars in expressions are of the matrix's type: m * T(2), not m * 2; m.cast<T>() rounds every element once,
// m.cast<double>() is exact. Eigen multiplies and adds with two roundings. Large products are summed in blocks whose
// size Eigen takes from the machine's caches: for sums in a declared order use lowprec::gemm, or lazyProduct.
#pragma once

#include <Eigen/Core>
#include <cstdlib>

#include "lowprec/num/classify.h"
#include "lowprec/num/math.h"
#include "lowprec/num/native_operators.h"
#include "lowprec/num/num.h"
#include "lowprec/num/num_limits.h"
#include "lowprec/num/num_text.h"

template <lowprec::Format F, lowprec::Rounding R, lowprec::Overflow O>
struct Eigen::NumTraits<lowprec::Num<F, R, O>> : Eigen::GenericNumTraits<lowprec::Num<F, R, O>> {
 private:
  using N = lowprec::Num<F, R, O>;
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

  static constexpr N epsilon() { return F.twos_complement ? N::power_of_two(F.quantum_exponent()) : Limits::epsilon(); }
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
template <lowprec::Format F, lowprec::Rounding R, lowprec::Overflow O>
struct Eigen::internal::random_impl<lowprec::Num<F, R, O>> {
  using N = lowprec::Num<F, R, O>;
  static N run(const N& low, const N& high) {
    const double a = static_cast<double>(low), b = static_cast<double>(high);
    return N(a + (b - a) * (static_cast<double>(std::rand()) / RAND_MAX));
  }
  static N run() { return run(N(F.is_signed ? -1 : 0), N(1)); }
};
