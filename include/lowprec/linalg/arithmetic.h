// Arithmetics: who performs an operation and rounds it. Linear algebra and the trainer take one as their first
// argument.
//
// A model of Arithmetic has a value_type, the operations below, each of which rounds once, and draws(): the streams for
// the next linear algebra operation. Operation number c of an arithmetic takes its draws from substreams 2c (products)
// and 2c + 1 (sums, conversions) of the arithmetic's stream, so the same operations in the same order give the same
// bits in every model.
#pragma once

#include <cmath>
#include <concepts>
#include <cstdint>
#include <memory>
#include <optional>
#include <type_traits>

#include "lowprec/array/quantize.h"
#include "lowprec/exact/reference.h"
#include "lowprec/format/events.h"
#include "lowprec/format/rounding.h"
#include "lowprec/lane/lane_constants.h"
#include "lowprec/lane/stream.h"

namespace lowprec::linalg {

// Draw i of a stream, taken only if needed.
struct Draw {
  Stream stream;
  std::uint64_t index = 0;
  constexpr std::uint32_t operator()() const { return stream.draw(index); }
};

// The draws of one linear algebra operation: of products, of sums with a product, of sums of partial sums.
struct OperationDraws {
  Stream products, sums;
  constexpr Stream joins() const { return sums.substream(0); }
};

}  // namespace lowprec::linalg

namespace lowprec {

template <class A>
concept Arithmetic = requires(A a, typename A::value_type x, double s, linalg::Draw draw) {
  { a.from(s, draw) } -> std::same_as<typename A::value_type>;
  { a.from(Wide(s), draw) } -> std::same_as<typename A::value_type>;
  { a.to_double(x) } -> std::same_as<double>;
  { a.add(x, x, draw) } -> std::same_as<typename A::value_type>;
  { a.add_number(x, s, draw) } -> std::same_as<typename A::value_type>;
  { a.sqrt(x, draw) } -> std::same_as<typename A::value_type>;
  { a.sub(x, x, draw) } -> std::same_as<typename A::value_type>;
  { a.mul(x, x, draw) } -> std::same_as<typename A::value_type>;
  { a.scale(s, x, draw) } -> std::same_as<typename A::value_type>;
  { a.draws() } -> std::same_as<linalg::OperationDraws>;
  { a.events() } -> std::same_as<Events>;
  a.observe(true);
};

// Any number type T with + - * and conversion from and to double: double, Num<F, R>, Boost.Multiprecision's, yours.
// Types with static operations that take a draw (Num) get theirs.
template <class T>
class Scalarwise {
 public:
  using value_type = T;

  constexpr explicit Scalarwise(Stream stream = {}) : stream_(stream) {}

  constexpr T from(double x, linalg::Draw draw) const {
    if constexpr (takes_draws)
      return stochastic ? T(x, draw()) : T(x, 0);
    else
      return T(x);
  }
  constexpr T from(const Wide& x, linalg::Draw draw) const {
    if constexpr (takes_draws)
      return T(x, stochastic ? draw() : 0);
    else
      return T(static_cast<double>(x));
  }
  constexpr double to_double(const T& x) const { return static_cast<double>(x); }

  constexpr T add(const T& a, const T& b, linalg::Draw draw) const {
    if constexpr (takes_draws)
      return T::add(a, b, stochastic ? draw() : 0);
    else
      return T(a + b);
  }
  // a + b for a binary64 b that need not be a number of the type.
  constexpr T add_number(const T& a, double b, linalg::Draw draw) const {
    if constexpr (takes_draws)
      return T::add_number(a, b, stochastic ? draw() : 0);
    else
      return T(a + T(b));
  }
  constexpr T sub(const T& a, const T& b, linalg::Draw draw) const {
    if constexpr (takes_draws)
      return T::sub(a, b, stochastic ? draw() : 0);
    else
      return T(a - b);
  }
  constexpr T mul(const T& a, const T& b, linalg::Draw draw) const {
    if constexpr (takes_draws)
      return T::mul(a, b, stochastic ? draw() : 0);
    else
      return T(a * b);
  }
  // s * x for a binary64 s that need not be a number of the type.
  constexpr T scale(double s, const T& x, linalg::Draw draw) const {
    if constexpr (takes_draws)
      return T::scale(s, x, stochastic ? draw() : 0);
    else
      return T(T(s) * x);
  }

