// Boost.Multiprecision and Boost.Math over Num.
#include "lowprec/interop/boost.h"
#include "lowprec/format/presets.h"

#include <boost/math/constants/constants.hpp>
#include <boost/math/quadrature/trapezoidal.hpp>
#include <boost/math/special_functions/bessel.hpp>
#include <boost/math/special_functions/beta.hpp>
#include <boost/math/special_functions/legendre.hpp>
#include <boost/math/tools/polynomial.hpp>
#include <boost/math/tools/roots.hpp>
#include <boost/multiprecision/cpp_bin_float.hpp>
#include <cmath>

#include "support/cases.h"
#include "support/oracle.h"

using namespace lowprec;
namespace mp = boost::multiprecision;

namespace {

using F8 = Num<e4m3fn>;
using Half = Num<binary16>;
using Binary128 = Num<fp(15, 112)>;
using Real = Implicit<Num<binary32>>;

}  // namespace

TEST_CASE("from integers, rationals and binary floating point of any size, in one rounding") {
  const mp::cpp_int big = (mp::cpp_int(1) << 2000) + 1;
  CHECK((interop::from_multiprecision<Num<bfloat16, ru>>(big).is_infinite() &&
         interop::from_multiprecision<Half>(mp::cpp_int(-2049)) == -2048));
  CHECK((interop::from_multiprecision<Num<binary16, ru>>(mp::cpp_int(2049)) == 2050));
  CHECK(interop::from_multiprecision<F8>(mp::cpp_rational(1, 3)) == 0.34375);
  CHECK((interop::from_multiprecision<Num<e4m3fn, rz>>(mp::cpp_rational(-1, 3)) == -0.3125));
  const mp::cpp_bin_float_50 tie = 1 + ldexp(mp::cpp_bin_float_50(1), -11);
  CHECK(interop::from_multiprecision<Half>(tie) == 1);
  CHECK(interop::from_multiprecision<Half>(mp::cpp_bin_float_50(tie + ldexp(mp::cpp_bin_float_50(1), -150))) ==
        1 + 0x1p-10);
  CHECK(interop::from_multiprecision<Half>(mp::cpp_bin_float_50(-0.0)).is_negative());
  CHECK(interop::from_multiprecision<Half>(std::numeric_limits<mp::cpp_bin_float_50>::quiet_NaN()).is_nan());
  CHECK((interop::from_multiprecision<Num<binary16, ru>>(ldexp(mp::cpp_bin_float_100(1), -5000)) == 0x1p-24));
  using mp::sqrt;
  CHECK(interop::from_multiprecision<Binary128>(mp::cpp_bin_float_100(sqrt(mp::cpp_bin_float_100(2)))) ==
        sqrt(Binary128(2)));
}

TEST_CASE("every number of e5m2, binary16 and some of binary128 there and back") {
  for (unsigned code = 0; code < 0x10000; code += 3) {
    const Half x = Half::from_code(code);
    if (x.is_nan()) continue;
    const auto there = interop::to_multiprecision<mp::cpp_bin_float_50>(x);
    if (static_cast<double>(there) != x.value() || interop::from_multiprecision<Half>(there) != x) CHECK(code == 0);
    if (x.is_finite() && interop::from_multiprecision<Half>(interop::to_multiprecision<mp::cpp_rational>(x)) != x)
      CHECK(code == 0);
  }
  const Binary128 third = Binary128(1) / 3;
  CHECK(interop::from_multiprecision<Binary128>(interop::to_multiprecision<mp::cpp_bin_float_quad>(-third)) == -third);
  CHECK(static_cast<double>(interop::to_multiprecision<mp::cpp_bin_float_double>(third)) == 1.0 / 3);
  CHECK(interop::to_multiprecision<mp::cpp_int>(Binary128(-12)) == -12);
  CHECK_THROWS_AS(interop::to_multiprecision<mp::cpp_int>(Half(0.5)), Error);
  CHECK_THROWS_AS(interop::to_multiprecision<mp::cpp_rational>(Half(1e9)), Error);
}

TEST_CASE("Boost.Math with Num as its real type: constants, special functions, roots, quadrature") {
  using boost::math::constants::pi;
  CHECK(static_cast<double>(pi<Real>()) == static_cast<double>(3.14159265358979323846F));
  CHECK(std::abs(static_cast<double>(boost::math::legendre_p(4, Real(0.3))) - 0.0729375) < 1e-6);
  CHECK(std::abs(static_cast<double>(boost::math::cyl_bessel_j(0, Real(1.5))) - 0.5118276717) < 1e-5);
  CHECK(std::abs(static_cast<double>(boost::math::beta(Real(2.5), Real(1.5))) - 0.1963495408) < 1e-5);
  const auto root = boost::math::tools::bisect([](Real x) { return x * x - 2; }, Real(1), Real(2),
                                               boost::math::tools::eps_tolerance<Real>(20));
  CHECK(std::abs(static_cast<double>(root.first) - std::sqrt(2.0)) < 2e-6);
  const auto integral =
      boost::math::quadrature::trapezoidal([](Real x) { return exp(x); }, Real(0), Real(1), Real(1e-4));
  CHECK(std::abs(static_cast<double>(integral) - 1.718281828) < 1e-3);
  const boost::math::tools::polynomial<Implicit<F8>> p{1, 2, 3};
  CHECK(p(Implicit<F8>(2)) == 16);  // 3 * 2 + 2 = 8, 8 * 2 + 1 = 17: a tie
}

TEST_CASE("Implicit<N>: native numbers enter unasked, rounded; the rest is N's") {
  using I = Implicit<F8>;
  const I x = 1.0625, y = 3;
  CHECK((x == 1 && y + 0.3 == 3.25 && 2 * y == 6 && y / 2 == 1.5 && -y == -3));
  static_assert(std::is_same_v<decltype(y * 2.0), I> && std::is_same_v<decltype(exp(y)), I> &&
                std::is_same_v<decltype(2 - y), I> && std::is_convertible_v<double, I> &&
                !std::is_convertible_v<I, double> && sizeof(I) == sizeof(F8));
  CHECK((exp(y).number() == exp(F8(3)) && pow(y, 2) == 9 && sqrt(I(2)) == 1.375 && abs(-y) == 3));
  const F8 back = y.number();
  CHECK((back == 3 && std::numeric_limits<I>::max() == 448 && x < y && y > 2.5));
}
