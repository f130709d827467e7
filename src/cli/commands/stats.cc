// lowprec stats: how far quantizers move the numbers of an array, and where these lie in the formats' ranges.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <memory>

#include "cli/commands/commands.h"
#include "cli/figures/gnuplot.h"
#include "cli/terminal/diagnostics.h"
#include "cli/terminal/lines_along.h"
#include "cli/terminal/output.h"
#include "cli/terminal/table.h"
#include "io/tensor.h"
#include "lowprec/array/quantization_stats.h"
#include "lowprec/experiment/train.h"
#include "lowprec/format/names.h"
#include "lowprec/format/number_text.h"
#include "lowprec/format/presets.h"

namespace lowprec::cli {
namespace {

constexpr const char* footer =
    R"(DATA is a .npy file of NumPy, ARCHIVE.npz#NAME, a CSV (names of columns are skipped), LIBSVM, or numbers between blanks
and line ends; - is standard input. A matrix keeps its rows and columns for absmax=row and absmax=column; numbers in one
column are one row. Number i takes random draw i of the seed's stream. QUANTIZER: see lowprec round --help.

Columns: sqnr_db is 10 log10(sum of x^2 / sum of (Q(x) - x)^2); errors are |Q(x) - x|, also in ulps, the format's quantum
at x; then shares of the numbers: inexact; overflow, rounded beyond the range, and of these saturated, at its end;
underflow, flushed to zero; subnormal, inexact and a subnormal number; nan, NaN after rounding. bits are those of a code.
Errors are over numbers that are finite before and after.

Examples:
  printf '0.1 465 1e-5\n' | lowprec stats - e4m3 e5m2 int8:step=2^-3
  printf 'x,y\n0.1,3\n-2,0.7\n' | lowprec stats - e2m1 e2m1@sr --seed 7 --csv
  printf '0.1 465 1e-5\n' | lowprec stats - e4m3 bf16 --histogram)";

struct Options {
  std::string data;
  std::vector<std::string> quantizers, plots;
  std::uint64_t seed = 0;
  bool csv = false, json = false, histogram = false;
  std::string output, header = "auto", as;
  int axis = -1;
};

struct Result {
  Quantizer quantizer;
  array::QuantizationStats stats;
};

std::string cell(double x, bool is_short) {
  if (!is_short) return to_string(x);
  return std::isnan(x) ? "nan" : fmt::format("{:.4g}", x);
}

std::vector<std::string> cells(const Result& result, bool is_short) {
  const auto& [q, s] = result;
  const bool is_rounded = q.rounded() != nullptr;
  std::vector<std::string> row{to_string(q)};
  for (const double x : {s.sqnr_db(), s.max_error, s.mean_error}) row.push_back(cell(x, is_short));
  for (const double x : {s.max_ulps, s.mean_ulps}) row.push_back(is_rounded ? cell(x, is_short) : "");
  const Events& e = s.events;
  for (const auto count : {e.inexact, e.overflow, e.saturated, e.underflow, e.subnormal, e.nan}) {
    const double share = static_cast<double>(count) / static_cast<double>(s.size);
    row.push_back(is_rounded ? cell(share, is_short) : "");
  }
  row.push_back(std::to_string(array::bits_per_value(q)));
  return row;
}

Table error_table(const std::vector<Result>& results, bool is_short) {
  Table table{{{"quantizer", true}}, {}};
  for (const char* name : {"sqnr_db", "max_error", "mean_error", "max_ulps", "mean_ulps", "inexact", "overflow",
                           "saturated", "underflow", "subnormal", "nan", "bits"})
    table.columns.push_back({name});
  for (const auto& result : results) table.rows.push_back(cells(result, is_short));
  return table;
}

// floor(log2) of the ends of the range of a format, its step included.
struct Range {
  int least, least_normal, largest;
};
Range range_of(const array::Rounded& q) {
  const Format& f = q.format;
  const double smallest = f.min_positive() * q.scale.step, largest = f.max() * q.scale.step;
  const int normal =
      f.twos_complement ? format::floor_log2(smallest) : format::floor_log2(f.min_normal() * q.scale.step);
  return {format::floor_log2(smallest), normal, format::floor_log2(largest)};
}

const char* place(const Quantizer& q, int binade) {
  if (q.rounded() == nullptr) return "";
  const Range range = range_of(*q.rounded());
  if (binade < range.least) return "below";
  if (binade > range.largest) return "beyond";
  return binade < range.least_normal ? "subnormal" : "normal";
}

Table histogram_table(const std::vector<Result>& results, bool is_short) {
  const array::QuantizationStats& s = results.front().stats;
  const array::RangeHistogram& h = s.histogram;
  Table table{{{"log2"}, {"count"}, {"share"}}, {}};
  for (const auto& result : results) table.columns.push_back({to_string(result.quantizer), true});
  const auto add = [&](const std::string& name, std::uint64_t count, auto where) {
    if (count == 0) return;
    const double share = static_cast<double>(count) / static_cast<double>(s.size);
    std::vector<std::string> row{name, std::to_string(count), cell(share, is_short)};
    for (const auto& result : results) row.push_back(where(result.quantizer));
    table.rows.push_back(row);
  };
  const auto nowhere = [](const Quantizer&) { return ""; };
  add("-inf", h.zeros, [](const Quantizer& q) { return q.rounded() != nullptr ? "zero" : ""; });
  for (std::size_t k = 0; k < h.binades.size(); ++k) {
    const int binade = h.least_exponent + static_cast<int>(k);
    add(std::to_string(binade), h.binades[k], [&](const Quantizer& q) { return place(q, binade); });
  }
  add("inf", h.infinities, nowhere);
  add("nan", h.nans, nowhere);
  return table;
}

constexpr const char* colours[] = {"#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000"};

// Shares of the binades as boxes; below them a line for each format, from its least to its largest number, thin where
// numbers are subnormal.
std::string range_script(const std::vector<Result>& results, const std::string& data) {
  const array::RangeHistogram& h = results.front().stats.histogram;
  const double size = static_cast<double>(results.front().stats.size);
  const double top = static_cast<double>(*std::ranges::max_element(h.binades)) / size;
  std::string text = fmt::format(
      "set title {} noenhanced\nset xlabel 'binade of |x|: floor(log_2 |x|)'\nset ylabel 'share of the numbers'\n"
      "set key noenhanced reverse Left outside bottom center horizontal maxcols 3\nset grid\nset boxwidth 0.9\n"
      "set style fill solid 0.5\n$data << EOD\n",
      gnuplot_text(data));
  for (std::size_t k = 0; k < h.binades.size(); ++k)
    text +=
        fmt::format("{} {:.9g}\n", h.least_exponent + static_cast<int>(k), static_cast<double>(h.binades[k]) / size);
  text += "EOD\n";
  std::string lines = "plot $data using 1:2 with boxes linecolor rgb '#999999' title 'numbers'";
  std::size_t drawn = 0;
  for (const auto& [q, stats] : results) {
    if (q.rounded() == nullptr) continue;
    const Range range = range_of(*q.rounded());
    const double y = -0.06 * top * static_cast<double>(++drawn);
    const char* colour = colours[(drawn - 1) % std::size(colours)];
    text += fmt::format(
        "$range{0} << EOD\n{1} {3:.9g}\n{2} {3:.9g}\nEOD\n$normal{0} << EOD\n{4} {3:.9g}\n{2} {3:.9g}\nEOD\n", drawn,
        range.least - 0.45, range.largest + 0.45, y, range.least_normal - 0.45);
    lines += fmt::format(
        ", \\\n  $range{0} with lines linewidth 2 linecolor rgb '{1}' notitle, \\\n  $normal{0} with lines linewidth 7 "
        "linecolor rgb '{1}' title {2}",
        drawn, colour, gnuplot_text(to_string(q)));
  }
  return fmt::format("set yrange [{:.9g}:]\n", -0.06 * top * static_cast<double>(drawn + 1)) + text + lines + "\n";
}

void check_ranges(const std::vector<Result>& results, const std::string& file) {
  if (results.front().stats.histogram.binades.empty())
    throw Error("--plot " + file + ": no finite number other than zero to draw");
}

io::Tensor read_data(const Options& options) {
  io::TensorOptions reading{io::parse_header(options.header), {}};
  if (!options.as.empty()) reading.as = parse_format(options.as);
  io::Tensor data = io::read_tensor(options.data, reading);
  say_notes(data.notes);
  if (data.values.empty()) throw Error((options.data == "-" ? "stdin" : options.data) + ": there are no numbers");
  return data;
}

std::vector<Result> measured(const Options& options) {
  std::vector<Result> results;
  for (const auto& text : options.quantizers) results.push_back({parse_quantizer(text), {}});
  io::Tensor data = read_data(options);
  const LinesAlong along(data.shape, options.axis);
  const std::vector<double> values = along.to_lines(std::move(data.values));
  for (auto& [quantizer, stats] : results)
    stats = along.is_vector()
                ? quantization_stats(quantizer, std::span<const double>(values), Stream{options.seed})
                : quantization_stats(along.quantizer(quantizer), along.matrix(values), Stream{options.seed});
  return results;
}

void run(const Options& options) {
  const Output output(options.output);
  for (const auto& plot : options.plots) check_plot(plot);
  std::vector<std::string> outputs{options.output};
  outputs.insert(outputs.end(), options.plots.begin(), options.plots.end());
  check_distinct(outputs);
  const auto results = measured(options);
  const bool is_short = !options.csv && !options.json;
  const Table table = options.histogram ? histogram_table(results, is_short) : error_table(results, is_short);
  output.write(options.csv ? to_csv(table) : options.json ? to_json(table) : to_aligned(table));
  for (const auto& plot : options.plots) {
    check_ranges(results, plot);
    draw(plot, terminal(plot) + range_script(results, options.data));
  }
}

}  // namespace

