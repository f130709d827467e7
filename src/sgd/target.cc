#include "lowprec/sgd/target.h"

#include <fmt/format.h>

#include "format/text_parts.h"
#include "lowprec/array/fill.h"
#include "lowprec/format/error.h"
#include "lowprec/format/number_text.h"
#include "sgd/sequences.h"

namespace lowprec {

sgd::Target::Target(std::string_view text, Parse) : text_(text) {
  text = format::trimmed(text);
  if (const sgd::Given given = sgd::take_given(text, list_, path_); given != sgd::Given::no) {
    kind_ = given == sgd::Given::list ? Kind::list : Kind::file;
    return;
  }
  const auto is = [&](std::string_view name, Kind kind) {
    if (text == name) kind_ = kind;
    return text == name;
  };
  if (is("ones", Kind::ones) || is("alternating", Kind::alternating) || is("prior", Kind::prior)) return;
  const format::TextCall call = format::parse_call(text);
  if (call.name != "power" || call.arguments.size() != 1)
    throw Error(fmt::format("target '{}': allowed are ones, power(a), alternating, prior, a list, file:PATH", text));
  kind_ = Kind::power;
  power_ = format::parse_number(call.arguments[0]);
}

bool sgd::Target::has_unit_squares() const {
  return kind_ == Kind::ones || kind_ == Kind::alternating || kind_ == Kind::prior;
}

std::vector<double> sgd::Target::values(std::size_t n, Stream stream) const {
  std::vector<double> values(n, 1.0);
  switch (kind_) {
    case Kind::ones:
      break;
    case Kind::power:
      for (std::size_t i = 0; i < n; ++i) values[i] = sgd::inverse_power(i + 1, power_);
      break;
    case Kind::alternating:
      for (std::size_t i = 0; i < n; i += 2) values[i] = -1;
      break;
    case Kind::prior:
      array::fill_gaussian(stream, 0, values);
      break;
    case Kind::list:
      values = list_;
      break;
    case Kind::file:
      values = sgd::read_numbers(path_);
      break;
  }
  sgd::require_length(text_, values, n);
  return values;
}

}  // namespace lowprec
