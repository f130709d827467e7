#include "lowprec/linalg.h"

#include <vector>

#include "kernel/kernels.h"

namespace lowprec {
namespace {

kernel::Arithmetic kernel_arithmetic(const Dynamic& a, const OperationDraws& draws) {
  return {a.rounding().kind, a.grid(), draws.products, draws.sums};
}

// The elements side by side: a view's own where they are, else a copy.
class Contiguous {
 public:
  explicit Contiguous(VectorView<const double> x) : data_(x.data) {
    if (x.stride == 1) return;
    copy_.resize(x.size);
    for (std::size_t k = 0; k < x.size; ++k) copy_[k] = x[k];
    data_ = copy_.data();
  }
  const double* data() const { return data_; }

 private:
  std::vector<double> copy_;
  const double* data_;
};

// Calls f with the elements of y side by side, and writes them back.
template <class F>
void update(VectorView<double> y, F f) {
  if (y.stride == 1) return f(y.data);
  std::vector<double> copy(y.size);
  for (std::size_t k = 0; k < y.size; ++k) copy[k] = y[k];
  f(copy.data());
  for (std::size_t k = 0; k < y.size; ++k) y[k] = copy[k];
}

}  // namespace

double detail::dot(Dynamic& a, const OperationDraws& draws, std::uint64_t first, VectorView<const double> x,
                   VectorView<const double> y) {
  if (!a.has_lanes()) return detail::dot<Dynamic>(a, draws, first, x, y);
  return kernel::dot(kernel_arithmetic(a, draws), Contiguous(x).data(), Contiguous(y).data(), x.size, first,
                     a.counters());
}

void axpy(Dynamic& a, double s, VectorView<const double> x, VectorView<double> y) {
  detail::require_equal_sizes(x.size, y.size);
  if (!a.has_lanes()) return axpy<Dynamic>(a, s, x, y);
  const auto arithmetic = kernel_arithmetic(a, a.draws());
  const Contiguous xs(x);
  update(y, [&](double* ys) { kernel::axpy(arithmetic, s, xs.data(), ys, y.size, 0, a.counters()); });
}

void convert(Dynamic& a, VectorView<const double> in, VectorView<double> out) {
  detail::require_equal_sizes(in.size, out.size);
  if (!a.has_lanes()) return convert<Dynamic>(a, in, out);
  const OperationDraws draws = a.draws();
  const Contiguous from(in);
  update(out, [&](double* to) {
    kernel::round(a.rounding().kind, a.grid(), 1.0, from.data(), to, in.size, draws.sums, 0, &a.counters());
  });
}

}  // namespace lowprec
