// Converts arrays of numbers and packed codes to and from the bytes of NumPy's .npy files, in format versions 1 to 3
// (numpy.org/doc/stable/reference/generated/numpy.lib.format.html).
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lowprec/array/packed.h"
#include "lowprec/format/format.h"

namespace lowprec::io {

// Returns whether the bytes begin as a .npy file does.
bool is_npy(std::string_view bytes);

struct NpyArray {
  std::vector<std::size_t> shape;  // empty if the array is one number
  std::vector<double> values;      // in C order, the last index fastest
  std::string type = "<f8";        // of the elements, as the file wrote it: "<f4", ">i2", "|b1"
};

// Reads an array of binary16, binary32 or binary64 numbers, of integers that binary64 holds exactly, or of booleans.
// The bytes of elements may have either order, and the elements C or Fortran order. With `as`, elements are codes of
// that format: unsigned or signed integers, or the types V1, V2, V4 and V8 that ml_dtypes writes. Throws Error, with
// the place as a byte, if the bytes are anything else, not a whole array, or hold a code with more bits than the
// format.
NpyArray parse_npy(std::string_view bytes, const std::optional<Format>& as = {});

// Returns the bytes of a file of that shape in C order. The type of its elements is array.type, which must be one of
// <f2 <f4 <f8 |u1 <u2 <u4 <u8 and hold every value exactly; otherwise throws Error with the index of the value.
std::string to_npy(const NpyArray& array);

// Return the bytes of a one-dimensional array of elements '<f4' or '<f8'.
std::string to_npy(std::span<const float> values);
std::string to_npy(std::span<const double> values);

// Returns a .npy file of packed codes. It is an array of records with one field of type '|u1', which holds the bytes of
// array/packed.h. The name of the field is the format and, in brackets, the number of codes: [('e2m1[65]', '|u1')]. In
// NumPy, a.view('u1') gives the bytes.
std::string to_npy(const Packed& array);
// Reads such a file. Throws Error, with the place as a byte, if the bytes are anything else, not whole, or have a bit
// too many.
Packed parse_packed_npy(std::string_view bytes);

}  // namespace lowprec::io
