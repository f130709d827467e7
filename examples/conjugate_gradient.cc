// A conjugate gradient written for any T, long ago, for double. One line per type switches it.
#include <lowprec/math.h>

#include <cmath>
#include <cstdio>
#include <vector>

// ---- existing code, unchanged -------------------------------------------------------------------------------------
template <class T>
T dot_product(const std::vector<T>& x, const std::vector<T>& y) {
  T sum = T(0);
  for (std::size_t i = 0; i < x.size(); ++i) sum += x[i] * y[i];
  return sum;
}

// The one-dimensional Laplacian plus the identity.
template <class T>
std::vector<T> apply(const std::vector<T>& x) {
  std::vector<T> y(x.size());
  for (std::size_t i = 0; i < x.size(); ++i) {
    y[i] = 3 * x[i];
    if (i > 0) y[i] -= x[i - 1];
    if (i + 1 < x.size()) y[i] -= x[i + 1];
  }
  return y;
}

template <class T>
std::vector<T> conjugate_gradient(const std::vector<T>& b, int iterations) {
  using std::sqrt;
  std::vector<T> x(b.size(), T(0)), r = b, p = b;
  T rr = dot_product(r, r);
  for (int k = 0; k < iterations && sqrt(rr) > 1e-12; ++k) {
    const std::vector<T> ap = apply(p);
    const T alpha = rr / dot_product(p, ap);
    for (std::size_t i = 0; i < x.size(); ++i) {
      x[i] += alpha * p[i];
      r[i] -= alpha * ap[i];
    }
    const T next = dot_product(r, r), beta = next / rr;
    for (std::size_t i = 0; i < p.size(); ++i) p[i] = r[i] + beta * p[i];
    rr = next;
  }
  return x;
}
// -------------------------------------------------------------------------------------------------------------------

template <class Real>
void run(const char* name) {
  const std::vector<Real> b(50, Real(1));
  std::printf("%-22s", name);
  for (const int iterations : {1, 2, 4, 8, 16, 32}) {
    const std::vector<Real> x = conjugate_gradient(b, iterations);
    std::vector<double> exact(x.begin(), x.end());
    const std::vector<double> ax = apply(exact);
    double residual = 0;
    for (const double y : ax) residual = std::fmax(residual, std::fabs(y - 1));
    std::printf("  %7.1e", residual);
  }
  std::printf("\n");
}

int main() {
  std::printf("largest |b - A x| after 1, 2, 4, 8, 16, 32 iterations\n");
  run<double>("double");
  run<lowprec::Num<lowprec::binary32>>("binary32");
  run<lowprec::Num<lowprec::binary16>>("binary16");
  run<lowprec::Num<lowprec::bfloat16>>("bfloat16");
  run<lowprec::Num<lowprec::fp(5, 3), lowprec::rz>>("fp(5,3), toward zero");
  std::printf("The recursion's own residual goes on falling; the true one stops at the precision of the format.\n");
}
