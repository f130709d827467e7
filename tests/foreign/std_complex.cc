// std::complex: arithmetic and functions.
#include "foreign.h"

#include <complex>

int main() {
  return foreign::compare<foreign::Bfloat>(0.03, []<class T>() {
    using Complex = std::complex<T>;
    const Complex a(1, 2), b(0.5, -1);
    std::vector<T> results{std::abs(a), std::norm(b), std::arg(a)};
    for (const Complex& z :
         {a * b, a / b, std::sqrt(a), std::exp(b), std::log(a), std::conj(a) + T(1), std::pow(a, b)}) {
      results.push_back(z.real());
      results.push_back(z.imag());
    }
    return results;
  });
}
