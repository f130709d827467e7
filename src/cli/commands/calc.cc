// lowprec calc: one operation of a format on many operands.
#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <span>

#include "cli/commands/commands.h"
#include "cli/terminal/input.h"
#include "cli/terminal/output.h"
#include "lowprec/exact/functions.h"
#include "lowprec/exact/operations.h"
#include "lowprec/exact/reference.h"
#include "lowprec/format/names.h"
#include "lowprec/format/presets.h"
#include "lowprec/lane/stream.h"
#include "lowprec/num/min_max.h"

namespace lowprec::cli {
namespace {

constexpr const char* footer =
    R"(A line holds the operands of OP, decimal or hexadecimal numbers, inf or nan, between blanks. Each is rounded to FORMAT
(or to the format of --from), by the same rounding and overflow, before the operation. With --codes operands and results
are codes (0x3c, or decimal). Empty lines and lines that begin with # are skipped. Result i (from 0) takes random draw i
of the seed's stream; the conversions of operands take their draws from other streams.

OP and its operands (every result is the exact one, rounded once):
  add sub mul div A B       fma faa A B C       a b + c, a + b + c
  sqrt recip neg abs A      rem fmod A B        a - n b, n nearest (ties to even) or truncated
  min max A B               NaN if one is NaN;  minnum maxnum (fmin fmax): the number if one is NaN
  minmag maxmag A B         by magnitude;       minmagnum maxmagnum likewise
  eq ne lt le gt ge un A B  1 or 0;             copysign A B
  nextup nextdown A         nextafter A B       the neighbours in FORMAT
  scaled_add scaled_sub scaled_mul A S B T      s a + t b, s a - t b, (s a) (t b); S and T in --scale
  convert A                 from --from to FORMAT
and the functions of <cmath>:
  exp exp2 expm1 log log2 log10 log1p sin cos tan asin acos atan sinh cosh tanh asinh acosh atanh cbrt erf erfc
  tgamma lgamma ceil floor trunc round rint logb A                    pow atan2 hypot fdim A B; hypot3 A B C
  midpoint A B              (a + b) / 2         lerp A B T            (1 - t) a + t b
  scalbn A N                a 2^n

--flags appends a column of letters, or - for none: i inexact, o overflow, u underflow (after rounding),
d division by zero, v invalid.

Examples:
  printf '1.5 0.3\n448 448\n' | lowprec calc e4m3 mul --rounding rz --flags
  printf '0x3c00 0x4000 0x0001\n' | lowprec calc binary16 fma --codes
  printf '0x7bff\n' | lowprec calc e4m3 convert --from binary16 --codes)";

using Operands = std::span<const Wide>;

// What an operation works with.
struct Context {
  const Reference& reference;
  std::uint32_t draw;
  format::Flags* flags;
};

struct Operation {
  std::string_view name;
  std::size_t operands;
  std::function<Wide(Operands x, const Context& c)> apply;
  bool is_truth = false;  // the result is 1 or 0, not a number of the format
};

using Unary = Wide (Reference::*)(const Wide&, std::uint32_t, format::Flags*) const;
using Binary = Wide (Reference::*)(const Wide&, const Wide&, std::uint32_t, format::Flags*) const;
using Ternary = Wide (Reference::*)(const Wide&, const Wide&, const Wide&, std::uint32_t, format::Flags*) const;
using Scaled = Wide (Reference::*)(const Wide&, const Wide&, const Wide&, const Wide&, std::uint32_t,
                                   format::Flags*) const;

// An operation of the reference arithmetic, with as many operands as it has.
Operation operation(std::string_view name, Unary f) {
  return {name, 1, [f](Operands x, const Context& c) { return (c.reference.*f)(x[0], c.draw, c.flags); }};
}
Operation operation(std::string_view name, Binary f) {
  return {name, 2, [f](Operands x, const Context& c) { return (c.reference.*f)(x[0], x[1], c.draw, c.flags); }};
}
Operation operation(std::string_view name, Ternary f) {
  return {name, 3, [f](Operands x, const Context& c) { return (c.reference.*f)(x[0], x[1], x[2], c.draw, c.flags); }};
}
Operation operation(std::string_view name, Scaled f) {
  return {name, 4,
          [f](Operands x, const Context& c) { return (c.reference.*f)(x[0], x[1], x[2], x[3], c.draw, c.flags); }};
}

Wide rounded(const Wide& x, const Context& c) { return c.reference.convert(x, c.draw, c.flags); }

// Selections are exact; of operands from another format they are then rounded.
template <Wide (*kSelect)(const Wide&, const Wide&)>
Operation selection(std::string_view name) {
  return {name, 2, [](Operands x, const Context& c) { return rounded(kSelect(x[0], x[1]), c); }};
}

// A comparison; those for order signal NaN (IEEE 754-2019, 5.11).
template <bool (*kHolds)(std::partial_ordering), bool kSignals>
Operation comparison(std::string_view name) {
  return {name, 2,
          [](Operands x, const Context& c) {
            const auto order = x[0] <=> x[1];
            if (kSignals && order == std::partial_ordering::unordered) c.flags->invalid = true;
            return Wide(kHolds(order) ? 1 : 0);
          },
          true};
}

bool is_unordered(std::partial_ordering o) { return o == std::partial_ordering::unordered; }

#define LOWPREC_ROW(name, ignored) operation(#name, &Reference::name),
const std::vector<Operation> all_operations{
    LOWPREC_OPERATORS(LOWPREC_ROW) LOWPREC_NAMED_OPERATIONS(LOWPREC_ROW)  //
    operation("rem", &Reference::remainder),
    operation("faa", &Reference::faa),
    {"recip", 1, [](Operands x, const Context& c) { return c.reference.div(1, x[0], c.draw, c.flags); }},
    {"neg", 1, [](Operands x, const Context& c) { return rounded(-x[0], c); }},
    {"abs", 1, [](Operands x, const Context& c) { return rounded(abs(x[0]), c); }},
    {"fabs", 1, [](Operands x, const Context& c) { return rounded(abs(x[0]), c); }},
    selection<copysign<Wide>>("copysign"),
    selection<minimum<Wide>>("min"),
    selection<maximum<Wide>>("max"),
    selection<minimum_number<Wide>>("minnum"),
    selection<maximum_number<Wide>>("maxnum"),
    selection<minimum_number<Wide>>("fmin"),
    selection<maximum_number<Wide>>("fmax"),
    selection<minimum_magnitude<Wide>>("minmag"),
    selection<maximum_magnitude<Wide>>("maxmag"),
    selection<minimum_magnitude_number<Wide>>("minmagnum"),
    selection<maximum_magnitude_number<Wide>>("maxmagnum"),
    comparison<std::is_eq, false>("eq"),
    comparison<std::is_neq, false>("ne"),
    comparison<std::is_lt, true>("lt"),
    comparison<std::is_lteq, true>("le"),
    comparison<std::is_gt, true>("gt"),
    comparison<std::is_gteq, true>("ge"),
    comparison<is_unordered, false>("un"),
    {"nextup", 1, [](Operands x, const Context& c) { return c.reference.next_up(x[0]); }},
    {"nextdown", 1, [](Operands x, const Context& c) { return c.reference.next_down(x[0]); }},
    {"nextafter", 2, [](Operands x, const Context& c) { return c.reference.next_after(x[0], x[1]); }},
    operation("scaled_add", &Reference::scaled_add),
    operation("scaled_sub", &Reference::scaled_sub),
    operation("scaled_mul", &Reference::scaled_mul),
    operation("convert", &Reference::convert),
};
#undef LOWPREC_ROW

constexpr std::size_t most_operands = 4;

struct Options {
  std::string format, operation;
  std::vector<std::string> files;
  std::string rounding = "rne", overflow, from, scale = "binary8p1uf", nan_code;
  bool codes = false, flags = false;
  std::uint64_t seed = 0;
  std::string output;
};

Operation operation_of(const exact::FunctionName& f) {
  return {f.name, static_cast<std::size_t>(f.operands), [function = f.function](Operands x, const Context& c) {
            return exact::evaluate(c.reference, function, x, c.draw, c.flags);
          }};
}

std::string operation_names() {
  std::string text;
  for (const auto& known : all_operations) text += (text.empty() ? "" : " ") + std::string(known.name);
  for (const auto& function : exact::function_names()) text += ' ' + std::string(function.name);
  return text;
}

Operation operation_named(const std::string& name) {
  for (const auto& known : all_operations) {
    if (known.name == name) return known;
  }
  for (const auto& function : exact::function_names()) {
    if (function.name == name) return operation_of(function);
  }
  throw Error("OP '" + name + "' is not known; allowed are: " + operation_names());
}

std::string letters(const format::Flags& f) {
  std::string text;
  if (f.inexact) text += 'i';
  if (f.overflow) text += 'o';
  if (f.underflow) text += 'u';
  if (f.division_by_zero) text += 'd';
  if (f.invalid) text += 'v';
  return text.empty() ? "-" : text;
}

// One operation of one format: reads operands, applies it, writes the result.
class Calculator {
 public:
  explicit Calculator(const Options& options)
      : operation_(operation_named(options.operation)),
        stream_{options.seed},
        codes_(options.codes),
        flags_(options.flags),
        nan_code_(nan_code(options.nan_code)),
        target_(reference(options, options.format, options.overflow)),
        source_(options.from.empty() ? target_ : reference(options, options.from, "")),
        scale_(parse_format(options.scale)) {}

