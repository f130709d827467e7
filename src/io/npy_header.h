// The header of a .npy file: a dictionary in Python's syntax, before the data.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace lowprec::io {

// A file taken apart. The views point into its bytes.
struct NpyFile {
  std::string_view type;   // the type of the elements as the file writes it
  std::string plain_type;  // the same without blanks, with single quotes
  std::string_view data;
  std::size_t type_at = 0, data_at = 0;  // bytes of the file
  bool is_fortran = false;               // the first index is the fastest
  std::vector<std::size_t> shape;
};

// Reads a header of version 1 to 3: its three keys in any order, with either kind of quotes and any blanks. Throws
// Error, with the place as a byte, if the bytes are anything else.
NpyFile take_npy_apart(std::string_view bytes);

// Returns the number of elements, each of `size` bytes. Throws Error unless the data are exactly these.
std::size_t npy_count(const NpyFile& file, std::size_t size);

// Returns the whole file of an array in C order. `type` is Python's text of the elements' type, quotes included.
std::string npy_bytes(std::string_view type, std::span<const std::size_t> shape, std::string_view data);

// Throws Error with "byte N: reason".
[[noreturn]] void fail_at_byte(std::size_t byte, std::string_view reason);

}  // namespace lowprec::io
