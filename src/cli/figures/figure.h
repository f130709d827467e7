// Figures of risk: what is drawn, and how.
#pragma once

#include <string>
#include <vector>

namespace lowprec::cli {

struct Point {
  double x, y;
  double error = 0;  // half of its error bar; 0: none
};

struct Series {
  enum class Style { points, joined, line, dotted };  // lines over categories are bars
  std::string label;  // series of one label have one colour, and it stands at the right end of the first of them
  Style style;
  std::vector<Point> points;  // by ascending x
};

struct Figure {
  std::string title, note;  // the note stands below the title
  std::string x_label, y_label;
  std::vector<std::string> categories;  // names of x = 0, 1, ...; else x is a number
  std::vector<Series> series;
};

// Axes are logarithmic where all values allow it, y always: every y must be positive. The file is written whole or not
// at all.
void draw_figure(const Figure& figure, const std::string& file);

}  // namespace lowprec::cli