  std::size_t operands() const { return operation_.operands; }

  // The line of result i.
  void append_line(std::string& out, std::span<const std::string> fields, std::size_t i) const {
    Wide x[most_operands];
    format::Flags flags;
    for (std::size_t k = 0; k < fields.size(); ++k) x[k] = operand(fields[k], k, i, flags);
    append_result(out, operation_.apply({x, fields.size()}, {target_, draw(stream_, target_, i), &flags}));
    if (flags_) out += ' ' + letters(flags);
    out += '\n';
  }

 private:
  static Reference reference(const Options& options, const std::string& format, const std::string& overflow) {
    const Format f = parse_format(format);
    return {f, format::parse_rounding(options.rounding),
            overflow.empty() ? default_overflow(f) : format::parse_overflow(overflow)};
  }

  static std::uint32_t draw(const Stream& stream, const Reference& r, std::size_t i) {
    return r.rounding().is_stochastic() ? stream.draw(i) : 0;
  }

  // Operands of scaled operations are number, scale, number, scale.
  Wide operand(const std::string& field, std::size_t k, std::size_t i, format::Flags& flags) const {
    const Reference& r = operation_.operands == 4 && k % 2 == 1 ? scale_ : source_;
    if (!codes_)
      return parse_shown(field, [&](std::string_view text) { return r.parse(text, draw(stream_.substream(k), r, i)); });
    const format::Uint128 code = parse_code(field);
    const Wide value = format::decode_wide(r.format(), code);
    flags.invalid = flags.invalid || format::is_signalling(r.format(), code);
    return value;
  }

