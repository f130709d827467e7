// A matrix-vector product with narrow inputs and a wide accumulator: where the digits are lost.
#include <lowprec/lowprec.h>

#include <cmath>
#include <cstdio>
#include <vector>

using namespace lowprec;

constexpr std::size_t kRows = 64, kColumns = 512;

// y = A x, products of In's numbers rounded to Sum, sums rounded to Sum. Num to Num conversions are explicit: the one
// place where a format is left is visible.
template <class In, class Sum>
std::vector<double> product(const std::vector<double>& a, const std::vector<double>& x) {
  std::vector<double> y(kRows);
  for (std::size_t i = 0; i < kRows; ++i) {
    Sum sum(0);
    for (std::size_t j = 0; j < kColumns; ++j) sum += Sum(In(a[i * kColumns + j])) * Sum(In(x[j]));
    y[i] = static_cast<double>(sum);
  }
  return y;
}

double relative_error(const std::vector<double>& got, const std::vector<double>& want) {
  double difference = 0, size = 0;
  for (std::size_t i = 0; i < got.size(); ++i) {
    difference += (got[i] - want[i]) * (got[i] - want[i]);
    size += want[i] * want[i];
  }
  return std::sqrt(difference / size);
}

int main() {
  std::vector<double> a(kRows * kColumns), x(kColumns);
  const Stream normal{7, 0};
  for (std::size_t i = 0; i < a.size(); ++i) a[i] = normal.gaussian(i);
  for (std::size_t j = 0; j < x.size(); ++j) x[j] = std::abs(normal.gaussian(a.size() + j));

  using F8 = Num<e4m3fn>;
  using Half = Num<binary16>;
  const auto exact = product<Num<binary64>, Num<binary64>>(a, x), inputs = product<F8, Num<binary64>>(a, x);
  const auto show = [&](const char* name, const std::vector<double>& y) {
    std::printf("  %-9s %8.1e %8.1e\n", name, relative_error(y, exact), relative_error(y, inputs));
  };
  std::printf("e4m3 inputs, %zu x %zu; relative error of y\n  %-9s %8s %8s\n", kRows, kColumns, "sums in", "in all",
              "of sums");
  show("e4m3", product<F8, F8>(a, x));
  show("bfloat16", product<F8, Num<bfloat16>>(a, x));
  show("binary16", product<F8, Half>(a, x));
  show("binary32", product<F8, Num<binary32>>(a, x));
  show("binary64", inputs);

  // The same by the library: a format for products, one for sums, known at run time, in vectors. Equal bits.
  std::vector<double> low_a(a.size()), low_x(x.size()), y(kRows);
  Dynamic narrow(parse_quantizer("e4m3")), wide(parse_quantizer("binary16"));
  convert(narrow, a, low_a);
  convert(narrow, x, low_x);
  gemv(wide, MatrixView<const double>(low_a.data(), kRows, kColumns), low_x, y);
  std::printf("gemv in binary16 %s the loop over Num\n", y == product<F8, Half>(a, x) ? "equals" : "DIFFERS FROM");
  return y == product<F8, Half>(a, x) ? 0 : 1;
}
