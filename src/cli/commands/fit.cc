// lowprec fit: scaling laws fitted to the results of train and theory.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <memory>

#include "cli/commands/commands.h"
#include "cli/figures/csv_rows.h"
#include "cli/figures/fit_data.h"
#include "cli/figures/fit_report.h"
#include "cli/figures/gnuplot.h"
#include "cli/terminal/input.h"
#include "cli/terminal/output.h"
#include "cli/terminal/progress.h"
#include "lowprec/format/names.h"
#include "lowprec/format/number_text.h"

namespace lowprec::cli {
namespace {

constexpr const char* footer =
    R"(FILE is a CSV of lowprec train or theory (- is standard input). Fitted is risk = A (f M)^-alpha + C (g N)^-beta + E, by
weighted least squares, with f = g = 1 for the baseline; f = M_eff / M and g = N_eff / N tell what precision costs the
others. A term of which the rows hold one size is dropped. Every number comes with its interval.

Examples:
  lowprec train experiments/int-vs-fp.toml --set 'sgd.updates=[100, 300, 1000, 3000, 10000]' -o risk.csv
  lowprec fit risk.csv --plot residuals.svg
)";

struct Options {
  std::vector<std::string> files, where, fixed, at, plots;
  Selection selection;
  study::FitOptions fit;
  std::string m_range, n_range, output;
  bool separate = false, extrapolate = false, csv = false, json = false;
};

double parse_value(const std::string& option, const std::string& text) {
  try {
    return parse_shown(text, format::parse_number);
  } catch (const Error& error) {
    throw Error(option + ": " + error.what());
  }
}

// The two parts around the first `separator`.
std::pair<std::string, std::string> split(const std::string& option, const std::string& text, char separator,
                                          const char* expected) {
  const std::size_t place = text.find(separator);
  if (place == std::string::npos) throw Error(fmt::format("{} {}: {} is expected", option, io::shown(text), expected));
  return {text.substr(0, place), text.substr(place + 1)};
}

Span parse_span(const std::string& option, const std::string& text) {
  if (text.empty()) return {};
  const auto [low, high] = split(option, text, ',', "LOW,HIGH");
  const Span span{parse_value(option, low), parse_value(option, high)};
  if (!(span.low <= span.high)) throw Error(option + " " + io::shown(text) + ": LOW must not exceed HIGH");
  return span;
}

// [CONFIG.]NAME=VALUE; the name of a configuration may hold points and equals signs.
study::FitFixed parse_fixed(const std::string& text) {
  const std::size_t equals = text.rfind('=');
  if (equals == std::string::npos) throw Error("--fix " + io::shown(text) + ": [CONFIG.]NAME=VALUE is expected");
  const std::string name = text.substr(0, equals);
  const std::size_t point = name.rfind('.');
  return {point == std::string::npos ? "" : name.substr(0, point), name.substr(point + 1),
          parse_value("--fix", text.substr(equals + 1))};
}

// M and N of a point of interest; "-" is the one value that the rows hold.
Prediction parse_at(const std::string& text) {
  const auto [m, n] = split("--at", text, ',', "M,N");
  const auto value = [](const std::string& size) {
    const double x = size == "-" ? std::nan("") : parse_value("--at", size);
    if (x <= 0) throw Error("--at: " + io::shown(size) + " is not a positive number");
    return x;
  };
  return {"", value(m), value(n), {}, false};
}

void parse_texts(Options& options) {
  for (const auto& text : options.where) options.selection.where.push_back(parse_where(text));
  for (const auto& text : options.fixed) options.fit.fixed.push_back(parse_fixed(text));
  options.selection.m_range = parse_span("--range-m", options.m_range);
  options.selection.n_range = parse_span("--range-n", options.n_range);
  options.selection.needs_errors = options.fit.weights != study::FitWeights::relative;
}

// Those that concern one configuration fitted alone: f and g are 1 there, and are not its parameters.
study::FitOptions options_of(study::FitOptions options, const std::string& config) {
  std::erase_if(options.fixed, [&](const study::FitFixed& x) {
    return (!x.config.empty() && x.config != config) || x.name == "f" || x.name == "g";
  });
  return options;
}

std::vector<study::ScalingFit> fits(const FitData& data, const Options& options) {
  ProgressBar bar;
  const auto show = [&](double share) { bar.show(share); };
  if (!options.separate) return {fit_scaling(data.points, options.fit, show)};
  std::vector<study::ScalingFit> result;
  for (auto first = data.points.begin(); first != data.points.end();) {
    const std::string config = first->config;
    const auto last =
        std::find_if(first, data.points.end(), [&](const study::FitPoint& p) { return p.config != config; });
    try {
      result.push_back(fit_scaling({first, last}, options_of(options.fit, config), show));
    } catch (const Error& error) {
      throw Error(config + ": " + error.what());
    }
    first = last;
  }
  return result;
}

// Whether a size lies beyond what was seen of the configuration, in words; empty if not.
std::string beyond(const FitReport& report, const Prediction& p, const char* name, double size,
                   double study::FitPoint::*member) {
  const Span span = seen(report.data.points, member, p.config);
  if (std::isnan(size) || span.holds(size)) return "";
  return fmt::format("{0} = {1} lies beyond what was seen of {2}, {0} from {3} to {4}", name, to_string(size), p.config,
                     to_string(span.low), to_string(span.high));
}

void predict(FitReport& report, const study::ScalingFit& fit, const std::string& config, Prediction p,
             bool extrapolate) {
  p.config = config;
  for (const auto& words :
       {beyond(report, p, "M", p.m, &study::FitPoint::m), beyond(report, p, "N", p.n, &study::FitPoint::n)}) {
    if (!words.empty() && !extrapolate) throw Error("--at: " + words + "; --extrapolate allows it");
    p.is_extrapolated |= !words.empty();
  }
  if (report.data.m.empty() && !std::isnan(p.m)) throw Error("--at: the files have no column of M; write -,N");
  try {
    p.risk = fit.risk(config, p.m, p.n);
  } catch (const Error& error) {
    throw Error(std::string("--at: ") + error.what());
  }
  report.predictions.push_back(std::move(p));
}

void run(Options options) {
  parse_texts(options);
  const Output output(options.output);
  for (const auto& plot : options.plots) check_plot(plot);
  std::vector<std::string> outputs{options.output};
  outputs.insert(outputs.end(), options.plots.begin(), options.plots.end());
  check_distinct(outputs);
  FitReport report{read_fit_data(options.files, options.selection), options.fit, {}, {}};
  report.fits = fits(report.data, options);
  for (const auto& at : options.at)
    for (const auto& fit : report.fits)
      for (const auto& config : fit.configs) predict(report, fit, config, parse_at(at), options.extrapolate);
  for (const auto& plot : options.plots) plot_residuals(report, plot);
  output.write(options.json ? to_json(report) : options.csv ? to_csv(report) : to_text(report));
}

}  // namespace

