// lowprec round: numbers rounded by a quantizer.
#include <fmt/format.h>

#include <memory>

#include "cli/commands/commands.h"
#include "cli/terminal/input.h"
#include "cli/terminal/output.h"
#include "lowprec/array/quantize.h"
#include "lowprec/exact/reference.h"
#include "lowprec/format/names.h"
#include "lowprec/format/number_text.h"
#include "lowprec/format/presets.h"
#include "lowprec/lane/lane_constants.h"

namespace lowprec::cli {
namespace {

// With a place for the texts of roundings.
constexpr const char* footer = R"(QUANTIZER is FORMAT[:option,...][@ROUNDING]
  FORMAT    see: lowprec formats
  options   step=S (the grid times S), absmax or absmax=group(N) (step from all numbers, or N at a time), symmetric,
            overflow=infinity|nan|saturate|propagate|wrap|error
  ROUNDING  {}; N random bits
or a noise: none, additive(EPS), multiplicative(EPS), multiplicative_iid(EPS), each with option noise=gaussian|rademacher.

One decimal or hexadecimal number, inf or nan a line is read; empty lines and lines that begin with # are skipped.
Number i of the input (from 0) takes random draw i of the seed's stream. A number is rounded once, from its text; only
with a step that is no power of two it is read as binary64 first.

Examples:
  printf '0.1\n465\n-0x1.8p-9\n' | lowprec round e4m3:overflow=saturate
  printf '0.1\n2.5\ninf\n' | lowprec round int8:step=2^-5,symmetric@sr --seed 7 --codes)";

struct Options {
  std::string quantizer;
  std::vector<std::string> files;
  std::uint64_t seed = 0;
  bool hexadecimal = false, codes = false;
  std::string nan_code, output;
};

// The format whose codes the quantizer's results have.
Format code_format(const Quantizer& q) {
  if (q.rounded() == nullptr)
    throw Error("--codes: " + to_string(q) + " has no codes: a quantizer with a format is needed");
  const auto stepped = array::stepped_format(*q.rounded());
  if (stepped.step != 1 || q.is_scaled())
    throw Error("--codes: " + to_string(q) + " needs a step that is a power of two");
  return stepped.format;
}

bool accepted(const Quantizer& q, std::span<const double> numbers, Stream stream) {
  std::vector<double> results(numbers.size());
  try {
    quantize(q, numbers, results, stream);
    return true;
  } catch (const Error&) {
    return false;
  }
}

// The index of the first number that the quantizer refuses, given that it refuses one.
std::size_t first_refused(const Quantizer& q, std::span<const double> numbers, Stream stream) {
  std::size_t good = 0, bad = numbers.size();
  while (bad - good > 1) {
    const std::size_t middle = good + (bad - good) / 2;
    (accepted(q, numbers.first(middle), stream) ? good : bad) = middle;
  }
  return good;
}

std::vector<double> rounded(const Quantizer& q, const Records<double>& numbers, Stream stream) {
  std::vector<double> results(numbers.values.size());
  try {
    quantize(q, numbers.values, results, stream);
    return results;
  } catch (const Error&) {
    if (numbers.values.empty() || !accepted(q, {}, stream)) throw;
  }
  const std::size_t index = first_refused(q, numbers.values, stream);
  const array::Rounded& r = *q.rounded();  // the other quantizers refuse no number
  throw Error(fmt::format("{}: {} is out of range under overflow=error: {} to {} are allowed", numbers.places[index],
                          fmt::format("{:.15g}", numbers.values[index]), to_string(r.format.lowest() * r.scale.step),
                          to_string(r.format.max() * r.scale.step)));
}

// How results are written.
struct Writer {
  Format format;
  bool hexadecimal, codes;
  std::optional<format::Uint128> nan_code;

