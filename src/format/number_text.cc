#include "lowprec/format/number_text.h"

#include <fmt/format.h>

#include <cmath>

#include "format/text_parts.h"

namespace lowprec {

double format::parse_number(std::string_view text) {
  const format::ScannedNumber number = format::scan_number(text);
  if (!number.is_in_range) throw Error(fmt::format("'{}' lies beyond the binary64 range", text));
  return number.nearest;
}

std::string to_string(double x) { return std::isnan(x) ? "nan" : fmt::format("{}", x); }

}  // namespace lowprec
