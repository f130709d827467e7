// A program in the names of version 0.1.0, before names moved to the namespaces of their rooms.
#include "lowprec/compat.h"

#include <cstdint>
#include <vector>

#include "support/cases.h"

namespace {

using lowprec::Dynamic;
using lowprec::rne;
using lowprec::VectorView;

TEST_CASE("names of formats and texts") {
  CHECK(lowprec::parse_number("0x1p-3") == 0.125);
  CHECK(lowprec::parse_rounding("rne") == rne);
  CHECK(lowprec::parse_overflow("saturate") == lowprec::Overflow::saturate);
  const lowprec::FpOptions options;
  CHECK(lowprec::fp(5, 2, options) == lowprec::fp(5, 2));
  CHECK(lowprec::Flags() == lowprec::Flags());
}

TEST_CASE("names of arrays and files") {
  const std::vector<double> x{1.0, 1.5, -2.0};
  const lowprec::QuantizationStats stats = lowprec::quantization_stats(lowprec::parse_quantizer("e4m3fn"), x);
  CHECK(stats.size == 3);
  CHECK(lowprec::packed_bytes(4, 3) == 2);
  std::vector<std::uint32_t> draws(2);
  lowprec::fill_draws(lowprec::Stream{1, 0}, 0, draws);
  CHECK(draws[1] == lowprec::Stream{1, 0}.draw(1));
  CHECK(lowprec::parse_npy(lowprec::to_npy(x)).values == x);
}

TEST_CASE("names of linear algebra") {
  const std::vector<double> x{3.0, -4.0};
  Dynamic a(lowprec::binary32, rne);
  const VectorView<const double> v(x);
  CHECK(lowprec::asum(a, v) == 7);
  CHECK(lowprec::nrm2(a, v) == 5);
  CHECK(lowprec::iamax(a, v) == 1);
}

TEST_CASE("names of the reference and of the machine") {
  lowprec::ExactSum sum;
  sum.add(0.5);
  CHECK(lowprec::to_int64(lowprec::Wide(2.5), rne) == 2);
  CHECK(lowprec::threads() >= 1);
  CHECK(!lowprec::simd_targets().empty());
}

TEST_CASE("names of studies") {
  const lowprec::StepSizes* step_sizes = nullptr;
  const lowprec::Sgd<Dynamic>* sgd = nullptr;
  const lowprec::Row* row = nullptr;
  const lowprec::Report* report = nullptr;
  CHECK((step_sizes == nullptr && sgd == nullptr && row == nullptr && report == nullptr));
  CHECK(lowprec::Run() == lowprec::Run());
  CHECK(lowprec::FitOptions().floor == lowprec::FitOptions().floor);
}

}  // namespace