  void append(std::string& text, double x) const {
    if (codes)
      append_code(text, code_of(format, x, nan_code), format.bits);
    else
      append_number(text, x, hexadecimal);
  }
  void append(std::string& text, const Wide& x) const {
    if (codes)
      append_code(text, code_of(format, x, nan_code), format.bits);
    else
      append_number(text, x, format, hexadecimal);
  }
};

template <class T>
std::string lines(const Writer& writer, const std::vector<T>& results, const Places& places) {
  std::string text;
  for (std::size_t i = 0; i < results.size(); ++i) {
    at_place(places, i, [&] { writer.append(text, results[i]); });
    text += '\n';
  }
  return text;
}

// Whether numbers must be rounded from their text, one by one: binary64 is too narrow for them to pass through.
bool needs_reference(const array::Rounded& q, const Format& f) {
  return !lane::fits_lane<double>(f) || q.overflow == Overflow::wrap || !lane::rounds_odd<double>(f, q.rounding);
}

std::vector<Wide> rounded_texts(const array::Rounded& q, const Format& f, const Records<std::string>& numbers,
                                Stream stream) {
  const Reference reference(f, q.rounding, q.overflow);
  std::vector<Wide> results;
  for (std::size_t i = 0; i < numbers.values.size(); ++i) {
    const std::uint32_t draw = q.rounding.is_stochastic() ? stream.draw(i) : 0;
    results.push_back(at_place(numbers.places, i, [&] {
      return parse_shown(numbers.values[i], [&](std::string_view text) { return reference.parse(text, draw); });
    }));
  }
  return results;
}

// The lines of output. A text is rounded once: read to odd where that is innocuous, else by the reference.
std::string rounded_lines(const Quantizer& q, const Options& options) {
  const array::Rounded* r = q.rounded();
  const array::SteppedFormat stepped = r != nullptr ? array::stepped_format(*r) : array::SteppedFormat{binary64, 1};
  const Writer writer{options.codes ? code_format(q) : stepped.format, options.hexadecimal, options.codes,
                      nan_code(options.nan_code)};
  const Stream stream{options.seed};
  const bool to_odd = r != nullptr && !r->scale.is_from_data() && stepped.step == 1;
  if (to_odd && needs_reference(*r, stepped.format)) {
    const auto numbers = read_fields(options.files, 1);
    return lines(writer, rounded_texts(*r, stepped.format, numbers, stream), numbers.places);
  }
  const auto numbers = to_odd ? read_numbers_to_odd(options.files, 1) : read_numbers(options.files, 1);
  return lines(writer, rounded(q, numbers, stream), numbers.places);
}

void run(const Options& options) {
  const Quantizer q = parse_quantizer(options.quantizer);
  if (options.codes) code_format(q);
  const Output output(options.output);
  output.write(rounded_lines(q, options));
}

}  // namespace

void add_round(CLI::App& app) {
  const auto options = std::make_shared<Options>();
  auto* command = app.add_subcommand("round", "Round numbers, one a line");
  command->add_option("QUANTIZER", options->quantizer, "How to round, for example e4m3:overflow=saturate@sr")
      ->required()
      ->option_text(" ");
  command->add_option("FILE", options->files, "Text files or NumPy's .npy; standard input if absent or -")
      ->option_text(" ");
  command->add_option("--seed", options->seed, "Seed of stochastic rounding and of noise, default 0")
      ->check(whole_number)
      ->option_text("S");
  auto* hexadecimal =
      command->add_flag("--hex", options->hexadecimal, "Print hexadecimal floating point, such as 0x1.8p+0");
  command->add_flag("--codes", options->codes, "Print the codes of the format, such as 0x3c")->excludes(hexadecimal);
  command->add_option("--nan-code", options->nan_code, nan_code_help)->option_text("CODE");
  command->add_option("-o", options->output, "Write to this file, whole or not at all")->option_text("FILE");
  command->footer(fmt::format(footer, format::rounding_texts()));
  command->callback([options] { run(*options); });
}

}  // namespace lowprec::cli
