// Boost.Geometry: areas, lengths, distances, a convex hull.
// package: libboost-dev
#include "foreign.h"

#include <boost/geometry.hpp>
#include <boost/geometry/geometries/point_xy.hpp>
#include <boost/geometry/geometries/polygon.hpp>

int main() {
  return foreign::compare<foreign::Half>(0.02, []<class T>() {
    namespace bg = boost::geometry;
    using Point = bg::model::d2::point_xy<T>;
    using Polygon = bg::model::polygon<Point>;
    Polygon polygon;
    const double corners[][2] = {{0, 0}, {0, 3}, {1.5, 1.5}, {4, 3}, {4, 0}, {0, 0}};
    for (const auto& c : corners) bg::append(polygon.outer(), Point(c[0], c[1]));
    Polygon hull;
    bg::convex_hull(polygon, hull);
    return std::vector<T>{T(bg::area(polygon)), T(bg::area(hull)), T(bg::perimeter(hull)),
                          T(bg::distance(Point(0, 0), Point(3, 4))), T(bg::within(Point(1, 1), polygon) ? 1 : 0)};
  });
}
