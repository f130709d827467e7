// Tables of numbers in files, for least squares: .npy, CSV and LIBSVM.
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

// The bytes of a file of this name. Error, with file and line (row of an array) and column: a cell that is missing or
// no finite number, fewer than two rows or one column, no such target column.
//   .npy    a matrix as parse_npy reads it; `target` is an index from 0
//   LIBSVM  "label index:value ..." a line, indices from 1 ascending, absent ones 0; the target is the label
//   CSV     (RFC 4180) columns named by the first line; `target` is a name
// An empty target: the last column. LIBSVM is recognised by its first line, "number index:value ...".
TableFile parse_table(std::string_view bytes, const std::string& file, const std::string& target);
TableFile read_table(const std::string& file, const std::string& target);

}  // namespace lowprec::io
