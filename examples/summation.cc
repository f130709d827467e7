// The harmonic series and a long sum in eight formats: to nearest they stagnate; stochastic rounding and compensated
// summation do not.
#include <lowprec/num.h>

#include <cstdio>

using namespace lowprec;

template <class T, class Term>
double plain(int n, Term term) {
  T sum(0);
  for (int k = 1; k <= n; ++k) sum += T(term(k));
  return static_cast<double>(sum);
}

// Kahan 1965: `rest` is what the last addition lost.
template <class T, class Term>
double compensated(int n, Term term) {
  T sum(0), rest(0);
  for (int k = 1; k <= n; ++k) {
    const T y = T(term(k)) - rest, t = sum + y;
    rest = (t - sum) - y;
    sum = t;
  }
  return static_cast<double>(sum);
}

// The first k whose addition changes nothing, to nearest.
template <class T, class Term>
int stagnation(int n, Term term) {
  T sum(0);
  for (int k = 1; k <= n; ++k) {
    const T next = sum + T(term(k));
    if (next == sum) return k;
    sum = next;
  }
  return 0;
}

template <Format F, class Term>
void row(const char* name, int n, Term term) {
  using Nearest = Num<F>;
  using Random = Num<F, sr, default_overflow(F)>;
  const ScopedStream draws(Stream{1, 0});
  const int stops = stagnation<Nearest>(n, term);
  char text[16] = "never";
  if (stops != 0) std::snprintf(text, sizeof text, "%d", stops);
  std::printf("  %-10s %9.4g %9s %11.4g %11.4g\n", name, plain<Nearest>(n, term), text, plain<Random>(n, term),
              compensated<Nearest>(n, term));
}

template <class Term>
void table(const char* title, int n, Term term) {
  std::printf("%s, %d terms; binary64: %.6g\n", title, n, plain<double>(n, term));
  std::printf("  %-10s %9s %9s %11s %11s\n", "", "nearest", "stops at", "stochastic", "compensated");
  row<e5m2>("e5m2", n, term);
  row<e4m3fn>("e4m3", n, term);
  row<e3m4>("e3m4", n, term);
  row<p3109(8, 4, true, true)>("p3109 8p4", n, term);
  row<bfloat16>("bfloat16", n, term);
  row<binary16>("binary16", n, term);
  row<tf32>("tf32", n, term);
  row<fp(8, 15)>("fp(8,15)", n, term);
}

int main() {
  table("sum of 1/k", 10000, [](int k) { return 1.0 / k; });
  table("sum of 0.01", 1000, [](int) { return 0.01; });
  std::printf(
      "To nearest, a sum stops where a term is less than half its quantum. Stochastic rounding goes on, right on\n"
      "average; compensation carries what was lost, as long as the format holds both parts.\n");
}
