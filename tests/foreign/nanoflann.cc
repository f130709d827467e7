// nanoflann: nearest neighbours by a k-d tree.
// package: libnanoflann-dev
#include "foreign.h"

#include <nanoflann.hpp>

template <class T>
struct Cloud {
  std::vector<std::array<T, 2>> points;
  std::size_t kdtree_get_point_count() const { return points.size(); }
  T kdtree_get_pt(std::size_t i, std::size_t axis) const { return points[i][axis]; }
  template <class Box>
  bool kdtree_get_bbox(Box&) const {
    return false;
  }
};

int main() {
  return foreign::compare<foreign::Bfloat>(0.02, []<class T>() {
    Cloud<T> cloud;
    for (int i = 0; i < 100; ++i) cloud.points.push_back({T(i % 10), T(i / 10)});
    using Metric = nanoflann::L2_Simple_Adaptor<T, Cloud<T>>;
    nanoflann::KDTreeSingleIndexAdaptor<Metric, Cloud<T>, 2> tree(2, cloud, {10});
    tree.buildIndex();
    const T query[2] = {3.25, 6.125};
    std::uint32_t index[2] = {};
    T distance[2] = {};
    tree.knnSearch(query, 2, index, distance);
    return std::vector<T>{T(int(index[0])), T(int(index[1])), distance[0], distance[1]};
  });
}
