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
  for (std::size_t i = 0; i < row.grid.size(); ++i) label += fmt::format(", {}={}", experiment.run.grid[i].first, row.grid[i]);
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

// A string of gnuplot; nothing in it is interpreted.
std::string quoted(const std::string& text) {
  std::string result = "'";
  for (const char c : text) {
    if (c == '\'') result += "''";
    else result += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
  }
  return result + "'";
}

bool is_svg(const std::string& file) { return file.ends_with(".svg"); }

std::string header(const std::string& title, const std::string& file, const std::string& output, std::size_t lines) {
  const char* terminal = is_svg(file) ? "svg size 900,600 font 'DejaVu Sans,14' background '#FFFFFF'"
                                      : "pngcairo size 1350,900 font 'DejaVu Sans,14' fontscale 1.4 linewidth 1.5";
  return fmt::format(
      "set terminal {}\nset output {}\nset title {} noenhanced\nset xlabel 'updates N'\nset ylabel 'excess risk'\n"
      "set logscale xy\nset format xy '10^{{%L}}'\nset grid\nset key noenhanced {}\n",
      terminal, quoted(output), quoted(title), lines <= 6 ? "bottom left" : "outside right top");
}

// Columns: N, risk, the ends of its error bar. A bar that reaches zero has no place on a logarithmic axis and ends at
// a thousandth of the risk, outside or far down the picture.
std::string data(const Line& line, std::size_t number) {
  std::string text = fmt::format("$line{} << EOD\n", number);
  for (const Row* row : line.rows) {
    const double low = std::max(row->excess_risk - row->standard_error, row->excess_risk / 1000);
    text += fmt::format("{} {:.17g} {:.17g} {:.17g}\n", row->updates, row->excess_risk, low, row->excess_risk + row->standard_error);
  }
  return text + "EOD\n";
}

std::string curve(const Line& line, std::size_t number) {
  return fmt::format("$line{} using 1:2:3:4 with yerrorlines linecolor rgb '{}' dashtype {} pointtype {} linewidth 1.5 title {}", number,
                     colours[number % std::size(colours)], number % dash_types + 1, number % point_types + 1, quoted(line.label));
}

std::string script(const std::string& title, const std::vector<Line>& lines, const std::string& file, const std::string& output) {
  std::string text = header(title, file, output, lines.size());
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
  Output{file};
  if (!run_gnuplot("gnuplot --version >/dev/null 2>&1", "")) throw Error("--plot " + file + ": gnuplot is needed, and cannot be run");
}

void plot_risk(const Experiment& experiment, const std::vector<Row>& rows, const std::string& file) {
  const auto lines = lines_of(experiment, rows);
  if (lines.empty()) throw Error("--plot " + file + ": no finite positive excess risk to draw");
  NewFile picture(file);
  if (!run_gnuplot(gnuplot, script(experiment.title, lines, file, picture.temporary())))
    throw Error("--plot " + file + ": gnuplot failed; what it said stands above");
  picture.commit();
}

}  // namespace lowprec::cli
