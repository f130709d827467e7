// Eigen: the fast Fourier transform, there and back.
// package: libeigen3-dev
#include "foreign.h"

#include <complex>

#include <lowprec/interop/eigen.h>
#include <unsupported/Eigen/FFT>

int main() {
  return foreign::compare<foreign::Bfloat>(0.05, []<class T>() {
    Eigen::FFT<T> fft;
    const std::vector<T> time{1, 2, 3, 4, 0, -1, -2, 0.5};
    std::vector<std::complex<T>> frequency;
    std::vector<T> back;
    fft.fwd(frequency, time);
    fft.inv(back, frequency);
    for (const std::complex<T>& x : frequency) back.push_back(x.real()), back.push_back(x.imag());
    return back;
  });
}
