#include "plot.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "gnuplot.h"
#include "lowprec/error.h"

namespace lowprec::cli {
namespace {

constexpr int dash_types = 5;

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

template <class Value>
Range range_of(const std::vector<Line>& lines, Value value) {
  Range range{HUGE_VAL, 0};
  for (const auto& line : lines) {
    for (const Row* row : line.rows) range = {std::min(range.low, value(*row)), std::max(range.high, value(*row))};
  }
  return range;
}

std::string header(const std::string& title, const std::string& file, const std::string& output,
                   const std::vector<Line>& lines) {
  return terminal(file, output) +
         fmt::format(
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
  return fmt::format("$line{} using 1:2:3:4 with yerrorlines {} dashtype {} linewidth 1.5 title {}", number,
                     point_style(number), number % dash_types + 1, quoted(line.label));
}

std::string script(const std::string& title, const std::vector<Line>& lines, const std::string& file,
                   const std::string& output) {
  std::string text = header(title, file, output, lines);
  for (std::size_t i = 0; i < lines.size(); ++i) text += data(lines[i], i);
  for (std::size_t i = 0; i < lines.size(); ++i) text += (i == 0 ? "plot " : ", \\\n  ") + curve(lines[i], i);
  return text + "\n";
}

}  // namespace

void plot_risk(const Experiment& experiment, const std::vector<Row>& rows, const std::string& file) {
  const auto lines = lines_of(experiment, rows);
  if (lines.empty()) throw Error("--plot " + file + ": no finite positive excess risk to draw");
  draw(file, [&](const std::string& output) { return script(experiment.title, lines, file, output); });
}

}  // namespace lowprec::cli
