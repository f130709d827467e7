#include "lowprec/format/names.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>
#include <iterator>
#include <vector>

#include "format/checks.h"
#include "format/text_parts.h"
#include "lowprec/format/number_text.h"
#include "lowprec/format/presets.h"

namespace lowprec {
namespace {

constexpr auto make_names() {
  std::array<std::string_view, std::size(format::preset_names)> names{};
  std::ranges::transform(format::preset_names, names.begin(), &format::PresetName::name);
  return names;
}
constexpr auto kNames = make_names();

// A preset's names stand together in the list, its own before its aliases.
constexpr auto make_named_formats() {
  std::array<format::NamedFormat, std::size(format::presets)> named{};
  std::size_t n = 0;
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    const format::PresetName& name = format::preset_names[i];
    if (!name.is_alias) named[n++] = {name.format, {&kNames[i], 0}};
    named[n - 1].names = {named[n - 1].names.data(), named[n - 1].names.size() + 1};
  }
  return named;
}
constexpr auto kNamedFormats = make_named_formats();

// sr without its number of bits and variant.
constexpr std::string_view kUsualStochastic = "sr";

// A rounding that is written without arguments.
struct NamedRounding {
  std::string_view name;
  Rounding rounding;
};

std::vector<NamedRounding> named_roundings() {
  std::vector<NamedRounding> result;
  for (const Rounding::Kind kind : format::rounding_kinds) {
    const format::RoundingTraits& traits = format::traits(kind);
    if (!traits.has_random_bits()) result.push_back({traits.name, {kind, traits.random_bits}});
    if (kind == sr.kind) result.push_back({kUsualStochastic, sr});
  }
  return result;
}

// The variants v of sr(N,v): "a|b|c".
std::string stochastic_variants() {
  std::string result;
  for (const Rounding::Kind kind : format::rounding_kinds)
    if (format::traits(kind).has_random_bits())
      result.append(result.empty() ? "" : "|").append(format::traits(kind).name);
  return result;
}

// No name: no rule has that number.
constexpr std::string_view name_of(Overflow o) {
  switch (o) {
    case Overflow::infinity:
      return "infinity";
    case Overflow::nan:
      return "nan";
    case Overflow::saturate:
      return "saturate";
    case Overflow::propagate:
      return "propagate";
    case Overflow::wrap:
      return "wrap";
    case Overflow::error:
      return "error";
  }
  return {};
}

std::vector<std::string_view> overflow_names() {
  std::vector<std::string_view> names;
  for (int i = 0; !name_of(static_cast<Overflow>(i)).empty(); ++i) names.push_back(name_of(static_cast<Overflow>(i)));
  return names;
}

struct NamedSpecials {
  std::string_view name;
  Specials specials;
};
constexpr NamedSpecials kSpecials[] = {{"fn", Specials::fn}, {"fnuz", Specials::fnuz}, {"finite", Specials::finite}};

constexpr std::string_view kFamilies =
    "fp(e,m), binaryKpPse, binaryKpPsf, binaryKpPue, binaryKpPuf, int2 ... int32, uint2 ... uint32, int(k), uint(k) or "
    "fixed(k,f)";

Format parse_fp(const format::TextCall& call) {
  call.require_arguments(2, "fp(e,m), with bias=N, finite, fn, fnuz, nosubnormals, unsigned after ';'");
  format::FpOptions options;
  for (const auto& option : call.options) {
    const auto special = std::ranges::find(kSpecials, option.name, &NamedSpecials::name);
    if (option.name == "bias") {
      options.bias = std::clamp(option.integer(), -1'000'000, 1'000'000);
    } else if (special != std::end(kSpecials)) {
      option.require_no_value();
      if (options.specials != Specials::ieee) option.fail("only one of finite, fn, fnuz is allowed");
      options.specials = special->specials;
    } else if (option.name == "nosubnormals") {
      option.require_no_value();
      options.subnormals = false;
    } else if (option.name == "unsigned") {
      option.require_no_value();
      options.is_signed = false;
    } else {
      option.fail("allowed are bias=N, finite, fn, fnuz, nosubnormals, unsigned");
    }
  }
  return fp(call.integer(0), call.integer(1), options);
}

Format parse_fixed(const format::TextCall& call, std::size_t arguments, bool is_signed, const char* allowed) {
  call.require_arguments(arguments, allowed);
  format::IntOptions options{.is_signed = is_signed};
  for (const auto& option : call.options) {
    option.require_no_value();
    if (option.name == "symmetric")
      options.symmetric = true;
    else if (option.name == "unsigned")
      options.is_signed = false;
    else
      option.fail("allowed are symmetric, unsigned");
  }
  return fixed(call.integer(0), arguments > 1 ? call.integer(1) : 0, options);
}

// intK and uintK.
bool is_short_integer(std::string_view name, std::string_view family) {
  const auto digits = name.substr(std::min(name.size(), family.size()));
  return name.starts_with(family) && !digits.empty() &&
         std::ranges::all_of(digits, [](char c) { return '0' <= c && c <= '9'; });
}

// IEEE P3109's names: binary{K}p{P}{s|u}{e|f}.
bool is_p3109_name(std::string_view text) {
  return text.starts_with("binary") && text.find('p') != std::string_view::npos;
}

Format parse_p3109(std::string_view text) {
  const auto p = text.find('p');
  const auto suffix = text.substr(std::max(text.size(), std::size_t{2}) - 2);
  const bool known = suffix == "se" || suffix == "sf" || suffix == "ue" || suffix == "uf";
  if (!known || p + 2 >= text.size()) throw Error("allowed is binary{K}p{P}{s|u}{e|f}, for example binary8p4se");
  const int k = format::to_integer(text.substr(6, p - 6));
  const int precision = format::to_integer(text.substr(p + 1, text.size() - p - 3));
  return p3109(k, precision, suffix[0] == 's', suffix[1] == 'e');
}

Format parse_lower_format(std::string_view text) {
  for (const auto& named : kNamedFormats)
    if (std::ranges::find(named.names, text) != named.names.end()) return named.format;
  if (is_short_integer(text, "int")) return integer(format::to_integer(text.substr(3)));
  if (is_short_integer(text, "uint")) return integer(format::to_integer(text.substr(4)), {.is_signed = false});
  if (is_p3109_name(text)) return parse_p3109(text);
  const format::TextCall call = format::parse_call(text);
  if (call.name == "fp") return parse_fp(call);
  if (call.name == "int") return parse_fixed(call, 1, true, "int(k) or int(k;symmetric)");
  if (call.name == "uint") return parse_fixed(call, 1, false, "uint(k)");
  if (call.name == "fixed") return parse_fixed(call, 2, true, "fixed(k,f), with symmetric or unsigned after ';'");
  throw Error(fmt::format("unknown format '{}'; allowed are {} or a preset: {}", text, kFamilies,
                          format::joined(kNamedFormats, [](const format::NamedFormat& f) { return f.names.front(); })));
}

Rounding::Kind parse_variant(std::string_view variant) {
  for (const Rounding::Kind kind : format::rounding_kinds)
    if (format::traits(kind).has_random_bits() && format::traits(kind).name == variant) return kind;
  throw Error(fmt::format("a stochastic variant is one of {}", stochastic_variants()));
}

Rounding parse_lower_rounding(std::string_view text) {
  for (const NamedRounding& r : named_roundings())
    if (r.name == text) return r.rounding;
  const format::TextCall call = format::parse_call(text);
  if (call.name != kUsualStochastic || call.arguments.empty() || call.arguments.size() > 2 || !call.options.empty())
    throw Error(fmt::format("unknown rounding; allowed are {}", format::rounding_texts()));
  const std::string_view variant =
      call.arguments.size() == 2 ? std::string_view(call.arguments[1]) : format::traits(sr.kind).name;
  return stochastic(call.integer(0), parse_variant(variant));
}

std::string fp_text(const Format& f) {
  std::string options;
  const auto add = [&options](std::string_view option) {
    options += fmt::format("{}{}", options.empty() ? ';' : ',', option);
  };
  Specials specials = Specials::finite;
  if (f.has_infinity)
    specials = Specials::ieee;
  else if (f.nan == format::NanCodes::top)
    specials = Specials::fn;
  else if (f.nan == format::NanCodes::negative_zero)
    specials = Specials::fnuz;
  for (const auto& named : kSpecials)
    if (named.specials == specials) add(named.name);
  const int default_bias = (1 << (f.exponent_bits() - 1)) - (specials == Specials::fnuz ? 0 : 1);
  if (f.bias() != default_bias) add(fmt::format("bias={}", f.bias()));
  if (!f.has_subnormals) add("nosubnormals");
  if (!f.is_signed) add("unsigned");
  return fmt::format("fp({},{}{})", f.exponent_bits(), f.fraction_bits(), options);
}

// Formats without options of their own: the name of the unscaled one, and the scale.
std::string scaled_text(const std::string& name, int exponent) {
  return exponent == 0 ? name : fmt::format("{} times 2^{}", name, exponent);
}

std::string p3109_text(const Format& f) {
  const Format unscaled = p3109(f.bits, f.precision, f.is_signed, f.has_infinity);
  const auto name =
      fmt::format("binary{}p{}{}{}", f.bits, f.precision, f.is_signed ? 's' : 'u', f.has_infinity ? 'e' : 'f');
  return scaled_text(name, f.least_exponent - unscaled.least_exponent);
}

std::string fixed_text(const Format& f) {
  const char* options = f.symmetric ? ";symmetric" : f.is_signed ? "" : ";unsigned";
  if (f.quantum_exponent() != 0) return fmt::format("fixed({},{}{})", f.bits, -f.quantum_exponent(), options);
  if (!f.is_signed) return fmt::format("uint{}", f.bits);
  return f.symmetric ? fmt::format("int({}{})", f.bits, options) : fmt::format("int{}", f.bits);
}

}  // namespace

