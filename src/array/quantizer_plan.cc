#include "array/quantizer_plan.h"

#include <fmt/format.h>

#include <cmath>
#include <limits>

#include "format/checks.h"
#include "lane/round_at_run_time.h"
#include "lowprec/exact/reference.h"
#include "lowprec/format/names.h"
#include "lowprec/format/number_text.h"

namespace lowprec {
namespace {

void check_scale(const block::Scale& scale) {
  format::check_enumerator(scale.rule, static_cast<std::size_t>(block::Rule::absmax) + 1, "a rule of scales");
  if (scale.is_from_data() && (scale.format != binary64 || scale.rounding != ru))
    throw Error("a scale that is chosen from the data is a binary64 number, rounded up");
}

array::QuantizerPlan rounding_plan(const array::Rounded& q) {
  array::QuantizerPlan plan{.q = q, .rounded = q};
  format::check(q.rounding);
  format::check(q.overflow);
  check_scale(q.scale);
  plan.stepped = array::stepped_format(q);
  const auto& [format, step] = plan.stepped;
  if (!lane::fits_lane<double>(format))
    throw Error(fmt::format("numbers of {} are not all binary64 numbers: only scalars have this format", to_string(q)));
  format::checked(format, q.overflow);
  const bool has_own_step = step == 1 && !q.scale.is_from_data();
  plan.is_plain = has_own_step && !q.rounding.is_stochastic();
  plan.has_wide =
      lane::has_lane_constants<double>(format, q.rounding) && (step == 1 || lane::can_scale(format, q.rounding, step));
  plan.has_narrow = plan.has_wide && plan.is_plain && lane::has_lane_constants<float>(format, q.rounding);
  if (plan.has_wide) plan.wide = lane::make_lane_constants<double>(format, q.rounding, q.overflow);
  if (plan.has_narrow) plan.narrow = lane::make_lane_constants<float>(format, q.rounding, q.overflow);
  plan.adds_bits = has_own_step && lane::adds_random_bits(format, q.rounding, q.overflow);
  if (plan.adds_bits)
    plan.random = {lane::make_random_bits_constants(format, q.rounding, q.overflow), plan.wide, q.rounding};
  plan.adds_wide_bits = has_own_step && plan.has_wide && lane::adds_wide_random_bits(format, q.rounding, q.overflow);
  if (plan.adds_wide_bits)
    plan.wide_random = {lane::make_wide_random_bits_constants(format, q.rounding, q.overflow), plan.wide, q.rounding};
  return plan;
}

array::QuantizerPlan noise_plan(const array::Noise& noise) {
  using Law = array::Noise::Law;
  using Distribution = array::Noise::Distribution;
  format::check_enumerator(noise.law, static_cast<std::size_t>(Law::multiplicative_iid) + 1, "a law of noise");
  format::check_enumerator(noise.distribution, static_cast<std::size_t>(Distribution::rademacher) + 1,
                           "a distribution of noise");
  if (!(noise.epsilon >= 0) || !std::isfinite(noise.epsilon))
    throw Error(fmt::format("epsilon of a noise is finite and from 0, not {}", to_string(noise.epsilon)));
  return {.q = noise, .noise_scale = std::sqrt(noise.epsilon)};
}

}  // namespace

array::QuantizerPlan array::make_plan(const Quantizer& q) {
  return q.visit([](const Identity&) { return QuantizerPlan{}; },
                 [](const Rounded& rounded) { return rounding_plan(rounded); },
                 [](const Noise& noise) { return noise_plan(noise); });
}

bool array::QuantizerPlan::has_lanes(double step) const {
  return has_wide && (step == stepped.step || lane::can_scale(stepped.format, rounded.rounding, step));
}

double array::absmax_step(const Format& f, double m) {
  const double largest = f.max();
  const double step = m / largest;
  const bool falls_short = std::fma(step, largest, -m) < 0 || step < std::numeric_limits<double>::min();
  return falls_short ? std::nextafter(step, std::numeric_limits<double>::infinity()) : step;
}

double array::round_by_reference(const array::QuantizerPlan& plan, double step, double x, std::uint32_t draw,
                                 Events* events) {
  format::Flags flags;
  const Reference reference(plan.stepped.format, plan.rounded.rounding, plan.rounded.overflow);
  const auto steps = static_cast<double>(reference.div(x, step, draw, &flags));
  if (events != nullptr) exact::count(plan.stepped.format, plan.rounded.overflow, steps, flags, *events);
  return steps * step;
}

void array::fail_out_of_range(const Rounded& q, double x, std::uint64_t index) {
  throw Error(fmt::format("element {}: {} lies beyond the range of {}", index, to_string(x), to_string(q)));
}

namespace {

// Of a number within the range.
void count_within(const lane::LaneConstants<double>& g, double x, double y, Events& events) {
  ++events.rounded;
  if (x == y) return;
  ++events.inexact;
  if (y == 0)
    ++events.underflow;
  else if (std::abs(y) < g.least_normal)
    ++events.subnormal;
}

}  // namespace

array::PreparedQuantizer::PreparedQuantizer(const Quantizer& q)
    : plan_(std::make_shared<array::QuantizerPlan>(array::make_plan(q))) {}

const Quantizer& array::PreparedQuantizer::quantizer() const { return plan_->q; }

double array::PreparedQuantizer::rounded(double x, std::uint32_t draw, Events* events) const {
  const array::QuantizerPlan& p = *plan_;
  const double step = p.stepped.step;
  if (!p.has_wide) return array::round_by_reference(p, step, x, draw, events);
  if (p.adds_wide_bits && std::abs(x) <= p.wide_random.grid.reach) {
    std::uint64_t decided = 0;
    const std::uint64_t r = draw >> p.wide_random.grid.right;
    const double y = one_lane::AddWideRandomBits(one_lane::OneLane<double>(), p.wide_random.grid, x, r, decided);
    if (decided != 0) {
      if (events != nullptr) count_within(p.wide, x, y, *events);
      return y;
    }
  }
  Events counted;
  const double steps = step == 1 ? x : one_lane::Ratio(one_lane::OneLane<double>(), p.wide, x, step);
  const double y = step * lane::round_one_lane(p.rounded.rounding, p.wide, steps, draw, counted);
  if (p.rounded.overflow == Overflow::error && std::isnan(y) && !std::isnan(x))
    array::fail_out_of_range(p.rounded, x, 0);
  counted.rounded = 1;
  if (events != nullptr) *events += counted;
  return y;
}

}  // namespace lowprec
