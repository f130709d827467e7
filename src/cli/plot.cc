#include "plot.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "lowprec/error.h"
#include "output.h"

namespace lowprec::cli {
namespace {

constexpr const char* gnuplot = "gnuplot --default-settings";

// Colours that differ in lightness too (Okabe & Ito 2008); dashes and points tell lines apart without them.
constexpr const char* colours[] = {"#000000", "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9"};
constexpr int dash_types = 5;
constexpr int point_types = 13;

struct Line {
  std::string label;
  std::vector<const Row*> rows;
};

bool is_drawn(const Row& row) {
  return row.iterate == "average" && row.metric == "clean" && std::isfinite(row.excess_risk) && row.excess_risk > 0;
}

std::string label_of(const Experiment& experiment, const Row& row) {
  std::string label = row.config;
  for (std::size_t i = 0; i < row.grid.size(); ++i)
    label += fmt::format(", {}={}", experiment.run.grid[i].first, row.grid[i]);
  return label;
}

std::vector<Line> lines_of(const Experiment& experiment, const std::vector<Row>& rows) {
  std::vector<Line> lines;
  for (const auto& row : rows) {
    if (!is_drawn(row)) continue;
    const std::string label = label_of(experiment, row);
    const auto known = std::find_if(lines.begin(), lines.end(), [&](const Line& line) { return line.label == label; });
    auto& line = known == lines.end() ? lines.emplace_back(Line{label, {}}) : *known;
    line.rows.push_back(&row);
  }
  return lines;
}

}  // namespace

std::string quoted(const std::string& text) {
  std::string result = "'";
  for (const char c : text) {
    if (c == '\'')
      result += "''";
    else
      result += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
  }
  return result + "'";
}

namespace {

bool is_svg(const std::string& file) { return file.ends_with(".svg"); }

struct Range {
  double low, high;
};

template <class Value>
Range range_of(const std::vector<Line>& lines, Value value) {
  Range range{HUGE_VAL, 0};
  for (const auto& line : lines) {
    for (const Row* row : line.rows) range = {std::min(range.low, value(*row)), std::max(range.high, value(*row))};
  }
  return range;
}

// Powers of ten and, on a short axis, two and five times these.
std::string ticks(Range range) {
  const bool is_short = range.high / range.low < 300;
  std::string text;
  for (int exponent = -300; exponent <= 300; ++exponent) {
    for (const int digit : {1, 2, 5}) {
      const double tick = std::stod(fmt::format("{}e{}", digit, exponent));
      if (tick < range.low || tick > range.high || (digit != 1 && !is_short)) continue;
      text += fmt::format("{}'{:g}' {:g}", text.empty() ? "" : ", ", tick, tick);
    }
  }
  return text;
}

// A logarithmic axis with room at both ends.
std::string axis(char name, Range range, double room) {
  const double factor = std::max(std::pow(range.high / range.low, room), 1.1);
  const Range wide{range.low / factor, range.high * factor};
  return fmt::format("set {0}range [{1:.6g}:{2:.6g}]\nset {0}tics ({3})\n", name, wide.low, wide.high, ticks(wide));
}

std::string picture_header(const std::string& file, const std::string& output) {
  const char* terminal = is_svg(file) ? "svg size 900,600 font 'DejaVu Sans,14' background '#FFFFFF'"
                                      : "pngcairo size 1350,900 font 'DejaVu Sans,14' fontscale 1.4 linewidth 1.5";
  return fmt::format("set terminal {}\nset output {}\n", terminal, quoted(output));
}

std::string header(const std::string& title, const std::vector<Line>& lines) {
  return fmt::format(
      "set title {} noenhanced\nset xlabel 'updates N'\nset ylabel 'excess risk'\n"
      "set logscale xy\nset grid\nset bars small\nset key noenhanced reverse Left samplen 5 {}\n{}{}",
      quoted(title), lines.size() <= 6 ? "bottom left" : "outside bottom center horizontal maxcols 3",
      axis('x', range_of(lines, [](const Row& row) { return static_cast<double>(row.updates); }), 0.03),
      axis('y', range_of(lines, [](const Row& row) { return row.excess_risk; }), 0.08));
}

// Columns: N, risk, the ends of its error bar. A bar that reaches zero has no place on a logarithmic axis: it ends
// at a thousandth of the risk.
std::string data(const Line& line, std::size_t number) {
  std::string text = fmt::format("$line{} << EOD\n", number);
  for (const Row* row : line.rows) {
    const double low = std::max(row->excess_risk - row->standard_error, row->excess_risk / 1000);
    text += fmt::format("{} {:.17g} {:.17g} {:.17g}\n", row->updates, row->excess_risk, low,
                        row->excess_risk + row->standard_error);
  }
  return text + "EOD\n";
}

std::string curve(const Line& line, std::size_t number) {
  return fmt::format(
      "$line{} using 1:2:3:4 with yerrorlines linecolor rgb '{}' dashtype {} pointtype {} pointsize 1.2 linewidth 1.5 "
      "title {}",
      number, colours[number % std::size(colours)], number % dash_types + 1, number % point_types + 1,
      quoted(line.label));
}

std::string script(const std::string& title, const std::vector<Line>& lines) {
  std::string text = header(title, lines);
  for (std::size_t i = 0; i < lines.size(); ++i) text += data(lines[i], i);
  for (std::size_t i = 0; i < lines.size(); ++i) text += (i == 0 ? "plot " : ", \\\n  ") + curve(lines[i], i);
  return text + "\n";
}

// Whether gnuplot runs the script to its end.
bool run_gnuplot(const char* command, const std::string& text) {
  std::FILE* pipe = popen(command, "w");
  if (pipe == nullptr) return false;
  const bool written = std::fwrite(text.data(), 1, text.size(), pipe) == text.size();
  return pclose(pipe) == 0 && written;
}

}  // namespace

void check_plot(const std::string& file) {
  if (!is_svg(file) && !file.ends_with(".png")) throw Error("--plot " + file + ": the name must end in .svg or .png");
  check_writable(file);
  if (!run_gnuplot("gnuplot --version >/dev/null 2>&1", ""))
    throw Error("--plot " + file + ": gnuplot is needed, and cannot be run");
}

void plot_risk(const Experiment& experiment, const std::vector<Row>& rows, const std::string& file) {
  const auto lines = lines_of(experiment, rows);
  if (lines.empty()) throw Error("--plot " + file + ": no finite positive excess risk to draw");
  draw(file, script(experiment.title, lines));
}

void draw(const std::string& file, const std::string& script) {
  NewFile picture(file);
  if (!run_gnuplot(gnuplot, picture_header(file, picture.temporary()) + script))
    throw Error("--plot " + file + ": gnuplot failed; its own message, if any, stands above");
  picture.commit();
}

}  // namespace lowprec::cli