void add_fit(CLI::App& app) {
  const auto options = std::make_shared<Options>();
  auto& selection = options->selection;
  auto* command =
      app.add_subcommand("fit", "Fit power laws of risk in M and N: exponents, M_eff, N_eff, with intervals");
  const auto text = [&](const char* name, auto& value, const char* help, const char* value_text) {
    return command->add_option(name, value, help)->option_text(value_text);
  };
  const auto several = [&](const char* name, auto& value, const char* help, const char* value_text) {
    return text(name, value, help, value_text)->allow_extra_args(false);
  };
  text("FILE", options->files, "Results of lowprec train or theory, CSV; - is standard input", " ")->required();
  text("--m", selection.m, "The column of M; by default the key of the grid that ends in size or dimension", "COLUMN");
  text("--n", selection.n, "The column of N; updates by default", "COLUMN");
  text("--iterate", selection.iterate, "The iterate; average by default, if there are rows of it", "NAME");
  text("--metric", selection.metric, "The metric; clean by default, if there are rows of it", "NAME");
  several("--config", selection.configs, "Only this configuration; may repeat", "NAME");
  text("--baseline", selection.baseline, "The configuration where f = g = 1; the first one by default", "NAME");
  several("--where", options->where, "Only rows with this value; may repeat", "COLUMN=VALUE");
  text("--range-m", options->m_range, "Only rows with M from LOW to HIGH", "LOW,HIGH");
  text("--range-n", options->n_range, "Only rows with N from LOW to HIGH", "LOW,HIGH");
  command->add_flag("--skip-diverged", selection.skip_diverged, "Leave out rows whose risk is not finite");
  command->add_flag("--separate", options->separate, "Fit each configuration alone, with exponents of its own");
  const std::map<std::string, study::FitFloor> floors{
      {"each", study::FitFloor::each}, {"shared", study::FitFloor::shared}, {"none", study::FitFloor::none}};
  text("--floor", options->fit.floor, "E: one for each configuration (the default), a shared one, or none",
       "each|shared|none")
      ->transform(CLI::CheckedTransformer(floors));
  const std::map<std::string, study::FitWeights> weights{{"auto", study::FitWeights::automatic},
                                                         {"stderr", study::FitWeights::standard_error},
                                                         {"relative", study::FitWeights::relative}};
  text("--weights", options->fit.weights, "Residuals over standard errors or over risks; auto: what the rows hold",
       "auto|stderr|relative")
      ->transform(CLI::CheckedTransformer(weights));
  several("--fix", options->fixed, "Hold A, alpha, C, beta, E, f or g at a value; may repeat", "[CONFIG.]NAME=VALUE");
  several("--at", options->at, "The law's risk there (- for the only size of the rows); may repeat", "M,N");
  command->add_flag("--extrapolate", options->extrapolate, "Let --at go beyond the sizes seen");
  text("--level", options->fit.level, "Of the intervals; 0.95 by default", "P");
  text("--draws", options->fit.draws, "Refits of the bootstrap; 1000 by default", "COUNT")->check(whole_number);
  text("--seed", options->fit.seed, "Of the bootstrap; 1 by default", "S")->check(whole_number);
  auto* csv = command->add_flag("--csv", options->csv, "Write CSV");
  command->add_flag("--json", options->json, "Write JSON")->excludes(csv);
  text("-o", options->output, "Write to this file, whole or not at all", "FILE");
  several("--plot", options->plots, "Draw the residuals to this file, .svg or .png; may repeat", "FILE");
  command->footer(footer);
  command->callback([options] { run(*options); });
}

}  // namespace lowprec::cli
