// kissfft: the fast Fourier transform.
// package: libkissfft-dev
#include "foreign.h"

#include <kissfft/kissfft.hh>

int main() {
  return foreign::compare<foreign::Bfloat>(0.05, []<class T>() {
    const kissfft<T> transform(8, false);
    std::vector<std::complex<T>> in(8), out(8);
    for (int i = 0; i < 8; ++i) in[static_cast<std::size_t>(i)] = {T(i), T(0.5 * i)};
    transform.transform(in.data(), out.data());
    std::vector<T> results;
    for (const std::complex<T>& x : out) results.push_back(x.real()), results.push_back(x.imag());
    return results;
  });
}
