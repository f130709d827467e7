#include "lowprec/sgd/spectrum.h"

#include <fmt/format.h>

#include <cmath>

#include "format/text_parts.h"
#include "lowprec/format/error.h"
#include "lowprec/format/number_text.h"
#include "sgd/sequences.h"

namespace lowprec {

sgd::Spectrum::Spectrum(std::string_view text, Parse) : text_(text) {
  text = format::trimmed(text);
  if (const sgd::Given given = sgd::take_given(text, list_, path_); given != sgd::Given::no) {
    kind_ = given == sgd::Given::list ? Kind::list : Kind::file;
    return;
  }
  const format::TextCall call = format::parse_call(text);
  const std::size_t arguments = call.arguments.size();
  const auto is = [&](std::string_view name, std::size_t n, Kind kind) {
    if (call.name != name || arguments != n) return false;
    kind_ = kind;
    parameter_ = n > 0 ? format::parse_number(call.arguments[0]) : 0;
    if (n > 1) ratio_ = format::parse_number(call.arguments[1]);
    return true;
  };
  if (is("isotropic", 0, Kind::isotropic) || is("power", 1, Kind::power) || is("step", 2, Kind::step)) return;
  if (is("exp", 1, Kind::exponential) && parameter_ > 0) return;
  throw Error(fmt::format(
      "spectrum '{}': allowed are power(a), exp(r) with r > 0, step(k,ratio), isotropic, a list, file:PATH", text));
}

// Of those that are no list and no file.
double sgd::Spectrum::value(std::size_t i) const {
  switch (kind_) {
    case Kind::power:
      return sgd::inverse_power(i, parameter_);
    case Kind::exponential:
      return sgd::exponential_decay(i, parameter_);
    case Kind::step:
      return static_cast<double>(i) <= parameter_ ? 1 : ratio_;
    case Kind::isotropic:
    case Kind::list:
    case Kind::file:
      return 1;
  }
  return 1;
}

std::vector<double> sgd::Spectrum::values(std::size_t n) const {
  if (kind_ == Kind::list || kind_ == Kind::file) {
    std::vector<double> values = kind_ == Kind::list ? list_ : sgd::read_numbers(path_);
    sgd::require_length(text_, values, n);
    return values;
  }
  std::vector<double> values(n);
  for (std::size_t i = 0; i < n; ++i) values[i] = value(i + 1);
  return values;
}

// Values rise or fall with i; a rough last one suffices far from the ends of binary64.
bool sgd::Spectrum::is_surely_positive(std::size_t n, double scale) const {
  const auto is_positive = [scale](double x) { return x * scale > 1e-290 && x * scale < 1e290; };
  const auto last = static_cast<double>(n);
  switch (kind_) {
    case Kind::power:
      return is_positive(1) && is_positive(std::pow(last, -parameter_));
    case Kind::exponential:
      return is_positive(std::exp(-1 / parameter_)) && is_positive(std::exp(-last / parameter_));
    case Kind::step:
    case Kind::isotropic:
      return is_positive(value(1)) && is_positive(value(n));
    case Kind::list:
    case Kind::file:
      return false;
  }
  return false;
}

}  // namespace lowprec
