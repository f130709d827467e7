#include "cli/figures/figure.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "cli/figures/csv_rows.h"
#include "cli/figures/gnuplot.h"

namespace lowprec::cli {
namespace {

using Style = Series::Style;

// A bar that reaches zero has no place on a logarithmic axis: it ends at a thousandth of the risk.
double lower_end(const Point& p) { return std::max(p.y - p.error, p.y / 1000); }

Range x_range(const Figure& figure) {
  Range range{HUGE_VAL, -HUGE_VAL};
  for (const auto& series : figure.series)
    for (const auto& p : series.points) range = {std::min(range.low, p.x), std::max(range.high, p.x)};
  return range;
}

Range y_range(const Figure& figure) {
  Range range{HUGE_VAL, 0};
  for (const auto& series : figure.series)
    for (const auto& p : series.points) range = {std::min(range.low, p.y), std::max(range.high, p.y + p.error)};
  return range;
}

// The labels in the order of the series, each once.
std::vector<std::string> labels_of(const Figure& figure) {
  Numbered labels;
  for (const auto& series : figure.series) labels.number(series.label);
  return labels.texts();
}

// Heights, at least `gap` apart and within [0, 1] if there is room, as near to the wanted ones as can be: with
// i * gap taken off the i-th, isotonic regression by pooling adjacent violators (Barlow et al. 1972).
std::vector<double> spread(const std::vector<double>& wanted, double gap) {
  struct Block {
    double sum;
    std::size_t count;
    double mean() const { return sum / static_cast<double>(count); }
  };
  std::vector<std::size_t> order(wanted.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::ranges::stable_sort(order, {}, [&](std::size_t i) { return wanted[i]; });
  std::vector<Block> blocks;
  for (std::size_t i = 0; i < order.size(); ++i) {
    blocks.push_back({wanted[order[i]] - static_cast<double>(i) * gap, 1});
    while (blocks.size() > 1 && blocks.back().mean() < blocks[blocks.size() - 2].mean()) {
      const Block last = blocks.back();
      blocks.pop_back();
      blocks.back() = {blocks.back().sum + last.sum, blocks.back().count + last.count};
    }
  }
  const double top = std::max(0.0, 1 - gap * static_cast<double>(wanted.size() - 1));
  std::vector<double> result(wanted.size());
  std::size_t i = 0;
  for (const auto& block : blocks)
    for (std::size_t k = 0; k < block.count; ++k, ++i)
      result[order[i]] = std::clamp(block.mean(), 0.0, top) + static_cast<double>(i) * gap;
  return result;
}

// Whether names of categories have no room side by side, and are turned.
bool is_tight(const Figure& figure) {
  std::size_t longest = 0;
  for (const auto& name : figure.categories) longest = std::max(longest, name.size());
  return longest * figure.categories.size() > 60;
}

// The labels, to the right of where their first series ends.
std::string direct_labels(const Figure& figure, const std::vector<std::string>& labels, Range y) {
  std::vector<double> wanted;
  Numbered seen;
  for (const auto& series : figure.series)
    if (seen.number(series.label) == wanted.size())
      wanted.push_back(std::log(series.points.back().y / y.low) / std::log(y.high / y.low));
  const auto heights = spread(wanted, std::min(0.045, 1 / static_cast<double>(labels.size())));
  std::size_t longest = 0;
  for (const auto& label : labels) longest = std::max(longest, label.size());
  const bool is_long = longest > 24;
  std::string text;
  for (std::size_t i = 0; i < labels.size(); ++i)
    text += fmt::format("set label {} {} at graph 1.015, graph {:.4f} noenhanced font ',{}' textcolor rgb '{}'\n",
                        i + 1, gnuplot_text(labels[i]), heights[i], is_long ? 11 : 14, colour(i));
  std::size_t margin = is_long ? longest * 4 / 5 + 1 : longest + 3;
  if (is_tight(figure)) margin = std::max(margin, figure.categories.back().size() * 4 / 5 + 1);
  return text + fmt::format("set rmargin {}\n", margin);
}

// A tic at each x, where these are few.
std::string tics_at_points(const Figure& figure) {
  std::set<double> values;
  for (const auto& series : figure.series)
    for (const auto& p : series.points) values.insert(p.x);
  if (values.size() > 8) return "";
  std::string tics;
  for (const double x : values) tics += fmt::format("{}'{:g}' {:.17g}", tics.empty() ? "" : ", ", x, x);
  return "set xtics (" + tics + ")\n";
}

std::string x_axis(const Figure& figure) {
  const Range range = x_range(figure);
  if (figure.categories.empty()) {
    if (range.low > 0 && range.high >= 4 * range.low)
      return "set logscale x\n" + axis('x', range, 0.03) + tics_at_points(figure);
    const double room = range.high > range.low ? 0.03 * (range.high - range.low) : 1;
    return fmt::format("set xrange [{:.6g}:{:.6g}]\n", range.low - room, range.high + room);
  }
  std::string tics;
  for (std::size_t i = 0; i < figure.categories.size(); ++i)
    tics += fmt::format("{}{} {}", i == 0 ? "" : ", ", gnuplot_tic(figure.categories[i]), i);
  return fmt::format("set xrange [-0.5:{}.5]\nset xtics noenhanced {} ({})\n", figure.categories.size() - 1,
                     is_tight(figure) ? "rotate by -30" : "", tics);
}

std::string header(const Figure& figure, const std::string& file) {
  const Range y = y_range(figure);
  return terminal(file) +
         fmt::format(
             "set label 100 {} at screen 0.02, screen 0.965 noenhanced\n"
             "set label 101 {} at screen 0.02, screen 0.915 noenhanced font ',11'\nset tmargin 4\nset xlabel {} "
             "noenhanced\nset ylabel {} noenhanced\nset logscale y\n"
             "set grid linecolor rgb '#DDDDDD'\nset bars small\nset border 3\nset tics nomirror\nunset key\n{}{}{}",
             gnuplot_text(figure.title), gnuplot_text(figure.note), gnuplot_text(figure.x_label),
             gnuplot_text(figure.y_label), x_axis(figure), axis('y', y, 0.08),
             direct_labels(figure, labels_of(figure), widened(y, 0.08)));
}

// Columns: x, y, the ends of its error bar.
std::string data(const Series& series, std::size_t number) {
  std::string text = fmt::format("$series{} << EOD\n", number);
  for (const auto& p : series.points)
    text += fmt::format("{:.17g} {:.17g} {:.17g} {:.17g}\n", p.x, p.y, lower_end(p), p.y + p.error);
  return text + "EOD\n";
}

std::string curve(const Series& series, std::size_t number, std::size_t style, bool has_categories) {
  const std::string columns = fmt::format("$series{} using ", number);
  if (has_categories && series.style == Style::line)
    return columns +
           fmt::format("($1-0.3):2:(0.6):(0) with vectors nohead linewidth 1.8 linecolor rgb '{}'", colour(style));
  switch (series.style) {
    case Style::points:
      return columns + "1:2:3:4 with yerrorbars " + point_style(style);
    case Style::joined:
      return columns + "1:2:3:4 with yerrorlines linewidth 0.7 " + point_style(style);
    case Style::line:
      return columns + "1:2 with lines linewidth 1.8 " + line_style(style);
    case Style::dotted:
      return columns + fmt::format("1:2 with lines dashtype 3 linewidth 1.8 linecolor rgb '{}'", colour(style));
  }
  return {};
}

std::string script(const Figure& figure, const std::string& file) {
  Numbered labels;
  std::string text = header(figure, file);
  for (std::size_t i = 0; i < figure.series.size(); ++i) text += data(figure.series[i], i);
  for (std::size_t i = 0; i < figure.series.size(); ++i)
    text += (i == 0 ? "plot " : ", \\\n  ") +
            curve(figure.series[i], i, labels.number(figure.series[i].label), !figure.categories.empty());
  return text + "\n";
}

}  // namespace

void draw_figure(const Figure& figure, const std::string& file) { draw(file, script(figure, file)); }

}  // namespace lowprec::cli