  void append_result(std::string& out, const Wide& y) const {
    const Format& f = target_.format();
    if (operation_.is_truth)
      out += y.is_zero() ? '0' : '1';
    else if (codes_)
      append_code(out, code_of(f, y, nan_code_), f.bits);
    else
      append_number(out, y, f, false);
  }

  Operation operation_;
  Stream stream_;
  bool codes_, flags_;
  std::optional<format::Uint128> nan_code_;
  Reference target_, source_, scale_;
};

void run(const Options& options) {
  const Calculator calculator(options);
  const Output output(options.output);
  const auto input = read_fields(options.files, calculator.operands());
  std::string text;
  for (std::size_t i = 0; i < input.places.size(); ++i) {
    const std::span<const std::string> all(input.values);
    at_place(input.places, i,
             [&] { calculator.append_line(text, all.subspan(i * calculator.operands(), calculator.operands()), i); });
  }
  output.write(text);
}

}  // namespace

void add_calc(CLI::App& app) {
  const auto options = std::make_shared<Options>();
  auto* command = app.add_subcommand("calc", "Calculate in a format: one operation on the operands of each line");
  command->add_option("FORMAT", options->format, "See: lowprec formats")->required()->option_text(" ");
  command->add_option("OP", options->operation, "The operation, see below")->required()->option_text(" ");
  command->add_option("FILE", options->files, "Text files; standard input if absent or -")->option_text(" ");
  command->add_option("--rounding", options->rounding, format::rounding_texts())->option_text("R");
  command
      ->add_option("--overflow", options->overflow,
                   "infinity, nan, saturate, propagate, wrap or error; by default infinity or else NaN, where the "
                   "format has them, or else saturate")
      ->option_text("O");
  command->add_flag("--codes", options->codes, "Operands and results are codes");
  command->add_flag("--flags", options->flags, "Append the exceptions that each operation signals");
  command->add_option("--from", options->from, "Format of the operands, if not FORMAT")->option_text("FORMAT");
  command->add_option("--scale", options->scale, "Format of the scales of scaled operations, default binary8p1uf")
      ->option_text("FORMAT");
  command->add_option("--nan-code", options->nan_code, nan_code_help)->option_text("CODE");
  command->add_option("--seed", options->seed, "Seed of stochastic rounding, default 0")
      ->check(whole_number)
      ->option_text("S");
  command->add_option("-o", options->output, "Write to this file, whole or not at all")->option_text("FILE");
  command->footer(footer);
  command->callback([options] { run(*options); });
}

}  // namespace lowprec::cli
