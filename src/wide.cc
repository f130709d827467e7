#include "lowprec/wide.h"

#include <cmath>
#include <limits>

#include "lowprec/reference.h"

namespace lowprec {
namespace {

// A finite Wide of few enough bits, assembled in T.
template <class T>
T assembled(const Wide& x) {
  using L = std::numeric_limits<T>;
  if (x.is_nan()) return L::quiet_NaN();
  T magnitude = L::infinity();
  if (x.is_finite()) magnitude = std::ldexp(static_cast<T>(static_cast<std::uint64_t>(x.significand())), x.exponent());
  return x.is_negative() ? -magnitude : magnitude;
}

}  // namespace

Wide::Wide(long double x) {
  static_assert(std::numeric_limits<long double>::digits <= 64);
  int exponent = 0;
  const long double fraction = std::frexp(std::fabs(x), &exponent);
  if (std::isnan(x)) {
    kind_ = Kind::nan;
  } else if (std::isinf(x)) {
    kind_ = Kind::infinite;
  } else {
    significand_ = static_cast<std::uint64_t>(std::ldexp(fraction, 64));
    exponent_ = exponent - 64;
  }
  negative_ = std::signbit(x);
  normalize();
}

Wide::operator double() const {
  const bool is_normal = is_finite() && bit_width(significand_) <= 53 && floor_log2() >= -1022 && floor_log2() <= 1023;
  if (is_normal || !is_finite() || is_zero()) return assembled<double>(*this);
  static const Reference binary64_reference(binary64);
  return assembled<double>(binary64_reference.convert(*this));
}

Wide::operator float() const {
  static const Reference binary32_reference(binary32);
  return assembled<float>(binary32_reference.convert(*this));
}

Wide::operator long double() const {
  static const Reference extended_reference(fp(15, std::numeric_limits<long double>::digits - 1));
  return assembled<long double>(extended_reference.convert(*this));
}

}  // namespace lowprec
