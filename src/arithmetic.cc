#include "lowprec/arithmetic.h"

#include <fmt/format.h>

#include "kernel/one_lane_round.h"
#include "lowprec/text.h"

namespace lowprec {
namespace {

constexpr one_lane::OneLane<double> kLane;

Format arithmetic_format(const Quantizer& q) {
  if (!q.is_format()) throw Error(fmt::format("an arithmetic needs a format, not {}", to_string(q)));
  const SteppedFormat stepped = stepped_format(q);
  if (stepped.step != 1) throw Error(fmt::format("an arithmetic needs a step that is a power of two, not {}", q.step));
  return stepped.format;
}

}  // namespace

Dynamic::Dynamic(const Format& f, Rounding r, Overflow o, Stream stream)
    : format_(f), rounding_(r), overflow_(o), grid_(make_grid<double>(checked(f), r, o)), stream_(stream) {
  if (operations<double>(f, r, o) == Operations::unsupported)
    throw Error(fmt::format(
        "operations of {} rounded by {} need lanes wider than binary64: take fewer significand, exponent or "
        "random bits",
        to_string(f), to_string(r)));
}

Dynamic::Dynamic(const Quantizer& q, Stream stream) : Dynamic(arithmetic_format(q), q.rounding, q.overflow, stream) {}

double Dynamic::rounded(double x, Draw draw) {
  const double y = round_one_lane(rounding_, grid_, x, rounding_.is_stochastic() ? draw() : 0, events_);
  ++events_.rounded;
  if (overflow_ == Overflow::error && y != y && x == x)
    throw Error(fmt::format("the result {} lies beyond the range of {}", to_string(x), to_string(format_)));
  return y;
}

double Dynamic::from(double x, Draw draw) { return rounded(x, draw); }
double Dynamic::add(double a, double b, Draw draw) { return rounded(one_lane::Sum(kLane, grid_, a, b), draw); }
double Dynamic::sub(double a, double b, Draw draw) { return rounded(one_lane::Sum(kLane, grid_, a, -b), draw); }
double Dynamic::mul(double a, double b, Draw draw) { return rounded(one_lane::Product(kLane, grid_, a, b), draw); }
double Dynamic::div(double a, double b, Draw draw) { return rounded(one_lane::Quotient(kLane, grid_, a, b), draw); }
double Dynamic::scale(double s, double x, Draw draw) { return rounded(one_lane::Scaling(kLane, grid_, s, x), draw); }

OperationDraws Dynamic::draws() {
  if (!rounding_.is_stochastic()) return {};
  const std::uint64_t c = operations_++;
  return {stream_.substream(2 * c), stream_.substream(2 * c + 1)};
}

}  // namespace lowprec
