// Reads LIBSVM's sparse text: "label index:value ..." on each line.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace lowprec::io {

struct LibsvmFile {
  std::size_t columns = 0;     // of the features
  bool begins_at_0 = false;    // whether the first index is 0, as scikit-learn writes it
  std::vector<double> labels;  // one a row
  std::vector<double> x;       // rows x columns, row-major; what a line leaves out is 0
};

// Returns whether text is LIBSVM's: every line holds a number, then perhaps qid:NUMBER, then pairs of digits, a colon
// and something, and the first line that holds more than a number has such a pair.
bool is_libsvm(std::string_view text);

// Reads the text of a file of this name. Text after '#' is a comment, qid: is skipped. Indices ascend; they begin at 0
// if the file has an index 0 and at 1 otherwise. Throws Error, with file and line, if a line is anything else.
LibsvmFile parse_libsvm(std::string_view text, const std::string& file);

}  // namespace lowprec::io
