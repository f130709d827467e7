#include "cli/figures/gnuplot.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "cli/terminal/child.h"
#include "cli/terminal/output.h"
#include "lowprec/format/error.h"

namespace lowprec::cli {
namespace {

constexpr const char* kGnuplot = "gnuplot";

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

// Whether the picture is there to its end.
bool is_whole(const std::string& file, std::string_view picture) {
  constexpr std::string_view png_end = "IEND\xae\x42\x60\x82";
  if (!is_svg(file)) return picture.ends_with(png_end);
  picture = picture.substr(0, picture.find_last_not_of(" \r\n") + 1);
  return picture.ends_with("</svg>");
}

// Characters that mean themselves between double quotes.
bool is_plain(char c) {
  return ('a' <= c && c <= 'z') || ('A' <= c && c <= 'Z') || ('0' <= c && c <= '9') || (c & 0x80) != 0 ||
         std::string_view(" ,.:;=()[]<>+-*/_").find(c) != std::string_view::npos;
}

}  // namespace

// gnuplot looks for commands and macros in its line before it reads strings: what could be one is written in octal.
std::string gnuplot_text(std::string_view text) {
  std::string result = "\"";
  for (const char c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
      result += ' ';
    else if (is_plain(c))
      result += c;
    else
      result += fmt::format("\\{:03o}", c);
  }
  return result + "\"";
}

std::string gnuplot_tic(std::string_view text) {
  std::string pattern;
  for (const char c : text) pattern += c == '%' ? "%%" : std::string(1, c);
  return gnuplot_text(pattern);
}

std::string terminal(const std::string& file) {
  const char* kind = is_svg(file) ? "svg size 900,600 font 'DejaVu Sans,14' background '#FFFFFF'"
                                  : "pngcairo size 1350,900 font 'DejaVu Sans,14' fontscale 1.4 linewidth 1.5";
  return fmt::format("set terminal {}\n", kind);
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
  if (!run_child({kGnuplot, "--version"}, "").ended_well)
    throw Error("--plot " + file + ": gnuplot is needed, and cannot be run");
}

void draw(const std::string& file, std::string_view script) {
  const ChildResult drawn = run_child({kGnuplot, "--default-settings"}, script);
  if (!drawn.ended_well || !is_whole(file, drawn.output))
    throw Error("--plot " + file + ": gnuplot failed; its own message, if any, stands above");
  Output(file).write(drawn.output);
}

}  // namespace lowprec::cli