void add_stats(CLI::App& app) {
  const auto options = std::make_shared<Options>();
  auto* command = app.add_subcommand("stats", "Measure what quantizers do to the numbers of an array");
  command->add_option("DATA", options->data, "Numbers: .npy, .npz#NAME, CSV, LIBSVM or text; - is standard input")
      ->required()
      ->option_text(" ");
  command->add_option("QUANTIZER", options->quantizers, "How to round, for example e4m3:overflow=saturate@sr")
      ->required()
      ->option_text(" ");
  command->add_option("--seed", options->seed, "Seed of stochastic rounding and of noise, default 0")
      ->check(whole_number)
      ->option_text("S");
  command->add_flag("--histogram", options->histogram,
                    "Where the numbers lie instead: counts by floor(log2 |x|), and what these are in each format");
  auto* csv = command->add_flag("--csv", options->csv, "CSV");
  command->add_flag("--json", options->json, "JSON: an array of objects")->excludes(csv);
  command
      ->add_option("--plot", options->plots,
                   "Draw the histogram and the formats' ranges to this file, .svg or .png; may repeat")
      ->allow_extra_args(false)
      ->option_text("FILE");
  command->add_option("--axis", options->axis, kAxisHelp)->option_text("A");
  command->add_option("--header", options->header, kHeaderHelp)->option_text("auto|yes|no");
  command->add_option("--as", options->as, kAsHelp)->option_text("FORMAT");
  command->add_option("-o", options->output, "Write to this file, whole or not at all")->option_text("FILE");
  command->footer(footer);
  command->callback([options] { run(*options); });
}

}  // namespace lowprec::cli