  constexpr T sqrt(const T& a, linalg::Draw draw) const {
    using std::sqrt;
    if constexpr (takes_draws)
      return T::sqrt(a, stochastic ? draw() : 0);
    else
      return T(sqrt(a));
  }

  // Whether every number of `other` is a number of this arithmetic.
  constexpr bool holds_numbers_of(const Scalarwise&) const { return true; }

  constexpr linalg::OperationDraws draws() {
    if constexpr (!stochastic) return {};
    const std::uint64_t c = operations_++;
    return {stream_.substream(2 * c), stream_.substream(2 * c + 1)};
  }
  constexpr void observe(bool) {}  // it cannot be
  constexpr Events events() const { return {}; }

 private:
  static constexpr bool takes_draws = requires(T x) { T::add(x, x, std::uint32_t{}); };
  static constexpr bool is_stochastic() {
    if constexpr (requires { T::rounding; })
      return T::rounding.is_stochastic();
    else
      return false;
  }
  static constexpr bool stochastic = is_stochastic();

  Stream stream_;
  std::uint64_t operations_ = 0;
};

}  // namespace lowprec

namespace lowprec::linalg {

namespace detail {

// What sequential sums of a format of at most 8 bits keep between calls (src/dot_chain.h).
struct SumTable {
  std::shared_ptr<const std::uint8_t[]> codes;  // of the rounded sums of all pairs of codes, or null
  std::size_t missed = 0;                       // sums taken without it
};

}  // namespace detail

}  // namespace lowprec::linalg

namespace lowprec {

// A format known at run time, whose numbers are binary64 numbers. Linear algebra over it is vectorised, where binary64
// lanes give correctly rounded results (see Operations); elsewhere each operation is the reference's.
class Dynamic {
 public:
  using value_type = double;

  // Error if not every number of the format is a binary64 number.
  Dynamic(const Format& f, Rounding r, Overflow o, Stream stream = {});
  Dynamic(const Format& f, Rounding r = rne, Stream stream = {}) : Dynamic(f, r, default_overflow(f), stream) {}
  // Error unless q is a format; its step must be a power of two.
  explicit Dynamic(const Quantizer& q, Stream stream = {});

  double from(double x, linalg::Draw draw);
  double from(const Wide& x, linalg::Draw draw);
  double to_double(double x) const { return x; }
  double add(double a, double b, linalg::Draw draw);
  // a + b for a number a and any b.
  double add_number(double a, double b, linalg::Draw draw);
  double sub(double a, double b, linalg::Draw draw);
  double mul(double a, double b, linalg::Draw draw);
  double div(double a, double b, linalg::Draw draw);
  double scale(double s, double x, linalg::Draw draw);
  double sqrt(double a, linalg::Draw draw);
  double fma(double a, double b, double c, linalg::Draw draw);

  linalg::OperationDraws draws();

  // Whether what happens is counted from now on. Counting takes time. Operations of binary64, which the processor
  // rounds, count as exact.
  void observe(bool on) { is_observed_ = on; }
  bool is_observed() const { return is_observed_; }
  Events events() const { return events_; }

  // Whether every number of `other` is a number of this arithmetic.
  bool holds_numbers_of(const Dynamic& other) const { return format::contains(format_, other.format_); }

  // Whether + - x / and square roots are those of binary64 lanes, with this grid.
  bool has_lanes() const { return has_lanes_; }
  Overflow overflow() const { return overflow_; }
  const Format& format() const { return format_; }
  Rounding rounding() const { return rounding_; }
  const lane::LaneConstants<double>& grid() const { return grid_; }
  // The grid of sums: while events are counted, one that sees where binary64 itself rounds them.
  lane::LaneConstants<double> sum_grid() const {
    return is_observed_ && !has_exact_sums_ ? lane::for_any_numbers(grid_) : grid_;
  }
  Events& counters() { return events_; }
  linalg::detail::SumTable& sum_table() { return sum_table_; }

 private:
  double rounded(double x, linalg::Draw draw, bool of_numbers);
  template <class F>
  double referred(F operation, linalg::Draw draw);

  Format format_;
  Rounding rounding_;
  Overflow overflow_;
  lane::LaneConstants<double> grid_{};
  bool has_lanes_ = false;
  bool fuses_ = false;
  bool has_exact_sums_ = false;  // in binary64
  bool is_observed_ = false;
  std::optional<Reference> reference_;  // where some operation needs it
  Stream stream_;
  std::uint64_t operations_ = 0;
  Events events_;
  linalg::detail::SumTable sum_table_;
};

}  // namespace lowprec
