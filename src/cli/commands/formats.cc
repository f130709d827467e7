// lowprec formats: what formats hold.
#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "cli/commands/commands.h"
#include "cli/terminal/output.h"
#include "cli/terminal/table.h"
#include "lowprec/array/codec.h"
#include "lowprec/exact/wide_text.h"
#include "lowprec/experiment/results.h"
#include "lowprec/format/error.h"
#include "lowprec/format/names.h"
#include "lowprec/format/number_text.h"
#include "lowprec/format/presets.h"
#include "lowprec/lane/lane_constants.h"

namespace lowprec::cli {
namespace {

constexpr int most_listed_bits = 16;

constexpr const char* families = R"(Beside these names (upper or lower case), there are the families
  fp(e,m)               e exponent bits, m fraction bits, infinities and NaN as in IEEE 754; options follow a ';':
                        bias=B, finite, fn, fnuz, nosubnormals, unsigned: fp(4,3;fn) is e4m3fn
  binary8p4se           IEEE P3109's: 3 to 16 bits, p significand bits, s(igned) or u(nsigned), e(xtended: with
                        infinities) or f(inite)
  int8, uint8, int(8)   integers of 2 to 32 bits; int(8;symmetric) has no -128
  fixed(k,f)            k-bit integers times 2^-f
)";

constexpr const char* footer = R"(
Columns: precision counts the implicit bit; emin, emax are the exponents of the least normal and the largest number;
infinities and nans count codes, zeros distinct zeros.

Examples:
  lowprec formats
  lowprec formats e4m3 'fp(5,3;finite)' --json
  lowprec formats e2m1 --codes)";

struct Options {
  std::vector<std::string> names;
  bool codes = false, csv = false, json = false;
  std::string output;
};

format::Uint128 signs(const Format& f) { return f.is_signed ? 2 : 1; }

format::Uint128 infinities(const Format& f) { return f.has_infinity ? signs(f) : 0; }

// The magnitude codes that stand for no number and no infinity, and the code of -0 where it is NaN.
format::Uint128 nans(const Format& f) {
  if (f.nan == format::NanCodes::none) return 0;
  if (f.nan == format::NanCodes::negative_zero) return 1;
  const format::Uint128 greatest = ~format::Uint128{0} >> (128 - f.magnitude_bits());
  return signs(f) * (greatest - f.max_code() - (f.has_infinity ? 1 : 0));
}

std::uint64_t zeros(const Format& f) { return f.has_zero ? (f.has_negative_zero ? 2 : 1) : 0; }

std::string aliases(const Format& f) {
  std::string text;
  for (const auto& named : format::named_formats()) {
    if (named.format != f) continue;
    for (const auto name : named.names.subspan(1)) text += (text.empty() ? "" : " ") + std::string(name);
  }
  return text;
}

std::string limit_text(const Format& f, const Wide& x, bool exact) {
  if (!exact && lane::fits_lane<double>(f)) return fmt::format("{:.6g}", static_cast<double>(x));
  const std::string text = to_string(x, f);
  const auto mark = text.find('e');
  const bool is_long = !exact && mark != std::string::npos && mark > 8;
  return is_long ? text.substr(0, 7) + text.substr(mark) : text;
}

// Readers get limits in six digits, programs get them exactly.
std::vector<std::string> properties(const Format& f, bool exact) {
  const auto limit = [&](const Wide& x) { return limit_text(f, x, exact); };
  const auto count = [](auto n) { return fmt::format("{}", n); };
  const auto unless_integer = [&](const std::string& cell) { return f.twos_complement ? "" : cell; };
  return {to_string(f),
          aliases(f),
          count(f.bits),
          count(f.precision),
          unless_integer(count(f.bias())),
          unless_integer(count(f.least_exponent)),
          count(f.max_exponent()),
          limit(f.max<Wide>()),
          limit(f.lowest<Wide>()),
          unless_integer(limit(f.min_normal<Wide>())),
          limit(f.twos_complement ? Wide(1, f.quantum_exponent()) : f.min_positive<Wide>()),
          count(infinities(f)),
          count(nans(f)),
          count(zeros(f))};
}

Table property_table(const std::vector<Format>& formats, bool exact) {
  Table table{{{"name", true},
               {"aliases", true},
               {"bits"},
               {"precision"},
               {"bias"},
               {"emin"},
               {"emax"},
               {"max"},
               {"lowest"},
               {"min_normal"},
               {"min_positive"},
               {"infinities"},
               {"nans"},
               {"zeros"}},
              {}};
  for (const auto& f : formats) table.rows.push_back(properties(f, exact));
  return table;
}

std::string_view class_name(format::CodeClass c) {
  constexpr std::string_view names[] = {"zero", "subnormal", "normal", "infinity", "nan"};
  return names[static_cast<std::size_t>(c)];
}

void append_codes(std::string& out, const Format& f, const std::string& first_cell) {
  for (std::uint64_t code = 0; code >> f.bits == 0; ++code) {
    out += first_cell;
    append_code(out, code, f.bits);
    out += ',';
    append_number(out, format::decode_wide(f, code), f, true);
    out += ',';
    out += class_name(format::classify(f, code));
    out += '\n';
  }
}

std::string code_table(const std::vector<Format>& formats) {
  for (const auto& f : formats) {
    if (f.bits > most_listed_bits)
      throw Error(fmt::format("--codes: {} has codes of {} bits; at most {} are listed", to_string(f), f.bits,
                              most_listed_bits));
  }
  const bool several = formats.size() > 1;
  std::string text = several ? "format,code,value,class\n" : "code,value,class\n";
  for (const auto& f : formats) append_codes(text, f, several ? experiment::csv_cell(to_string(f)) + "," : "");
  return text;
}

std::vector<Format> chosen(const std::vector<std::string>& names) {
  std::vector<Format> formats;
  formats.reserve(std::max(names.size(), format::named_formats().size()));
  for (const auto& name : names) formats.push_back(parse_format(name));
  if (!names.empty()) return formats;
  for (const auto& named : format::named_formats()) formats.push_back(named.format);
  return formats;
}

void run(const Options& options) {
  const auto formats = chosen(options.names);
  const Output output(options.output);
  if (options.codes)
    output.write(code_table(formats));
  else if (options.csv)
    output.write(to_csv(property_table(formats, true)));
  else if (options.json)
    output.write(to_json(property_table(formats, true)));
  else
    output.write(to_aligned(property_table(formats, false)) +
                 (options.names.empty() ? std::string("\n") + families : ""));
}

}  // namespace

void add_formats(CLI::App& app) {
  const auto options = std::make_shared<Options>();
  auto* command = app.add_subcommand("formats", "Show the properties of formats, or all their codes");
  auto* names = command->add_option("NAME", options->names, "Formats; all named ones if absent")->option_text(" ");
  auto* codes = command->add_flag("--codes", options->codes,
                                  "Every code instead: CSV code,value,class, values as hex floats; at most 16 bits");
  auto* csv = command->add_flag("--csv", options->csv, "CSV");
  auto* json = command->add_flag("--json", options->json, "JSON: an array of objects");
  command->add_option("-o", options->output, "Write to this file, whole or not at all")->option_text("FILE");
  codes->needs(names);
  json->excludes(csv)->excludes(codes);
  command->footer(std::string(families) + footer);
  command->callback([options] { run(*options); });
}

}  // namespace lowprec::cli
