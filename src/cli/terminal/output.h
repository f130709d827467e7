// Writing results: whole or not at all.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lowprec/format/wide.h"

namespace lowprec::cli {

// Whether a name of an output is standard output: no name, or "-".
inline bool is_stdout(const std::string& name) { return name.empty() || name == "-"; }

// Error where a file of this name could not be written.
void check_writable(const std::string& name);

// Error where two of the outputs are one file, or are both standard output. Devices and pipes take any number.
void check_distinct(const std::vector<std::string>& names);

// Where the results of a command go: a file, or standard output where the name is empty or "-".
class Output {
 public:
  // Error, before any work is done, where the file could not be written.
  explicit Output(std::string name);
  // Writes everything there is to write. A reader of standard output that has left is no error.
  void write(std::string_view text) const;

 private:
  std::string name_;
};

// Writes to standard output at once. Returns false if its reader has left.
bool write_to_stdout(std::string_view text);

// The shortest decimal that reads back, as binary64 or in the format; NaN prints as nan, whatever its sign.
void append_number(std::string& out, double x, bool hexadecimal);
void append_number(std::string& out, const Wide& x, const Format& f, bool hexadecimal);
void append_code(std::string& out, format::Uint128 code, int bits);  // 0x and all hexadecimal digits of `bits` bits

// The code that stands for NaN in formats that have none, for commands with --codes; no text, no code.
std::optional<format::Uint128> nan_code(const std::string& text);
constexpr const char* nan_code_help = "With --codes: the code written for NaN, where the format has none";

// The code of a result. Error for NaN where the format has no code of it and none is given.
format::Uint128 code_of(const Format& f, const Wide& value, std::optional<format::Uint128> nan_code);

}  // namespace lowprec::cli
