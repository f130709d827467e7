// NumPy's .npy files (format versions 1 to 3; numpy.org/doc/stable/reference/generated/numpy.lib.format.html).
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace lowprec::cli {

bool is_npy(std::string_view bytes);

// The elements of the array in C order. Error, naming the file, unless they are little-endian binary16, binary32 or
// binary64 numbers or integers that binary64 holds exactly.
std::vector<double> read_npy(std::string_view bytes, const std::string& file);

}  // namespace lowprec::cli
