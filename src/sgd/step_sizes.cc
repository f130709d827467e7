#include "lowprec/sgd/step_sizes.h"

#include <fmt/format.h>
#include <boost/multiprecision/cpp_bin_float.hpp>

#include <algorithm>
#include <cmath>

#include "format/text_parts.h"
#include "lane/portable_math.h"
#include "lowprec/format/error.h"
#include "lowprec/format/names.h"
#include "lowprec/format/number_text.h"

namespace lowprec {
namespace {

// log2 N to 50 digits, rounded once: the bits do not depend on a mathematical library.
double log2_of(std::uint64_t n) {
  using Wide = boost::multiprecision::cpp_bin_float_50;
  return static_cast<double>(log2(Wide(n)));
}

}  // namespace

sgd::Schedule::Schedule(std::string_view text, Parse) : text_(text) {
  const format::TextCall call = format::parse_call(format::trimmed(text));
  const std::size_t arguments = call.arguments.size();
  if (call.name == "constant" && arguments == 0) return;
  if (call.name == "geometric" && arguments == 0) {
    kind_ = Kind::geometric;
    return;
  }
  if (call.name == "polynomial" && arguments == 1) {
    kind_ = Kind::polynomial;
    power_ = format::parse_number(call.arguments[0]);
    if (power_ >= 0 && std::isfinite(power_)) return;
  }
  throw Error(fmt::format("schedule '{}': allowed are constant, geometric, polynomial(p) with p >= 0", text));
}

sgd::StepSizes::StepSizes(const sgd::Schedule& schedule, std::uint64_t horizon)
    : kind_(schedule.kind()), power_(schedule.power()) {
  if (schedule.depends_on_horizon()) halvings_ = log2_of(horizon) / static_cast<double>(horizon);
}

double sgd::StepSizes::factor(std::uint64_t t) const {
  const auto time = static_cast<double>(t);
  switch (kind_) {
    case Schedule::Kind::constant:
      return 1;
    case Schedule::Kind::geometric:
      return std::ldexp(1.0, -static_cast<int>(time * halvings_));
    case Schedule::Kind::polynomial:
      return lane::portable_exp(-power_ * lane::portable_log(1 + time));
  }
  return 1;
}

std::uint64_t sgd::tail_length(double share, std::uint64_t horizon) {
  const double length = std::nearbyint(share * static_cast<double>(horizon));
  return std::max<std::uint64_t>(static_cast<std::uint64_t>(length), 1);
}

}  // namespace lowprec
