// Scales: the factors that groups of elements share. A quantizer rounds x / scale to a number of its format.
#pragma once

#include <cstdint>

#include "lowprec/format/format.h"
#include "lowprec/format/presets.h"
#include "lowprec/format/rounding.h"

namespace lowprec::block {

// Which elements of a matrix share a scale: those of one tile of `rows` x `columns` elements, where 0 stands for all
// rows or columns. Tiles begin at element (0, 0), and the last ones may be smaller. A vector is a matrix of one row.
struct Group {
  std::uint64_t rows = 0, columns = 0;

  static constexpr Group tensor() { return {0, 0}; }
  static constexpr Group row() { return {1, 0}; }
  static constexpr Group column() { return {0, 1}; }
  // n consecutive elements of a row.
  static constexpr Group run(std::uint64_t n) { return {1, n}; }

  constexpr bool operator==(const Group&) const = default;
  constexpr bool is_within_row() const { return rows == 1; }
};

// How a group gets its scale.
enum class Rule : std::uint8_t {
  given,   // `step` is the scale of all elements
  absmax,  // the group's largest magnitude / the largest number of the elements' format
};

struct Scale {
  Rule rule = Rule::given;
  double step = 1;           // of Rule::given: positive and finite
  Group group{};             // of the other rules
  Format format = binary64;  // of a scale that is chosen from the data; binary64 leaves it unrounded
  Rounding rounding = ru;    // to that format

  static constexpr Scale given(double step) { return {.step = step}; }
  static constexpr Scale absmax(Group group) { return {.rule = Rule::absmax, .group = group}; }

  constexpr bool operator==(const Scale&) const = default;
  constexpr bool is_from_data() const { return rule != Rule::given; }
};

}  // namespace lowprec::block
