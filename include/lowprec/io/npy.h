// NumPy's .npy files (format versions 1 to 3; numpy.org/doc/stable/reference/generated/numpy.lib.format.html): arrays
// of numbers, and packed codes, to and from the bytes of a file.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lowprec/array/packed.h"

namespace lowprec::io {

// Whether bytes begin as a .npy file does.
bool is_npy(std::string_view bytes);

struct NpyArray {
  std::vector<std::size_t> shape;  // none: one number
  std::vector<double> values;      // in C order, the last index fastest
};

// Error, with the byte at which it is seen, unless the bytes are a whole array in C order of little-endian binary16,
// binary32 or binary64 numbers, or of integers that binary64 holds exactly.
NpyArray parse_npy(std::string_view bytes);

// A one-dimensional array of elements '<f4' or '<f8'.
std::string to_npy(std::span<const float> values);
std::string to_npy(std::span<const double> values);

// Packed codes: the bytes of packed.h as an array of records with one field of type '|u1', whose name is the format
// and, in brackets, the number of codes: [('e2m1[65]', '|u1')]. In NumPy, a.view('u1') are the bytes.
std::string to_npy(const Packed& array);
// Error, with the byte at which it is seen, unless the bytes are such a file, whole and with no bit too many.
Packed parse_packed_npy(std::string_view bytes);

}  // namespace lowprec::io
