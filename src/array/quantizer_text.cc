// The text of quantizers.
#include <fmt/format.h>

#include <array>
#include <cmath>
#include <set>

#include "format/checks.h"
#include "format/text_parts.h"
#include "lowprec/array/quantize.h"
#include "lowprec/format/names.h"
#include "lowprec/format/number_text.h"

namespace lowprec {
namespace {

using array::Noise;
using array::Rounded;
using block::Group;
using block::Scale;

struct NamedLaw {
  std::string_view name;
  Noise::Law law;
};
constexpr NamedLaw kNoises[] = {{"additive", Noise::Law::additive},
                                {"multiplicative", Noise::Law::multiplicative},
                                {"multiplicative_iid", Noise::Law::multiplicative_iid}};

double parse_step(const format::TextOption& option) {
  const bool is_power = option.value.starts_with("2^");
  const int exponent = is_power ? format::to_integer(option.value.substr(2)) : 0;
  if (exponent < -1074 || exponent > 1023) option.fail("a step 2^N needs -1074 <= N <= 1023");
  const double step = is_power ? format::exp2i(exponent) : format::parse_number(option.value);
  if (!(step > 0) || !std::isfinite(step)) option.fail("a step is a positive number such as 0.05 or 2^-6");
  return step;
}

Noise parse_noise(Noise::Law law, const format::TextCall& call, const std::vector<format::TextOption>& options) {
  if (call.arguments.size() != 1 || !call.options.empty()) throw Error(fmt::format("allowed is {}(EPS)", call.name));
  Noise q{.law = law, .epsilon = format::parse_number(call.arguments[0])};
  if (!(q.epsilon >= 0) || !std::isfinite(q.epsilon))
    throw Error("EPS is the variance of the noise: a non-negative number");
  for (const auto& option : options) {
    if (option.name != "noise" || (option.value != "gaussian" && option.value != "rademacher"))
      option.fail("allowed are noise=gaussian, noise=rademacher");
    q.distribution = option.value == "gaussian" ? Noise::Distribution::gaussian : Noise::Distribution::rademacher;
  }
  return q;
}

struct NamedGroup {
  std::string_view name;
  Group group;
};
constexpr NamedGroup kGroups[] = {{"tensor", Group::tensor()}, {"row", Group::row()}, {"column", Group::column()}};

Group parse_group(const format::TextOption& option) {
  constexpr std::string_view allowed = "allowed are absmax, absmax=row|column|tensor|group(N) with N from 1";
  if (!option.has_value) return Group::tensor();
  const auto* named = std::ranges::find(kGroups, option.value, &NamedGroup::name);
  if (named != std::end(kGroups)) return named->group;
  const format::TextCall call = format::parse_call(option.value);
  if (call.name != "group" || call.arguments.size() != 1 || !call.options.empty() || call.integer(0) < 1)
    option.fail(allowed);
  return Group::run(static_cast<std::uint64_t>(call.integer(0)));
}

std::string group_text(const Group& group) {
  if (group == Group::tensor()) return "absmax";
  const auto* named = std::ranges::find(kGroups, group, &NamedGroup::group);
  if (named != std::end(kGroups)) return fmt::format("absmax={}", named->name);
  if (group.is_within_row()) return fmt::format("absmax=group({})", group.columns);
  return fmt::format("block={}x{}", group.rows, group.columns);
}

void apply_format_option(Rounded& q, bool& has_overflow, const format::TextOption& option) {
  if (option.name == "step" && option.has_value) {
    q.scale = Scale::given(parse_step(option));
  } else if (option.name == "symmetric") {
    option.require_no_value();
    if (!q.format.twos_complement || !q.format.is_signed) option.fail("only a signed integer format can be symmetric");
    q.format.symmetric = true;
  } else if (option.name == "overflow" && option.has_value) {
    q.overflow = format::parse_overflow(option.value);
    has_overflow = true;
  } else if (option.name == "absmax") {
    q.scale = Scale::absmax(parse_group(option));
  } else {
    option.fail("allowed are step=S, absmax, symmetric, overflow=infinity|nan|saturate|propagate|wrap|error");
  }
}

Rounded parse_rounded(std::string_view format, const std::vector<format::TextOption>& options,
                      std::string_view rounding) {
  Rounded q{.format = parse_format(format)};
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
  const auto* noise = std::ranges::find(kNoises, name, &NamedLaw::name);
  if (!is_none && noise == std::end(kNoises)) return parse_rounded(head, options, rounding);
  if (!rounding.empty()) throw Error("only a format takes a rounding");
  if (!is_none) return parse_noise(noise->law, format::parse_call(head), options);
  if (!options.empty()) throw Error("none takes no options");
  return {};
}

std::string step_text(double step) {
  const int exponent = format::floor_log2(step);
  return format::exp2i(exponent) == step ? fmt::format("2^{}", exponent) : to_string(step);
}

std::string text_of(const Noise& q) {
  format::check_enumerator(q.law, std::size(kNoises), "a law of noise");
  return fmt::format("{}({}){}", std::ranges::find(kNoises, q.law, &NamedLaw::law)->name, to_string(q.epsilon),
                     q.distribution == Noise::Distribution::rademacher ? ":noise=rademacher" : "");
}

std::string text_of(const Rounded& q) {
  std::string options;
  const auto add = [&options](const std::string& option) { options += (options.empty() ? ":" : ",") + option; };
  if (q.scale.is_from_data())
    add(group_text(q.scale.group));
  else if (q.scale.step != 1)
    add("step=" + step_text(q.scale.step));
  if (q.overflow != default_overflow(q.format)) add("overflow=" + to_string(q.overflow));
  return to_string(q.format) + options + (q.rounding == rne ? "" : fmt::format("@{}", to_string(q.rounding)));
}

}  // namespace

Quantizer parse_quantizer(std::string_view text) {
  return format::parse_named("quantizer", text, parse_lower_quantizer);
}

std::string to_string(const Quantizer& q) {
  return q.visit([](const array::Identity&) { return std::string("none"); },
                 [](const Rounded& r) { return text_of(r); }, [](const Noise& n) { return text_of(n); });
}

}  // namespace lowprec
