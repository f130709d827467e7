// Reads tables of numbers for least squares from .npy, CSV and LIBSVM files.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace lowprec::io {

struct TableFile {
  std::string file;
  std::vector<std::string> columns;  // of the features, as messages name them: "column 3 'age'"
  std::string place;                 // of the columns' names, for messages: "FILE:1", or the file where it names none
  std::size_t rows = 0;
  std::vector<double> x;  // rows x columns, row-major
  std::vector<double> y;  // labels
};

// Reads the bytes of a file of this name, which is one of:
//   .npy    a matrix as parse_npy reads it; `target` is an index from 0
//   LIBSVM  "label index:value ..." on each line, indices ascend from 1, absent values are 0; the target is the label
//   CSV     (RFC 4180) the first line names the columns; `target` is a name
// An empty target means the last column. A first line "number index:value ..." tells that a file is LIBSVM. Throws
// Error, with file, line (or row of an array) and column, if a cell is missing or no finite number, if there are fewer
// than two rows or no feature, or if there is no such target column.
TableFile parse_table(std::string_view bytes, const std::string& file, const std::string& target);
TableFile read_table(const std::string& file, const std::string& target);

}  // namespace lowprec::io
