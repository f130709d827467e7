// Textbook code with `typedef double real;`: C style, literals and functions of std.
#include "foreign.h"

template <class T>
struct Textbook {
  typedef T real;

  static real simpson(real (*f)(real), real a, real b, int n) {
    real h = (b - a) / n, sum = f(a) + f(b);
    for (int i = 1; i < n; i++) sum += (i % 2 ? 4.0 : 2.0) * f(a + i * h);
    return sum * h / 3.0;
  }
  static real bell(real x) { return std::exp(-0.5 * x * x); }
  static real newton(real x) {
    for (int i = 0; i < 10; i++) {
      real step = (x * x - 2.0) / (2.0 * x);
      x -= step;
      if (std::fabs(step) < 1e-2) break;
    }
    return x;
  }
  static bool solve(real a[2][3], real x[2]) {
    if (a[0][0] == 0) return false;
    real factor = a[1][0] / a[0][0];
    for (int j = 0; j < 3; j++) a[1][j] -= factor * a[0][j];
    x[1] = a[1][2] / a[1][1];
    x[0] = (a[0][2] - a[0][1] * x[1]) / a[0][0];
    return true;
  }
};

int main() {
  return foreign::compare<foreign::Bfloat>(0.03, []<class T>() {
    using Book = Textbook<T>;
    T a[2][3] = {{2, 1, 5}, {1, 3, 10}};
    T x[2] = {0, 0};
    const bool solved = Book::solve(a, x);
    return std::vector<T>{Book::simpson(Book::bell, 0, 2, 8), Book::newton(1), x[0], x[1], solved ? 1 : 0};
  });
}
