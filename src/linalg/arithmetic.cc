#include "lowprec/linalg/arithmetic.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "format/checks.h"
#include "lane/round_at_run_time.h"
#include "lowprec/format/names.h"
#include "lowprec/format/number_text.h"

namespace lowprec {
namespace {

constexpr one_lane::OneLane<double> kLane;

// The arithmetic whose operations q rounds.
Dynamic arithmetic_of(const Quantizer& q, Stream stream) {
  if (q.rounded() == nullptr) throw Error(fmt::format("an arithmetic needs a format, not {}", to_string(q)));
  const array::Rounded& r = *q.rounded();
  if (r.scale.is_from_data()) throw Error("an arithmetic has one step: absmax cannot be given");
  const auto [format, step] = array::stepped_format(r);
  if (step != 1) throw Error(fmt::format("an arithmetic needs a step that is a power of two, not {}", step));
  return {format, r.rounding, r.overflow, stream};
}

}  // namespace

Dynamic::Dynamic(const Format& f, Rounding r, Overflow o, Stream stream)
    : format_(f), rounding_(r), overflow_(format::checked(format::checked(f), o)), stream_(stream) {
  format::check(r);
  format::check(o);
  if (!lane::fits_lane<double>(f))
    throw Error(fmt::format("numbers of {} are not all binary64 numbers: only scalars have this format", to_string(f)));
  has_lanes_ =
      lane::has_lane_constants<double>(f, r) && lane::operations<double>(f, r, o) != lane::Operations::unsupported;
  fuses_ = has_lanes_ && lane::fuses<double>(f, r, o);
  has_exact_sums_ =
      std::max(f.max_exponent(), f.least_exponent) + 2 - f.quantum_exponent() <= lane::Lane<double>::precision;
  if (lane::has_lane_constants<double>(f, r)) grid_ = lane::make_lane_constants<double>(f, r, o);
  if (!fuses_ || !lane::can_scale(f, r, 1.0)) reference_.emplace(f, r, o);
}

Dynamic::Dynamic(const Quantizer& q, Stream stream) : Dynamic(arithmetic_of(q, stream)) {}

// x, the result of an operation on numbers or, !of_numbers, on some NaN.
double Dynamic::rounded(double x, linalg::Draw draw, bool of_numbers) {
  Events events{.rounded = 1};
  if (x != x && of_numbers) events.nan_created = 1;
  const double y = lane::round_one_lane(rounding_, grid_, x, rounding_.is_stochastic() ? draw() : 0, events);
  if (is_observed_) events_ += events;
  if (overflow_ == Overflow::error && y != y && x == x)
    throw Error(fmt::format("the result {} lies beyond the range of {}", to_string(x), to_string(format_)));
  return y;
}

template <class F>
double Dynamic::referred(F operation, linalg::Draw draw) {
  if (!reference_) reference_.emplace(format_, rounding_, overflow_);
  format::Flags flags;
  const auto result = static_cast<double>(operation(*reference_, rounding_.is_stochastic() ? draw() : 0, &flags));
  if (is_observed_) exact::count(format_, overflow_, result, flags, events_);
  return result;
}

double Dynamic::from(double x, linalg::Draw draw) {
  if (lane::has_lane_constants<double>(format_, rounding_)) return rounded(x, draw, x == x);
  return referred([&](const Reference& r, auto... rest) { return r.convert(x, rest...); }, draw);
}
double Dynamic::from(const Wide& x, linalg::Draw draw) {
  return referred([&](const Reference& r, auto... rest) { return r.convert(x, rest...); }, draw);
}
double Dynamic::add(double a, double b, linalg::Draw draw) {
  if (has_lanes_) return rounded(one_lane::Sum(kLane, sum_grid(), a, b), draw, a == a && b == b);
  return referred([&](const Reference& r, auto... rest) { return r.add(a, b, rest...); }, draw);
}
double Dynamic::add_number(double a, double b, linalg::Draw draw) {
  if (has_lanes_ && lane::adds_numbers<double>(format_, rounding_, overflow_))
    return rounded(one_lane::Sum(kLane, lane::for_any_numbers(grid_), a, b), draw, a == a && b == b);
  return referred([&](const Reference& r, auto... rest) { return r.add(a, b, rest...); }, draw);
}
double Dynamic::sub(double a, double b, linalg::Draw draw) { return add(a, -b, draw); }
double Dynamic::mul(double a, double b, linalg::Draw draw) {
  if (has_lanes_) return rounded(one_lane::Product(kLane, grid_, a, b), draw, a == a && b == b);
  return referred([&](const Reference& r, auto... rest) { return r.mul(a, b, rest...); }, draw);
}
double Dynamic::div(double a, double b, linalg::Draw draw) {
  if (has_lanes_) return rounded(one_lane::Quotient(kLane, grid_, a, b), draw, a == a && b == b);
  return referred([&](const Reference& r, auto... rest) { return r.div(a, b, rest...); }, draw);
}
double Dynamic::scale(double s, double x, linalg::Draw draw) {
  if (lane::has_lane_constants<double>(format_, rounding_) &&
      (s == 0 || lane::can_scale(format_, rounding_, std::fabs(s))))
    return rounded(one_lane::Scaling(kLane, grid_, s, x), draw, s == s && x == x);
  return referred([&](const Reference& r, auto... rest) { return r.mul(s, x, rest...); }, draw);
}
double Dynamic::sqrt(double a, linalg::Draw draw) {
  if (has_lanes_) return rounded(one_lane::SquareRoot(kLane, grid_, a), draw, a == a);
  return referred([&](const Reference& r, auto... rest) { return r.sqrt(a, rest...); }, draw);
}
double Dynamic::fma(double a, double b, double c, linalg::Draw draw) {
  if (fuses_)
    return rounded(one_lane::FusedMultiplyAdd(kLane, grid_, a, b, c), draw,
                   a == a && b == b && (c == c || a * b != a * b));
  return referred([&](const Reference& r, auto... rest) { return r.fma(a, b, c, rest...); }, draw);
}

linalg::OperationDraws Dynamic::draws() {
  if (!rounding_.is_stochastic()) return {};
  const std::uint64_t c = operations_++;
  return {stream_.substream(2 * c), stream_.substream(2 * c + 1)};
}

}  // namespace lowprec
