// Reads tables of numbers for least squares from .npy, CSV and LIBSVM files.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "lowprec/io/csv.h"

namespace lowprec::io {

// Which columns of a file are read. A column is called by its name, or by its index from 0 where the file has no names
// (.npy, CSV of numbers alone); in LIBSVM files by the index that the file writes.
struct TableOptions {
  std::string target = {};                 // empty: the last column
  std::vector<std::string> features = {};  // empty: all but the target
  std::vector<std::string> drop = {};      // of the features
  std::string labels = {};                 // a file of labels: then no column is the target
  Header header = Header::automatic;       // of CSV
};

struct TableFile {
  std::string file;
  std::vector<std::string> columns;  // of the features, as messages name them: "column 3 'age'"
  std::vector<std::string> notes;    // what a reader of the file might not expect
  std::string place;                 // of the columns' names, for messages: "FILE:1", or the file where it names none
  std::size_t rows = 0;
  std::vector<double> x;  // rows x columns, row-major
  std::vector<double> y;  // labels
};

// Reads the bytes of a file of this name, which is one of:
//   .npy    a matrix as parse_npy reads it
//   LIBSVM  "label index:value ..." on each line, absent values are 0; the target is the label
//   CSV     as TableReader reads it
// Only cells of chosen columns have to be numbers. Throws Error, with file, line (or row of an array) and column, if
// such a cell is missing or no finite number, if there are fewer than two rows or no feature, or if a column does not
// exist.
TableFile parse_table(std::string_view bytes, const std::string& file, const TableOptions& options);
TableFile read_table(const std::string& file, const TableOptions& options);

}  // namespace lowprec::io
