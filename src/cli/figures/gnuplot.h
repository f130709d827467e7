// What all pictures share: texts of gnuplot's language, and running it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace lowprec::cli {

// Error, before any work is done, where such a picture could not be drawn: another suffix than .svg and .png, a place
// that cannot be written, no gnuplot.
void check_plot(const std::string& file);

struct Range {
  double low, high;
};

// Returns the text as a string of gnuplot, in which nothing is interpreted. Control characters become blanks.
std::string gnuplot_text(std::string_view text);

// The same for the text of a tic, which gnuplot takes for a pattern of printf.
std::string gnuplot_tic(std::string_view text);

// The picture's kind, by the suffix of `file`.
std::string terminal(const std::string& file);

// A logarithmic range with room at both ends, a share of its length.
Range widened(Range range, double room);

// A logarithmic axis ('x', 'y') of that range, and its tics.
std::string axis(char name, Range range, double room);

// Of line `number`, from 0, as "#RRGGBB". Twelve lines have twelve colours.
const char* colour(std::size_t number);

// Colour and dashes of line `number`, from 0.
std::string line_style(std::size_t number);

// Colour, shape and size of the points of line `number`, from 0.
std::string point_style(std::size_t number);

// Runs the script, which draws to gnuplot's standard output. `file` is written whole, once the picture is known to be
// complete, or not at all.
void draw(const std::string& file, std::string_view script);

}  // namespace lowprec::cli
