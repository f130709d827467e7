// Records of what exhaustive tests compared. Where the environment variable LOWPREC_PROOF names a directory, each
// record appends a row to its file <test>.csv: group, operation, roundings, comparisons, mismatches. Else nothing is
// written. tests/repository/proof_table.py sums the rows into docs/exactness.md.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "support/cases.h"

namespace proof {

// As RFC 4180 quotes a cell: "fp(4,3)" has a comma.
inline std::string cell(const std::string& text) {
  return text.find(',') == std::string::npos ? text : '"' + text + '"';
}

inline void append(const std::string& test, const std::string& row) {
  const char* directory = std::getenv("LOWPREC_PROOF");
  if (directory == nullptr || *directory == '\0') return;
  std::filesystem::create_directories(directory);
  const std::filesystem::path path = std::filesystem::path(directory) / (test + ".csv");
  const bool is_new = !std::filesystem::exists(path);
  std::ofstream out(path, std::ios::app);
  if (is_new) out << "group,operation,roundings,comparisons,mismatches\n";
  out << row << '\n';
}

// Fails the test case as Tally::report does, and leaves the row.
inline void record(const std::string& test, const std::string& group, const std::string& operation,
                   const std::string& roundings, const cases::Tally& tally) {
  append(test, cell(group) + ',' + cell(operation) + ',' + cell(roundings) + ',' + std::to_string(tally.total()) + ',' +
                   std::to_string(tally.failed()));
  tally.report(group + ' ' + operation);
}

}  // namespace proof
