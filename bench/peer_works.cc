// Other number types that round every operation, in the loop of axpy.h: times Num of the same format.
#include <boost/multiprecision/cpp_bin_float.hpp>

#include "axpy.h"
#include "lowprec/exact/reference.h"
#include "lowprec/format/presets.h"

#if LOWPREC_BENCH_EIGEN
#include <Eigen/Core>
#endif
#if LOWPREC_BENCH_MPFR
#include <mpfr.h>
#endif

namespace lowprec::bench {
namespace {

constexpr std::size_t kElements = std::size_t{1} << 16;

double rounded(const Format& f, double a, double x, double y) {
  const Reference r(f);
  return static_cast<double>(r.add(r.mul(a, x), y));
}

// A peer T whose operators round to f. Values stay far from the ends of f's range, where some peers differ.
template <class T>
Goal peer(const std::string& name, const std::string& preset, const Format& f, double tolerance = 0) {
  const auto loop = [](const T& a, const T* x, const T* y, T* z, std::size_t n) {
    for (std::size_t i = 0; i < n; ++i) z[i] = static_cast<T>(static_cast<T>(a * x[i]) + y[i]);
  };
  return {axpy_work<T>(
              name, kElements, [f](double x) { return static_cast<T>(static_cast<double>(Reference(f).convert(x))); },
              loop, [](const T& x) { return static_cast<double>(x); },
              [f](double a, double x, double y) { return rounded(f, a, x, y); }, tolerance),
          num_axpy(preset, kElements)};
}

template <unsigned kBits>
using BinFloat =
    boost::multiprecision::number<boost::multiprecision::cpp_bin_float<kBits, boost::multiprecision::digit_base_2>,
                                  boost::multiprecision::et_off>;

#if LOWPREC_BENCH_MPFR
class Mpfr {
 public:
  Mpfr() { mpfr_init2(x_, bfloat16.precision); }
  explicit Mpfr(double x) : Mpfr() { mpfr_set_d(x_, x, MPFR_RNDN); }
  Mpfr(const Mpfr& other) : Mpfr() { mpfr_set(x_, other.x_, MPFR_RNDN); }
  Mpfr& operator=(const Mpfr& other) {
    if (this != &other) mpfr_set(x_, other.x_, MPFR_RNDN);
    return *this;
  }
  ~Mpfr() { mpfr_clear(x_); }

  explicit operator double() const { return mpfr_get_d(x_, MPFR_RNDN); }

  // z_i = a x_i + y_i without a temporary.
  static void loop(const Mpfr& a, const Mpfr* x, const Mpfr* y, Mpfr* z, std::size_t n) {
    for (std::size_t i = 0; i < n; ++i) {
      mpfr_mul(z[i].x_, a.x_, x[i].x_, MPFR_RNDN);
      mpfr_add(z[i].x_, z[i].x_, y[i].x_, MPFR_RNDN);
    }
  }

 private:
  mpfr_t x_;
};

Goal mpfr_peer() {
  return {
      axpy_work<Mpfr>(
          "MPFR, 8 bits", kElements, [](double x) { return Mpfr(static_cast<double>(Reference(bfloat16).convert(x))); },
          Mpfr::loop, [](const Mpfr& x) { return static_cast<double>(x); },
          [](double a, double x, double y) { return rounded(bfloat16, a, x, y); }),
      num_axpy("bfloat16", kElements)};
}
#endif

}  // namespace

std::vector<Goal> peers() {
  std::vector<Goal> all;
  // One sum in two thousand of Boost 1.74 is a unit off: -0x1.0ap+1 + 0x1.56p-8 gives -0x1.08p+1.
  all.push_back(peer<BinFloat<8>>("Boost cpp_bin_float, 8 bits", "bfloat16", bfloat16, 0x1p-7));
#if LOWPREC_BENCH_MPFR
  all.push_back(mpfr_peer());
#endif
#if LOWPREC_BENCH_EIGEN
  all.push_back(peer<Eigen::bfloat16>("Eigen::bfloat16", "bfloat16", bfloat16));
  all.push_back(peer<Eigen::half>("Eigen::half", "binary16", binary16));
#endif
#if defined(__GNUC__) && !defined(__clang__)
  all.push_back(peer<_Float16>("_Float16", "binary16", binary16));
#endif
  all.push_back({code_axpy(kElements), num_axpy("e4m3fn", kElements)});
  return all;
}

}  // namespace lowprec::bench
