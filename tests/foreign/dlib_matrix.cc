// dlib: products, transposes, determinants of matrices, and the Cholesky decomposition. Its inv() and svd() are for
// native types only.
// package: libdlib-dev
// link: -ldlib
#include "foreign.h"

#include <dlib/matrix.h>

int main() {
  return foreign::compare<foreign::Half>(0.03, []<class T>() {
    dlib::matrix<T, 2, 2> a;
    a = 4, 1, 1, 3;
    const dlib::matrix<T, 2, 2> b = a * trans(a) + a;
    return std::vector<T>{b(0, 0), b(0, 1), b(1, 1), T(sum(b)), T(trace(a)), T(dlib::max(b))};
  });
}
