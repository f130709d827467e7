// What all pictures share: texts of gnuplot's language, and running it.
#pragma once

#include <cstddef>
#include <functional>
#include <string>

namespace lowprec::cli {

// Error, before any work is done, where such a picture could not be drawn: another suffix than .svg and .png, a place
// that cannot be written, no gnuplot.
void check_plot(const std::string& file);

struct Range {
  double low, high;
};

// A string of gnuplot; nothing in it is interpreted.
std::string quoted(const std::string& text);

// The picture's kind, by the suffix of `file`, and where it is written.
std::string terminal(const std::string& file, const std::string& output);

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

// Runs the script that draws to the file whose name it is given. `file` is written whole or not at all.
void draw(const std::string& file, const std::function<std::string(const std::string&)>& script);

}  // namespace lowprec::cli
