// Matrices in NumPy's .npy files (format versions 1 to 3;
// numpy.org/doc/stable/reference/generated/numpy.lib.format.html).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace lowprec {

bool is_npy_matrix(std::string_view bytes);

struct NpyMatrix {
  std::size_t rows = 0, columns = 0;
  std::vector<double> values;  // row-major
};

// Error, naming the file, unless it is a whole two-dimensional array in C order of little-endian binary32 or binary64.
NpyMatrix parse_npy_matrix(std::string_view bytes, const std::string& file);

}  // namespace lowprec
