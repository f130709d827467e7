#include "cli/figures/gnuplot.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "cli/terminal/output.h"
#include "lowprec/format/error.h"

namespace lowprec::cli {
namespace {

constexpr const char* gnuplot = "gnuplot --default-settings";

// Colours that differ in lightness too (Okabe & Ito 2008), then five of Tol's muted ones (2021), which dashes tell from
// the first without their colour; points have shapes of their own.
constexpr std::size_t solid = 7;
constexpr const char* colours[] = {"#000000", "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00",
                                   "#56B4E9", "#882255", "#332288", "#999933", "#7F7F7F", "#661100"};
constexpr const char* dashes[] = {"solid", "(14,5)", "(14,5,3,5)"};
constexpr int point_types = 13;

bool is_svg(const std::string& file) { return file.ends_with(".svg"); }

std::string tick(double x) { return fmt::format("'{0:g}' {0:g}", x); }

// Four to nine multiples of 1, 2 or 5 times a power of ten.
std::string even_ticks(Range range) {
  const double part = (range.high - range.low) / 8;
  const double ten = std::pow(10, std::floor(std::log10(part)));
  const double step = ten * (part <= ten ? 1 : part <= 2 * ten ? 2 : part <= 5 * ten ? 5 : 10);
  std::string text;
  for (double k = std::ceil(range.low / step); k * step <= range.high; ++k)
    text += (text.empty() ? "" : ", ") + tick(k * step);
  return text;
}

// Powers of ten, some of them on a long axis; on a short one two and five times these too, or even steps.
std::string ticks(Range range) {
  const double ratio = range.high / range.low;
  if (ratio < 8) return even_ticks(range);
  const bool is_short = ratio < 300;
  const int every = 1 + static_cast<int>(std::log10(ratio) / 12);
  std::string text;
  for (int exponent = -300 / every * every; exponent <= 300; exponent += every) {
    for (const int digit : {1, 2, 5}) {
      const double x = std::stod(fmt::format("{}e{}", digit, exponent));
      if (x < range.low || x > range.high || (digit != 1 && !is_short)) continue;
      text += (text.empty() ? "" : ", ") + tick(x);
    }
  }
  return text;
}

// Whether gnuplot runs the script to its end.
bool run_gnuplot(const char* command, const std::string& text) {
  std::FILE* pipe = popen(command, "w");
  if (pipe == nullptr) return false;
  const bool written = std::fwrite(text.data(), 1, text.size(), pipe) == text.size();
  return pclose(pipe) == 0 && written;
}

}  // namespace

// A string of gnuplot; nothing in it is interpreted.
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

std::string terminal(const std::string& file, const std::string& output) {
  const char* kind = is_svg(file) ? "svg size 900,600 font 'DejaVu Sans,14' background '#FFFFFF'"
                                  : "pngcairo size 1350,900 font 'DejaVu Sans,14' fontscale 1.4 linewidth 1.5";
  return fmt::format("set terminal {}\nset output {}\n", kind, quoted(output));
}

Range widened(Range range, double room) {
  const double factor = std::max(std::pow(range.high / range.low, room), 1.1);
  return {range.low / factor, range.high * factor};
}

std::string axis(char name, Range range, double room) {
  const Range wide = widened(range, room);
  return fmt::format("set {0}range [{1:.6g}:{2:.6g}]\nset {0}tics ({3})\n", name, wide.low, wide.high, ticks(wide));
}

const char* colour(std::size_t number) { return colours[number % std::size(colours)]; }

std::string line_style(std::size_t number) {
  return fmt::format("linecolor rgb '{}' dashtype {}", colour(number), dashes[number / solid % std::size(dashes)]);
}

std::string point_style(std::size_t number) {
  return fmt::format("linecolor rgb '{}' pointtype {} pointsize 1.2", colour(number), number % point_types + 1);
}

void check_plot(const std::string& file) {
  if (!is_svg(file) && !file.ends_with(".png")) throw Error("--plot " + file + ": the name must end in .svg or .png");
  check_writable(file);
  if (!run_gnuplot("gnuplot --version >/dev/null 2>&1", ""))
    throw Error("--plot " + file + ": gnuplot is needed, and cannot be run");
}

void draw(const std::string& file, const std::function<std::string(const std::string&)>& script) {
  NewFile picture(file);
  if (!run_gnuplot(gnuplot, script(picture.temporary())))
    throw Error("--plot " + file + ": gnuplot failed; its own message, if any, stands above");
  picture.commit();
}

}  // namespace lowprec::cli
