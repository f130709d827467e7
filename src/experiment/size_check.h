// Limits on what an experiment may ask for, checked before memory is touched.
#pragma once

#include <cstdint>

#include "experiment/check.h"
#include "lowprec/experiment/experiment.h"

namespace lowprec::experiment {

inline constexpr std::uint64_t kMostFeatures = std::uint64_t{1} << 24;  // d, and the ambient dimension of a sketch
inline constexpr std::uint64_t kMostNumbers = std::uint64_t{1} << 28;   // of one array: 2 GiB of binary64 numbers
inline constexpr std::uint64_t kMostSamples = std::uint64_t{1} << 40;   // updates * epochs * batch
inline constexpr std::uint64_t kMostCells = std::uint64_t{1} << 20;     // of a grid
inline constexpr std::uint64_t kMostResults = std::uint64_t{1} << 24;   // cells * seeds * configurations * listed N

// Error, with the key, if one experiment without its grid asks for more. Its counts are at least 1, its dimension may
// still be that of a sketch.
void check_sizes(const Keys& keys, const Experiment& e);

// Error, with the key, if the grid has too many cells. Throws before any cell is made.
void check_cells(const Keys& keys, const Experiment& e);

// Returns the number of cells of a grid. Error if there are too many to be made.
std::uint64_t cell_count(const RunSettings& run);

}  // namespace lowprec::experiment
