// Reads arrays of numbers, with their shapes, from every kind of file.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "io/text_input.h"
#include "lowprec/format/format.h"
#include "lowprec/io/csv.h"
#include "lowprec/io/npy.h"

namespace lowprec::io {

struct TensorOptions {
  Header header = Header::automatic;
  std::optional<Format> as;  // of codes in a .npy file
};

struct Tensor {
  std::vector<std::size_t> shape;
  std::vector<double> values;      // in C order
  std::string type;                // of the elements of a .npy file; empty for text
  std::vector<std::string> notes;  // what a reader of the file might not expect
};

// Reads a file, "-" being standard input. It is one of:
//   .npy    as parse_npy reads it
//   LIBSVM  rows of the label and the features
//   text    rows of numbers as TableReader reads them. One column is a vector, and so are rows of different lengths
// Throws Error with the file, and the line or byte.
Tensor read_tensor(const std::string& name, const TensorOptions& options);
Tensor read_tensor(TextInput& input, const TensorOptions& options);

// The kind of a file, from its front.
enum class FileKind { npy, libsvm, text };
// Throws Error that names the kind if it is none of these.
FileKind kind_of(TextInput& input);

// parse_npy; an Error begins with the name of the file.
NpyArray parse_npy_file(TextInput& input, const std::optional<Format>& as);

}  // namespace lowprec::io
