// The text of quantizers.
#include <fmt/format.h>

#include <array>
#include <cmath>
#include <set>

#include "format/text_parts.h"
#include "lowprec/array/quantize.h"
#include "lowprec/format/names.h"
#include "lowprec/format/number_text.h"

namespace lowprec {
namespace {

struct NamedKind {
  std::string_view name;
  Quantizer::Kind kind;
};
constexpr NamedKind kNoises[] = {{"additive", Quantizer::Kind::additive},
                                 {"multiplicative", Quantizer::Kind::multiplicative},
                                 {"multiplicative_iid", Quantizer::Kind::multiplicative_iid}};

double parse_step(const format::TextOption& option) {
  const bool is_power = option.value.starts_with("2^");
  const int exponent = is_power ? format::to_integer(option.value.substr(2)) : 0;
  if (exponent < -1074 || exponent > 1023) option.fail("a step 2^N needs -1074 <= N <= 1023");
  const double step = is_power ? format::exp2i(exponent) : format::parse_number(option.value);
  if (!(step > 0) || !std::isfinite(step)) option.fail("a step is a positive number such as 0.05 or 2^-6");
  return step;
}

Quantizer parse_noise(Quantizer::Kind kind, const format::TextCall& call,
                      const std::vector<format::TextOption>& options) {
  Quantizer q{.kind = kind};
  if (call.arguments.size() != 1 || !call.options.empty()) throw Error(fmt::format("allowed is {}(EPS)", call.name));
  q.epsilon = format::parse_number(call.arguments[0]);
  if (!(q.epsilon >= 0) || !std::isfinite(q.epsilon))
    throw Error("EPS is the variance of the noise: a non-negative number");
  for (const auto& option : options) {
    if (option.name != "noise" || (option.value != "gaussian" && option.value != "rademacher"))
      option.fail("allowed are noise=gaussian, noise=rademacher");
    q.noise = option.value == "gaussian" ? Quantizer::Noise::gaussian : Quantizer::Noise::rademacher;
  }
  return q;
}

struct NamedScaling {
  std::string_view name;
  Quantizer::Scaling scaling;
};
constexpr NamedScaling kScalings[] = {
    {"tensor", Quantizer::Scaling::tensor}, {"row", Quantizer::Scaling::row}, {"column", Quantizer::Scaling::column}};

void parse_scaling(Quantizer& q, const format::TextOption& option) {
  constexpr std::string_view allowed = "allowed are absmax, absmax=row|column|tensor|group(N) with N from 1";
  q.scaling = Quantizer::Scaling::tensor;
  if (!option.has_value) return;
  const auto* named = std::ranges::find(kScalings, option.value, &NamedScaling::name);
  if (named != std::end(kScalings)) {
    q.scaling = named->scaling;
    return;
  }
  const format::TextCall call = format::parse_call(option.value);
  if (call.name != "group" || call.arguments.size() != 1 || !call.options.empty() || call.integer(0) < 1)
    option.fail(allowed);
  q.scaling = Quantizer::Scaling::group;
  q.group = static_cast<std::uint64_t>(call.integer(0));
}

std::string scaling_text(const Quantizer& q) {
  if (q.scaling == Quantizer::Scaling::group) return fmt::format("absmax=group({})", q.group);
  if (q.scaling == Quantizer::Scaling::tensor) return "absmax";
  return fmt::format("absmax={}", std::ranges::find(kScalings, q.scaling, &NamedScaling::scaling)->name);
}

void apply_format_option(Quantizer& q, bool& has_overflow, const format::TextOption& option) {
  if (option.name == "step" && option.has_value) {
    q.step = parse_step(option);
  } else if (option.name == "symmetric") {
    option.require_no_value();
    if (!q.format.twos_complement || !q.format.is_signed) option.fail("only a signed integer format can be symmetric");
    q.format.symmetric = true;
  } else if (option.name == "overflow" && option.has_value) {
    q.overflow = format::parse_overflow(option.value);
    has_overflow = true;
  } else if (option.name == "absmax") {
    parse_scaling(q, option);
  } else {
    option.fail("allowed are step=S, absmax, symmetric, overflow=infinity|nan|saturate|propagate|wrap|error");
  }
}

Quantizer parse_format_quantizer(std::string_view format, const std::vector<format::TextOption>& options,
                                 std::string_view rounding) {
  Quantizer q{.kind = Quantizer::Kind::format};
  q.format = parse_format(format);
  bool has_overflow = false;
  for (const auto& option : options) apply_format_option(q, has_overflow, option);
  const auto has = [&](std::string_view name) {
    return std::ranges::count(options, name, &format::TextOption::name) > 0;
  };
  if (has("absmax") && has("step")) throw Error("absmax chooses the step from the data: give either it or step");
  if (!has_overflow) q.overflow = default_overflow(q.format);
  format::checked(q.format, q.overflow);
  if (!rounding.empty()) q.rounding = format::parse_rounding(rounding);
  array::stepped_format(q);
  return q;
}

std::vector<format::TextOption> parse_options(std::string_view text) {
  std::vector<format::TextOption> options;
  std::set<std::string_view> seen;
  for (const auto piece : format::split(text, ",")) {
    options.push_back(format::parse_option(piece));
    if (!seen.insert(options.back().name).second) options.back().fail("given twice");
  }
  if (options.empty()) throw Error("options are missing after ':'");
  return options;
}

Quantizer parse_lower_quantizer(std::string_view text) {
  const auto at = text.find('@');
  const auto rounding = at == std::string_view::npos ? std::string_view() : format::trimmed(text.substr(at + 1));
  if (at != std::string_view::npos && rounding.empty()) throw Error("a rounding is missing after '@'");
  const auto left = text.substr(0, at);
  const auto colon = left.find(':');
  const auto head = format::trimmed(left.substr(0, colon));
  const auto options =
      colon == std::string_view::npos ? std::vector<format::TextOption>() : parse_options(left.substr(colon + 1));
  if (head.empty())
    throw Error("a format, none, additive(EPS), multiplicative(EPS) or multiplicative_iid(EPS) is expected");

  const auto name = format::trimmed(head.substr(0, head.find('(')));
  const bool is_none = head == "none";
  const auto* noise = std::ranges::find(kNoises, name, &NamedKind::name);
  if (!is_none && noise == std::end(kNoises)) return parse_format_quantizer(head, options, rounding);
  if (!rounding.empty()) throw Error("only a format takes a rounding");
  if (!is_none) return parse_noise(noise->kind, format::parse_call(head), options);
  if (!options.empty()) throw Error("none takes no options");
  return {};
}

std::string step_text(double step) {
  const int exponent = format::floor_log2(step);
  return format::exp2i(exponent) == step ? fmt::format("2^{}", exponent) : to_string(step);
}

}  // namespace

Quantizer parse_quantizer(std::string_view text) {
  return format::parse_named("quantizer", text, parse_lower_quantizer);
}

std::string to_string(const Quantizer& q) {
  if (q.kind == Quantizer::Kind::none) return "none";
  if (!q.is_format())
    return fmt::format("{}({}){}", std::ranges::find(kNoises, q.kind, &NamedKind::kind)->name, to_string(q.epsilon),
                       q.noise == Quantizer::Noise::rademacher ? ":noise=rademacher" : "");
  std::string options;
  const auto add = [&options](std::string_view key, const std::string& value) {
    options += fmt::format("{}{}={}", options.empty() ? ':' : ',', key, value);
  };
  if (q.step != 1) add("step", step_text(q.step));
  if (q.is_scaled()) options += (options.empty() ? ":" : ",") + scaling_text(q);
  if (q.overflow != default_overflow(q.format)) add("overflow", to_string(q.overflow));
  return to_string(q.format) + options + (q.rounding == rne ? "" : fmt::format("@{}", to_string(q.rounding)));
}

}  // namespace lowprec
