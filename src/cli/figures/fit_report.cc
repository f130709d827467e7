#include "cli/figures/fit_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "cli/figures/gnuplot.h"
#include "cli/terminal/table.h"
#include "lowprec/format/names.h"
#include "lowprec/format/number_text.h"

namespace lowprec::cli {
namespace {

std::string size_text(double x) { return std::isnan(x) ? "" : lowprec::to_string(x); }

std::set<double> values(const FitReport& report, double study::FitPoint::*size) {
  std::set<double> result;
  for (const auto& p : report.data.points) result.insert(p.*size);
  return result;
}

std::string range_line(const FitReport& report, const char* name, const std::string& column,
                       double study::FitPoint::*size) {
  if (column.empty()) return fmt::format("{}: the files have no column of it; its term is part of E", name);
  const auto all = values(report, size);
  if (all.size() == 1) return fmt::format("{} = {}: {} only", name, column, size_text(*all.begin()));
  return fmt::format("{} = {}: {} to {}, {} values", name, column, size_text(*all.begin()), size_text(*all.rbegin()),
                     all.size());
}

std::string choice(const char* column, const std::string& chosen, const std::vector<std::string>& others) {
  return fmt::format("{} {}{}", column, chosen,
                     others.empty() ? "" : fmt::format(" (there is also {})", fmt::join(others, ", ")));
}

std::size_t config_count(const FitReport& report) {
  std::size_t count = 0;
  for (const auto& fit : report.fits) count += fit.configs.size();
  return count;
}

std::string rows_line(const FitReport& report) {
  const auto& data = report.data;
  return fmt::format("{} rows of {} configuration{}; {}; {}{}", data.points.size(), config_count(report),
                     config_count(report) == 1 ? "" : "s", choice("iterate", data.iterate, data.other_iterates),
                     choice("metric", data.metric, data.other_metrics),
                     data.diverged == 0 ? "" : fmt::format("; {} diverged rows left out", data.diverged));
}

std::string method_line(const FitReport& report) {
  const auto& o = report.options;
  const bool parametric = report.fits.front().uses_standard_errors;
  return fmt::format("weights 1 / {}^2; intervals of {:g} %: {} refits to {}, seed {}", parametric ? "stderr" : "risk",
                     100 * o.level, o.draws,
                     parametric ? "risks redrawn from their standard errors about the fit (parametric bootstrap)"
                                : "the fit with its relative residuals resampled and their signs drawn (residual "
                                  "bootstrap: no noise is known)",
                     o.seed);
}

std::string quality_line(const study::ScalingFit& fit, const study::FitOptions& options) {
  std::string text = fit.uses_standard_errors
                         ? fmt::format("chi^2 = {:.4g} on {} degrees of freedom (p = {:.2g})", fit.chi_squared,
                                       fit.degrees_of_freedom, fit.p_value)
                         : fmt::format("residuals of {:.2g} % (root mean square) on {} degrees of freedom",
                                       100 * std::sqrt(fit.chi_squared / static_cast<double>(fit.residuals.size())),
                                       fit.degrees_of_freedom);
  if (fit.uses_standard_errors && fit.widening > 1)
    text += fmt::format("; intervals are widened by {:.3g}, as residuals exceed the standard errors", fit.widening);
  if (fit.refits.size() < options.draws)
    text += fmt::format("; {} refits did not settle and are left out", options.draws - fit.refits.size());
  return text;
}

// Sentences that every form of the report holds.
std::vector<std::string> facts(const FitReport& report) {
  std::vector<std::string> lines{"risk = A (f M)^-alpha + C (g N)^-beta + E"};
  const auto& first = report.fits.front();
  if (first.configs.size() > 1)
    lines.push_back(fmt::format("f = M_eff / M and g = N_eff / N against {}, where both are 1", first.configs.front()));
  else if (report.fits.size() > 1)
    lines.push_back("each configuration is fitted alone");
  lines.push_back(range_line(report, "M", report.data.m, &study::FitPoint::m));
  lines.push_back(range_line(report, "N", report.data.n, &study::FitPoint::n));
  lines.push_back(rows_line(report));
  lines.push_back(method_line(report));
  for (const auto& fit : report.fits) {
    const std::string name = report.fits.size() > 1 ? fit.configs.front() + ": " : "";
    lines.push_back(name + quality_line(fit, report.options));
    for (const auto& dropped : fit.dropped)
      if (dropped.size == 'N' || !report.data.m.empty()) lines.push_back(name + dropped.why);
  }
  return lines;
}

// The configuration that a parameter belongs to; none if to all.
std::string owner(const FitReport& report, const study::ScalingFit& fit, const study::FitParameter& p) {
  return p.config.empty() && report.fits.size() > 1 ? fit.configs.front() : p.config;
}

std::string digits(double x, int count) {
  return count < 6 ? fmt::format("{:#.{}g}", x, count) : fmt::format("{:.{}g}", x, count);
}

std::vector<std::string> ends(const study::FitInterval& interval, int count) {
  return {digits(interval.value, count), digits(interval.low, count), digits(interval.high, count)};
}

void append(std::vector<std::string>& cells, const std::vector<std::string>& more) {
  cells.insert(cells.end(), more.begin(), more.end());
}

Table parameter_table(const FitReport& report, const char* config, int count) {
  Table table{{{config, true}, {"parameter", true}, {"value"}, {"low"}, {"high"}, {"note", true}}, {}};
  for (const auto& fit : report.fits)
    for (const auto& p : fit.parameters) {
      auto& row = table.rows.emplace_back(std::vector{owner(report, fit, p), p.name});
      append(row, ends(p.interval, count));
      row.emplace_back(p.is_fixed ? "fixed" : "");
    }
  return table;
}

Table prediction_table(const FitReport& report, const char* config, int count) {
  Table table{{{config, true}, {"M"}, {"N"}, {"risk"}, {"low"}, {"high"}, {"note", true}}, {}};
  for (const auto& p : report.predictions) {
    auto& row = table.rows.emplace_back(std::vector{p.config, size_text(p.m), size_text(p.n)});
    append(row, ends(p.risk, count));
    row.emplace_back(p.is_extrapolated ? "extrapolated" : "");
  }
  return table;
}

std::string json_text(const char* name, const std::string& text) {
  return lowprec::cli::to_json(Table::Column{name, true}, text);
}
std::string json_number(const char* name, double x) {
  return lowprec::cli::to_json(Table::Column{name}, std::isnan(x) ? "" : digits(x, 6));
}

std::string json_size(const FitReport& report, const char* name, const std::string& column,
                      double study::FitPoint::*size) {
  if (column.empty()) return fmt::format("\"{}\": null", name);
  const auto all = values(report, size);
  return fmt::format("\"{}\": {{{}, {}, {}, \"values\": {}}}", name, json_text("column", column),
                     json_number("low", *all.begin()), json_number("high", *all.rbegin()), all.size());
}

std::string json_fit(const study::ScalingFit& fit) {
  std::string why;
  for (const auto& dropped : fit.dropped) why += (why.empty() ? "" : "; ") + dropped.why;
  return fmt::format("{{{}, {}, \"degrees_of_freedom\": {}, {}, {}, \"refits\": {}, {}}}",
                     json_text("baseline", fit.configs.front()), json_number("chi_squared", fit.chi_squared),
                     fit.degrees_of_freedom,
                     json_number("p_value", fit.uses_standard_errors ? fit.p_value : std::nan("")),
                     json_number("widening", fit.widening), fit.refits.size(), json_text("dropped", why));
}

// Columns m, n, residual.
std::string plot_data(const FitReport& report, const std::string& config, std::size_t number) {
  std::string text = fmt::format("$points{} << EOD\n", number);
  std::size_t i = 0;
  for (const auto& fit : report.fits)
    for (const double residual : fit.residuals) {
      const study::FitPoint& p = report.data.points[i++];
      if (p.config == config)
        text +=
            fmt::format("{:.17g} {} {:.6g}\n", p.m, std::isinf(p.n) ? "NaN" : fmt::format("{:.17g}", p.n), residual);
    }
  return text + "EOD\n";
}

std::string panel(const std::vector<std::string>& configs, const std::string& label, int column, Range range,
                  bool standard_errors) {
  std::string text = fmt::format("set xlabel {} noenhanced\nset ylabel '{}'\n{}plot 0 notitle linecolor rgb '#808080'",
                                 gnuplot_text(label), standard_errors ? "residual / standard error" : "residual / risk",
                                 axis('x', range, 0.05));
  for (std::size_t c = 0; c < configs.size(); ++c)
    text += fmt::format(", \\\n  $points{} using {}:3 with points {} title {}", c, column, point_style(c),
                        gnuplot_text(configs[c]));
  return text + "\n";
}

// Of the finite sizes.
Range range_of(const std::set<double>& sizes) {
  const auto last = std::ranges::find_if(sizes, [](double x) { return std::isinf(x); });
  return {*sizes.begin(), *std::prev(last)};
}

std::string script(const FitReport& report, const std::string& file) {
  std::vector<std::string> configs, panels;
  for (const auto& fit : report.fits) append(configs, fit.configs);
  const auto add = [&](const std::string& column, double study::FitPoint::*size, int number) {
    const auto all = values(report, size);
    if (all.size() > 1)
      panels.push_back(panel(configs, column, number, range_of(all), report.fits.front().uses_standard_errors));
  };
  add("M: " + report.data.m, &study::FitPoint::m, 1);
  add("N: " + report.data.n, &study::FitPoint::n, 2);
  std::string text = terminal(file);
  for (std::size_t c = 0; c < configs.size(); ++c) text += plot_data(report, configs[c], c);
  text += fmt::format("set multiplot layout {},1 title 'Residuals of the scaling law' noenhanced\n", panels.size());
  text += "set logscale x\nset grid\nset key noenhanced outside right top reverse Left\n";
  for (const auto& one : panels) text += one;
  return text + "unset multiplot\n";
}

}  // namespace

Span seen(const std::vector<study::FitPoint>& points, double study::FitPoint::*size, const std::string& config) {
  Span span{HUGE_VAL, 0};
  for (const auto& p : points)
    if (config.empty() || p.config == config) span = {std::min(span.low, p.*size), std::max(span.high, p.*size)};
  return span;
}

std::string to_text(const FitReport& report) {
  std::string text;
  for (const auto& line : facts(report)) text += line + "\n";
  text += "\n" + to_aligned(parameter_table(report, "configuration", 4));
  if (!report.predictions.empty()) text += "\n" + to_aligned(prediction_table(report, "configuration", 4));
  return text;
}

std::string to_csv(const FitReport& report) {
  std::string text;
  for (std::string line : facts(report)) {
    std::ranges::replace_if(
        line, [](unsigned char c) { return c < 0x20; }, ' ');  // of names: a comment is one line
    text += "# " + line + "\n";
  }
  Table table{{{"config", true}, {"parameter", true}, {"M"}, {"N"}, {"value"}, {"low"}, {"high"}, {"note", true}}, {}};
  for (auto row : parameter_table(report, "config", 6).rows) {
    row.insert(row.begin() + 2, {"", ""});
    table.rows.push_back(std::move(row));
  }
  for (auto row : prediction_table(report, "config", 6).rows) {
    row.insert(row.begin() + 1, "risk");
    table.rows.push_back(std::move(row));
  }
  return text + to_csv(table);
}

std::string to_json(const FitReport& report) {
  const auto& o = report.options;
  const bool parametric = report.fits.front().uses_standard_errors;
  std::string text = "{\n  " + json_text("law", facts(report).front()) + ",\n";
  text += "  " + json_size(report, "M", report.data.m, &study::FitPoint::m) + ",\n";
  text += "  " + json_size(report, "N", report.data.n, &study::FitPoint::n) + ",\n";
  text += fmt::format("  \"rows\": {}, \"diverged\": {}, {}, {}, {}, {},\n", report.data.points.size(),
                      report.data.diverged, json_text("iterate", report.data.iterate),
                      json_text("metric", report.data.metric), json_text("weights", parametric ? "stderr" : "relative"),
                      json_text("bootstrap", parametric ? "parametric" : "residual"));
  text +=
      fmt::format("  {}, \"draws\": {}, \"seed\": {},\n  \"fits\": [", json_number("level", o.level), o.draws, o.seed);
  for (const auto& fit : report.fits) text += (&fit == &report.fits.front() ? "\n    " : ",\n    ") + json_fit(fit);
  std::string parameters = to_json(parameter_table(report, "config", 6));
  std::string predictions = report.predictions.empty() ? "[]\n" : to_json(prediction_table(report, "config", 6));
  parameters.pop_back();
  predictions.pop_back();
  return text + "\n  ],\n  \"parameters\": " + parameters + ",\n  \"predictions\": " + predictions + "\n}\n";
}

void plot_residuals(const FitReport& report, const std::string& file) { draw(file, script(report, file)); }

}  // namespace lowprec::cli
