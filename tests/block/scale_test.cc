// Scales as data: what their named values mean.
#include "lowprec/block/scale.h"

#include <doctest/doctest.h>

#include <set>
#include <utility>

using namespace lowprec;
using block::Group;
using block::Scale;

TEST_CASE("no scale is the scale 1, given") {
  CHECK(Scale() == Scale::given(1));
  CHECK(!Scale().is_from_data());
  CHECK(Scale::given(0.5) != Scale());
}

TEST_CASE("the scale of absmax is chosen from the group, and is an unrounded binary64 number") {
  const Scale scale = Scale::absmax(Group::run(32));
  CHECK(scale.is_from_data());
  CHECK(scale.group == Group::run(32));
  CHECK(scale.format == binary64);
  CHECK(scale.rounding == ru);
  CHECK(scale != Scale::absmax(Group::run(16)));
}

TEST_CASE("the named groups are tiles of different extents; rows and runs lie within a row") {
  std::set<std::pair<std::uint64_t, std::uint64_t>> extents;
  for (const Group& g : {Group::tensor(), Group::row(), Group::column(), Group::run(1), Group::run(128)})
    CHECK(extents.insert({g.rows, g.columns}).second);
  for (const Group& g : {Group::row(), Group::run(1)}) CHECK(g.is_within_row());
  for (const Group& g : {Group::tensor(), Group::column(), Group{2, 2}}) CHECK(!g.is_within_row());
}
