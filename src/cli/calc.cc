// lowprec calc: one operation of a format on many operands.
#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "commands.h"
#include "input.h"
#include "lowprec/arithmetic.h"
#include "lowprec/codec.h"
#include "lowprec/text.h"
#include "output.h"

namespace lowprec::cli {
namespace {

constexpr const char* footer =
    R"(A line holds two operands, decimal or hexadecimal numbers, inf or nan, between blanks. Each is rounded to FORMAT, by the
same rounding and overflow, before the operation. With --codes operands and results are codes (0x3c, or decimal).
Empty lines and lines that begin with # are skipped. Result i (from 0) takes random draw i of the seed's stream;
the conversions of operands take their draws from other streams.

Examples:
  printf '1.5 0.3\n448 448\n' | lowprec calc e4m3 mul --rounding rz
  printf '0x38 0x3c\n' | lowprec calc e4m3 add --codes)";

struct Operation {
  std::string_view name;
  double (Dynamic::*apply)(double, double, Draw);
};

constexpr std::size_t operands = 2;
constexpr Operation all_operations[] = {
    {"add", &Dynamic::add},
    {"sub", &Dynamic::sub},
    {"mul", &Dynamic::mul},
    {"div", &Dynamic::div},
};

struct Options {
  std::string format, operation;
  std::vector<std::string> files;
  std::string rounding = "rne", overflow;
  bool codes = false;
  std::uint64_t seed = 0;
  std::string output;
};

std::string operation_names() {
  std::string text;
  for (const auto& operation : all_operations) text += (text.empty() ? "" : " ") + std::string(operation.name);
  return text;
}

const Operation& operation_named(const std::string& name) {
  for (const auto& operation : all_operations) {
    if (operation.name == name) return operation;
  }
  throw Error("OP '" + name + "' is not known; allowed are: " + operation_names());
}

// One operation of one format, with the draws of each result.
class Calculator {
 public:
  Calculator(const Options& options, const Format& f, Overflow o)
      : operation_(operation_named(options.operation)),
        stream_{options.seed},
        arithmetic_(f, parse_rounding(options.rounding), o, stream_) {}

  // Operand number k of result i, rounded to the format.
  double operand(double x, std::size_t k, std::size_t i) { return arithmetic_.from(x, Draw{stream_.substream(k), i}); }

  double result(double a, double b, std::size_t i) { return (arithmetic_.*operation_.apply)(a, b, Draw{stream_, i}); }

  const Format& format() const { return arithmetic_.format(); }

 private:
  Operation operation_;
  Stream stream_;
  Dynamic arithmetic_;
};

std::string calculate_numbers(Calculator& calculator, const std::vector<std::string>& files) {
  const auto input = read_numbers(files, operands);
  std::string text;
  for (std::size_t i = 0; i < input.places.size(); ++i) {
    at_place(input.places, i, [&] {
      const double a = calculator.operand(input.values[2 * i], 0, i);
      const double b = calculator.operand(input.values[2 * i + 1], 1, i);
      append_number(text, calculator.result(a, b, i), false);
    });
    text += '\n';
  }
  return text;
}

std::string calculate_codes(Calculator& calculator, const std::vector<std::string>& files) {
  const auto input = read_codes(files, operands);
  const Format& f = calculator.format();
  std::string text;
  for (std::size_t i = 0; i < input.places.size(); ++i) {
    at_place(input.places, i, [&] {
      const double a = decode(f, input.values[2 * i]), b = decode(f, input.values[2 * i + 1]);
      append_code(text, encode(f, calculator.result(a, b, i)), f.bits);
    });
    text += '\n';
  }
  return text;
}

void run(const Options& options) {
  const Format f = parse_format(options.format);
  const Overflow o = options.overflow.empty() ? default_overflow(f) : parse_overflow(options.overflow);
  Calculator calculator(options, f, o);
  const Output output(options.output);
  output.write((options.codes ? calculate_codes : calculate_numbers)(calculator, options.files));
}

}  // namespace

void add_calc(CLI::App& app) {
  const auto options = std::make_shared<Options>();
  auto* command = app.add_subcommand("calc", "Calculate in a format: one operation on the operands of each line");
  command->add_option("FORMAT", options->format, "See: lowprec formats")->required()->option_text(" ");
  command->add_option("OP", options->operation, "One of: " + operation_names())->required()->option_text(" ");
  command->add_option("FILE", options->files, "Text files; standard input if absent or -")->option_text(" ");
  command
      ->add_option("--rounding", options->rounding,
                   "rne (the default), rna, rnz, rz, ru, rd, ro, sr, sr(N), sr(N,a|b|c), sre")
      ->option_text("R");
  command
      ->add_option("--overflow", options->overflow,
                   "infinity, nan, saturate, propagate, wrap or error; by default infinity or else NaN, where the "
                   "format has them, or else saturate")
      ->option_text("O");
  command->add_flag("--codes", options->codes, "Operands and results are codes");
  command->add_option("--seed", options->seed, "Seed of stochastic rounding, default 0")
      ->check(not_negative)
      ->option_text("S");
  command->add_option("-o", options->output, "Write to this file, whole or not at all")->option_text("FILE");
  command->footer(footer);
  command->callback([options] { run(*options); });
}

}  // namespace lowprec::cli
