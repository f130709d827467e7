#include "lowprec/sgd/tails.h"

#include <fmt/format.h>

#include <cmath>

#include "format/text_parts.h"
#include "lowprec/format/error.h"
#include "lowprec/format/number_text.h"

namespace lowprec {

sgd::Tails::Tails(std::string_view text, Parse) : text_(text) {
  const format::TextCall call = format::parse_call(format::trimmed(text));
  if (call.name == "gaussian" && call.arguments.empty()) return;
  if (call.name == "student" && call.arguments.size() == 1) {
    freedom_ = format::parse_number(call.arguments[0]);
    if (freedom_ > 4 && std::isfinite(freedom_)) return;
  }
  throw Error(fmt::format("tails '{}': allowed are gaussian, student(nu) with nu > 4", text));
}

}  // namespace lowprec
