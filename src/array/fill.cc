#include "lowprec/array/fill.h"

#include "kernel/kernels.h"

namespace lowprec {

void array::fill_draws(Stream stream, std::uint64_t first, std::span<std::uint32_t> out) {
  kernel::fill_draws(stream, first, out.data(), out.size());
}

void array::fill_gaussian(Stream stream, std::uint64_t first, std::span<double> out) {
  kernel::fill_gaussian(stream, first, out.data(), out.size());
}

}  // namespace lowprec
