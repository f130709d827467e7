#include "lowprec/linalg/summation.h"

#include <fmt/format.h>

#include <algorithm>

#include "format/text_parts.h"

namespace lowprec {
namespace {

Summation parse_lower(std::string_view text) {
  const format::TextCall call = format::parse_call(text);
  const auto is = [&](std::string_view name, std::size_t arguments) {
    return call.name == name && call.arguments.size() == arguments && call.options.empty();
  };
  const auto count = [&](std::size_t i) { return static_cast<std::size_t>(std::max(call.integer(i), 0)); };
  if (is("sequential", 0)) return sequential;
  if (is("pairwise", 0)) return pairwise;
  if (is("strands", 0)) return strands();
  if (is("strands", 1)) return strands(count(0));
  if (is("chunk", 1)) return chunk(count(0));
  if (is("exact", 0)) return exact_sum;
  if (is("tensor_core", 2)) return tensor_core(count(0), call.integer(1));
  throw Error(fmt::format("allowed are {}", linalg::kSummationTexts));
}

}  // namespace

std::string to_string(const Summation& summation) {
  switch (summation.kind) {
    case Summation::sequential:
      return "sequential";
    case Summation::pairwise:
      return "pairwise";
    case Summation::strands:
      return fmt::format("strands({})", summation.n);
    case Summation::chunk:
      return fmt::format("chunk({})", summation.n);
    case Summation::exact:
      return "exact";
    case Summation::tensor_core:
      return fmt::format("tensor_core({},{})", summation.n, summation.bits);
  }
  return {};
}

Summation linalg::parse_summation(std::string_view text) { return format::parse_named("order", text, parse_lower); }

}  // namespace lowprec