std::span<const format::NamedFormat> format::named_formats() { return kNamedFormats; }

Format parse_format(std::string_view text) { return format::parse_named("format", text, parse_lower_format); }
Rounding format::parse_rounding(std::string_view text) {
  return format::parse_named("rounding", text, parse_lower_rounding);
}

std::string format::rounding_texts() {
  std::string result;
  for (const NamedRounding& named : named_roundings()) {
    result.append(result.empty() ? "" : ", ").append(named.name);
    if (named.rounding == rne) result += " (the default)";
    if (named.name == kUsualStochastic)
      result += fmt::format(", {0}(N), {0}(N,{1})", named.name, stochastic_variants());
  }
  return result;
}

Overflow format::parse_overflow(std::string_view text) {
  return format::parse_named("overflow rule", text, [](std::string_view lower) {
    const auto names = overflow_names();
    const auto found = std::ranges::find(names, lower);
    if (found != names.end()) return static_cast<Overflow>(found - names.begin());
    throw Error(fmt::format("allowed are {}", format::joined(names, std::identity())));
  });
}

std::string to_string(const Format& f) {
  for (const auto& named : kNamedFormats)
    if (named.format == f) return std::string(named.names.front());
  if (f.is_p3109) return p3109_text(f);
  if (!f.has_zero) return scaled_text("e8m0", f.least_exponent - e8m0.least_exponent);
  return f.twos_complement ? fixed_text(f) : fp_text(f);
}

std::string to_string(Rounding r) {
  format::check(r);
  for (const NamedRounding& named : named_roundings())
    if (named.rounding == r) return std::string(named.name);
  return fmt::format("{}({},{})", kUsualStochastic, r.random_bits, format::traits(r.kind).name);
}

std::string to_string(Overflow o) {
  format::check(o);
  return std::string(name_of(o));
}

}  // namespace lowprec
