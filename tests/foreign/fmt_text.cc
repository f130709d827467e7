// {fmt}: numbers in text, alone and in ranges.
// package: libfmt-dev
#include "foreign.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <lowprec/interop/fmt.h>

int main() {
  using foreign::Bfloat;
  const std::string text =
      fmt::format("{} {:.2f} {:>6} {}", Bfloat(0.5), Bfloat(2), Bfloat(-1), std::vector<Bfloat>{1, 2});
  std::puts(text.c_str());
  return text == "0.5 2.00     -1 [1, 2]" ? 0 : 1;
}
